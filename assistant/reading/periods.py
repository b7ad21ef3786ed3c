"""Periods in questions: « depuis mars », "last quarter", "between Q2 and Q3".

A period that names no year is the latest one that has begun. "Last" is the whole one before
today's; "the last three months" run up to today. Both languages are read at once: their words for
time do not get in each other's way.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import timedelta

from assistant.reading.stretches import DETERMINERS, LEAD_REACH, LEADS, Stretch, stretches
from assistant.reading.text import Asked, Span
from assistant.reading.timewords import (
    LAST,
    NUMBER,
    NUMBERS,
    PAD,
    UNIT,
    WEEKDAYS,
    any_of,
    days_back,
    made_plain,
    one_day,
    unit_of,
    whole_months,
)

Days = tuple[Date | None, Date | None]
"""The first and the last day; an end may be open."""


@dataclass(frozen=True, slots=True)
class Periods:
    """The days that a question limits itself to, those it compares with, and where it says so.

    ``earlier`` says that it compares with the period before one that it does not name.
    """

    within: Days = (None, None)
    against: Days | None = None
    spans: tuple[Span, ...] = ()
    earlier: bool = False


_JOIN = re.compile(
    r" ?,? ?(?:(?P<to>to|a|au|until|till|through|jusqu'a|jusqu'en|jusqu'au|-|–|—)|(?P<and>and|et|&)"
    rf"|(?P<versus>{LEADS['against']}|with|avec)|(?P<or>or|ou|,)) ?{DETERMINERS}"
)
_OPEN_LENGTH = re.compile(
    rf"\b(?:depuis|for the|for|over the|over|sur|ca fait|since) (?P<n>{NUMBER}) (?P<unit>{UNIT})\b"
    rf"(?P<pad>{PAD}*)(?! (?:{LAST}|ago|plus tot))"
)
_BOUNDS = re.compile(
    r"\b(?:(?:before|after) and (?:before|after|since)|(?:avant|apres) et (?:avant|apres|depuis)) "
    rf"{DETERMINERS}$"
)
_BOTH_SIDES = re.compile(r"\b(?:before and after|avant ?(?:/|et) ?apres)\b")
_ONWARDS = re.compile(r" ?,? ?(?:onwards?\b|and (?:after|later|since)\b|et (?:apres|depuis)\b)")
_OF_THEN = re.compile(
    r"\b(?:reviews?|quotes?|comments?|remarks?|feedback|verbatims?|complaints?|messages?|opinions?"
    r"|answers?|responses?|ratings?|data|those|ones) from (?:the )?$"
)
"""Before a period that is over: "quotes from last month" are of that month."""

_ONE_BEFORE = re.compile(
    rf"\b(?:the|la|le|l'|celui|celle) ?(?:{UNIT})?(?: (?:just )?(?:before|earlier|prior)"
    r"|(?: juste)? (?:d'avant|precedente?))(?=\W*$|\W* (?:on|for|in|sur|pour|en)\b)"
)
"""The period before the one that is named: "last quarter … the quarter before"."""

_DAY = rf"(?: ?(?:{any_of(WEEKDAYS)}),?)"
_AHEAD = re.compile(
    rf"\bd'ici(?: a)?(?: la fin)?{_DAY}? ?(?:{DETERMINERS}|(?:fin|mi|debut)[- ])$"
    rf"|\b(?:by{_DAY}?|(?:pour|avant){_DAY}) (?:the |le )?$"
    r"|\b(?:avant|pour|d'ici) (?:le |la |l'|notre |mon )(?:\w+ )?(?:comite|reunion|conseil|codir"
    r"|comex|seminaire|atelier|presentation)(?: (?!de |du )[\w']+)? (?:de |d'|du )(?:mois de )?$"
)
"""Before a day or a month that is to come: « d'ici juin », "by Friday 11 December"."""

_MEETING = re.compile(
    r" (?:board|executive|exec|steering|leadership|management|team|offsite|committee)?(?: )?"
    r"(?:meeting|committee|workshop|away ?day|offsite|presentation|deadline|board)\b"
)
"""Behind a month: what something has to be ready for, "the January board meeting"."""

