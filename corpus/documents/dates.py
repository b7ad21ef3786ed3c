"""Publication dates, as they are written on pages: "avril 2, 2025", "Publié le 3 mai 2024"."""

import re
from datetime import date as Date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv january jan januari januar enero gennaio",
            "février fevrier févr fevr february feb februari februar febrero febbraio",
            "mars march mar maart märz marzo",
            "avril avr april apr abril aprile",
            "mai may mei mayo maggio",
            "juin june jun juni junio giugno",
            "juillet juil july jul juli julio luglio",
            "août aout august aug augustus agosto",
            "septembre sept september sep septiembre settembre",
            "octobre oct october oktober okt octubre ottobre",
            "novembre nov november noviembre",
            "décembre déc decembre dec december dezember dez diciembre dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = r"(?P<month>[^\W\d_]{3,10})\.?"
_WEEKDAY = r"(?:[^\W\d_]{3,9}\.?,? )?(?:le |the |den |el )?"
_TIME = r"(?:[ T,]*(?:à|at|-)? ?\d{1,2}[:h]\d{2}(?::\d{2})?(?:\.\d+)?(?:Z| ?[+-]\d\d:?\d\d)?)?"
_FORMS = tuple(
    re.compile(_WEEKDAY + form + _TIME + r"\.?", re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})[-/.](?P<number>\d{1,2})[-/.](?P<day>\d{1,2})",
        rf"(?P<day>\d{{1,2}})(?:er|st|nd|rd|th|\.)?[ -](?:of |de )?{_MONTH},?[ -](?:de )?"
        r"(?P<year>\d{4})",
        rf"{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})",
        r"(?P<day>\d{1,2})[/.-](?P<number>\d{1,2})[/.-](?P<year>\d{4})",
        rf"{_MONTH} (?P<year>\d{{4}})",
        r"(?P<year>\d{4})-(?P<number>\d{2})",
    )
)


def read_date(text: str) -> Date | None:
    """The date that ``text`` is and nothing but, or None; a month alone is its first day.

    Days come before months in figures (03/05/2024 is the third of May), unless that is no date.
    """
    text = " ".join(text.split()).strip(" ,")
    for form in _FORMS if len(text) < 60 else ():
        if (found := form.fullmatch(text)) and (date := _date(found.groupdict())):
            return date
    return None


def _date(parts: dict[str, str | None]) -> Date | None:
    written = (parts.get("month") or "").casefold()
    month = int(parts.get("number") or _MONTHS.get(written, 0))
    day, year = int(parts.get("day") or 1), int(parts["year"] or 0)
    if not 1900 <= year <= 2100:
        return None
    if month > 12 and not written:
        day, month = month, day
    try:
        return Date(year, month, day)
    except ValueError:
        return None
