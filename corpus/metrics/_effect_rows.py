"""The facts of one theme, case by case, in the period before and in the period after.

Each relation has a row for one person (or what counts for one) in one of the two periods and the
groups: ``who, after, own, n, total``. ``after`` is whether it is of the later period. ``own`` is
whether it is of the group asked for, null where nothing tells; without a group everybody is of it.
``n`` is how many cases there are and ``total`` what they add up to.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date as Date

from corpus.filters import Filters, Values
from corpus.metrics._sides import Sides
from corpus.metrics.relations import Scale, quoted, told_by
from corpus.metrics.types import Ask, Base
from corpus.sessions import SESSION, SLOW
from corpus.store import Store

INCIDENTS: Mapping[str, str] = {
    "delivery-delay": "late_delivery",
    "delivery-carrier": "late_delivery",
    "tracking": "late_delivery",
    "refund-delay": "slow_refund",
    "payment": "payment_failed",
    "authentication": "payment_failed",
    "account": "unfinished_account",
    "checkout-fees": "unfinished_checkout",
    "delivery-cost": "unfinished_checkout",
    "site-reliability": "unfinished_checkout",
    "site-usability": "unfinished_checkout",
    "stock": "out_of_stock",
}
"""What the events show of a theme, where they show it: the mishap that goes with it."""

_CASES: Mapping[str, tuple[str, str, str]] = {
    "late_delivery": ("coalesce(bought, arrived)", "arrived IS NOT NULL", "late"),
    "slow_refund": (
        "returned",
        "returned IS NOT NULL AND refunded IS NOT NULL",
        f"refunded - returned > {SLOW}",
    ),
    "payment_failed": ("began", "checkout", "failed"),
    "unfinished_checkout": ("began", "checkout", "bought IS NULL AND NOT failed"),
    "unfinished_account": ("began", "account", "NOT checkout AND bought IS NULL"),
    "out_of_stock": ("began", "cart", "missing"),
}
"""Of each mishap: the day from which what is done can bear on it, its cases, and when it is one.

A parcel is of the day of its purchase and a refund of the day of its return: what had begun before
a change is not put down to it.
"""

_TAKES: Mapping[str, str] = {
    "late_delivery": "arrived - bought",
    "slow_refund": "refunded - returned",
}
"""The days after which one knows of a mishap whether it was one, where that takes any."""

NEARLY_ALL = 0.99
"""The share of what takes time that has come to its end before what begins is counted.

Of parcels bought in the last days the punctual ones alone have arrived: without this any change
would seem to have mended some of the delay.
"""


def of_incident(incident: str, ask: Ask) -> str:
    """The rows of a mishap, over all events; a session is of the group if one of its events is."""
    day, among, hit = _CASES[incident]
    tells = _tells(ask.filters.segment)
    assert ask.against is not None
    takes = _TAKES.get(incident)
    if takes:
        among += (
            " AND " + day + " <= (SELECT max(date) FROM doings) - "
            f"(SELECT quantile_disc({takes}, {NEARLY_ALL}) FROM visits)::INTEGER"
        )
    return (
        f"(WITH visits AS (SELECT {SESSION} AS visit, max(customer_key) AS known, "
        "min(date) AS began, min(date) FILTER (kind = 'purchase') AS bought, "
        "min(date) FILTER (kind IN ('delivery', 'late_delivery')) AS arrived, "
        "min(date) FILTER (kind = 'return') AS returned, "
        "min(date) FILTER (kind = 'refund') AS refunded, "
        "bool_or(kind = 'late_delivery') AS late, bool_or(kind = 'payment_failed') AS failed, "
        "bool_or(kind = 'checkout') AS checkout, bool_or(kind = 'account') AS account, "
        "bool_or(kind = 'cart') AS cart, bool_or(kind = 'out_of_stock') AS missing, "
        f"{tells} AS own FROM doings WHERE {SESSION} IS NOT NULL GROUP BY {SESSION}) "
        f"SELECT coalesce(known, -1 - visit) AS who, {_within(day, ask.filters)} AS after, own, "
        f"count(*) AS n, count_if({hit})::DOUBLE AS total FROM visits WHERE ({among}) AND "
        f"({_within(day, ask.filters)} OR {_within(day, ask.against)}) GROUP BY ALL)"
    )


def of_complaints(store: Store, ask: Ask, base: Base, theme: str) -> str:
    """Who wrote in each period, and whether they only complain of the theme."""
    tells = _tells(ask.filters.segment)
    blamed = (
        f"(SELECT who FROM said WHERE theme = {quoted(theme)} GROUP BY who "
        "HAVING bool_or(bad) AND NOT bool_or(good))"
    )
    both = _sides(store, ask, base).both(
        f"SELECT who, {tells} AS own, (who IN {blamed})::DOUBLE AS total FROM scope "
        f"WHERE coded GROUP BY who, (who IN {blamed})"
    )
    return f"(SELECT who, side = 1 AS after, own, 1 AS n, total FROM {both})"


def of_score(store: Store, ask: Ask, base: Base, scale: Scale) -> str:
    """Everybody's answers on a scale in each period."""
    tells = _tells(ask.filters.segment)
    both = _sides(store, ask, base).both(
        f"SELECT who, {tells} AS own, count(*) AS n, sum(worth) AS total FROM rated "
        f"WHERE {scale.same()} GROUP BY who"
    )
    return f"(SELECT who, side = 1 AS after, own, n, total FROM {both})"


def _sides(store: Store, ask: Ask, base: Base) -> Sides:
    """The two periods; the group is told apart in the rows, and no filter here."""
    assert ask.against is not None
    later = replace(ask.filters, segment={})
    earlier = replace(ask.against, segment={})
    return Sides(
        store, base, (replace(ask, filters=earlier, themes=()), replace(ask, filters=later,
                                                                        themes=()))
    )  # fmt: skip


def _tells(segment: Mapping[str, Values]) -> str:
    """Whether something is of the group; null where it does not tell."""
    if not segment:
        return "true"
    return " AND ".join(f"bool_or({told_by(name, value)})" for name, value in segment.items())


def _within(day: str, filters: Filters) -> str:
    first, last = filters.since or Date.min, filters.until or Date.max
    return f"({day} BETWEEN DATE '{first}' AND DATE '{last}')"
