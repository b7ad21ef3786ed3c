"""Ranges of years and ages that values of segments stand for: « plus de 5 ans », "25-34"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from assistant.reading.sayings import sayings
from assistant.reading.text import Asked, Span, composed, fold
from assistant.reading.timewords import NUMBERS
from assistant.reading.values import NamedValue

_WORDED = "|".join(sorted(map(re.escape, NUMBERS), key=len, reverse=True))
_NUMBER = rf"(?:\d+|{_WORDED})"
_UNIT = r"(?: ?(?P<unit>ans?|annees?|years?(?: old)?|yrs?|mois|months?))?"
_BETWEEN = r" ?(?:-|–|a|et|to|and) ?"
_WAYS = tuple(
    re.compile(rf"(?<![\w.,]){way}(?![\w%])")
    for way in (
        rf"(?:plus (?:de |d')|more than |over |above |[>+] ?)(?P<low>{_NUMBER}){_UNIT}",
        rf"(?P<low>{_NUMBER}){_UNIT} (?:et|ou|and|or) (?:plus|more|over|above)",
        rf"(?P<low>{_NUMBER}) ?\+{_UNIT}",
        rf"(?:moins (?:de |d')|less than |under |below |< ?)(?P<high>{_NUMBER}){_UNIT}",
        rf"(?P<low>{_NUMBER})(?: ans?| years?)?{_BETWEEN}(?P<high>{_NUMBER}){_UNIT}",
    )
)
_YEAR = 12  # months

_OF_PEOPLE = (
    r"(?: (?:de|d'|of|with|for|depuis|since|avec|ayant|having|qui ont|who have been|who are|aged"
    r"|ages? de|agees? de|us|with us|chez nous|inscrits|la|present))* ?$"
)
"""What may stand between a word for people and how long they have been there, or how old."""


@dataclass(frozen=True, slots=True)
class Range:
    """From ``low`` to ``high``, either may be open; in months if ``timed``, that is with a unit."""

    low: int | None
    high: int | None
    timed: bool


def find_ranges(
    asked: Asked, values: tuple[tuple[str, str], ...]
) -> tuple[list[NamedValue], list[tuple[str, Span]]]:
    """The values whose range the question names, and ranges of people that no value has."""
    known = _ranges_of(values)
    found: list[NamedValue] = []
    lacking: list[tuple[str, Span]] = []
    if not known:
        return found, lacking
    people = re.compile(rf"\b(?:{sayings(asked.language).people}){_OF_PEOPLE}")
    for each, span in _ranges(asked.plain):
        named = known.get(each)
        if named:
            found.append(NamedValue(*named, span))
        elif each.timed and people.search(asked.plain[: span[0]]):
            lacking.append((asked.text[slice(*span)], span))
    return found, lacking


@lru_cache(maxsize=8)
def _ranges_of(values: tuple[tuple[str, str], ...]) -> dict[Range, tuple[str, str]]:
    """The values that are a range from end to end, by it; ages also with their unit."""
    found: dict[Range, tuple[str, str]] = {}
    for segment, value in values:
        plain = fold(composed(value.strip()))
        for each, span in _ranges(plain):
            if span != (0, len(plain)):
                continue
            found.setdefault(each, (segment, value))
            if not each.timed:
                in_years = Range(_months(each.low), _months(each.high), timed=True)
                found.setdefault(in_years, (segment, value))
    return found


def _months(years: int | None) -> int | None:
    return None if years is None else years * _YEAR


def _ranges(plain: str) -> Iterator[tuple[Range, Span]]:
    """The ranges in a plain text, the widest reading of each stretch."""
    matches = [match for way in _WAYS for match in way.finditer(plain)]
    taken: list[Span] = []
    for match in sorted(matches, key=lambda each: each.start() - each.end()):
        if any(match.start() < end and start < match.end() for start, end in taken):
            continue
        taken.append(match.span())
        groups = match.groupdict()
        unit = groups["unit"] or ""
        size = (1 if unit.startswith("mo") else _YEAR) if unit else 1
        low, high = (_number(groups.get(name)) for name in ("low", "high"))
        yield (
            Range(
                None if low is None else low * size,
                None if high is None else high * size,
                timed=bool(unit),
            ),
            match.span(),
        )


def _number(text: str | None) -> int | None:
    return None if text is None else NUMBERS.get(text) or int(text)
