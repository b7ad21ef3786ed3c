"""The means of two sides, and their difference where the same people are on both.

A relation has a row for an answer: ``side`` (0 or 1), ``who`` and ``worth``. Who answers on both
sides usually answers alike, so the difference varies less than that of two sets of strangers; and
who answers several times on one side counts as one draw, not as several. Each answer counts, or
each person once on a side, with the mean of their answers (``means``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corpus.metrics import statistics
from corpus.metrics.statistics import Moments


@dataclass(frozen=True, slots=True)
class Pair:
    """Each side's answers, and the interval and the p-value of side 1 less side 0.

    The interval is None where a side has fewer than two people.
    """

    before: Moments
    after: Moments
    gap: tuple[float, float, float] | None

    @property
    def value(self) -> float:
        """The difference of the means."""
        return self.after.mean - self.before.mean


def sums(relation: str) -> str:
    """The SELECT of the one row that ``pair`` reads."""
    own = ", ".join(
        f"count(*) FILTER (side = {t}) AS n{t}, "
        f"coalesce(sum(worth) FILTER (side = {t}), 0) AS s{t}, "
        f"coalesce(sum(worth * worth) FILTER (side = {t}), 0) AS q{t}"
        for t in (0, 1)
    )
    totals = ", ".join(
        f"count(*) FILTER (n{t} > 0) AS people{t}, coalesce(sum(n{t}), 0) AS n{t}, "
        f"coalesce(sum(s{t}), 0) AS s{t}, coalesce(sum(q{t}), 0) AS q{t}, "
        f"sum(n{t} * n{t}) AS nn{t}, sum(n{t} * s{t}) AS ns{t}, sum(s{t} * s{t}) AS ss{t}"
        for t in (0, 1)
    )
    across = ", ".join(f"sum({a}0 * {b}1) AS {a}{b}" for a in "ns" for b in "ns")
    return f"SELECT {totals}, {across} FROM (SELECT {own} FROM {relation} GROUP BY who)"


def means(relation: str) -> str:
    """A relation in brackets: each person once, with the mean on either side: ``w0``, ``w1``."""
    each = ", ".join(f"avg(worth) FILTER (side = {t}) AS w{t}" for t in (0, 1))
    return f"(SELECT who, {each} FROM {relation} GROUP BY who)"


def sums_of_means(relation: str) -> str:
    """The SELECT of the one row that ``pair`` reads, each person counted once on a side."""
    totals = ", ".join(
        f"count(w{t}) AS people{t}, count(w{t}) AS n{t}, coalesce(sum(w{t}), 0) AS s{t}, "
        f"coalesce(sum(w{t} * w{t}), 0) AS q{t}, count(w{t}) AS nn{t}, "
        f"coalesce(sum(w{t}), 0) AS ns{t}, coalesce(sum(w{t} * w{t}), 0) AS ss{t}"
        for t in (0, 1)
    )
    across = (
        "count(w0 + w1) AS nn, coalesce(sum(w1) FILTER (w0 IS NOT NULL), 0) AS ns, "
        "coalesce(sum(w0) FILTER (w1 IS NOT NULL), 0) AS sn, coalesce(sum(w0 * w1), 0) AS ss"
    )
    return f"SELECT {totals}, {across} FROM {means(relation)}"


def pair(row: Mapping[str, Any]) -> Pair:
    """What the sums over people tell."""
    sides = [_moments(row, t) for t in (0, 1)]
    if min(row["people0"], row["people1"]) < 2:
        return Pair(sides[0], sides[1], None)
    (m0, m1), (n0, n1) = ([getattr(s, name) for s in sides] for name in ("mean", "n"))
    shared = row["ss"] - m1 * row["sn"] - m0 * row["ns"] + m0 * m1 * row["nn"]
    before, after = (_of_people(row, t, side) for t, side in enumerate(sides))
    gap = statistics.difference(after, before, covariance=shared / (n0 * n1))
    return Pair(sides[0], sides[1], gap)


def _moments(row: Mapping[str, Any], t: int) -> Moments:
    n, total = int(row[f"n{t}"]), float(row[f"s{t}"])
    if n < 2:
        return Moments(n, total, 0.0)
    mean = total / n
    return Moments(n, mean, max(0.0, row[f"q{t}"] - n * mean**2) / (n - 1))


def _of_people(row: Mapping[str, Any], t: int, side: Moments) -> Moments:
    """The same with the variance that gives the mean's own where people are drawn, not answers."""
    people, n, mean = int(row[f"people{t}"]), side.n, side.mean
    squares = row[f"ss{t}"] - 2 * mean * row[f"ns{t}"] + mean**2 * row[f"nn{t}"]
    return Moments(n, mean, max(0.0, squares) * people / (people - 1) / n)
