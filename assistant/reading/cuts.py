"""What a question asks to be cut up by: "by country", « selon le canal », "month by month"."""

import re
from functools import lru_cache

from assistant.reading.known import Known
from assistant.reading.lands import segment_of_countries
from assistant.reading.sayings import sayings
from assistant.reading.text import Asked, Span, plain_words, stem_of
from assistant.reading.timewords import NUMBER
from assistant.words import ANSWER_LANGUAGES
from corpus.metrics._periods import GRAINS
from retrieval.lexicon import translations

SHORTEST = 3
"""Letters of a stem that begins too many words to name a cut."""

ALIKE = 6
"""Letters of a stem from which a word of the other language that begins so is the same word."""

_EVERY = re.compile(
    r"\b(?:monthly|weekly|quarterly|mensuel\w*|hebdo\w*|trimestriel\w*"
    r"|yearly|annually)\b"
)
_TABLE = (
    r"table|tableau|classement|palmares|ranking|podium|hit[- ]parade"
    r"|(?:top|flop|bottom)(?: (?:and|et) (?:top|flop|bottom))?(?: \d+)?"
)
_UNITS = (
    ("month", ("month", "mensuel")),
    ("week", ("week", "hebdo")),
    ("quarter", ("quarter", "trimestriel")),
    ("year", ("year", "annual")),
)
_SEVERAL = (
    r"(?:our |the |all the |all |all our |toutes les |tous les |toutes nos |tous nos |nos |les )"
)
_ALL = r"all(?: (?:of )?(?:the|our))?|tou(?:s|tes) (?:les|nos)"
_SOME = r"of|de|du|des|d'|who|that|which|qui|que|with|to|avec|a|au|aux|and|et|from"
"""Behind them not all are meant: "compare the teams of Lille and Mons"."""
_DIFFERENT = r"different|various|differente?s|diverse?s"
_OF = r"(?:of the |of our |des |de nos |sont les |est le |est la |est l')?"
_HELPERS = r"(?:do|does|did|is|are|was|were|the|our|can|should|would|have|has|que|est|sont) "
_THINGS = r"(?:lounges?|staff|loung\w+|teams?|customers?|clients?|prices?|quality|range)\b"
"""Behind these a word that may be a cut says only whose: "what airport lounges"."""
_ARTICLES = (
    r"(?:the |our |all |each |different |various |la |le |les |l'|nos |notre |chaque |de |d')*"
)


def find_cut(asked: Asked, known: Known) -> tuple[str | None, bool, list[Span]]:
    """The cut, as ``Ask.by`` writes it; whether the question asks which of its values; where."""
    said = sayings(asked.language)
    for name, words in cuts_of(asked, known).items():
        ways = (
            (
                rf"\b(?:rank|order|sort|list|classe[rz]?|classement des)"
                rf"(?:[- ](?:moi|nous|me|us))? {_SEVERAL}?(?:{NUMBER} )?(?:{words})(?<=[sx])\b",
                False,
            ),
            (rf"\b(?:{words}) (?:by|on|over|after|par|apres|sur) (?:{words})\b", False),
            (rf"\b(?:{said.by})(?! all\b)[ '](?:{_ARTICLES})(?:{words})\b", False),
            (
                rf"\b(?:d'une?|from one|one) (?:{words}) (?:a|to|sur) (?:l'autre|another|the next)",
                False,
            ),
            (rf"\b(?:{_TABLE})\b[^?.,;:]{{0,25}}\b(?P<cut>{words})(?<=[sx])\b", False),
            (rf"(?<!across )\b(?:{_DIFFERENT}) (?:{words})(?<=[sx])\b", False),
            (rf"\bcompar\w+ (?:every|each|chaque) (?:{words})\b", False),
            (rf"\bcompar\w+ (?:{_ALL}) (?:{words})(?<=[sx])\b", False),
            (rf"\bcompar\w+ {_SEVERAL}(?:{words})(?<=[sx])\b(?! (?:{_SOME})\b)", False),
            (rf"\b(?:{said.which}) {_OF}(?:{words})\b(?! {_THINGS})", True),
            (rf"\b(?:which|quel(?:le)?s?) (?!{_HELPERS})\w+ (?:{words})\b(?! {_THINGS})", True),
            (rf"\b(?:of|among|parmi|de) {_SEVERAL}(?:\w+ )?(?:{words})(?<=[sx])\b", True),
        )
        for pattern, which in ways:
            match = re.search(pattern, asked.plain)
            if match and not (which and name in GRAINS) and not _of_one(asked, match):
                named = "cut" if "cut" in match.groupdict() else 0
                return name, which, [match.span(named)]
    match = _EVERY.search(asked.plain)
    if match:
        return (
            next(unit for unit, name in _UNITS if match[0].startswith(name)),
            False,
            [match.span()],
        )
    return None, False, []


