"""A change of a mean as parts that go with each of several marks that people bear or not.

The twofold decomposition of Oaxaca (1973) and Blinder (1973) with the pooled coefficients of a
regression that knows the period (Jann 2008), written with cross products alone. A mark's part is
what its being more or less frequent moves at its pooled coefficient. The rest is the period's own
coefficient: what the same marks go with in the one period more than in the other, and what no mark
tells. Which mark that is cannot be told: such parts hang on what bears no mark at all (Oaxaca and
Ransom 1999). The parts and the rest are the change, exactly.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Products:
    """What the regression needs of a period: ``n`` people, and sums over them.

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
    """Each mark's part, and what the variance of any sum of them and of what it leaves is made of.

    ``moves`` is by how much more of those asked bear each mark, ``coefficients`` what each goes
    with, ``doubt`` the covariance of these and ``chance`` that of the moves; ``alone`` is the
    variance of the change where no mark moves.
    """

    moves: Values
    coefficients: Values
    doubt: Values
    chance: Values
    change: float
    alone: float

    @property
    def value(self) -> Values:
        """The part of each mark."""
        return self.moves * self.coefficients

    def sum(self, marks: Values) -> tuple[float, float]:
        """The parts of some marks (1, others 0) together, and the variance of that."""
        doubtful, moved = marks * self.moves, marks * self.coefficients
        variance = doubtful @ self.doubt @ doubtful + moved @ self.chance @ moved
        return float(marks @ self.value), max(0.0, float(variance))

    def without(self, marks: Values) -> tuple[float, float]:
        """The change less the parts of some marks, and the variance of that."""
        doubtful, moved = marks * self.moves, (1 - marks) * self.coefficients
        variance = self.alone + doubtful @ self.doubt @ doubtful + moved @ self.chance @ moved
        return self.change - float(marks @ self.value), max(0.0, float(variance))


def decompose(before: Products, after: Products) -> Parts:
    """The parts of the change from ``before`` to ``after``."""
    both = before, after
    shares = [np.diag(each.both) / each.n for each in both]
    means = [each.total / each.n for each in both]
    # Cross products about the period's own means, as a regression that knows the period has them.
    inner = [each.both - each.n * np.outer(x, x) for each, x in zip(both, shares, strict=True)]
    outer = [
        each.by_mark - each.n * x * mean for each, x, mean in zip(both, shares, means, strict=True)
    ]
    inverse = np.linalg.pinv(inner[0] + inner[1], hermitian=True)
    coefficients = inverse @ (outer[0] + outer[1])
    about = [
        max(
            0.0,
            each.squares
            - each.total**2 / each.n
            + float(coefficients @ inner[t] @ coefficients - 2 * coefficients @ outer[t]),
        )
        for t, each in enumerate(both)
    ]
    people = before.n + after.n
    fewer = people / max(1, people - 2 - len(coefficients))
    noise = [fewer * each / period.n for each, period in zip(about, both, strict=True)]
    doubt = inverse @ (noise[0] * inner[0] + noise[1] * inner[1]) @ inverse
    return Parts(
        moves=shares[1] - shares[0],
        coefficients=coefficients,
        doubt=doubt,
        chance=inner[0] / before.n**2 + inner[1] / after.n**2,
        change=means[1] - means[0],
        alone=noise[0] / before.n + noise[1] / after.n,
    )
