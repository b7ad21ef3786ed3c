"""A sentence that is to repeat another says that one, and nothing beside it.

Whoever holds too little to be given evidence is given sentences that stand on it: what it adds to
them is its own, and what it leaves out may be what the rest is about. And a figure that is named
but not told carries nothing, unless it is repeated what code made of it: « Ce qui pèse le plus ».
"""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from assistant.verify.numerals import read, tells_any
from assistant.verify.terms import Term, is_word, terms_of
from corpus.analysis import stems, verb_stems

REPEATED, KEPT = 4 / 5, 1 / 2
"""The share of its content words that a sentence must have from the one that it repeats, and of
that one's that it must keep."""

_WORD = re.compile(r"\w+")
_MARKS = (("«", "»"), ("“", "”"), ("(", ")"))

BEGINNING = 4
"""Letters by which a word that is no word is told to be another one, miswritten."""

_WHERE = " — "
"""What stands before it in a composed sentence says what its figures are limited to."""


def fault(claim: str, repeated: str | None) -> str | None:
    """Why a claim says another thing than the sentence that it is to repeat, if there is one."""
    if repeated is None or claim == repeated:
        return None
    said, source = terms_of(claim), terms_of(repeated)
    shared = sum(bool(term.keys & source.keys) for term in said.terms)
    if not said.terms or shared < REPEATED * len(said.terms):
        return "it says more than the sentence that it repeats"
    if not _in_order(_numbers(claim), _numbers(repeated)):
        return "its numbers are not those of the sentence that it repeats"
    if any(claim.count(opens) != claim.count(closes) for opens, closes in _MARKS):
        return "its quotation marks or brackets are not in pairs"
    words = [word for word in _WORD.findall(repeated.lower()) if len(word) > BEGINNING]
    for term in said.terms:
        if not term.keys & source.keys and _garbled(term, said.language, words):
            return f"no word is written {term.word}"
    where, follows, _ = repeated.partition(_WHERE)
    kept = sum(bool(term.keys & said.keys) for term in source.terms)
    if kept < KEPT * len(source.terms) or (follows and any(_missing(where, claim))):
        return "it leaves out what the sentence that it repeats is about"
    return None


def _garbled(term: Term, language: str, words: Iterable[str]) -> bool:
    """Whether what is no word begins or ends as one of ``words``: « enplaignent »."""
    word = term.word.lower()
    own = (*stems(word, language), *verb_stems(word, language))
    if not word.isalpha() or any(is_word(stem, language) for stem in own):
        return False
    return any(word[:BEGINNING] == each[:BEGINNING] or word.endswith(each) for each in words)


def untold(claim: str, computed: Collection[str]) -> str | None:
    """Why a claim that stands on figures alone tells none of them; None where it does.

    ``computed`` are sentences that code made of figures.
    """
    if tells_any(claim) or claim in computed:
        return None
    if any(not tells_any(each) and fault(claim, each) is None for each in computed):
        return None
    return "it tells none of the figures that it names"


def _numbers(text: str) -> list[tuple[float, str | None]]:
    return [(number.value, number.unit) for number in read(text)]


def _in_order(said: list[Any], source: list[Any]) -> bool:
    """Whether all that is said stands in the source in the same order: none moved, none twice."""
    rest = iter(source)
    return all(each in rest for each in said)


def _missing(where: str, text: str) -> Iterator[str]:
    words = set(_WORD.findall(text.lower()))
    return (word for word in _WORD.findall(where.lower()) if word not in words)
