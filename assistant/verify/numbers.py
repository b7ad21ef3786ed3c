"""Whether the evidence holds the numbers of a claim.

A fact carries its own numbers, rounded, in their own unit, and a fraction's parts in their order;
a passage carries what it says.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.facts import FEWEST_IN_CELL
from assistant.types import SHARE_POINTS, Fact
from assistant.verify.numerals import (
    Number,
    digits_in,
    fractions_in,
    in_digits,
    pairs_in,
    plain,
    read,
    steps_in,
)
from assistant.verify.terms import LANGUAGES, terms_of
from corpus.types import FEWEST

_POINTS = re.compile(r"\b(?:points?|pts?)\b", re.IGNORECASE)

TOLERANCE = 0.05
"""How far, relatively, a rounded « environ » may be from what it rounds."""

FRACTION = 0.035
"""How far a fraction in words may be from the share that it tells."""


BEYOND = 0.15
"""How far the share told by "more than half" may lie beyond it."""

_MEASURES = (
    {
        "second": r"secondes?|seconds?",
        "minute": r"minutes?|min",
        "hour": r"heures?|hours?|h",
        "day": r"jours?|days?|j",
        "week": r"semaines?|weeks?",
        "month": r"mois|months?",
        "year": r"ans?|années?|years?",
    },
    {"mm": "mm", "cm": "cm", "m": r"m|mètres?|metres?", "km": r"km|kilom[èe]tres?"},
    {"g": r"g|grammes?|grams?", "kg": r"kg|kilos?"},
)
"""Units that one number may be told in by mistake for another, in either language."""

_MEASURED = re.compile(
    rf"(?<![\d.,])(\d+(?:[.,]\d+)?)[\s\u00a0\u202f-]?"
    rf"({'|'.join(form for units in _MEASURES for form in units.values())})\b",
    re.IGNORECASE,
)

LARGEST_OF_RATIO = 20
"""A whole up to this tells a ratio (« un sur quatre »), a larger one a count."""


def fault(
    claim: str,
    facts: Sequence[Fact],
    texts: str,
    about: str,
    given: str,
    cited: int = 0,
) -> str | None:
    """Why a number of the claim is not carried by its evidence; None where all are.

    ``texts`` is what the passages cited and the figures' labels say, ``about`` what is known of
    the passages besides (dates, scores, rows), ``given`` what any claim may draw on, ``cited`` how
    many pieces of evidence the claim names, which it may count.
    """
    language = terms_of(claim).language
    held = Held.of(facts, texts, about, given)
    there = steps_in(texts)
    for start, end in steps_in(claim) - there:
        if (end, start) in there:
            return f"its evidence goes from {end:g} to {start:g}"
    if other := _other_measure(claim, texts):
        return f"the unit of {other} is another in its evidence"
    told = read(claim, language)
    for pair in pairs_in(claim, language):
        is_held = held.has_pair(pair.part, pair.whole, pair.bound)
        if is_held is False:
            return f"the ratio {pair.text} stands in none of its evidence"
        if is_held:
            told = tuple(n for n in told if not pair.start <= n.start < pair.end)
    percents = [number.value for number in told if number.unit == "percent"]
    for fraction in fractions_in(claim, language):
        if not held.has_fraction(fraction, percents):
            return f"the ratio {fraction.text} stands in none of its evidence"
    of_share = bool(percents) or bool(_POINTS.search(claim))
    for number in told:
        if number.words and number.value <= max(cited, 1):
            continue
        if not held.has(number, of_share=of_share):
            return f"the number {number.text} stands in none of its evidence"
    return None


def _other_measure(claim: str, texts: str) -> str | None:
    """A number of the claim that the evidence tells in another unit alone: 38 mm for 38 cm."""
    there = _measures(texts)
    for number, units in _measures(claim).items():
        if there.get(number) and units.isdisjoint(there[number]):
            return number[0]
    return None


def _measures(text: str) -> dict[tuple[str, int], set[str]]:
    """The units of each number of a text, by what they measure."""
    found: dict[tuple[str, int], set[str]] = {}
    for number, word in _MEASURED.findall(in_digits(text, terms_of(text).language)):
        for kind, units in enumerate(_MEASURES):
            for unit, form in units.items():
                if re.fullmatch(form, word, re.IGNORECASE):
                    found.setdefault((plain(number), kind), set()).add(unit)
    return found


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
        counts = {*digits_in(texts), *digits_in(given)}
        counts |= {_rounded(n.value, 0) for n in (*said, *read(given)) if n.words}
        of_unit = [n for n in said if n.unit == "percent"]
        percents = {plain(n.text) for n in of_unit}
        if of_unit:
            # A table tells its unit once.
            percents |= digits_in(texts)
        percents |= {plain(n.text) for n in read(given) if n.unit == "percent"}
        # « marge 0.3 » is what a figure assumes: 30 %.
        percents |= {_rounded(100 * n.value, 0) for n in said if facts and 0 < n.value < 1}
        for fact in facts:
            counts |= _counts(fact)
            percents |= _percents(fact)
        shares = [f.value for f in facts if f.value is not None and f.unit == "share"]
        values = [v for f in facts for v in (f.value, f.numerator, f.denominator) if v is not None]
        told = [n.value / 100 for n in of_unit]
        for language in LANGUAGES:
            told += [number.value for number in fractions_in(texts, language)]
            told += [pair.part / pair.whole for pair in pairs_in(texts, language) if pair.whole]
        return cls(
            frozenset(counts),
            frozenset(percents),
            digits_in(about),
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

    def has_pair(self, part: float, whole: float, bound: int = 0) -> bool | None:
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
        if any(_near(ratio, part / whole, bound) for ratio in ratios):
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
        return any(_near(share, fraction.value, fraction.bound) for share in shares)


def _near(share: float, told: float, bound: int) -> bool:
    """Whether a fraction tells a share: about it, or beyond it on the side that it is bounded."""
    apart = share - told
    return apart * bound >= 0 and abs(apart) <= BEYOND if bound else abs(apart) <= FRACTION


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
    if fact.unit == SHARE_POINTS:
        bounds = [100 * value for value in (fact.value, fact.low, fact.high) if value is not None]
        return forms | {_rounded(value, places) for value in bounds for places in (0, 1)}
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
