"""From a question to its answer, each step a function that can be read and tested alone.

question → understand → scope → gather → compose → verify → answer
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import zip_longest
from time import perf_counter
from uuid import uuid4

from assistant.abstain import ENOUGH, answerability, compose_abstention, said_filters
from assistant.candidates import SentenceVectors
from assistant.contrast import Contrast, contrasts
from assistant.draft import Draft
from assistant.facts import Facts
from assistant.feedback import Voices, compose_feedback
from assistant.gather import Evidence, gather
from assistant.others import compose_internal, compose_journey
from assistant.research import compose_research
from assistant.scope import Scope, find_scope
from assistant.themes import typical_of
from assistant.types import Answer, EvidenceSummary, Understood
from assistant.understand import Question, understand
from assistant.verify import verify
from assistant.words import ANSWER_LANGUAGES, words
from corpus import tables as t
from corpus.analysis import stems
from corpus.filters import Filters
from corpus.store import Store
from corpus.types import EVIDENCE_KINDS, EvidenceKind, Source
from retrieval.index import SearchIndex

LEAST = 0.35
"""The relevance below which a candidate is not quoted."""

NEAR = 0.6
"""... nor when it is less than this much as relevant as the best of its kind."""

BEHIND = 0.3
"""A kind that was not asked for is left out when it is this far behind the best one."""

COMPARED = 0.2
"""The share of the records from which a language's words are compared."""

MOST_NAMED = 2
"""Sources that a sentence names; of more it gives the number."""

SAMPLED = 5_000
"""Records whose words are compared for a question that names no subject."""


def answer_question(
    store: Store,
    index: SearchIndex,
    vectors: SentenceVectors,
    text: str,
    filters: Filters,
    conversation_id: str | None = None,
    language: str | None = None,
) -> Answer:
    """Answer one question from the evidence itself, with no chat model."""
    clock = _Clock()
    question = understand(text, language)
    scope = find_scope(question, filters, store, index)
    clock.lap("understand")
    evidence = gather(question, scope, index, vectors)
    clock.lap("gather")
    sources = {source.id: source for source in store.sources()}
    # A source may be removed while the answer is made; then it is not quoted.
    evidence = replace(
        evidence,
        found={
            kind: [c for c in found if c.passage.source_id in sources]
            for kind, found in evidence.found.items()
        },
    )
    # Read once: it grows behind, and an answer must agree with itself.
    share = index.embedded_share
    given = _given(question, scope, evidence, share, sources.values(), store)
    facts = Facts(store, _feedback_filters(scope))
    draft = Draft()
    reason = None
    likely = answerability(evidence, scope, store)
    vague = not (question.concepts or scope.named or likely.reason in ("empty", "no text"))
    open_question = _asks_in_general(question, scope, weak=likely.reason == "weak")
    if vague:
        reason = question.words.say("clarify")
        draft.claim("limit", reason, style="lead")
    elif likely.reason and not (open_question and likely.reason in ("weak", "no text")):
        reason = compose_abstention(draft, question, likely, store, scope)
    else:
        _compose(draft, question, scope, evidence, facts, store, index, sources, open_question)
        _limits(draft, question, evidence, facts, index, share)
    clock.lap("compose")
    kept, dropped = verify(
        draft.claims,
        draft.citations,
        facts.made,
        store,
        given,
    )
    if not reason and not any(claim.kind != "limit" for claim in kept):
        draft, facts = Draft(), Facts(store, _feedback_filters(scope))
        reason = compose_abstention(
            draft, question, replace(likely, reason=likely.reason or "weak"), store, scope
        )
        kept, _ = verify(
            draft.claims,
            [],
            facts.made,
            store,
            given,
        )
    draft.keep_cited(kept)
    clock.lap("verify")
    return Answer(
        id=uuid4().hex,
        conversation_id=conversation_id or uuid4().hex,
        question=text,
        language=question.language,
        status="clarify"
        if vague
        else "abstained"
        if reason
        else "partial"
        if evidence.missing
        else "answered",
        understood=_understood(question, scope, sources, open_question),
        text=draft.markdown(),
        claims=draft.claims,
        citations=draft.citations,
        facts=[fact for fact in facts.made if any(fact.id in claim.facts for claim in kept)],
        evidence=EvidenceSummary(
            records_in_scope=store.count(t.records, scope.filters),
            records_total=store.count(t.records),
            passages_retrieved=evidence.retrieved,
            embedded_share=round(share, 4),
            filters=scope.filters.as_dict(),
        ),
        answerability=round(likely.score, 3),
        abstained_because=reason,
        dropped=dropped,
        timings_ms=clock.laps,
    )


