"""Where a series of periods changes its level, and the single periods that stand out.

A break is where two levels differ most for their numbers (a chi-square); whether that is more than
chance is asked by shuffling the periods, which holds for counts that vary more than binomial or
Poisson ones do (the usual case), and the parts are searched again (binary segmentation: Scott and
Knott 1974; Vostrikova 1981). The p-value counts the observed order among the shuffled ones (Phipson
and Smyth 2010). A slow drift shows as a break too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr, ndtri, stdtr
from scipy.stats import binom, hypergeom

Values = NDArray[np.float64]
Kind = Literal["share", "count", "mean"]

DRAWS = 9_999
FIRST_DRAWS = 99
TOGETHER = 500
"""Orders that are tried at once: few enough for the processor's cache."""
LEVEL = 0.05
RISK = 1e-4
"""Of a draw's having stopped on the wrong side of the level."""
FEWEST_BESIDE = 2
"""Periods that each side of a break has at least; one alone would be an anomaly."""
FEWEST_PERIODS = 6
"""Fewer periods have too few orders for any to be rare."""


@dataclass(frozen=True, slots=True)
class Series:
    """What was counted in each period, in order.

    ``total`` in ``weight``: people who mention a theme of those who wrote (``share``), records in
    days (``count``), or the sum of scores and how many (``mean``).
    """

    kind: Kind
    total: Values
    weight: Values


@dataclass(frozen=True, slots=True)
class Break:
    """The level is another from period ``at`` on; it held from ``first`` and until ``last``."""

    at: int
    first: int
    last: int
    p: float


def breaks(series: Series, tests: int, random: np.random.Generator) -> list[Break]:
    """The breaks of a series in their order, at 5 % for ``tests`` series together (Bonferroni)."""
    found: dict[int, float] = {}
    open_parts = [(0, len(series.total))]
    while open_parts:
        first, last = open_parts.pop()
        at, p = _strongest(series, first, last, tests, random)
        if min(1.0, p * tests) < LEVEL:
            found[at] = min(1.0, p * tests)
            open_parts += [(first, at), (at, last)]
    places = sorted(found)
    edges = [0, *places, len(series.total)]
    return [Break(at, edges[index], edges[index + 2], found[at]) for index, at in enumerate(places)]


def _strongest(
    series: Series, first: int, last: int, tests: int, random: np.random.Generator
) -> tuple[int, float]:
    """The best place for a break among these periods, and its p-value."""
    if last - first < FEWEST_PERIODS:
        return first, 1.0
    order = np.arange(first, last)
    observed = _departures(series.total[order][None], series.weight[order][None])[0]
    # Orders that are as good but for rounding count as good.
    least = observed.max() * (1 - 1e-9)
    as_good = drawn = 0
    while drawn < DRAWS and not _decided(as_good, drawn, LEVEL / tests):
        more = min(TOGETHER, DRAWS - drawn) if drawn else FIRST_DRAWS
        orders = random.permuted(np.tile(order, (more, 1)), axis=1)
        best = _departures(series.total[orders], series.weight[orders]).max(axis=1)
        as_good += int((best >= least).sum())
        drawn += more
    return first + FEWEST_BESIDE + int(observed.argmax()), (1 + as_good) / (1 + drawn)


def _decided(as_good: int, drawn: int, level: float) -> bool:
    """Whether more draws would not bring the p-value to the other side of ``level``.

    That is, but for RISK: the bound of Clopper and Pearson lies beyond it (Gandy 2009 stops a
    Monte Carlo test so). Most series are far from a break, or far beyond one, and few draws tell.
    """
    if not drawn:
        return False
    low = betaincinv(as_good, drawn - as_good + 1, RISK) if as_good else 0.0
    high = betaincinv(as_good + 1, drawn - as_good, 1 - RISK) if as_good < drawn else 1.0
    return bool(low >= level or high < level)


def _departures(total: Values, weight: Values) -> Values:
    """How far each place cuts the levels apart, a row for each order.

    The squared departure of the first part's total from what the whole would give it, over its
    variance when all orders are as likely, but for what is the same in all of them. For shares that
    is Pearson's chi-square of the two parts, for means the sum of squares between them.
    """
    inside = slice(FEWEST_BESIDE - 1, -FEWEST_BESIDE)
    k, n = np.cumsum(total, axis=1)[:, inside], np.cumsum(weight, axis=1)[:, inside]
    whole_k, whole_n = total.sum(axis=1)[:, None], weight.sum(axis=1)[:, None]
    spread = np.maximum(n * (whole_n - n), np.finfo(float).tiny)
    return np.asarray((k * whole_n - n * whole_k) ** 2 / spread)


def outliers(series: Series, tests: int) -> list[tuple[int, float]]:
    """The periods of one level that stand out, with p-values corrected for all of ``tests``.

    A period's count is set against the others' by an exact test (hypergeometric, or binomial for
    Poisson counts). Where the other periods vary more than these tests assume, its deviate is
    set against theirs, as a control chart for overdispersed counts does (Laney 2002), by
    Student's distribution.
    """
    if len(series.total) < FEWEST_PERIODS:
        return []
    deviates = _deviates(series)
    others = len(deviates) - 1
    rest = np.tile(deviates**2, (others + 1, 1))[~np.eye(others + 1, dtype=bool)]
    usual = np.sqrt(rest.reshape(others + 1, others).mean(axis=1))
    more = usual > 1
    tails = np.where(more, stdtr(others, -deviates / np.where(more, usual, 1)), ndtr(-deviates))
    p = np.minimum(1.0, 2 * tails * tests)
    return [(int(at), float(p[at])) for at in np.flatnonzero(p < LEVEL)]


def _deviates(series: Series) -> Values:
    """How far each period is from the others, as the size of an exact test's normal deviate."""
    k, n, whole_k, whole_n = series.total, series.weight, series.total.sum(), series.weight.sum()
    shares = series.kind == "share"
    own = (hypergeom, (whole_n, whole_k, n)) if shares else (binom, (whole_k, n / whole_n))
    tail = np.minimum(own[0].cdf(k, *own[1]), own[0].sf(k - 1, *own[1]))
    return np.asarray(-ndtri(np.clip(tail, np.finfo(float).tiny, 0.5)))


def flat(series: Series, found: Sequence[Break]) -> list[tuple[int, Series]]:
    """The parts between breaks, each with the place of its first period."""
    edges = [0, *(each.at for each in found), len(series.total)]
    return [
        (first, Series(series.kind, series.total[first:last], series.weight[first:last]))
        for first, last in pairwise(edges)
    ]
