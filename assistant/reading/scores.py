"""The end of a scale, the scale, and the voices that a question names."""

from typing import Literal

from assistant.reading.known import Known
from assistant.reading.sayings import sayings
from assistant.reading.text import Asked, Span, plain_words
from corpus.types import Voice

Band = Literal["low", "high"]

_KINDS = {
    "nps": ("nps",),
    "csat": ("csat",),
    "ces": ("ces-1", "ces-2"),
    "stars": ("stars", "rating"),
}
_NEAR = 30
"""Characters within which a word for saying makes a voice of those who work here."""


def find_bands(asked: Asked) -> list[tuple[Band, Span]]:
    """The dissatisfied or the satisfied, where the question limits itself to them."""
    found: list[tuple[Band, Span]] = []
    bands: tuple[Band, ...] = ("low", "high")
    for band in bands:
        for match in sayings(asked.language).scores[band].finditer(asked.plain):
            found.append((band, match.span()))
    return sorted(found, key=lambda each: each[1])


def find_score(asked: Asked, known: Known) -> tuple[str | None, list[Span]]:
    """The scale that the question asks about, as the store calls it, and where it says so."""
    spans: list[Span] = []
    named: str | None = None
    for name, _ in known.scores:
        plain = plain_words(name)
        at = f" {plain_words(asked.plain)} ".find(f" {plain} ") if " " in plain else -1
        if at >= 0 and named is None:
            named = name
    for key, pattern in sayings(asked.language).score_names.items():
        match = pattern.search(asked.plain)
        if not match:
            continue
        spans += [each.span() for each in pattern.finditer(asked.plain)]
        of_kind = [name for name, kind in known.scores if kind in _KINDS[key]]
        if named is None and of_kind:
            named = of_kind[0]
    return named, spans


def find_voices(asked: Asked) -> tuple[tuple[Voice, ...], list[Span]]:
    """Whose words are asked for, where they are not the customers'.

    Those who work here are voices beside a word for saying: "staff" alone is what customers
    speak of.
    """
    said = sayings(asked.language)
    voices: dict[Voice, None] = {}
    spans: list[Span] = []
    kinds: tuple[Voice, ...] = ("leader", "employee", "prospect")
    for voice in kinds:
        for match in said.voices[voice].finditer(asked.plain):
            before = asked.plain[max(0, match.start() - _NEAR) : match.start()]
            behind = asked.plain[match.end() : match.end() + _NEAR]
            speaks = said.voiced.search(before) or said.voice_after.search(behind)
            if any(match.start() < end and start < match.end() for start, end in spans):
                continue
            if voice == "prospect" or speaks:
                voices.setdefault(voice)
                spans.append(match.span())
    return tuple(voices), spans
