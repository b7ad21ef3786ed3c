"""How well a coder agrees with people, for one code that a unit has or has not.

People are taken as right where precision, recall and F1 are asked for; kappa and alpha treat both
alike, and correct for the agreement that chance alone would give. A statistic is None where it is
undefined: no recall without a unit that people marked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

LEVEL = 0.95
"""How often an interval should hold the truth."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many units have the code by both, by one only, by neither; fractions if weighted."""

    both: float
    coder_only: float
    people_only: float
    neither: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A statistic and its interval at ``LEVEL``."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """Every measure of agreement between a coder and people over ``n`` units."""

    n: int
    precision: Estimate | None
    recall: Estimate | None
    f1: Estimate | None
    kappa: Estimate | None
    alpha: Estimate | None


def counts(
    coder: Sequence[bool], people: Sequence[bool], weights: Sequence[float] | None = None
) -> Counts:
    """The counts of units; ``weights`` say how many units of the corpus each one stands for.

    Weights are scaled to a mean of one: what is weighed is still ``len(coder)`` units.
    """
    return _counts(_units(coder, people, weights))


def precision(of: Counts) -> float | None:
    """The part of what the coder marked that people marked too."""
    return _ratio(of.both, of.both + of.coder_only)


def recall(of: Counts) -> float | None:
    """The part of what people marked that the coder marked too."""
    return _ratio(of.both, of.both + of.people_only)


def f1(of: Counts) -> float | None:
    """The harmonic mean of precision and recall; 0 where nothing is marked by both."""
    return _ratio(2 * of.both, 2 * of.both + of.coder_only + of.people_only)


def cohen_kappa(of: Counts) -> float | None:
    """Cohen's kappa (A coefficient of agreement for nominal scales, 1960), -1 to 1.

    Undefined where both give every unit the same one code, so that chance explains all.
    """
    total = of.both + of.coder_only + of.people_only + of.neither
    agreed = total * (of.both + of.neither)
    chance = (of.both + of.coder_only) * (of.both + of.people_only)
    chance += (of.neither + of.coder_only) * (of.neither + of.people_only)
    return _ratio(agreed - chance, total**2 - chance)


def krippendorff_alpha(codes: Sequence[Sequence[int | None]] | NDArray[Any]) -> float | None:
    """Krippendorff's alpha for nominal codes (Content Analysis, 2019, chapter 12).

    ``codes`` has a row for each unit and a column for each coder; None is a code not given. Units
    with fewer than two codes have nothing to compare and do not count. Undefined where fewer than
    two different codes are left, as nothing varies.
    """
    if len({len(row) for row in codes}) != 1:
        raise ValueError("Alpha needs at least one unit, and a code or None of every coder for it.")
    table = np.array(codes, dtype=object)
    kinds = {code for row in codes for code in row if code is not None}
    # Units by kinds: how many coders gave the unit that code.
    given = np.array([(table == kind).sum(axis=1) for kind in kinds], dtype=float)
    given = given.reshape(len(kinds), len(table)).T
    given = given[given.sum(axis=1) > 1]
    pairs = given / (given.sum(axis=1, keepdims=True) - 1)
    return _alpha(pairs.T @ given - np.diag(pairs.sum(axis=0)))


def with_interval(
    units: NDArray[Any],
    statistic: Callable[[NDArray[Any]], float | None],
    *,
    draws: int = 1000,
    seed: int = 0,
) -> Estimate | None:
    """A statistic of ``units`` (first axis) with its percentile bootstrap interval.

    Units are drawn with replacement (Efron and Tibshirani, An Introduction to the Bootstrap, 1993,
    chapter 13). Draws in which the statistic is undefined are left out. Where all agree, all draws
    do: the interval of a perfect agreement is too short.
    """
    value = statistic(units)
    if value is None:
        return None
    rng = np.random.default_rng(seed)
    drawn = (statistic(units[rng.integers(len(units), size=len(units))]) for _ in range(draws))
    spread = [value] + [each for each in drawn if each is not None]
    low, high = np.quantile(spread, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    # A statistic that is biased in small samples may lie outside the percentiles of its draws.
    return Estimate(value, min(float(low), value), max(float(high), value))


def reliability(
    coder: Sequence[bool],
    people: Sequence[bool],
    weights: Sequence[float] | None = None,
    seed: int = 0,
) -> Reliability:
    """Every measure with its interval: Wilson's for unweighted shares, else the bootstrap's."""
    units = _units(coder, people, weights)
    found = _counts(units)

    def drawn(statistic: Callable[[Counts], float | None]) -> Estimate | None:
        return with_interval(units, lambda some: statistic(_counts(some)), seed=seed)

    def share(statistic: Callable[[Counts], float | None], of: float) -> Estimate | None:
        weighted = np.ptp(units[:, 2]) > 0
        return drawn(statistic) if weighted else _wilson(round(found.both), round(of))

    return Reliability(
        n=len(units),
        precision=share(precision, found.both + found.coder_only),
        recall=share(recall, found.both + found.people_only),
        f1=drawn(f1),
        kappa=drawn(cohen_kappa),
        alpha=drawn(alpha_of_two),
    )


def _units(
    coder: Sequence[bool], people: Sequence[bool], weights: Sequence[float] | None
) -> NDArray[np.float64]:
    """A row for each unit: whether the coder marked it, whether people did, its weight."""
    weighed = np.ones(len(coder)) if weights is None else np.asarray(weights, dtype=float)
    if not len(coder):
        raise ValueError("Agreement needs at least one unit coded by both.")
    if not len(coder) == len(people) == len(weighed):
        raise ValueError("The coder's codes, the people's and the weights must be equally many.")
    if not (np.isfinite(weighed) & (weighed > 0)).all():
        raise ValueError("Every weight must be a positive number.")
    return np.column_stack([np.asarray(coder, bool), np.asarray(people, bool), weighed])


def _counts(units: NDArray[np.float64]) -> Counts:
    coder, people, weights = units.T
    weights = weights / weights.mean()
    return Counts(
        both=float(weights @ (coder * people)),
        coder_only=float(weights @ (coder * (1 - people))),
        people_only=float(weights @ ((1 - coder) * people)),
        neither=float(weights @ ((1 - coder) * (1 - people))),
    )


def alpha_of_two(of: Counts) -> float | None:
    """Alpha of one coder and one person; a unit gives its pair of codes in either order."""
    apart = of.coder_only + of.people_only
    return _alpha(np.array([[2 * of.both, apart], [apart, 2 * of.neither]]))


def _alpha(coincidences: NDArray[np.float64]) -> float | None:
    """Alpha from how often each code (row) was paired with each other (column) within units."""
    held = coincidences.sum(axis=0)
    total = held.sum()
    apart = (total - 1) * (total - np.trace(coincidences))
    by_chance = total**2 - held @ held
    # Sums of fractions are not exact: what is nothing but rounding is nothing.
    return None if by_chance <= 1e-9 * total**2 else float(1 - apart / by_chance)


def _wilson(marked: int, of: int) -> Estimate | None:
    if not of:
        return None
    interval = binomtest(marked, of).proportion_ci(LEVEL, method="wilson")
    return Estimate(marked / of, float(interval.low), float(interval.high))


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole > 1e-9 else None
