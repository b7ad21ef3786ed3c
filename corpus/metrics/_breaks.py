"""Where a series of periods changes its level, and the single periods that stand out.

A break is where the likelihood ratio of two levels against one is largest; whether it is more than
chance is asked by shuffling the periods, which holds for counts that vary more than binomial or
Poisson ones do (the usual case), and the parts are searched again (binary segmentation: Scott and
Knott 1974; Vostrikova 1981). The p-value counts the observed order among the shuffled ones (Phipson
and Smyth 2010). A slow drift shows as a break too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr, ndtri, stdtr, xlogy
from scipy.stats import binom, hypergeom

Values = NDArray[np.float64]
Numbers = NDArray[Any]
Kind = Literal["share", "count", "mean"]

DRAWS = (999, 9_999)
DRAWS_A_TEST = 80
"""Draws for each series searched, within DRAWS: at 5 % for all, a break has up to 3 as good."""
FIRST_DRAWS = 99
TOGETHER = 500
"""Orders that are tried at once: few enough for the processor's cache."""
LEVEL = 0.05
RISK = 1e-4
"""Of having stopped to draw on the wrong side of the level."""
ROUNDING = 1e-6
"""What two log-likelihoods that are the same may differ by."""
MOST_LOOKED_UP = 1 << 22
"""Numbers of which a table is kept: 32 MB."""
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


_TimesLog = Callable[[Numbers], Values]


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
    total: Numbers = series.total[first:last]
    weight: Numbers = series.weight[first:last]
    if series.kind != "mean":
        total, weight = total.astype(np.int64), weight.astype(np.int64)
    observed = _ratios(series.kind, total[None], weight[None])[0]
    # Orders that are as good but for rounding count as good.
    least = observed.max() - ROUNDING
    order = np.arange(last - first)
    as_good = drawn = 0
    most = int(np.clip(DRAWS_A_TEST * tests, *DRAWS))
    while drawn < most and not _decided(as_good, drawn, most, LEVEL / tests):
        more = min(TOGETHER, most - drawn) if drawn else FIRST_DRAWS
        orders = random.permuted(np.tile(order, (more, 1)), axis=1)
        best = _ratios(series.kind, total[orders], weight[orders]).max(axis=1)
        as_good += int((best >= least).sum())
        drawn += more
    return first + FEWEST_BESIDE + int(observed.argmax()), (1 + as_good) / (1 + drawn)


def _decided(as_good: int, drawn: int, most: int, level: float) -> bool:
    """Whether more draws would not bring the p-value to the other side of ``level``.

    It is there whatever comes, or it is but for RISK: the bound of Clopper and Pearson lies beyond
    the level (Gandy 2009 stops a Monte Carlo test so). Most series are far from a break, or far
    beyond one, and few draws tell.
    """
    if not drawn or (1 + as_good) / (1 + most) >= level:
        return bool(drawn)
    low = betaincinv(as_good, drawn - as_good + 1, RISK) if as_good else 0.0
    high = betaincinv(as_good + 1, drawn - as_good, 1 - RISK)
    return bool(low >= level or high < level)


def _ratios(kind: Kind, total: Numbers, weight: Numbers) -> Values:
    """The log-likelihood ratio of each place for a break, a row for each order."""
    inside = slice(FEWEST_BESIDE - 1, -FEWEST_BESIDE)
    k, n = np.cumsum(total, axis=1)[:, inside], np.cumsum(weight, axis=1)[:, inside]
    whole_k, whole_n = total.sum(axis=1)[:, None], weight.sum(axis=1)[:, None]
    fit = partial(_fit, kind, _times_log(kind, whole_k, whole_n))
    return np.asarray(fit(k, n) + fit(whole_k - k, whole_n - n) - fit(whole_k, whole_n))


