"""Whether the figures asked for are there, how far they are off, and whether intervals hold them.

What is expected was counted by pandas from the demo company's own tables, not by the product.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from evals.told import nearest, plain, shows, size_of
from evals.types import Answered, Case, Figure, Metric, Row
from evals.world import Verdict, World

METRICS = (
    Metric("figures", "of the figures asked for, the share that the text shows"),
    Metric("all-figures", "answers that show every figure asked for", slack=0.04),
    Metric("relative-error", "how far the nearest fact is from the figure, at most 1", "lower"),
    Metric(
        "points-off", "points between a share or a score of 100 and the nearest fact", "lower",
        slack=3.0,
    ),
    Metric("by-customer", "shares of themes that count each customer once", slack=0.02),
    Metric("of-the-segment", "answers with a figure of the segment asked about", slack=0.05),
    Metric("reasons", "of the leading causes, the share among as many of the answer's", slack=0.1),
    Metric("intervals-hold", "intervals that hold the true figure", slack=0.05),
)  # fmt: skip

SCALE = {"share": 100.0, "points": 1.0}
"""The units whose errors can be told in points of 100."""


def rows(world: World) -> Iterator[Row]:
    """A row for each case that expects figures or reasons."""
    cases = [c for c in world.cases if c.figures or c.reasons]
    return world.scored(cases, _judged)


def _judged(case: Case, answer: Answered) -> Verdict:
    values: dict[str, float] = {}
    text = plain(answer["text"])
    missed = [figure for figure in case.figures if not shows(figure, text)]
    if case.figures:
        values["figures"] = 1 - len(missed) / len(case.figures)
        values["all-figures"] = float(not missed)
        off = [(figure, _off(figure, answer)) for figure in case.figures]
        values["relative-error"] = sum(
            1.0 if gap is None else min(gap / max(abs(figure.value), 1e-9), 1.0)
            for figure, gap in off
        ) / len(off)
        if points := [SCALE[figure.unit] * gap for figure, gap in off
                      if gap is not None and figure.unit in SCALE]:  # fmt: skip
            values["points-off"] = sum(points) / len(points)
        held = _held(case, answer)
        if held:
            values["intervals-hold"] = sum(held) / len(held)
    if counted := [f["base"] == "customers" for f in answer["facts"] if _of_a_theme(f)]:
        values["by-customer"] = sum(counted) / len(counted)
    if (segment := case.filters.get("segment")) and answer["facts"]:
        within = [dict(f["filter"]).get("segment", {}) for f in answer["facts"]]
        values["of-the-segment"] = float(any(segment.items() <= each.items() for each in within))
    if case.reasons:
        named = _reasons(answer)[: len(case.reasons)]
        values["reasons"] = len({*named} & {*case.reasons}) / len(case.reasons)
    return values, {"missed": [f"{figure.what}: {figure.value:g}" for figure in missed]}


def _off(figure: Figure, answer: Answered) -> float | None:
    """How far the nearest fact of its unit is from a figure; None where there is none."""
    fact = nearest(figure, answer)
    size = size_of(fact, figure) if fact else None
    return None if size is None else abs(size - figure.value)


def _of_a_theme(fact: Mapping[str, Any]) -> bool:
    """Whether a fact is the share that speaks of a theme, of which a loud customer is one."""
    return fact["unit"] == "share" and str(fact["name"]).startswith("themes.")


def _held(case: Case, answer: Answered) -> list[bool]:
    """For each figure whose nearest fact has an interval, whether that holds the figure."""
    held = []
    for figure in case.figures:
        fact = nearest(figure, answer)
        if fact and figure.unit == fact["unit"] and fact["low"] is not None:
            low, high = fact["low"], fact["high"]
            ends = [(low, high), (1 - high, 1 - low) if figure.unit == "share" else (-high, -low)]
            held.append(any(low <= figure.value <= high for low, high in ends))
    return held


def _reasons(answer: Answered) -> list[str]:
    """The themes of the answer's findings, in the order in which they are told."""
    facts = {fact["id"]: fact for fact in answer["facts"]}
    told = [
        facts[name]["about"].get("theme")
        for claim in answer["claims"]
        if claim["kind"] == "finding"
        for name in claim["facts"]
        if name in facts
    ]
    return list(dict.fromkeys(theme for theme in told if theme))
