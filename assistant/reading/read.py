"""Reading a question: what it asks for, about what, within what, and what it leaves unexplained."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date as Date
from typing import Literal

from assistant.reading import follow
from assistant.reading.channels import find_channels, find_languages
from assistant.reading.cuts import find_cut
from assistant.reading.known import Known, known
from assistant.reading.periods import Periods, read_periods
from assistant.reading.periods import before as stretch_before
from assistant.reading.sayings import sayings
from assistant.reading.scores import find_bands, find_score, find_voices, scales_meant
from assistant.reading.segments import find_people, find_segments, names_segment
from assistant.reading.stages import NamedStage, find_stages
from assistant.reading.text import Asked, Span, composed, fold, plain_words
from assistant.reading.text import asked as as_asked
from assistant.reading.themes import NamedTheme, find_themes
from assistant.reading.types import Intent, Limits, Reading
from assistant.words import ANSWER_LANGUAGES
from corpus.codebook import Codebook
from corpus.language import detect_question
from corpus.store import Store

_COMPARING: tuple[Intent, ...] = ("compare", "change")
_INTENTS_TOO = ("research", "recommendation")
"""Stages whose names are words for an intent too: « étape recherche » asks for no study."""

_MOST = re.compile(r"\b(?:les (?:plus|moins)|most|least|happiest|unhappiest)\b")

_OVER_TIME = ("week", "month", "quarter")


@dataclass
class _Sides:
    """Values of one field in the order in which the question names them, and where."""

    values: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    def add(self, value: str, span: Span) -> None:
        if value not in self.values:
            self.values.append(value)
            self.spans.append(span)


def read(
    text: str,
    store: Store,
    codebook: Codebook,
    *,
    today: Date | None = None,
    before: Reading | None = None,
    language: str | None = None,
) -> Reading:
    """Read one question; ``before`` is the turn that it may lean on, ``language`` the answer's."""
    today = today or Date.today()
    own = language_of(text, before)
    question = as_asked(text, own)
    has = known(store)
    said = sayings(own)
    languages, bands = find_languages(question, has), find_bands(question)
    left = question.without([*(each.span for each in languages), *(span for _, span in bands)])
    people, lacking_values = find_people(left, has)
    left = left.without([*(each.span for each in people), *_spans(lacking_values)])
    for asking in (said.research, said.idioms):
        left = left.without(match.span() for match in asking.finditer(left.plain))
    stages, themes = _places_and_things(left, codebook)
    first = intent_of(question.without(each.word for each in stages if each.stage in _INTENTS_TOO))
    if first == "other":
        stages, themes = [], []
    if first == "compare":
        # "Which leaves people happiest" compares; it asks nothing of the happiest alone.
        bands = [each for each in bands if not _MOST.search(question.plain[slice(*each[1])])]
    periods = read_periods(question, today, comparing=first in _COMPARING)
    left = left.without([*periods.spans, *(each.span for each in themes)])
    by, which, cut_spans = find_cut(left, has) if first != "other" else (None, False, [])
    left = left.without([*cut_spans, *(each.word for each in stages)])
    voices, voice_spans = find_voices(left)
    values, lacking_lands = find_segments(left.without(voice_spans), has)
    values = sorted((*people, *values), key=lambda each: each.span)
    lacking_values += lacking_lands
    left = left.without([*voice_spans, *(each.span for each in values), *_spans(lacking_values)])
    channels, lacking_channels = find_channels(left, has)
    left = left.without([*(each.span for each in channels), *_spans(lacking_channels)])
    score, score_spans = find_score(left, has)
    left = left.without(score_spans)

    sides: dict[str, _Sides] = {}
    for value in values:
        sides.setdefault(f"segment:{value.segment}", _Sides()).add(value.value, value.span)
    for each in channels:
        sides.setdefault("channels", _Sides()).add(each.value, each.span)
    for stage in stages:
        sides.setdefault("stages", _Sides()).add(stage.stage, stage.word)
    for band, span in bands:
        sides.setdefault("score", _Sides()).add(band, span)
    if first not in _COMPARING and _contest(question, sides):
        first = "compare"
    several = next((each for each in values if each.others), None)
    if several:
        sides.pop(f"segment:{several.segment}")
    limits, against, cut = _parted(question, sides, by, comparing=first == "compare")
    limits = replace(
        limits,
        since=periods.within[0],
        until=periods.within[1],
        languages=tuple(dict.fromkeys(each.value for each in languages)),
    )
    intent, intent_said = _settled(first, by or cut, which, against)
    against = _with_period(against, periods, intent, today)
    unsure: tuple[str, ...] = ()
    if several:
        unsure = tuple(f"{name}: {several.value}" for name in (several.segment, *several.others))
    elif intent in _OF_SCORES and not _scale_named(score, question, has):
        unsure = scales_meant(question, has)
        score = None if unsure else score
    lacking = [
        *_lacking_stages(question, stages, has, store),
        *lacking_values,
        *lacking_channels,
    ]
    reading = Reading(
        text=text,
        language=language or own,
        intent=intent,
        themes=tuple(dict.fromkeys(each.theme for each in themes)),
        limits=limits,
        against=against,
        by=by or cut,
        score=score,
        voices=voices,
        leaving=bool(said.leaving.search(question.plain)),
        lacks=tuple(word for word, _ in sorted(lacking, key=lambda each: each[1])),
        leftover=_leftover(left, has),
        unsure=unsure,
    )
    if before and before.unsure:
        # Asked back once: whatever is said now is not asked about again.
        reading = replace(reading, unsure=())
        answer = _answered(question, reading, before, has)
        if answer:
            return answer
    if before and follow.leans(question, reading, intent_said=intent_said):
        reading = follow.taken_over(reading, before, intent_said=intent_said)
        days = Periods((reading.limits.since, reading.limits.until))
        against = _with_period(reading.against, days, reading.intent, today)
        reading = replace(reading, against=against)
    return reading


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


