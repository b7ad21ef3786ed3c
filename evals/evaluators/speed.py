"""How long an answer takes, step by step, and what the process and its indexes take up.

Never the same twice: no run is failed for it. ``python -m evals.speed`` measures larger corpora.
"""

import resource
import sys
from collections.abc import Iterator

import numpy as np

from evals.statistics import Columns
from evals.types import Answered, Case, Metric, Row
from evals.world import Verdict, World

STEPS = ("understand", "gather", "compose", "verify")


def _half(columns: Columns) -> float:
    return float(np.median(columns["total"]))


def _most(columns: Columns) -> float:
    return float(np.percentile(columns["total"], 95))


def _rate(columns: Columns) -> float:
    return float(60_000 / np.mean(columns["total"]))


UNHELD = float("inf")
"""The slack of what nothing is held to."""

METRICS = (
    Metric("median-ms", "milliseconds that half of the answers take less than", "lower",
           slack=UNHELD, of=_half, needs=("total",)),
    Metric("p95-ms", "milliseconds that 95 of 100 answers take less than", "lower",
           slack=UNHELD, of=_most, needs=("total",)),
    Metric("a-minute", "answers in a minute, one after the other",
           slack=UNHELD, of=_rate, needs=("total",)),
    *(
        Metric(f"{step}-ms", f"milliseconds to {step}", "lower", slack=UNHELD)
        for step in STEPS
    ),
    Metric("peak-mb", "megabytes that the process held at most", "lower", slack=UNHELD),
    Metric("store-mb", "megabytes of the records on disk", "lower", slack=UNHELD),
    Metric("index-mb", "megabytes of both indexes on disk", "lower", slack=UNHELD),
)  # fmt: skip


def rows(world: World) -> Iterator[Row]:
    """A row for each case that is answered and timed, and one for the process."""
    yield from world.scored(world.cases, _judged)
    if world.system.name.startswith("ancrage"):
        yield Row("process", "", "process", _held(world))


def _judged(case: Case, answer: Answered) -> Verdict:
    timings = answer.get("timings_ms")
    if not timings:
        return {}, {}
    values = {f"{step}-ms": timings[step] for step in STEPS if step in timings}
    return {**values, "total": sum(timings.values())}, {}


def _held(world: World) -> dict[str, float]:
    directory = world.assistant.directory
    sizes = {
        name: sum(file.stat().st_size for file in directory.glob(pattern) if file.is_file()) / 1e6
        for name, pattern in (("store-mb", "store.duckdb*"), ("lexical", "lexical/**/*"),
                              ("dense", "dense/**/*"))
    }  # fmt: skip
    # Linux tells kilobytes, macOS bytes.
    unit = 1e6 if sys.platform == "darwin" else 1e3
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    index = sizes["lexical"] + sizes["dense"]
    return {"peak-mb": peak, "store-mb": sizes["store-mb"], "index-mb": index}
