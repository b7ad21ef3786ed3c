"""Gathering the evidence for one question, kind by kind, so that the kinds stay apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from assistant.candidates import Candidate, SentenceVectors, candidates, compare, weights
from assistant.scope import Scope
from assistant.understand import Concept, Question
from corpus.filters import Filters
from corpus.types import EVIDENCE_KINDS, HIGH, LOW, EvidenceKind
from retrieval.index import SearchIndex
from retrieval.types import Hit

RECORDS = ("feedback", "internal")
"""The kinds whose passages are people's own words."""

DEPTH = {"feedback": 20, "internal": 12, "journey": 12, "research": 16}
"""Passages read for each kind of evidence."""


@dataclass(frozen=True)
class Evidence:
    """What was found for a question.

    ``found`` holds each kind's candidates, the most relevant first; ``missing`` the concepts
    that no loaded passage holds in any form; ``retrieved`` how many passages were read, and
    ``hits`` how each was found.
    """

    found: Mapping[EvidenceKind, list[Candidate]]
    weighing: Mapping[Concept, float]
    missing: tuple[Concept, ...]
    retrieved: int
    hits: Mapping[EvidenceKind, list[Hit]] = field(default_factory=dict)

    def best(self, kind: EvidenceKind) -> float:
        """The relevance of the best candidate of a kind, 0 where there is none."""
        return self.found[kind][0].relevance if self.found.get(kind) else 0.0


def gather(
    question: Question,
    scope: Scope,
    index: SearchIndex,
    vectors: SentenceVectors,
    *,
    sides: bool = True,
) -> Evidence:
    """Search every kind that the question and its filters allow.

    Without ``sides``, feedback is not searched again for what speaks for and against: enough to
    tell whether it bears on the question.
    """
    asked = [c for c in question.concepts if not scope.names(c)]
    missing = tuple(
        c
        for c in asked
        if (c.is_subject or c.named)
        and not any(index.lexical.frequency(*pair) for pair in c.pairs())
    )
    # What a source is about is in all of its passages and chooses none of them.
    telling = [c for c in asked if c not in scope.subjects and not c.audience]
    found: dict[EvidenceKind, list[Candidate]] = {}
    read: dict[EvidenceKind, list[Hit]] = {}
    weighing = weights(telling, index, feedback=True)
    weighing_elsewhere = weights(asked, index, feedback=False)
    for kind in EVIDENCE_KINDS:
        filters = _for_kind(kind, question, scope)
        if filters is None:
            continue
        read[kind] = hits = _search(kind, question, filters, index, sides)
        found[kind] = candidates(hits, weighing if kind in RECORDS else weighing_elsewhere)
    found = compare(question, found, vectors, index)
    return Evidence(found, weighing, missing, sum(map(len, read.values())), read)


def _search(
    kind: EvidenceKind, question: Question, filters: Filters, index: SearchIndex, sides: bool
) -> list[Hit]:
    """The best passages of a kind; of feedback also the best of either side, so that what speaks
    against is found however rare it is.
    """
    searches = [filters]
    asked = filters.score_min is not None or filters.score_max is not None
    if kind == "feedback" and sides and not asked:
        searches += [replace(filters, score_max=LOW), replace(filters, score_min=HIGH)]
    rankings = [
        index.search(question.text, question.language, each, DEPTH[kind]) for each in searches
    ]
    by_turns = [hit for turn in zip_longest(*rankings) for hit in turn if hit]
    return list({hit.passage.id: hit for hit in by_turns}.values())


def _for_kind(kind: EvidenceKind, question: Question, scope: Scope) -> Filters | None:
    """The filters of one kind's search, or None where the question does not want that kind."""
    filters = scope.filters
    if filters.kind:
        if kind not in filters.kind:
            return None
    elif question.kinds and kind not in _kinds(question):
        return None
    if kind != "feedback" and scope.narrowed:
        # The sources were chosen for the feedback; what else there is stands in others.
        filters = replace(filters, source=())
    if kind in ("journey", "research") and scope.named:
        # Nor has it the segments of customers, unless the filters that were asked for say so.
        filters = replace(filters, segment={})
    return replace(filters, kind=(kind,))


def _kinds(question: Question) -> set[str]:
    """The kinds of evidence that a question names, and those that belong beside them."""
    kinds: set[str] = set(question.kinds)
    if question.intent == "figure" and not question.own:
        # A share or a number may have been measured by others.
        kinds.add("research")
    elif kinds & {"internal", "journey"}:
        # What the company believes and the map assumes is set beside what customers say.
        kinds.add("feedback")
    return kinds
