"""What the analyses of events share: leaving, mishaps, the day before which one looks, shares.

A customer is joined by ``customer_key``: rows without one (prospects, or rows counted by day and
segment) are in no relation of this module.
"""

from collections.abc import Mapping, Sequence
from datetime import date as Date

from statsmodels.stats.proportion import proportions_ztest

from corpus.metrics import statistics
from corpus.metrics.relations import of_people, query, quoted
from corpus.metrics.statistics import Clusters
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Base, Figure, Withheld
from corpus.sessions import parting, tried
from corpus.store import Store
from corpus.types import FEWEST, MOSTLY

_MOST_VALUES = 12


def landmark(store: Store, ask: Ask) -> Date | None:
    """The day that parts what goes wrong from leaving; None with fewer than 90 days of events."""
    text = "SELECT min(first) AS first, max(last) AS last FROM sorts"

    def day() -> Date | None:
        return parting(store.sql(query(store, ask, "customers", text)))

    return store.kept.get(("landmark", repr(ask.filters)), day)


def tried_by(store: Store, ask: Ask, day: Date) -> str:
    """The relation of the customers known before the landmark, see ``tried``."""
    return of_people(store, ask, "tried_before", tried(day))


def attributes(store: Store, ask: Ask, relation: str, where: str, n: str = "count(*)") -> list[str]:
    """The segments to match on: nearly every row of a relation has them, with few values.

    The three of fewest values, of two to twelve: finer strata would leave nobody to compare with.
    A row stands for as many as the aggregate ``n`` says.
    """
    rows = store.sql(
        query(
            store,
            ask,
            "customers",
            f"SELECT pair.key AS name FROM (SELECT n, sum(n) OVER () AS whole, "
            "unnest(map_entries(CAST(segments AS MAP(VARCHAR, VARCHAR)))) AS pair FROM "
            f"(SELECT segments, {n} AS n FROM {relation} WHERE {where} "
            "GROUP BY segments)) GROUP BY pair.key, whole "
            f"HAVING sum(n) >= {MOSTLY} * whole "
            f"AND count(DISTINCT pair.value) BETWEEN 2 AND {_MOST_VALUES} "
            "ORDER BY count(DISTINCT pair.value), name LIMIT 3",
        )
    )
    return [row["name"] for row in rows]


def stratum(names: Sequence[str], *others: str) -> str:
    """The expression of a stratum: the values of these segments, and other expressions."""
    parts = [f"coalesce(segments ->> {quoted(name)}, '')" for name in names]
    return " || chr(31) || ".join([*parts, *others]) or "''"


def band(count: str) -> str:
    """The expression of a count's band: none, one, two or three, more."""
    return f"CASE WHEN {count} <= 1 THEN {count} WHEN {count} <= 3 THEN 2 ELSE 4 END"


def share_p(k1: int, n1: int, k2: int, n2: int) -> float:
    """The two-sided p-value of k1/n1 = k2/n2 (pooled z test); 1 where nobody or everybody does."""
    if k1 + k2 in (0, n1 + n2):
        return 1.0
    return float(proportions_ztest([k1, k2], [n1, n2])[1])


def share(
    name: str,
    about: Mapping[str, str],
    numerator: int,
    denominator: int,
    text: str,
    *,
    base: Base = "customers",
    clusters: Clusters | None = None,
) -> Figure:
    """A share with Wilson's interval, withheld below the minima.

    Where what is counted comes in ``clusters``, that of as many as they are worth.
    """
    withheld: Withheld | None = None
    if denominator < FEWEST:
        withheld = "few"
    elif numerator < FEWEST_IN_CELL:
        withheld = "few-in-cell"
    low: float | None = None
    high: float | None = None
    if not withheld:
        worth = (
            statistics.independent(numerator, denominator, clusters) if clusters else denominator
        )
        low, high = statistics.wilson(numerator / denominator * worth, worth)
    return Figure(
        name=name,
        about=about,
        value=None if withheld else numerator / denominator,
        unit="share",
        base=base,
        n=denominator,
        method="share, Wilson interval" + (" with customers as clusters" if clusters else ""),
        query=text,
        numerator=None if withheld else numerator,
        denominator=denominator,
        low=low,
        high=high,
        withheld=withheld,
    )
