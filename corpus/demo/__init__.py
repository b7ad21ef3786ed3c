"""The demo company, Foulée: fictional, like its customers (entreprise fictive)."""
