"""Periods in questions: « depuis mars », "last quarter", "between Q2 and Q3".

A period that names no year is the latest one that has begun. "Last" is the whole one before
today's; "the last three months" run up to today. Both languages are read at once: their words for
time do not get in each other's way.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import timedelta

from assistant.reading.text import Asked, Span

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


@dataclass(frozen=True, slots=True)
class _Stretch:
    """One period as it is written: its days, whether its year is, and the word before it."""

    span: Span
    first: Date
    last: Date
    dated: bool
    lead: str = "in"


# Words -------------------------------------------------------------------------------------------

_MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    )
    for number, name in enumerate(names.split(), start=1)
}
_SHORT = {
    "jan": 1, "janv": 1, "feb": 2, "fev": 2, "fevr": 2, "mar": 3, "apr": 4, "avr": 4, "jun": 6,
    "jul": 7, "juil": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_VERBS = ("may", "march")
"""Months that are verbs too: they count beside a year or a word for time."""

_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4,
    "premier": 1, "premiere": 1, "deuxieme": 2, "seconde": 2, "troisieme": 3, "quatrieme": 4,
    "1er": 1, "1ere": 1, "2e": 2, "3e": 3, "4e": 4, "2eme": 2, "3eme": 3, "4eme": 4,
}  # fmt: skip
_NUMBERS = {
    word: number
    for words in (
        "one two three four five six seven eight nine ten eleven twelve",
        "un deux trois quatre cinq six sept huit neuf dix onze douze",
    )
    for number, word in enumerate(words.split(), start=1)
} | {"a": 1, "une": 1, "couple of": 2, "few": 3, "quelques": 3, "dix-huit": 18, "eighteen": 18}
_SPOKEN = (
    {
        word: 10 + number
        for words in (
            "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty",
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

_SEASONS = {
    "spring": 3, "printemps": 3, "summer": 6, "ete": 6, "autumn": 9, "automne": 9, "fall": 9,
    "winter": 12, "hiver": 12,
}  # fmt: skip
_UNITS = {
    "day": r"days?|jours?",
    "week": r"weeks?|semaines?",
    "month": r"months?|mois",
    "quarter": r"quarters?|trimestres?",
    "half": r"half[- ]years?|semestres?|halves|half",
    "year": r"years?|annees?|ans?",
}
_LENGTH = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def _any(words: Sequence[str] | dict[str, int]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_OF = r"(?:,? ?(?:of |de l'annee |de |d'|en |in |l'an )?)"
_YEAR = rf"(?:{_OF}(?P<year>(?:19|20)\d\d)\b(?![-/]\d))"
_MONTH = rf"(?:(?:{_any(_MONTHS)})\b|(?:{_any(_SHORT)})\b\.?)"
_ORDINAL = _any(_ORDINALS)
_NUMBER = rf"(?:\d{{1,3}}|{_any(_NUMBERS)})"
_UNIT = "|".join(_UNITS.values())
_LAST = (
    r"last|past|previous|prior|dernier|derniere|derniers|dernieres|passee?s?|precedente?s?"
    r"|ecoulee?s?"
)
_THIS = r"this|current|ce|cet|cette|ces|en cours|actuel|actuelle"


# Making days ------------------------------------------------------------------------------------


def _months(year: int, month: int, size: int = 1) -> tuple[Date, Date]:
    """``size`` months from the first day of one."""
    end = year * 12 + month - 1 + size
    return Date(year, month, 1), Date(end // 12, end % 12 + 1, 1) - timedelta(days=1)


def _latest(month: int, size: int, year: str | None, today: Date) -> tuple[Date, Date]:
    """The stretch of months of that year or, without one, the latest that has begun."""
    if year:
        return _months(int(year), month, size)
    return _months(today.year if month <= today.month else today.year - 1, month, size)


def _back(number: int, unit: str, today: Date) -> Date:
    if unit in ("day", "week"):
        return today - timedelta(days=number * (7 if unit == "week" else 1))
    months = max(today.year * 12 + today.month - 1 - number * _LENGTH[unit], 12)
    year, month = divmod(months, 12)
    return Date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _unit(text: str) -> str:
    return next(name for name, pattern in _UNITS.items() if re.fullmatch(pattern, text))


def _around(unit: str, day: Date) -> tuple[Date, Date]:
    """The whole day, week, month, quarter, half or year that holds a day."""
    if unit == "day":
        return day, day
    if unit == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    size = _LENGTH[unit]
    return _months(day.year, (day.month - 1) // size * size + 1, size)


Made = Callable[[re.Match[str], Date], tuple[Date, Date] | None]


def _day(year: int, month: int, day: int) -> tuple[Date, Date] | None:
    try:
        return Date(year, month, day), Date(year, month, day)
    except ValueError:
        return None


def _month_number(name: str) -> int:
    return (_MONTHS | _SHORT)[name.rstrip(".")]


def _iso(found: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    return _day(int(found["year"]), int(found["month"]), int(found["day"]))


def _year_month(found: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    month = int(found["month"])
    return _months(int(found["year"]), month) if 1 <= month <= 12 else None


def _named_day(found: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    month, day = _month_number(found["month"]), int(re.sub(r"\D", "", found["day"]))
    if found["year"]:
        return _day(int(found["year"]), month, day)
    this = _day(today.year, month, day)
    return this if this and this[0] <= today else _day(today.year - 1, month, day)


def _days_of_month(found: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    """« du 3 au 17 octobre »."""
    month, (day, end) = _month_number(found["month"]), (int(found["day"]), int(found["end"]))
    year = int(found["year"]) if found["year"] else today.year
    first, last = _day(year, month, day), _day(year, month, end)
    if first and last and not found["year"] and first[0] > today:
        first, last = _day(year - 1, month, day), _day(year - 1, month, end)
    return (first[0], last[0]) if first and last and first[0] <= last[0] else None


def _spoken_year(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """« deux mille quatorze », "twenty twenty six"."""
    return _months(2000 + _SPOKEN.get(found["said"], 0), 1, 12)


def _quarter(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    number = _ORDINALS.get(found["q"]) or int(found["q"])
    return _latest(3 * number - 2, 3, found["year"], today)


def _half(found: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    number = _ORDINALS.get(found["h"]) or int(found["h"])
    return _latest(6 * number - 5, 6, found["year"], today) if number < 3 else None


def _season(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    first = _SEASONS[found["season"]]
    days = _latest(first, 3, found["year"], today)
    # The last summer, said in summer, is the one before.
    if not found["year"] and re.search(rf"\b(?:{_LAST})\b", found[0]) and days[1] >= today:
        return _months(days[0].year - 1, first, 3)
    return days


def _named_month(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    month = _month_number(found["month"])
    days = _latest(month, 1, found["year"], today)
    if not found["year"] and re.search(rf"\b(?:{_LAST})\b", found[0]) and days[1] >= today:
        return _months(days[0].year - 1, month)
    return days


def _running(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """« les trois derniers mois »: up to today, or to the end of the year that they are of."""
    said = found["n"]
    number = int(said) if said.isdigit() else _NUMBERS[said]
    if found["year"]:
        end = Date(int(found["year"]), 12, 31)
        return _back(number, _unit(found["unit"]), end + timedelta(days=1)), end
    return _back(number, _unit(found["unit"]), today), today


def _ago(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """« il y a trois mois »: the whole month, week or year of then."""
    said, unit = found["n"], _unit(found["unit"])
    number = int(said) if said.isdigit() else _NUMBERS[said]
    return _around("day" if unit == "day" else unit, _back(number, unit, today))


def _near(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """This month, last quarter, the year before last."""
    unit = _unit(found["unit"])
    this = _around(unit, today)
    if re.search(rf"\b(?:{_THIS})\b", found[0]) and not re.search(rf"\b(?:{_LAST})\b", found[0]):
        return this
    return _around(unit, this[0] - timedelta(days=1))


def _part(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """« fin 2025 », "early 2026": the first, the middle or the last third of a year."""
    year = int(found["year"]) if found["year"] else today.year
    for pattern, first in ((r"mi|mid|milieu", 5), (r"fin|end|late", 9)):
        if re.match(pattern, found["part"]):
            return _months(year, first, 4)
    return _months(year, 1, 4)


def _whole_year(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    return _months(int(found["year"]), 1, 12)


def _so_far(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """The year until today."""
    return Date(today.year, 1, 1), today


def _yesterday(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    return _around("day", today - timedelta(days=1))


def _back_to_school(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """« La rentrée » is in September."""
    return _latest(9, 1, None, today)


_YEAR_2 = _YEAR.replace("<year>", "<year2>")
_IN_SEASON = rf"(?:l'|cet |cette |ce |au |le |the |this |in |(?:{_LAST}) |en |d'|during )"
_NO_COUNT = r"(?![/.,-]?\d| ?(?:€|euros?|eur\b|%|clients|customers|avis|reviews|answers|reponses))"

_KINDS: tuple[tuple[re.Pattern[str], Made], ...] = tuple(
    (re.compile(pattern), made)
    for pattern, made in (
        (r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b", _iso),
        (r"\b(?P<day>\d\d?)[/.](?P<month>\d\d?)[/.](?P<year>(?:19|20)\d\d)\b", _iso),
        (r"(?<![\d/.])\b(?P<month>\d\d?)/(?P<year>(?:19|20)\d\d)\b", _year_month),
        (r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)\b", _year_month),
        (
            rf"\b(?P<day>\d\d?)(?:er|st|nd|rd|th)? ?(?:au|to|-|–|until|through|et|and) ?(?:the )?"
            rf"(?P<end>\d\d?)(?:er|st|nd|rd|th)? (?:of )?(?P<month>{_MONTH}){_YEAR}?"
            rf"|\b(?P<month2>{_MONTH}) (?P<day2>\d\d?)(?:st|nd|rd|th)? ?(?:to|-|–|until|through) ?"
            rf"(?P<end2>\d\d?)(?:st|nd|rd|th)?\b{_YEAR_2}?",
            _days_of_month,
        ),
        (rf"\b(?P<day>\d\d?(?:er|st|nd|rd|th)?) (?:of )?(?P<month>{_MONTH}){_YEAR}?", _named_day),
        (rf"\b(?P<month>{_MONTH}) (?:the )?(?P<day>\d\d?(?:st|nd|rd|th)?)\b{_YEAR}?", _named_day),
        (
            rf"\b(?P<n>{_NUMBER}) (?:{_LAST}) (?P<unit>{_UNIT})\b{_YEAR}?"
            rf"|\b(?:{_LAST}|ces) (?P<n2>{_NUMBER}) (?P<unit2>{_UNIT})\b{_YEAR_2}?",
            _running,
        ),
        (
            rf"\bil y a (?P<n>{_NUMBER}) (?P<unit>{_UNIT})\b"
            rf"|\b(?P<n2>{_NUMBER}) (?P<unit2>{_UNIT}) (?:ago|earlier|plus tot|auparavant)\b",
            _ago,
        ),
        (
            rf"\b(?:q|t)(?P<q>[1-4])\b{_YEAR}?"
            rf"|\b(?P<q2>{_ORDINAL}) (?:quarter|trimestre)\b{_YEAR_2}?",
            _quarter,
        ),
        (r"\b(?P<year>20\d\d) ?(?:q|t)(?P<q>[1-4])\b", _quarter),
        (
            rf"\b(?:h|s)(?P<h>[12])\b{_YEAR}?|\b(?P<year3>20\d\d)[- ]?(?:h|s)(?P<h3>[12])\b|\b(?P<h2>{_ORDINAL}) (?:half|semestre)\b"
            rf"(?: of the year| de l'annee(?! (?:19|20)))?{_YEAR_2}?",
            _half,
        ),
        (
            r"\b(?:year to date|ytd|(?:debut|start|beginning) (?:of |de )?"
            r"(?:the |this |l'|cette )?(?:year|annee))\b",
            _so_far,
        ),
        (
            rf"\b(?:{_LAST}|{_THIS}) (?P<unit>{_UNIT})\b(?:-ci)?"
            rf"|\b(?P<unit2>{_UNIT}) (?:{_LAST}|en cours|actuel|actuelle)\b",
            _near,
        ),
        (
            r"\b(?P<part>debut|mi|fin|milieu|early|mid|late|end of|start of|beginning of)[- ]"
            r"(?:de |d'|l'annee |of |in )?(?P<year>(?:19|20)\d\d)\b",
            _part,
        ),
        (
            rf"\b{_IN_SEASON}(?P<season>{_any(_SEASONS)})\b(?! in | of )"
            rf"(?: (?:{_LAST}))?{_YEAR}?"
            rf"|\b(?P<season2>{_any(_SEASONS)}) (?P<year2>(?:19|20)\d\d)\b",
            _season,
        ),
        (
            rf"\b(?P<year2>20\d\d) (?P<month2>{_MONTH})(?! 20)"
            rf"|\b(?:(?:{_LAST}) )?(?P<month>{_MONTH})(?: (?:{_LAST})\b)?{_YEAR}?",
            _named_month,
        ),
        (rf"(?<![\d/.,-])\b(?P<year>(?:19|20)\d\d)\b{_NO_COUNT}", _whole_year),
        (
            r"\b(?:(?:deux[ -]mille|two thousand(?: and)?|twenty)[ -](?P<said>"
            rf"{_any(_SPOKEN)})|deux mille|two thousand)\b(?! (?:clients|customers|avis|reviews))",
            _spoken_year,
        ),
        (r"\b(?:yesterday|hier)\b", _yesterday),
        (r"\b(?:la rentree|back[- ]to[- ]school)\b", _back_to_school),
    )
)

_DETERMINERS = (
    r"(?:(?:the|le|la|les|l'|du|de|d'|des|au|a|en|in|of|mois|month|year|annee|whole|all of|tout"
    r"|toute) ?)*"
)
_ONES = r"(?: ceux| celles?| celui)?"
_LEADS = {
    "against": (
        r"than|than in|compared (?:to|with)|versus|vs\.?|against|by comparison with|relative to"
        rf"|comparee?s? (?:a|au|aux|avec){_ONES}|par rapport (?:a|au|aux){_ONES}|contre|face a"
        r"|next to|que|qu'|(?:down|up|lower|higher|worse|better) (?:on|from)"
    ),
    "until": (
        r"until|till|up to|up until|through|jusqu'a|jusqu'en|jusqu'au|jusqu'aux|by the end of"
    ),
    "before": r"before|prior to|ahead of|avant|anterieure?s? a",
    "after": r"after|following|apres|posterieure?s? a",
    "since": (
        r"since|depuis|as of|as from|a partir de|a partir du|a compter de|des|from|starting"
        r"|ever since"
    ),
    "range": r"between|entre|from|de|du|d'",
}
"""What the word before a period makes of it; the first that fits."""

_LEAD = {
    name: re.compile(rf"(?:^|(?<![^\W_]))(?:{words}) ?{_DETERMINERS}$")
    for name, words in _LEADS.items()
}
_LEAD_REACH = 60
_JOIN = re.compile(
    r" ?,? ?(?:(?P<to>to|a|au|until|till|through|jusqu'a|jusqu'en|jusqu'au|-|–|—)|(?P<and>and|et|&)"
    rf"|(?P<versus>{_LEADS['against']}|with|avec)|(?P<or>or|ou|,)) ?{_DETERMINERS}"
)
_OPEN_LENGTH = re.compile(
    rf"\b(?:depuis|for the|for|over the|ca fait|since) (?P<n>{_NUMBER}) (?P<unit>{_UNIT})\b"
    rf"(?! (?:{_LAST}|ago|plus tot))"
)
_BOUNDS = re.compile(
    r"\b(?:(?:before|after) and (?:before|after|since)|(?:avant|apres) et (?:avant|apres|depuis)) "
    rf"{_DETERMINERS}$"
)
_BOTH_SIDES = re.compile(r"\b(?:before and after|avant ?(?:/|et) ?apres)\b")
_ONWARDS = re.compile(r" ?,? ?(?:onwards?\b|and (?:after|later|since)\b|et (?:apres|depuis)\b)")
_ONE_BEFORE = re.compile(
    rf"\b(?:the|la|le|l'|celui|celle) ?(?:{_UNIT})?(?: (?:just )?(?:before|earlier|prior)"
    r"|(?: juste)? (?:d'avant|precedente?))(?=\W*$|\W* (?:on|for|in|sur|pour|en)\b)"
)
"""The period before the one that is named: "last quarter … the quarter before"."""

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
    found = _stretches(asked.without(apart).plain, today)
    # What lies ahead is when something is to be done, and limits nothing that was said.
    found = [each for each in found if each.first <= today]
    if not found:
        only = [ahead.span()] if ahead else []
        return replace(_open_length(asked.without(only).plain, today), earlier=bool(only))
    spans = tuple(each.span for each in found)
    if len(found) > 1:
        return replace(_of_two(asked.plain, found[0], found[1], comparing, today), spans=spans)
    only = found[0]
    if _ONWARDS.match(asked.plain[only.span[1] :]):
        only = replace(only, lead="since")
    bounds = _BOUNDS.search(asked.plain[: only.span[0]][-_LEAD_REACH:])
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


def _stretches(plain: str, today: Date) -> list[_Stretch]:
    """The periods that are written, in order; of those that overlap the first kind is kept."""
    found: list[_Stretch] = []
    for pattern, made in _KINDS:
        for match in pattern.finditer(plain):
            span = match.span()
            if any(span[0] < other.span[1] and other.span[0] < span[1] for other in found):
                continue
            named = _Named(match)
            if made is _named_month and not _is_month(named, plain):
                continue
            days = made(named, today)  # type: ignore[arg-type]
            if days:
                dated = made not in (_named_month, _quarter, _half, _season, _named_day)
                dated = dated or bool(named["year"])
                lead = _lead(plain[: span[0]])
                if made is _days_of_month and lead in ("since", "range"):
                    lead = "in"
                found.append(_Stretch(span, *days, dated, lead))
    return sorted(found, key=lambda each: each.span)


class _Named:
    """A match whose alternatives name their groups ``n``, ``n2``, ``n3``: whichever matched."""

    def __init__(self, match: re.Match[str]) -> None:
        self._match = match
        self._groups = match.groupdict()

    def __getitem__(self, name: str | int) -> str:
        if name == 0:
            return self._match[0]
        ways = (self._groups.get(f"{name}{way}") for way in ("", 2, 3))
        return next(filter(None, ways), "")


def _is_month(found: "_Named", plain: str) -> bool:
    """Whether a month's name is one: « mars », but "may" beside a word for time only."""
    name = found["month"].rstrip(".")
    if name in _MONTHS and name not in _VERBS:
        return True
    before = plain[: plain.find(found[0])].rstrip()
    beside = (
        r"\b(?:in|since|until|till|before|after|during|of|by|from|between|and|to|vs|than|depuis|en"
        r"|de|entre|et|a|last|this|with|end of|through)$"
    )
    return bool(found["year"]) or found[0] != found["month"] or bool(re.search(beside, before))


