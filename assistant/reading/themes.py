"""Themes that a question names: by their labels, their patterns, and the stems of both."""

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.reading.sayings import sayings, whole
from assistant.reading.text import Asked, Span, Word, plain_words, stems_of
from corpus.codebook import Codebook, Theme

_JOINED = {"fr": (" et ", " ou ", ", "), "en": (" and ", " or ", ", ")}


@dataclass(frozen=True, slots=True)
class NamedTheme:
    """A theme that the words of a stretch name; ``words`` is how many of them did."""

    theme: str
    span: Span
    words: int


@dataclass(frozen=True)
class _Names:
    """What names the themes of a codebook in one language, by a stem that it holds.

    ``phrases`` stand in that order; ``sets`` in any, near each other; ``written`` are those of
    several words of which stop words leave one: « mes points ».
    """

    phrases: dict[str, list[tuple[tuple[str, ...], str]]]
    sets: dict[str, list[tuple[frozenset[str], str]]]
    written: list[tuple[re.Pattern[str], str]]


_REACH = 4
"""Within this many words the stems of a label may stand in any order, but in one clause."""

_BREAK = frozenset(",;:.?!")


def find_themes(asked: Asked, codebook: Codebook) -> list[NamedTheme]:
    """The themes that the question names, in order; a longer name covers a shorter one."""
    names = _names(_Key(codebook), asked.language)
    carrying = [word for word in asked.words() if word.stem]
    found: list[NamedTheme] = []
    for at, word in enumerate(carrying):
        for phrase, theme in names.phrases.get(word.stem, ()):
            run = carrying[at : at + len(phrase)]
            if tuple(each.stem for each in run) == phrase:
                found.append(NamedTheme(theme, (word.start, run[-1].end), len(phrase)))
        for stems, theme in names.sets.get(word.stem, ()):
            near = _near(carrying[at : at + _REACH], stems)
            if near:
                span = min(each.start for each in near), max(each.end for each in near)
                if _BREAK.isdisjoint(asked.plain[slice(*span)]):
                    found.append(NamedTheme(theme, span, len(stems)))
    for pattern, theme in names.written:
        found += [NamedTheme(theme, match.span(), 1) for match in pattern.finditer(asked.plain)]
    return _longest(found) or _weakly(asked, codebook)


def _weakly(asked: Asked, codebook: Codebook) -> list[NamedTheme]:
    """Themes by words that name one where nothing else does: "why do they resent the staff?"."""
    known = {theme.id for theme in codebook.themes}
    return [
        NamedTheme(theme, match.span(), 1)
        for theme, listed in sayings(asked.language).weak_themes.items()
        if theme in known
        for name in listed
        for match in whole(re.escape(plain_words(name))).finditer(asked.plain)
    ]


def _near(words: list[Word], stems: frozenset[str]) -> list[Word]:
    """The words that hold all of the stems, if these do."""
    firsts = {word.stem: word for word in reversed(words)}
    return [firsts[stem] for stem in stems] if stems <= firsts.keys() else []


def _longest(found: list[NamedTheme]) -> list[NamedTheme]:
    kept: list[NamedTheme] = []
    for each in sorted(found, key=lambda one: (-one.words, one.span)):
        covered = any(
            each.span[0] < other.span[1]
            and other.span[0] < each.span[1]
            and (other.words > each.words or other.theme == each.theme)
            for other in kept
        )
        if not covered:
            kept.append(each)
    return sorted(kept, key=lambda each: each.span)


class _Key:
    """A codebook as a key: the same object is the same codebook."""

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook

    def __hash__(self) -> int:
        return hash((self.codebook.name, len(self.codebook.themes)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and (
            self.codebook is other.codebook or self.codebook == other.codebook
        )


@lru_cache(maxsize=16)
def _names(key: _Key, language: str) -> _Names:
    codebook = key.codebook
    phrases: dict[tuple[str, ...], set[str]] = {}
    sets: dict[frozenset[str], set[str]] = {}
    written: dict[str, set[str]] = {}
    for theme in codebook.themes:
        for pattern in theme.patterns.get(language, ()):  # type: ignore[call-overload]
            terms = stems_of(pattern, language)
            if len(terms) == 1 and " " in plain_words(pattern):
                written.setdefault(plain_words(pattern), set()).add(theme.id)
            elif terms:
                phrases.setdefault(terms, set()).add(theme.id)
        for name in sayings(language).themes.get(theme.id, ()):
            terms = stems_of(name, language)
            if len(terms) == 1 and " " in plain_words(name):
                written.setdefault(plain_words(name), set()).add(theme.id)
            elif len(terms) == 1:
                phrases.setdefault(terms, set()).add(theme.id)
            elif terms:
                sets.setdefault(frozenset(terms), set()).add(theme.id)
        for label in _labels(theme, language):
            terms = stems_of(label, language)
            if len(terms) == 1:
                phrases.setdefault(terms, set()).add(theme.id)
                # "Honesty" is named by "honest" too.
                phrases.setdefault((terms[0].removesuffix("i"),), set()).add(theme.id)
            elif terms:
                sets.setdefault(frozenset(terms), set()).add(theme.id)
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for terms, themes in phrases.items():
        for identity in themes:
            by_first.setdefault(terms[0], []).append((terms, identity))
    by_any: dict[str, list[tuple[frozenset[str], str]]] = {}
    for stems, themes in sets.items():
        for identity in themes:
            for stem in stems:
                by_any.setdefault(stem, []).append((stems, identity))
    as_written = [
        (whole(re.escape(words).replace(r"\ ", r"\W")), identity)
        for words, themes in written.items()
        for identity in themes
    ]
    return _Names(by_first, by_any, as_written)


def _labels(theme: Theme, language: str) -> list[str]:
    """A theme's label and its parts: « Retours et échanges » is named by either."""
    label = theme.label.get(language) or next(iter(theme.label.values()), "")  # type: ignore[call-overload]
    parts = [label]
    for joint in _JOINED.get(language, ()):
        parts = [piece for part in parts for piece in part.split(joint)]
    return [label, *(part for part in parts if part != label)]
