"""What a figure over cases is worth: intervals and paired differences, cases drawn by group."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.types import Measure

ROUNDS = 1_000
"""Bootstrap samples of an interval."""

Floats = NDArray[np.float64]
Values = Mapping[str, float]
Columns = Mapping[str, Floats]
"""The values of cases by their names, one for each case; 0 where a case has none."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure over ``n`` cases with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


def mean_of(name: str) -> Measure:
    """The measure that is the mean of one column."""
    return lambda columns: float(columns[name].mean())


def columns_of(rows: Sequence[Values]) -> Columns:
    """The rows of cases as columns."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: np.array([row.get(name, 0.0) for row in rows], dtype=float) for name in names}


def estimate(
    rows: Sequence[Values], groups: Sequence[str], measure: Measure, seed: int = 0
) -> Estimate | None:
    """A measure over cases, and its percentile bootstrap interval over their groups.

    Cases of a group are drawn together, for they are not independent (the cluster bootstrap; Field
    and Welsh 2007, Bootstrapping clustered data). None where these cases have no such measure.
    """
    ours = columns_of(rows)
    return _spread(groups, lambda drawn: measure(_Drawn(ours, drawn)), seed)


def difference(
    ours: Sequence[Values],
    theirs: Sequence[Values],
    groups: Sequence[str],
    measure: Measure,
    seed: int = 0,
) -> Estimate | None:
    """How much higher ``ours`` is than ``theirs`` on the same cases, place by place."""
    one, other = columns_of(ours), columns_of(theirs)
    return _spread(
        groups,
        lambda drawn: measure(_Drawn(one, drawn)) - measure(_Drawn(other, drawn)),
        seed,
    )


class _Drawn(Mapping[str, Floats]):
    """The cases drawn: a column is taken when it is asked for."""

    def __init__(self, columns: Columns, at: NDArray[np.int64]) -> None:
        self._columns, self._at = columns, at

    def __getitem__(self, name: str) -> Floats:
        return self._columns[name][self._at]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


def _spread(
    groups: Sequence[str], measured: Callable[[NDArray[np.int64]], float], seed: int
) -> Estimate | None:
    members: dict[str, list[int]] = {}
    for at, group in enumerate(groups):
        members.setdefault(group, []).append(at)
    lots = [np.array(lot) for lot in members.values()]
    draw = np.random.default_rng(seed)
    picks = draw.integers(0, len(lots), (ROUNDS, len(lots)))
    found = [measured(np.concatenate([lots[lot] for lot in drawn])) for drawn in picks]
    whole = measured(np.arange(len(groups)))
    if np.isnan(whole) or np.isnan(found).all():
        return None
    low, high = np.nanpercentile(found, [2.5, 97.5])
    return Estimate(whole, float(low), float(high), len(groups))
