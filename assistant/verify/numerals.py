"""Numbers as people write them: with their units, in digits, in words and as fractions.

In French or English format; a fraction may be « un sur quatre » or "two thirds".
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from text_to_num import alpha2digit

from assistant.verify.dates import MONTHS
from assistant.verify.terms import terms_of

Unit = Literal["percent", "", "ratio"]

_DIGITS = r"\d+(?:[.,\u00a0\u202f]\d+)*"
_NUMBER = re.compile(_DIGITS)
_SPACED = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?!\d)")
"""A number whose thousands are set apart by plain spaces."""

_PERCENT = re.compile(r"[\s\u00a0\u202f]*(?:%|pour[ -]cent\b|per[ -]?cent\b)", re.IGNORECASE)
_PER_CENT = re.compile(r"\bpour[ -]cent\b|\bper[ -]?cent\b", re.IGNORECASE)
_SCALE = re.compile(
    r"[\s\u00a0\u202f]?(?:(k)(?=€|\b)|(milliers?|thousand)\b|(millions?|M(?=€|\b))|(milliards?|billion)\b)"
)
_FACTORS = (1e3, 1e3, 1e6, 1e9)

_PAIR = re.compile(
    rf"(?<![\d.,])({_DIGITS})(?: [^\W\d_]+){{0,3}} (?:sur|in|out of|of)(?: les| the)? ({_DIGITS})"
    r"(?![\s\u00a0\u202f]?(?:%|[.,]?\d))(?! ?-?(?:jours|mois|ans|days|months|years|weeks))"
)
"""A part and its whole: « 110 sur 758 », "491 of the 9,951", « deux caisses sur six »."""

_STEP = re.compile(
    rf"\b(?:de|from)\s({_DIGITS})[\s\u00a0\u202f]?(?:%|€|points?)?(?: [^\W\d_]+){{0,6}}?"
    rf"\s(?:à|to)\s({_DIGITS})"
)

_COLLECTIVES = {
    "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30,
    "quarantaine": 40, "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "millier": 1000,
    "dozen": 12,
}  # fmt: skip
_COLLECTIVE = re.compile(
    rf"\b(?:une|un|a) ({'|'.join(_COLLECTIVES)})(?: d[e’'](?=\w)| )", re.IGNORECASE
)

_YEAR = re.compile(r"(?:19|20)\d{2}")
_DATED_BEFORE = re.compile(
    r"(?:\b(?:note|noté|notée|score|scored|rated|gave|row|ligne|page|le|the|du|of|on|since|depuis|"
    r"au|section|sur|out of)\s|/)$",
    re.IGNORECASE,
)
_DATED_BEHIND = re.compile(
    rf"(?:st|nd|rd|th|er)?(?: of)?[\s\u00a0\u202f](?:{'|'.join(MONTHS)})\b|/\d|"
    r"\s(?:sur|out of)\s\d",
    re.IGNORECASE,
)
"""What makes a number a year, a day, a score or a row, as they are known of a passage."""

_PARTS = {
    "fr": {"moitié": 2, "tiers": 3, "quart": 4, "cinquième": 5, "sixième": 6, "dixième": 10},
    "en": {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "tenth": 10},
}
"""The parts that have a name, and how many of them make the whole."""

_TIMES = {
    "fr": {"un": 1, "une": 1, "le": 1, "la": 1, "du": 1, "au": 1, "deux": 2, "trois": 3,
           "quatre": 4},
    "en": {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4},
}  # fmt: skip
_SPELLED = {
    # « La cinquième année » and "once a quarter" tell when, and no part of anything.
    "fr": re.compile(
        rf"\b(?P<times>{'|'.join(_TIMES['fr'])})\s(?P<part>{'|'.join(_PARTS['fr'])})s?\b"
        r"(?<!la cinquième)(?<!la sixième)(?<!la dixième)"
        r"(?! d[’'](?:an|heure)| de l[’'](?:échelle)| de la période)",
        re.IGNORECASE,
    ),
    "en": re.compile(
        rf"\b(?<!once )(?<!twice )(?<!times )(?<!days )(?<!hours )"
        rf"(?:(?P<times>{'|'.join(_TIMES['en'])})[ -](?P<part>{'|'.join(_PARTS['en'])})s?"
        r"|(?P<half>half))\b"
        r"(?!-\w| of the (?:scale|period)| (?:an?\b|of an? (?:hour|year|point)|time|party|person|"
        r"place|day|week|attempt))",
        re.IGNORECASE,
    ),
}
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_COMPOUND = re.compile(
    rf"\b({_ONES}|ten|twelve|fifteen|twenty|thirty|forty|fifty)-(?!(?:{_ONES})\b)(?=[a-z])",
    re.IGNORECASE,
)
"""The hyphen behind a number that is no part of it: "a five-minute video"."""

_PLURALS = re.compile(r"\b(?:\w+ièmes|thirds|quarters|fifths|sixths|tenths)\b", re.IGNORECASE)
"""Parts of a scale (« les deux premiers cinquièmes »), of which no share is told."""

_MORE = re.compile(
    r"(?:plus d[e’']|plus du?|au moins|over|more than|at least|above)\s*$", re.IGNORECASE
)
_LESS = re.compile(
    r"(?:moins d[e’']|moins du|au plus|under|less than|fewer than|below|at most|nearly|almost|"
    r"presque|près d[e’']|près des)\s*$",
    re.IGNORECASE,
)
_ROUGHLY = re.compile(
    r"(?:environ|about|around|some|roughly|approximately|autour de|quelque|à peu près|plus d[e’']|"
    r"nearly|almost|presque|près d[e’']|près des|over|more than|just under|just over)\s*$",
    re.IGNORECASE,
)

HEDGE = 24
"""Characters before a number in which it is hedged or bounded."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text: its value and unit, and how it is hedged or bounded.

    ``bound`` is 1 for "more than", -1 for "less than"; ``words`` whether it is spelled out;
    ``dated`` whether it stands as a year, a day, a score or a row does.
    """

    text: str
    value: float
    unit: Unit
    start: int
    end: int
    roughly: bool = False
    bound: int = 0
    words: bool = False
    dated: bool = False


def plain(number: str) -> str:
    """A number without its language: 1 000 and 1,000 are 1000; 0,5 and 0.5 are 0.5."""
    bare = re.sub(r"[\u00a0\u202f]", "", number)
    bare = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", bare).replace(",", ".")
    whole, point, decimals = bare.partition(".")
    decimals = decimals.rstrip("0")
    return (whole.lstrip("0") or "0") + (point + decimals if decimals else "")


def written(text: str) -> str:
    """The text with the thousands of its numbers set apart by narrow no-break spaces."""
    return _SPACED.sub(lambda found: found[0].replace(" ", "\u202f"), text)


@lru_cache(maxsize=512)
def in_digits(text: str, language: str) -> str:
    """The text with its numbers in digits, those in words too, and without fractions in words."""
    text = _PLURALS.sub(" ", _SPELLED[language].sub(" ", written(text)))
    text = _PER_CENT.sub("%", text)  # « cent » is no number here
    text = _COMPOUND.sub(r"\1 ", text)
    text = _COLLECTIVE.sub(lambda found: f"environ {_COLLECTIVES[found[1].lower()]} ", text)
    return written(alpha2digit(text, language, threshold=0))


@lru_cache(maxsize=512)
def read(text: str, language: str = "") -> tuple[Number, ...]:
    """The numbers of a text in order, at their places ``in_digits``.

    In words they count from three on: « un », « deux », "one", "two" are more often no figures.
    """
    language = language or terms_of(text).language
    known = [_value(number) for number in _NUMBER.findall(written(text))]
    digits = in_digits(text, language)
    found = []
    for match in _NUMBER.finditer(digits):
        number = _number(digits, match)
        bare = _value(match[0])
        if bare in known:
            known.remove(bare)
            found.append(number)
        elif number.value > 2:
            found.append(replace(number, words=True))
    return tuple(found)


def steps_in(text: str) -> set[tuple[float, float]]:
    """The pairs that a text goes between: « passe de 42 à 48 », "from 42 to 48"."""
    return {(_value(a), _value(b)) for a, b in _STEP.findall(written(text))}


@dataclass(frozen=True, slots=True)
class Pair:
    """A part and its whole, where a text tells them ``in_digits``, and how they are bounded."""

    text: str
    part: float
    whole: float
    start: int
    end: int
    bound: int = 0


def pairs_in(text: str, language: str) -> list[Pair]:
    """The parts and wholes that a text tells: « 110 sur 758 », "one in four"."""
    digits = in_digits(text, language)
    return [
        Pair(
            found[0], _value(found[1]), _value(found[2]), found.start(), found.end(),
            _bound(_before(digits, found)),
        )
        for found in _PAIR.finditer(digits)
    ]  # fmt: skip


@lru_cache(maxsize=512)
def digits_in(text: str) -> frozenset[str]:
    """The numbers in digits, plainly; « 82 100 » may be two counts one after the other."""
    return frozenset(map(plain, {*_NUMBER.findall(text), *_NUMBER.findall(written(text))}))


def fractions_in(text: str, language: str) -> list[Number]:
    """The fractions that a text tells in words."""
    found = []
    for match in _SPELLED[language].finditer(text):
        before, named = _before(text, match), match.groupdict()
        times = _TIMES[language][(named["times"] or "one").lower()] if named["times"] else 1
        found.append(
            Number(
                match[0],
                times / _PARTS[language][(named["part"] or "half").lower()],
                "ratio",
                match.start(),
                match.end(),
                bool(_ROUGHLY.search(before)),
                _bound(before),
                True,
            )
        )
    return found


def tells_any(text: str) -> bool:
    """Whether a text tells a number in any way: in digits, in words, as a part of a whole."""
    language = terms_of(text).language
    spelled = _SPELLED[language].search(text) or _PLURALS.search(text)
    return bool(spelled or read(text, language))


def _number(text: str, match: re.Match[str]) -> Number:
    before, value, end = _before(text, match), _value(match[0]), match.end()
    scale = _SCALE.match(text, end)
    if scale:
        value *= _FACTORS[int(scale.lastindex or 1) - 1]
        end = scale.end()
    percent = _PERCENT.match(text, end)
    return Number(
        match[0],
        value,
        "percent" if percent else "",
        match.start(),
        percent.end() if percent else end,
        bool(scale or _ROUGHLY.search(before)),
        _bound(before),
        dated=bool(_YEAR.fullmatch(match[0]) or _DATED_BEFORE.search(before))
        or bool(_DATED_BEHIND.match(text, end)),
    )


def _before(text: str, match: re.Match[str]) -> str:
    """The few words before a match, which is all that hedges and bounds stand in."""
    return text[max(0, match.start() - HEDGE) : match.start()]


def _bound(before: str) -> int:
    return 1 if _MORE.search(before) else -1 if _LESS.search(before) else 0


def _value(number: str) -> float:
    # Of a version, « 1.0.2 », the first two parts are what a number has.
    return float(".".join(plain(number).split(".")[:2]))
