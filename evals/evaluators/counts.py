"""Whether the figures asked for are there, how far they are off, and whether intervals hold them.

What is expected was counted by pandas from the demo company's own tables, not by the product.
"""

from collections.abc import Iterator

from evals.told import nearest, plain, shows, size_of
from evals.types import Answered, Case, Metric, Row
from evals.world import World, row_of

METRICS = (
    Metric("figures", "of the figures asked for, the share that the text shows"),
    Metric("all-figures", "answers that show every figure asked for", slack=0.04),
    Metric("relative-error", "how far the nearest fact is from the figure, at most 1", "lower"),
    Metric("reasons", "of the leading causes, the share among as many of the answer's", slack=0.1),
    Metric("intervals-hold", "intervals that hold the true figure", slack=0.05),
)


def rows(world: World) -> Iterator[Row]:
    """A row for each case that expects figures or reasons."""
    cases = [c for c in world.cases if c.figures or c.reasons]
    for case, answer in world.answered(cases):
        yield answer if isinstance(answer, Row) else row_of(case, *_judged(case, answer))


def _judged(case: Case, answer: Answered) -> tuple[dict[str, float], dict[str, object]]:
    values: dict[str, float] = {}
    text = plain(answer["text"])
    missed = [figure for figure in case.figures if not shows(figure, text)]
    if case.figures:
        values["figures"] = 1 - len(missed) / len(case.figures)
        values["all-figures"] = float(not missed)
        values["relative-error"] = _error(case, answer)
        held = _held(case, answer)
        if held:
            values["intervals-hold"] = sum(held) / len(held)
    if case.reasons:
        named = _reasons(answer)[: len(case.reasons)]
        values["reasons"] = len({*named} & {*case.reasons}) / len(case.reasons)
    return values, {"missed": [f"{figure.what}: {figure.value:g}" for figure in missed]}


def _error(case: Case, answer: Answered) -> float:
    """The mean relative error of the nearest facts; 1 where there is none."""
    errors = []
    for figure in case.figures:
        fact = nearest(figure, answer)
        size = size_of(fact, figure) if fact else None
        off = 1.0 if size is None else abs(size - figure.value) / max(abs(figure.value), 1e-9)
        errors.append(min(off, 1.0))
    return sum(errors) / len(errors)


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
