"""A change of a mean as a part from the mix of groups and a part from the means within them.

Kitagawa (1955), "Components of a difference between two rates", with the midpoint as standard, so
that nothing is left over. A group's part of the mix counts from the mean of all, so that a group
adds where it grows and stands above the others. Intervals are the delta method's over answers,
the two periods being independent.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Parts:
    """Of each group: its part of the mix and of the rate, and the variances of the estimates."""

    mix: Values
    rate: Values
    mix_variance: Values
    rate_variance: Values
    total_mix_variance: float
    total_rate_variance: float


def decompose(n: Values, mean: Values, variance: Values) -> Parts:
    """The parts of the change from period 0 to period 1.

    ``n``, ``mean`` and ``variance`` have a row for each of the two periods and a column for each
    group. A group that a period lacks takes the mean of the other there: its part is all mix.
    """
    mean = np.where(n > 0, mean, mean[::-1])
    size = n.sum(axis=1)
    share = n / size[:, None]
    whole = (share * mean).sum(axis=1)
    grown, risen = share[1] - share[0], mean[1] - mean[0]
    height = mean.mean(axis=0) - whole.mean()
    weight = share.mean(axis=0)
    count = n.shape[1]
    same = np.eye(count)
    of_mix, of_rate, of_all_mix, of_all_rate = np.zeros((2, count)), np.zeros((2, count)), 0.0, 0.0
    for late, sign in ((0, -1.0), (1, 1.0)):
        p, m = share[late], mean[late]
        with np.errstate(divide="ignore", invalid="ignore"):
            own = np.where(p > 0, same / p, 0.0)
        # What an answer of each group (columns) moves each group's part (rows): by being of its
        # group, and by each point above the mean of its group.
        by_mix = (
            sign * (same - p[:, None]) * height[:, None] - grown[:, None] * (m - whole[late]) / 2
        )
        up_mix = grown[:, None] * (own - 1) / 2
        by_rate = (same - p[:, None]) * risen[:, None] / 2
        up_rate = sign * weight[:, None] * own

        def spread(by: Values, up: Values, late: int = late, p: Values = p) -> Values:
            varies = by**2 + up**2 * variance[late]
            return np.asarray((p * varies).sum(axis=-1) / size[late])

        of_mix[late], of_rate[late] = spread(by_mix, up_mix), spread(by_rate, up_rate)
        of_all_mix += float(spread(by_mix.sum(axis=0), up_mix.sum(axis=0)))
        of_all_rate += float(spread(by_rate.sum(axis=0), up_rate.sum(axis=0)))
    return Parts(
        mix=grown * height,
        rate=risen * weight,
        mix_variance=of_mix.sum(axis=0),
        rate_variance=of_rate.sum(axis=0),
        total_mix_variance=of_all_mix,
        total_rate_variance=of_all_rate,
    )
