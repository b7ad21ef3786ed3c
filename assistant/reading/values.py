"""How the values of a corpus are named in questions: by themselves, by a part, in other words."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from assistant.reading import countries
from assistant.reading.sayings import Sayings, sayings, whole
from assistant.reading.text import Span, plain_words, stem_of
from assistant.words import ANSWER_LANGUAGES
from retrieval.lexicon import translations

SHORTEST = 3
"""Letters of a single word that may name a value."""

ALIAS = 4
"""... of a part of a value that may stand for the whole: "Heathrow"."""


@dataclass(frozen=True, slots=True)
class NamedValue:
    """A value that a stretch of the question names, under its segment.

    ``others`` are the other segments that have this very value, where nothing says which is meant.
    """

    segment: str
    value: str
    span: Span
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """How the values of a corpus are named in one language.

    ``phrases`` are words in a row, by the first; ``kinds`` patterns that count beside a word for
    people; ``countries`` a corpus's own value by the country's code; ``named_so`` the first value
    of another segment that begins with a country's name: "Qatar Airways".
    """

    phrases: dict[str, list[tuple[tuple[str, ...], str, str, bool]]]
    kinds: tuple[tuple[re.Pattern[str], str, str], ...]
    countries: dict[str, tuple[str, str]]
    named_so: dict[str, tuple[str, str]]


@lru_cache(maxsize=32)
def vocabulary(values: tuple[tuple[str, str], ...], language: str) -> Vocabulary:
    """How these values of segments are named in a language."""
    said = sayings(language)
    by_segment: dict[str, list[str]] = {}
    for segment, value in values:
        by_segment.setdefault(segment, []).append(value)
    lands: dict[str, tuple[str, str]] = {}
    kinds: list[tuple[re.Pattern[str], str, str]] = []
    phrases: dict[str, list[tuple[tuple[str, ...], str, str, bool]]] = {}
    counts = {each: _counts(by_segment, each) for each in by_segment}
    for segment, value in values:
        if countries.of_countries(by_segment[segment]):
            code = countries.code_of(value)
            if code:
                lands.setdefault(code, (segment, value))
            continue
        kind = kind_of(value)
        if kind and kind in said.kinds:
            kinds.append((whole(said.kinds[kind]), segment, value))
            ways = {parts_of(value)}
        else:
            ways = _ways(value, counts[segment], language)
        for phrase in (*ways, *_with_name(segment, value, language)):
            # A kind of people by itself is found beside a word for people.
            guarded = len(phrase) == 1 and (bool(kind) or _says_nothing(phrase[0], said))
            entry = phrase, segment, value, guarded
            phrases.setdefault(phrase[0], []).append(entry)
    named_so: dict[str, tuple[str, str]] = {}
    for segment, value in values:
        parts = parts_of(value)
        if len(parts) > 1 and not countries.of_countries(by_segment[segment]):
            named_so.setdefault(parts[0], (segment, value))
    return Vocabulary(phrases, tuple(kinds), lands, named_so)


def _says_nothing(word: str, said: Sayings) -> bool:
    """Whether a word may as well ask as name: « génération », but « Generali » only names."""
    stem = stem_of(word, said.language)
    return stem in said.framing and (word == stem or word in said.fillers)


def _counts(by_segment: dict[str, list[str]], own: str) -> dict[str, int]:
    """In how many values of a segment a word stands; whole values of the others count too."""
    counts: dict[str, int] = {}
    for segment, values in by_segment.items():
        for value in values:
            parts = parts_of(value)
            if segment == own or len(parts) == 1:
                for word in set(parts):
                    counts[word] = counts.get(word, 0) + 1
    return counts


def _ways(value: str, counts: dict[str, int], language: str) -> set[tuple[str, ...]]:
    """The ways of writing a value: itself, and the part of it that no other value has."""
    plain = parts_of(value)
    if not plain or (len(plain) == 1 and (len(plain[0]) < SHORTEST or plain[0].isdigit())):
        return set()
    ways = {plain}
    if len(plain) == 1:
        ways |= {(form,) for form in _forms(plain[0], language) if len(form) >= SHORTEST}
        return ways
    alike = [_same(word, language) for word in plain]
    if language == "fr" and all(alike):
        # « Classe affaires », « première classe »: in either order.
        ways |= {each for run in product(*alike) for each in (run, run[::-1])}
    framing = sayings(language).framing
    own = [
        word
        for word in plain
        if (len(word) >= ALIAS or (len(word) == SHORTEST and not _VOWEL.search(word)))
        and counts[word] == 1
        and not word.isdigit()
        and not is_land(word, language)
        and stem_of(word, language) not in framing
    ]
    for word in own:
        ways |= {(word,), (word + "s",), *((each,) for each in _same(word, language))}
    return ways


def _with_name(segment: str, value: str, language: str) -> set[tuple[str, ...]]:
    """A part of a value beside its segment's name: "business lounges" of a lounge's type.

    So is a whole one that says little by itself: "the Team plan".
    """
    names = [
        word for word in plain_words(segment.replace("_", " ")).split() if len(word) > SHORTEST
    ]
    parts = parts_of(value)
    if language == "fr":
        names += [each for name in names for each in translations(stem_of(name, "en"), "en")]
        forms = {form for name in names for form in (name, f"{name}s")}
        return {(form, part) for part in parts for form in forms}
    return {(part, form) for part in parts for name in names for form in (name, f"{name}s")}


_VOWEL = re.compile("[aeiouy]")
"""Three letters without one are an acronym, and name as well as a longer word: "KLM"."""


def is_land(word: str, language: str) -> bool:
    """Whether a plain word is the name of a country."""
    lands = sayings(language).countries.values()
    return word in countries.names(language) or any(each.fullmatch(word) for each in lands)


def _forms(word: str, language: str) -> set[str]:
    """A word's stem, and those that it has in the question's language if it is of the other."""
    found = {stem_of(word, language)}
    for other in ANSWER_LANGUAGES:
        if other != language:
            found.update(translations(stem_of(word, other), other))
    return (found | _same(word, language)) - {""}


def _same(word: str, language: str) -> frozenset[str]:
    """The words that the word list gives for a value that is a common noun."""
    for ways in sayings(language).values.values():
        if word in ways:
            return ways
    return frozenset()


def parts_of(value: str) -> tuple[str, ...]:
    """The plain words of a value: « british-airways », "FamilyLeisure"."""
    return tuple(plain_words(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", value)).split())


def kind_of(value: str) -> str | None:
    """The kind of customers that a value stands for, if it is a usual one."""
    plain = plain_words(value)
    for language in ANSWER_LANGUAGES:
        for kind, words in sayings(language).kinds.items():
            if kind == plain or re.fullmatch(words, plain):
                return kind
    return None
