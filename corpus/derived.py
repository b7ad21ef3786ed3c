"""Tables kept beside the truth so that analyses are quick: derived from it, built again at will.

``Store.sql`` builds those that a query names and that are older than what they derive from, so
that no query ever sees one that is stale, and dropping them does no harm.

- ``told``: one row for a record, without its texts, and whether it is ``written`` and ``coded``.
- ``mentioned``: one row for a coded record, a theme and the stage that is spoken of (``place``),
  with ``good``, ``bad`` and the record's columns.
- ``answers``: one row for a score with its record's columns.
- ``funnel_sessions`` and ``lost_sessions``: sessions on the way to a purchase, and whether those
  who were lost came back, see ``metrics.funnel``.
- ``customers``: one row for each customer of the events: first and last day, and of leaving.
- ``known_as``: all channels and segments of customers of events or feedback, and the last day.
- ``tried_before``: the customers known before the landmark, with what went wrong, see ``sessions``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date as Date
from typing import Any

from sqlalchemy import Table

from corpus import sessions
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


def _steps(run: Run) -> tuple[str, int]:
    """The relation of the sessions, and the number of the last step."""
    steps, channels = sessions.steps_of(run(sessions.reached_steps("events")))
    # Without a funnel nobody asks for its sessions.
    steps, channels = (steps, channels) if steps else (sessions.STEPS, ("",))
    return sessions.reaching(steps, channels, "events"), len(steps) - 1


def _funnel_sessions(run: Run) -> str:
    reaching, _ = _steps(run)
    return f"{reaching} ORDER BY who"


def _lost_sessions(run: Run) -> str:
    reaching, last = _steps(run)
    return sessions.coming_back(f"({reaching})", last, "events")


def _tried_before(run: Run) -> str:
    text = "SELECT min(date) AS first, max(date) AS last FROM events WHERE customer_key IS NOT NULL"
    day = sessions.parting(run(text))
    return f"SELECT * FROM {sessions.tried(day or Date.min, 'events')}"


def _customers(_: Run) -> str:
    return (
        "SELECT customer_key, min(date) AS first, max(date) AS last, "
        "min(date) FILTER (kind = 'churn') AS gone FROM events "
        "WHERE customer_key IS NOT NULL GROUP BY customer_key"
    )


def _known_as(_: Run) -> str:
    columns = "SELECT customer_key, date, channel, segments FROM"
    return (
        "SELECT customer_key, max(date) AS date, channel, segments FROM "
        f"({columns} events UNION ALL {columns} records WHERE voice IN ('customer', 'prospect')) "
        "WHERE customer_key IS NOT NULL GROUP BY customer_key, channel, segments"
    )


DERIVED = (
    Derived("told", (t.records, t.coded), _told),
    Derived("mentioned", (t.records, t.coded, t.mentions), _mentioned),
    Derived("answers", (t.records, t.coded, t.scores), _answers),
    Derived("funnel_sessions", (t.events,), _funnel_sessions),
    Derived("lost_sessions", (t.events,), _lost_sessions),
    Derived("customers", (t.events,), _customers),
    Derived("known_as", (t.events, t.records), _known_as),
    Derived("tried_before", (t.events,), _tried_before),
)
