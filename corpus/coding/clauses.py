"""Clauses: the parts of a text that can each be about something else.

"Great staff but the refund took months" is two of them. They are cut at sentence ends, at strong
punctuation, before words that turn against what was said, and at commas and conjunctions where
both sides are long enough to say something by themselves.
"""

import re

from corpus.sentences import sentences

Span = tuple[int, int]

SHORTEST = 3
"""Words that a part needs to stand alone at a weak cut."""

_TURNS = (
    "mais|par contre|en revanche|cependant|pourtant|toutefois|néanmoins|sauf que|hormis|malgré"
    "|alors que|tandis que|dommage que|but|however|although|though|yet|except|despite|whereas"
    "|while|maar|echter|hoewel|alleen"
)
_STRONG = re.compile(r"\s*(?:[;…\n]|\s[-–—]\s|\.{2,}|(?<=\w)\s*[!?]+)\s*")
_TURN = re.compile(rf"[,\s]\s*(?=(?:{_TURNS})\b)", re.IGNORECASE)
_AND = {"fr": "et|ou|puis", "nl": "en|of"}
_WEAK = {
    language: re.compile(
        rf"\s*,\s+|\s+(?=(?:{_AND.get(language, 'and|or|then')})\s)", re.IGNORECASE
    )
    for language in ("fr", "nl", "en")
}
_WORD = re.compile(r"\w+(?:['’]\w+)?")


def clauses(text: str, language: str) -> list[Span]:
    """The spans of the clauses of a text, in order, without surrounding spaces."""
    weak = _WEAK.get(language, _WEAK["en"])
    parts = list(sentences(text, language))
    # The strongest cuts first; what they leave is cut by the next.
    for pattern, least in ((_STRONG, 1), (_TURN, 1), (weak, SHORTEST)):
        parts = [part for whole in parts for part in _cut(text, whole, pattern, least)]
    return parts


def _cut(text: str, whole: Span, pattern: re.Pattern[str], least: int) -> list[Span]:
    """The parts between matches that leave at least so many words on either side."""
    start, end = whole
    edges = [start]
    for mark in pattern.finditer(text, start, end):
        left, right = text[edges[-1] : mark.start()], text[mark.end() : end]
        if _says(left, least) and _says(right, least):
            edges += [mark.start(), mark.end()]
    edges.append(end)
    return [
        (first, last)
        for first, last in zip(edges[::2], edges[1::2], strict=True)
        if text[first:last].strip()
    ]


def _says(part: str, least: int) -> bool:
    return len(_WORD.findall(part)) >= least


def units(text: str, language: str) -> list[Span]:
    """What is coded of a text: its clauses, then those of its sentences that hold several."""
    parts = clauses(text, language)
    known = set(parts)
    return parts + [span for span in sentences(text, language) if span not in known]
