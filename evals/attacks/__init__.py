"""What attacks in a corpus come to."""