_LEFT_OUT = re.compile(
    r"\b(?:(?:ecart|ignor|exclu|elimin|laiss|enlev|retir)\w* (?:de cote )?(?:tout )?(?:ce qui|ceux"
    r"|celles|les (?:avis|reponses|donnees))"
    r"|(?:drop|exclud|ignor|discard|leav|remov)\w* (?:out )?(?:every|any|what|all\b|those|the (?:"
    r"reviews|answers|data)))[^.;?]{0,30}$"
)
"""Before a bound: what lies on that side of it is left out. Whoever leaves since July, and a score
that drops after June, leave nothing out."""

_SAME_LAST_YEAR = re.compile(
    r"\b(?:same (?:period|time|months?|quarter) (?:of )?(?:the )?(?:last|previous|prior) year"
    r"|(?:a la )?meme (?:periode|epoque|moment)[^?.,]{0,20}(?:l'an(?:nee)?|an)"
    r" (?:dernier|derniere|passee?|precedente?)"
    r"|year on year|year over year|d'une annee (?:sur|a) l'autre|sur un an)\b"
)


def read_periods(asked: Asked, today: Date, *, comparing: bool = False) -> Periods:
    """The period of a question, and the one that it compares with.

    ``comparing`` says that the question is of parts side by side, or of what changed: then two
    periods are those compared, and not the ends of one.
    """
    same = _SAME_LAST_YEAR.search(asked.plain)
    ahead = _ONE_BEFORE.search(asked.plain)
    apart = [each.span() for each in (same, ahead) if each]
    found = stretches(asked.without(apart).plain, today)
    # What lies ahead is when something is to be done, and limits nothing that was said.
    ahead_of_us = [
        each
        for each in found
        if each.first > today
        or (not each.dated and _AHEAD.search(asked.plain[: each.span[0]]))
        or _MEETING.match(asked.plain, each.span[1])
    ]
    found = [each for each in found if each not in ahead_of_us]
    if not found:
        rest = asked.without([ahead.span()] if ahead else [])
        open_one = _open_length(rest.plain, today)
        to_come = tuple(each.span for each in ahead_of_us)
        return replace(open_one, spans=(*open_one.spans, *to_come), earlier=ahead is not None)
    spans = tuple(each.span for each in found)
    onwards = [each for each in found if _ONWARDS.match(asked.plain[each.span[1] :])]
    if len(found) > 1 and onwards:
        # "This autumn, so September onwards."
        found = onwards
    if len(found) > 1:
        return replace(_of_two(asked.plain, found[0], found[1], comparing, today), spans=spans)
    only = found[0]
    if onwards:
        only = replace(only, lead="since")
    elif only.last < today and _of_then(asked.plain, only.span):
        only = replace(only, lead="in")
    if only.lead in _OTHER_SIDE and _LEFT_OUT.search(asked.plain[: only.span[0]]):
        only = replace(only, lead=_OTHER_SIDE[only.lead])
    bounds = _BOUNDS.search(asked.plain[: only.span[0]][-LEAD_REACH:])
    if bounds or (comparing and _BOTH_SIDES.search(asked.plain)):
        return Periods((only.first, None), (None, only.first - timedelta(days=1)), spans)
    days = _days(only)
    if only.lead == "against":
        return Periods((None, None), (only.first, only.last), spans)
    if same and days[0]:
        year_before = _a_year_before(days[0]), _a_year_before(days[1] or today)
        return Periods(days, year_before, (*spans, same.span()))
    if ahead and days[0]:
        return Periods(days, before(days, today), (*spans, ahead.span()))
    return Periods(days, None, spans)


_OTHER_SIDE = {"before": "since", "until": "after", "since": "before", "after": "until"}


def _of_then(plain: str, span: Span) -> bool:
    """Whether "from" says when something was written, and not from when on."""
    ahead = plain[: span[0]][-LEAD_REACH:]
    last = re.match(rf"(?:{LAST})\b", plain[span[0] :])
    return bool(_OF_THEN.search(ahead) or (last and re.search(r"\bfrom $", ahead)))


