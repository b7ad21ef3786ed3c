"""How good the answers are: measurements that anyone can rerun."""
