"""Dates as people and tools write them, decided for a whole column at once."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from functools import cache

import dateparser

from corpus.importers.words import plain, vocabulary

Date = dt.date

_END = r"(?=$|[T\s,])"
_ISO = re.compile(rf"(\d{{4}})(?:[-/](\d{{1,2}})|([-/.])(\d{{1,2}})\3(\d{{1,2}})){_END}")
_NUMERIC = re.compile(rf"(\d{{1,2}})([-/. ])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_END}")
_MONTH = r"([^\W\d_]{3,10})\.?"
_DAY = r"(\d{1,2})(?:er|st|nd|rd|th)?"
_WRITTEN = (
    re.compile(
        rf"(?:[^\W\d_]+\.?,?\s+)?{_DAY}[\s\-./]*(?:de |of )?{_MONTH},?[\s\-./]*"
        rf"(\d{{4}}|\d{{2}}){_END}"
    ),
    re.compile(
        rf"(?:[^\W\d_]+\.?,?\s+)?(?P<month>[^\W\d_]{{3,10}})\.?\s+{_DAY},?\s+(?P<year>\d{{4}}){_END}"
    ),
    re.compile(rf"(?P<month>[^\W\d_]{{3,10}})\.?[\s\-]+(?P<year>\d{{4}}){_END}"),
)
_COMPACT = re.compile(r"(?:19|20)\d{6}$")
_SERIAL = re.compile(r"[2-6]\d{4}(?:\.\d+)?$")
_EPOCH = re.compile(r"[1-4]\d{9}(?:\d{3})?(?:\.\d+)?$")
_EXCEL_ZERO = Date(1899, 12, 30)

_SLOW_TRIES = 60
"""Unusual dates read before giving up on a column in which nearly none is a date."""

_SLOW_MOST = 5_000
"""Unusual dates read at most: each takes a millisecond or so."""


def looks_like_date(text: str) -> bool:
    """Whether ``text`` is written as a date, bare numbers left out."""
    if len(text) > 40 or not any(c.isdigit() for c in text):
        return False
    if _ISO.match(text) or _NUMERIC.match(text):
        return True
    return _written(text) is not None


def looks_like_timestamp(text: str) -> bool:
    """Whether ``text`` is a number that can stand for a date: compact, epoch, Excel serial."""
    return bool(_COMPACT.match(text) or _EPOCH.match(text) or _SERIAL.match(text))


def day_comes_first(values: Iterable[str], today: Date) -> bool | None:
    """Whether 03/04/2024 is the third of April; None where the values do not tell."""
    pairs = {
        (int(found[1]), int(found[3]), int(found[4]), found[2])
        for value in set(values)
        if (found := _NUMERIC.match(value.strip()))
    }
    first = sum(a > 12 >= b for a, b, _, _ in pairs)
    second = sum(b > 12 >= a for a, b, _, _ in pairs)
    if first != second:
        return first > second
    # The order that puts dates in the future is wrong.
    late_if_day_first = sum(_late(year, b, a, today) for a, b, year, _ in pairs)
    late_if_month_first = sum(_late(year, a, b, today) for a, b, year, _ in pairs)
    if late_if_day_first != late_if_month_first:
        return late_if_day_first < late_if_month_first
    # "01/03/2021, 01/04/2021": what never changes is the first of the month.
    firsts, seconds = {a for a, *_ in pairs}, {b for _, b, *_ in pairs}
    if len(pairs) > 2 and (firsts == {1}) != (seconds == {1}):
        return firsts == {1}
    return True if any(separator == "." for *_, separator in pairs) else None


def _late(year: int, month: int, day: int, today: Date) -> bool:
    return (_full_year(year, today), month, day) > (today.year, today.month, today.day + 1)


def read_dates(
    values: Sequence[str], day_first: bool = True, today: Date | None = None
) -> list[Date | None]:
    """The date of each value; None for what is no date, a placeholder or in the future.

    Placeholders are dates up to 1970, which machines write for "unknown". A value without a day
    counts as the first of its month.
    """
    today = today or Date.today()
    distinct = {value: _fast(value.strip(), day_first, today) for value in dict.fromkeys(values)}
    unread = [v for v, found in distinct.items() if found is None and _worth_trying(v)]
    for i, value in enumerate(unread[:_SLOW_MOST]):
        distinct[value] = _slow(value.strip(), day_first)
        if i == _SLOW_TRIES and sum(distinct[v] is not None for v in unread[:i]) < i / 5:
            break
    return [_plausible(distinct[value], today) for value in values]


def _plausible(found: Date | None, today: Date) -> Date | None:
    if found is None or found.year <= 1970 or found > today + dt.timedelta(days=1):
        return None
    return found


def _fast(text: str, day_first: bool, today: Date) -> Date | None:
    """The common ways to write a date, without the slow parser."""
    try:
        if found := _ISO.match(text):
            return Date(int(found[1]), int(found[2] or found[4]), int(found[5] or 1))
        if found := _NUMERIC.match(text):
            a, b, year = int(found[1]), int(found[3]), _full_year(int(found[4]), today)
            day, month = (a, b) if day_first else (b, a)
            # One row in the other order is read as it can be.
            return Date(year, day, month) if month > 12 else Date(year, month, day)
        if _COMPACT.match(text):
            return Date(int(text[:4]), int(text[4:6]), int(text[6:]))
        if _EPOCH.match(text):
            seconds = float(text)
            moment = seconds / 1000 if seconds >= 1e11 else seconds
            return dt.datetime.fromtimestamp(moment, dt.UTC).date()
        if _SERIAL.match(text):
            return _EXCEL_ZERO + dt.timedelta(days=int(float(text)))
        return _written(text, today)
    except (ValueError, OverflowError, OSError):
        return None


def _written(text: str, today: Date | None = None) -> Date | None:
    """A date with its month in letters: 12 mars 2024, Mar 12, 2024, mars 2024."""
    for pattern in _WRITTEN:
        if found := pattern.match(text):
            named = found.groupdict()
            month = _month(named.get("month") or found[2])
            day = 1 if found.re is _WRITTEN[2] else int(found[1] if not named else found[2])
            year = int(named.get("year") or found[3])
            if month and 1 <= day <= 31:
                try:
                    return Date(_full_year(year, today or Date.today()), month, day)
                except ValueError:
                    return None
    return None


def _full_year(year: int, today: Date) -> int:
    if year >= 100:
        return year
    return year + (2000 if year <= today.year % 100 + 1 else 1900)


@cache
def _months() -> dict[str, int]:
    return {name: month for month, names in vocabulary()["months"].items() for name in names}


def _month(name: str) -> int | None:
    return _months().get(plain(name))


def _worth_trying(text: str) -> bool:
    return 5 <= len(text) <= 40 and any(c.isdigit() for c in text) and not text.isdigit()


def _slow(text: str, day_first: bool) -> Date | None:
    found = dateparser.parse(
        text,
        languages=["fr", "en"],
        settings={
            # "Three days ago" would be counted from today, not from when it was written.
            "PARSERS": ["absolute-time"],
            "REQUIRE_PARTS": ["month", "year"],
            "PREFER_DAY_OF_MONTH": "first",
            "DATE_ORDER": "DMY" if day_first else "MDY",
        },
    )
    return found.date() if found else None
