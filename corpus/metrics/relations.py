"""The relations that every analysis counts over, as the text of common table expressions.

A figure's query must run by itself, so each holds the relations that it uses:

- ``scope``: records within the filters: ``record_id, id, who, customer_key, voice, date, stage,
  channel, language, segments, source_id, written, coded``. ``who`` is whom the record counts for,
  see ``counted``.
- ``said``: one row for a record and a theme: ``record_id, who, theme, stage, good, bad`` and
  ``customer_key, date, channel, language, segments, source_id``; ``stage`` is the mention's.
  Within the stage that is filtered by, of the themes asked for.
- ``placed``: the mentions that have a stage, a row for a record, a theme and a stage: ``who,
  customer_key, date, channel, stage, theme, good, bad, tone, n, emotions``, with the sum ``tone``
  of the ``n`` mentions' polarities. Unlike ``said`` it keeps apart what is said of several stages.
- ``signalled``: how good each record is, see ``signals`` in ``corpus.derived``: ``who, date,
  signal``.
- ``uttered``: one row for a mention, see ``quotable`` in ``corpus.derived``, of the stage that is
  filtered by.
- ``heard``: whom a share of a theme is of: one row ``who`` for everybody who wrote something that
  is coded.
- ``rated``: one row for a score: ``record_id, who, rank, name, kind, minimum, maximum, value,
  goodness, worth`` and ``date, stage, channel, language, segments, source_id, coded``; ``worth``
  is 100, 0 or -100 for an NPS, else the value.
- ``done``: events within the period, channel and segments: ``customer_key, visit, kind, date,
  amount, stage, channel, segments, count``.
- ``sorts``: the same events by ``kind, channel, segments``: how many are ``known`` customers', from
  the ``first`` to the ``last`` day, when they ``ended``, and whether any are ``joined`` by a visit.
- ``called``: the ``name`` of everybody who may be counted: ``who, name``.

Who, records, customers and visits are numbers, see ``corpus.derived``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import Table

from corpus import tables as t
from corpus._derived_records import RECORD
from corpus.filters import Filters, Values, values_of
from corpus.metrics.types import Ask, Base, Unit
from corpus.sessions import reached_steps, sorts_of
from corpus.store import Store
from corpus.types import MOSTLY, Score


def counted(store: Store, ask: Ask) -> Base:
    """Whether shares are of customers: where nearly every record in scope has one, else of records.

    Without a customer a record counts for one of its own.
    """

    def base() -> Base:
        row = store.sql(
            "SELECT count(*) AS n, count(customer_key) AS named "
            f"FROM {_in_scope(store, 'told', ask.filters)}"
        )[0]
        return "customers" if row["n"] and row["named"] >= MOSTLY * row["n"] else "records"

    return store.kept.get(("base", repr(ask.filters)), base)


def query(store: Store, ask: Ask, base: Base, body: str) -> str:
    """``body``, a SELECT, with the relations that it names before it; one line."""
    relations: dict[str, Callable[[], str]] = {
        "scope": lambda: _scope(store, ask, base),
        "said": lambda: _said(store, ask, base),
        "placed": lambda: _placed(store, ask, base),
        "signalled": lambda: _signalled(store, ask, base),
        "uttered": lambda: _uttered(store, ask, base),
        "heard": lambda: "SELECT DISTINCT who FROM scope WHERE coded",
        "rated": lambda: _rated(store, ask, base),
        "done": lambda: _done(store, ask),
        "sorts": lambda: _sorts(store, ask),
        "called": lambda: _called(base),
    }
    wanted = set(_NAMED.findall(body))
    if "heard" in wanted:
        wanted.add("scope")
    parts = [f"{name} AS ({make()})" for name, make in relations.items() if name in wanted]
    text = f"WITH {', '.join(parts)} {body}" if parts else body
    return " ".join(text.split("\n")).strip()


_NAMED = re.compile(r"\b(?:scope|said|placed|signalled|uttered|heard|rated|done|sorts|called)\b")


def quoted(value: str) -> str:
    """A value as a literal of SQL."""
    return "'" + value.replace("'", "''") + "'"


def among(values: tuple[str, ...]) -> str:
    """Values as a list of SQL: ``('a', 'b')``."""
    return f"({', '.join(map(quoted, values))})"


CUTS = ("stage", "channel", "language", "source", "week", "month", "quarter", "year")
"""What ``Ask.by`` cuts up by, beside ``segment:NAME``."""


def cut(by: str, *, date: str = "date") -> str:
    """The expression by which ``Ask.by`` cuts a relation that has the columns of ``scope``.

    Raises ValueError for what nothing is cut by.
    """
    if by.startswith("segment:"):
        return f"segments ->> {quoted(by.removeprefix('segment:'))}"
    if by in ("stage", "channel", "language"):
        return by
    if by == "source":
        return "source_id"
    if by == "week":
        return f"strftime({date}, '%G-W%V')"
    if by == "month":
        return f"strftime({date}, '%Y-%m')"
    if by == "quarter":
        return f"strftime({date}, '%Y') || '-Q' || quarter({date})"
    if by == "year":
        return f"strftime({date}, '%Y')"
    raise ValueError(f"nothing is cut by {by}")


def parted(relation: str, by: str) -> str:
    """A relation of ``query``, with the ``part`` that each row is of where it is cut ``by``."""
    if not by.startswith("segment:"):
        return f"(SELECT *, {cut(by)} AS part FROM {relation})"
    # Read out of each set of segments once, not out of every row.
    parts = f"(SELECT segments, {cut(by)} AS part FROM profiles)"
    return f"(SELECT * FROM {relation} JOIN {parts} USING (segments))"


def told_by(name: str, value: Values) -> str:
    """The condition on ``segments`` that one of these values is told."""
    values = values_of(value)
    test = f"= {quoted(values[0])}" if len(values) == 1 else f"IN {among(values)}"
    return f"(segments ->> {quoted(name)}) {test}"


def within(store: Store, table: Table, filters: Filters) -> str:
    """The condition on what is derived from ``records`` or ``events``, under that name."""
    condition = store.condition(table, replace(filters, segment={}))
    pairs = [told_by(name, value) for name, value in filters.segment.items()]
    if pairs:
        # There are far fewer sets of segments than rows that have one.
        condition += f" AND segments IN (SELECT segments FROM profiles WHERE {' AND '.join(pairs)})"
    return condition


def _in_scope(store: Store, table: str, filters: Filters) -> str:
    """The rows of a table within the filters; of a stage are also those that speak of it."""
    condition = _at_any_stage(store, filters)
    stages = among(filters.stage)
    if len(filters.stage) == 1 and table in ("told", "answers"):
        # Of one stage each row is there once, and the others need not be read.
        return f"{table}_by_stage AS records WHERE spoken_of IN {stages} AND {condition}"
    if filters.stage:
        speaking = f"SELECT record_id FROM mentioned WHERE place IN {stages}"
        condition += f" AND (stage IN {stages} OR record_id IN ({speaking}))"
    return f"{table} AS records WHERE {condition}"


def _at_any_stage(store: Store, filters: Filters) -> str:
    low, high = filters.score_min, filters.score_max
    rest = replace(filters, stage=(), score_min=None, score_max=None)
    condition = within(store, t.records, rest)
    if low is not None or high is not None:
        # A record's first score stands beside it, so that no scores need be looked up.
        condition += f" AND overall BETWEEN {low or 0.0} AND {1.0 if high is None else high}"
    return condition


def _speaking(store: Store, filters: Filters) -> str:
    """The condition on mentions; those that speak of a stage are of records in its scope."""
    condition = _at_any_stage(store, filters)
    return condition + (f" AND place IN {among(filters.stage)}" if filters.stage else "")


def _who(base: Base) -> str:
    return "who" if base == "customers" else RECORD


def _scope(store: Store, ask: Ask, base: Base) -> str:
    return (
        f"SELECT record_id, id, {_who(base)} AS who, customer_key, voice, date, stage, channel, "
        "language, segments, source_id, written, coded "
        f"FROM {_in_scope(store, 'told', ask.filters)}"
    )


_CARRIED = ("customer_key", "date", "channel", "language", "segments", "source_id")


def _said(store: Store, ask: Ask, base: Base) -> str:
    kept = _speaking(store, ask.filters)
    if ask.themes:
        kept += f" AND theme IN {among(ask.themes)}"
    if not ask.filters.stage:
        return (
            f"SELECT record_id, {_who(base)} AS who, theme, place AS stage, good, bad, "
            f"{', '.join(_CARRIED)} FROM themed AS records WHERE {kept}"
        )
    return (
        f"SELECT record_id, any_value({_who(base)}) AS who, theme, min(place) AS stage, "
        "bool_or(good) AS good, bool_or(bad) AS bad, "
        f"{', '.join(f'any_value({column}) AS {column}' for column in _CARRIED)} "
        f"FROM mentioned AS records WHERE {kept} GROUP BY record_id, theme"
    )


def _placed(store: Store, ask: Ask, base: Base) -> str:
    kept = f"{_speaking(store, ask.filters)} AND place IS NOT NULL"
    if ask.themes:
        kept += f" AND theme IN {among(ask.themes)}"
    return (
        f"SELECT {_who(base)} AS who, customer_key, date, channel, place AS stage, theme, good, "
        f"bad, tone, n, emotions FROM mentioned AS records WHERE {kept}"
    )


def _signalled(store: Store, ask: Ask, base: Base) -> str:
    return (
        f"SELECT {_who(base)} AS who, date, signal FROM {_in_scope(store, 'signals', ask.filters)}"
    )


def _uttered(store: Store, ask: Ask, base: Base) -> str:
    kept = _speaking(store, ask.filters)
    return f"SELECT * REPLACE ({_who(base)} AS who) FROM quotable AS records WHERE {kept}"


def _rated(store: Store, ask: Ask, base: Base) -> str:
    kept = f" AND name = {quoted(ask.score)}" if ask.score else ""
    return (
        f"SELECT record_id, {_who(base)} AS who, rank, name, kind, minimum, maximum, value, "
        "goodness, worth, date, stage, channel, language, segments, source_id, coded, "
        "customer_key, lived_ago, middle, ending "
        f"FROM {_in_scope(store, 'answers', ask.filters)}{kept}"
    )


def of_all_events(filters: Filters) -> bool:
    """Whether ``done`` are all events, so that what is derived from all of them serves."""
    return not (filters.since or filters.until or filters.channel or filters.segment)


def of_events(ask: Ask, name: str, relation: str) -> str:
    """The derived table ``name`` where all events are asked for, else ``relation`` over some."""
    return name if of_all_events(ask.filters) else relation


def of_people(store: Store, ask: Ask, name: str, relation: str) -> str:
    """The same where only some people's events are asked for, who are told by their segments.

    The derived table has ``segments``, any of those of the customer or of the session.
    """
    if of_all_events(ask.filters) or not picks_people(store, ask):
        return of_events(ask, name, relation)
    segments = within(store, t.events, Filters(segment=ask.filters.segment))
    return f"(SELECT * FROM {name} WHERE {segments})"


_DAYS = "SELECT min(first) AS first, max(last) AS last, max(ended) AS ended FROM"


def picks_people(store: Store, ask: Ask) -> bool:
    """Whether the events asked for are all those of some people, who have days and steps of all."""
    asked = Filters(segment=ask.filters.segment)
    if ask.filters.since or ask.filters.until or ask.filters.channel:
        return False

    def picks() -> bool:
        varying = {row["name"] for row in store.sql("SELECT name FROM varying")}
        own, every = (
            [
                store.sql(text)
                for text in (f"{_DAYS} {sorts}", f"{reached_steps(sorts)} ORDER BY ALL")
            ]
            for sorts in (f"({_sorts(store, Ask(filters=asked))})", "ways")
        )
        return varying.isdisjoint(asked.segment) and own == every

    return store.kept.get(("picks people", repr(asked)), picks)


def of_all_feedback(ask: Ask, base: Base) -> bool:
    """Whether ``rated`` and ``signalled`` are all that customers say, each customer once.

    What is derived from that serves then.
    """
    whole = ask.filters == Filters(kind=("feedback",))
    return whole and not ask.score and base == "customers"


def _called(base: Base) -> str:
    if base == "records":
        return f"SELECT {RECORD} AS who, id AS name FROM told"
    return (
        "SELECT customer_key AS who, name FROM keys UNION ALL "
        "SELECT who, 'record ' || id FROM told WHERE customer_key IS NULL"
    )


def _done(store: Store, ask: Ask) -> str:
    return (
        "SELECT customer_key, visit, kind, date, amount, stage, channel, segments, count "
        f"FROM doings AS events WHERE {within(store, t.events, _of_doing(ask.filters))}"
    )


def _sorts(store: Store, ask: Ask) -> str:
    kept = within(store, t.events, _of_doing(ask.filters))
    if ask.filters.since or ask.filters.until:
        return sorts_of(f"doings AS events WHERE {kept}")
    return f"SELECT * FROM ways AS events WHERE {kept}"


def _of_doing(filters: Filters) -> Filters:
    """Events have neither source of feedback, stage asked about, language nor score."""
    return Filters(
        since=filters.since, until=filters.until, channel=filters.channel, segment=filters.segment
    )


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale that scores were given on."""

    name: str
    kind: str
    minimum: float
    maximum: float

    @property
    def unit(self) -> Unit:
        """What a difference on it is in: points of a net score, or of the scale."""
        return "points" if self.kind == "nps" else "score"

    def goodness(self, mark: float) -> float:
        """How good a mark on it is, 0 (worst) to 1 (best)."""
        score = Score(self.name, mark, self.minimum, self.maximum, self.kind)  # type: ignore[arg-type]
        return score.goodness

    def about(self) -> dict[str, str]:
        """The scale as a figure says what it is of."""
        return {
            "scale": self.name,
            "kind": self.kind,
            "minimum": f"{self.minimum:g}",
            "maximum": f"{self.maximum:g}",
        }

    def same(self) -> str:
        """The condition on ``rated``."""
        return (
            f"name = {quoted(self.name)} AND kind = {quoted(self.kind)} "
            f"AND minimum = {self.minimum} AND maximum = {self.maximum}"
        )