def before(days: Days, today: Date) -> Days | None:
    """The stretch that a period is compared with where nothing else is said: the one before it.

    It is as long as the period; before one that only begins lies everything.
    """
    first, last = days
    if first is None:
        return None
    eve = first - timedelta(days=1)
    if last is None:
        return None, eve
    if first.day == 1 and (last + timedelta(days=1)).day == 1:
        size = (last.year - first.year) * 12 + last.month - first.month + 1
        start = max(first.year * 12 + first.month - 1 - size, 12)
        return Date(start // 12, start % 12 + 1, 1), eve
    return eve - (last - first), eve


def _a_year_before(day: Date) -> Date:
    return Date(day.year - 1, day.month, min(day.day, monthrange(day.year - 1, day.month)[1]))


def _days(only: Stretch) -> Days:
    one = timedelta(days=1)
    return {
        "since": (only.first, None),
        "until": (None, only.last),
        "before": (None, only.first - one),
        "after": (only.last + one, None),
    }.get(only.lead, (only.first, only.last))


def _of_two(plain: str, one: Stretch, two: Stretch, comparing: bool, today: Date) -> Periods:
    join = _JOIN.fullmatch(plain[one.span[1] : two.span[0]])
    one, two = _years_shared(one, two, today)
    if (one.first, one.last) == (two.first, two.last):
        # "This October against last October."
        two = _in_year(two, two.first.year - 1)
    if two.lead == "against" or (join and join["versus"]) or one.lead == "against":
        return _compared(one, two)
    bounds = {one.lead, two.lead}
    if bounds & {"since", "after"} and bounds & {"until", "before"} and one.lead != two.lead:
        opening, closing = (one, two) if one.lead in ("since", "after") else (two, one)
        since, until = _days(opening)[0], _days(closing)[1]
        if since and until and since <= until:
            return Periods((since, until))
    if join and (join["to"] or one.lead == "range" or join["and"]) and not comparing:
        first, last = min(one.first, two.first), max(one.last, two.last)
        return Periods((first, last))
    if comparing:
        return _compared(one, two)
    if join and join["or"]:
        return _compared(one, two)
    # One inside the other says the same more precisely: "in March of last year".
    inner = min(one, two, key=lambda each: each.last - each.first)
    return Periods(_days(inner))


def _compared(one: Stretch, two: Stretch) -> Periods:
    earlier, later = sorted((one, two), key=lambda each: each.first)
    return Periods((later.first, later.last), (earlier.first, earlier.last))


def _years_shared(one: Stretch, two: Stretch, today: Date) -> tuple[Stretch, Stretch]:
    """« entre mars et juin 2025 »: the year is said once; without any the first comes first."""
    if one.dated == two.dated:
        if (
            not one.dated
            and one.first > two.first
            and two.lead != "against"
            and one.lead in ("range", "since")
        ):
            one = _in_year(one, one.first.year - 1)
        return one, two
    if two.dated and one.lead != "against":
        moved = _in_year(one, two.first.year)
        return (moved if moved.first <= two.first else _in_year(one, two.first.year - 1)), two
    if one.dated:
        return one, _in_year(two, one.first.year)
    return one, two


def _in_year(stretch: Stretch, year: int) -> Stretch:
    size = (stretch.last.year - stretch.first.year) * 12 + stretch.last.month - stretch.first.month
    if stretch.first.day == 1 and (stretch.last + timedelta(days=1)).day == 1:
        first, last = whole_months(year, stretch.first.month, size + 1)
        return replace(stretch, first=first, last=last)
    day = one_day(year, stretch.first.month, stretch.first.day)
    return replace(stretch, first=day[0], last=day[1]) if day else stretch


def _open_length(plain: str, today: Date) -> Periods:
    """« depuis six mois »: from then on."""
    found = _OPEN_LENGTH.search(made_plain(plain, today))
    if not found:
        return Periods()
    number = int(found["n"]) if found["n"].isdigit() else NUMBERS[found["n"]]
    return Periods((days_back(number, unit_of(found["unit"]), today), None), None, (found.span(),))
