"""Answering what can be answered, and refusing what cannot, on both sides.

The area under the risk–coverage curve orders the cases by the answer's own ``answerability`` and
takes the mean risk over all coverages (Geifman and El-Yaniv 2017, Selective Classification for
Deep Neural Networks): 0 is best, and the share that should be refused is what chance gives.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from evals.types import Metric, Row
from evals.world import World, row_of


def area(rows: Sequence[Mapping[str, float]]) -> float:
    """The area under the risk–coverage curve."""
    order = sorted(rows, key=lambda row: -row["answerability"])
    unfit = np.cumsum([row["unfit"] for row in order])
    return float(np.mean(unfit / np.arange(1, len(order) + 1)))


METRICS = (
    Metric("refused", "of what cannot be answered, the share that it refuses", slack=0.05),
    Metric("answered", "of what can be answered, the share that it answers", slack=0.03),
    Metric("asked-back", "of what is underspecified, the share that it asks back about", slack=0.1),
    Metric(
        "area", "risk over all coverages, by its own answerability", "lower",
        of=area, needs=("answerability", "unfit"),
    ),
)  # fmt: skip


def rows(world: World) -> Iterator[Row]:
    """A row for each case."""
    for case, answer in world.answered(world.cases):
        if isinstance(answer, Row):
            yield answer
            continue
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
        yield row_of(case, values, {"status": status})
