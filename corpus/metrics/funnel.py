"""Where purchases stop: how far sessions come, where they are lost, and with what.

A step is a kind of event, in the usual order: visit, search, cart, account, checkout, purchase;
those that the events have. A session counts once for a step and all its days are one; without a
session a customer's day stands for it. Prospects are included. Channels in which nobody reaches
the step before the last (a shop's till) have no funnel and are left out. Going on is reaching any
later step; a session is lost at the last step that it reached. Whose session stopped may come back
in another: ``funnel.came-back`` is the share of the known customers' lost sessions after which
they buy within a week, through any channel. Sessions of one customer go alike, so the intervals of
both are of customers that are drawn, each with all their sessions, and of nameless sessions one by
one (see ``statistics.independent``).

At each step, parts of its sessions (the attributes of the step's event, the channel) are compared
with the others that have the attribute: the difference in going on, and how many of the lost it
amounts to, where it is not by chance. ``funnel.change`` is where a part's difference from the
others falls from some month on, the month that shows it best: looked for, so its interval flatters
it. Attributes with more than 50 values name things rather than parts and are left out. Rows counted
by day and segment join no session and are left out. What goes with stopping need not be why.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from corpus.codebook import Codebook
from corpus.metrics._behaviour import share
from corpus.metrics._funnel_parts import parts
from corpus.metrics.relations import of_people, query
from corpus.metrics.statistics import Clusters
from corpus.metrics.types import Ask, Figure
from corpus.sessions import coming_back, reached_steps, reaching, steps_of, walking
from corpus.store import Store

SUMMARY = "How far sessions come on the way to a purchase, where they are lost, and with what."

AT_ANY_STAGE = True


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """Steps in their order, then what most of the lost go with, then what changed from a month."""
    steps, sessions = stepping(store, ask)
    if len(steps) < 2:
        return []
    return [
        *_steps(store, ask, steps, sessions),
        *parts(store, ask, steps, sessions),
    ]


def stepping(store: Store, ask: Ask) -> tuple[tuple[str, ...], str]:
    """The steps that the events have, and a relation of the sessions that reached some of them.

    One row a session: ``who, date, channel, segments, seen`` (bits of steps), ``last`` (the number
    of the last step), ``of0``… (the segments of each step's event). Fewer than two steps are no
    funnel.
    """
    steps, channels = _reached(store, ask)
    if len(steps) < 2:
        return (), ""
    sessions = f"({query(store, ask, 'customers', reaching(steps, channels))})"
    return steps, of_people(store, ask, "funnel_sessions", sessions)


def _reached(store: Store, ask: Ask) -> tuple[tuple[str, ...], tuple[str, ...]]:
    text = query(store, ask, "customers", reached_steps())
    return steps_of(store.kept.get(("steps", text), lambda: store.sql(text)))


def stages_of_kinds(store: Store) -> dict[str, str | None]:
    """The stage that each kind of event belongs to."""
    return {row["kind"]: row["stage"] for row in store.sql("SELECT kind, stage FROM kinds")}


def steps_at(store: Store, stages: Sequence[str]) -> set[str]:
    """The kinds of events that belong to these stages."""
    return {kind for kind, stage in stages_of_kinds(store).items() if stage in stages}


def _steps(store: Store, ask: Ask, steps: Sequence[str], sessions: str) -> list[Figure]:
    reached = [f"(seen & {1 << i}) > 0" for i in range(len(steps))]
    counts = ", ".join(
        f"coalesce(sum(n) FILTER ({met}), 0) AS n{i}, "
        f"coalesce(sum(n) FILTER (last = {i}), 0) AS lost{i}"
        for i, met in enumerate(reached)
    )
    people = ", ".join(
        f"coalesce(sum(n) FILTER ({met}), 0) AS who{i}" for i, met in enumerate(reached)
    ) + "".join(
        f", coalesce(sum({name}{i}), 0) AS own_{name}{i}"
        for i in range(len(steps) - 1)
        for name in ("n", "k", "nn", "nk", "kk")
    )
    # Sessions, and customers, that came as far are counted first: there are few ways to go.
    ways = "(SELECT seen, last, count(*) AS n FROM each GROUP BY ALL)"
    alike = of_people(store, ask, "alike", ways)
    walked = of_people(store, ask, "walked", f"({walking(len(steps) - 1, 'each')})")
    row = store.sql(
        f"WITH each AS (SELECT * FROM {sessions}) "
        f"SELECT * FROM (SELECT {counts} FROM {alike}), (SELECT {people} FROM {walked})"
    )[0]
    back, returned = _back(store, ask, sessions, len(steps) - 1)
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
            share("funnel.rate", about, n - lost, n, rate, base="sessions",
                  clusters=_visitors(row, i, n - lost, n)),
            _count("funnel.lost", about, lost, text.format(f"count_if(last = {i})")),
        ]  # fmt: skip
        if found := returned.get(i):
            text = f"SELECT sum(k) / sum(n) AS value FROM {back} WHERE last = {i}"
            own = Clusters(int(found["people"]), *(float(found[name]) for name in _PRODUCTS))
            figures.append(
                share("funnel.came-back", about, int(found["k"]), int(found["n"]), text,
                      base="sessions", clusters=own)
            )  # fmt: skip
    return figures


_PRODUCTS = ("nn", "nk", "kk")


def _visitors(row: Mapping[str, Any], step: int, k: int, n: int) -> Clusters:
    """Whose the sessions are that reached a step: each nameless one is somebody's of their own."""
    nameless, went = n - int(row[f"own_n{step}"]), k - int(row[f"own_k{step}"])
    nn, nk, kk = (float(row[f"own_{name}{step}"]) for name in _PRODUCTS)
    return Clusters(int(row[f"who{step}"]) + nameless, nn + nameless, nk + went, kk + went)


def _back(
    store: Store, ask: Ask, sessions: str, last: int
) -> tuple[str, Mapping[int, Mapping[str, Any]]]:
    """A relation as ``coming_back`` has it, and what it sums to where sessions were lost."""
    relation = f"({query(store, ask, 'customers', coming_back(sessions, last))})"
    relation = of_people(store, ask, "lost_sessions", relation)
    sums = ", ".join(f"sum({name}) AS {name}" for name in ("n", "k", "people", *_PRODUCTS))
    rows = store.sql(f"SELECT last, {sums} FROM {relation} GROUP BY last")
    return relation, {int(row["last"]): row for row in rows}


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
