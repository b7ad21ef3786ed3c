"""The days that each way of writing a period stands for; None for what the calendar has not."""

import re
from datetime import date as Date
from datetime import timedelta

from assistant.reading.timewords import (
    LAST,
    LENGTH,
    NUMBERS,
    ORDINALS,
    SEASONS,
    SPOKEN,
    THIS,
    WEEKDAYS,
    around,
    days_back,
    latest,
    month_number,
    one_day,
    unit_of,
    whole_months,
)


def iso(found: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    """A day written in numbers."""
    return one_day(int(found["year"]), int(found["month"]), int(found["day"]))


def year_month(found: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    """A month written in numbers."""
    month = int(found["month"])
    return whole_months(int(found["year"]), month) if 1 <= month <= 12 else None


def named_day(found: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    """A day by the name of its month; without a year the latest."""
    month, day = month_number(found["month"]), int(re.sub(r"\D", "", found["day"]))
    if found["year"]:
        return one_day(int(found["year"]), month, day)
    this = one_day(today.year, month, day)
    return this if this and this[0] <= today else one_day(today.year - 1, month, day)


def days_of_month(found: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    """« du 3 au 17 octobre »."""
    month, (day, end) = month_number(found["month"]), (int(found["day"]), int(found["end"]))
    year = int(found["year"]) if found["year"] else today.year
    first, last = one_day(year, month, day), one_day(year, month, end)
    if first and last and not found["year"] and first[0] > today:
        first, last = one_day(year - 1, month, day), one_day(year - 1, month, end)
    return (first[0], last[0]) if first and last and first[0] <= last[0] else None


def months(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """« mai-juillet 2026 »: the months from one to the other, over a new year if need be."""
    first, last = month_number(found["month"]), month_number(found["end"])
    size = (last - first) % 12 + 1
    return latest(first, size, found["year"], today)


def spoken_year(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """« deux mille quatorze », "twenty twenty six"."""
    return whole_months(2000 + SPOKEN.get(found["said"], 0), 1, 12)


def quarter(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """A quarter by its number."""
    number = ORDINALS.get(found["q"]) or int(found["q"])
    return latest(3 * number - 2, 3, found["year"], today)


def half(found: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    """A half of a year by its number."""
    number = ORDINALS.get(found["h"]) or int(found["h"])
    return latest(6 * number - 5, 6, found["year"], today) if number < 3 else None


def season(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """A season; without a year the latest that has begun."""
    first = SEASONS[found["season"]]
    days = latest(first, 3, found["year"], today)
    # The last summer, said in summer, is the one before.
    if not found["year"] and re.search(rf"\b(?:{LAST})\b", found[0]) and days[1] >= today:
        return whole_months(days[0].year - 1, first, 3)
    return days


def named_month(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """A month by its name."""
    month = month_number(found["month"])
    days = latest(month, 1, found["year"], today)
    if not found["year"] and re.search(rf"\b(?:{LAST})\b", found[0]) and days[1] >= today:
        return whole_months(days[0].year - 1, month)
    return days


def running(found: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    """« les trois derniers mois »: up to today, or to the end of the year that they are of."""
    said = found["n"]
    number = int(said) if said.isdigit() else NUMBERS[said]
    if number > 1 and re.fullmatch("day|week|month|quarter|year", found["unit"]):
        # "A one or a two last month": one month, and two of something else.
        return None
    if found["year"]:
        end = Date(int(found["year"]), 12, 31)
        return days_back(number, unit_of(found["unit"]), end + timedelta(days=1)), end
    return days_back(number, unit_of(found["unit"]), today), today


def ago(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """« il y a trois mois »: the whole month, week or year of then."""
    said, unit = found["n"], unit_of(found["unit"])
    number = int(said) if said.isdigit() else NUMBERS[said]
    return around("day" if unit == "day" else unit, days_back(number, unit, today))


def near(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """This month, last quarter, the year before last."""
    unit = unit_of(found["unit"])
    this = around(unit, today)
    if re.search(rf"\b(?:{THIS})\b", found[0]) and not re.search(rf"\b(?:{LAST})\b", found[0]):
        return this
    return around(unit, this[0] - timedelta(days=1))


def part(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """« fin 2025 », "early 2026": the first, the middle or the last third of a year."""
    year = int(found["year"]) if found["year"] else today.year
    for pattern, first in ((r"mi|mid|milieu", 5), (r"fin|end|late", 9)):
        if re.match(pattern, found["part"]):
            return whole_months(year, first, 4)
    return whole_months(year, 1, 4)


def part_of_month(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """« début octobre », "late May": the first, the second or the last ten days."""
    first, last = latest(month_number(found["month"]), 1, found["year"], today)
    if re.match(r"mi", found["part"]):
        return first.replace(day=11), first.replace(day=20)
    if re.search(r"fin|end|late", found["part"]):
        return first.replace(day=21), last
    return first, first.replace(day=10)


def opening(found: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    """« les trois premiers mois de 2026 », "the first two weeks of June"."""
    said, unit = found["n"] or "1", unit_of(found["unit"])
    number = int(said) if said.isdigit() else NUMBERS[said]
    year = int(found["year"]) if found["year"] else today.year
    if unit in LENGTH:
        size = number * LENGTH[unit]
        return whole_months(year, 1, size) if not found["month"] and size <= 12 else None
    first = latest(month_number(found["month"]), 1, found["year"], today)[0]
    return first, first + timedelta(days=number * (7 if unit == "week" else 1) - 1)


def week_of_month(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """« la première semaine d'octobre »: its first or last seven days."""
    first, last = latest(month_number(found["month"]), 1, found["year"], today)
    if re.match("prem|first", found["end"]):
        return first, first + timedelta(days=6)
    return last - timedelta(days=6), last


def few(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """« ces derniers mois »: a few, up to today."""
    return days_back(NUMBERS["few"], unit_of(found["unit"]), today), today


def fortnight(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """The two weeks up to today."""
    return today - timedelta(days=15 if "quinzaine" in found[0] else 14), today


def week_of(found: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    """« la semaine du 2 novembre »."""
    days = named_day(found, today)
    return around("week", days[0]) if days else None


def feast(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """The feasts at the end of a year."""
    return latest(12, 1, found["year"], today)


def years(found: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    """ "2018-2020"."""
    first, last = int(found["year"]), int(found["end"])
    return (Date(first, 1, 1), Date(last, 12, 31)) if first <= last else None


def whole_year(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """A year by its number."""
    return whole_months(int(found["year"]), 1, 12)


def so_far(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """The year until today."""
    return Date(today.year, 1, 1), today


def yesterday(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """The day before."""
    return around("day", today - timedelta(days=1))


def back_to_school(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """« La rentrée » is in September."""
    return latest(9, 1, None, today)


def weekday(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """The latest day of that name; last Monday, said on a Monday, is the one before."""
    back = (today.weekday() - WEEKDAYS[found["weekday"]]) % 7
    if not back and re.search(rf"\b(?:{LAST})\b", found[0]):
        back = 7
    return around("day", today - timedelta(days=back))