def intent_of(question: Asked) -> Intent | None:
    """What the question asks for by its words, the first in the order of the word list."""
    said = sayings(question.language)
    courteous = question.without(match.span() for match in said.polite.finditer(question.plain))
    for asking in (courteous.without(_setting(question)), question):
        for name, pattern in said.intents:
            if pattern.search(asking.plain):
                return name  # type: ignore[return-value]
    return None


def _setting(question: Asked) -> list[Span]:
    """Where the question only says what it is asked for: "For my thesis on onboarding, …"."""
    said = sayings(question.language)
    match = said.setting.match(question.plain)
    rest = question.without([match.span()]) if match else question
    asks = any(pattern.search(rest.plain) for _, pattern in said.intents)
    return [match.span()] if match and asks else []


def _contest(question: Asked, sides: Mapping[str, _Sides]) -> bool:
    """Whether two values stand side by side for one to win: "web or store, who does better?"."""
    for side in sides.values():
        if len(side.values) != 2:
            continue
        between = question.plain[side.spans[0][1] : side.spans[1][0]]
        before = question.plain[: side.spans[0][0]]
        either = re.fullmatch(rf" ?,? ?(?:or|ou|vs\.?|versus)(?: (?:{_LINKS}))* ?", between)
        joined = re.fullmatch(rf" ?(?:and|et)(?: (?:{_LINKS}))* ?", between)
        joined = joined and re.search(rf"\b(?:between|entre)(?: (?:{_LINKS}))* ?$", before)
        if (either or joined) and sayings(question.language).contest.search(question.plain):
            return True
    return False


def _places_and_things(
    question: Asked, codebook: Codebook
) -> tuple[list[NamedStage], list[NamedTheme]]:
    """Stages and themes: of two that the same words name, the one that more of them name."""
    stages = find_stages(question, codebook.stages)
    themes = find_themes(question, codebook)
    kept_stages = [
        stage
        for stage in stages
        if not any(
            _overlap(stage.word, theme.span) and _larger(theme.span, stage) for theme in themes
        )
    ]
    kept_themes = [
        theme
        for theme in themes
        if not any(_overlap(stage.word, theme.span) for stage in kept_stages)
    ]
    return kept_stages, kept_themes


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _larger(span: Span, stage: NamedStage) -> bool:
    return span[1] - span[0] > stage.span[1] - stage.span[0]


