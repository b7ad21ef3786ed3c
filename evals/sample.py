"""Rows of a set, and a draw of them that is the same every time."""

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")


def rows_of(file: Path) -> list[Any]:
    """The JSON values of a file that has one in each line."""
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def drawn(rows: Sequence[T], most: int, name: str) -> list[T]:
    """At most so many of the rows, drawn with a name as the seed, in their own order."""
    if len(rows) <= most:
        return list(rows)
    chance = Random(name)  # noqa: S311 - a reproducible draw, no secret
    return [rows[at] for at in sorted(chance.sample(range(len(rows)), most))]
