"""A change of a mean as a part from the mix of groups and a part from the means within them.

Kitagawa (1955), "Components of a difference between two rates", with the midpoint as standard, so
that nothing is left over. A group's part of the mix counts from the mean of all, so that a group
adds where it grows and stands above the others. Intervals are the delta method's over people, whose
answers, in one period or in both, go together.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Together:
    """Sums over people of what each answers in two cells, the earlier period's cells first.

    ``pairs`` are of how many answers they have in the one times in the other, ``crossed`` of how
    many in the one times their points above the mean in the other, ``above`` of both points.
    """

    pairs: Values
    crossed: Values
    above: Values


@dataclass(frozen=True, slots=True)
class Parts:
    """Of each group: its part of the mix and of the rate, and the variances of the estimates."""

    mix: Values
    rate: Values
    mix_variance: Values
    rate_variance: Values
    total_mix_variance: float
    total_rate_variance: float


def mix(n: Values, mean: Values) -> float:
    """What the mix of the groups moves, as ``decompose`` has it."""
    share = n / n.sum(axis=1, keepdims=True)
    return float((share[1] - share[0]) @ np.where(n > 0, mean, mean[::-1]).mean(axis=0))


def decompose(n: Values, mean: Values, together: Together) -> Parts:
    """The parts of the change from period 0 to period 1.

    ``n`` and ``mean`` have a row for each of the two periods and a column for each group. A group
    that a period lacks takes the mean of the other there: its part is all mix.
    """
    mean = np.where(n > 0, mean, mean[::-1])
    size = n.sum(axis=1)
    share = n / size[:, None]
    whole = (share * mean).sum(axis=1)
    grown, risen = share[1] - share[0], mean[1] - mean[0]
    height = mean.mean(axis=0) - whole.mean()
    weight = share.mean(axis=0)
    same = np.eye(n.shape[1])
    mixes, rates = [], []
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
        mixes.append((by_mix / size[late], up_mix / size[late]))
        rates.append((by_rate / size[late], up_rate / size[late]))

    def spread(moves: list[tuple[Values, Values]]) -> tuple[Values, float]:
        by, up = (np.hstack([each[kind] for each in moves]) for kind in (0, 1))
        by, up = (np.vstack([each, each.sum(axis=0)]) for each in (by, up))
        every = sum(
            np.einsum("ij,jk,ik->i", one, sums, other)
            for one, sums, other in (
                (by, together.pairs, by),
                (by, 2 * together.crossed, up),
                (up, together.above, up),
            )
        )
        # What cannot vary may come out a little below nothing.
        every = np.maximum(every, 0.0)
        return every[:-1], float(every[-1])

    (of_mix, of_all_mix), (of_rate, of_all_rate) = spread(mixes), spread(rates)
    return Parts(
        mix=grown * height,
        rate=risen * weight,
        mix_variance=of_mix,
        rate_variance=of_rate,
        total_mix_variance=of_all_mix,
        total_rate_variance=of_all_rate,
    )
