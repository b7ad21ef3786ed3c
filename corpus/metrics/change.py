"""Why a score moved between two periods: its level, the mix of who answered, the themes.

The periods are ``against`` (the earlier) and ``filters`` (the later). Without ``against`` they are
the last two full quarters, or else months, with FEWEST answers each; ``by`` "month" or "quarter"
asks for these. The score is an NPS in points or the mean of its scale, of answers as ``score``
counts them; where no scale is asked for, it is the one with most answers.

The change is divided twice, and each time the parts are the whole:

- by segment (``_kitagawa``), over all answers: ``change.mix`` because other people answered,
  ``change.rate`` because the same kind of people answered otherwise. The segment is ``by``; else,
  of those known for nearly all answers, the one that moves the mix most, which flatters the mix a
  little. Answers that tell no segment are a group of their own.
- by theme (``_oaxaca``), over those alone who wrote something that is coded in the same period:
  those who only scored carry no theme and are in no part of it. What moved among those who wrote
  is ``change.written``, to be set beside the change of all. A theme's part is what its being
  complained of less or more and praised more or less moves, at what complaints and praise of it go
  with in both periods. Of many themes some move by chance and carry a part: those alone whose part
  is beyond it, all themes taken together, are ``change.theme`` and make ``change.explained``. The
  others are ``change.theme-unclear`` and stay in ``change.unexplained``, the rest, which is never
  spread over themes. A mark (complaints or praise of a theme) needs FEWEST_IN_CELL people; of
  those that qualify the most frequent are kept, one for ten people of the smaller period.

What goes with a change need not have caused it: a cause that nobody writes about is in the rest.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy as np

from corpus.codebook import Codebook
from corpus.metrics import _kitagawa, statistics
from corpus.metrics._change_themes import by_theme
from corpus.metrics._paired import Pair, pair, sums
from corpus.metrics._periods import (
    GRAINS,
    followed_scale,
    period_name,
    periods,
    score_interval,
    span,
)
from corpus.metrics._sides import Sides
from corpus.metrics.relations import Scale, counted, cut, query, quoted
from corpus.metrics.statistics import Moments
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Figure, Withheld
from corpus.store import Store
from corpus.types import FEWEST, MOSTLY

SUMMARY = "Why a score moved between two periods: mix, rate, and themes, with the rest unexplained."

CUT_UP = True

MOST_PARTS = 12
"""A segment with more values is not chosen by itself: postcodes explain nothing."""
MOST_SEGMENTS = 8
NOT_TOLD = "—"


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """The change, its parts by segment, then those by theme, the largest first."""
    base = counted(store, ask)
    scale = followed_scale(store, ask, base)
    if scale is None:
        return [_none(store, ask, "no-score")]
    asks = _asks(store, ask, scale)
    if asks is None:
        return [_none(store, ask, "few" if span(store, ask) else "no-dates")]
    sides = Sides(store, base, asks)
    about = {**scale.about(), **_named(asks)}
    answers = sides.both(f"SELECT who, worth FROM rated WHERE {scale.same()}")
    levels = pair(store.sql(sums(answers))[0])
    found = [_difference(sides, scale, levels, about)]
    if found[0].withheld:
        return found
    found += [
        _level(sides, scale, level, about, side)
        for side, level in enumerate((levels.before, levels.after))
    ]
    by = None if ask.by in GRAINS else ask.by
    found += _by_segment(sides, scale, about, by)
    return found + by_theme(sides, scale, about, {theme.id for theme in codebook.themes})


# Periods -------------------------------------------------------------------------------------


def _asks(store: Store, ask: Ask, scale: Scale) -> tuple[Ask, Ask] | None:
    """The earlier and the later ask; None where no two full periods have enough answers."""
    ask = replace(ask, score=scale.name)
    if ask.against:
        return replace(ask, filters=ask.against), ask
    covered = span(store, ask)
    if covered is None:
        return None
    for grain in (ask.by,) if ask.by in ("month", "quarter") else ("quarter", "month"):
        rows = store.sql(
            query(
                store,
                ask,
                "records",
                f"SELECT {cut(grain)} AS period, count(*) AS n FROM rated WHERE {scale.same()} "
                f"AND date IS NOT NULL GROUP BY period HAVING n >= {FEWEST}",
            )
        )
        enough = {row["period"] for row in rows}
        full = [
            period
            for period in periods(grain, covered.first, covered.last)
            if covered.covers(period) and period.name in enough
        ]
        if len(full) >= 2:
            before, after = (
                replace(ask, filters=replace(ask.filters, since=each.first, until=each.last))
                for each in full[-2:]
            )
            return before, after
    return None


def _named(asks: tuple[Ask, Ask]) -> dict[str, str]:
    before, after = (period_name(each.filters) for each in asks)
    return {"before": before, "after": after}


# Levels --------------------------------------------------------------------------------------


def _level(sides: Sides, scale: Scale, level: Moments, about: dict[str, str], side: int) -> Figure:
    low, high = score_interval(scale, level)
    return Figure(
        name=("change.before", "change.after")[side],
        about=about,
        value=level.mean,
        unit=scale.unit,
        base="records",
        n=level.n,
        method="NPS, adjusted Wald interval" if scale.kind == "nps" else "mean, Student's interval",
        query=sides.one(side, f"SELECT avg(worth) AS value FROM rated WHERE {scale.same()}"),
        low=low,
        high=high,
    )


def _difference(sides: Sides, scale: Scale, levels: Pair, about: dict[str, str]) -> Figure:
    gap = levels.gap if min(levels.before.n, levels.after.n) >= FEWEST else None
    low, high, p = gap or (None, None, None)
    answers = sides.both(f"SELECT worth FROM rated WHERE {scale.same()}")
    return Figure(
        name="change.difference",
        about=about,
        value=levels.value if gap else None,
        unit=scale.unit,
        base="records",
        n=levels.before.n + levels.after.n,
        method="difference of the two periods' means, Welch interval, who answers in both paired",
        query="SELECT avg(worth) FILTER (side = 1) - avg(worth) FILTER (side = 0) AS value "
        f"FROM {answers}",
        low=low,
        high=high,
        p=p,
        withheld=None if gap else "few",
    )


def _none(store: Store, ask: Ask, why: Withheld) -> Figure:
    return Figure(
        name="change.difference",
        about={},
        value=None,
        unit="points",
        base="records",
        n=0,
        method="difference of two periods' means",
        query=query(store, ask, "records", "SELECT count(*) AS n, min(date) AS first FROM rated"),
        withheld=why,
    )


# Segments ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cut:
    """The answers of both periods by the values of one cut."""

    by: str
    values: list[str]
    n: _kitagawa.Values
    mean: _kitagawa.Values

    def told(self) -> float:
        """The smaller of the two periods' shares of answers that tell the value."""
        known = np.array([value != NOT_TOLD for value in self.values])
        return float((self.n[:, known].sum(axis=1) / self.n.sum(axis=1)).min())


