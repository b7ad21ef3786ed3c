"""On how many a finding rests, and who is missing from it.

A finding is what is said within the filters, of the themes if any are asked for. The loudest
customers, copies of one text and campaigns swell the number of records, never that of customers:
``voices.by-record`` is the share that a theme would have if records were counted, beside the one
of ``themes.share``.

Two texts are copies where they share a stretch of COPIED characters or more between two marks of
punctuation, case and accents aside, and come from different customers (or from nobody known). A
sentence that everybody uses would count as one; so short, none was met.

Those who wrote are compared with all customers known from events and answers by the channels that
they use and by their latest segment. Nothing is known of the language of a customer who never
wrote, and nothing at all of those without a customer key: their share is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scipy.stats import fisher_exact

from corpus import tables as t
from corpus.codebook import Codebook
from corpus.filters import Filters
from corpus.metrics import statistics
from corpus.metrics.relations import counted, query, quoted
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Base, Figure, Withheld
from corpus.store import Store
from corpus.types import FEWEST

SUMMARY = "How many a finding rests on: loud customers, copies, campaigns and who is missing."

COPIED = 40
"""Characters of a stretch that two texts share by copying, hardly by chance."""

FEWEST_COPIES = 3
"""Different customers from which copies are a campaign."""

MOST_CAMPAIGNS = 5
LOUD = 0.05
"""The share of a theme's records from which one customer is told to be loud."""

FEELABLE = 0.03
"""A smaller difference in composition, however sure, moves no finding."""

CHANCE = 0.05
"""Those who wrote differ from all customers where the corrected p is no higher."""

_KNOWN = "count(DISTINCT customer_key)"


@dataclass(frozen=True, slots=True)
class _Finding:
    """What is asked about; ``spoken`` is the relation of the records that it rests on."""

    store: Store
    ask: Ask
    base: Base
    about: dict[str, str]
    spoken: str

    def query(self, body: str) -> str:
        return query(self.store, self.ask, self.base, body)

    def row(self, body: str) -> dict[str, Any]:
        return self.store.sql(self.query(body))[0]


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """Customers, records, anonymous, loudest, campaigns and copies, response, who is missing."""
    spoken = "SELECT * FROM scope WHERE coded"
    if ask.themes or ask.filters.stage:
        spoken += " AND id IN (SELECT record_id FROM said)"
    about = {"theme": ask.themes[0]} if len(ask.themes) == 1 else {}
    finding = _Finding(store, ask, counted(store, ask), about, f"({spoken})")
    return [
        *_counts(finding),
        *_loud_themes(finding, codebook),
        *_copies(finding),
        *_represented(finding),
    ]


def _share(
    finding: _Finding,
    name: str,
    k: int,
    n: int,
    text: str,
    base: Base,
    about: dict[str, str] | None = None,
) -> Figure:
    """A share with its interval, withheld where it is of too few."""
    withheld: Withheld | None
    withheld = "few" if n < FEWEST else "few-in-cell" if k < FEWEST_IN_CELL else None
    low, high = (None, None) if withheld else statistics.wilson(k, n)
    return Figure(
        name=f"voices.{name}",
        about=finding.about if about is None else about,
        value=None if withheld else k / n,
        unit="share",
        base=base,
        n=n,
        method="share, Wilson interval",
        query=finding.query(text),
        numerator=None if withheld else k,
        denominator=n,
        low=low,
        high=high,
        withheld=withheld,
    )


# How many, and how loud ----------------------------------------------------------------------


def _counts(finding: _Finding) -> list[Figure]:
    """Customers, records, those without a customer, and the loudest customers' share."""
    per = f"(SELECT count(*) AS n FROM {finding.spoken} WHERE customer_key IS NOT NULL "
    per += "GROUP BY customer_key)"
    # The loudest hundredth, rounded up: of 150 customers two.
    ranked = "row_number() OVER (ORDER BY n DESC) AS place, count(*) OVER () AS whole"
    top = f"(SELECT n, {ranked} FROM {per})"
    loudest = f"coalesce((SELECT max(n) FROM {per}), 0)"
    hundredth = f"coalesce((SELECT sum(n) FROM {top} WHERE place <= ceil(whole / 100)), 0)"
    row = finding.row(
        f"SELECT count(*) AS records, {_KNOWN} AS customers, "
        f"count(*) - count(customer_key) AS nameless, {loudest} AS loudest, "
        f"{hundredth} AS hundredth FROM {finding.spoken}"
    )
    records = int(row["records"])
    both: tuple[tuple[Base, str], ...] = (("customers", _KNOWN), ("records", "count(*)"))
    found = [
        Figure(
            name=f"voices.{base}",
            about=finding.about,
            value=int(row[base]),
            unit="count",
            base=base,
            n=records,
            method="count",
            query=finding.query(f"SELECT {counts} AS value FROM {finding.spoken}"),
        )
        for base, counts in both
    ]
    nameless = f"SELECT 1 - count(customer_key) / count(*) AS value FROM {finding.spoken}"
    found.append(_share(finding, "anonymous", int(row["nameless"]), records, nameless, "records"))
    for name, part in (("loudest", loudest), ("hundredth", hundredth)):
        text = f"SELECT {part} / count(*) AS value FROM {finding.spoken}"
        found.append(_share(finding, name, int(row[name]), records, text, "records"))
    return found


