"""Periods as they are written in a question, one by one: « mars 2026 », "last quarter"."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date as Date

from assistant.reading import days
from assistant.reading.text import Span
from assistant.reading.timewords import (
    FEAST,
    LAST,
    MONTH,
    MONTHS,
    NUMBER,
    ORDINAL,
    PAD,
    SEASONS,
    SPOKEN,
    THIS,
    UNIT,
    VERBS,
    WEEKDAYS,
    YEAR,
    any_of,
    made_plain,
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


_YEAR_2 = YEAR.replace("<year>", "<year2>")
_IN_SEASON = rf"(?:l'|cet |cette |ce |au |le |the |this |in |(?:{LAST}) |en |d'|during )"
_NO_COUNT = r"(?![/.,-]?\d| ?(?:€|euros?|eur\b|%|clients|customers|avis|reviews|answers|reponses))"

_BEHIND_A_QUARTER = "|".join(
    f"(?<={joined} )"
    for joined in (
        *(
            f"trimestre {each}"
            for each in ("qu'au", "que le", "et le", "et au", "ou au", "contre le")
        ),
        *(
            f"quarter {each}"
            for each in ("than in the", "than the", "and the", "or the", "against the")
        ),
    )
)
"""« Au deuxième trimestre qu’au premier »: what was named once goes without saying."""

_KINDS: tuple[tuple[re.Pattern[str], Made], ...] = tuple(
    (re.compile(pattern), made)
    for pattern, made in (
        (r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b", days.iso),
        (r"\b(?P<day>\d\d?)[/.](?P<month>\d\d?)[/.](?P<year>(?:19|20)\d\d)\b", days.iso),
        (r"(?<![\d/.])\b(?P<month>\d\d?)/(?P<year>(?:19|20)\d\d)\b", days.year_month),
        (r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)\b", days.year_month),
        (
            r"(?<![\d/.,-])\b(?P<year>(?:19|20)\d\d)[-–/](?P<end>(?:19|20)\d\d)\b(?![-/]\d)",
            days.years,
        ),
        (
            rf"\b(?:semaine du|week (?:of|beginning|starting|commencing)) (?:the )?"
            rf"(?:(?P<day>\d\d?(?:er|st|nd|rd|th)?) (?:of )?(?P<month>{MONTH}){YEAR}?"
            rf"|(?P<month2>{MONTH}) (?P<day2>\d\d?(?:st|nd|rd|th)?)\b{_YEAR_2}?)",
            days.week_of,
        ),
        (
            rf"\b(?P<day>\d\d?)(?:er|st|nd|rd|th)? ?(?:au|to|-|–|until|through|et|and) ?(?:the )?"
            rf"(?P<end>\d\d?)(?:er|st|nd|rd|th)? (?:of )?(?P<month>{MONTH}){YEAR}?"
            rf"|\b(?P<month2>{MONTH}) (?P<day2>\d\d?)(?:st|nd|rd|th)? ?(?:to|-|–|until|through) ?"
            rf"(?P<end2>\d\d?)(?:st|nd|rd|th)?\b{_YEAR_2}?",
            days.days_of_month,
        ),
        (
            rf"\b(?P<month>{MONTH}) ?[-–/] ?(?P<end>{MONTH})(?! \d\d?\b){YEAR}?",
            days.months,
        ),
        (rf"\b(?P<day>\d\d?(?:er|st|nd|rd|th)?) (?:of )?(?P<month>{MONTH}){YEAR}?", days.named_day),
        (
            rf"\b(?P<part>debut|mi|fin|milieu|early|mid|late|(?:the )?(?:end|start|beginning) of)"
            rf"[- ](?:du mois )?(?:de |d'|of )?(?P<month>{MONTH})(?! \d\d?\b){YEAR}?",
            days.part_of_month,
        ),
        (
            rf"\b(?:(?P<n>{NUMBER}) (?:premiers|premieres)|(?:premiers|premieres) (?P<n2>{NUMBER})"
            rf"|first (?P<n3>{NUMBER})) (?P<unit>{UNIT})\b"
            rf"(?: (?:of |de |d'|du mois de |du |in |en )?(?:(?P<month>{MONTH})"
            rf"|(?P<year>(?:19|20)\d\d)\b|(?:the |this |l'|cette )(?:year|annee)))",
            days.opening,
        ),
        (
            rf"\b(?P<end>premiere|first|derniere|last) (?:semaine|week) "
            rf"(?:de |d'|du mois de |of |in )(?P<month>{MONTH}){YEAR}?",
            days.week_of_month,
        ),
        (
            r"\b(?:ces dernier(?:e)?s (?P<unit>mois|semaines|jours)"
            r"|recent (?P<unit2>months|weeks|days))\b",
            days.few,
        ),
        (
            rf"\b(?:{LAST}|this|cette|une) (?:fortnight|quinzaine)\b"
            rf"|\b(?:fortnight|quinzaine) (?:{LAST})\b",
            days.fortnight,
        ),
        (rf"\b(?:{FEAST})\b(?: (?P<said>{LAST})\b)?{YEAR}?", days.feast),
        (rf"\b(?P<month>{MONTH}) (?:the )?(?P<day>\d\d?(?:st|nd|rd|th)?)\b{YEAR}?", days.named_day),
        (
            rf"\b(?P<n>{NUMBER}) (?:{LAST}) (?P<unit>{UNIT})\b{YEAR}?"
            rf"|\b(?:{LAST}|ces) (?P<n2>{NUMBER}) (?P<unit2>{UNIT})\b{_YEAR_2}?",
            days.running,
        ),
        (
            rf"\bil y a (?P<n>{NUMBER}) (?P<unit>{UNIT})\b"
            rf"|\b(?P<n2>{NUMBER}) (?P<unit2>{UNIT}) (?:ago|earlier|plus tot|auparavant)\b",
            days.ago,
        ),
        (
            rf"\b(?:q|t)(?P<q>[1-4])\b{YEAR}?"
            rf"|\b(?P<q2>{ORDINAL}) (?:quarter|trimestre)s?\b{_YEAR_2}?"
            rf"|\b(?P<q3>{ORDINAL})(?= (?:and|et|to|au|vs\.?|versus|with|avec|contre) "
            rf"(?:the |le )?(?:{ORDINAL}) (?:quarter|trimestre))"
            rf"|(?:{_BEHIND_A_QUARTER})(?P<q4>{ORDINAL})\b(?! \w+(?:quarter|trimestre))",
            days.quarter,
        ),
        (r"\b(?P<year>20\d\d) ?(?:q|t)(?P<q>[1-4])\b", days.quarter),
        (
            rf"\b(?:h|s)(?P<h>[12])\b{YEAR}?|\b(?P<year3>20\d\d)[- ]?(?:h|s)(?P<h3>[12])\b"
            rf"|\b(?P<h2>{ORDINAL}) (?:half|semestre)\b"
            rf"(?: of the year| de l'annee(?! (?:19|20)))?{_YEAR_2}?",
            days.half,
        ),
        (
            r"\b(?:year to date|ytd|so far this year|(?:debut|start|beginning) (?:of |de )?"
            r"(?:the |this |l'|cette )?(?:year|annee))\b",
            days.so_far,
        ),
        (
            rf"\b(?:{LAST}|{THIS}) (?P<unit>{UNIT})\b(?:-ci)?"
            rf"|\b(?P<unit2>{UNIT}) (?:{LAST}|en cours|actuel|actuelle)\b",
            days.near,
        ),
        (
            r"\b(?P<part>debut|mi|fin|milieu|early|mid|late|end of|start of|beginning of)[- ]"
            r"(?:de |d'|l'annee |of |in )?(?P<year>(?:19|20)\d\d)\b",
            days.part,
        ),
        (
            rf"\b{_IN_SEASON}(?P<season>{any_of(SEASONS)})\b(?! in | of )"
            rf"(?: (?:{LAST}))?{YEAR}?"
            rf"|\b(?P<season2>{any_of(SEASONS)}) (?P<year2>(?:19|20)\d\d)\b"
            rf"|\b(?P<season3>{any_of(SEASONS)})(?= (?:and|et|to|or|ou|vs\.?|versus) "
            rf"(?:the |l'|le |de l')?(?:{any_of(SEASONS)})\b)",
            days.season,
        ),
        (
            rf"\b(?P<year2>20\d\d) (?P<month2>{MONTH})(?! 20)"
            rf"|\b(?:(?:{LAST}) )?(?P<month>{MONTH})(?: (?:{LAST})\b)?{YEAR}?",
            days.named_month,
        ),
        (rf"(?<![\d/.,-])\b(?P<year>(?:19|20)\d\d)\b{_NO_COUNT}", days.whole_year),
        (
            r"\b(?:(?:deux[ -]mille|two thousand(?: and)?|twenty)[ -](?P<said>"
            rf"{any_of(SPOKEN)})|deux mille|two thousand)\b(?! (?:clients|customers|avis|reviews))",
            days.spoken_year,
        ),
        (r"\b(?:yesterday|hier)\b", days.yesterday),
        (
            # « Le lundi » is any.
            rf"(?:(?<=depuis )|(?<=since )|\b(?:{LAST}) )(?P<weekday>{any_of(WEEKDAYS)})\b"
            rf"|\b(?P<weekday2>{any_of(WEEKDAYS)}) (?:{LAST})\b",
            days.weekday,
        ),
        (r"\b(?:la rentree|back[- ]to[- ]school)\b", days.back_to_school),
    )
)

DETERMINERS = (
    r"(?:(?:the|le|la|les|l'|du|de|d'|des|au|a|en|in|of|mois|month|year|annee|whole|all of|tout"
    r"|toute) ?)*"
)
_ONES = r"(?: ceux| celles?| celui)?"
LEADS = {
    "against": (
        r"than|than in|compared (?:to|with)|en regard (?:de|du|d')|a cote (?:de|du)"
        r"|versus|vs\.?|against|by comparison with|relative to"
        rf"|comparee?s? (?:a|au|aux|avec){_ONES}|par rapport (?:a|au|aux){_ONES}|contre|face a"
        r"|next to|que|qu'|(?:down|up|lower|higher|worse|better) (?:on|from)"
    ),
    "until": (
        r"until|(?<!the )till|up to|up until|through|jusqu'a|jusqu'en|jusqu'au|jusqu'aux"
        r"|by the end of"
    ),
    "before": r"before|prior to|ahead of|avant|anterieure?s? (?:a|aux?)",
    "after": r"after|following|apres|posterieure?s? (?:a|aux?)",
    "since": (
        r"since|depuis|as of|as from|a partir de|a partir du|a compter de|des|from|starting"
        r"|ever since"
    ),
    "range": r"between|entre|from|de|du|d'",
}
"""What the word before a period makes of it; the first that fits."""

_HAPPENED = (
    r"refonte|changements?|lancement|relance|relaunch|migration|mise a jour|hausse|baisse"
    r"|augmentation|arrivee|ouverture|fermeture|passage|panne|incident|greve|campagne|sortie"
    r"|nouvel(?:le)?|nouveaux?|redesign|re-?brand\w*|launch|release|change\w*|switch|move|update"
    r"|upgrade|outage|strike|rise|cut|increase|hike|roll-?out|introduction|opening|closure|new"
)
"""What happened, by which a question may date: « depuis la refonte de mars »."""

_DATED_BY = (
    rf"(?: ?(?:the|our|la|le|les|l'|notre|nos|des|du))? ?(?:\w+ )?(?:{_HAPPENED})\b"
    r"(?: (?:of|to|in|de|du|des|d'|de la|de l'|a|au)?(?: ?(?!et |and )[\w'-]+){0,4}?)?"
    r" (?:of|in|from|back in|de|d'|du|en) ?"
)
_LEAD = {
    name: re.compile(
        rf"(?:^|(?<![^\W_]))(?:{words})"
        rf"(?: ?{DETERMINERS}|{_DATED_BY if name in ('since', 'before', 'after') else '(?!)'})$"
    )
    for name, words in LEADS.items()
}
LEAD_REACH = 60


_YEARLESS: tuple[Made, ...] = (
    days.named_month,
    days.months,
    days.quarter,
    days.half,
    days.season,
    days.named_day,
    days.feast,
)
"""Ways that may leave the year to be guessed."""


def stretches(plain: str, today: Date) -> list[Stretch]:
    """The periods that are written, in order; of those that overlap the first kind is kept."""
    plain = made_plain(plain, today)
    found: list[Stretch] = []
    for pattern, made in _KINDS:
        for match in pattern.finditer(plain):
            padded = len(plain[match.end() :]) - len(plain[match.end() :].lstrip(PAD))
            span = match.start(), match.end() + padded
            if any(span[0] < other.span[1] and other.span[0] < span[1] for other in found):
                continue
            named = _Named(match)
            if made is days.named_month and not _is_month(named, plain):
                continue
            if made is days.feast and not _is_feast(named, plain[: span[0]]):
                continue
            ends = made(named, today)  # type: ignore[arg-type]
            if ends:
                dated = made not in _YEARLESS or bool(named["year"])
                lead = _lead(plain[: span[0]])
                if made is days.days_of_month and lead in ("since", "range"):
                    lead = "in"
                found.append(Stretch(span, *ends, dated, lead))
    return sorted(found, key=lambda each: each.span)


class _Named:
    """A match whose alternatives name their groups ``n``, ``n2``, ``n3``: whichever matched."""

    def __init__(self, match: re.Match[str]) -> None:
        self._match = match
        self._groups = match.groupdict()

    def __getitem__(self, name: str | int) -> str:
        if name == 0:
            return self._match[0]
        ways = (self._groups.get(f"{name}{way}") for way in ("", 2, 3, 4))
        return next(filter(None, ways), "")


def _is_month(found: "_Named", plain: str) -> bool:
    """Whether a month's name is one: « mars », but "may" beside a word for time only."""
    name = found["month"].rstrip(".")
    if name in MONTHS and name not in VERBS:
        return True
    before = plain[: plain.find(found[0])].rstrip()
    beside = (
        r"\b(?:in|since|until|till|before|after|during|of|by|from|between|and|to|vs|than|depuis|en"
        r"|de|entre|et|a|last|this|with|end of|through|(?:since|until|before|after) the)$"
    )
    return bool(found["year"]) or found[0] != found["month"] or bool(re.search(beside, before))


_AT_FEAST = re.compile(
    rf"\b(?:at|over|during|since|{LAST}|pendant|durant|a|depuis|periode)"
    r"(?: (?:the|les|la|des|de|periode))*(?: d[eu])? ?$"
)


def _is_feast(found: "_Named", before: str) -> bool:
    """Whether a feast is when something was: what is to be done before it is asked more often."""
    return bool(found["year"] or found["said"] or _AT_FEAST.search(before))


def _lead(prefix: str) -> str:
    prefix = prefix[-LEAD_REACH:]
    return next((name for name, pattern in _LEAD.items() if pattern.search(prefix)), "in")
