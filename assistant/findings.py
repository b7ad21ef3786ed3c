"""What research finds of the causes that an answer tells, or that the turns before it told.

A question's words say whom it is about; what is wanted of research is the mechanism. So it is
looked for by the causes' names, and what is taken is a finding: a sentence, list or table that
names the cause and says what people then do. Better none than one beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.abstain import Answerability, answerability
from assistant.candidates import SentenceVectors, alike
from assistant.draft import Draft
from assistant.figures import figures_in
from assistant.gather import gather
from assistant.pages import Page, Work
from assistant.reading.text import asked
from assistant.reading.themes import find_themes
from assistant.reading.types import Limits, Reading
from assistant.research import Span, of_effects, quote_research, whole
from assistant.scope import Scope
from assistant.understand import understand
from assistant.words import ANSWER_LANGUAGES
from corpus.conversations import Turn
from corpus.filters import Filters

SHORTEST = 60
"""Characters of a finding that can be read by itself."""

RELEVANT, MEASURED, LISTED = 0.6, 0.4, 0.2
"""The relevance to a cause's name that a finding needs beside naming it: as a sentence, with a
figure, and as a list or table, of which one line alone need speak of it."""

NAMED = 2
"""Words by which a list names a cause beyond doubt: a single one may stand there for another."""

MOST_CAUSES, MOST_OF_ONE = 4, 2
"""Causes that research is looked for of where it is what was asked for, and findings of each."""

RESEARCH = Scope(Filters(kind=("research",)), (), ())


@dataclass(frozen=True)
class Findings:
    """What research finds: the spans, the causes that these name, how likely it bears on them."""

    spans: tuple[Span, ...]
    themes: tuple[str, ...]
    likely: float


def of_causes_before(reading: Reading) -> bool:
    """Whether a question asks research about what the turns before found, naming nothing itself."""
    text = reading.text.lower()
    named = any(each.lower() in text for each in reading.about)
    return reading.intent == "research" and reading.follows and not named


def causes_before(before: Sequence[Turn]) -> list[str]:
    """The themes of the last answer that told figures of any, in their order."""
    for turn in reversed(before):
        facts = (turn.answer or {}).get("facts", ())
        if themes := [f["about"]["theme"] for f in facts if f["about"].get("theme")]:
            return list(dict.fromkeys(themes))
    return []


def compose(
    work: Work, vectors: SentenceVectors, before: Sequence[Turn]
) -> tuple[Page, Work] | None:
    """The page of what research says of what the turns before found, and what it is made from.

    None where they found no cause. What they found is context: nothing of it is cited.
    """
    themes = (list(work.reading.themes) or causes_before(before))[:MOST_CAUSES]
    if not themes:
        return None
    said, draft = work.question.words, Draft()
    studies = [source for source in work.sources.values() if source.kind == "research"]
    spoken = sorted({source.language for source in studies} & set(ANSWER_LANGUAGES))
    found = find(themes, work, vectors, spoken or [said.language], MOST_OF_ONE)
    reading = replace(work.reading, themes=tuple(themes), limits=Limits())
    work = replace(work, reading=reading, likely=Answerability(found.likely, None))
    unsaid = [said.quote(_label(work, each)) for each in themes if each not in found.themes]
    reason = said.say("research_silent", themes=said.either(unsaid))
    if not found.spans:
        draft.claim("limit", reason, style="lead")
        draft.claim("limit", said.say("collect_research", themes=said.joined(unsaid)))
        return Page(draft, [], "abstained", reason, computed=True), work
    quote_research(draft, said, found.spans, work.sources)
    if unsaid:
        draft.heading(said.say("head_limits"))
        draft.claim("limit", reason)
    return Page(draft, [], "answered", computed=True), work


def find(
    themes: Sequence[str],
    work: Work,
    vectors: SentenceVectors,
    languages: Sequence[str],
    most: int,
) -> Findings:
    """The findings on these themes, so many of each, looked for in these languages."""
    chosen: list[Span] = []
    named: list[str] = []
    likely = 0.0
    for theme in themes:
        spans, score = _of(theme, work, vectors, languages)
        likely = max(likely, score)
        known = {_place(span) for span in chosen}
        told = [span for span in spans if _place(span) in known]
        for span in spans:
            if len(told) < most and not any(alike(span.candidate, c.candidate) for c in chosen):
                chosen.append(span)
                told.append(span)
        named += [theme] if told else []
    return Findings(tuple(chosen), tuple(named), likely)


def _of(
    theme: str, work: Work, vectors: SentenceVectors, languages: Sequence[str]
) -> tuple[list[Span], float]:
    """The findings that name a theme, the best first, and how likely what was found bears on it."""
    found: dict[tuple[str, int], Span] = {}
    likely = 0.0
    for language in languages:
        question = understand(_label(work, theme, language), language)
        evidence = gather(question, RESEARCH, work.index, vectors)
        likely = max(likely, answerability(evidence, RESEARCH, work.store).score)
        for each in evidence.found.get("research", []):
            if each.passage.source_id in work.sources:
                span = whole(each)
                if _tells(span) and _names(theme, span, work):
                    found.setdefault(_place(span), span)
    # A list tells the whole of a finding.
    return sorted(found.values(), key=lambda s: (not s.lists, -s.candidate.relevance)), likely


def _place(span: Span) -> tuple[str, int]:
    return span.candidate.passage.id, span.start


def _tells(span: Span) -> bool:
    """Whether a span says what people do, or lists how many, and bears on what was looked for."""
    text, relevance = span.whole_text, span.candidate.relevance
    if span.lists:
        return relevance >= LISTED and (of_effects(text) or bool(figures_in(text)))
    least = MEASURED if figures_in(text) else RELEVANT
    return len(text) >= SHORTEST and relevance >= least and of_effects(text)


def _names(theme: str, span: Span, work: Work) -> bool:
    language = span.candidate.passage.language
    least = NAMED if span.lists and span.candidate.relevance < RELEVANT else 1
    return language in ANSWER_LANGUAGES and any(
        each.theme == theme and each.words >= least
        for each in find_themes(asked(span.whole_text, language), work.codebook)
    )


def _label(work: Work, theme: str, language: str | None = None) -> str:
    known = work.codebook.theme(theme)
    labels = dict[str, str](known.label.items() if known else ())
    return labels.get(language or work.question.words.language, theme)
