"""How long an answer takes, step by step. Never the same twice: no run is failed for it."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from evals.types import Metric, Row
from evals.world import World, row_of

STEPS = ("understand", "gather", "compose", "verify")


def _half(rows: Sequence[Mapping[str, float]]) -> float:
    return float(np.median([row["total"] for row in rows]))


def _most(rows: Sequence[Mapping[str, float]]) -> float:
    return float(np.percentile([row["total"] for row in rows], 95))


METRICS = (
    Metric("median-ms", "milliseconds that half of the answers take less than", "lower",
           slack=float("inf"), of=_half, needs=("total",)),
    Metric("p95-ms", "milliseconds that 95 of 100 answers take less than", "lower",
           slack=float("inf"), of=_most, needs=("total",)),
    *(
        Metric(f"{step}-ms", f"milliseconds to {step}", "lower", slack=float("inf"))
        for step in STEPS
    ),
)  # fmt: skip


def rows(world: World) -> Iterator[Row]:
    """A row for each case that is answered and timed."""
    for case, answer in world.answered(world.cases):
        if isinstance(answer, Row):
            yield answer
        elif timings := answer.get("timings_ms"):
            values = {f"{step}-ms": timings[step] for step in STEPS if step in timings}
            yield row_of(case, {**values, "total": sum(timings.values())})
