"""Months and quarters as people write them, against the days that the evidence is of."""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from assistant.types import Fact
from assistant.words import ANSWER_LANGUAGES, words

_ISO = re.compile(r"\b(\d{4})[- ](\d{2})(?:[- ](\d{2}))?\b")
_QUARTER_ISO = re.compile(r"\b(\d{4})-Q([1-4])\b")

_ORDINALS = {
    **dict.fromkeys(("premier", "1er", "first", "1st", "1"), 1),
    **dict.fromkeys(("deuxième", "second", "2e", "2ème", "2nd", "2"), 2),
    **dict.fromkeys(("troisième", "third", "3e", "3ème", "3rd", "3"), 3),
    **dict.fromkeys(("quatrième", "dernier", "fourth", "last", "4e", "4ème", "4th", "4"), 4),
}
_QUARTER = re.compile(
    rf"\b(?:({'|'.join(sorted(_ORDINALS, key=len, reverse=True))})[\s\u00a0\u202f]"
    r"(?:and [a-z]+ |et l[ea] [a-zè]+ |to the [a-z]+ )?(?:trimestre|quarter)s?|[QT]([1-4]))\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"^(?: (?:de|of|in))?[\s\u00a0\u202f]?((?:19|20)\d{2})\b")


def _months() -> dict[str, int]:
    named = {}
    for language in ANSWER_LANGUAGES:
        for number, name in enumerate(words(language).months, start=1):
            named[name.lower()] = number
    return named


MONTHS = _months()
"""The names of months in the languages of answers, in lower case, with their numbers."""

_MONTH = re.compile(rf"\b({'|'.join(sorted(MONTHS, key=len, reverse=True))})\b", re.IGNORECASE)


def fault(claim: str, facts: Iterable[Fact], *evidence: str) -> str | None:
    """Why a month or a quarter of the claim is not that of its evidence; None where all are.

    ``evidence`` are what was given, and what is known of the passages cited and facts are of.
    """
    if not (_MONTH.search(claim) or _QUARTER.search(claim)):
        return None
    held = set().union(*map(_held, evidence), *map(_limits, facts))
    for found in _MONTH.finditer(claim):
        if found[1] == "may":
            continue  # the verb
        month, year = MONTHS[found[1].lower()], _year(claim, found.end())
        if not any(m == month and (year is None or y in (year, 0)) for y, m in held):
            return f"the date {found[0]} stands in none of its evidence"
    for found in _QUARTER.finditer(claim):
        quarter = int(found[2] or _ORDINALS[found[1].lower()])
        year = _year(claim, found.end())
        if not any(_quarter(m) == quarter and (year is None or y in (year, 0)) for y, m in held):
            return f"the date {found[0]} stands in none of its evidence"
    return None


def without_quarters(claim: str) -> str:
    """The claim without the ordinals of its quarters, which are no figures."""
    return _QUARTER.sub(" ", claim)


@lru_cache(maxsize=64)
def _held(evidence: str) -> frozenset[tuple[int, int]]:
    """The (year, month) pairs of a text; year 0 where none is told.

    A month's name before no year, a quarter by its months. What was given is the same for all of an
    answer's claims.
    """
    found = {(int(y), int(m)) for y, m, _ in _ISO.findall(evidence) if 1 <= int(m) <= 12}
    for match in _MONTH.finditer(evidence):
        found.add((_year(evidence, match.end()) or 0, MONTHS[match[1].lower()]))
    for year, quarter in _QUARTER_ISO.findall(evidence):
        found |= {(int(year), 3 * int(quarter) - 2 + i) for i in range(3)}
    for match in _QUARTER.finditer(evidence):
        quarter = match[2] or _ORDINALS[match[1].lower()]
        year = _year(evidence, match.end()) or 0
        found |= {(year, 3 * int(quarter) - 2 + i) for i in range(3)}
    return frozenset(found)


def _limits(fact: Fact) -> set[tuple[int, int]]:
    """The ends of a fact's period."""
    days = [date.fromisoformat(str(day)) for end in _ENDS if (day := fact.filter.get(end))]
    return {(day.year, day.month) for day in days}


_ENDS = ("since", "until")


def _quarter(month: int) -> int:
    return (month + 2) // 3


def _year(text: str, place: int) -> int | None:
    found = _YEAR.match(text[place : place + 12])
    return int(found[1]) if found else None