def _fit(kind: Kind, times_log: _TimesLog, k: Numbers, n: Numbers) -> Values:
    """The log-likelihood at its maximum of ``k`` in ``n``, but for what no break changes."""
    if kind == "mean":
        return np.asarray(k**2 / np.maximum(n, np.finfo(float).tiny) / 2)
    if kind == "count":
        return np.asarray(times_log(k) - xlogy(k, n))
    return np.asarray(times_log(k) + times_log(n - k) - times_log(n))


def _times_log(kind: Kind, k: Numbers, n: Numbers) -> _TimesLog:
    """Gives x log x of numbers up to these: looked up, as tens of thousands are asked for."""
    most = int(n.max() if kind == "share" else k.max())
    if kind == "mean" or most > MOST_LOOKED_UP:
        return lambda counts: np.asarray(xlogy(counts, counts))
    logs = _logs(1 << most.bit_length())
    return lambda counts: logs.take(counts.astype(np.int64, copy=False))


@cache
def _logs(size: int) -> Values:
    numbers = np.arange(size, dtype=float)
    return np.asarray(xlogy(numbers, numbers))


def outliers(parts: Sequence[Series], tests: int) -> list[list[tuple[int, float]]]:
    """Of each part of one level the periods that stand out, with p-values corrected for ``tests``.

    A period's count is set against the others' by an exact test (hypergeometric, or binomial for
    Poisson counts). Where the other periods vary more than these tests assume, its deviate is
    set against theirs, as a control chart for overdispersed counts does (Laney 2002), by
    Student's distribution. Means have none, nor parts of few periods.
    """
    searched = [
        at
        for at, part in enumerate(parts)
        if part.kind != "mean" and len(part.total) >= FEWEST_PERIODS
    ]
    found: list[list[tuple[int, float]]] = [[] for _ in parts]
    for at, deviates in zip(searched, _deviates([parts[at] for at in searched]), strict=True):
        others = len(deviates) - 1
        usual = np.sqrt((np.sum(deviates**2) - deviates**2) / others)
        more = usual > 1
        odd = stdtr(others, -deviates / np.where(more, usual, 1))
        p = np.minimum(1.0, 2 * np.where(more, odd, ndtr(-deviates)) * tests)
        found[at] = [(int(place), float(p[place])) for place in np.flatnonzero(p < LEVEL)]
    return found


def _deviates(parts: Sequence[Series]) -> list[Values]:
    """How far each period is from the others, as the size of an exact test's normal deviate.

    Those of all parts are worked out at once: a call costs more than what it computes.
    """
    found: dict[int, Values] = {}
    for kind in ("share", "count"):
        own = [at for at, part in enumerate(parts) if part.kind == kind]
        if not own:
            continue
        lengths = [len(parts[at].total) for at in own]
        k, n = (np.concatenate([getattr(parts[at], of) for at in own]) for of in _COUNTED)
        whole_k, whole_n = (
            np.repeat([getattr(parts[at], of).sum() for at in own], lengths) for of in _COUNTED
        )
        law = (hypergeom, whole_n, whole_k, n) if kind == "share" else (binom, whole_k, n / whole_n)
        tail = _nearer_tail(k, n * whole_k / whole_n, *law)
        size = -ndtri(np.clip(tail, np.finfo(float).tiny, 0.5))
        found |= zip(own, np.split(size, np.cumsum(lengths)[:-1]), strict=True)
    return [found[at] for at in range(len(parts))]


_COUNTED = ("total", "weight")


def _nearer_tail(k: Values, expected: Values, law: Any, *about: Values) -> Values:
    """The probability of ``k`` or what is further on its side of what is expected."""
    tail = np.empty(len(k))
    for side, beyond, least in ((k < expected, law.cdf, 0), (k >= expected, law.sf, 1)):
        tail[side] = beyond(k[side] - least, *(each[side] for each in about))
    return tail


def flat(series: Series, found: Sequence[Break]) -> list[tuple[int, Series]]:
    """The parts between breaks, each with the place of its first period."""
    edges = [0, *(each.at for each in found), len(series.total)]
    return [
        (first, Series(series.kind, series.total[first:last], series.weight[first:last]))
        for first, last in pairwise(edges)
    ]
