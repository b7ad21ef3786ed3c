"""The page that is found by a question's words, where no analysis answers it."""

from itertools import zip_longest

from assistant.abstain import compose_abstention
from assistant.candidates import Candidate
from assistant.contrast import Contrast, contrasts
from assistant.draft import Draft
from assistant.facts import Facts
from assistant.feedback import Voices, compose_feedback
from assistant.gather import Evidence
from assistant.others import compose_internal, compose_journey
from assistant.pages import Page, Work
from assistant.research import compose_research
from assistant.scope import Scope
from assistant.themes import typical_of
from assistant.understand import Question
from assistant.words import ANSWER_LANGUAGES, words
from corpus.analysis import stems
from corpus.filters import Filters, values_of
from corpus.store import Store
from corpus.types import EVIDENCE_KINDS, EvidenceKind, Source
from retrieval.index import SearchIndex

ENOUGH = 0.45
"""The relevance from which what customers say is set beside what is believed."""

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


def found(work: Work, share: float) -> Page:
    """The page that is found by the question's words, or the one that says that nothing is."""
    question, likely = work.question, work.likely
    if not (question.concepts or work.scope.named or likely.reason in ("empty", "no text")):
        draft, reason = Draft(), question.words.say("clarify")
        draft.claim("limit", reason, style="lead")
        return Page(draft, [], "clarify", reason)
    if likely.reason and not (work.in_general and likely.reason in ("weak", "no text")):
        return abstained(work)
    draft, facts = Draft(), Facts(work.store, work.feedback)
    _compose(draft, work, facts)
    _limits(draft, question, work.evidence, facts, work.index, share)
    return Page(draft, facts.made, "partial" if work.evidence.missing else "answered")


def abstained(work: Work) -> Page:
    """The page that says that there is no answer, what was looked at and what would give one."""
    draft = Draft()
    reason = compose_abstention(
        draft, work.question, work.likely, work.evidence, work.store, work.scope
    )
    return Page(draft, [], "abstained", reason)


def compose_beside(draft: Draft, work: Work) -> None:
    """What the company believes, the map assumes and research claims, beside what was counted."""
    for kind in _order(work.question, work.scope, work.evidence, work.in_general):
        if kind == "internal":
            found, least = _relevant(work.evidence, kind)
            compose_internal(draft, work.question, found, least)
        elif kind == "journey":
            found, least = _relevant(work.evidence, kind)
            compose_journey(draft, work.question, found, least)
        elif kind == "research":
            found = work.evidence.found[kind]
            compose_research(draft, work.question, found, work.sources, LEAST)


def _relevant(evidence: Evidence, kind: EvidenceKind) -> tuple[list[Candidate], float]:
    """What was found of a kind, and how relevant it must be to be shown."""
    return evidence.found[kind], max(LEAST, NEAR * evidence.best(kind))


def _compose(draft: Draft, work: Work, facts: Facts) -> None:
    question, scope, evidence, store = work.question, work.scope, work.evidence, work.store
    for kind in _order(question, scope, evidence, work.in_general):
        found, least = _relevant(evidence, kind)
        if kind == "feedback":
            feedback = work.feedback
            themes, opposite = (
                _themes(question, scope, feedback, store) if work.in_general else ([], [])
            )
            compose_feedback(
                draft,
                question,
                Voices(
                    found,
                    work.in_general,
                    themes,
                    opposite,
                    typical_of(feedback, work.index, store, themes),
                ),
                [c for c in evidence.weighing if c not in evidence.missing and c.is_subject],
                facts,
                store,
                _where(feedback, store, work.sources, question),
                least,
            )
        elif kind == "internal":
            compose_internal(draft, question, found, least)
        elif kind == "journey":
            compose_journey(draft, question, found, least)
        else:
            compose_research(draft, question, found, work.sources, LEAST)


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
    named = [each for value in filters.segment.values() for each in values_of(value)]
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
