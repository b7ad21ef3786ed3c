"""The change of a score among those who wrote, by what they wrote about."""

from math import sqrt
from typing import Any

import numpy as np
from scipy.stats import norm

from corpus.metrics import statistics
from corpus.metrics._oaxaca import Products, decompose
from corpus.metrics._sides import Sides
from corpus.metrics.relations import Scale, quoted
from corpus.metrics.statistics import Moments
from corpus.metrics.types import FEWEST_IN_CELL, Figure, Withheld
from corpus.types import FEWEST

_METHOD = "Oaxaca-Blinder, twofold, pooled coefficients; normal interval, Holm p"
PEOPLE_FOR_A_THEME = 10


def by_theme(sides: Sides, scale: Scale, about: dict[str, str], known: set[str]) -> list[Figure]:
    """The change of those who wrote, each theme's whole and two parts, and what is unexplained."""
    relations = _relations(sides, scale)
    rows = sides.store.sql(
        f"{relations}SELECT side, NULL AS one, NULL AS other, count(*) AS n, sum(worth) AS total, "
        "sum(worth * worth) AS squares FROM people GROUP BY side UNION ALL "
        "SELECT a.side, a.theme, b.theme, count(*), sum(a.worth), 0 FROM told AS a "
        "JOIN told AS b ON a.side = b.side AND a.who = b.who GROUP BY ALL"
    )
    whole = {row["side"]: row for row in rows if row["one"] is None}
    sizes = [int(whole[side]["n"]) if side in whole else 0 for side in (0, 1)]
    text = (
        f"{relations}SELECT avg(worth) FILTER (side = 1) - avg(worth) FILTER (side = 0) AS value "
        "FROM people"
    )
    if min(sizes) < FEWEST:
        return [_figure(sides, scale, "written", about, None, 0.0, sum(sizes), text)]
    moments = [_moments(whole[side]) for side in (0, 1)]
    low, high, p = statistics.difference(moments[1], moments[0])
    written = Figure(
        name="change.written",
        about=about,
        value=moments[1].mean - moments[0].mean,
        unit=scale.unit,
        base=sides.base,
        n=sum(sizes),
        method="difference of the means of those who wrote in each period, Welch interval",
        query=text,
        low=low,
        high=high,
        p=p,
    )
    return [written, *_parts(sides, scale, about, known, rows, sizes)]


def _relations(sides: Sides, scale: Scale) -> str:
    """``people``: those who wrote and answered, each once; ``told``: the themes they wrote of."""
    people = sides.both(
        f"SELECT who, avg(worth) AS worth FROM rated WHERE {scale.same()} "
        "AND who IN (FROM heard) GROUP BY who"
    )
    spoken = sides.both("SELECT DISTINCT who, theme FROM said")
    return (
        f"WITH people AS MATERIALIZED {people}, told AS MATERIALIZED (SELECT side, who, theme, "
        f"worth FROM people JOIN {spoken} AS spoken USING (side, who)) "
    )


def _moments(row: dict[str, Any]) -> Moments:
    n, mean = int(row["n"]), row["total"] / row["n"]
    return Moments(n, mean, max(0.0, row["squares"] - n * mean * mean) / (n - 1))


def _parts(
    sides: Sides,
    scale: Scale,
    about: dict[str, str],
    known: set[str],
    rows: list[dict[str, Any]],
    sizes: list[int],
) -> list[Figure]:
    counts: dict[str, list[int]] = {}
    for row in rows:
        if row["one"] is not None and row["one"] == row["other"] and row["one"] in known:
            counts.setdefault(row["one"], [0, 0])[row["side"]] = int(row["n"])
    enough = [theme for theme, n in counts.items() if sum(n) >= FEWEST_IN_CELL]
    enough.sort(key=lambda theme: (-sum(counts[theme]), theme))
    themes = enough[: min(sizes) // PEOPLE_FOR_A_THEME]
    place = {theme: index for index, theme in enumerate(themes)}
    both = np.zeros((2, len(themes), len(themes)))
    totals = np.zeros((2, len(themes)))
    for row in rows:
        if row["one"] in place and row["other"] in place:
            both[row["side"], place[row["one"]], place[row["other"]]] = row["n"]
            if row["one"] == row["other"]:
                totals[row["side"], place[row["one"]]] = row["total"]
    whole = {row["side"]: row for row in rows if row["one"] is None}
    before, after = (
        Products(sizes[t], both[t], totals[t], whole[t]["total"], whole[t]["squares"])
        for t in (0, 1)
    )
    felt = np.array([min(counts[theme]) >= FEWEST for theme in themes], dtype=bool)
    parts = decompose(before, after, felt)

    relations = _relations(sides, scale)
    figures = []
    value = parts.endowment + parts.coefficient
    errors = np.sqrt(np.maximum(parts.variance, np.finfo(float).tiny))
    corrected = statistics.holm([float(p) for p in 2 * norm.sf(np.abs(value) / errors)])
    for index in np.argsort(-np.abs(value), kind="stable"):
        theme = themes[index]
        told = f"told WHERE theme = {quoted(theme)} AND side"
        text = (
            f"{relations}SELECT n0, n1, total0, total1, "
            f"(SELECT count(*) FROM {told} = 0) AS mentioned0, "
            f"(SELECT count(*) FROM {told} = 1) AS mentioned1, "
            f"(SELECT sum(worth) FROM {told} = 0) AS mentioned_total0, "
            f"(SELECT sum(worth) FROM {told} = 1) AS mentioned_total1 FROM {_SIZES}"
        )
        for measure, values, variances in (
            ("theme", value, parts.variance),
            ("theme-mentioned", parts.endowment, parts.endowment_variance),
            ("theme-felt", parts.coefficient, parts.coefficient_variance),
        ):
            figures.append(
                _figure(
                    sides,
                    scale,
                    measure,
                    {**about, "theme": theme},
                    float(values[index]) if measure != "theme-felt" or felt[index] else None,
                    float(variances[index]),
                    sum(counts[theme]),
                    text,
                    corrected[index] if measure == "theme" else None,
                )
            )
    rest = _figure(
        sides,
        scale,
        "unexplained",
        about,
        parts.rest,
        parts.rest_variance,
        sum(sizes),
        f"{relations}SELECT * FROM {_SIZES}",
    )
    return [rest, *figures]


_SIZES = (
    "(SELECT count(*) FILTER (side = 0) AS n0, count(*) FILTER (side = 1) AS n1, "
    "sum(worth) FILTER (side = 0) AS total0, sum(worth) FILTER (side = 1) AS total1 FROM people)"
)


def _figure(
    sides: Sides,
    scale: Scale,
    measure: str,
    about: dict[str, str],
    value: float | None,
    variance: float,
    n: int,
    text: str,
    p: float | None = None,
) -> Figure:
    half = statistics.Z * sqrt(variance)
    few: Withheld = "few" if measure == "written" else "few-in-cell"
    return Figure(
        name=f"change.{measure}",
        about=about,
        value=value,
        unit=scale.unit,
        base=sides.base,
        n=n,
        method=_METHOD,
        query=text,
        low=None if value is None else value - half,
        high=None if value is None else value + half,
        p=p,
        withheld=few if value is None else None,
        replayed="counts",
    )
