"""Numbers as people write them, and whether the evidence holds them.

A number is read with its unit, in French or English format, in digits or in words, and as a
fraction (« un sur quatre », "two thirds"). A fact carries its own numbers, rounded, in their own
unit, and a fraction's parts in their order; a passage carries what it says.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from text_to_num import alpha2digit

from assistant.facts import FEWEST_IN_CELL
from assistant.types import Fact
from assistant.verify.dates import MONTHS
from assistant.verify.terms import terms_of
from corpus.types import FEWEST

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

_POINTS = re.compile(r"\b(?:points?|pts?)\b", re.IGNORECASE)

_SPELLED = {
    "fr": re.compile(
        r"\b(?:(?P<half>la moitié)|(?P<third>un tiers)|(?P<thirds>(?:les )?deux tiers)|"
        r"(?P<quarter>un quart|le quart)|(?P<quarters>(?:les )?trois quarts))\b"
        r"(?! d[’'](?:an|heure))",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:(?P<half>half)|(?P<third>(?:a|one)[ -]third)|(?P<thirds>two[ -]thirds)|"
        r"(?P<quarter>(?:a|one)[ -]quarter)|(?P<quarters>three[ -]quarters))\b"
        r"(?! (?:an?\b|of an? (?:hour|year|point)|time|party|person|place|day|week|attempt))",
        re.IGNORECASE,
    ),
}
_PARTS = {"half": 1 / 2, "third": 1 / 3, "thirds": 2 / 3, "quarter": 1 / 4, "quarters": 3 / 4}

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

TOLERANCE = 0.05
"""How far, relatively, a rounded « environ » may be from what it rounds."""

FRACTION = 0.035
"""How far a fraction in words may be from the share that it tells."""


HEDGE = 24
"""Characters before a number in which it is hedged or bounded."""

BEYOND = 0.15
"""How far the share told by "more than half" may lie beyond it."""

LARGEST_OF_RATIO = 20
"""A whole up to this tells a ratio (« un sur quatre »), a larger one a count."""


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
    text = _SPELLED[language].sub(" ", written(text))
    text = _PER_CENT.sub("%", text)  # « cent » is no number here
    text = _COLLECTIVE.sub(lambda found: f"{_COLLECTIVES[found[1].lower()]} ", text)
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


def fault(
    claim: str,
    facts: Sequence[Fact],
    texts: str,
    about: str,
    given: str,
    cited: int = 0,
    *,
    spelled: bool = True,
) -> str | None:
    """Why a number of the claim is not carried by its evidence; None where all are.

    ``texts`` is what the passages cited and the figures' labels say, ``about`` what is known of
    the passages besides (dates, scores, rows), ``given`` what any claim may draw on, ``cited`` how
    many pieces of evidence the claim names, which it may count. ``spelled`` reads numbers in words.
    """
    language = terms_of(claim).language
    held = Held.of(facts, texts, about, given)
    there = steps_in(texts)
    for start, end in steps_in(claim) - there:
        if (end, start) in there:
            return f"its evidence goes from {end:g} to {start:g}"
    told = read(claim, language)
    for found in _PAIR.finditer(in_digits(claim, language)):
        is_held = held.has_pair(_value(found[1]), _value(found[2]))
        if is_held is False:
            return f"the ratio {found[0]} stands in none of its evidence"
        if is_held:
            told = tuple(n for n in told if not found.start() <= n.start < found.end())
    percents = [number.value for number in told if number.unit == "percent"]
    for fraction in fractions_in(claim, language) if spelled else ():
        if not held.has_fraction(fraction, percents):
            return f"the ratio {fraction.text} stands in none of its evidence"
    of_share = bool(percents) or bool(_POINTS.search(claim))
    for number in told:
        if number.words and (not spelled or number.value <= max(cited, 1)):
            continue
        if not held.has(number, of_share=of_share):
            return f"the number {number.text} stands in none of its evidence"
    return None


@dataclass(frozen=True, slots=True)
class Held:
    """The numbers that a claim's evidence holds, in the forms in which they may be told.

    ``counts`` and ``percents`` are written plainly; ``dated`` are those known of passages rather
    than said in them, which a claim may tell as a date, a score or a row alone. ``values``,
    ``shares``, ``fractions`` and ``parts`` (with their wholes) are there to be rounded.
    """

    counts: frozenset[str]
    percents: frozenset[str]
    dated: frozenset[str]
    values: tuple[float, ...]
    shares: tuple[float, ...]
    fractions: tuple[float, ...]
    parts: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, facts: Sequence[Fact], texts: str, about: str, given: str) -> "Held":
        """What facts, passages, what is known of both, and what was given hold."""
        said = read(texts)
        counts = {*_written(texts), *_written(given)}
        counts |= {_rounded(n.value, 0) for n in (*said, *read(given)) if n.words}
        of_unit = [n for n in said if n.unit == "percent"]
        percents = {plain(n.text) for n in of_unit}
        if of_unit:
            # A table tells its unit once.
            percents |= _written(texts)
        percents |= {plain(n.text) for n in read(given) if n.unit == "percent"}
        for fact in facts:
            counts |= _counts(fact)
            percents |= _percents(fact)
        shares = [f.value for f in facts if f.value is not None and f.unit == "share"]
        values = [v for f in facts for v in (f.value, f.numerator, f.denominator) if v is not None]
        told = [n.value / 100 for n in of_unit]
        for language in _SPELLED:
            told += [number.value for number in fractions_in(texts, language)]
            told += [part / whole for part, whole in pairs_in(texts, language) if whole]
        return cls(
            frozenset(counts),
            frozenset(percents),
            _written(about),
            (*values, *(n.value for n in said)),
            tuple(shares),
            tuple(told),
            _parts(facts),
        )

    def has(self, number: Number, *, of_share: bool) -> bool:
        """Whether a number is held in its unit; ``of_share`` where one without may be a share's."""
        form = _rounded(number.value, 0) if number.words else plain(number.text)
        if number.unit == "percent":
            exact = self.percents
            near = [100 * share for share in (*self.shares, *(1 - s for s in self.shares))]
        else:
            exact = self.counts | (self.percents if of_share else frozenset())
            exact |= self.dated if number.dated else frozenset()
            near = list(self.values)
        if number.bound and form in exact and self.shares:
            # "More than 15 %" is false of 14.6 %, which rounds to it.
            close = [v for v in near if abs(v - number.value) < 1]
            return not close or any((v - number.value) * number.bound >= 0 for v in close)
        return form in exact or (number.roughly and any(_rounds(v, number) for v in near))

    def has_pair(self, part: float, whole: float) -> bool | None:
        """Whether a part and its whole are told; None where only their numbers can say.

        False where they are told the other way round, or are the ratio of no share.
        """
        known = {(round(a), round(b)) for a, b in self.parts}
        known |= {(b - a, b) for a, b in known}
        if (part, whole) in known:
            return True
        if (whole, part) in known:
            return False
        if not 0 < part < whole <= LARGEST_OF_RATIO or part % 1:
            return None
        ratios = [r for a, b in self.parts for r in (a / b, 1 - a / b)]
        ratios += [*self.shares, *(1 - share for share in self.shares), *self.fractions]
        if any(abs(ratio - part / whole) <= FRACTION for ratio in ratios):
            return True
        return False if self.parts else None

    def has_fraction(self, fraction: Number, percents: Sequence[float]) -> bool:
        """Whether a fraction in words tells a share that is held.

        Where the claim tells the share in figures too, the fraction is held against those.
        """
        shares = [p / 100 for p in percents] or [
            *self.shares,
            *(1 - share for share in self.shares),
            *self.fractions,
        ]
        if not shares:
            return bool(self.values)  # of a difference: « la moitié de la hausse »
        for share in shares:
            apart = share - fraction.value
            if fraction.bound and apart * fraction.bound >= 0 and abs(apart) <= BEYOND:
                return True
            if not fraction.bound and abs(apart) <= FRACTION:
                return True
        return False


