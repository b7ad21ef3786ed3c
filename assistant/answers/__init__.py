"""The answers that analyses give, one kind of question a file.

Each module has ``compose(desk) -> bool``, which writes the answer on the desk's draft, or gives
False where the corpus has nothing to say it with.
"""
