"""Words and phrases that show a theme, a stage or an emotion by themselves, compared by stems."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.analysis import field_of, stems
from corpus.codebook import Language

Patterns = Mapping[str, Mapping[str, Sequence[tuple[tuple[str, ...], int]]]]
"""By field and first stem: the stems of each pattern and the number of what it shows."""


def compiled(listed: Sequence[Mapping[Language, Sequence[str]]]) -> Patterns:
    """The patterns of several signs, each by language; a sign's number is its place."""
    found: dict[str, dict[str, list[tuple[tuple[str, ...], int]]]] = {}
    for number, by_language in enumerate(listed):
        for language, patterns in by_language.items():
            for pattern in patterns:
                if terms := stems(pattern, language):
                    by_first = found.setdefault(field_of(language), {})
                    by_first.setdefault(terms[0], []).append((terms, number))
    return found


def hits(
    texts: Sequence[str], languages: Sequence[str], patterns: Patterns, signs: int
) -> NDArray[np.float64]:
    """A row for each text, a column for each sign: 1 where one of its patterns stands in it."""
    found = np.zeros((len(texts), signs))
    for row, text, language in zip(found, texts, languages, strict=True):
        by_first = patterns.get(field_of(language), {})
        terms = stems(text, language)
        for at, term in enumerate(terms):
            for pattern, number in by_first.get(term, ()):
                if terms[at : at + len(pattern)] == pattern:
                    row[number] = 1.0
    return found
