"""The words for time in both languages, and the days that they stand for."""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date as Date
from datetime import timedelta
from functools import partial

MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    )
    for number, name in enumerate(names.split(), start=1)
}
SHORT = {
    "jan": 1, "janv": 1, "feb": 2, "fev": 2, "fevr": 2, "mar": 3, "apr": 4, "avr": 4, "jun": 6,
    "jul": 7, "juil": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
VERBS = ("may", "march")
"""Months that are verbs too: they count beside a year or a word for time."""

ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4,
    "premier": 1, "premiere": 1, "deuxieme": 2, "seconde": 2, "troisieme": 3, "quatrieme": 4,
    "1er": 1, "1ere": 1, "2e": 2, "3e": 3, "4e": 4, "2eme": 2, "3eme": 3, "4eme": 4,
}  # fmt: skip
NUMBERS = {
    word: number
    for words in (
        "one two three four five six seven eight nine ten eleven twelve",
        "un deux trois quatre cinq six sept huit neuf dix onze douze",
    )
    for number, word in enumerate(words.split(), start=1)
} | {
    "a": 1, "une": 1, "couple of": 2, "few": 3, "quelques": 3, "quinze": 15, "dix-huit": 18,
    "vingt": 20, "trente": 30, "soixante": 60, "fifteen": 15, "eighteen": 18, "twenty": 20,
    "thirty": 30, "sixty": 60, "ninety": 90,
}  # fmt: skip
SPOKEN = (
    {
        word: 10 + number
        for words in (
            "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen "
            "twenty",
            "dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf vingt",
        )
        for number, word in enumerate(words.split())
    }
    | {
        f"{tens}{join}{word}": 20 + number
        for tens, join, words in (
            ("twenty", " ", "one two three four five six seven eight nine"),
            ("twenty", "-", "one two three four five six seven eight nine"),
            ("vingt", "-", "et-un deux trois quatre cinq six sept huit neuf"),
            ("vingt", " ", "et-un deux trois quatre cinq six sept huit neuf"),
        )
        for number, word in enumerate(words.split(), start=1)
    }
    | {"vingt et un": 21}
)
"""Years of this century as they are said."""

SEASONS = {
    "spring": 3, "printemps": 3, "summer": 6, "ete": 6, "autumn": 9, "automne": 9, "fall": 9,
    "winter": 12, "hiver": 12,
}  # fmt: skip
FEAST = r"noel|fetes(?: de fin d'annee)?|christmas|xmas|holiday season|festive (?:season|period)"
"""The end of the year, as shops call it: December."""

WEEKDAYS = {
    name: number
    for names in (
        "monday tuesday wednesday thursday friday saturday sunday",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
    )
    for number, name in enumerate(names.split())
}

