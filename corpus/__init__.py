"""What is known: importers, privacy, records and the store that holds them."""
