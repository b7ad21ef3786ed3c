"""Follow-ups: what is carried over from the turns before, and what must not be."""

from collections.abc import Iterator, Mapping
from typing import Any

from evals.told import plain, recalled, says
from evals.types import Answered, Case, Metric, Row
from evals.world import Verdict, World

METRICS = (
    Metric("carried", "filters of the turns before that the follow-up keeps, where it should"),
    Metric("leaks", "answers that say what belongs to a turn before alone", "lower", slack=0.02),
    Metric("carried-over", "changes of subject that keep a filter of before", "lower", slack=0.05),
    Metric("said", "of what a good answer says, the share that it says", slack=0.07),
    Metric("status", "follow-ups answered, refused or asked back as they should be", slack=0.05),
)


def rows(world: World) -> Iterator[Row]:
    """A row for each case that has turns before it."""
    return world.scored([c for c in world.cases if c.before], _judged)


def _judged(case: Case, answer: Answered) -> Verdict:
    text = plain(answer["text"])
    understood = answer.get("understood")
    values = {"status": float(answer["status"] in case.status)}
    if case.filters and understood:
        values["carried"] = _kept(case.filters, understood)
    if case.fresh and understood:
        values["carried-over"] = float(bool(_strange(case.filters, understood)))
    if case.absent:
        values["leaks"] = float(says(text, case.absent))
    if case.nuggets:
        values["said"] = recalled(case.nuggets, text)
    return values, {"understood": understood["text"] if understood else None}


def _strange(wanted: Mapping[str, Any], understood: Mapping[str, Any]) -> list[str]:
    """The filters and ends of a period that were understood and that nobody asked for."""
    known = {**understood["filters"], **understood["period"]}
    return [name for name, value in known.items() if value and name not in {"kind", *wanted}]


def _kept(wanted: Mapping[str, Any], understood: Mapping[str, Any]) -> float:
    """The share of the filters wanted that were understood, a list's values in any order."""
    known = {**understood["filters"], **understood["period"]}
    known |= {"themes": understood["themes"], "intent": understood["intent"]}
    kept = [_same(known.get(name), value) for name, value in wanted.items()]
    return sum(kept) / len(kept)


def _same(known: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(known, Mapping) and all(
            _same(known.get(name), value) for name, value in wanted.items()
        )
    return {*map(str, _listed(known))} >= {*map(str, _listed(wanted))}


def _listed(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [value]
