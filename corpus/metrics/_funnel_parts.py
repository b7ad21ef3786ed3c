"""What stopping goes with: parts of a step's sessions against the others, and since when."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import sqrt

from scipy.special import ndtr

from corpus.metrics import statistics
from corpus.metrics._behaviour import share, share_p
from corpus.metrics.relations import of_people, quoted
from corpus.metrics.statistics import Z
from corpus.metrics.types import Ask, Figure
from corpus.sessions import alike
from corpus.store import Store
from corpus.types import FEWEST

_MOST_VALUES = 50


@dataclass(frozen=True, slots=True)
class _Cell:
    """A part of a step's sessions: those of ``value`` and all that have the attribute, by month."""

    step: int
    attribute: str
    value: str
    own: Mapping[str, tuple[int, int]]
    all: Mapping[str, tuple[int, int]]

    def counts(self) -> tuple[int, int, int, int]:
        """Of the part and of the others, who went on and who reached the step."""
        k1, n1 = (sum(pair[i] for pair in self.own.values()) for i in (0, 1))
        k, n = (sum(pair[i] for pair in self.all.values()) for i in (0, 1))
        return k1, n1, k - k1, n - n1


def parts(store: Store, ask: Ask, steps: Sequence[str], sessions: str) -> list[Figure]:
    """Differences that cost sessions, the dearest first, then changes.

    ``sessions`` is a relation as ``funnel`` makes it, of sessions that reached some of ``steps``.
    """
    counted = of_people(store, ask, "alike", f"({alike(len(steps) - 1, sessions)})")
    cells = _cells(store, len(steps) - 1, counted)
    compared = []
    for cell in cells:
        k1, n1, k0, n0 = cell.counts()
        # Where a part goes on more than the others, the others show the loss.
        if min(n1, n0) >= FEWEST and k1 / n1 < k0 / n0:
            compared.append((n1 * (k0 / n0 - k1 / n1), cell))
    p = statistics.holm([share_p(*cell.counts()) for _, cell in compared])
    ranked = sorted(zip(compared, p, strict=True), key=lambda each: -each[0][0])
    figures: list[Figure] = []
    for (_, cell), own_p in ranked:
        figures += _compared(cell, steps, sessions, own_p)
    return figures + _changes(cells, steps, sessions)


def _cells(store: Store, steps: int, alike: str) -> list[_Cell]:
    each = ", ".join(
        f"{{'step': {i}, 'went': last > {i}, 'reached': (seen & {1 << i}) > 0, 'of': of{i}}}"
        for i in range(steps)
    )
    rows = store.sql(
        "WITH met AS (SELECT channel, month, n, "
        f"unnest([{each}], recursive := true) FROM {alike}), "
        "pairs AS (SELECT step, month, went, n, 'channel' AS attribute, channel AS value FROM met "
        "WHERE reached AND channel IS NOT NULL UNION ALL SELECT step, month, went, n, "
        "'segment:' || pair.key, pair.value FROM (SELECT step, month, went, n, "
        "unnest(map_entries(CAST(of AS MAP(VARCHAR, VARCHAR)))) AS pair FROM met WHERE reached)), "
        "parts AS (SELECT attribute FROM pairs GROUP BY attribute "
        f"HAVING count(DISTINCT value) BETWEEN 2 AND {_MOST_VALUES}) "
        "SELECT step, attribute, value, month, sum(n) AS n, "
        "coalesce(sum(n) FILTER (went), 0) AS k FROM pairs JOIN parts USING (attribute) "
        "GROUP BY ALL ORDER BY ALL"
    )
    own_months: dict[tuple[int, str, str], dict[str, tuple[int, int]]] = defaultdict(dict)
    all_months: dict[tuple[int, str], dict[str, tuple[int, int]]] = defaultdict(dict)
    for row in rows:
        step, attribute, month = int(row["step"]), row["attribute"], row["month"]
        k, n = int(row["k"]), int(row["n"])
        own_months[step, attribute, row["value"]][month] = k, n
        before = all_months[step, attribute].get(month, (0, 0))
        all_months[step, attribute][month] = before[0] + k, before[1] + n
    return [
        _Cell(step, attribute, value, found, all_months[step, attribute])
        for (step, attribute, value), found in own_months.items()
    ]


def _within(cell: _Cell) -> tuple[str, str]:
    """The condition of having reached the step with the attribute, and of being of the part."""
    if cell.attribute == "channel":
        given = "channel"
    else:
        given = f"(of{cell.step} ->> {quoted(cell.attribute.removeprefix('segment:'))})"
    reached = f"(seen & {1 << cell.step}) > 0 AND {given} IS NOT NULL"
    return reached, f"{given} = {quoted(cell.value)}"


