"""Intervals and tests that the analyses share; each is a library's, under one name.

Levels are 95 %. Every function takes counts or moments, never rows: over a million records the
counts come from SQL.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.stats import fisher_exact, norm, t
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

Z = float(norm.ppf(0.975))

MANY = 100
"""Expected in each cell of two shares, from which the normal test is as good as the exact one."""


@dataclass(frozen=True, slots=True)
class Moments:
    """How many values there are, their mean, and their variance (n - 1 in its denominator)."""

    n: int
    mean: float
    variance: float


@dataclass(frozen=True, slots=True)
class Clusters:
    """Trials that come in clusters (the sessions of one customer), as sums over the clusters.

    ``nn`` is the sum of the squares of how many trials each has, ``kk`` that of its successes,
    ``nk`` that of the two multiplied.
    """

    count: int
    nn: float
    nk: float
    kk: float


def independent(k: int, n: int, clusters: Clusters) -> float:
    """How many independent trials ``k`` of ``n`` in clusters are worth.

    The effective sample size of Korn and Graubard (1998, Survey Methodology 24:193): n divided by
    the design effect, the variance of a ratio over clusters (Cochran 1977, Sampling Techniques,
    6.4) to that of independent trials, and by what the few clusters leave unknown of it; never
    more than n. Put into Wilson's interval it holds well in surveys (Franco, Little, Louis and
    Slud 2019, Journal of Survey Statistics and Methodology 7:334). Where all or none succeed the
    trials count as they are, since nothing tells how they go together.
    """
    share = k / n
    if k in (0, n):
        return float(n)
    if clusters.count < 2:
        return 1.0
    squares = clusters.kk - 2 * share * clusters.nk + share**2 * clusters.nn
    if squares <= 0:
        return float(n)
    variance = squares * clusters.count / (clusters.count - 1) / n**2
    few = float(t.ppf(0.975, n - 1) / t.ppf(0.975, clusters.count - 1)) ** 2
    return min(float(n), share * (1 - share) / variance * few)


def wilson(numerator: float, denominator: float) -> tuple[float, float]:
    """The interval of a share (Wilson 1927).

    As statsmodels has it, which looks the quantile up anew for each of an answer's hundreds.
    """
    share, whole = numerator / denominator, 1 + Z * Z / denominator
    middle = (share + Z * Z / (2 * denominator)) / whole
    spread = share * (1 - share) / denominator + Z * Z / (4 * denominator**2)
    half = Z * sqrt(spread) / whole
    return max(0.0, middle - half), min(1.0, middle + half)


def net_interval(good: int, bad: int, n: int) -> tuple[float, float]:
    """The interval of (good - bad) / n, as the adjusted Wald method gives it for an NPS.

    Three answers are added, three quarters of one to the good and as much to the bad (Sauro and
    Lewis 2016, "Quantifying the User Experience", after Agresti and Min). Bounds stay within -1
    and 1.
    """
    p, q, whole = (good + 0.75) / (n + 3), (bad + 0.75) / (n + 3), n + 3
    half = Z * sqrt((p + q - (p - q) ** 2) / whole)
    return max(-1.0, p - q - half), min(1.0, p - q + half)


def mean_interval(moments: Moments) -> tuple[float, float]:
    """Student's interval of a mean of at least two values."""
    half = t.ppf(0.975, moments.n - 1) * sqrt(moments.variance / moments.n)
    return moments.mean - float(half), moments.mean + float(half)


def difference(
    first: Moments, second: Moments, *, covariance: float = 0.0
) -> tuple[float, float, float]:
    """Welch's interval of first mean - second mean, and its two-sided p-value.

    Both have at least two values; ``covariance`` is that of the two means, where people are in
    both (Derrick, Toher and White 2017, with Welch's degrees of freedom).
    """
    parts = first.variance / first.n, second.variance / second.n
    error = sqrt(max(0.0, sum(parts) - 2 * covariance))
    gap = first.mean - second.mean
    if not error:
        return gap, gap, 0.0 if gap else 1.0
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (first.n - 1) + parts[1] ** 2 / (second.n - 1))
    half = float(t.ppf(0.975, freedom)) * error
    return gap - half, gap + half, float(2 * t.sf(abs(gap) / error, freedom))


def share_difference(k1: int, n1: int, k2: int, n2: int) -> tuple[float, float]:
    """The interval of k1/n1 - k2/n2 (Newcombe 1998, hybrid score)."""
    p1, p2 = k1 / n1, k2 / n2
    (low1, high1), (low2, high2) = wilson(k1, n1), wilson(k2, n2)
    return (
        p1 - p2 - sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2),
        p1 - p2 + sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2),
    )


def shares_differ(k1: int, n1: int, k2: int, n2: int) -> float:
    """The p-value of k1/n1 and k2/n2 being one share (Fisher's exact test, of many a z test).

    Where every cell is expected to hold MANY, the two tests hardly differ (the exact p-value is the
    larger by some hundredths of itself), and the exact one takes milliseconds for each of hundreds.
    """
    share = (k1 + k2) / (n1 + n2)
    if min(n1, n2) * min(share, 1 - share) >= MANY:
        return float(proportions_ztest([k1, k2], [n1, n2])[1])
    return float(fisher_exact([[k1, n1 - k1], [k2, n2 - k2]]).pvalue)


def holm(values: Sequence[float]) -> list[float]:
    """The p-values of comparisons made at once, corrected (Holm 1979).

    Those of statsmodels, which collects all garbage of the process each time it computes them.
    """
    if not values:
        return []
    order = np.argsort(values, kind="stable")
    stepped = np.asarray(values)[order] * np.arange(len(values), 0, -1)
    corrected = np.empty(len(values))
    corrected[order] = np.minimum(1.0, np.maximum.accumulate(stepped))
    return [float(p) for p in corrected]


def benjamini_hochberg(values: Sequence[float]) -> list[float]:
    """The p-values of many comparisons, as false discovery rates (Benjamini and Hochberg 1995)."""
    return [float(p) for p in multipletests(values, method="fdr_bh")[1]] if values else []