class _Clock:
    def __init__(self) -> None:
        self._last = perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        now = perf_counter()
        self.laps[name] = round(1000 * (now - self._last), 1)
        self._last = now


def _feedback_filters(scope: Scope) -> Filters:
    """What the section of what customers say is limited to, and its facts with it."""
    return replace(scope.filters, kind=("feedback",))


def _asks_in_general(question: Question, scope: Scope, *, weak: bool) -> bool:
    """Whether the question asks what goes wrong or well without naming what.

    "Why do customers leave?" does: those who write the word seldom say why. So does any other
    question of leaving for which ``weak`` says that hardly anyone writes of it.
    """
    left = [
        c
        for c in question.concepts
        if c not in scope.subjects
        and c.is_subject
        and not (c.act and (weak or question.intent == "why"))
    ]
    return bool(question.polarity) and all(scope.names(c) for c in left)


def _compose(
    draft: Draft,
    question: Question,
    scope: Scope,
    evidence: Evidence,
    facts: Facts,
    store: Store,
    index: SearchIndex,
    sources: dict[str, Source],
    open_question: bool,
) -> None:
    for kind in _order(question, scope, evidence, open_question):
        found = evidence.found[kind]
        least = max(LEAST, NEAR * evidence.best(kind))
        if kind == "feedback":
            feedback = _feedback_filters(scope)
            themes, opposite = (
                _themes(question, scope, feedback, store) if open_question else ([], [])
            )
            compose_feedback(
                draft,
                question,
                Voices(
                    found,
                    open_question,
                    themes,
                    opposite,
                    typical_of(feedback, index, store, themes),
                ),
                [c for c in evidence.weighing if c not in evidence.missing and c.is_subject],
                facts,
                store,
                _where(feedback, store, sources, question),
                least,
            )
        elif kind == "internal":
            compose_internal(draft, question, found, least)
        elif kind == "journey":
            compose_journey(draft, question, found, least)
        else:
            compose_research(draft, question, found, sources, LEAST)


def _themes(
    question: Question, scope: Scope, filters: Filters, store: Store
) -> tuple[list[Contrast], list[Contrast]]:
    """The words that set the side apart that the question is after, and those of the other."""
    passages = store.sample(filters, SAMPLED)
    ignored = _ignored(scope, store)
    languages = [
        language
        for language in store.languages_in_scope(filters, COMPARED)
        if language in ANSWER_LANGUAGES
    ]
    by_language = [contrasts(passages, language, ignored) for language in languages]
    # In turns, so that the language with more records does not hide the other.
    low, high = (
        [
            each
            for turn in zip_longest(*(pair[side] for pair in by_language))
            for each in turn
            if each
        ]
        for side in (0, 1)
    )
    return (low, high) if question.polarity < 0 else (high, low)


def _order(
    question: Question, scope: Scope, evidence: Evidence, open_question: bool
) -> list[EvidenceKind]:
    """The kinds of evidence to show, the one that the question is after first."""
    best = max((evidence.best(kind) for kind in EVIDENCE_KINDS), default=0.0)
    first: EvidenceKind = (
        "research"
        if question.intent in ("figure", "list", "yes-no") and not scope.named
        else "feedback"
    )
    usual: list[EvidenceKind] = [first, *(k for k in EVIDENCE_KINDS if k != first)]
    usual.sort(key=lambda kind: kind not in question.kinds)
    believed = max(evidence.best("internal"), evidence.best("journey")) == best
    shown = [
        kind
        for kind in usual
        if evidence.best(kind) >= LEAST
        # No research is of a segment of this company's customers.
        and (kind != "research" or kind in question.kinds or not scope.named)
        and (
            kind in question.kinds
            or evidence.best(kind) >= best - BEHIND
            # What customers say is set beside a belief, however well that one matches.
            or (kind == "feedback" and believed and evidence.best(kind) >= ENOUGH)
        )
    ]
    if open_question and "feedback" in evidence.found and "feedback" not in shown:
        shown.insert(0, "feedback")
    return shown


