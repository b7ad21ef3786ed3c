"""What figures should be: quantities made of sums that add up over villages.

Nothing is counted here as the product counts it: pandas reads the generator's own objects. A
quantity is a formula of a vector of sums; the vectors of independent villages are added, and the
formula of the total is what the figure tends to.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Key = str
Sums = Mapping[Key, tuple[str, Values]]
"""Of each quantity, the name of its formula and its sums."""

GROUPS = 20
"""Into how many groups villages are put to say the error of what is pooled over them."""


def key(name: str, about: Mapping[str, str]) -> Key:
    """A figure's name and what it is of, but for what follows from the scale's name."""
    kept = {k: v for k, v in about.items() if k not in ("kind", "minimum", "maximum", "against")}
    return "|".join([name, *(f"{k}={v}" for k, v in sorted(kept.items()))])


def _ratio(sums: Values) -> float:
    return float(sums[0] / sums[1])


def _gap(sums: Values) -> float:
    return float(sums[0] / sums[1] - sums[2] / sums[3])


def _kitagawa(sums: Values) -> tuple[Values, Values]:
    """Each group's part of the mix and of the rate, from its n and total before and after."""
    n0, s0, n1, s1 = sums.reshape(-1, 4).T
    grown = n1 / n1.sum() - n0 / n0.sum()
    weight = (n1 / n1.sum() + n0 / n0.sum()) / 2
    whole = (s0.sum() / n0.sum() + s1.sum() / n1.sum()) / 2
    return grown * ((s0 / n0 + s1 / n1) / 2 - whole), weight * (s1 / n1 - s0 / n0)


FORMULAS: Mapping[str, Callable[[Values], float]] = {
    "ratio": _ratio,
    "gap": _gap,
    "mix": lambda sums: float(_kitagawa(sums)[0].sum()),
    "rate": lambda sums: float(_kitagawa(sums)[1].sum()),
    "first-mix": lambda sums: float(_kitagawa(sums)[0][0]),
    "first-rate": lambda sums: float(_kitagawa(sums)[1][0]),
}


@dataclass(frozen=True, slots=True)
class Truth:
    """What a quantity is, and the standard error of that (0 where it is counted whole)."""

    value: float
    error: float


def pooled(villages: Iterable[Sums]) -> dict[Key, Truth]:
    """The truths over independent villages, with the jackknife's error over groups of them."""
    groups: list[dict[Key, Values]] = [{} for _ in range(GROUPS)]
    formulas: dict[Key, str] = {}
    for number, sums in enumerate(villages):
        group = groups[number % GROUPS]
        for name, (formula, values) in sums.items():
            formulas[name] = formula
            group[name] = group[name] + values if name in group else values
    found = {}
    for name, formula in formulas.items():
        parts = [group[name] for group in groups if name in group]
        total = np.sum(parts, axis=0)
        with np.errstate(all="ignore"):
            value = FORMULAS[formula](total)
            without = [FORMULAS[formula](total - part) for part in parts]
        if np.isfinite([value, *without]).all():
            found[name] = Truth(value, _jackknife(without))
    return found


def _jackknife(without: Sequence[float]) -> float:
    return sqrt((len(without) - 1) * float(np.var(without)))


def counted(sums: Sums) -> dict[Key, Truth]:
    """The truths of a population that is counted whole."""
    found = {}
    for name, (formula, values) in sums.items():
        with np.errstate(all="ignore"):
            value = FORMULAS[formula](values)
        if np.isfinite(value):
            found[name] = Truth(value, 0.0)
    return found
