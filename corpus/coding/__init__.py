"""Knowing what feedback is about: themes, polarity, stage and emotions of clauses."""
