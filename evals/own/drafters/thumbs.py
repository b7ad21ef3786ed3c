"""Answers that people gave a thumb up or down, as cases.

A thumb up expects what was answered: its status, its figures, the passages that it cited. A thumb
down expects nothing yet: whoever approves says what would have been right.
"""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from evals.own.types import Draft, Own
from evals.types import WITHIN, Case, Figure, Status, Unit

MOST_CITED, MOST_FIGURES = 8, 3

TOLD: tuple[Status, ...] = ("answered", "partial")


def drafts(own: Own) -> Iterator[Draft]:
    """Each rated answer to a question in the language, the last rated first."""
    for rated in own.holder.ratings():
        answer = rated["answer"]
        if answer and answer["language"] == own.language:
            yield _draft(rated, answer)


def _draft(rated: Mapping[str, Any], answer: Mapping[str, Any]) -> Draft:
    up = rated["verdict"] == "up"
    status: tuple[Status, ...] = ()
    if up:
        status = TOLD if answer["status"] in TOLD else (answer["status"],)
    cited = list(dict.fromkeys(each["passage_id"] for each in answer["citations"]))[:MOST_CITED]
    case = Case(
        id=f"thumb-{rated['answer_id'][:12]}",
        kind="thumbs",
        language=answer["language"],
        question=rated["question"],
        before=tuple(rated["before"]),
        status=status,
        figures=tuple(_figures(answer)) if up else (),
        passages=tuple(cited) if up else (),
        given=tuple(_pairs(answer["understood"]["filters"])),
    )
    shown = [f"[{each['passage_id']}] {each['quote']}" for each in answer["citations"]]
    evidence = "\n".join([f"({answer['status']}) {answer['text']}", *shown])
    return Draft(case, evidence, f"{rated['verdict']}: {rated['comment']}".removesuffix(": "))


def _figures(answer: Mapping[str, Any]) -> Iterator[Figure]:
    """The figures of the first finding, as facts give them."""
    facts = {fact["id"]: fact for fact in answer["facts"]}
    findings = [each for each in answer["claims"] if each["kind"] == "finding" and each["facts"]]
    for name in findings[0]["facts"][:MOST_FIGURES] if findings else ():
        fact = facts.get(name)
        if fact and fact["value"] is not None and fact["unit"] in get_args(Unit):
            yield Figure(fact["label"], fact["value"], fact["unit"], WITHIN[fact["unit"]])


def _pairs(filters: Mapping[str, Any]) -> Iterator[str]:
    """Filters as the command line's flags write them."""
    for name, value in filters.items():
        if isinstance(value, Mapping):
            yield from (f"segment={key}={each}" for key, each in value.items())
        else:
            yield from (
                f"{name}={each}" for each in (value if isinstance(value, list) else [value])
            )