def _by_segment(
    sides: Sides, scale: Scale, about: dict[str, str], by: str | None
) -> Iterator[Figure]:
    cuts = _cuts(sides, scale, [by] if by else _segments(sides.store))
    if not by:
        cuts = [each for each in cuts if each.told() >= MOSTLY and len(each.values) > 1]
    if not cuts:
        return
    chosen = max(cuts, key=lambda each: abs(_kitagawa.mix(each.n, each.mean)))
    answers = sides.both(
        f"SELECT worth, {_part(chosen.by)} AS part FROM rated WHERE {scale.same()}"
    )
    share = "sum(n1) OVER () AS all1, sum(n0) OVER () AS all0"
    cells = (
        f"WITH cells AS (SELECT part, count(*) FILTER (side = 0) AS n0, "
        f"count(*) FILTER (side = 1) AS n1, avg(worth) FILTER (side = 0) AS m0, "
        f"avg(worth) FILTER (side = 1) AS m1, sum(worth) FILTER (side = 0) AS s0, "
        f"sum(worth) FILTER (side = 1) AS s1 FROM {answers} GROUP BY part), "
        f"parts AS (SELECT part, n1 / all1 - n0 / all0 AS grown, "
        f"(n1 / all1 + n0 / all0) / 2 AS weight, "
        f"coalesce(m1, m0) - coalesce(m0, m1) AS risen, "
        f"(coalesce(m1, m0) + coalesce(m0, m1)) / 2 - (t1 / all1 + t0 / all0) / 2 AS height "
        f"FROM (SELECT *, {share}, sum(s1) OVER () AS t1, sum(s0) OVER () AS t0 FROM cells)) "
    )
    products = {"mix": "grown * height", "rate": "weight * risen"}
    parts = _kitagawa.decompose(chosen.n, chosen.mean, _together(sides, scale, chosen))
    cut_about = {**about, "segment": chosen.by.removeprefix("segment:")}
    for measure, total, variance in (
        ("mix", parts.mix.sum(), parts.total_mix_variance),
        ("rate", parts.rate.sum(), parts.total_rate_variance),
    ):
        yield _part_figure(
            f"change.{measure}",
            cut_about,
            scale,
            float(total),
            variance,
            int(chosen.n.sum()),
            f"{cells}SELECT sum({products[measure]}) AS value FROM parts",
        )
    order = np.argsort(-np.abs(parts.mix) - np.abs(parts.rate), kind="stable")
    for index in order:
        few = chosen.n[:, index].min() < FEWEST_IN_CELL
        value = chosen.values[index]
        for measure, values, variances in (
            ("mix", parts.mix, parts.mix_variance),
            ("rate", parts.rate, parts.rate_variance),
        ):
            yield _part_figure(
                f"change.segment-{measure}",
                {**about, chosen.by: value},
                scale,
                None if few else float(values[index]),
                float(variances[index]),
                int(chosen.n[:, index].sum()),
                f"{cells}SELECT {products[measure]} AS value FROM parts "
                f"WHERE part = {quoted(value)}",
            )


