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
  is ``change.written``, to be set beside the change of all; its parts are each theme's being
  mentioned more or less, its being felt worse or better, and ``change.unexplained``, the rest,
  which is never spread over themes. A theme needs FEWEST_IN_CELL people, and FEWEST in
  each period to be felt otherwise; of those that qualify the most frequent are kept, one for
  ten people.

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
    levels = _levels(sides, scale)
    if min(level.n for level in levels) < FEWEST:
        return [_difference(sides, scale, levels, about)]
    found = [_difference(sides, scale, levels, about)]
    found += [_level(sides, scale, levels[side], about, side) for side in (0, 1)]
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


def _levels(sides: Sides, scale: Scale) -> list[Moments]:
    answers = sides.both(f"SELECT worth FROM rated WHERE {scale.same()}")
    rows = sides.store.sql(
        f"SELECT side, count(*) AS n, avg(worth) AS mean, coalesce(var_samp(worth), 0) AS variance "
        f"FROM {answers} GROUP BY side"
    )
    found = {row["side"]: Moments(int(row["n"]), row["mean"], row["variance"]) for row in rows}
    return [found.get(side, Moments(0, 0.0, 0.0)) for side in (0, 1)]


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


def _difference(sides: Sides, scale: Scale, levels: list[Moments], about: dict[str, str]) -> Figure:
    before, after = levels
    few = min(before.n, after.n) < FEWEST
    low, high, p = (None, None, None) if few else statistics.difference(after, before)
    answers = sides.both(f"SELECT worth FROM rated WHERE {scale.same()}")
    return Figure(
        name="change.difference",
        about=about,
        value=None if few else after.mean - before.mean,
        unit=scale.unit,
        base="records",
        n=before.n + after.n,
        method="difference of the two periods' means, Welch interval",
        query="SELECT avg(worth) FILTER (side = 1) - avg(worth) FILTER (side = 0) AS value "
        f"FROM {answers}",
        low=low,
        high=high,
        p=p,
        withheld="few" if few else None,
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
    parts: _kitagawa.Parts

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
    chosen = max(cuts, key=lambda each: abs(float(each.parts.mix.sum())))
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
    parts = chosen.parts
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
        method="Kitagawa 1955, midpoint; delta method over answers",
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
        f"SELECT {index} AS cut, c{index} AS part, side, count(*) AS n, avg(worth) AS mean, "
        f"var_pop(worth) AS variance FROM answers GROUP BY ALL"
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
    n, mean, variance = (np.zeros((2, len(values))) for _ in range(3))
    for row in rows:
        at = row["side"], values.index(row["part"])
        n[at], mean[at], variance[at] = row["n"], row["mean"], row["variance"]
    return _Cut(by, values, n, _kitagawa.decompose(n, mean, variance))
