"""Knowing when not to answer, and saying what was looked at and what to collect."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.draft import Draft
from assistant.gather import Evidence
from assistant.scope import Scope
from assistant.understand import Concept, Question
from corpus import tables as t
from corpus.filters import Filters
from corpus.store import Store
from corpus.types import EVIDENCE_KINDS

Reason = Literal["empty", "no text", "filters", "missing", "weak"]

ENOUGH = 0.45
"""The best candidate's relevance from which a question is taken to be answerable.

With half of the passages withheld, 0.84 of the answerable questions of PIAF are answered and 0.67
of the others refused (CLAPNQ: 0.85 and 0.91); ``evals.answerability`` gives it again.
"""

ENOUGH_BY_WORDS = 0.6
"""The same where there is no meaning to go by: words alone promise more than they hold."""


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
    best = max((evidence.best(kind) for kind in EVIDENCE_KINDS), default=0.0)
    by_words = all(c.meaning is None for found in evidence.found.values() for c in found)
    if best < (ENOUGH_BY_WORDS if by_words else ENOUGH):
        return Answerability(best, "missing" if evidence.missing else "weak", evidence.missing)
    return Answerability(best, None)


def features(evidence: Evidence) -> dict[str, float]:
    """What the score is made from: how the best passages meet the words and the sense."""
    found = [c for kind in EVIDENCE_KINDS for c in evidence.found.get(kind, ())]
    meanings = sorted((c.meaning for c in found if c.meaning is not None), reverse=True)
    total = sum(evidence.weighing.values()) or 1.0
    return {
        "coverage": max((c.coverage for c in found), default=0.0),
        "meaning": meanings[0] if meanings else 0.0,
        "meaning_gap": meanings[0] - meanings[len(meanings) // 2] if meanings else 0.0,
        "both": max((c.relevance for c in found), default=0.0),
        "passage": max((c.passage_coverage for c in found), default=0.0),
        "missing": sum(evidence.weighing.get(c, 0.0) for c in evidence.missing) / total,
        "concepts": float(len(evidence.weighing)),
    }


def compose_abstention(
    draft: Draft,
    question: Question,
    likely: Answerability,
    store: Store,
    scope: Scope,
) -> str:
    """Say that there is no answer, what was looked at and what would give one; the reason."""
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
    elif len(question.concepts) > 1:
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
    draft.claim(
        "limit",
        said.say("collect", words=missing or asked)
        if (missing or asked) and likely.reason not in ("empty", "no text")
        else said.say("collect_any"),
    )
    return because


def _quoted(question: Question, words: Sequence[str]) -> str:
    return question.words.joined([question.words.quote(word) for word in words])


def said_filters(filters: Filters) -> str:
    """The filters that are set, in words."""
    return ", ".join(f"{name} = {_flat(value)}" for name, value in filters.as_dict().items())


def _flat(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{key} {each}" for key, each in value.items())
    return str(value)
