"""A draw that is the same every time."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def drawn(rows: Sequence[T], most: int, name: str) -> list[T]:
    """At most so many of the rows, drawn with a name as the seed, in their own order."""
    if len(rows) <= most:
        return list(rows)
    chance = Random(name)  # noqa: S311 - a reproducible draw, no secret
    return [rows[at] for at in sorted(chance.sample(range(len(rows)), most))]
