"""What a figure over cases is worth: intervals and paired differences, cases drawn by group."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

ROUNDS = 1_000
"""Bootstrap samples of an interval."""

Values = Mapping[str, float]
Measure = Callable[[Sequence[Values]], float]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure over ``n`` cases with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


def mean_of(name: str) -> Measure:
    """The measure that is the mean of one column."""
    return lambda rows: float(np.mean([row[name] for row in rows]))


def estimate(
    rows: Sequence[Values], groups: Sequence[str], measure: Measure, seed: int = 0
) -> Estimate:
    """A measure over cases, and its percentile bootstrap interval over their groups.

    Cases of a group are drawn together, for they are not independent (the cluster bootstrap; Field
    and Welsh 2007, Bootstrapping clustered data).
    """
    return _spread(rows, groups, lambda drawn: measure([rows[at] for at in drawn]), seed)


def difference(
    ours: Sequence[Values],
    theirs: Sequence[Values],
    groups: Sequence[str],
    measure: Measure,
    seed: int = 0,
) -> Estimate:
    """How much higher ``ours`` is than ``theirs`` on the same cases, place by place."""
    return _spread(
        ours,
        groups,
        lambda drawn: measure([ours[at] for at in drawn]) - measure([theirs[at] for at in drawn]),
        seed,
    )


def _spread(
    rows: Sequence[Values],
    groups: Sequence[str],
    measured: Callable[[Sequence[int]], float],
    seed: int,
) -> Estimate:
    members: dict[str, list[int]] = {}
    for at, group in enumerate(groups):
        members.setdefault(group, []).append(at)
    lots = list(members.values())
    draw = np.random.default_rng(seed)
    found = [
        measured([at for lot in draw.integers(0, len(lots), len(lots)) for at in lots[lot]])
        for _ in range(ROUNDS)
    ]
    low, high = np.nanpercentile(found, [2.5, 97.5])
    return Estimate(measured(range(len(rows))), float(low), float(high), len(rows))
