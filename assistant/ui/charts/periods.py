"""Weeks, months, quarters and years by the names that the analyses give them."""

import re
from datetime import date as Date
from datetime import timedelta

from babel.dates import format_date

from assistant.ui.words import UiLanguage, day, say

GRAINS = ("week", "month", "quarter", "year")

_WEEK, _QUARTER, _MONTH, _YEAR = (
    re.compile(pattern)
    for pattern in (r"(\d{4})-W(\d\d)", r"(\d{4})-Q([1-4])", r"(\d{4})-(\d\d)", r"(\d{4})")
)


def bounds(name: str) -> tuple[Date, Date]:
    """The first day of a period and the first day after it; raises ValueError for another name."""
    if found := _WEEK.fullmatch(name):
        start = Date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return start, start + timedelta(weeks=1)
    if found := _QUARTER.fullmatch(name):
        month, length = 3 * int(found[2]) - 2, 3
    elif found := _MONTH.fullmatch(name):
        month, length = int(found[2]), 1
    elif found := _YEAR.fullmatch(name):
        month, length = 1, 12
    else:
        raise ValueError(f"{name} is no period.")
    year, after = int(found[1]), month + length
    return Date(year, month, 1), Date(year + (after > 12), (after - 1) % 12 + 1, 1)


def middle(name: str) -> Date:
    """The day in the middle of a period, where its number is drawn."""
    first, after = bounds(name)
    return first + (after - first) / 2


def name_of(language: UiLanguage, name: str, *, short: bool = False) -> str:
    """A period in words: a week, a month, a quarter, or from one day to another."""
    if found := _WEEK.fullmatch(name):
        return say(language, "chart_week", n=int(found[2]), year=found[1])
    if _QUARTER.fullmatch(name):
        return str(format_date(bounds(name)[0], "QQQ y", locale=language))
    if _MONTH.fullmatch(name):
        form = "MMM y" if short else "MMMM y"
        return str(format_date(bounds(name)[0], form, locale=language))
    first, slash, last = name.partition("/")
    if not slash:
        return name
    ends = [day(language, each) if each != ".." else "…" for each in (first, last)]
    return say(language, "fact_interval", low=ends[0], high=ends[1])
