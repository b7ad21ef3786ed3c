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

_WORD = re.compile(r"[^\W\d_]{2,}")

_ELISION = re.compile(r"\b([nldjmtscNLDJMTSC]|qu|Qu|jusqu|lorsqu|puisqu)['’](?=\w)")
_SHORT_NOT = re.compile(r"n['’]t\b|\bcannot\b", re.IGNORECASE)

_FRENCH = frozenset("le la les un une des du de se est sont en et au aux par sur dans".split())

REACH = 4
"""Words that a negation reaches over."""

_ENDS = frozenset(
    "après avant parce car quand lorsque si pour afin puisque dès after before because when if for "
    "since until while though although than pourquoi why mais but et and".split()
)
"""Words behind which a negation no longer reaches."""

_IS = frozenset("is are was were est sont était étaient".split())
"""Verbs behind which one no longer does, where they are not denied themselves."""

_AUXILIARY = {
    "fr": frozenset(
        "a ai as ont avait avaient aura aurait eu peut peuvent pouvait pourrait puisque".split()
    ),
    "en": frozenset(
        "i my her his our its were been being has had have can could will would may might "
        "against".split()
    ),
}
"""Words without content that the stemmers leave."""

_BEFORE = {
    "fr": frozenset(
        "sans aucun aucune nul nulle ni jamais non pas rien faute manque absence oppose opposent "
        "proteste protestent incapable impossible".split()
    ),
    "en": frozenset(
        "not no never without nothing nobody none neither nor hardly barely scarcely seldom nt "
        "oppose opposes protest protests unable failed fails lack lacks absence impossible".split()
    ),
}
"""Words that deny what follows."""

_BEHIND = frozenset("pas plus jamais rien aucun aucune personne ni guère nul nulle".split())
"""What makes « ne » a negation: « ne … que » is none."""

_ALL_THE_SAME = frozenset(("nothing but", "rien que", "not only", "pas seulement"))
"""What denies nothing, though it begins as a denial does."""

_AFTER_LITTLE = re.compile(
    r"(?:d|de|des|à|après|avant|près|plus|moins|importe)$|\W|$", re.IGNORECASE
)
"""What follows « peu » where it is no « peu claire »."""

_NO_MORE = frozenset(("plus un seul", "plus une seule"))
"""What denies without « ne »: « plus un seul retard »."""

_ONE = frozenset(("single", "seul", "seule"))
"""Words that a denial makes stronger, and turns into no opposite: "not a single"."""

_DEGREES = {"plus": 1, "more": 1, "most": 1, "moins": -1, "less": -1, "least": -1}
_OFTEN = frozenset("souvent fréquemment rarement often frequently rarely".split())
"""Words that say how often something is the case, whatever it is compared to."""

_NONE = frozenset("aucun aucune nul nulle personne jamais nobody none never".split())
"""Denials that say of how many, or how often: the contrary of all and always."""

_NOBODY = frozenset("rien aucun aucune personne nul nulle".split())
"""... which may stand before it as well."""


@dataclass(frozen=True, slots=True)
class Term:
    """One content word: its keys in either language, whether it is denied, and its contraries.

    ``denied`` is its place behind a denial, 0 behind none; ``sides`` maps a pair of opposites to
    the side on which the word stands, 1 or -1, of the one behind a denial the other; ``degree``
    is 1 where it is compared upwards (« plus cher »), -1 downwards (« moins cher »).
    """

    word: str
    keys: frozenset[str]
    denied: int
    sides: tuple[tuple[int, int], ...]
    degree: int = 0


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

    def sides(self) -> dict[int, set[int]]:
        """For each pair of opposites, the sides that are said."""
        found: dict[int, set[int]] = {}
        for term in self.terms:
            for pair, side in term.sides:
                found.setdefault(pair, set()).add(side)
        return found


