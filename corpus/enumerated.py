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
    return ", ".join(f"{enumerated(run, table, name)} AS {name}" for name in names)


def enumerated(run: Run, table: Table, name: str) -> str:
    """A column of a table as an enumeration of the values that it has, if they are few."""
    rows = run(
        f"SELECT DISTINCT {name} AS value FROM {table.name} WHERE {name} IS NOT NULL "
        f"LIMIT {MOST_VALUES + 1}"
    )
    if not 0 < len(rows) <= MOST_VALUES:
        return f"{table.name}.{name}"
    values = ", ".join("'" + value.replace("'", "''") + "'" for value in _sorted(rows))
    return f"CAST({table.name}.{name} AS ENUM ({values}))"


def _sorted(rows: Sequence[dict[str, Any]]) -> list[str]:
    return sorted(row["value"] for row in rows)