def _part_figure(
    name: str,
    about: dict[str, str],
    scale: Scale,
    value: float | None,
    variance: float,
    n: int,
    text: str,
) -> Figure:
    half = statistics.Z * sqrt(variance)
    return Figure(
        name=name,
        about=about,
        value=value,
        unit=scale.unit,
        base="records",
        n=n,
        method="Kitagawa 1955, midpoint; delta method over people",
        query=text,
        low=None if value is None else value - half,
        high=None if value is None else value + half,
        withheld="few-in-cell" if value is None else None,
    )


def _part(by: str) -> str:
    return f"coalesce({cut(by)}, {quoted(NOT_TOLD)})"


def _segments(store: Store) -> list[str]:
    """The segments with few enough values, the most frequent first."""
    values: dict[str, int] = {}
    for name, _ in store.segment_values():
        values[name] = values.get(name, 0) + 1
    return [f"segment:{name}" for name, n in values.items() if n <= MOST_PARTS][:MOST_SEGMENTS]


def _cuts(sides: Sides, scale: Scale, names: list[str]) -> list[_Cut]:
    if not names:
        return []
    columns = ", ".join(f"{_part(by)} AS c{index}" for index, by in enumerate(names))
    answers = sides.both(f"SELECT worth, {columns} FROM rated WHERE {scale.same()}")
    each = [
        f"SELECT {index} AS cut, c{index} AS part, side, count(*) AS n, avg(worth) AS mean "
        f"FROM answers GROUP BY ALL"
        for index in range(len(names))
    ]
    rows = sides.store.sql(
        f"WITH answers AS MATERIALIZED {answers} {' UNION ALL '.join(each)} "
        "ORDER BY cut, part, side"
    )
    return [
        _cut(by, [row for row in rows if row["cut"] == index]) for index, by in enumerate(names)
    ]


def _cut(by: str, rows: list[dict[str, Any]]) -> _Cut:
    values = list(dict.fromkeys(row["part"] for row in rows))
    n, mean = (np.zeros((2, len(values))) for _ in range(2))
    for row in rows:
        at = row["side"], values.index(row["part"])
        n[at], mean[at] = row["n"], row["mean"]
    return _Cut(by, values, n, mean)


def _together(sides: Sides, scale: Scale, chosen: _Cut) -> _kitagawa.Together:
    """What the same people answer in two cells."""
    answers = sides.both(
        f"SELECT who, worth, {_part(chosen.by)} AS part FROM rated WHERE {scale.same()}"
    )
    rows = sides.store.sql(
        f"WITH answers AS MATERIALIZED {answers}, cells AS (SELECT who, side, part, "
        "count(*) AS n, sum(worth - mean) AS above FROM answers JOIN (SELECT side, part, "
        "avg(worth) AS mean FROM answers GROUP BY side, part) USING (side, part) GROUP BY ALL) "
        "SELECT a.side AS side, a.part AS part, b.side AS other_side, b.part AS other_part, "
        "sum(a.n * b.n) AS pairs, sum(a.n * b.above) AS crossed, sum(a.above * b.above) AS above "
        "FROM cells AS a JOIN cells AS b ON a.who = b.who GROUP BY ALL"
    )
    count = len(chosen.values)
    place = {(t, v): t * count + i for t in (0, 1) for i, v in enumerate(chosen.values)}
    pairs, crossed, above = (np.zeros((2 * count, 2 * count)) for _ in range(3))
    for row in rows:
        at = place[row["side"], row["part"]], place[row["other_side"], row["other_part"]]
        pairs[at], crossed[at], above[at] = row["pairs"], row["crossed"], row["above"]
    return _kitagawa.Together(pairs, crossed, above)
