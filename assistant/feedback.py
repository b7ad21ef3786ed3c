"""Composing from feedback: how many, what they say in their words, and who says otherwise."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from assistant.candidates import Candidate, alike, spread
from assistant.contrast import Contrast
from assistant.draft import Draft
from assistant.facts import Facts, searchable
from assistant.types import ClaimKind, Fact
from assistant.understand import Concept, Question
from assistant.words import ANSWER_LANGUAGES, Words, tone
from corpus.analysis import field_of
from corpus.store import Store
from corpus.types import HIGH, LOW, Passage, Score

MOST_QUOTES, MOST_COUNTER, MOST_TERMS = 5, 2, 5

SHORTEST_STEM = 4
"""Letters: with fewer, too many other words begin alike."""

BRIEF = 45
"""Characters: a shorter sentence seldom says why."""


@dataclass(frozen=True)
class Voices:
    """The feedback that bears on a question; ``general`` where it names no subject.

    ``themes`` are the words that set the side apart that a question is after which names no
    subject, ``opposite`` those of the other side; ``typical`` gives a word's best sentence.
    """

    candidates: Sequence[Candidate]
    general: bool
    themes: Sequence[Contrast]
    opposite: Sequence[Contrast]
    typical: Callable[[Contrast, int], Candidate | None]


def compose_feedback(
    draft: Draft,
    question: Question,
    voices: Voices,
    told: Sequence[Concept],
    facts: Facts,
    store: Store,
    where: str,
    least: float,
) -> None:
    """Add what customers say; ``where`` names the sources that were read."""
    said = question.words
    polarity = question.polarity
    draft.heading(said.say("head_feedback"))
    if voices.general:
        _lead_rated(draft, said, facts, where)
    if voices.themes:
        _lead_themes(draft, said, voices.themes, facts, where, polarity or -1)
        side = polarity or -1
        quoted = _each(voices.typical, voices.themes, side, MOST_QUOTES)
        against = _each(voices.typical, voices.opposite, -side, MOST_COUNTER)
    else:
        if not voices.general:
            share = _lead_mentions(draft, said, told, facts, where)
            if question.intent == "why":
                polarity = polarity or -1
            polarity = polarity or (0 if share is None else -1 if share > 0.5 else 1)
        # Praise and blame are worth quoting whatever they are about, if nothing was named.
        least = 0.0 if voices.general else least
        ordered = sorted(voices.candidates, key=lambda c: -_worth(c, polarity))
        quoted = spread(
            [
                c
                for c in ordered
                if (_side(c) != -polarity or not polarity)
                and (not voices.general or _tone(c) == polarity)
            ],
            MOST_QUOTES,
            least,
        )
        opposite = sorted(
            (
                c
                for c in voices.candidates
                if polarity
                and _side(c) == -polarity
                and _tone(c) in ((-polarity,) if voices.general else (-polarity, 0))
            ),
            key=lambda c: -_worth(c, -polarity),
        )
        against = spread(opposite, MOST_COUNTER, least)
    if quoted:
        name = {-1: "quotes_negative", 1: "quotes_positive", 0: "quotes_neutral"}[polarity]
        _quotes(draft, said, quoted, "quote", store, said.say(name))
    draft.heading(said.say("head_counter"))
    if against:
        _quotes(
            draft,
            said,
            against,
            "counter",
            store,
            said.say(_counter(against, polarity)),
        )
    elif polarity:
        draft.claim("limit", said.say("counter_none"))


def _counter(against: Sequence[Candidate], polarity: int) -> str:
    """How what speaks against is introduced: by its ratings where all of it is rated."""
    if all(each.passage.score is not None for each in against):
        return "counter_high" if polarity < 0 else "counter_low"
    return "counter_praise" if polarity < 0 else "counter_blame"


def _each(
    typical: Callable[[Contrast, int], Candidate | None],
    themes: Sequence[Contrast],
    side: int,
    most: int,
) -> list[Candidate]:
    """The best sentence of each word in turn, up to ``most`` of them, without near-duplicates."""
    chosen: list[Candidate] = []
    for theme in themes[: 2 * most]:
        candidate = typical(theme, side)
        if candidate and not any(alike(candidate, other) for other in chosen):
            chosen.append(candidate)
        if len(chosen) == most:
            break
    return chosen


def _worth(candidate: Candidate, polarity: int) -> float:
    """Relevance, a little more on the side that was asked for, a little less for a few words."""
    on_side = bool(polarity) and _side(candidate) == polarity
    return (
        candidate.relevance
        + 0.08 * on_side
        + 0.1 * _tone(candidate) * (polarity or _side(candidate))
        - 0.1 * (len(candidate.text) < BRIEF)
    )


def _tone(candidate: Candidate) -> int:
    """Whether the sentence itself praises (1) or blames (-1): a good score may stand over blame."""
    return tone(candidate.stems, candidate.passage.language)


def _side(candidate: Candidate) -> int:
    """-1 for blame, 1 for praise: by the record's score, and by its words where that is no help."""
    score = candidate.passage.score
    if score is None or LOW < score < HIGH:
        return _tone(candidate)
    return -1 if score <= LOW else 1


def _quotes(
    draft: Draft,
    said: Words,
    quoted: Sequence[Candidate],
    kind: ClaimKind,
    store: Store,
    intro: str,
) -> None:
    draft.introduce(intro)
    scores = store.scores_of({candidate.passage.parent for candidate in quoted})
    for candidate in quoted:
        passage = candidate.passage
        about = _about(said, passage, scores.get(passage.parent, []))
        draft.claim(
            kind,
            said.quote(candidate.text) + (f" ({about})" if about else ""),
            style="bullet",
            citations=[draft.cite(passage, candidate.start, candidate.end)],
        )


