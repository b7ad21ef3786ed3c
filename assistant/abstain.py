"""Knowing when not to answer, and saying what was looked at and what to collect."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.answerability import features, judge
from assistant.candidates import spread
from assistant.draft import Draft
from assistant.gather import Evidence
from assistant.scope import Scope
from assistant.understand import Concept, Question
from corpus import tables as t
from corpus.filters import Filters
from corpus.store import Store

Reason = Literal["empty", "no text", "filters", "missing", "weak"]

NEAREST, NEAR = 2, 0.33
"""Spans that an abstention shows as the nearest that was found, and the coverage of the question
that one needs."""


ALL = 0.99
"""From this coverage on a passage has every word of a question."""


@dataclass(frozen=True)
class Answerability:
    """How likely the evidence bears on the question, and why it would not."""

    score: float
    reason: Reason | None
    missing: tuple[Concept, ...] = ()


def answerability(evidence: Evidence, scope: Scope, store: Store) -> Answerability:
    """Judge the evidence: the names of the question must be known, and its sense be met."""
    if not evidence.retrieved:
        if not store.count(t.passages):
            return Answerability(0.0, "no text" if store.count(t.records) else "empty")
        if not store.count(t.passages, scope.filters):
            return Answerability(0.0, "filters")
    names = tuple(c for c in evidence.missing if c.named)
    if names:
        return Answerability(0.0, "missing", names)
    likely, enough = judge(features(evidence))
    if not enough:
        return Answerability(likely, "missing" if evidence.missing else "weak", evidence.missing)
    return Answerability(likely, None)


def compose_abstention(
    draft: Draft,
    question: Question,
    likely: Answerability,
    evidence: Evidence,
    store: Store,
    scope: Scope,
) -> str:
    """Say that there is no answer, what was looked at, what comes nearest and what would give one;
    the reason.
    """
    said = question.words
    missing = _quoted(question, [c.word for c in likely.missing])
    asked = _quoted(question, [c.word for c in question.concepts])
    if likely.reason == "empty":
        because = said.say("abstain_empty")
    elif likely.reason == "filters":
        because = said.say("abstain_filters", filters=said_filters(scope.filters))
    elif likely.reason == "no text":
        because = said.say("abstain_no_text", n=said.number(store.count(t.records)))
    elif likely.reason == "missing":
        name = "abstain_missing" if len(likely.missing) == 1 else "abstain_missing_many"
        because = said.say(name, words=missing)
    elif len(question.concepts) > 1 and not _together(evidence):
        because = said.say("abstain_together", words=asked)
    else:
        because = said.say("abstain_weak")
    draft.claim("limit", said.say("abstain"), style="lead")
    draft.claim("limit", because)
    if likely.reason not in ("empty", "no text"):
        names = [source.name for source in store.sources() if source.kind != "events"]
        shown = ", ".join(names[:6]) + ("…" if len(names) > 6 else "")
        passages = said.number(store.count(t.passages))
        draft.claim("limit", said.say("looked_at", passages=passages, sources=shown))
    _tell_nearest(draft, question, evidence)
    draft.claim(
        "limit",
        said.say("collect", words=missing or asked)
        if (missing or asked) and likely.reason not in ("empty", "no text")
        else said.say("collect_any"),
    )
    return because


def _together(evidence: Evidence) -> bool:
    """Whether a passage has all that was asked about, though it does not seem to answer it."""
    found = [each for of_kind in evidence.found.values() for each in of_kind]
    return any(each.passage_coverage > ALL for each in found)


def _tell_nearest(draft: Draft, question: Question, evidence: Evidence) -> None:
    """Show what comes nearest, where anything says a part of what was asked for."""
    found = sorted(
        (c for of_kind in evidence.found.values() for c in of_kind if c.coverage >= NEAR),
        key=lambda c: -c.relevance,
    )
    nearest = spread(found, NEAREST, 0.0)
    said = question.words
    if nearest:
        draft.introduce(said.say("nearest"))
    for each in nearest:
        kind = said.say(f"kind_{each.passage.kind}")
        text = said.say("nearest_each", kind=kind, quote=said.quote(each.text))
        cited = draft.cite(each.passage, each.start, each.end)
        draft.claim("limit", text, style="bullet", citations=[cited])


def _quoted(question: Question, words: Sequence[str]) -> str:
    return question.words.joined([question.words.quote(word) for word in words])


def said_filters(filters: Filters) -> str:
    """The filters that are set, in words."""
    return ", ".join(f"{name} = {_flat(value)}" for name, value in filters.as_dict().items())


def _flat(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{key} {_flat(each)}" for key, each in value.items())
    return str(value)
