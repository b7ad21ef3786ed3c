"""A text as the words that carry it: their stems, whether they are denied, their contraries."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import yaml

from corpus.analysis import stems, verb_stems
from corpus.language import detect_question
from retrieval.lexicon import translations

LANGUAGES = ("fr", "en")

_TOKEN = re.compile(r"[^\W_]+|[.!?;:,()«»“”\n]")
_STOP = re.compile(r"[.!?;:()«»“”\n]")
"""Where a negation's reach ends."""

_ELISION = re.compile(r"\b([nldjmtscNLDJMTSC]|qu|Qu|jusqu|lorsqu|puisqu)['’](?=\w)")
_SHORT_NOT = re.compile(r"n['’]t\b|\bcannot\b", re.IGNORECASE)

_FRENCH = frozenset("le la les un une des du de se est sont en et au aux par sur dans".split())

REACH = 4
"""Words that a negation reaches over."""

BESIDE = 4
"""Content words on either side that stand beside a word."""

_ENDS = frozenset(
    "après avant parce car quand lorsque si pour afin puisque dès after before because when if for "
    "since until while though although than pourquoi why mais but et and".split()
)
"""Words behind which a negation no longer reaches."""

_BEFORE = {
    "fr": frozenset(
        "sans aucun aucune nul nulle ni jamais non pas rien faute manque absence oppose opposent "
        "proteste protestent incapable impossible".split()
    ),
    "en": frozenset(
        "not no never without nothing nobody none neither nor hardly nt oppose opposes protest "
        "protests unable failed fails lack lacks absence impossible".split()
    ),
}
"""Words that deny what follows."""

_BEHIND = frozenset("pas plus jamais rien aucun aucune personne ni guère nul nulle".split())
"""What makes « ne » a negation: « ne … que » is none."""

_NOBODY = frozenset("rien aucun aucune personne nul nulle".split())
"""... which may stand before it as well."""


@dataclass(frozen=True, slots=True)
class Term:
    """One content word: its keys in either language, whether it is denied, and its contraries.

    ``sides`` maps a pair of opposites to the side on which the word stands, 1 or -1.
    """

    word: str
    keys: frozenset[str]
    denied: bool
    sides: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """The content words of a text, in order, and how often something is denied in it."""

    language: str
    terms: tuple[Term, ...]
    denials: int

    @property
    def keys(self) -> frozenset[str]:
        """Every key of every word."""
        return frozenset().union(*(term.keys for term in self.terms))

    def around(self, place: int) -> frozenset[str]:
        """The keys of the words beside the one at a place, without those of opposites."""
        beside = (*self.terms[max(0, place - BESIDE) : place], *self.terms[place + 1 :][:BESIDE])
        return frozenset(key for t in beside for key in t.keys if not key.startswith("pair:"))

    def sides(self) -> dict[int, set[int]]:
        """For each pair of opposites, the sides that are said, a denied word on the other one."""
        found: dict[int, set[int]] = {}
        for term in self.terms:
            for pair, side in term.sides:
                found.setdefault(pair, set()).add(-side if term.denied else side)
        return found


@lru_cache(maxsize=2048)
def terms_of(text: str, language: str = "") -> Terms:
    """The terms of a text; its language is told from its words where it is not given."""
    language = language if language in LANGUAGES else _language(text)
    plain = _SHORT_NOT.sub(" not ", text) if language == "en" else text
    tokens = _TOKEN.findall(_ELISION.sub(r"\1 ", plain))
    found: list[Term] = []
    denials, reach, opened = 0, 0, False
    for place, word in enumerate(tokens):
        lower = word.lower()
        if _STOP.fullmatch(word):
            reach, opened = 0, False
            continue
        if word == ",":
            reach, opened = 0, False
            continue
        if language == "fr" and lower in ("n", "ne"):
            # « Aucun client ne » denies as « ne … aucun » does; « ne … que » denies nothing.
            before, behind = (
                {t.lower() for t in part}
                for part in (tokens[max(0, place - 4) : place], tokens[place : place + 6])
            )
            opened = bool(_NOBODY & before or _BEHIND & behind)
            reach = REACH if opened else 0
            denials += opened
            continue
        if lower in _BEFORE[language]:
            denials += not opened
            reach = REACH
            continue
        if lower == "plus" and opened:
            continue
        if lower in _ENDS:
            reach, opened = 0, False
        keys = keys_of(lower, language)
        if not keys:
            continue
        found.append(Term(word, keys, reach > 0, sides_of(lower, language)))
        reach -= 1
    return Terms(language, tuple(found), denials)


def _language(text: str) -> str:
    """French or English: what a short text may be taken for besides, it is not."""
    found = detect_question(text)
    if found in LANGUAGES:
        return found
    return "fr" if _FRENCH.intersection(_TOKEN.findall(text.lower())) else "en"


@lru_cache(maxsize=32_768)
def keys_of(word: str, language: str) -> frozenset[str]:
    """The stems under which a word may stand in either language, none for one without content."""
    own = (*stems(word, language), *verb_stems(word, language))
    keys = {f"{language}:{stem}" for stem in own}
    other = "en" if language == "fr" else "fr"
    keys |= {f"{other}:{stem}" for o in own for stem in translations(o, language)}
    # Names, numbers and loan words are the same in both.
    keys |= {f"=:{stem}" for stem in own if len(stem) > 3 or stem.isdigit()}
    return frozenset(keys | {f"pair:{pair}:{side}" for pair, side in sides_of(word, language)})


@lru_cache(maxsize=32_768)
def sides_of(word: str, language: str) -> tuple[tuple[int, int], ...]:
    """The pairs of opposites that a word belongs to, and its side in each."""
    folded = word.lower()
    found = opposites()[language].get(folded)
    if found is None:
        found = next(
            (
                pairs
                for stem in (*stems(folded, language), *verb_stems(folded, language))
                if (pairs := opposites()[language].get(f"~{stem}"))
            ),
            (),
        )
    return found


@cache
def _pairs() -> list[Mapping[str, Mapping[str, list[str]]]]:
    text = resources.files(__package__).joinpath("opposites.yaml").read_text(encoding="utf-8")
    return list(yaml.load(text, Loader=yaml.CSafeLoader))


@cache
def figure_pairs() -> frozenset[int]:
    """The pairs that say which way a figure goes, or which of two is the larger."""
    return frozenset(i for i, pair in enumerate(_pairs()) if pair.get("figure"))


@cache
def valence_pairs() -> frozenset[int]:
    """The pairs whose first side is to be glad of."""
    return frozenset(i for i, pair in enumerate(_pairs()) if pair.get("valence"))


@cache
def opposites() -> Mapping[str, Mapping[str, tuple[tuple[int, int], ...]]]:
    """By language, a word (or ``~`` and its stem) to its pairs and sides."""
    found: dict[str, dict[str, tuple[tuple[int, int], ...]]] = {"fr": {}, "en": {}}
    for number, pair in enumerate(_pairs()):
        for side, name in ((1, "one"), (-1, "other")):
            for language in LANGUAGES:
                for word in pair[name][language]:
                    for key in (word, *(f"~{stem}" for stem in stems(word, language))):
                        known = found[language].get(key, ())
                        if (number, side) not in known:
                            found[language][key] = (*known, (number, side))
    return found
