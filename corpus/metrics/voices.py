"""On how many a finding rests, and who is missing from it.

A finding is what is said within the filters, of the themes if any are asked for. The loudest
customers, copies of one text and campaigns swell the number of records, never that of customers:
``voices.by-record`` is the share that a theme would have if records were counted, beside the one
of ``themes.share``.

Two texts are copies where they share a stretch of many characters (``COPIED``) between two
marks of punctuation, case and accents aside, and come from different customers (or from nobody
known). A stock phrase of that length would count as one: 2 of 1,000 insurance reviews share a
stretch.

Those who wrote are compared with all customers known from events and answers by the channels that
they use and by their latest segment. Nothing is known of the language of a customer who never
wrote, and nothing at all of those without a customer key: their share is told.
"""

from corpus.codebook import Codebook
from corpus.metrics._finding import Finding, share_of
from corpus.metrics._missing import represented
from corpus.metrics.relations import counted, quoted
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Base, Figure
from corpus.store import Store

SUMMARY = "How many a finding rests on: loud customers, copies, campaigns and who is missing."

FEWEST_COPIES = 3
"""Different customers from which copies are a campaign."""

MOST_CAMPAIGNS = 5
LOUD = 0.05
"""The share of a theme's records from which one customer is told to be loud."""

_KNOWN = "count(DISTINCT customer_key)"


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """Customers, records, anonymous, coded, the loud, copies, response, who is missing."""
    spoken = "SELECT * FROM scope WHERE coded"
    if ask.themes or ask.filters.stage:
        spoken += " AND record_id IN (SELECT record_id FROM said)"
    about = {"theme": ask.themes[0]} if len(ask.themes) == 1 else {}
    finding = Finding(store, ask, counted(store, ask), about, f"({spoken})")
    return [
        *_counts(finding),
        *_coded(finding),
        *_loud_themes(finding, codebook),
        *_copies(finding),
        *represented(finding),
    ]


# How many, and how loud ----------------------------------------------------------------------


