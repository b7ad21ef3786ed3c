"""What a session's events tell together, as relations of SQL over ``events`` or a part of them."""

from collections.abc import Mapping, Sequence
from datetime import date as Date
from datetime import timedelta
from typing import Any

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

SESSION = "visit"
"""What belongs together: the session or, where the source has none, a customer's day."""

_KINDS = ("payment_failed", "late_delivery", "out_of_stock", "checkout", "account", "purchase")
_CASES = " ".join(f"WHEN '{kind}' THEN {1 << i}" for i, kind in enumerate(_KINDS))
_SEEN = f"CASE kind {_CASES} ELSE 0 END"

STEPS = ("visit", "search", "cart", "account", "checkout", "purchase")
"""The kinds of events on the way to a purchase, in the usual order."""

WITHIN = 7
"""Within how many days who stopped comes back and buys."""


def _among(values: Sequence[str]) -> str:
    return "(" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + ")"


# On the way to a purchase --------------------------------------------------------------------


def sorts_of(events: str) -> str:
    """The SELECT of the events by kind, channel and segments, see ``metrics.relations``."""
    known = "FILTER (customer_key IS NOT NULL)"
    return (
        "SELECT kind, channel, segments, count(customer_key) AS known, "
        f"min(date) {known} AS first, max(date) {known} AS last, max(date) AS ended, "
        f"count({SESSION}) > 0 AS joined FROM {events} GROUP BY kind, channel, segments"
    )


def reached_steps(sorts: str = "sorts") -> str:
    """The SELECT of the kinds of steps that there are and their channels, for ``steps_of``."""
    return (
        f"SELECT DISTINCT kind, coalesce(channel, '') AS channel FROM {sorts} "
        f"WHERE kind IN {_among(STEPS)} AND joined"
    )