def _compared(cell: _Cell, steps: Sequence[str], sessions: str, p: float) -> list[Figure]:
    k1, n1, k0, n0 = cell.counts()
    reached, part = _within(cell)
    low, high = statistics.share_difference(k1, n1, k0, n0)
    went = f"avg((last > {cell.step})::INT) FILTER"
    gap = f"({went} ({part}) - {went} (NOT {part}))"
    about = {"step": steps[cell.step], cell.attribute: cell.value}

    def text(value: str) -> str:
        return f"SELECT {value} AS value FROM {sessions} WHERE {reached}"

    difference = Figure(
        name="funnel.difference",
        about=about,
        value=k1 / n1 - k0 / n0,
        unit="share",
        base="sessions",
        n=n1 + n0,
        method="share going on of the part less the others', Newcombe interval, Holm p",
        query=text(gap),
        low=low,
        high=high,
        p=p,
    )
    if p >= 0.05:
        return [difference]
    excess = Figure(
        name="funnel.excess",
        about=about,
        value=n1 * (k0 / n0 - k1 / n1),
        unit="count",
        base="sessions",
        n=n1 + n0,
        method="sessions of the part times the difference, Newcombe interval, Holm p",
        query=text(f"-count_if({part}) * {gap}"),
        low=-n1 * high,
        high=-n1 * low,
        p=p,
    )
    others = f"NOT {part}"
    return [
        excess,
        difference,
        share("funnel.part", about, k1, n1, text(f"{went} ({part})"), base="sessions"),
        share("funnel.part-others", about, k0, n0, text(f"{went} ({others})"), base="sessions"),
    ]


@dataclass(frozen=True, slots=True)
class _Change:
    cell: _Cell
    since: str
    n: int
    value: float
    error: float
    p: float


def _changes(cells: Sequence[_Cell], steps: Sequence[str], sessions: str) -> list[Figure]:
    """Where a part's difference from the others falls from some month on, all tries corrected."""
    tried = [change for cell in cells for change in _breaks(cell)]
    corrected = statistics.holm([change.p for change in tried])
    best: dict[int, tuple[float, _Change]] = {}
    for change, p in zip(tried, corrected, strict=True):
        known = best.get(id(change.cell))
        if change.value < 0 and p < 0.05 and (known is None or change.p < known[1].p):
            best[id(change.cell)] = p, change
    return [
        _changed(change, steps, sessions, p)
        for p, change in sorted(best.values(), key=lambda each: each[1].p)
    ]


def _breaks(cell: _Cell) -> list[_Change]:
    months = sorted(cell.all)
    own = list(accumulate((cell.own.get(month, (0, 0)) for month in months), _plus))
    whole = list(accumulate((cell.all[month] for month in months), _plus))
    changes = []
    for i, (_, since) in enumerate(pairwise(months)):
        before, after = (own[i], whole[i]), (_less(own[-1], own[i]), _less(whole[-1], whole[i]))
        sides = [(part, _less(total, part)) for part, total in (before, after)]
        cells = [pair for side in sides for pair in side]
        if min(n for _, n in cells) < FEWEST:
            continue
        was, others, now, others_now = (k / n for k, n in cells)
        error = sqrt(sum(k / n * (1 - k / n) / n for k, n in cells))
        if error:
            value = (now - others_now) - (was - others)
            p = float(2 * ndtr(-abs(value) / error))
            changes.append(_Change(cell, since, sum(n for _, n in cells), value, error, p))
    return changes


def _plus(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]


def _less(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] - other[0], one[1] - other[1]


def _changed(change: _Change, steps: Sequence[str], sessions: str, p: float) -> Figure:
    cell = change.cell
    reached, part = _within(cell)
    went = f"avg((last > {cell.step})::INT) FILTER"
    after = f"date >= DATE {quoted(f'{change.since}-01')}"
    gaps = [
        f"({went} ({part} AND {when}) - {went} (NOT {part} AND {when}))"
        for when in (after, f"NOT {after}")
    ]
    return Figure(
        name="funnel.change",
        about={"step": steps[cell.step], cell.attribute: cell.value, "since": change.since},
        value=change.value,
        unit="share",
        base="sessions",
        n=change.n,
        method="difference from the others since the month less before it, normal interval, Holm p",
        query=f"SELECT {' - '.join(gaps)} AS value FROM {sessions} WHERE {reached}",
        low=change.value - Z * change.error,
        high=change.value + Z * change.error,
        p=p,
    )
