"""Reading a question: what it asks for, about what, within what, and what it leaves unexplained."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date as Date

from assistant.reading import follow
from assistant.reading.countries import of_countries
from assistant.reading.cuts import cuts_of
from assistant.reading.finding import Found, find
from assistant.reading.intents import Meaning, clues, likely
from assistant.reading.known import Known, known, listed
from assistant.reading.periods import Periods, read_periods
from assistant.reading.periods import before as stretch_before
from assistant.reading.sayings import sayings
from assistant.reading.scores import find_score, recommending, scales_meant
from assistant.reading.segments import names_segment
from assistant.reading.sides import Side, parted, sides_of
from assistant.reading.stages import NamedStage
from assistant.reading.text import Asked, Span, composed, fold, plain_words
from assistant.reading.text import asked as as_asked
from assistant.reading.types import Intent, Limits, Reading
from assistant.words import ANSWER_LANGUAGES
from corpus.analysis import stems
from corpus.codebook import Codebook
from corpus.language import detect_question
from corpus.store import Store

_COMPARING: tuple[Intent, ...] = ("compare", "change")

_MOST = re.compile(
    r"\b(?:les (?:plus|moins)|most|least|happiest|unhappiest|worst|best|lowest|highest"
    r"|pires?|meilleure?s?)\b"
)

_SUPERLATIVE = re.compile(r"\b(?:plus|moins|most|least) $")

_GETTING = re.compile(
    r"\b(?:gets?|got|getting|receiv\w+|earn\w*|attract\w*|obtien\w+|recolt\w+|recoi\w+)"
    r"(?: (?:de|des|such|so|a|une?|many))* ?$"
)

_AGAIN = re.compile(
    r"^\W*(?:(?:please|can you|could you|peux[- ]tu|pouvez[- ]vous|merci de)\W+)*"
    r"(?:redo|re-?run|repeat|do (?:that|this|it|the same) again"
    r"|refai\w+|repren\w+ (?:ca|cela|le))\b"
    r"|^\W*(?:(?:and|just|only|now|et|juste|seulement|uniquement|que)\W+)*(?:the|les?)"
    r" (?:(?:negative|positive|bad|good) ones?|mauvaise?s|bonne?s|negatifs?|positifs?"
    r"|negatives|positives)\W*$"
)
"""What asks the turn before once more, of something else."""

SURE = 0.6
"""From this probability on a question of more than a few words says what it asks for, though no
rule knows how."""


def read(
    text: str,
    store: Store,
    codebook: Codebook,
    *,
    today: Date | None = None,
    before: Reading | None = None,
    language: str | None = None,
    meaning: Meaning | None = None,
) -> Reading:
    """Read one question; ``before`` is the turn that it may lean on, ``language`` the answer's.

    ``meaning`` gives the question's vector, see ``intents.Meaning``.
    """
    today = today or Date.today()
    own = language_of(text, before)
    question = as_asked(text, own)
    has = known(store)
    found = find(question, has, codebook, today)
    sides = sides_of(found)
    told = clues(found, sides, follows=before is not None)
    intent, sure = likely(told, meaning(question.text) if meaning and text.strip() else None)
    intent_said = bool(told.votes) or (sure >= SURE and len(told.plain.split()) > follow.FEW)
    if before and _AGAIN.search(question.plain):
        intent_said = False
    if before and not intent_said:
        intent = before.intent
    if intent == "stay" and "prospect" in found.voices:
        # What keeps back those who have not bought keeps nobody here.
        intent = "why"
    if intent == "other":
        leftover = _leftover(found.left, has)
        reading = Reading(text, own, intent, leftover=leftover, about=_about(found, (), leftover))
    else:
        reading = _settled(found, sides, intent, has, store, today)
    reading = replace(reading, text=text, language=language or own)
    if before is None and told.votes[:1] != ("other",):
        reading = replace(reading, vague=_vague(question, reading))
    if before and before.unsure:
        # Asked back once: whatever is said now is not asked about again.
        reading = replace(reading, unsure=())
        answer = _answered(question, reading, before, has)
        if answer:
            return answer
    together = follow.put_together(question, cuts_of(question, has)) if before else None
    if before and together is not None:
        before = follow.without_cut(before, together)
        reading = replace(reading, by=None, leftover=())
    if before and (
        together is not None or follow.leans(question, reading, intent_said=intent_said)
    ):
        reading = replace(reading, about=follow.about(reading, before))
        if follow.set_beside(question, reading, before):
            return follow.compared_with(reading, before)
        reading = follow.taken_over(reading, before, intent_said=intent_said)
        days = Periods((reading.limits.since, reading.limits.until))
        eve = stretch_before(days.within, today) if found.periods.earlier else None
        if eve and reading.intent not in _COMPARING:
            # "What about the year before?" asks the same of another period.
            limits = replace(reading.limits, since=eve[0], until=eve[1])
            return replace(reading, limits=limits)
        if eve:
            days = replace(days, against=eve)
        against = _with_period(reading.against, days, reading.intent, today)
        reading = replace(reading, against=against)
    return reading


def _vague(question: Asked, reading: Reading) -> bool:
    """Whether a question that opens a conversation points at what it does not name."""
    named = (
        reading.themes
        or reading.limits.stages
        or reading.limits.segment
        or reading.limits.channels
        or reading.limits.languages
        or reading.limits.score
        or reading.score
        or reading.by
        or reading.voices
        or reading.leaving
        or reading.lacks
        or reading.leftover
        or reading.unsure
    )
    return not named and bool(sayings(question.language).vague.search(question.plain))


def _settled(
    found: Found, sides: Mapping[str, Side], intent: Intent, has: Known, store: Store, today: Date
) -> Reading:
    """The reading of a question, now that it is known what it asks for."""
    question, said = found.question, sayings(found.question.language)
    stages = _stages_meant(found, intent)
    topics = [] if intent != "said" else _topics(question, stages, has, store)
    stages = [each for each in stages if each not in topics]
    sides = dict(sides)
    if not _bands_limit(found, intent):
        sides.pop("score", None)
    if not stages:
        sides.pop("stages", None)
    if any(each.theme in _OF_THE_SITE for each in found.themes):
        sides.pop("channels", None)
    if any(each.theme == "place" for each in found.themes) and intent != "compare":
        # « La propreté des magasins »: nothing else has any.
        sides.pop("channels", None)
    several = next((each for each in found.values if each.others), None)
    if several:
        sides.pop(f"segment:{several.segment}")
    limits, against, cut = parted(
        question,
        sides,
        found.by,
        comparing=intent == "compare",
        counting=intent == "how-many",
    )
    periods = found.periods
    if intent in _COMPARING:
        periods = read_periods(found.dated, today, comparing=True)
    limits = replace(
        limits,
        since=periods.within[0],
        until=periods.within[1],
        languages=tuple(dict.fromkeys(each.value for each in found.languages)),
    )
    limits = _all_but(found, limits, has)
    if found.records and not (found.records == "reviews" and found.themes):
        # « Combien d’avis parlent de… » is of all that was written.
        limits = replace(limits, records=found.records, sources=found.files)
    limits, against = _of_marks(found, limits, against, has)
    unsure: tuple[str, ...] = ()
    score = found.score
    if score is None and intent in _OF_FIGURES and not found.themes:
        score = recommending(question, has)
    if several:
        unsure = tuple(f"{name}: {several.value}" for name in (several.segment, *several.others))
    elif intent in _OF_SCORES and not _scale_named(score, question, has):
        unsure = scales_meant(question, has)
        score = None if unsure else score
    lacking = [*_lacking_stages(question, stages, has, store), *found.lacking]
    if intent != "research":
        lacking += _strangers(found.left, has, store)
    words = [question.text[slice(*each.word)] for each in topics]
    leftover = tuple(dict.fromkeys((*words, *_leftover(found.left, has))))
    swapped = found.by in sides and not cut and against
    return Reading(
        text=question.text,
        language=question.language,
        intent=intent,
        themes=_themes_meant(found, intent),
        limits=limits,
        against=_with_period(against, periods, intent, today),
        by=None if intent == "research" else cut if swapped else found.by or cut,
        score=score,
        voices=found.voices,
        leaving=bool(said.leaving.search(question.without(found.named).plain)),
        lacks=tuple(word for word, _ in sorted(lacking, key=lambda each: each[1])),
        leftover=leftover,
        about=_about(found, stages, leftover),
        unsure=unsure,
    )


_AT_THE_TILL = ("queue", "checkout-fees", "payment")
"""Themes that are of the purchase by themselves: "queues at the till" names no stage beside."""


_OF_THE_SITE = ("search", "site-usability", "site-reliability")
"""Themes that are of the site by themselves: « sur le site, côté ergonomie » names no channel."""


def _stages_meant(found: Found, intent: Intent) -> list[NamedStage]:
    """The stages that are named as such, where another may stand for something else."""
    if intent == "stay":
        # "Why do people keep buying from us": that they buy is what is asked about.
        return [each for each in found.stages if each.place]
    if any(each.theme in _AT_THE_TILL for each in found.themes):
        return [each for each in found.stages if each.stage != "purchase"]
    return found.stages


def _themes_meant(found: Found, intent: Intent) -> tuple[str, ...]:
    """The themes that are named, where their words do not say that somebody leaves."""
    leaving = (
        []
        if intent != "why"
        else [
            match.span()
            for match in sayings(found.question.language).leaving.finditer(found.question.plain)
        ]
    )
    return tuple(
        dict.fromkeys(
            each.theme
            for each in found.themes
            if not any(start <= each.span[0] and each.span[1] <= end for start, end in leaving)
        )
    )


def _bands_limit(found: Found, intent: Intent) -> bool:
    """Whether the question is of those at one end of the scale, and does not only speak of it."""
    plain = found.question.plain
    said = [plain[slice(*span)] for _, span in found.bands]
    if (
        intent == "compare"
        and said
        and all(_SUPERLATIVE.search(plain[: span[0]]) for _, span in found.bands)
    ):
        # « Quel canal a la plus mauvaise note » asks for the last of all.
        return False
    if said and all(_GETTING.search(plain[: span[0]]) for _, span in found.bands):
        # "These lounges get poor marks": what they get is no limit.
        return False
    if intent == "compare":
        # "Which leaves people happiest" compares; it asks nothing of the happiest alone.
        return not all(_MOST.search(each) for each in said)
    if intent == "love":
        return not all("positi" in each for each in said)
    return intent != "research"


def _all_but(found: Found, limits: Limits, has: Known) -> Limits:
    """The limits with all values of a segment, or all channels, but those that are left out."""
    segment, excluded = dict(limits.segment), {}
    for name, out in found.excluded.items():
        kept = tuple(each for each in listed(has)[name] if each not in out)
        if kept and name not in segment:
            segment[name] = kept if len(kept) > 1 else kept[0]
            excluded[name] = out
    channels = limits.channels
    if found.channels_excluded and not channels:
        channels = tuple(each for each in has.channels if each not in found.channels_excluded)
    return replace(limits, segment=segment, excluded=excluded, channels=channels)


def _of_marks(
    found: Found, limits: Limits, against: Limits | None, has: Known
) -> tuple[Limits, Limits | None]:
    """The limits with the marks that are named, and where two are, the second to set beside."""
    if not found.marks:
        return limits, against
    marks = list(dict.fromkeys(each for each, _ in found.marks))
    files = has.rated.get(marks[0].scale, ())
    if marks[0].whole and len(has.rated) > 1 and set(files) != has.files:
        limits = replace(limits, sources=files)
    limits = replace(limits, marks=marks[0])
    if len(marks) == 2 and marks[0].scale == marks[1].scale:
        against = replace(against or Limits(), score=None, marks=marks[1])
    return limits, against


_OF_FIGURES: tuple[Intent, ...] = ("how-many", "compare", "trend", "change")
_OF_SCORES: tuple[Intent, ...] = ("change", "trend", "compare")


def _scale_named(score: str | None, question: Asked, has: Known) -> bool:
    """Whether the question names its scale otherwise than by « la note »."""
    if score is None:
        return False
    said = sayings(question.language)
    rest = question.without(each.span() for each in said.bare_score.finditer(question.plain))
    whole_name = plain_words(score.replace("_", " "))
    return find_score(rest, has)[0] is not None or whole_name in plain_words(question.plain)


def _answered(question: Asked, reading: Reading, before: Reading, has: Known) -> Reading | None:
    """The turn before with the alternative that this one names; None where it names none."""
    if len(question.words()) > 2 * follow.FEW:
        return None
    chosen = next((each for each in before.unsure if each == reading.score), None)
    if chosen is None:
        plain = f" {plain_words(question.plain)} "
        named = [
            each
            for each in before.unsure
            if f" {plain_words(each.replace('_', ' '))} " in plain
            or (": " in each and names_segment(question, each.split(": ")[0]))
        ]
        chosen = named[0] if len(named) == 1 else None
    if chosen is None:
        return None
    segment, _, value = chosen.partition(": ")
    limits = before.limits
    if value:
        limits = replace(limits, segment={**limits.segment, segment: value})
    return replace(
        before,
        text=reading.text,
        limits=limits,
        score=before.score if value else chosen,
        unsure=(),
        leftover=(),
        follows=True,
        about=follow.about(reading, before),
    )


def language_of(text: str, before: Reading | None = None) -> str:
    """The language of a question, from words that tell; else that of the turn before it."""
    words = re.findall(r"[^\W_]+", fold(composed(text[:1000])))
    told = {
        language: sum(word in sayings(language).telling for word in words)
        for language in ANSWER_LANGUAGES
    }
    if told["fr"] != told["en"]:
        return max(told, key=lambda each: told[each])
    if before and before.language in ANSWER_LANGUAGES:
        return before.language
    found = detect_question(" ".join(words)) if words else "en"
    return found if found in ANSWER_LANGUAGES else "en"


def _with_period(
    against: Limits | None, periods: Periods, intent: Intent, today: Date
) -> Limits | None:
    """What is compared with, with its period; for a change it is the period before."""
    days = periods.against
    if days is None and intent == "change":
        days = stretch_before(periods.within, today)
    if days is None:
        return against
    against = against or Limits()
    if against.since or against.until:
        return against
    return replace(against, since=days[0], until=days[1])


def _topics(
    question: Asked, stages: Iterable[NamedStage], has: Known, store: Store
) -> list[NamedStage]:
    """The stages that the corpus lacks, but speaks of: « que dit-on du parrainage ? »."""
    return [
        stage
        for stage in stages
        if not stage.place
        and not has.has_stage(stage.stage, stage.says, store)
        and has.speaks_of(question.text[slice(*stage.word)], question.language, store)
    ]


def _lacking_stages(
    question: Asked, stages: Iterable[NamedStage], has: Known, store: Store
) -> list[tuple[str, Span]]:
    return [
        (question.text[stage.word[0] : stage.word[1]], stage.word)
        for stage in stages
        if not has.has_stage(stage.stage, stage.says, store)
    ]


_NAME = r"(?P<name>[A-ZÀ-Ý][\w'’-]*[a-zà-ÿ][\w'’-]*(?: [A-ZÀ-Ý][\w'’-]*)*)"
_THEIRS = r"reviews?|lounges?|flights?|polic(?:y|ies)|avis|salons?|vols?|contrats?"
BRANDS = 8
"""Names among a segment's values from which the corpus is of several brands, and may lack one."""


