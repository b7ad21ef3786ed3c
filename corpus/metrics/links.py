"""What those who stop on the way to a purchase complain of: what is done beside what is said.

Of the customers who wrote and have events, those with a session lost at a step (see ``funnel``),
whole or with an attribute that the funnel finds to cost sessions, are compared with the others: the
share of each that complains of a theme. A theme that the first complain of more is what they say
of it, and the likeliest name of the loss; it is not proved to be its cause, and people who stop
without a word may have stopped for another reason. Prospects have no key and are not seen here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus import metrics
from corpus.codebook import Codebook
from corpus.metrics import funnel, statistics
from corpus.metrics._behaviour import share, share_p
from corpus.metrics.relations import of_all_events, of_people, picks_people, query, quoted
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Figure
from corpus.sessions import stopped_at, stopping, stops
from corpus.store import Store
from corpus.types import FEWEST

SUMMARY = "What those who stop on the way to a purchase complain of more than the others."

AT_ANY_STAGE = True

_BITS = 60
"""Losses that a number marks."""


@dataclass(frozen=True, slots=True)
class _Loss:
    """A step at which sessions are lost, or a part of them, as the funnel's figures name it.

    ``lost`` is the condition on ``stops``, and ``session`` on the funnel's relation of sessions.
    """

    about: Mapping[str, str]
    lost: str
    session: str


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """For each loss, the themes that go with it, the most distinctive first."""
    steps, sessions = funnel.stepping(store, ask)
    if len(steps) < 2:
        return []
    known = {theme.id for theme in codebook.themes}
    figures = metrics.compute("funnel", store, codebook, ask)
    losses = _losses(steps, figures)
    found = list(_linked(store, ask, sessions, len(steps) - 1, losses, known))
    p = statistics.holm([share_p(*counts) for _, _, counts in found])
    return [
        figure
        for (loss, theme, counts), own_p in zip(found, p, strict=True)
        if own_p < 0.05
        for figure in _figures(store, ask, sessions, loss, theme, counts, own_p)
    ]


Counts = tuple[int, int, int, int]
"""Of the lost, who complain and how many they are; the same of the others."""


def _losses(steps: tuple[str, ...], figures: list[Figure]) -> list[_Loss]:
    """Each part of a step that costs sessions, and each step but the last."""
    whole = [
        _Loss({"step": step}, f"last = {i}", f"last = {i}") for i, step in enumerate(steps[:-1])
    ]
    parts = []
    for figure in figures:
        if figure.name != "funnel.excess":
            continue
        step = steps.index(figure.about["step"])
        attribute, value = next(pair for pair in figure.about.items() if pair[0] != "step")
        name = attribute.removeprefix("segment:")
        lost, session = (
            f"last = {step} AND {given} = {quoted(value)}"
            for of in ("segments", f"of{step}")
            for given in (["channel"] if attribute == "channel" else [f"({of} ->> {quoted(name)})"])
        )
        parts.append(_Loss(figure.about, lost, session))
    return [*parts, *whole]


_BLAME = "SELECT who, theme FROM said GROUP BY who, theme HAVING bool_or(bad) AND NOT bool_or(good)"
_KNOWN = "FROM heard WHERE who IN (SELECT customer_key FROM customers)"


def _stopped(store: Store, ask: Ask, sessions: str, steps: int) -> str:
    """The relations ``stops`` and ``stopped``, if those that are derived do not serve."""
    if of_all_events(ask.filters) or picks_people(store, ask):
        return ""
    return (
        f"ended AS MATERIALIZED ({stopping(steps, sessions)}), "
        f"stops AS MATERIALIZED ({stops('ended')}), "
        f"stopped AS MATERIALIZED ({stopped_at('ended')}), "
    )


def _linked(
    store: Store, ask: Ask, sessions: str, steps: int, losses: Sequence[_Loss], known: set[str]
) -> Iterator[tuple[_Loss, str, Counts]]:
    """The themes of which those lost complain more, loss by loss; all are counted in one query."""
    masks = [
        " + ".join(f"CASE WHEN {loss.lost} THEN {1 << i} ELSE 0 END" for i, loss in enumerate(some))
        for some in (losses[n : n + _BITS] for n in range(0, len(losses), _BITS))
    ]
    marks = ", ".join(f"CAST({mask} AS BIGINT) AS m{n}" for n, mask in enumerate(masks))
    each = ", ".join(f"bit_or(m{n}) AS m{n}" for n in range(len(masks)))
    sums = ", ".join(
        f"count(*) FILTER ((m{i // _BITS} & {1 << i % _BITS}) > 0) AS lost{i}"
        for i in range(len(losses))
    )
    marked = f"SELECT stop, {marks} FROM {of_people(store, ask, 'stops', 'stops')}"
    lost = (
        f"SELECT who, {each} FROM stopped JOIN ({marked}) USING (stop) "
        "WHERE who IN (SELECT who FROM known) GROUP BY who"
    )
    rows = store.sql(
        query(
            store,
            ask,
            "customers",
            f"SELECT * FROM (WITH {_stopped(store, ask, sessions, steps)}"
            f"known AS MATERIALIZED (SELECT who {_KNOWN}), lost AS MATERIALIZED ({lost}) "
            f"SELECT '' AS theme, count(*) AS whole, {sums} FROM known LEFT JOIN lost USING (who) "
            f"UNION ALL SELECT theme, count(*), {sums} FROM known JOIN ({_BLAME}) USING (who) "
            "LEFT JOIN lost USING (who) GROUP BY theme)",
        )
    )
    for i, loss in enumerate(losses):
        counts = {
            row["theme"]: (int(row[f"lost{i}"]), int(row["whole"] - row[f"lost{i}"]))
            for row in rows
        }
        yield from _distinctive(loss, counts, known)


def _distinctive(
    loss: _Loss, counts: dict[str, tuple[int, int]], known: set[str]
) -> Iterator[tuple[_Loss, str, Counts]]:
    """The themes of which those of one loss complain more than the others."""
    n1, n0 = counts.pop("")
    if min(n1, n0) < FEWEST:
        return
    ranked = sorted(counts, key=lambda theme: counts[theme][1] / n0 - counts[theme][0] / n1)
    for theme in ranked:
        k1, k0 = counts[theme]
        if theme not in known or k1 < FEWEST_IN_CELL or k1 / n1 <= k0 / n0:
            continue
        yield loss, theme, (k1, n1, k0, n0)


def _figures(
    store: Store, ask: Ask, sessions: str, loss: _Loss, theme: str, counts: Counts, p: float
) -> list[Figure]:
    k1, n1, k0, n0 = counts
    lost = f"SELECT who FROM {sessions} WHERE who IS NOT NULL AND {loss.session}"
    people = f"SELECT who, who IN ({lost}) AS lost {_KNOWN}"
    complains = f"who IN (SELECT who FROM ({_BLAME}) WHERE theme = {quoted(theme)})"
    own, rest = (f"avg(({complains})::INT) FILTER ({of})" for of in ("lost", "NOT lost"))

    def text(value: str) -> str:
        return query(store, ask, "customers", f"SELECT {value} AS value FROM ({people})")

    low, high = statistics.share_difference(*counts)
    about = {**loss.about, "theme": theme}
    return [
        Figure(
            name="links.difference",
            about=about,
            value=k1 / n1 - k0 / n0,
            unit="share",
            base="customers",
            n=n1 + n0,
            method="share of those lost who complain of it less the others', Newcombe interval, "
            "Holm p",
            query=text(f"{own} - {rest}"),
            low=low,
            high=high,
            p=p,
        ),
        share("links.share", about, k1, n1, text(own), base="customers"),
        share("links.share-others", about, k0, n0, text(rest), base="customers"),
    ]
