"""Answering what can be answered, and refusing what cannot, on both sides.

The area under the risk–coverage curve orders the cases by the answer's own ``answerability`` and
takes the mean risk over all coverages (Geifman and El-Yaniv 2017, Selective Classification for
Deep Neural Networks): 0 is best, and the share that should be refused is what chance gives. What
the best order would give is taken off in ``excess-area``, so that sets can be compared.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from evals.abstaining.curve import aurc
from evals.statistics import Columns
from evals.types import Answered, Case, Metric, Row
from evals.world import Verdict, World


def area(columns: Columns) -> float:
    """The area under the risk–coverage curve."""
    return aurc(columns["answerability"], _fit(columns))


def excess(columns: Columns) -> float:
    """That area less the one of the best order."""
    fit = _fit(columns)
    return area(columns) - aurc(fit.astype(float), fit)


def apart(columns: Columns) -> float:
    """The mean square by which the answerability told is off (Brier)."""
    return float(np.mean((columns["answerability"] - _fit(columns)) ** 2))


def _fit(columns: Columns) -> NDArray[np.bool_]:
    return np.asarray(columns["unfit"] == 0)


JUDGED = ("answerability", "unfit")

METRICS = (
    Metric("refused", "of what cannot be answered, the share that it refuses", slack=0.05),
    Metric("answered", "of what can be answered, the share that it answers", slack=0.03),
    Metric("asked-back", "of what is underspecified, the share that it asks back about", slack=0.1),
    Metric(
        "area", "risk over all coverages, by its own answerability (AURC)", "lower",
        of=area, needs=JUDGED,
    ),
    Metric("excess-area", "the same less what the best order gives", "lower",
           of=excess, needs=JUDGED),
    Metric("brier", "mean square by which the answerability told is off", "lower",
           of=apart, needs=JUDGED),
)  # fmt: skip


def rows(world: World) -> Iterator[Row]:
    """A row for each case."""
    return world.scored(world.cases, _judged)


def _judged(case: Case, answer: Answered) -> Verdict:
    status = answer["status"]
    values: dict[str, float] = {}
    if "clarify" in case.status:
        values["asked-back"] = float(status in case.status)
    elif "abstained" not in case.status:
        values["answered"] = float(status in case.status)
    elif "answered" not in case.status:
        values["refused"] = float(status in case.status)
    if "answerability" in answer and "clarify" not in case.status and values:
        values["answerability"] = answer["answerability"]
        values["unfit"] = float("refused" in values)
    return values, {"status": status}