def _strangers(left: Asked, has: Known, store: Store) -> list[tuple[str, Span]]:
    """Brands that no text names, where the corpus is of many: « les clients de Luko »."""
    if not any(
        sum(value[:1].isupper() for value in values) >= BRANDS and not of_countries(values)
        for values in listed(has).values()
    ):
        return []
    theirs = rf"(?i:{sayings(left.language).people}|{_THEIRS})"
    way = (
        rf"\b{theirs} (?:(?:de|chez|of|at|with|from|for) |d['’]){_NAME}"
        rf"|(?<=[a-zà-ÿ] ){_NAME.replace('name', 'owner')}(?:['’]s)? {theirs}\b"
    )
    found = []
    for match in re.finditer(way, left.text):
        name = "name" if match["name"] else "owner"
        span = match.span(name)
        if left.plain[slice(*span)].strip() and not store.names(match[name]):
            found.append((match[name], span))
    return found


def _leftover(left: Asked, has: Known) -> tuple[str, ...]:
    """The words that carry a subject and that nothing explains, as they were written."""
    said = sayings(left.language)
    plain = left.plain
    for _, pattern in said.intents:
        plain = pattern.sub(_only_its_words, plain)
    plain = said.leaving.sub(lambda found: " " * len(found[0]), plain)
    found = {
        word.plain: left.text[word.start : word.end]
        for word in replace(left, plain=plain).words()
        if word.stem
        # Without its accents a stop word is not known as one: « était ».
        and stems(left.text[word.start : word.end], left.language)
        and len(word.plain) > 2
        and word.stem not in said.framing
        and word.stem not in has.subjects
        and not word.plain.startswith(said.beginnings)
    }
    return tuple(found.values())


def _about(found: Found, stages: Iterable[NamedStage], leftover: Iterable[str]) -> tuple[str, ...]:
    """The words for the themes, the stages and the rest of the subject, as they were written."""
    text = found.question.text
    spans = [*(each.span for each in found.themes), *(each.word for each in stages)]
    words = [text[start:end] for start, end in spans]
    return tuple(dict.fromkeys((*words, *leftover)))


def _only_its_words(found: re.Match[str]) -> str:
    """Blank a short phrase of an intent; a long one holds words of the subject."""
    return " " * len(found[0]) if found[0].count(" ") < 2 else found[0]