UNITS = {
    "day": r"days?|jours?",
    "week": r"weeks?|semaines?",
    "month": r"months?|mois",
    "quarter": r"quarters?|trimestres?",
    "half": r"half[- ]years?|semestres?|halves|half",
    "year": r"years?|annees?|ans?",
}
LENGTH = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def any_of(words: Sequence[str] | dict[str, int]) -> str:
    """A pattern of any of these words, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


OF = r"(?:,? ?(?:of |de l'annee |de |d'|en |in |l'an )?)"
YEAR = rf"(?:{OF}(?P<year>(?:19|20)\d\d)\b(?![-/]\d))"
MONTH = rf"(?:(?:{any_of(MONTHS)})\b|(?:{any_of(SHORT)})\b\.?)"
ORDINAL = any_of(ORDINALS)
NUMBER = rf"(?:\d{{1,3}}|{any_of(NUMBERS)})"
UNIT = "|".join(UNITS.values())
LAST = (
    r"last|past|previous|prior|dernier|derniere|derniers|dernieres|passee?s?|precedente?s?"
    r"|ecoulee?s?"
)
THIS = r"this|current|ce|cet|cette|ces|en cours|actuel|actuelle"


_OF_YEAR = (
    rf"(?P<ahead>\b(?:{MONTH}|{any_of(SEASONS)}|(?:q|t)[1-4]|(?:h|s)[12]|{UNITS['quarter']}"
    rf"|{UNITS['half']}|{FEAST})),? (?P<link>of (?:the )?|in (?:the )?|de |d')?"
)
_NEAR_YEARS = tuple(
    (re.compile(rf"{_OF_YEAR}(?:{said})\b"), back)
    for said, back in (
        (r"(?:last|previous|prior) year|l'an(?:nee)? (?:dernier|derniere|passee?|precedente?)", 1),
        (r"this year|the current year|cette annee|l'annee en cours", 0),
    )
)
_HALF_MORE = re.compile(
    rf"\b(?:(?P<n>{any_of(NUMBERS)}) (?P<unit>an|year)s?|(?P<last>last|past) year)"
    r" (?:et demie?|and a half)\b|\b(?P<n2>one|two|three) and a half years\b"
)


PAD = "\0"
"""Stands for the characters that a shorter way of saying leaves over."""


def made_plain(plain: str, today: Date) -> str:
    """The text with its years in figures, and its halves in months; padded to its length.

    "March of last year" is of a year by its number; « un an et demi » is eighteen months.
    """
    for way, back in _NEAR_YEARS:
        plain = way.sub(partial(_of_year, year=today.year - back), plain)
    return _HALF_MORE.sub(_in_months, plain)


def _of_year(found: re.Match[str], year: int) -> str:
    """The months of a year as they stand, and then the year, in as many characters."""
    return f"{found['ahead']} {year}".ljust(len(found[0]), PAD)


def _in_months(found: re.Match[str]) -> str:
    if found["last"]:
        return "last 18 months".ljust(len(found[0]), PAD)
    number = NUMBERS[found["n"] or found["n2"]]
    month = "mois" if found["unit"] == "an" else "months"
    return f"{12 * number + 6} {month}".ljust(len(found[0]), PAD)


def whole_months(year: int, month: int, size: int = 1) -> tuple[Date, Date]:
    """``size`` months from the first day of one."""
    end = year * 12 + month - 1 + size
    return Date(year, month, 1), Date(end // 12, end % 12 + 1, 1) - timedelta(days=1)


def latest(month: int, size: int, year: str | None, today: Date) -> tuple[Date, Date]:
    """The stretch of months of that year or, without one, the latest that has begun."""
    if year:
        return whole_months(int(year), month, size)
    return whole_months(today.year if month <= today.month else today.year - 1, month, size)


def days_back(number: int, unit: str, today: Date) -> Date:
    """The day so many units before today."""
    if unit in ("day", "week"):
        return today - timedelta(days=number * (7 if unit == "week" else 1))
    months = max(today.year * 12 + today.month - 1 - number * LENGTH[unit], 12)
    year, month = divmod(months, 12)
    return Date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def unit_of(text: str) -> str:
    """The unit that a word stands for."""
    return next(name for name, pattern in UNITS.items() if re.fullmatch(pattern, text))


def around(unit: str, day: Date) -> tuple[Date, Date]:
    """The whole day, week, month, quarter, half or year that holds a day."""
    if unit == "day":
        return day, day
    if unit == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    size = LENGTH[unit]
    return whole_months(day.year, (day.month - 1) // size * size + 1, size)


def one_day(year: int, month: int, day: int) -> tuple[Date, Date] | None:
    """A day as a stretch of one; None where the calendar has no such day."""
    try:
        return Date(year, month, day), Date(year, month, day)
    except ValueError:
        return None


def _month_number(name: str) -> int:
    return (MONTHS | SHORT)[name.rstrip(".")]


def month_number(name: str) -> int:
    """The number of a month by its name, short or long."""
    return (MONTHS | SHORT)[name.rstrip(".")]
