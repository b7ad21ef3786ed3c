"""What the analyses of events share: leaving, mishaps, the day before which one looks, shares.

A customer is joined by ``customer_key``: rows without one (prospects, or rows counted by day and
segment) are in no relation of this module.
"""

from collections.abc import Mapping, Sequence
from datetime import date as Date
from datetime import timedelta

from statsmodels.stats.proportion import proportions_ztest

from corpus.metrics import statistics
from corpus.metrics.relations import query, quoted
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Base, Figure, Withheld
from corpus.store import Store
from corpus.types import FEWEST, MOSTLY

SLOW = 14
"""A refund takes too long past this many days after the return, the time that European law leaves
(directive 2011/83/EU, article 13)."""

MISHAPS = (
    "payment_failed",
    "late_delivery",
    "out_of_stock",
    "slow_refund",
    "unfinished_checkout",
    "unfinished_account",
)
"""What goes wrong: kinds of events, and what the events of one session tell together."""

SESSION = "coalesce(session, customer_key || ' ' || date)"
"""What belongs together: the session or, where the source has none, a customer's day."""

_KINDS = ("payment_failed", "late_delivery", "out_of_stock", "checkout", "account", "purchase")
_CASES = " ".join(f"WHEN '{kind}' THEN {1 << i}" for i, kind in enumerate(_KINDS))
_SEEN = f"CASE kind {_CASES} ELSE 0 END"

_MOST_VALUES = 12


def landmark(store: Store, ask: Ask) -> Date | None:
    """The day at two thirds of the period of the events; None where there are fewer than 90 days.

    What went wrong counts before it and leaving from it on, so that nobody's leaving hides what
    would have happened to them (Anderson, Cain and Gelber 1983).
    """
    text = "SELECT min(date) AS first, max(date) AS last FROM done WHERE customer_key IS NOT NULL"
    row = store.sql(query(store, ask, "customers", text))[0]
    if row["first"] is None:
        return None
    first, last = Date.fromisoformat(row["first"]), Date.fromisoformat(row["last"])
    days = (last - first).days
    return first + timedelta(days * 2 // 3) if days >= 90 else None


def tried(day: Date) -> str:
    """A relation of the customers known before a day and not gone by then.

    ``who``, ``segments`` (their last ones before it), ``bought`` (purchases and renewals before
    it), ``lost`` (whether they leave from it on) and how often each of ``MISHAPS`` happened before.
    """
    start = f"DATE {quoted(day.isoformat())}"
    before = f"date < {start}"
    paid, failed = _has("purchase"), _has("payment_failed")
    mishaps = {
        "payment_failed": failed,
        "late_delivery": _has("late_delivery"),
        "out_of_stock": _has("out_of_stock"),
        "slow_refund": f"coalesce(refunded - returned > {SLOW}, false)",
        "unfinished_checkout": f"{_has('checkout')} AND NOT {paid} AND NOT {failed}",
        "unfinished_account": f"{_has('account')} AND NOT {_has('checkout')} AND NOT {paid}",
    }
    return (
        "(WITH sessions AS (SELECT customer_key AS who, min(date) AS first, "
        f"max(segments) FILTER ({before}) AS segments, "
        f"coalesce(bit_or({_SEEN}) FILTER ({before}), 0) AS seen, "
        f"count_if(kind IN ('purchase', 'renewal') AND {before}) AS bought, "
        f"max(date) FILTER (kind = 'refund' AND {before}) AS refunded, "
        "max(date) FILTER (kind = 'return') AS returned, "
        "min(date) FILTER (kind = 'churn') AS gone "
        f"FROM done WHERE customer_key IS NOT NULL GROUP BY customer_key, {SESSION}) "
        "SELECT who, substr(max(first || segments), 11)::JSON AS segments, "
        "sum(bought) AS bought, count(gone) > 0 AS lost, "
        f"{', '.join(f'count_if({each}) AS {name}' for name, each in mishaps.items())} "
        f"FROM sessions GROUP BY who HAVING min(first) < {start} "
        f"AND (count(gone) = 0 OR min(gone) >= {start}))"
    )


def _has(kind: str) -> str:
    return f"(seen & {1 << _KINDS.index(kind)}) > 0"


def attributes(store: Store, ask: Ask, relation: str, where: str) -> list[str]:
    """The segments to match on: nearly every row of a relation has them, with few values.

    The three of fewest values, of two to twelve: finer strata would leave nobody to compare with.
    """
    rows = store.sql(
        query(
            store,
            ask,
            "customers",
            f"SELECT pair.key AS name FROM (SELECT n, sum(n) OVER () AS whole, "
            "unnest(map_entries(CAST(segments AS MAP(VARCHAR, VARCHAR)))) AS pair FROM "
            f"(SELECT segments, count(*) AS n FROM {relation} WHERE {where} "
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
) -> Figure:
    """A share with Wilson's interval, withheld below the minima."""
    withheld: Withheld | None = None
    if denominator < FEWEST:
        withheld = "few"
    elif numerator < FEWEST_IN_CELL:
        withheld = "few-in-cell"
    low, high = (None, None) if withheld else statistics.wilson(numerator, denominator)
    return Figure(
        name=name,
        about=about,
        value=None if withheld else numerator / denominator,
        unit="share",
        base=base,
        n=denominator,
        method="share, Wilson interval",
        query=text,
        numerator=None if withheld else numerator,
        denominator=denominator,
        low=low,
        high=high,
        withheld=withheld,
    )
