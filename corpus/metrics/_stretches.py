"""Series of periods as the trend tells them, and stretches of several periods together."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from corpus.metrics import statistics
from corpus.metrics._breaks import Kind
from corpus.metrics._periods import score_interval
from corpus.metrics.relations import Scale
from corpus.metrics.statistics import Moments
from corpus.metrics.types import Base, Unit


@dataclass(frozen=True, slots=True)
class Counted:
    """One series: ``about`` what, of whom, and what counts ``k`` and ``n`` of some periods in SQL.

    ``total`` and ``weight`` are SELECTs to which a condition on the date is added. ``rows`` have a
    count ``k`` in ``n`` for each period; of records, ``n`` are days; of a score, ``k`` is the sum
    of the answers and ``squares`` that of their squares.
    """

    kind: Kind
    about: dict[str, str]
    unit: Unit
    base: Base
    total: str
    weight: str
    rows: list[dict[str, Any]]
    scale: Scale | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some periods together, and the condition that keeps them."""

    rows: list[dict[str, Any]]
    within: str

    @property
    def k(self) -> float:
        return float(sum(row["k"] for row in self.rows))

    @property
    def n(self) -> float:
        return float(sum(row["n"] for row in self.rows))

    def level(self, series: Counted) -> float:
        """A share, a mean of answers, or records a period."""
        return self.k / (len(self.rows) if series.kind == "count" else self.n)

    def text(self, series: Counted) -> str:
        """The level as SQL."""
        weight = f"({series.weight} AND {self.within})"
        if series.kind == "count":
            weight = str(len(self.rows))
        return f"({series.total} AND {self.within}) / {weight}"

    def moments(self, series: Counted) -> Moments:
        """Of a score's answers, or of the periods' counts."""
        if series.kind == "count":
            counts = np.array([row["k"] for row in self.rows], dtype=float)
            return Moments(len(counts), float(counts.mean()), float(counts.var(ddof=1)))
        n, mean = int(self.n), self.k / self.n
        squares = sum(row["squares"] for row in self.rows)
        return Moments(n, mean, max(0.0, squares - n * mean * mean) / (n - 1))


def interval(series: Counted, stretch: Stretch) -> tuple[float | None, float | None]:
    """The interval of a stretch's level; of a single period's count there is none."""
    if series.kind == "share":
        return statistics.wilson(int(stretch.k), int(stretch.n))
    if series.scale:
        return score_interval(series.scale, stretch.moments(series))
    return statistics.mean_interval(stretch.moments(series))