def _parted(
    question: Asked, sides: Mapping[str, _Sides], by: str | None, *, comparing: bool
) -> tuple[Limits, Limits | None, str | None]:
    """What the question is limited to, what it is compared with, and the cut of three or more."""
    one: dict[str, list[str]] = {}
    two: dict[str, list[str]] = {}
    cut: str | None = None
    for name, side in sides.items():
        values = side.values
        if name == by or (len(values) > 2 and name.startswith("segment:")):
            cut = name
            continue
        if len(values) > 2 and comparing and name == "channels":
            cut = "channel"
            continue
        if comparing and _behind_contrast(question, side.spans[0]) and len(values) == 1:
            two[name] = values
            continue
        if len(values) == 2 and (comparing or _contrasted(question, side.spans)):
            if _behind_contrast(question, side.spans[0]):
                values = values[::-1]
            one[name], two[name] = values[:1], values[1:]
            continue
        one[name] = values[:1] if name.startswith("segment:") or name == "score" else values
    return _limits(one), (_limits(two) if two else None), cut


_LINKS = (
    "the|in|at|on|with|our|those|ones|of|la|le|les|l'|en|chez|au|aux|nos|de|des|du|d'|ceux|celles"
)
_LEAD = re.compile(
    r"\b(?:than|versus|vs\.?|against|compared? (?:to|with)|relative to|unlike"
    r"|par rapport(?: a| au| aux)?"
    r"|comparee?s? (?:a|au|aux|avec)|contre|face (?:a|au|aux)|que)"
    rf"(?: ?(?:{_LINKS}|celui|celle))* ?$"
)


def _behind_contrast(question: Asked, span: Span) -> bool:
    return bool(_LEAD.search(question.plain[max(0, span[0] - 50) : span[0]]))


def _contrasted(question: Asked, spans: Sequence[Span]) -> bool:
    between = question.plain[spans[0][1] : spans[1][0]]
    return bool(_LEAD.search(between) or re.search(r"\b(?:vs|versus|than|contre)\b", between))


def _limits(values: Mapping[str, Sequence[str]]) -> Limits:
    return Limits(
        stages=tuple(values.get("stages", ())),
        segment={
            name.removeprefix("segment:"): each[0]
            for name, each in values.items()
            if name.startswith("segment:")
        },
        channels=tuple(values.get("channels", ())),
        score=_band(values.get("score", ())),
    )


def _band(values: Sequence[str]) -> Literal["low", "high"] | None:
    return None if not values else "low" if values[0] == "low" else "high"


def _settled(
    first: Intent | None, by: str | None, which: bool, against: Limits | None
) -> tuple[Intent, bool]:
    """The intent with what else was read, and whether the question says it at all."""
    if by in _OVER_TIME and first not in ("change", "compare"):
        return "trend", True
    if which and first in (None, "why", "love", "how-many", "stage", "said"):
        return "compare", True
    if against and first in (None, "stage", "said", "how-many"):
        return "compare", True
    if first is None and by:
        return "how-many", False
    return first or "other", first is not None


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


def _lacking_stages(
    question: Asked, stages: Iterable[NamedStage], has: Known, store: Store
) -> list[tuple[str, Span]]:
    return [
        (question.text[stage.word[0] : stage.word[1]], stage.word)
        for stage in stages
        if not has.has_stage(stage.stage, stage.says, store)
    ]


def _spans(lacking: Iterable[tuple[str, Span]]) -> list[Span]:
    return [span for _, span in lacking]


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
        and len(word.plain) > 2
        and word.stem not in said.framing
        and word.stem not in has.subjects
        and not word.plain.startswith(said.beginnings)
    }
    return tuple(found.values())


def _only_its_words(found: re.Match[str]) -> str:
    """Blank a short phrase of an intent; a long one holds words of the subject."""
    return " " * len(found[0]) if found[0].count(" ") < 2 else found[0]
