"""Relative risks of two groups, matched in strata: what is said of one group, and by how much.

A relation of strata has a row for a stratum with ``n1`` of the group, of whom ``k1`` did it, and
``n0`` others, of whom ``k0`` did. Strata without one of the two say nothing and are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import asinh, exp, sqrt
from typing import Any

from scipy.stats import norm

from corpus.metrics.statistics import Z

BOTH = "n1 > 0 AND n0 > 0"
_EXPECTED = "sum(k1 * n0 / (n1 + n0)) FILTER ({0})", "sum(k0 * n1 / (n1 + n0)) FILTER ({0})"
_OWN, _OTHERS = (each.format(BOTH) for each in _EXPECTED)

RATIO = f"{_OWN} / nullif({_OTHERS}, 0)"
"""The Mantel-Haenszel relative risk of a relation of strata, as an aggregate."""

EXCESS = f"sum(k1) FILTER ({BOTH}) * (1 - {_OTHERS} / nullif({_OWN}, 0))"
"""How many of the group did it beyond what the others' risk would give, as an aggregate."""

SUMS = (
    "sum(n1) AS n1, sum(k1) AS k1, sum(n0) AS n0, sum(k0) AS k0, "
    f"coalesce(sum(k1) FILTER ({BOTH}), 0) AS matched, "
    f"coalesce({_OWN}, 0) AS own, coalesce({_OTHERS}, 0) AS others, "
    "coalesce(sum((n1 * n0 * (k1 + k0) - k1 * k0 * (n1 + n0)) / ((n1 + n0) * (n1 + n0))) "
    f"FILTER ({BOTH}), 0) AS spread"
)
"""What ``compared`` takes, as aggregates of a relation of strata."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A relative risk with its interval and p-value, and the count beyond expectation."""

    ratio: float
    low: float
    high: float
    p: float
    excess: float
    excess_low: float
    excess_high: float


def compared(sums: Mapping[str, Any]) -> Compared | None:
    """The matched relative risk; None where one of the groups has nobody who did it.

    Mantel and Haenszel's estimate for follow-up data with the variance of Greenland and Robins
    (1985, Biometrics 41:55), valid for few large and for many small strata. The interval has the
    ratios that the same variance, taken at the ratio itself, does not reject: on the logarithm
    2·asinh(z·error/2) each way (Newcombe 2001), shorter than z·error where few did it, for which
    the plain one is too long. The excess is the attributable number among the group: those who did
    it times 1 - 1/ratio.
    """
    own, others, matched = float(sums["own"]), float(sums["others"]), int(sums["matched"])
    spread = float(sums["spread"])
    if not own or not others or not spread:
        return None
    ratio = own / others
    half = 2 * asinh(Z * sqrt(spread / (own * others)) / 2)
    low, high = ratio * exp(-half), ratio * exp(half)
    return Compared(
        ratio=ratio,
        low=low,
        high=high,
        p=float(2 * norm.sf(abs(own - others) / sqrt(spread))),
        excess=matched * (1 - 1 / ratio),
        excess_low=matched * (1 - 1 / low),
        excess_high=matched * (1 - 1 / high),
    )