def _ignored(scope: Scope, store: Store) -> frozenset[str]:
    """Stems that are no reason: judgements, the source's own subject, the names of segments."""
    ignored = {term for c in scope.subjects for terms in c.forms.values() for term in terms}
    for language in ANSWER_LANGUAGES:
        said = words(language)
        ignored |= said.judging | said.frame | said.audience
        for _, value in store.segment_values():
            ignored.update(stems(value, language))
    return frozenset(ignored)


def _where(filters: Filters, store: Store, sources: dict[str, Source], question: Question) -> str:
    names = [sources[i].name for i in store.sources_in_scope(filters)]
    named = [f"{value}" for value in filters.segment.values()]
    said = question.words
    where = said.joined(names) if len(names) <= MOST_NAMED else said.say("where_many", n=len(names))
    return where + (f" ({', '.join(named)})" if named else "")


def _limits(
    draft: Draft,
    question: Question,
    evidence: Evidence,
    facts: Facts,
    index: SearchIndex,
    share: float,
) -> None:
    said = question.words
    draft.heading(said.say("head_limits"))
    kinds = {citation.kind for citation in draft.citations}
    if "feedback" in kinds:
        draft.claim("limit", said.say("limit_read", n=evidence.retrieved))
        if any(fact.name != "records" for fact in facts.made):
            draft.claim("limit", said.say("limit_words"))
        draft.claim("limit", said.say("limit_writers"))
        used = {fact for claim in draft.claims for fact in claim.facts}
        if any(fact.unit == "share" and fact.id in used for fact in facts.made):
            partly = facts.base == "customers" and facts.anonymous
            draft.claim("limit", said.say(f"low_meaning_{'anonymous' if partly else facts.base}"))
    if any(claim.kind in ("reported", "counter") for claim in draft.claims) and (
        "research" in kinds
    ):
        draft.claim("limit", said.say("limit_research"))
    absent = [said.say(f"kind_{kind}") for kind in question.kinds if kind not in kinds]
    if absent:
        draft.claim("limit", said.say("limit_absent", kinds=said.joined(absent)))
    foreign = {c.language for c in draft.citations} - {question.language}
    if foreign:
        named = said.joined([said.languages.get(code, code) for code in sorted(foreign)])
        draft.claim("limit", said.say("quotes_foreign", languages=named))
    if index.dense is None:
        draft.claim("limit", said.say("limit_lexical"))
    elif share < 1:
        # Rounded down, so that it never says that all is done before it is.
        draft.claim("limit", said.say("limit_embedded", share=said.percent(int(100 * share) / 100)))


def _given(
    question: Question,
    scope: Scope,
    evidence: Evidence,
    share: float,
    sources: Iterable[Source],
    store: Store,
) -> list[str]:
    """What any sentence may draw on: the question, its filters, names, and our own counts."""
    counts = f"{evidence.retrieved} {int(100 * share)} {store.count(t.passages)}"
    counts += f" {store.count(t.records)} {said_filters(scope.filters)}"
    counts += f" {len(store.sources_in_scope(_feedback_filters(scope)))}"
    said = question.words
    names = [*(source.name for source in sources), *said.months, *said.languages.values()]
    return [question.text, counts, *names]


def _understood(
    question: Question, scope: Scope, sources: dict[str, Source], open_question: bool
) -> Understood:
    said = question.words
    kinds = scope.filters.kind or question.kinds
    where = said.joined([said.say(f"kind_{kind}") for kind in kinds]) or said.say("everywhere")
    names = [sources[i].name for i in scope.filters.source if i in sources]
    names += [f"{segment} = {value}" for segment, value in scope.filters.segment.items()]
    if names:
        where = said.say("understood_scope", where=where, scope=said.joined(names))
    told = [c.word for c in question.concepts if c.is_subject and not scope.names(c)]
    if open_question:
        told = [said.say("in_general" if question.polarity < 0 else "in_general_good")]
    what = said.say("understood_about", words=", ".join(told), where=where) if told else where
    return Understood(
        intent=question.intent,
        themes=[concept.word for concept in question.concepts],
        filters=scope.filters.as_dict(),
        period={
            "since": scope.filters.since.isoformat() if scope.filters.since else None,
            "until": scope.filters.until.isoformat() if scope.filters.until else None,
        },
        follow_up_of=None,
        text=said.say("understood", what=what),
    )
