"""How evidence is found: embeddings, the dense and the lexical index, fusion and filters."""
