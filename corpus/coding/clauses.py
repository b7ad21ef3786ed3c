"""Clauses: the parts of a text that can each be about something else.

"Great staff but the refund took months" is two of them. They are cut at sentence ends, at strong
punctuation, before words that turn against what was said, and at commas and conjunctions where
both sides are long enough to say something by themselves.
"""

import re
from itertools import islice

from corpus.sentences import sentences

Span = tuple[int, int]

SHORTEST = 3
"""Words that a part needs to stand alone at a weak cut."""

_TURNS = {
    "fr": "mais|par contre|en revanche|cependant|pourtant|toutefois|néanmoins|sauf que|hormis"
    "|malgré|alors que|tandis que|dommage que",
    "en": "but|however|although|though|except|despite|whereas",
    "nl": "maar|echter|hoewel|alleen",
}
_AND = {"fr": "et|ou|puis", "en": "and|or|then", "nl": "en|of"}
# No pattern takes in the spaces around it: a long run of them would be read again and again.
_STRONG = re.compile(r"[;…\n]|(?<=\s)[-–—](?=\s)|\.{2,}|(?<=[\w\s])[!?]+")
_TURN = {
    language: re.compile(rf"(?<=[,\s])(?=(?:{words})\b)", re.IGNORECASE)
    for language, words in _TURNS.items()
}
_WEAK = {
    language: re.compile(rf",(?=\s)|(?<=\s)(?=(?:{words})\s)", re.IGNORECASE)
    for language, words in _AND.items()
}
_WORD = re.compile(r"\w+(?:['’]\w+)?")


def clauses(text: str, language: str) -> list[Span]:
    """The spans of the clauses of a text, in order, without surrounding spaces."""
    spoken = language if language in _AND else "en"
    parts = list(sentences(text, language))
    # The strongest cuts first; what they leave is cut by the next.
    for pattern, least in ((_STRONG, 1), (_TURN[spoken], 1), (_WEAK[spoken], SHORTEST)):
        parts = [part for whole in parts for part in _cut(text, whole, pattern, least)]
    return parts


def _cut(text: str, whole: Span, pattern: re.Pattern[str], least: int) -> list[Span]:
    """The parts between matches that leave at least so many words on either side."""
    start, end = whole
    edges = [start]
    for mark in pattern.finditer(text, start, end):
        if _says(text, edges[-1], mark.start(), least) and _says(text, mark.end(), end, least):
            edges += [mark.start(), mark.end()]
    edges.append(end)
    parts = (_trimmed(text, *part) for part in zip(edges[::2], edges[1::2], strict=True))
    return [(first, last) for first, last in parts if first < last]


def _says(text: str, start: int, end: int, least: int) -> bool:
    """Whether there are so many words; it reads no further than it has to."""
    return sum(1 for _ in islice(_WORD.finditer(text, start, end), least)) >= least


def _trimmed(text: str, start: int, end: int) -> Span:
    """The part without the spaces and commas at its ends."""
    part = text[start:end]
    first = len(part) - len(part.lstrip(" ,\t\n\u00a0\u202f"))
    return start + first, max(start + first, start + len(part.rstrip(" ,\t\n\u00a0\u202f")))


def units(text: str, language: str) -> list[Span]:
    """What is coded of a text: its clauses, then those of its sentences that hold several."""
    parts = clauses(text, language)
    known = set(parts)
    return parts + [span for span in sentences(text, language) if span not in known]