def _about(said: Words, passage: Passage, scores: Sequence[Score]) -> str:
    """The score and the month of a record, as far as they are known."""
    parts = []
    if scores and scores[0].kind != "binary":
        parts.append(f"{scores[0].value:g}/{scores[0].maximum:g}")
    if passage.date:
        parts.append(said.day(passage.date))
    return ", ".join(parts)


# Leads ---------------------------------------------------------------------------------------


def _lead_mentions(
    draft: Draft, said: Words, told: Sequence[Concept], facts: Facts, where: str
) -> float | None:
    """Say how many records speak of it; gives the share of low scores among them."""
    unit = said.say("record_written" if facts.scores_alone else "record_reviews")
    languages = facts.languages()
    beginnings = word_beginnings(told, languages)
    if not beginnings:
        scope = facts.records_in_scope(said.say("fact_scope", scope=where))
        text = said.say("lead_scope", n=said.number(int(scope.figure)), unit=unit)
        draft.claim("finding", f"{text}.", style="lead", facts=[scope])
        return None
    mentions = facts.mentioning(said.say("fact_mentions", words=", ".join(beginnings)), beginnings)
    scope = facts.records_in_scope(said.say("fact_scope", scope=where))
    form = {0: "_none", 1: "_one"}.get(int(mentions.figure), "")
    text = said.say(
        f"lead_mentions{form}",
        numerator=said.number(int(mentions.figure)),
        denominator=said.number(int(scope.figure)),
        unit=unit,
        scope=where,
        words=said.either([said.quote(w) for w in dict.fromkeys(c.word for c in told)]),
    )
    # The family of a word is looked for in every language that the records are in.
    several = len(set(languages) & set(ANSWER_LANGUAGES)) > 1
    text += said.say("either_language") if several else ""
    together = _together(said, told, languages, facts) if mentions.figure else None
    if together:
        name = "lead_together_none" if not together.figure else "lead_together"
        both = said.say("words_both" if len(told) == 2 else "words_all")
        text += said.say(name, n=said.number(int(together.figure)), words=both)
    used = [mentions, scope, *([together] if together else [])]
    draft.claim("finding", f"{text}.", style="plain", facts=used)
    low = facts.share_low(said.say("fact_low_mention"), beginnings)
    low_all = facts.share_low(said.say("fact_low_all"), [])
    if low is None or low_all is None:
        return None
    text = said.say(
        f"lead_low_{facts.base}", share=said.percent(low.figure), all=said.percent(low_all.figure)
    )
    draft.claim("finding", f"{text}.", facts=[low, low_all])
    # Scores that few of them have do not tell what most of them say.
    return low.figure if 2 * low.n >= mentions.figure else None


def _together(
    said: Words, told: Sequence[Concept], languages: Collection[str], facts: Facts
) -> Fact | None:
    """How many records use all the words that were asked about; None where there is but one."""
    each = [word_beginnings([concept], languages) for concept in told]
    if len(each) < 2 or not all(each):
        return None
    return facts.mentioning_all(said.say("fact_mentions_together"), each)


def word_beginnings(told: Sequence[Concept], languages: Collection[str]) -> list[str]:
    """The letters with which the words for what was asked begin, in these languages."""
    found: list[str] = []
    for concept in told:
        for language in languages:
            for stem in concept.forms.get(field_of(language), ()):
                # English stemming turns a final y into i: "happi" stands for "happy".
                ends_in_y = language == "en" and stem.endswith("i") and len(stem) > SHORTEST_STEM
                if len(stem) < SHORTEST_STEM and concept.word.lower().startswith(stem):
                    # Too short to begin a word with: then the word itself.
                    stem = concept.word
                found.append(stem[:-1] if ends_in_y else stem)
    found = searchable(found)
    return [
        letters
        for letters in dict.fromkeys(found)
        if len(letters) > 1
        and not any(letters != other and letters.startswith(other) for other in found)
    ]


def _lead_rated(draft: Draft, said: Words, facts: Facts, where: str) -> None:
    """Say how many of the rated records are rated low."""
    low = facts.share_low(said.say("fact_low_all"))
    if low and low.denominator:
        text = said.say(
            f"lead_rated_{facts.base}",
            share=said.percent(low.figure),
            denominator=said.number(int(low.denominator)),
            scope=where,
        )
        draft.claim("finding", f"{text}.", facts=[low])


def _lead_themes(
    draft: Draft,
    said: Words,
    themes: Sequence[Contrast],
    facts: Facts,
    where: str,
    polarity: int,
) -> None:
    tone = said.say("tone_low" if polarity < 0 else "tone_high")
    shown = themes[:MOST_TERMS]
    made: list[Fact] = []
    parts = []
    for theme in shown:
        low, high = (
            facts.share_holding(
                said.say(f"fact_word_{side}", word=theme.word), theme.forms, low=side == "low"
            )
            for side in ("low", "high")
        )
        here, there = (low, high) if polarity < 0 else (high, low)
        made += [fact for fact in (here, there) if fact]
        shares = [said.percent(fact.figure) for fact in (here, there) if fact and here]
        between = f" {said.say('against')} ".join(shares)
        parts.append(said.quote(theme.word) + (f" ({between})" if between else ""))
    if not made:
        return
    text = said.say("lead_terms", tone=tone, scope=where, terms=said.joined(parts))
    draft.claim(
        "finding",
        f"{text}.",
        style="lead",
        facts=made,
    )
