"""Who of all known customers wrote: channels and segments that are missing or too many."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from corpus import tables as t
from corpus.customers import channels_used, latest_segments
from corpus.filters import Filters
from corpus.metrics import statistics
from corpus.metrics._finding import Finding, share_of
from corpus.metrics.relations import among, of_all_events, quoted, within
from corpus.metrics.types import FEWEST_IN_CELL, Figure
from corpus.types import FEWEST

FEELABLE = 0.03
"""A smaller difference in composition, however sure, moves no finding."""

CHANCE = 0.05
"""Those who wrote differ from all customers where the corrected p is no higher."""


def represented(finding: Finding) -> list[Figure]:
    """The share of known customers who wrote, and where they differ from all of them."""
    known = _known(finding)
    customers = f"(SELECT DISTINCT customer_key FROM {known})"
    customers = "everybody" if known == "known_as" else customers
    wrote = f"(SELECT customer_key FROM {finding.spoken} WHERE customer_key IS NOT NULL)"
    row = finding.row(
        f"SELECT count(*) AS n, count_if(customer_key IN {wrote}) AS k FROM {customers}"
    )
    if not row["n"]:
        return []
    n, k = int(row["n"]), int(row["k"])
    text = f"SELECT count_if(customer_key IN {wrote}) / count(*) AS value FROM {customers}"
    found = [share_of(finding, "response", k, n, text, "customers")]
    if k < FEWEST:
        return found
    compared = [*_segments(finding, known, wrote), *_channels(finding, known, wrote)]
    compared = [
        (part, each)
        for part, each in compared
        if each.known >= FEWEST_IN_CELL
        and each.of_wrote >= FEWEST
        and each.of_known - each.of_wrote >= FEWEST
    ]
    tests = [statistics.shares_differ(*_against_the_rest(each)) for _, each in compared]
    corrected = statistics.benjamini_hochberg(tests)
    missing = [
        _missing(finding, part, each, known, wrote, p)
        for (part, each), p in zip(compared, corrected, strict=True)
        if p <= CHANCE
    ]
    missing = [each for each in missing if abs(each.value or 0.0) >= FEELABLE]
    return found + sorted(missing, key=lambda each: -abs(each.value or 0.0))


def _known(finding: Finding) -> str:
    """All that is known of customers, within the period, channel and segments: one row a doing."""
    filters = finding.ask.filters
    if of_all_events(filters):
        return "known_as"
    of_doing = Filters(
        since=filters.since, until=filters.until, channel=filters.channel, segment=filters.segment
    )
    if not (filters.since or filters.until):
        kept = within(finding.store, t.records, of_doing)
        return f"(SELECT * FROM known_as AS records WHERE {kept})"
    kept = within(finding.store, t.records, replace(of_doing, kind=("feedback",)))
    return (
        "(SELECT customer_key, date, channel, segments FROM done WHERE customer_key IS NOT NULL "
        "UNION ALL SELECT customer_key, date, channel, segments FROM told AS records "
        f"WHERE customer_key IS NOT NULL AND {kept})"
    )


def _channels_of(known: str) -> str:
    return "uses" if known == "known_as" else channels_used(known)


def _segments_of(known: str) -> str:
    return "belongs" if known == "known_as" else latest_segments(known)


def _belonging(part: str, known: str) -> str:
    """The relation ``customer_key, part``: every channel of a customer, the latest segment."""
    if part == "channel":
        return f"(SELECT customer_key, channel AS part FROM {_channels_of(known)})"
    name = quoted(part.removeprefix("segment:"))
    return f"(SELECT customer_key, value AS part FROM {_segments_of(known)} WHERE name = {name})"


@dataclass(frozen=True, slots=True)
class _Part:
    """How many of those who wrote, and of all known customers, belong to a part."""

    part: str
    wrote: int
    of_wrote: int
    known: int
    of_known: int


def _against_the_rest(part: _Part) -> tuple[int, int, int, int]:
    """Those who wrote against those who did not."""
    return part.wrote, part.of_wrote, part.known - part.wrote, part.of_known - part.of_wrote


def _channels(finding: Finding, known: str, wrote: str) -> Iterator[tuple[str, _Part]]:
    rows = finding.store.sql(
        finding.query(
            "SELECT channel, count(*) AS known, count_if(wrote) AS wrote, "
            "count_if(once) AS of_known, count_if(once AND wrote) AS of_wrote FROM (SELECT *, "
            f"customer_key IN {wrote} AS wrote FROM {_channels_of(known)}) GROUP BY channel"
        )
    )
    of_wrote, of_known = (sum(int(row[k]) for row in rows) for k in ("of_wrote", "of_known"))
    for row in sorted(rows, key=lambda row: row["channel"]):
        part = _Part(row["channel"], int(row["wrote"]), of_wrote, int(row["known"]), of_known)
        yield "channel", part


def _segments(finding: Finding, known: str, wrote: str) -> Iterator[tuple[str, _Part]]:
    names = list(dict.fromkeys(name for name, _ in finding.store.segment_values()))
    if not names:
        return
    rows = finding.store.sql(
        finding.query(
            f"SELECT name, value, count(*) AS known, count_if(customer_key IN {wrote}) AS wrote "
            f"FROM {_segments_of(known)} WHERE name IN {among(tuple(names))} GROUP BY name, value"
        )
    )
    yield from _parts({name: [row for row in rows if row["name"] == name] for name in names})


def _parts(found: Mapping[str, list[dict[str, Any]]]) -> Iterator[tuple[str, _Part]]:
    """The parts of each segment, of which ``found`` has the counts of each value."""
    for name, own in found.items():
        of_wrote, of_known = (sum(int(row[k]) for row in own) for k in ("wrote", "known"))
        for row in sorted(own, key=lambda row: row["value"]):
            part = _Part(row["value"], int(row["wrote"]), of_wrote, int(row["known"]), of_known)
            yield f"segment:{name}", part


def _missing(finding: Finding, part: str, each: _Part, known: str, wrote: str, p: float) -> Figure:
    """The share among those who wrote less that among all known customers.

    It is the difference to those who did not write times their share, and so is the interval.
    """
    low, high = statistics.share_difference(*_against_the_rest(each))
    silent = 1 - each.of_wrote / each.of_known
    belonging = _belonging(part, known)
    here = f"count(DISTINCT customer_key) FILTER (part = {quoted(each.part)})"
    text = (
        f"SELECT {here[:-1]} AND customer_key IN {wrote}) / count(DISTINCT customer_key) "
        f"FILTER (customer_key IN {wrote}) - {here} / count(DISTINCT customer_key) AS value "
        f"FROM {belonging}"
    )
    return Figure(
        name="voices.missing",
        about={**finding.about, part: each.part},
        value=each.wrote / each.of_wrote - each.known / each.of_known,
        unit="share",
        base="customers",
        n=each.of_wrote,
        method="share among those who wrote less that among known customers, Newcombe interval, "
        "Fisher's test, Benjamini-Hochberg p",
        query=finding.query(text),
        numerator=each.wrote,
        denominator=each.of_wrote,
        low=low * silent,
        high=high * silent,
        p=p,
    )
