"""Channels and languages that a question names."""

import re
from dataclasses import dataclass

from assistant.reading.known import Known
from assistant.reading.sayings import sayings
from assistant.reading.text import Asked, Span, plain_words
from assistant.words import ANSWER_LANGUAGES


@dataclass(frozen=True, slots=True)
class Named:
    """A value of the corpus that a stretch of the question names."""

    value: str
    span: Span


def find_channels(asked: Asked, known: Known) -> tuple[list[Named], list[tuple[str, Span]]]:
    """The channels that the question names, and the words for those that the corpus lacks."""
    said = sayings(asked.language)
    if not known.channels:
        # Nothing says where anybody spoke; only "the SMS channel" asks for what is not there.
        return [], _channels_asked(asked)
    had = {kind: value for value in reversed(known.channels) for kind in _kinds(value)}
    found: list[Named] = []
    lacking: list[tuple[str, Span]] = []
    taken: list[Span] = []
    for kind, pattern in said.channels.items():
        for match in pattern.finditer(asked.plain):
            if _overlaps(match.span(), taken):
                continue
            taken.append(match.span())
            if kind in had:
                found.append(Named(had[kind], match.span()))
            else:
                lacking.append((_thing(asked.text[match.start() : match.end()]), match.span()))
    for value in known.channels:
        plain = plain_words(value)
        if not _kinds(value) and len(plain) > 1:
            for match in re.finditer(rf"(?<![^\W_]){re.escape(plain)}(?![^\W_])", asked.plain):
                if not _overlaps(match.span(), taken):
                    taken.append(match.span())
                    found.append(Named(value, match.span()))
    return sorted(found, key=lambda each: each.span), lacking


def find_languages(asked: Asked, known: Known) -> list[Named]:
    """The languages of texts that the question names, those that the corpus has."""
    found = [
        Named(language, match.span())
        for language, pattern in sayings(asked.language).languages.items()
        if language in known.languages
        for match in pattern.finditer(asked.plain)
    ]
    return sorted(found, key=lambda each: each.span)


def _kinds(value: str) -> list[str]:
    """The kinds of channel that a corpus's own word stands for."""
    plain = plain_words(value)
    return [
        kind
        for language in ANSWER_LANGUAGES
        for kind, pattern in sayings(language).channels.items()
        if kind == plain or pattern.fullmatch(plain)
    ]


def _channels_asked(asked: Asked) -> list[tuple[str, Span]]:
    """The channels that the question calls so."""
    found = []
    for pattern in sayings(asked.language).channels.values():
        for match in pattern.finditer(asked.plain):
            before, behind = asked.plain[: match.start()], asked.plain[match.end() :]
            called = re.search(r"\bcan(?:al|aux) $", before) or re.match(r" channels?\b", behind)
            if called or match[0].startswith("canal "):
                found.append((_thing(asked.text[match.start() : match.end()]), match.span()))
    return found


def _overlaps(span: Span, taken: list[Span]) -> bool:
    return any(span[0] < other[1] and other[0] < span[1] for other in taken)


def _thing(words: str) -> str:
    """The last word: "on the app" names the app."""
    return words.split()[-1] if words.split() else words
