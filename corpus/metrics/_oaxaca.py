"""A change of a mean as parts that go with each of several marks that people bear or not.

The twofold decomposition of Oaxaca (1973) and Blinder (1973) with the pooled coefficients of a
regression that knows the period (Jann 2008), written with cross products alone. A mark's part is
what its being more or less frequent would move at the pooled coefficient (endowment) and what its
coefficient's being another in each period moves (coefficient); both count from those who do not
bear it. The rest is the change of the intercept. The parts and the rest are the change, exactly.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Products:
    """What a period's regression needs: ``n`` people, and sums over them.

    ``both`` counts who bears two marks (its diagonal: one), ``total`` and ``squares`` are of the
    values of all, ``by_mark`` of those who bear each mark.
    """

    n: int
    both: Values
    by_mark: Values
    total: float
    squares: float


@dataclass(frozen=True, slots=True)
class Parts:
    """Of each mark both parts, and the variances of these, of their sum and of the rest."""

    endowment: Values
    coefficient: Values
    rest: float
    endowment_variance: Values
    coefficient_variance: Values
    variance: Values
    rest_variance: float


def decompose(before: Products, after: Products, felt: NDArray[np.bool_]) -> Parts:
    """The parts of the change from ``before`` to ``after``.

    Only the marks in ``felt`` (those that enough people bear in each period) get a coefficient of
    each period's own; that of others is the pooled one.
    """
    both = before, after
    shares = [np.diag(each.both) / each.n for each in both]
    means = [each.total / each.n for each in both]
    # Cross products about the period's own means, as a regression with its intercept has them.
    inner = [each.both - each.n * np.outer(x, x) for each, x in zip(both, shares, strict=True)]
    outer = [
        each.by_mark - each.n * x * mean for each, x, mean in zip(both, shares, means, strict=True)
    ]
    pool = np.linalg.pinv(inner[0] + inner[1], hermitian=True)
    pooled = pool @ (outer[0] + outer[1])
    moved = shares[1] - shares[0]
    endowment = moved * pooled

    # Each coefficient is a linear map of the two periods' outer products: the maps are kept, for
    # the variance of whatever is made of them.
    keep = np.diag(felt.astype(float))
    own = [np.linalg.pinv(keep @ each @ keep, hermitian=True) for each in inner]
    apart = [own[t] @ (outer[t] - inner[t] @ pooled) for t in (0, 1)]
    coefficient = shares[1] * apart[1] - shares[0] * apart[0]
    by_moving = np.diag(moved) @ pool
    turned = [own[t] @ inner[t] @ pool for t in (0, 1)]
    signed = [-np.diag(shares[0]), np.diag(shares[1])]
    common = signed[0] @ turned[0] + signed[1] @ turned[1]
    feeling = [signed[t] @ own[t] - common for t in (0, 1)]
    noise = [
        _noise(each, inner[t], outer[t], pooled + apart[t], felt) for t, each in enumerate(both)
    ]

    def spread(*maps: Values) -> Values:
        return np.asarray(
            sum(noise[t] * np.einsum("ij,jk,ik->i", maps[t], inner[t], maps[t]) for t in (0, 1))
        )

    whole = [by_moving + feeling[t] for t in (0, 1)]
    chance = [x * (1 - x) / each.n for each, x in zip(both, shares, strict=True)]
    return Parts(
        endowment=endowment,
        coefficient=coefficient,
        rest=means[1] - means[0] - float(endowment.sum() + coefficient.sum()),
        endowment_variance=spread(by_moving, by_moving) + pooled**2 * (chance[0] + chance[1]),
        coefficient_variance=spread(*feeling)
        + apart[0] ** 2 * chance[0]
        + apart[1] ** 2 * chance[1],
        variance=spread(*whole)
        + (pooled + apart[0]) ** 2 * chance[0]
        + (pooled + apart[1]) ** 2 * chance[1],
        rest_variance=noise[0] / before.n
        + noise[1] / after.n
        + float(spread(*(each.sum(axis=0, keepdims=True) for each in whole))[0]),
    )


def _noise(
    period: Products, inner: Values, outer: Values, coefficients: Values, felt: NDArray[np.bool_]
) -> float:
    """The variance of a value about what the period's regression says of it."""
    about = period.squares - period.total**2 / period.n
    about += float(coefficients @ inner @ coefficients - 2 * coefficients @ outer)
    return max(0.0, about) / max(1, period.n - 1 - int(felt.sum()))