def _lead(prefix: str) -> str:
    prefix = prefix[-_LEAD_REACH:]
    return next((name for name, pattern in _LEAD.items() if pattern.search(prefix)), "in")


def _days(only: _Stretch) -> Days:
    one = timedelta(days=1)
    return {
        "since": (only.first, None),
        "until": (None, only.last),
        "before": (None, only.first - one),
        "after": (only.last + one, None),
    }.get(only.lead, (only.first, only.last))


def _of_two(plain: str, one: _Stretch, two: _Stretch, comparing: bool, today: Date) -> Periods:
    join = _JOIN.fullmatch(plain[one.span[1] : two.span[0]])
    one, two = _years_shared(one, two, today)
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


def _compared(one: _Stretch, two: _Stretch) -> Periods:
    earlier, later = sorted((one, two), key=lambda each: each.first)
    return Periods((later.first, later.last), (earlier.first, earlier.last))


def _years_shared(one: _Stretch, two: _Stretch, today: Date) -> tuple[_Stretch, _Stretch]:
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


def _in_year(stretch: _Stretch, year: int) -> _Stretch:
    size = (stretch.last.year - stretch.first.year) * 12 + stretch.last.month - stretch.first.month
    if stretch.first.day == 1 and (stretch.last + timedelta(days=1)).day == 1:
        first, last = _months(year, stretch.first.month, size + 1)
        return replace(stretch, first=first, last=last)
    day = _day(year, stretch.first.month, stretch.first.day)
    return replace(stretch, first=day[0], last=day[1]) if day else stretch


def _open_length(plain: str, today: Date) -> Periods:
    """« depuis six mois »: from then on."""
    found = _OPEN_LENGTH.search(plain)
    if not found:
        return Periods()
    number = int(found["n"]) if found["n"].isdigit() else _NUMBERS[found["n"]]
    return Periods((_back(number, _unit(found["unit"]), today), None), None, (found.span(),))