@lru_cache(maxsize=2048)
def terms_of(text: str, language: str = "") -> Terms:
    """The terms of a text; its language is told from its words where it is not given."""
    language = language if language in LANGUAGES else _language(text)
    plain = _SHORT_NOT.sub(" not ", text) if language == "en" else text
    tokens = _TOKEN.findall(_ELISION.sub(r"\1 ", plain))
    found: list[Term] = []
    denials, reach, opened, little = 0, 0, False, False
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
            before = {token.lower() for token in tokens[max(0, place - 4) : place]}
            after = {token.lower() for token in tokens[place : place + 6]}
            opened = bool(_NOBODY & before or _BEHIND & after)
            reach = REACH if opened else 0
            denials += opened
            continue
        if lower in _BEFORE[language]:
            if " ".join(tokens[place : place + 2]).lower() in _ALL_THE_SAME:
                continue
            denials += not opened
            reach = REACH
            if lower in _NONE:
                pair = _none_pair()
                found.append(Term(word, frozenset({f"pair:{pair}:-1"}), 0, ((pair, -1),)))
            continue
        no_more = " ".join(tokens[place : place + 3]).lower() in _NO_MORE
        denials += no_more
        if lower == "plus" and (opened or no_more):
            reach = REACH
            continue
        if lower in _ENDS or (lower in _IS and not opened):
            reach, opened = 0, False
        if lower == "peu" and not _AFTER_LITTLE.match(" ".join(tokens[place + 1 : place + 2])):
            reach, little = REACH, True
            continue
        if lower == "après" and tokens[place - 1].lower() == "d":
            continue  # « d’après » says by whom, not when
        keys = frozenset() if lower in _AUXILIARY[language] else keys_of(lower, language)
        if not keys:
            continue
        sides, degree = sides_of(lower, language), 0
        if sides and place and lower not in _OFTEN:
            degree = _DEGREES.get(tokens[place - 1].lower(), 0)
        if degree and found and found[-1].word == tokens[place - 1]:
            found.pop()
            sides = tuple((pair, degree * side) for pair, side in sides)
        behind = REACH + 1 - reach if reach > 0 else 0
        if behind == 1 and lower not in _ONE:
            sides = tuple((pair, -side) for pair, side in sides)
        found.append(Term(word, keys, behind, sides, degree))
        reach = 0 if little else reach - 1
        little = False
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
    keys |= {f"{other}:{stem}" for o in own for stem in _glossary().get((language, o), ())}
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


def is_word(stem: str, language: str) -> bool:
    """Whether a stem is one of a common word: of the lexicons, or of the product's own texts."""
    known = translations(stem, language) or (language, stem) in _glossary()
    return bool(known) or stem in _own_words(language) or f"~{stem}" in opposites()[language]


@cache
def _own_words(language: str) -> frozenset[str]:
    """The stems of the words, in lower case, of the product's own sentences."""
    texts = resources.files("assistant.words")
    whole = " ".join(
        file.read_text("utf-8")
        for file in texts.iterdir()
        if file.name.endswith(f"{language}.yaml")
    )
    words = {word.lower() for word in _WORD.findall(whole) if word[1:].islower()}
    return frozenset(stem for word in words for stem in stems(word, language))


@cache
def _glossary() -> Mapping[tuple[str, str], frozenset[str]]:
    """(language, stem) to the stems by which the other language says it."""
    text = resources.files(__package__).joinpath("glossary.yaml").read_text(encoding="utf-8")
    found: dict[tuple[str, str], frozenset[str]] = {}
    for group in yaml.load(text, Loader=yaml.CSafeLoader):
        for here, there in (("fr", "en"), ("en", "fr")):
            theirs = frozenset(s for word in group[there] for s in stems(word, there))
            for stem in {s for word in group[here] for s in stems(word, here)}:
                found[here, stem] = found.get((here, stem), frozenset()) | theirs
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
def _none_pair() -> int:
    """The pair of "all" and "none", whose second side are denials."""
    return next(i for i, pair in enumerate(_pairs()) if pair.get("none"))


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
