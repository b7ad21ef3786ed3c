"""Johnson's relative weights from cross products, with intervals: ``drivers`` shows them.

The predictors may go together: a weight shares out what they explain in common. They are replaced
by the orthogonal variables closest to them, the outcome is regressed on those, and each
predictor's part in them is given back to it (Johnson 2000, "A heuristic method for estimating the
relative weight of predictor variables in multiple regression"). The weights add up to R².
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2
from scipy.stats import f as fisher
from threadpoolctl import threadpool_limits

from corpus.metrics.statistics import Z

Array = NDArray[np.float64]

PARTS, DRAWS = 200, 500
_SAME = 1e-9
"""An eigenvalue of a correlation matrix below this says that a predictor repeats others."""


@dataclass(frozen=True, slots=True)
class Explained:
    """What the predictors explain together, and the share of each in it, with 95 % intervals.

    ``r2`` is adjusted for their number (Ezekiel 1930); ``p`` is that of the F test of all of them.
    """

    n: int
    r2: float
    low: float
    high: float
    p: float
    shares: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]


def sparse(answers: str, predictors: str, size: int, seed: int | None = None) -> str:
    """The body of the cross products of predictors that are 1 for few people, a row for each pair.

    ``answers`` is a relation ``who, worth`` and ``predictors`` one of ``who, i`` with i from 1 to
    ``size``, each row once; what it lacks is 0. A row is ``i, j, total``: i is 0 for the constant
    and ``size`` + 1 for the outcome. With a seed ``total`` and ``part`` are lists, over the parts
    that everybody falls into.
    """
    y = size + 1
    sums = (
        f"WITH answer AS (SELECT who, worth, part FROM {_parted(answers, seed)}), "
        f"one AS (SELECT who, worth, part, i FROM answer JOIN {predictors} USING (who)) "
        "SELECT 0 AS i, 0 AS j, part, count(*)::DOUBLE AS total FROM answer GROUP BY part "
        f"UNION ALL SELECT 0, {y}, part, sum(worth) FROM answer GROUP BY part "
        f"UNION ALL SELECT {y}, {y}, part, sum(worth * worth) FROM answer GROUP BY part "
        "UNION ALL SELECT 0, i, part, count(*) FROM one GROUP BY i, part "
        f"UNION ALL SELECT i, {y}, part, sum(worth) FROM one GROUP BY i, part "
        "UNION ALL SELECT a.i, b.i, a.part, count(*) FROM one AS a JOIN one AS b "
        "ON a.who = b.who AND a.i <= b.i GROUP BY a.i, b.i, a.part"
    )
    given = "sum(total) AS total" if seed is None else "list(part) AS part, list(total) AS total"
    return f"SELECT i, j, {given} FROM ({sums}) GROUP BY i, j"


def dense(table: str, size: int, seed: int | None = None) -> str:
    """The same of few predictors that all have: ``table`` is ``who, worth, x1 … x(size)``."""
    names = ["1.0", *(f"x{i}" for i in range(1, size + 1)), "worth"]
    pairs = [(i, j) for i in range(size + 2) for j in range(i, size + 2)]
    totals = ", ".join(f"sum({names[i]} * {names[j]})" for i, j in pairs)
    at = ", ".join(f"{{'i': {i}, 'j': {j}}}" for i, j in pairs)
    given = "any_value(total) AS total"
    if seed is not None:
        given = "list(part) AS part, list(total) AS total"
    return (
        f"SELECT pair.i AS i, pair.j AS j, {given} FROM (SELECT part, unnest([{at}]) AS pair, "
        f"unnest([{totals}]) AS total FROM {_parted(table, seed)} "
        "GROUP BY part) GROUP BY pair.i, pair.j"
    )


def _parted(people: str, seed: int | None) -> str:
    """The people with the part that each falls into: by their names, whatever their numbers."""
    if seed is None:
        return f"(SELECT *, 0 AS part FROM {people})"
    part = f"md5_number_lower(name || ' {seed}') % {PARTS}"
    return f"(SELECT *, {part} AS part FROM {people} JOIN called USING (who))"


def explain(rows: Sequence[Mapping[str, Any]], size: int, seed: int) -> Explained:
    """What the rows of ``sparse`` or ``dense``, with the seed, say of ``size`` predictors.

    Those who answered fall into PARTS at random and the parts are drawn with replacement, DRAWS
    times: a bootstrap that needs no rows. The interval of a share runs between its percentiles;
    where the weight is one that an unrelated predictor would reach (χ² with one degree of freedom,
    after the noise variable of Tonidandel, LeBreton and Johnson 2009) it starts from 0. That of R²
    is 1.96 standard deviations of the draws around it.

    Where the outcome or all predictors do not vary, or fewer answered than there are of these, all
    is 0 and p is 1.
    """
    parted = np.zeros((PARTS, size + 2, size + 2))
    for row in rows:
        parted[row["part"], row["i"], row["j"]] = row["total"]
        parted[row["part"], row["j"], row["i"]] = row["total"]
    whole = parted.sum(axis=0)
    n = int(whole[0, 0])
    nothing = (0.0,) * size
    if not n:
        return Explained(0, 0.0, 0.0, 0.0, 1.0, nothing, nothing, nothing)
    weights, ranks = _weights(whole[np.newaxis])
    raw, rank = weights[0], int(ranks[0])
    plain, freedom = float(raw.sum()), n - 1 - rank
    if plain <= _SAME or freedom < 1:
        return Explained(n, 0.0, 0.0, 0.0, 1.0, nothing, nothing, nothing)
    draws = _drawn(parted, seed)
    totals = draws.sum(axis=1)
    some = totals > _SAME
    lows, highs = np.quantile(draws[some] / totals[some, np.newaxis], [0.025, 0.975], axis=0)
    left = max(1 - plain, 0.0)
    lows[n * raw < chi2.ppf(0.95, 1) * left] = 0
    adjusted = 1 - left * (n - 1) / freedom
    half = Z * float(totals.std())
    test = plain / rank * freedom / left if left else np.inf
    return Explained(
        n=n,
        r2=adjusted,
        low=max(0.0, adjusted - half),
        high=min(1.0, adjusted + half),
        p=float(fisher.sf(test, rank, freedom)),
        shares=tuple(map(float, raw / plain)),
        lows=tuple(map(float, lows)),
        highs=tuple(map(float, highs)),
    )


def _drawn(parted: Array, seed: int) -> Array:
    """The raw weights of each draw of the parts: DRAWS rows, a column for each predictor."""
    equal = np.full(PARTS, 1 / PARTS)
    times = np.random.default_rng(seed).multinomial(PARTS, equal, DRAWS).astype(float)
    # Threads would wait for one another longer than they take over matrices as small as these.
    with threadpool_limits(1, "blas"):
        sums = (times @ parted.reshape(PARTS, -1)).reshape(DRAWS, *parted.shape[1:])
        return _weights(sums[sums[:, 0, 0] > 0])[0]


def _weights(sums: Array) -> tuple[Array, NDArray[np.int64]]:
    """The raw weights of each matrix of cross products, and how many predictors differ in it.

    ``sums`` has the shape (draws, k + 2, k + 2), the constant first and the outcome last; the
    weights (draws, k).
    """
    n = sums[:, :1, :1]
    means = sums[:, 0, 1:] / n[:, 0]
    spread = sums[:, 1:, 1:] / n - means[:, :, np.newaxis] * means[:, np.newaxis, :]
    variance = np.einsum("bii->bi", spread)
    # What does not vary goes with nothing; rounding leaves it a trace of variance.
    varies = variance > _SAME * (variance + means**2)
    scale = np.where(varies, 1 / np.sqrt(np.where(varies, variance, 1)), 0)
    correlations = spread * scale[:, :, np.newaxis] * scale[:, np.newaxis, :]
    values, vectors = np.linalg.eigh(correlations[:, :-1, :-1])
    real = values > _SAME
    roots = np.sqrt(np.where(real, values, 0))
    inverse = np.where(real, 1 / np.where(real, roots, 1), 0)
    with_outcome = correlations[:, :-1, -1:]
    turned = np.swapaxes(vectors, 1, 2)
    betas = (vectors * inverse[:, np.newaxis, :]) @ (turned @ with_outcome)
    closest = (vectors * roots[:, np.newaxis, :]) @ turned
    weights = (closest**2 @ betas**2)[:, :, 0]
    return weights, real.sum(axis=1)
