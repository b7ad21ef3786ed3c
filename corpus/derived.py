"""Tables kept beside the truth so that analyses are quick: derived from it, built again at will.

``Store.sql`` builds those that a query names and that are older than what they derive from, so
that no query ever sees one that is stale, and dropping them does no harm.

- ``told``: one row for a record, without its texts, and whether it is ``written`` and ``coded``.
- ``mentioned``: one row for a coded record, a theme and the stage that is spoken of (``place``),
  with ``good``, ``bad`` and the record's columns.
- ``answers``: one row for a score with its record's columns.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from corpus import tables as t

VERSION = 1
"""Raised when a definition changes, so that every store builds its tables again."""

Run = Callable[[str], Sequence[dict[str, Any]]]
"""Runs a SELECT and gives its rows."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A table that is the SELECT of ``definition`` over the tables ``of``."""

    name: str
    of: tuple[Table, ...]
    definition: Callable[[Run], str]


_RECORD = "customer_key, date, stage, channel, language, segments, source_id, voice"
_CODED = "id IN (SELECT record_id FROM coded)"


def _told(_: Run) -> str:
    return (
        f"SELECT id, {_RECORD}, (title <> '' OR text <> '') AS written, {_CODED} AS coded "
        "FROM records"
    )


def _mentioned(_: Run) -> str:
    carried = ", ".join(f"any_value(r.{each}) AS {each}" for each in _RECORD.split(", "))
    return (
        "SELECT r.id, theme, m.stage AS place, bool_or(polarity = '+') AS good, "
        f"bool_or(polarity = '-') AS bad, {carried} FROM mentions AS m "
        f"JOIN (SELECT * FROM records WHERE {_CODED}) AS r ON r.id = m.record_id "
        "GROUP BY r.id, theme, m.stage"
    )


def _answers(_: Run) -> str:
    return (
        "SELECT record_id AS id, rank, name, kind, value, minimum, maximum, goodness, "
        f"r.* EXCLUDE (id) FROM scores JOIN (SELECT id, {_RECORD}, {_CODED} AS coded "
        "FROM records) AS r ON r.id = record_id"
    )


DERIVED = (
    Derived("told", (t.records, t.coded), _told),
    Derived("mentioned", (t.records, t.coded, t.mentions), _mentioned),
    Derived("answers", (t.records, t.coded, t.scores), _answers),
)