def heard(store: Store, ask: Ask, base: Base) -> int:
    """How many wrote something that is coded."""
    text = query(store, ask, base, "SELECT count(*) AS n FROM heard")
    return int(store.kept.get(("heard", text), lambda: store.sql(text))[0]["n"])


def main_scale(store: Store, ask: Ask, base: Base) -> Scale | None:
    """The scale asked for, else the one on which most of those who wrote gave an overall score.

    Nearly everybody who gives an overall score rates aspects too, and sometimes more rate an
    aspect: it is still no outcome. None where nobody who wrote gave a score.
    """
    overall = "" if ask.score else " AND rank = 0"
    text = query(
        store,
        ask,
        base,
        f"SELECT name, kind, minimum, maximum FROM rated WHERE coded{overall} GROUP BY ALL "
        "ORDER BY count(DISTINCT who) DESC, name LIMIT 1",
    )
    rows = store.kept.get(("main scale", text), lambda: store.sql(text))
    return Scale(**rows[0]) if rows else None


def answered(scale: Scale) -> str:
    """A relation of those who wrote and answered on a scale: ``who, worth``, each once.

    ``worth`` is the mean of the answers that go with words.
    """
    return (
        f"(SELECT who, avg(worth) AS worth FROM rated WHERE coded AND {scale.same()} GROUP BY who)"
    )
