"""Many rows at once into a table."""

import json
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Table


def bulk_insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert through a registered frame: DuckDB is slow row by row."""
    if not rows:
        return
    json_columns = {column.name for column in table.columns if str(column.type) == "JSON"}
    frame = pd.DataFrame(
        {
            column.name: [
                _as_text(row[column.name], as_json=column.name in json_columns) for row in rows
            ]
            for column in table.columns
        },
        dtype="string",
    )
    casts = ", ".join(
        f'CAST("{column.name}" AS {column.type.compile(connection.dialect)})'
        for column in table.columns
    )
    raw: Any = connection.connection.dbapi_connection
    raw.register("_incoming", frame)
    try:
        raw.execute(f"INSERT INTO {table.name} SELECT {casts} FROM _incoming")  # noqa: S608 - names of our own tables
    finally:
        raw.unregister("_incoming")


def _as_text(value: Any, *, as_json: bool) -> str | None:
    """A value as the text that it is cast from."""
    if as_json:
        empty = "[]" if isinstance(value, list) else "{}"
        return empty if not value else json.dumps(value, ensure_ascii=False)
    return value if value is None or isinstance(value, str) else str(value)