def named_cut(asked: Asked, known: Known) -> tuple[str, bool, list[Span]] | None:
    """A cut by a segment that is asked for in so many words, whatever else its name may mean.

    « Le NPS par agence » and « quelle agence » ask for the column of that name, and for nothing
    that is said of branches. As ``find_cut`` gives it.
    """
    said = sayings(asked.language)
    for name, words in cuts_of(asked, known).items():
        if not name.startswith("segment:"):
            continue
        for before, which in ((r"by|per|par|for each|pour chaque", False), (said.which, True)):
            match = re.search(rf"\b(?:{before}) (?:{words})\b(?! {_THINGS})", asked.plain)
            if match and not _of_one(asked, match):
                return name, which, [match.span()]
    return None


_WHOSE = re.compile(r" (?:de |d'|of |in |at )(?P<name>[^\W_])")
_OURS = re.compile(r"^\W*(?:we|i|nous|on|je|j')\b")


def _of_one(asked: Asked, cut: re.Match[str]) -> bool:
    """Whether what looks like a cut is one part, or a habit told before what is asked.

    « Par l'équipe de Marseille »; "We meet every quarter. Why …?"
    """
    behind = _WHOSE.match(asked.plain, cut.end())
    if behind and asked.text[behind.start("name")].isupper():
        return True
    opening = asked.plain.rfind(". ", 0, cut.start()) + 1
    ends = asked.plain.find(". ", cut.end())
    return ends >= 0 and bool(_OURS.match(asked.plain[opening:ends]))


def cuts_of(asked: Asked, known: Known) -> dict[str, str]:
    """All cuts that there are, with the words for each in the question's language."""
    segments = tuple(dict.fromkeys(name for name, _ in known.segments))
    return dict(_dimensions(asked.language, segments, segment_of_countries(known)))


@lru_cache(maxsize=32)
def _dimensions(
    language: str, segments: tuple[str, ...], lands: str | None
) -> list[tuple[str, str]]:
    """What the records can be cut by, with the words for it; the corpus's own segments first."""
    said = sayings(language)
    found: list[tuple[str, str]] = []
    for segment in segments:
        words = _words(segment, language)
        if segment == lands:
            # « Pays » is near « payer » as stems go: for countries the word list is enough.
            words = {re.escape(plain_words(segment)), said.cuts["country"]}
        if "segment" in plain_words(segment):
            words |= {said.cuts["segment"]}
        found.append((f"segment:{segment}", "|".join(sorted(words, key=len, reverse=True))))
    for name, pattern in said.cuts.items():
        if name not in ("segment", "country"):
            found.append((name, pattern))
    return found


_SORTS = frozenset(("name", "type", "author", "nom", "id", "code"))
"""Words of segments' names that do not say what their values are."""


def _words(segment: str, language: str) -> set[str]:
    """A segment's name as questions say it, in the question's language too, and its plural."""
    found: set[str] = set()
    parts = plain_words(segment.replace("_", " ")).split()
    known = sayings(language).dimensions
    for word in (each for each in parts if each not in _SORTS):
        if "type" in parts:
            # « Quel salon » asks for no type of it.
            found |= {
                rf"(?:types? (?:of|de) {each}\w{{0,4}}|{each}\w{{0,2}} types?)"
                for each in (re.escape(word), *_translated(word, language))
            }
            continue
        found.add(rf"{re.escape(word)}(?:s|es|x)?")
        if word in known:
            found.add(known[word])
            continue
        found |= {rf"{each}\w{{0,4}}" for each in _translated(word, language)}
    return found


def _translated(word: str, language: str) -> list[str]:
    """The stems that a word of the other language has in the question's."""
    found = []
    for other in (each for each in ANSWER_LANGUAGES if each != language):
        own = stem_of(word, other)
        # « Catégorie » is "category".
        found += [own] if len(own) >= ALIKE else []
        found += [stem for stem in translations(own, other) if len(stem) > SHORTEST]
    return [re.escape(stem) for stem in found]
