"""Questions for a figure, with the SELECT that gives it: what is expected is never written down.

A figure is asked for over everything, over a year or a month, a segment's value or a channel, where
its denominator has at least 30.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date as Date
from typing import Any

from assistant.words import Words, typeset, words
from corpus.types import FEWEST
from evals.own.phrases import wording
from evals.own.types import Draft, Own
from evals.types import WITHIN, Case, Figure, Unit

SHORTEST_NAME = 3
"""Letters of a segment's value that somebody would say aloud; « BE » is a code."""

MOST_VALUES = 12
"""Values of a segment, the most frequent first, that are asked about."""

RATING = ("stars", "rating")

SCORED = "scores s JOIN records r ON r.id = s.record_id"


@dataclass(frozen=True, slots=True)
class Where:
    """A part of the records: how it is said, and its condition."""

    said: str
    condition: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure: how it is asked for, what it counts, its value as SQL over ``table``."""

    question: str
    unit: Unit
    value: str
    table: str
    condition: str
    what: str
    whole: str
    """How all records are said."""
    scales: str = "1"
    """How many scales there are, as SQL: what is on several has no mean."""


ALL = Where("", "")

_NET = "100.0 * avg(CASE WHEN s.value >= 9 THEN 1 WHEN s.value <= 6 THEN -1 ELSE 0 END)"
_BEST = "avg(CASE WHEN s.value = s.maximum THEN 1.0 ELSE 0 END)"
_MANY: tuple[str, Unit, str, str] = ("many", "count", "count(*)", "")
_OF_SCORE: dict[str, tuple[tuple[str, Unit, str, str], ...]] = {
    "nps": (_MANY, ("nps", "score", _NET, "")),
    "csat": (_MANY, ("csat", "score", "avg(s.value)", "")),
    "ces": (_MANY, ("ces", "score", "avg(s.value)", "")),
    "binary": (("recommended", "share", "avg(s.value)", ""),),
    "rating": (
        _MANY,
        ("mean", "score", "avg(s.value)", ""),
        ("lowest", "count", "count(*)", " AND s.value = 1 AND s.maximum = 5"),
        ("highest", "share", _BEST, ""),
    ),
}
"""Of each kind of score: how it is asked for, in what unit, what gives it, and of which alone."""


def drafts(own: Own) -> Iterator[Draft]:
    """Each measure over each part of the records, in random order."""
    pairs = [(measure, where) for measure, parts in _measures(own) for where in parts]
    own.random.shuffle(pairs)
    # Of one measure no more than of the others, as long as there are others.
    rank: dict[str, int] = {}
    turns = []
    for pair in pairs:
        name = pair[0].question
        rank[name] = rank.get(name, 0) + 1
        turns.append((rank[name], pair))
    for _, (measure, where) in sorted(turns, key=lambda turn: turn[0]):
        if draft := _draft(measure, where, own):
            yield draft


def _draft(measure: Measure, where: Where, own: Own) -> Draft | None:
    condition = " AND ".join(filter(None, (measure.condition, where.condition)))
    query = (
        f"SELECT {measure.value} AS value, count(*) AS n, "  # noqa: S608 - our own and quoted
        f"{measure.scales} AS scales FROM {measure.table} WHERE {condition or 'true'}"
    )
    (row,) = own.holder.sql(query)
    if row["value"] is None or row["n"] < FEWEST or row["scales"] > 1:
        return None
    said = measure.whole if where == ALL else where.said
    question = " ".join(measure.question.format(where=said).split())
    figure = Figure(measure.what, float(row["value"]), measure.unit, WITHIN[measure.unit])
    case = Case(
        id="",
        kind="counts",
        language=own.language,
        question=typeset(question.replace("'", "’"), own.language),
        figures=(figure,),
        query=query,
    )
    return Draft(case, f"{figure.what}: {figure.value:g} (n = {row['n']})")


def _measures(own: Own) -> Iterator[tuple[Measure, list[Where]]]:
    said, where = wording(own.language)["counts"], wording(own.language)["where"]
    months = _periods(own, "records", "r")
    parts = [ALL, *_parts(own)]
    for row in _scores(own):
        kind, name = row["of"], row["name"]
        noun = wording(own.language)["answers"].get(kind, "")
        mine = f"s.name = {_quoted(name)} AND s.kind = {_quoted(row['kind'])}"

        for question, unit, value, also in _OF_SCORE[kind]:
            asked = said[question].replace("{of}", noun)
            whole = where["all" if unit == "count" else "overall"]
            scales = "1" if question == "many" else "count(DISTINCT (s.minimum, s.maximum))"
            measure = Measure(asked, unit, value, SCORED, mine + also, name, whole, scales)
            # « … nous recommandent pour le Canada » nobody says.
            yield measure, [ALL, *months] if kind == "binary" else parts
    yield from _deeds(own)


def _scores(own: Own) -> Iterator[dict[str, Any]]:
    """The scores to ask about: of ratings the overall one, for aspects would need names."""
    rows = own.holder.sql(
        "SELECT name, kind, avg(rank) AS rank, count(*) AS n FROM scores "  # noqa: S608
        f"GROUP BY name, kind HAVING count(*) >= {FEWEST} ORDER BY rank, name"
    )
    seen: set[str] = set()
    for row in rows:
        of = "rating" if row["kind"] in RATING else row["kind"].partition("-")[0]
        known = of != "binary" or row["name"].lower().startswith("recom")
        if known and of not in seen:
            seen.add(of)
            yield {**row, "of": of}


def _deeds(own: Own) -> Iterator[tuple[Measure, list[Where]]]:
    """What customers did; of purchases also what they are worth."""
    said, nouns = wording(own.language)["counts"], wording(own.language)["deeds"]
    where = wording(own.language)["where"]
    parts = [ALL, *_periods(own, "events", "e")]
    kinds = {row["kind"]: row for row in own.holder.sql(
        "SELECT kind, count(*) AS n, count(amount) AS paid FROM events GROUP BY kind"
    )}  # fmt: skip
    for kind in sorted(kinds.keys() & nouns.keys()):
        of = f"e.kind = {_quoted(kind)}"
        done = said["done"].replace("{of}", nouns[kind])
        yield Measure(done, "count", "sum(e.count)", "events e", of, kind, where["all"]), parts
        if kind == "purchase" and kinds[kind]["paid"] >= FEWEST:
            paid = f"{of} AND e.amount IS NOT NULL"
            whole = where["overall"]
            yield (
                Measure(said["amount"], "amount", "avg(e.amount)", "events e", paid, kind, whole),
                parts,
            )


def _parts(own: Own) -> list[Where]:
    """The parts of the records that somebody would ask for by name."""
    where = wording(own.language)["where"]
    found = _periods(own, "records", "r")
    for row in own.holder.sql(
        "SELECT channel AS value FROM records WHERE channel IS NOT NULL "
        "GROUP BY channel ORDER BY count(*) DESC, channel"
    )[:MOST_VALUES]:
        condition = f"r.channel = {_quoted(row['value'])}"
        found.append(Where(where["channel"].format(value=row["value"]), condition))
    pairs = (
        "SELECT unnest(map_entries(CAST(segments AS MAP(VARCHAR, VARCHAR)))) AS pair FROM records"
    )
    by_name: dict[str, int] = {}
    for row in own.holder.sql(
        f"SELECT pair.key AS name, pair.value AS value, count(*) AS n FROM ({pairs}) "  # noqa: S608
        f"GROUP BY ALL HAVING count(*) >= {FEWEST} ORDER BY n DESC, name, value"
    ):
        name, value = row["name"], row["value"]
        by_name[name] = by_name.get(name, 0) + 1
        if len(value) < SHORTEST_NAME or by_name[name] > MOST_VALUES:
            continue
        condition = f"json_extract_string(r.segments, {_quoted(_path(name))}) = {_quoted(value)}"
        spoken = _spoken(value, words(own.language))
        found.append(Where(where["segment"].format(value=spoken), condition))
    return found


def _periods(own: Own, table: str, short: str) -> list[Where]:
    """Each year and each month that the dates of a table reach."""
    where, said = wording(own.language)["where"], words(own.language)
    found: list[Where] = []
    for row in own.holder.sql(
        f"SELECT date_trunc('month', date)::DATE AS month FROM {table} "  # noqa: S608 - our own
        "WHERE date IS NOT NULL GROUP BY ALL ORDER BY month"
    ):
        first = Date.fromisoformat(str(row["month"])[:10])
        last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        year = Where(
            where["year"].format(year=first.year),
            _between(short, Date(first.year, 1, 1), Date(first.year, 12, 31)),
        )
        if year not in found:
            found.append(year)
        found.append(
            Where(where["month"].format(month=said.day(first)), _between(short, first, last))
        )
    return found


def _between(short: str, first: Date, last: Date) -> str:
    return f"{short}.date BETWEEN DATE '{first}' AND DATE '{last}'"


def _spoken(value: str, said: Words) -> str:
    """A value as somebody writes it: « adria-airways » is Adria Airways, « auto » is quoted."""
    plain = value.replace("-", " ").replace("_", " ")
    if plain != plain.lower():
        return value
    return plain.title() if plain != value else said.quote(value)


def _path(name: str) -> str:
    escaped = name.replace('"', '\\"')
    return f'$."{escaped}"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
