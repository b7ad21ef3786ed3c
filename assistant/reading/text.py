"""A question as the rules see it: lower case, without accents, each letter in its place."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from corpus.analysis import stems as index_stems

LONGEST = 1_000
"""Characters of a question that are read; nobody asks more in one."""

Span = tuple[int, int]
"""Where a stretch of the question begins and ends."""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a question: where it stands, and its stem, empty for a stop word."""

    start: int
    end: int
    plain: str
    stem: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in one language; ``plain`` has a character for each of ``text``.

    What was understood is blanked out of ``plain``, so that nothing is read twice.
    """

    text: str
    plain: str
    language: str

    def words(self) -> list[Word]:
        """The words that are left, in order."""
        return [
            Word(found.start(), found.end(), found[0], stem_of(found[0], self.language))
            for found in _WORD.finditer(self.plain)
        ]

    def without(self, spans: Iterable[Span]) -> "Asked":
        """The same question with these stretches blanked out."""
        plain = self.plain
        for start, end in spans:
            plain = plain[:start] + " " * (end - start) + plain[end:]
        return replace(self, plain=plain)


def asked(text: str, language: str) -> Asked:
    """The part of a text that is read, and its plain form."""
    text = composed(text)[:LONGEST]
    return Asked(text, fold(text), language)


def composed(text: str) -> str:
    """The text with its accents on their letters, ligatures undone and one kind of apostrophe."""
    text = unicodedata.normalize("NFC", text)
    for mark, plain in (("œ", "oe"), ("Œ", "Oe"), ("’", "'"), ("‘", "'"), ("ʼ", "'")):
        text = text.replace(mark, plain)
    return text


def fold(text: str) -> str:
    """Lower case without accents, a character for each of a composed text's."""
    return "".join(map(_folded, text))


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    if character.isspace():
        return " "
    base = unicodedata.normalize("NFKD", character.lower())[:1]
    return base or character


@lru_cache(maxsize=16_384)
def stem_of(word: str, language: str) -> str:
    """The stem of a plain word, empty for a stop word."""
    return "".join(index_stems(word, language)[:1])


def stems_of(phrase: str, language: str) -> tuple[str, ...]:
    """The stems of a phrase as those of a question are taken: accents off first."""
    found = (stem_of(word, language) for word in _WORD.findall(fold(composed(phrase))))
    return tuple(stem for stem in found if stem)


def plain_words(phrase: str) -> str:
    """A phrase as its plain words, one space between."""
    return " ".join(_WORD.findall(fold(composed(phrase))))