def pairs_in(text: str, language: str) -> list[tuple[float, float]]:
    """The parts and wholes that a text tells: « 110 sur 758 », "one in four"."""
    return [
        (_value(found[1]), _value(found[2])) for found in _PAIR.finditer(in_digits(text, language))
    ]


def fractions_in(text: str, language: str) -> list[Number]:
    """The fractions that a text tells in words."""
    found = []
    for match in _SPELLED[language].finditer(text):
        before = _before(text, match)
        found.append(
            Number(
                match[0],
                _PARTS[str(match.lastgroup)],
                "ratio",
                match.start(),
                match.end(),
                bool(_ROUGHLY.search(before)),
                _bound(before),
                True,
            )
        )
    return found


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
    return float(plain(number))


@lru_cache(maxsize=512)
def _written(text: str) -> frozenset[str]:
    """The numbers in digits, plainly; « 82 100 » may be two counts one after the other."""
    return frozenset(map(plain, {*_NUMBER.findall(text), *_NUMBER.findall(written(text))}))


def _rounded(value: float, places: int) -> str:
    return plain(f"{abs(value):.{places}f}")


def _rounds(value: float, number: Number) -> bool:
    """Whether a hedged number is a value rounded, on the side that it says."""
    value = abs(value)
    if number.bound and (value - number.value) * number.bound < 0:
        return False
    return abs(value - number.value) <= TOLERANCE * value


def _parts(facts: Sequence[Fact]) -> tuple[tuple[float, float], ...]:
    """Parts and wholes, where nothing but shares is told: « 4 sur 5 » may be a score else."""
    if any(fact.unit not in ("share", "count") for fact in facts):
        return ()
    return tuple((f.numerator, f.denominator) for f in facts if f.numerator and f.denominator)


def _counts(fact: Fact) -> set[str]:
    """The ways to tell a fact's counts and, where it is no share, its value."""
    whole = [fact.numerator, fact.denominator, fact.n]
    if fact.numerator is not None and fact.denominator is not None:
        whole.append(fact.denominator - fact.numerator)
    forms = {_rounded(value, 0) for value in whole if value is not None}
    if fact.value is None:
        # What is withheld is said to be below these.
        forms |= {str(FEWEST), str(FEWEST_IN_CELL)}
    if fact.unit == "share":
        return forms
    bounds = [value for value in (fact.value, fact.low, fact.high) if value is not None]
    return forms | {_rounded(value, places) for value in bounds for places in (0, 1, 2)}


def _percents(fact: Fact) -> set[str]:
    """The ways to tell a share: in per cent, or by those who are left; a ratio by what it adds."""
    bounds = [value for value in (fact.value, fact.low, fact.high) if value is not None]
    if fact.unit == "ratio":
        bounds = [value - 1 for value in bounds]
    elif fact.unit == "share":
        bounds += [1 - share for share in bounds]
    else:
        return set()
    return {_rounded(100 * share, places) for share in bounds for places in (0, 1)}
