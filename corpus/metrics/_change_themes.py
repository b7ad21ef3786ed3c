"""The change of a score among those who wrote, by what they complain of and what they praise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from scipy.stats import norm

from corpus.metrics import statistics
from corpus.metrics._oaxaca import Parts, Products, Values, decompose
from corpus.metrics._paired import pair, sums
from corpus.metrics._sides import Sides
from corpus.metrics.relations import Scale, quoted
from corpus.metrics.types import FEWEST_IN_CELL, Figure
from corpus.types import FEWEST

_METHOD = "Oaxaca-Blinder, twofold, pooled coefficients; normal interval, Holm p"
PEOPLE_FOR_A_MARK = 10
BEYOND_CHANCE = 0.05
_TONES = {"complaints": "bad", "praise": "good"}

Mark = tuple[str, str]
"""A theme and its tone: who bears it complains of the theme, or praises it."""


def by_theme(sides: Sides, scale: Scale, about: dict[str, str], known: set[str]) -> list[Figure]:
    """The change of those who wrote, what no theme explains, and the themes' parts."""
    relations = _relations(sides, scale)
    levels = pair(sides.store.sql(f"{relations}{sums('people')}")[0])
    sizes = levels.before.n, levels.after.n
    gap = levels.gap if min(sizes) >= FEWEST else None
    low, high, p = gap or (None, None, None)
    written = Figure(
        name="change.written",
        about=about,
        value=levels.value if gap else None,
        unit=scale.unit,
        base=sides.base,
        n=sum(sizes),
        method="difference of the means of those who wrote in each period, Welch interval, who "
        "wrote in both paired",
        query=f"{relations}SELECT avg(worth) FILTER (side = 1) - avg(worth) FILTER (side = 0) "
        "AS value FROM people",
        low=low,
        high=high,
        p=p,
        withheld=None if gap else "few",
    )
    if not gap:
        return [written]
    rows = sides.store.sql(
        f"{relations}SELECT side, NULL AS one, NULL AS other, count(*) AS n, sum(worth) AS total, "
        "sum(worth * worth) AS squares FROM people GROUP BY side UNION ALL "
        "SELECT a.side, {'theme': a.theme, 'tone': a.tone}, {'theme': b.theme, 'tone': b.tone}, "
        "count(*), sum(a.worth), 0 FROM told AS a "
        "JOIN told AS b ON a.side = b.side AND a.who = b.who GROUP BY ALL"
    )
    return [written, *_parts(sides, scale, about, known, rows)]


def _relations(sides: Sides, scale: Scale) -> str:
    """``people``: those who wrote and answered, each once; ``told``: the marks that they bear."""
    people = sides.both(
        f"SELECT who, avg(worth) AS worth FROM rated WHERE {scale.same()} "
        "AND who IN (FROM heard) GROUP BY who"
    )
    spoken = sides.both(
        " UNION ".join(
            f"SELECT who, theme, '{tone}' AS tone FROM said WHERE {column}"
            for tone, column in _TONES.items()
        )
    )
    return (
        f"WITH people AS MATERIALIZED {people}, told AS MATERIALIZED (SELECT side, who, theme, "
        f"tone, worth FROM people JOIN {spoken} AS spoken USING (side, who)) "
    )


def _mark(value: Any) -> Mark | None:
    return (value["theme"], value["tone"]) if value else None


def _parts(
    sides: Sides,
    scale: Scale,
    about: dict[str, str],
    known: set[str],
    rows: list[dict[str, Any]],
) -> list[Figure]:
    whole = {row["side"]: row for row in rows if row["one"] is None}
    told = [(row, _mark(row["one"]), _mark(row["other"])) for row in rows if row["one"]]
    counts: dict[Mark, list[int]] = {}
    for row, one, other in told:
        if one and one == other and one[0] in known:
            counts.setdefault(one, [0, 0])[row["side"]] = int(row["n"])
    marks = frequent(counts, min(int(row["n"]) for row in whole.values()))
    place = {mark: index for index, mark in enumerate(marks)}
    both = np.zeros((2, len(marks), len(marks)))
    totals = np.zeros((2, len(marks)))
    for row, one, other in told:
        if one in place and other in place:
            both[row["side"], place[one], place[other]] = row["n"]
            if one == other:
                totals[row["side"], place[one]] = row["total"]
    before, after = (
        Products(int(whole[t]["n"]), both[t], totals[t], whole[t]["total"], whole[t]["squares"])
        for t in (0, 1)
    )
    division = divided(marks, decompose(before, after))
    return _figures(_Told(sides, scale, about, before.n + after.n, counts), division)


