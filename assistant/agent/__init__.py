"""Answers written by a chat model: from evidence that it is given and asks for, bounded, checked.

The model refers to passages and facts by the ids that it was given, and never sees another way to
name them; what it writes is a list of claims, and the same verifier reads them as any other.
"""
