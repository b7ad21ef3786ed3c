"""Columns of a table as enumerations, which are held and compared as numbers."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Table

Run = Callable[[str], Sequence[dict[str, Any]]]
"""Runs a SELECT and gives its rows."""

MOST_VALUES = 10_000
"""A column of more different values is no enumeration."""


def named(run: Run, table: Table, *names: str) -> str:
    """These columns of a table, as enumerations of the values that they have."""
    return ", ".join(
        f"{enumerated(run, f'{table.name}.{name}', table.name)} AS {name}" for name in names
    )


def enumerated(run: Run, column: str, relation: str) -> str:
    """A column of a relation as an enumeration of the values that it has, if they are few."""
    rows = run(
        f"SELECT DISTINCT {column} AS value FROM {relation} WHERE {column} IS NOT NULL "
        f"LIMIT {MOST_VALUES + 1}"
    )
    if not 0 < len(rows) <= MOST_VALUES:
        return column
    values = ", ".join("'" + value.replace("'", "''") + "'" for value in _sorted(rows))
    return f"CAST({column} AS ENUM ({values}))"


def _sorted(rows: Sequence[dict[str, Any]]) -> list[str]:
    return sorted(row["value"] for row in rows)
