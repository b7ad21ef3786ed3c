"""Cases drafted from a user's own corpus, for people to approve in a table."""