def steps_of(found: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The steps, and the channels in which somebody reaches the one before the last.

    Fewer than two steps are no funnel, and then there are none.
    """
    kinds = {row["kind"] for row in found}
    steps = tuple(kind for kind in STEPS if kind in kinds)
    if len(steps) < 2:
        return (), ()
    return steps, tuple(sorted(row["channel"] for row in found if row["kind"] == steps[-2]))


def reaching(steps: Sequence[str], channels: Sequence[str], events: str = "done") -> str:
    """A relation of the sessions that reached some of the steps, see ``metrics.funnel``."""
    place = "CASE kind " + " ".join(f"WHEN '{s}' THEN {i}" for i, s in enumerate(steps))
    place += " END"
    own = "".join(
        f", max(segments) FILTER (kind = '{step}') AS of{i}" for i, step in enumerate(steps[:-1])
    )
    return (
        f"SELECT max(customer_key) AS who, min(date) AS date, max(channel) AS channel, "
        f"bit_or(1 << {place}) AS seen, max({place}) AS last, max(segments) AS segments{own} "
        f"FROM {events} "
        f"WHERE kind IN {_among(steps)} AND coalesce(channel, '') IN {_among(channels)} "
        f"AND {SESSION} IS NOT NULL GROUP BY {SESSION}"
    )


def alike(steps: int, sessions: str) -> str:
    """The SELECT of how many sessions of a month (``n``) share all that ``reaching`` tells."""
    own = ", ".join(f"of{i}" for i in range(steps))
    return (
        f"SELECT {own}, segments, channel, strftime(date, '%Y-%m') AS month, seen, last, "
        f"count(*) AS n FROM {sessions} GROUP BY ALL"
    )


def walking(steps: int, sessions: str) -> str:
    """The SELECT of how many customers (``n``) reached the same steps (``seen``) in all.

    And for each step before the purchase, what their sessions that reached it sum to: ``n0`` of
    them, ``k0`` that went on, and over customers ``nn0``, ``nk0`` and ``kk0``, the products of the
    two, since one customer's sessions go alike.
    """
    own = "".join(
        f", count(*) FILTER ((seen & {1 << i}) > 0) AS n{i}, "
        f"count(*) FILTER ((seen & {1 << i}) > 0 AND last > {i}) AS k{i}"
        for i in range(steps)
    )
    sums = "".join(
        f", sum(n{i}) AS n{i}, sum(k{i}) AS k{i}, {_products(f'n{i}', f'k{i}', i)}"
        for i in range(steps)
    )
    return (
        f"SELECT seen, segments, count(*) AS n{sums} FROM (SELECT bit_or(seen) AS seen, "
        f"max(segments) AS segments{own} FROM {sessions} WHERE who IS NOT NULL GROUP BY who) "
        "GROUP BY seen, segments"
    )


def _products(n: str, k: str, number: int | str = "") -> str:
    """What clusters of ``n``, ``k`` of which succeed, sum to beside these."""
    return (
        f"sum({n} * {n}) AS nn{number}, sum({n} * {k}) AS nk{number}, sum({k} * {k}) AS kk{number}"
    )


def stopping(steps: int, sessions: str) -> str:
    """The SELECT of where known customers' sessions stopped, with what their last step tells.

    ``who, last, channel, segments``, a row for a session; ``steps`` are those before the purchase.
    """
    own = " ".join(f"WHEN {i} THEN of{i}" for i in range(steps))
    return (
        f"SELECT who, last, channel, CASE last {own} END AS segments FROM {sessions} "
        f"WHERE who IS NOT NULL AND last < {steps}"
    )


def stops(stopped: str) -> str:
    """The SELECT of all such stops, each once with a number."""
    return (
        "SELECT CAST(row_number() OVER (ORDER BY last, channel, segments) AS INTEGER) AS stop, * "
        f"FROM (SELECT DISTINCT last, channel, segments FROM {stopped})"
    )


def stopped_at(stopped: str) -> str:
    """The SELECT of who stopped where: ``who, stop``, each once."""
    return (
        f"SELECT DISTINCT who, stop FROM {stopped} AS each JOIN stops ON each.last = stops.last "
        "AND each.channel IS NOT DISTINCT FROM stops.channel "
        "AND each.segments IS NOT DISTINCT FROM stops.segments"
    )


def coming_back(sessions: str, last: int, events: str = "done") -> str:
    """Known customers' lost sessions that WITHIN days follow, counted by where they stopped.

    ``last, segments``, the sessions ``n`` and those ``k`` whose customer then buys, of how many
    ``people`` they are, and over these the products ``nn, nk, kk`` of the two counts; ``last`` is
    the number of the purchase among the steps.
    """
    # A session that reached the purchase is no lost one, so the next purchase is another's.
    return (
        f"SELECT last, segments, sum(n) AS n, sum(k) AS k, count(*) AS people, "
        f"{_products('n', 'k')} FROM (SELECT last, max(segments) AS segments, count(*) AS n, "
        f"count(*) FILTER (bought.day <= lost.date + {WITHIN}) AS k "
        f"FROM (SELECT * FROM {sessions} WHERE who IS NOT NULL AND last < {last} "
        f"AND date + {WITHIN} <= (SELECT max(date) FROM doings)) AS lost "
        f"ASOF LEFT JOIN (SELECT customer_key AS who, date AS day FROM {events} "
        "WHERE kind = 'purchase' AND customer_key IS NOT NULL) AS bought "
        "ON lost.who = bought.who AND bought.day >= lost.date GROUP BY lost.who, last) "
        "GROUP BY last, segments"
    )


# How often things go wrong ------------------------------------------------------------------

COMPLETED = "completed"
"""The case that is no mishap: a checkout that ends in a purchase."""

_CASES_OF = {
    "unfinished_account": ("account", "NOT checkout AND NOT purchase"),
    "unfinished_checkout": ("checkout", "NOT purchase AND NOT failed"),
    "payment_failed": ("checkout", "failed"),
    "out_of_stock": ("cart", "missing"),
    COMPLETED: ("checkout", "purchase"),
}
"""What of a session is a case of it, and when it is one that went so."""

_OUTCOMES = {
    "checkout": "checkout",
    "purchase": "purchase",
    "payment_failed": "failed",
    "out_of_stock": "missing",
}


def going_wrong(events: str = "done") -> str:
    """A relation with a row for each thing that may go wrong: ``incident, hit, n`` and its own."""
    seen = ", ".join(f"bool_or(kind = '{kind}') AS {name}" for kind, name in _OUTCOMES.items())
    sessions = " UNION ALL ".join(
        f"SELECT '{incident}' AS incident, {went} AS hit, 1 AS n, date, channel, segments "
        f"FROM started JOIN outcomes USING (visit) WHERE begun = '{kind}'"
        for incident, (kind, went) in _CASES_OF.items()
    )
    return (
        f"(WITH started AS (SELECT {SESSION} AS visit, kind AS begun, max(date) AS date, "
        f"max(channel) AS channel, max(segments) AS segments FROM {events} WHERE kind IN "
        f"('account', 'cart', 'checkout', 'refund') AND {SESSION} IS NOT NULL GROUP BY ALL), "
        f"outcomes AS (SELECT {SESSION} AS visit, {seen}, "
        "max(date) FILTER (kind = 'return') AS returned "
        f"FROM doings WHERE {SESSION} IS NOT NULL GROUP BY ALL) "
        "SELECT 'late_delivery' AS incident, kind = 'late_delivery' AS hit, count AS n, date, "
        f"channel, segments FROM {events} WHERE kind IN ('delivery', 'late_delivery') "
        f"UNION ALL SELECT 'slow_refund', date - returned > {SLOW}, 1, date, channel, segments "
        "FROM started JOIN outcomes USING (visit) WHERE begun = 'refund' AND returned IS NOT NULL "
        f"UNION ALL {sessions})"
    )


# What went wrong before leaving --------------------------------------------------------------


def parting(span: Sequence[Mapping[str, Any]]) -> Date | None:
    """The day at two thirds of the period of the events; None where there are fewer than 90 days.

    What went wrong counts before it and leaving from it on, so that nobody's leaving hides what
    would have happened to them (Anderson, Cain and Gelber 1983).
    """
    row = span[0]
    if row["first"] is None:
        return None
    first, last = Date.fromisoformat(row["first"]), Date.fromisoformat(row["last"])
    days = (last - first).days
    return first + timedelta(days * 2 // 3) if days >= 90 else None


def tried(day: Date, events: str = "done") -> str:
    """A relation of the customers known before a day and not gone by then.

    ``who``, ``segments`` (their last ones before it), ``bought`` (purchases and renewals before
    it), ``lost`` (whether they leave from it on) and how often each of ``MISHAPS`` happened before.
    """
    start = f"DATE '{day.isoformat()}'"
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
        f"FROM {events} WHERE customer_key IS NOT NULL GROUP BY customer_key, {SESSION}) "
        "SELECT who, substr(max(first || segments), 11)::JSON AS segments, "
        "sum(bought) AS bought, count(gone) > 0 AS lost, "
        f"{', '.join(f'count_if({each}) AS {name}' for name, each in mishaps.items())} "
        f"FROM sessions GROUP BY who HAVING min(first) < {start} "
        f"AND (count(gone) = 0 OR min(gone) >= {start}))"
    )


def trying(events: str = "done") -> str:
    """The SELECT of customers' sessions in which they try to buy, renew or leave, and do."""
    return (
        "SELECT customer_key AS who, min(date) AS date, bool_or(kind = 'churn') AS churn, "
        "bool_or(kind = 'cart') AS cart, bool_or(kind = 'checkout') AS checkout, "
        "bool_or(kind = 'purchase') AS purchase, "
        f"bool_or(kind IN ('purchase', 'renewal')) AS bought FROM {events} "
        "WHERE kind IN ('cart', 'checkout', 'purchase', 'renewal', 'churn') "
        f"AND customer_key IS NOT NULL GROUP BY customer_key, {SESSION}"
    )


def _has(kind: str) -> str:
    return f"(seen & {1 << _KINDS.index(kind)}) > 0"
