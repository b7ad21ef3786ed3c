"""One read-only SELECT, run as it stands, with values that JSON has words for."""

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from math import isfinite
from threading import Timer
from typing import Any

import duckdb
from sqlalchemy import Connection

from corpus.errors import InputError

SQL_SECONDS = 30
"""A query that takes longer is interrupted."""

SQL_ROWS = 100_000
"""A query that gives more rows is refused; it should count, not copy."""


def check_select(query: str) -> None:
    """Raise InputError for anything but one SELECT."""
    try:
        statements = duckdb.extract_statements(query)
    except duckdb.Error as error:
        raise InputError(f"The query cannot be read: {_first_line(error)}") from None
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise InputError("Only one SELECT at a time can be run; nothing was changed.")


def run_select(connection: Connection, query: str) -> list[dict[str, Any]]:
    """The rows of one SELECT.

    Raises InputError for an error in it, and past SQL_SECONDS or SQL_ROWS.
    """
    raw: duckdb.DuckDBPyConnection = connection.connection.dbapi_connection  # type: ignore[assignment]
    cursor = raw.cursor()
    timer = Timer(SQL_SECONDS, cursor.interrupt)
    timer.start()
    try:
        cursor.execute("BEGIN TRANSACTION READ ONLY")
        cursor.execute(query)
        columns = [column[0] for column in cursor.description or []]
        if len(set(columns)) < len(columns):
            raise InputError("Two columns have the same name; name them apart with AS.")
        rows = cursor.fetchmany(SQL_ROWS + 1)
    except duckdb.InterruptException:
        raise InputError(
            f"The query took more than {SQL_SECONDS} seconds and was stopped."
        ) from None
    except duckdb.Error as error:
        raise InputError(f"The query failed: {_first_line(error)}") from None
    finally:
        timer.cancel()
        with suppress(duckdb.Error):
            cursor.execute("ROLLBACK")
        cursor.close()
    if len(rows) > SQL_ROWS:
        raise InputError(f"The query gives more than {SQL_ROWS:,} rows; aggregate or LIMIT it.")
    plain = zip(*map(_json_column, zip(*rows, strict=True)), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in plain]


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]


_PLAIN = frozenset({str, int, bool, type(None)})


def _json_column(values: Sequence[Any]) -> Sequence[Any]:
    # Most columns need no look at each of their values.
    return values if _PLAIN.issuperset(map(type, values)) else list(map(_json_value, values))


def _json_value(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and not isfinite(value):
        return None  # JSON has no word for it
    if isinstance(value, list | tuple):
        return [_json_value(each) for each in value]
    if isinstance(value, dict):
        return {str(name): _json_value(each) for name, each in value.items()}
    return value if isinstance(value, float) else str(value)