def _loud_themes(finding: _Finding, codebook: Codebook) -> list[Figure]:
    """For themes that one customer says much of: that customer's share, and the one by record.

    Of the themes asked for, or else wherever somebody is loud.
    """
    rows = finding.store.sql(
        finding.query(
            "SELECT theme, sum(n) AS records, coalesce(max(n) FILTER (named), 0) AS loudest, "
            "(SELECT count(*) FROM scope WHERE coded) AS whole FROM (SELECT theme, said.who, "
            "count(*) AS n, bool_and(customer_key IS NOT NULL) AS named FROM said JOIN scope "
            "ON scope.id = said.record_id GROUP BY theme, said.who, customer_key) "
            "GROUP BY theme ORDER BY loudest / records DESC, theme"
        )
    )
    found = []
    for row in rows:
        loud = row["loudest"] >= max(FEWEST_IN_CELL, LOUD * row["records"])
        if codebook.theme(row["theme"]) is None or not (loud or finding.ask.themes):
            continue
        of = f"FROM said WHERE theme = {quoted(row['theme'])}"
        about = {"theme": row["theme"]}
        records = int(row["records"])
        if not finding.about:  # else it is the one whole finding, already counted
            text = (
                f"SELECT coalesce(max(n), 0) / (SELECT count(*) {of}) AS value FROM (SELECT "
                f"count(*) AS n FROM scope WHERE customer_key IS NOT NULL AND id IN "
                f"(SELECT record_id {of}) GROUP BY customer_key)"
            )
            found.append(
                _share(
                    finding, "loudest-theme", int(row["loudest"]), records, text, "records", about
                )
            )
        text = f"SELECT count(*) / (SELECT count(*) FROM scope WHERE coded) AS value {of}"
        found.append(
            _share(finding, "by-record", records, int(row["whole"]), text, "records", about)
        )
    return found


# Copies --------------------------------------------------------------------------------------


def _copies(finding: _Finding) -> list[Figure]:
    """How many records are copies, and the campaigns, the largest first."""
    stretches = _stretches(finding)
    copied = f"(SELECT id FROM {stretches} WHERE people > 1 GROUP BY id)"
    n = int(finding.row(f"SELECT count(*) AS n FROM {finding.spoken}")["n"])
    row = finding.row(f"SELECT count(*) AS value FROM {copied}")
    found = [
        Figure(
            name="voices.duplicates",
            about=finding.about,
            value=int(row["value"]),
            unit="count",
            base="records",
            n=n,
            method="records that share a stretch with another customer's",
            query=finding.query(f"SELECT count(*) AS value FROM {copied}"),
            numerator=int(row["value"]),
            denominator=n,
        )
    ]
    # A record belongs to the campaign of its most copied stretch.
    own = f"(SELECT id, who, date, stretch FROM {stretches} WHERE people >= {FEWEST_COPIES} "
    own += "QUALIFY row_number() OVER (PARTITION BY id ORDER BY people DESC, stretch) = 1)"
    rows = finding.store.sql(
        finding.query(
            "SELECT stretch, count(*) AS n, count(DISTINCT who) AS people, "
            "arg_min(id, (date, id)) AS passage, min(date) AS since, max(date) AS until "
            f"FROM {own} GROUP BY stretch HAVING count(DISTINCT who) >= {FEWEST_COPIES} "
            f"ORDER BY people DESC, stretch LIMIT {MOST_CAMPAIGNS}"
        )
    )
    for row in rows:
        about = {**finding.about, "passage": row["passage"]}
        if row["since"]:
            about |= {"since": row["since"], "until": row["until"]}
        text = f"SELECT count(*) AS value FROM {own} WHERE stretch = {quoted(row['stretch'])}"
        found.append(
            Figure(
                name="voices.campaign",
                about=about,
                value=int(row["n"]),
                unit="count",
                base="records",
                n=n,
                method="records that share a stretch, of three customers at least",
                query=finding.query(text),
                numerator=int(row["n"]),
                denominator=n,
            )
        )
    return found