def frequent(counts: Mapping[Mark, Sequence[int]], fewest: int) -> list[Mark]:
    """The marks that enough people bear, as many as the smaller period's people allow for."""
    enough = [mark for mark, n in counts.items() if sum(n) >= FEWEST_IN_CELL]
    enough.sort(key=lambda mark: (-sum(counts[mark]), mark))
    return enough[: fewest // PEOPLE_FOR_A_MARK]


@dataclass(frozen=True, slots=True)
class Division:
    """The parts of marks; of each theme its part, the variance and the corrected p-value of that.

    ``clear`` are the themes whose part is beyond chance.
    """

    marks: Sequence[Mark]
    parts: Parts
    themes: Mapping[str, tuple[float, float, float]]
    clear: Sequence[str]

    def of(self, *themes: str) -> Values:
        """The marks of these themes as 1, others as 0."""
        return np.array([theme in themes for theme, _ in self.marks], dtype=float)


def divided(marks: Sequence[Mark], parts: Parts) -> Division:
    """Which themes' parts are more than chance, all of them tested together (Holm)."""
    found = {}
    for theme in dict.fromkeys(theme for theme, _ in marks):
        value, variance = parts.sum(np.array([each == theme for each, _ in marks], dtype=float))
        alone = 2 * float(norm.sf(abs(value) / sqrt(variance))) if variance else 1.0
        found[theme] = value, variance, alone
    corrected = statistics.holm([alone for _, _, alone in found.values()])
    themes = {
        theme: (value, variance, p)
        for (theme, (value, variance, _)), p in zip(found.items(), corrected, strict=True)
    }
    clear = [theme for theme, (_, _, p) in themes.items() if p < BEYOND_CHANCE]
    return Division(marks, parts, themes, clear)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is divided, and into which marks."""

    sides: Sides
    scale: Scale
    about: dict[str, str]
    people: int
    counts: dict[Mark, list[int]]

    def figure(
        self,
        measure: str,
        part: tuple[float, float],
        text: str,
        theme: str = "",
        tones: Sequence[str] = (),
        p: float | None = None,
        **more: str,
    ) -> Figure:
        """A part with its interval; of those who bear marks of the theme, or of all."""
        value, variance = part
        half = statistics.Z * sqrt(variance)
        bearing = sum(sum(self.counts[theme, tone]) for tone in tones)
        return Figure(
            name=f"change.{measure}",
            about={**self.about, **({"theme": theme} if theme else {}), **more},
            value=value,
            unit=self.scale.unit,
            base=self.sides.base,
            n=bearing if theme else self.people,
            method=_METHOD,
            query=f"{_relations(self.sides, self.scale)}{text}",
            low=value - half,
            high=value + half,
            p=p,
            replayed="counts",
        )


def _figures(told: _Told, division: Division) -> list[Figure]:
    """What is explained and what is not, then the themes beyond chance and those within it."""
    parts, together = division.parts, division.of(*division.clear)
    figures = []
    if division.clear:
        figures.append(told.figure("explained", parts.sum(together), f"SELECT * FROM {_SIZES}"))
    figures.append(told.figure("unexplained", parts.without(together), f"SELECT * FROM {_SIZES}"))
    for theme, (value, variance, p) in sorted(
        division.themes.items(), key=lambda each: (each[0] not in division.clear, -abs(each[1][0]))
    ):
        text = _counts(theme)
        tones = [tone for each, tone in division.marks if each == theme]
        name = "theme" if theme in division.clear else "theme-unclear"
        figures.append(told.figure(name, (value, variance), text, theme, tones, p))
        for tone in tones:
            alone = np.array([mark == (theme, tone) for mark in division.marks], dtype=float)
            way = "more" if alone @ parts.moves > 0 else "less"
            part = parts.sum(alone)
            figures.append(told.figure(f"theme-{tone}", part, text, theme, [tone], spoken=way))
    return figures


def _counts(theme: str) -> str:
    """The SELECT of how many bear each mark of a theme in each period, and of their scores."""
    each = ", ".join(
        f"(SELECT {value} FROM told WHERE theme = {quoted(theme)} AND tone = '{tone}' "
        f"AND side = {side}) AS {tone}{name}{side}"
        for tone in _TONES
        for name, value in (("", "count(*)"), ("_total", "sum(worth)"))
        for side in (0, 1)
    )
    return f"SELECT n0, n1, total0, total1, {each} FROM {_SIZES}"


_SIZES = (
    "(SELECT count(*) FILTER (side = 0) AS n0, count(*) FILTER (side = 1) AS n1, "
    "sum(worth) FILTER (side = 0) AS total0, sum(worth) FILTER (side = 1) AS total1 FROM people)"
)
