"""What was understood, said back in one line: « Causes d’insatisfaction — étape Achat »."""

from datetime import date as Date
from datetime import timedelta

from babel import Locale

from assistant.reading import countries
from assistant.reading.sayings import Sayings, sayings
from assistant.reading.types import Limits, Marks, Reading
from assistant.reading.values import kind_of
from assistant.words import Words, typeset
from corpus.codebook import Codebook
from corpus.filters import values_of


def said_back(reading: Reading, codebook: Codebook, words: Words) -> str:
    """A reading in one line of the language of ``words``."""
    said = sayings(words.language)
    leaving = reading.leaving and reading.intent == "why"
    parts = [said.said["why_leaving" if leaving else reading.intent]]
    parts += [_label(codebook.theme(each), each, words.language) for each in reading.themes]
    parts += _limits(reading.limits, codebook, said, words)
    parts += [said.said[voice] for voice in reading.voices]
    if reading.score:
        parts.append(reading.score)
    if reading.by:
        cut = reading.by.removeprefix("segment:")
        parts.append(said.said["by"].format(what=said.cuts_said.get(cut, cut)))
    if reading.against:
        other = ", ".join(_limits(reading.against, codebook, said, words))
        parts.append(said.said["against"].format(what=other))
    if reading.lacks:
        parts.append(said.said["lacks"].format(what=", ".join(reading.lacks)))
    return typeset(" — ".join(parts), words.language)


def _label(sign: object, identity: str, language: str) -> str:
    return str(getattr(sign, "label", {}).get(language, identity))


def _limits(limits: Limits, codebook: Codebook, said: Sayings, words: Words) -> list[str]:
    stages = {sign.id: sign for sign in codebook.stages}
    parts = [
        said.said["at"].format(what=_label(stages.get(each), each, said.language))
        for each in limits.stages
    ]
    for name, value in limits.segment.items():
        out = limits.excluded.get(name)
        told = [_value(name, each, said) for each in out or values_of(value)]
        form = said.said["but"] if out else "{what}"
        parts.append(form.format(what=words.either(told)))
    parts += [said.said["channel"].format(what=each) for each in limits.channels]
    parts += [
        said.said["language"].format(what=words.languages.get(each, each))
        for each in limits.languages
    ]
    if limits.records:
        parts.append(", ".join(limits.sources))
    if limits.marks:
        parts.append(marks_named(limits.marks, words))
    elif limits.score:
        parts.append(said.said[limits.score])
    return parts + _period(limits.since, limits.until, said, words)


def _value(segment: str, value: str, said: Sayings) -> str:
    told = said.said["kind"].format(segment=segment.replace("_", " "), what=value)
    return group_name(value, said.language) or told


def group_name(value: str, language: str) -> str:
    """What the customers of a segment's value are called, empty where it has no other name."""
    kind = kind_of(value)
    return sayings(language).kinds_said.get(kind or "", "") or land_name(value, language)


def land_name(value: str, language: str, *, named: bool = False) -> str:
    """The country that a code stands for, or a name where it is ``named`` so; else empty."""
    code = countries.code_of(value) if named or len(value) == 2 else None
    return str(Locale(language).territories[code]) if code else ""


_OF_NPS = {(0, 6): "detractors", (7, 8): "passives", (9, 10): "promoters"}

STARS = 5
"""Where a scale of stars ends."""


def marks_named(marks: Marks, words: Words) -> str:
    """The answers with these marks: "detractors (0 to 6)", « réponses à 1 étoile »."""
    first, last = int(marks.first), int(marks.last)
    if marks.kind == "nps" and (first, last) in _OF_NPS:
        return words.say(f"m_{_OF_NPS[first, last]}")
    told = f"{first}"
    if last > first:
        joined = "m_or" if last == first + 1 else "m_to"
        told = words.say(joined, first=f"{first}", last=f"{last}")
    if marks.kind in ("stars", "rating") and marks.maximum == STARS:
        return words.say("m_star" if last < 2 else "m_stars", marks=told)
    return words.say("m_marks", marks=told, maximum=f"{marks.maximum:g}", scale=marks.scale)


def _period(since: Date | None, until: Date | None, said: Sayings, words: Words) -> list[str]:
    if since and until:
        whole = since.day == 1 and (until + timedelta(days=1)).day == 1
        if whole and (since.year, since.month) == (until.year, until.month):
            return [words.day(since)]
        return [said.said["between"].format(since=_day(since, words), until=_last(until, words))]
    if since:
        return [said.said["since"].format(what=_day(since, words))]
    return [said.said["until"].format(what=_last(until, words))] if until else []


def _day(day: Date, words: Words) -> str:
    """A month where it begins one, else the day."""
    return words.day(day) if day.day == 1 else f"{day.day} {words.day(day)}"


def _last(day: Date, words: Words) -> str:
    return words.day(day) if (day + timedelta(days=1)).day == 1 else f"{day.day} {words.day(day)}"