def _stretches(finding: _Finding) -> str:
    """The relation of long stretches: ``id, who, date, stretch``, of how many ``people``."""
    marks = r"[^\pL\pN''’ -]+"  # in a literal of SQL
    return (
        "(SELECT id, who, date, stretch, count(DISTINCT who) OVER (PARTITION BY stretch) AS people "
        "FROM (SELECT DISTINCT id, spoken.who, spoken.date, trim(stretch) AS stretch FROM "
        f"{finding.spoken} AS spoken JOIN records USING (id), unnest(regexp_split_to_array("
        f"lower(strip_accents(records.title || '. ' || records.text)), '{marks}')) AS s(stretch) "
        f"WHERE length(trim(stretch)) >= {COPIED}))"
    )


# Who is missing ------------------------------------------------------------------------------


def _represented(finding: _Finding) -> list[Figure]:
    """The share of known customers who wrote, and where they differ from all of them."""
    known = _known(finding)
    wrote = f"(SELECT customer_key FROM {finding.spoken} WHERE customer_key IS NOT NULL)"
    row = finding.row(
        f"SELECT count(*) AS n, count_if(customer_key IN {wrote}) AS k "
        f"FROM (SELECT DISTINCT customer_key FROM {known})"
    )
    if not row["n"]:
        return []
    n, k = int(row["n"]), int(row["k"])
    text = (
        f"SELECT count_if(customer_key IN {wrote}) / count(*) AS value "
        f"FROM (SELECT DISTINCT customer_key FROM {known})"
    )
    found = [_share(finding, "response", k, n, text, "customers")]
    if k < FEWEST:
        return found
    compared = [
        (part, each)
        for part in ("channel", *_segments(finding.store))
        for each in _parts(finding, part, known, wrote)
    ]
    tests = [
        float(fisher_exact([[a, n - a], [b, m - b]]).pvalue)
        for _, each in compared
        for a, n, b, m in [_against_the_rest(each)]
    ]
    corrected = statistics.benjamini_hochberg(tests)
    missing = [
        _missing(finding, part, each, known, wrote, p)
        for (part, each), p in zip(compared, corrected, strict=True)
        if p <= CHANCE
    ]
    missing = [each for each in missing if abs(each.value or 0.0) >= FEELABLE]
    return found + sorted(missing, key=lambda each: -abs(each.value or 0.0))


def _known(finding: _Finding) -> str:
    """All that is known of customers, within the period, channel and segments: one row a doing."""
    filters = finding.ask.filters
    whole = Filters(
        kind=("feedback",),
        since=filters.since,
        until=filters.until,
        channel=filters.channel,
        segment=filters.segment,
    )
    answers = finding.store.condition(t.records, whole)
    return (
        "(SELECT customer_key, date, channel, segments FROM done WHERE customer_key IS NOT NULL "
        "UNION ALL SELECT customer_key, date, channel, segments FROM records "
        f"WHERE customer_key IS NOT NULL AND {answers})"
    )


def _segments(store: Store) -> Sequence[str]:
    return [f"segment:{name}" for name in dict.fromkeys(name for name, _ in store.segment_values())]


def _belonging(part: str, known: str) -> str:
    """The relation ``customer_key, part``: every channel of a customer, the latest segment."""
    if part == "channel":
        return f"(SELECT DISTINCT customer_key, channel AS part FROM {known} WHERE channel <> '')"
    value = f"segments ->> {quoted(part.removeprefix('segment:'))}"
    return (
        f"(SELECT customer_key, arg_max({value}, (date, {value})) AS part FROM {known} "
        f"WHERE {value} <> '' GROUP BY customer_key)"
    )


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


def _parts(finding: _Finding, part: str, known: str, wrote: str) -> list[_Part]:
    rows = finding.store.sql(
        finding.query(
            "SELECT part, count(DISTINCT customer_key) AS known, "
            f"count(DISTINCT customer_key) FILTER (customer_key IN {wrote}) AS wrote "
            f"FROM {_belonging(part, known)} GROUP BY GROUPING SETS ((part), ()) ORDER BY part"
        )
    )
    whole = next(row for row in rows if row["part"] is None)
    parts = [
        _Part(row["part"], row["wrote"], whole["wrote"], row["known"], whole["known"])
        for row in rows
        if row["part"] is not None
    ]
    return [
        each
        for each in parts
        if each.known >= FEWEST_IN_CELL
        and each.of_wrote >= FEWEST
        and each.of_known - each.of_wrote >= FEWEST
    ]


def _missing(finding: _Finding, part: str, each: _Part, known: str, wrote: str, p: float) -> Figure:
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