def _counts(finding: Finding) -> list[Figure]:
    """Customers, records, those without a customer, and the loudest customers' share."""
    per = f"(SELECT count(*) AS n FROM {finding.spoken} WHERE customer_key IS NOT NULL "
    per += "GROUP BY customer_key)"
    # Customers who wrote as much, and those who wrote more: few numbers, however many customers.
    ranked = (
        "(SELECT *, sum(people) OVER (ORDER BY n DESC) - people AS louder, "
        f"sum(people) OVER () AS whole FROM (SELECT n, count(*) AS people FROM {per} GROUP BY n))"
    )
    # The loudest hundredth, rounded up: of 150 customers two.
    among_loudest = "greatest(0, least(people, ceil(whole / 100) - louder))"
    loudest, hundredth = "coalesce(max(n), 0)", f"coalesce(sum(n * {among_loudest}), 0)"
    row = finding.row(
        f"SELECT (SELECT count(*) FROM {finding.spoken}) AS records, "
        "coalesce(sum(people), 0) AS customers, coalesce(sum(n * people), 0) AS named, "
        f"{loudest} AS loudest, {hundredth} AS hundredth FROM {ranked}"
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
    anonymous = records - int(row["named"])
    found.append(share_of(finding, "anonymous", anonymous, records, nameless, "records"))
    for name, part in (("loudest", loudest), ("hundredth", hundredth)):
        text = f"SELECT {part} / (SELECT count(*) FROM {finding.spoken}) AS value FROM {ranked}"
        found.append(share_of(finding, name, int(row[name]), records, text, "records"))
    return found


def _coded(finding: Finding) -> list[Figure]:
    """The share of what was written that is coded: all the rest is not counted yet."""
    row = finding.row(
        "SELECT count_if(coded) AS coded, count_if(written) AS written FROM scope WHERE written"
    )
    coded, written = int(row["coded"] or 0), int(row["written"] or 0)
    text = "SELECT count_if(coded) / count(*) AS value FROM scope WHERE written"
    return [share_of(finding, "coded", coded, written, text, "records")]


def _loud_themes(finding: Finding, codebook: Codebook) -> list[Figure]:
    """For themes that one customer says much of: that customer's share, and the one by record.

    Of the themes asked for, or else wherever somebody is loud.
    """
    rows = finding.store.sql(
        finding.query(
            "SELECT theme, sum(n) AS records, coalesce(max(n) FILTER (named), 0) AS loudest, "
            "(SELECT count(*) FROM scope WHERE coded) AS whole FROM (SELECT theme, who, "
            "count(*) AS n, bool_and(customer_key IS NOT NULL) AS named FROM said "
            "GROUP BY theme, who, customer_key) "
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
                f"count(*) AS n FROM scope WHERE customer_key IS NOT NULL AND record_id IN "
                f"(SELECT record_id {of}) GROUP BY customer_key)"
            )
            found.append(
                share_of(
                    finding, "loudest-theme", int(row["loudest"]), records, text, "records", about
                )
            )
        text = f"SELECT count(*) / (SELECT count(*) FROM scope WHERE coded) AS value {of}"
        found.append(
            share_of(finding, "by-record", records, int(row["whole"]), text, "records", about)
        )
    return found


# Copies --------------------------------------------------------------------------------------


def _copies(finding: Finding) -> list[Figure]:
    """How many records are copies, and the campaigns, the largest first."""
    stretches = _stretches(finding)
    rows = finding.store.sql(finding.query(_counted_copies(finding)))
    n, copied = int(rows[0]["records"]), int(rows[0]["copied"])
    found = [
        Figure(
            name="voices.duplicates",
            about=finding.about,
            value=copied,
            unit="count",
            base="records",
            n=n,
            method="records that share a stretch with another customer's",
            query=finding.query(
                f"SELECT count(DISTINCT record_id) AS value FROM {stretches} WHERE people > 1"
            ),
            numerator=copied,
            denominator=n,
        )
    ]
    rows = [row for row in rows if row["copy"] is not None]
    if not rows:
        return found
    own = f"(SELECT id, who, date, copy FROM {stretches} WHERE people >= {FEWEST_COPIES} "
    own += "QUALIFY row_number() OVER (PARTITION BY record_id ORDER BY people DESC, copy) = 1)"
    numbers = ", ".join(str(row["copy"]) for row in rows)
    said = finding.row(
        "SELECT map_from_entries(list((CAST(copy AS VARCHAR), stretch))) AS said FROM "
        f"(SELECT DISTINCT copy, stretch FROM stretches WHERE copy IN ({numbers}))"
    )["said"]
    for row in rows:
        about = {**finding.about, "passage": row["passage"]}
        if row["since"]:
            about |= {"since": row["since"], "until": row["until"]}
        # Told by its words: their number is another one when more is loaded.
        number = f"SELECT copy FROM stretches WHERE stretch = {quoted(said[str(row['copy'])])}"
        text = f"SELECT count(*) AS value FROM {own} WHERE copy IN ({number})"
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


def _counted_copies(finding: Finding) -> str:
    """The SELECT of the campaigns, each with how many ``records`` there are and are ``copied``.

    One row without a campaign where there is none. A record belongs to the campaign of its most
    copied stretch: stretches are told by their ``place`` among them, so that the least is its own.
    """
    few = f"people >= {FEWEST_COPIES}"
    return (
        f"SELECT * FROM (WITH spoken AS (SELECT * FROM {finding.spoken}), "
        "held AS MATERIALIZED (SELECT record_id, who, copy FROM spoken JOIN stretches "
        "USING (record_id)), spread AS MATERIALIZED (SELECT copy, people, "
        "row_number() OVER (ORDER BY people DESC, copy) AS place FROM (SELECT copy, count(*) AS "
        "people FROM (SELECT DISTINCT copy, who FROM held) GROUP BY copy) WHERE people > 1), "
        f"owned AS MATERIALIZED (SELECT record_id, min(place) FILTER ({few}) AS place FROM held "
        "JOIN spread USING (copy) GROUP BY record_id), campaigns AS (SELECT place, count(*) AS n, "
        "count(DISTINCT who) AS people, arg_min(id, (date, id)) AS passage, min(date) AS since, "
        "max(date) AS until FROM owned JOIN spoken USING (record_id) WHERE place IS NOT NULL "
        f"GROUP BY place HAVING {few}) "
        "SELECT (SELECT count(*) FROM spoken) AS records, (SELECT count(*) FROM owned) AS copied, "
        "campaigns.*, copy FROM (SELECT 1) LEFT JOIN campaigns ON true LEFT JOIN spread "
        f"USING (place) ORDER BY campaigns.people DESC, copy LIMIT {MOST_CAMPAIGNS})"
    )


def _stretches(finding: Finding) -> str:
    """Long stretches: ``id, record_id, who, date, copy``, and of how many ``people`` each is."""
    of = f"FROM {finding.spoken} JOIN stretches USING (record_id)"
    return (
        f"(SELECT id, record_id, who, date, copy, people {of} "
        f"JOIN (SELECT copy, count(DISTINCT who) AS people {of} GROUP BY copy) USING (copy))"
    )
