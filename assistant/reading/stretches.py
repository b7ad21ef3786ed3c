"""Periods as they are written in a question, one by one: « mars 2026 », "last quarter"."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta

from assistant.reading.text import Span
from assistant.reading.timewords import (
    LAST,
    MONTH,
    MONTHS,
    NUMBER,
    NUMBERS,
    ORDINAL,
    ORDINALS,
    SEASONS,
    SPOKEN,
    THIS,
    UNIT,
    VERBS,
    YEAR,
    any_of,
    around,
    days_back,
    latest,
    month_number,
    one_day,
    unit_of,
    whole_months,
)

Made = Callable[[re.Match[str], Date], tuple[Date, Date] | None]


@dataclass(frozen=True, slots=True)
class Stretch:
    """One period as it is written: its days, whether its year is, and the word before it."""

    span: Span
    first: Date
    last: Date
    dated: bool
    lead: str = "in"


def _iso(found: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    return one_day(int(found["year"]), int(found["month"]), int(found["day"]))


def _year_month(found: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    month = int(found["month"])
    return whole_months(int(found["year"]), month) if 1 <= month <= 12 else None


def _named_day(found: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    month, day = month_number(found["month"]), int(re.sub(r"\D", "", found["day"]))
    if found["year"]:
        return one_day(int(found["year"]), month, day)
    this = one_day(today.year, month, day)
    return this if this and this[0] <= today else one_day(today.year - 1, month, day)


def _days_of_month(found: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    """« du 3 au 17 octobre »."""
    month, (day, end) = month_number(found["month"]), (int(found["day"]), int(found["end"]))
    year = int(found["year"]) if found["year"] else today.year
    first, last = one_day(year, month, day), one_day(year, month, end)
    if first and last and not found["year"] and first[0] > today:
        first, last = one_day(year - 1, month, day), one_day(year - 1, month, end)
    return (first[0], last[0]) if first and last and first[0] <= last[0] else None


def _spoken_year(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """« deux mille quatorze », "twenty twenty six"."""
    return whole_months(2000 + SPOKEN.get(found["said"], 0), 1, 12)


def _quarter(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    number = ORDINALS.get(found["q"]) or int(found["q"])
    return latest(3 * number - 2, 3, found["year"], today)


def _half(found: re.Match[str], today: Date) -> tuple[Date, Date] | None:
    number = ORDINALS.get(found["h"]) or int(found["h"])
    return latest(6 * number - 5, 6, found["year"], today) if number < 3 else None


def _season(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    first = SEASONS[found["season"]]
    days = latest(first, 3, found["year"], today)
    # The last summer, said in summer, is the one before.
    if not found["year"] and re.search(rf"\b(?:{LAST})\b", found[0]) and days[1] >= today:
        return whole_months(days[0].year - 1, first, 3)
    return days


def _named_month(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    month = month_number(found["month"])
    days = latest(month, 1, found["year"], today)
    if not found["year"] and re.search(rf"\b(?:{LAST})\b", found[0]) and days[1] >= today:
        return whole_months(days[0].year - 1, month)
    return days


def _running(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """« les trois derniers mois »: up to today, or to the end of the year that they are of."""
    said = found["n"]
    number = int(said) if said.isdigit() else NUMBERS[said]
    if found["year"]:
        end = Date(int(found["year"]), 12, 31)
        return days_back(number, unit_of(found["unit"]), end + timedelta(days=1)), end
    return days_back(number, unit_of(found["unit"]), today), today


def _ago(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """« il y a trois mois »: the whole month, week or year of then."""
    said, unit = found["n"], unit_of(found["unit"])
    number = int(said) if said.isdigit() else NUMBERS[said]
    return around("day" if unit == "day" else unit, days_back(number, unit, today))


def _near(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """This month, last quarter, the year before last."""
    unit = unit_of(found["unit"])
    this = around(unit, today)
    if re.search(rf"\b(?:{THIS})\b", found[0]) and not re.search(rf"\b(?:{LAST})\b", found[0]):
        return this
    return around(unit, this[0] - timedelta(days=1))


def _part(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """« fin 2025 », "early 2026": the first, the middle or the last third of a year."""
    year = int(found["year"]) if found["year"] else today.year
    for pattern, first in ((r"mi|mid|milieu", 5), (r"fin|end|late", 9)):
        if re.match(pattern, found["part"]):
            return whole_months(year, first, 4)
    return whole_months(year, 1, 4)


def _whole_year(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    return whole_months(int(found["year"]), 1, 12)


def _so_far(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """The year until today."""
    return Date(today.year, 1, 1), today


def _yesterday(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    return around("day", today - timedelta(days=1))


def _back_to_school(found: re.Match[str], today: Date) -> tuple[Date, Date]:
    """« La rentrée » is in September."""
    return latest(9, 1, None, today)


_YEAR_2 = YEAR.replace("<year>", "<year2>")
_IN_SEASON = rf"(?:l'|cet |cette |ce |au |le |the |this |in |(?:{LAST}) |en |d'|during )"
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
            rf"(?P<end>\d\d?)(?:er|st|nd|rd|th)? (?:of )?(?P<month>{MONTH}){YEAR}?"
            rf"|\b(?P<month2>{MONTH}) (?P<day2>\d\d?)(?:st|nd|rd|th)? ?(?:to|-|–|until|through) ?"
            rf"(?P<end2>\d\d?)(?:st|nd|rd|th)?\b{_YEAR_2}?",
            _days_of_month,
        ),
        (rf"\b(?P<day>\d\d?(?:er|st|nd|rd|th)?) (?:of )?(?P<month>{MONTH}){YEAR}?", _named_day),
        (rf"\b(?P<month>{MONTH}) (?:the )?(?P<day>\d\d?(?:st|nd|rd|th)?)\b{YEAR}?", _named_day),
        (
            rf"\b(?P<n>{NUMBER}) (?:{LAST}) (?P<unit>{UNIT})\b{YEAR}?"
            rf"|\b(?:{LAST}|ces) (?P<n2>{NUMBER}) (?P<unit2>{UNIT})\b{_YEAR_2}?",
            _running,
        ),
        (
            rf"\bil y a (?P<n>{NUMBER}) (?P<unit>{UNIT})\b"
            rf"|\b(?P<n2>{NUMBER}) (?P<unit2>{UNIT}) (?:ago|earlier|plus tot|auparavant)\b",
            _ago,
        ),
        (
            rf"\b(?:q|t)(?P<q>[1-4])\b{YEAR}?"
            rf"|\b(?P<q2>{ORDINAL}) (?:quarter|trimestre)\b{_YEAR_2}?",
            _quarter,
        ),
        (r"\b(?P<year>20\d\d) ?(?:q|t)(?P<q>[1-4])\b", _quarter),
        (
            rf"\b(?:h|s)(?P<h>[12])\b{YEAR}?|\b(?P<year3>20\d\d)[- ]?(?:h|s)(?P<h3>[12])\b"
            rf"|\b(?P<h2>{ORDINAL}) (?:half|semestre)\b"
            rf"(?: of the year| de l'annee(?! (?:19|20)))?{_YEAR_2}?",
            _half,
        ),
        (
            r"\b(?:year to date|ytd|(?:debut|start|beginning) (?:of |de )?"
            r"(?:the |this |l'|cette )?(?:year|annee))\b",
            _so_far,
        ),
        (
            rf"\b(?:{LAST}|{THIS}) (?P<unit>{UNIT})\b(?:-ci)?"
            rf"|\b(?P<unit2>{UNIT}) (?:{LAST}|en cours|actuel|actuelle)\b",
            _near,
        ),
        (
            r"\b(?P<part>debut|mi|fin|milieu|early|mid|late|end of|start of|beginning of)[- ]"
            r"(?:de |d'|l'annee |of |in )?(?P<year>(?:19|20)\d\d)\b",
            _part,
        ),
        (
            rf"\b{_IN_SEASON}(?P<season>{any_of(SEASONS)})\b(?! in | of )"
            rf"(?: (?:{LAST}))?{YEAR}?"
            rf"|\b(?P<season2>{any_of(SEASONS)}) (?P<year2>(?:19|20)\d\d)\b",
            _season,
        ),
        (
            rf"\b(?P<year2>20\d\d) (?P<month2>{MONTH})(?! 20)"
            rf"|\b(?:(?:{LAST}) )?(?P<month>{MONTH})(?: (?:{LAST})\b)?{YEAR}?",
            _named_month,
        ),
        (rf"(?<![\d/.,-])\b(?P<year>(?:19|20)\d\d)\b{_NO_COUNT}", _whole_year),
        (
            r"\b(?:(?:deux[ -]mille|two thousand(?: and)?|twenty)[ -](?P<said>"
            rf"{any_of(SPOKEN)})|deux mille|two thousand)\b(?! (?:clients|customers|avis|reviews))",
            _spoken_year,
        ),
        (r"\b(?:yesterday|hier)\b", _yesterday),
        (r"\b(?:la rentree|back[- ]to[- ]school)\b", _back_to_school),
    )
)

DETERMINERS = (
    r"(?:(?:the|le|la|les|l'|du|de|d'|des|au|a|en|in|of|mois|month|year|annee|whole|all of|tout"
    r"|toute) ?)*"
)
_ONES = r"(?: ceux| celles?| celui)?"
LEADS = {
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
    name: re.compile(rf"(?:^|(?<![^\W_]))(?:{words}) ?{DETERMINERS}$")
    for name, words in LEADS.items()
}
LEAD_REACH = 60


def stretches(plain: str, today: Date) -> list[Stretch]:
    """The periods that are written, in order; of those that overlap the first kind is kept."""
    found: list[Stretch] = []
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
                found.append(Stretch(span, *days, dated, lead))
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
    if name in MONTHS and name not in VERBS:
        return True
    before = plain[: plain.find(found[0])].rstrip()
    beside = (
        r"\b(?:in|since|until|till|before|after|during|of|by|from|between|and|to|vs|than|depuis|en"
        r"|de|entre|et|a|last|this|with|end of|through)$"
    )
    return bool(found["year"]) or found[0] != found["month"] or bool(re.search(beside, before))


def _lead(prefix: str) -> str:
    prefix = prefix[-LEAD_REACH:]
    return next((name for name, pattern in _LEAD.items() if pattern.search(prefix)), "in")
