"""Where purchases stop: how far sessions come, where they are lost, and with what.

A step is a kind of event, in the usual order: visit, search, cart, account, checkout, purchase;
those that the events have. A session counts once for a step and all its days are one; without a
session a customer's day stands for it. Prospects are included. Channels in which nobody reaches
the step before the last (a shop's till) have no funnel and are left out. Going on is reaching any
later step; a session is lost at the last step that it reached. Whose session stopped may come back
in another: ``funnel.came-back`` is the share of the known customers' lost sessions after which
they buy within a week, through any channel.

At each step, parts of its sessions (the attributes of the step's event, the channel) are compared
with the others that have the attribute: the difference in going on, and how many of the lost it
amounts to, where it is not by chance. ``funnel.change`` is where a part's difference from the
others falls from some month on, the month that shows it best: looked for, so its interval flatters
it. Attributes with more than 50 values name things rather than parts and are left out. Rows counted
by day and segment join no session and are left out. What goes with stopping need not be why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.codebook import Codebook
from corpus.metrics._behaviour import SESSION, share
from corpus.metrics._funnel_parts import parts
from corpus.metrics.relations import among, query, quoted
from corpus.metrics.types import Ask, Figure
from corpus.store import Store

SUMMARY = "How far sessions come on the way to a purchase, where they are lost, and with what."

STEPS = ("visit", "search", "cart", "account", "checkout", "purchase")

WITHIN = 7
"""Within how many days who stopped comes back and buys."""


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """Steps in their order, then what most of the lost go with, then what changed from a month."""
    steps, sessions = stepping(store, ask)
    if len(steps) < 2:
        return []
    return [
        *_steps(store, ask, steps, sessions),
        *parts(store, steps, sessions),
    ]


def stepping(store: Store, ask: Ask) -> tuple[tuple[str, ...], str]:
    """The steps that the events have, and a relation of the sessions that reached some of them.

    One row a session: ``who, date, channel, seen`` (bits of steps), ``last`` (the number of the
    last step), ``of0``… (the segments of each step's event). Fewer than two steps are no funnel.
    """
    found = store.sql(
        query(
            store,
            ask,
            "customers",
            "SELECT kind, coalesce(channel, '') AS channel FROM done "
            f"WHERE kind IN {among(STEPS)} AND {SESSION} IS NOT NULL GROUP BY ALL",
        )
    )
    kinds = {row["kind"] for row in found}
    steps = tuple(kind for kind in STEPS if kind in kinds)
    if len(steps) < 2:
        return (), ""
    channels = tuple(sorted(row["channel"] for row in found if row["kind"] == steps[-2]))
    return steps, f"({query(store, ask, 'customers', _sessions(steps, channels))})"


def _sessions(steps: Sequence[str], channels: tuple[str, ...]) -> str:
    place = "CASE kind " + " ".join(f"WHEN {quoted(s)} THEN {i}" for i, s in enumerate(steps))
    place += " END"
    own = "".join(
        f", max(segments) FILTER (kind = {quoted(step)}) AS of{i}"
        for i, step in enumerate(steps[:-1])
    )
    return (
        f"SELECT max(customer_key) AS who, min(date) AS date, max(channel) AS channel, "
        f"bit_or(1 << {place}) AS seen, max({place}) AS last{own} FROM done "
        f"WHERE kind IN {among(tuple(steps))} AND coalesce(channel, '') IN {among(channels)} "
        f"AND {SESSION} IS NOT NULL GROUP BY {SESSION}"
    )


def _steps(store: Store, ask: Ask, steps: Sequence[str], sessions: str) -> list[Figure]:
    reached = [f"(seen & {1 << i}) > 0" for i in range(len(steps))]
    each = ", ".join(
        f"count_if({met}) AS n{i}, count_if(last = {i}) AS lost{i}" for i, met in enumerate(reached)
    )
    whole = ", ".join(
        f"sum(n{i}) AS n{i}, sum(lost{i}) AS lost{i}, count_if({met} AND who IS NOT NULL) AS who{i}"
        for i, met in enumerate(reached)
    )
    row = store.sql(
        f"SELECT {whole} FROM "
        f"(SELECT who, bit_or(seen) AS seen, {each} FROM {sessions} GROUP BY who)"
    )[0]
    back = _back(store, ask, sessions, len(steps) - 1)
    figures = []
    for i, step in enumerate(steps):
        about, n, lost = {"step": step}, int(row[f"n{i}"]), int(row[f"lost{i}"])
        text = f"SELECT {{}} AS value FROM {sessions} WHERE {reached[i]}"
        figures += [
            _count("funnel.step", about, n, text.format("count(*)")),
            _count(
                "funnel.customers", about, int(row[f"who{i}"]), text.format("count(DISTINCT who)")
            ),
        ]
        if i == len(steps) - 1:
            break
        rate = text.format(f"avg((last > {i})::INT)")
        figures += [
            share("funnel.rate", about, n - lost, n, rate, base="sessions"),
            _count("funnel.lost", about, lost, text.format(f"count_if(last = {i})")),
        ]
        if i in back.rows:
            n, k = back.rows[i]
            text = f"SELECT avg(back::INT) AS value FROM {back.relation} WHERE last = {i}"
            figures.append(share("funnel.came-back", about, k, n, text, base="sessions"))
    return figures


@dataclass(frozen=True, slots=True)
class _Back:
    relation: str
    rows: Mapping[int, tuple[int, int]]


def _back(store: Store, ask: Ask, sessions: str, last: int) -> _Back:
    """Of known customers' lost sessions that a week follows, which are followed by a purchase."""
    bought = query(
        store,
        ask,
        "customers",
        "SELECT customer_key AS who, date AS day FROM done "
        "WHERE kind = 'purchase' AND customer_key IS NOT NULL",
    )
    # A session that reached the purchase is no lost one, so the next purchase is another's.
    relation = (
        f"(SELECT last, coalesce(bought.day <= lost.date + {WITHIN}, false) AS back FROM (SELECT "
        f"who, date, last FROM {sessions} WHERE who IS NOT NULL AND last < {last} "
        f"AND date + {WITHIN} <= (SELECT max(date) FROM events)) AS lost "
        f"ASOF LEFT JOIN ({bought}) AS bought ON lost.who = bought.who AND bought.day >= lost.date)"
    )
    rows = store.sql(
        f"SELECT last, count(*) AS n, count_if(back) AS k FROM {relation} GROUP BY last"
    )
    return _Back(relation, {int(row["last"]): (int(row["n"]), int(row["k"])) for row in rows})


def _count(name: str, about: Mapping[str, str], value: int, text: str) -> Figure:
    return Figure(
        name=name,
        about=about,
        value=value,
        unit="count",
        base="customers" if name == "funnel.customers" else "sessions",
        n=value,
        method="count",
        query=text,
    )
