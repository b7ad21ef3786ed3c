"""Figures that research reports: who measured them, when, on whom, and who paid.

A figure is copied from a cited span and attributed from the same document by rule; what the
document does not say is said to be unknown.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.types import Passage, Source

_WORD = r"[A-Z][\w.’'-]*"
_NAME = rf"(?:The\s+)?{_WORD}(?:\s+(?:(?:&|of|de|du|des|and|et|for)\s+(?:the\s+|la\s+)?)?{_WORD})*"
_STUDY_FR = (
    r"(?:étude|enquête|rapport|baromètre|sondage|indice|conclusions?|recherche|données|article)s?"
)
_STUDY_EN = r"(?:study|survey|report|research|barometer|poll|index|findings|data|paper|article)"

_COUNT = (
    r"(?:\d+|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|vingt|cent|"
    r"two|three|four|five|seven|eight|nine|ten|twenty|hundred)"
)

FIGURE = re.compile(
    r"(?<![\w.,])[+\-−]?\d+(?:[.,\u00a0\u202f ]\d+)*(?:\s?(?:%|per ?cent|pour ?cent|points?\b))"
    rf"|\b(?:une?|one|deux|two|trois|three)(?:\s+\w+)?\s+(?:sur|in|out of)\s+{_COUNT}\b"
    r"|\b\d+\s+(?:\w+\s+)?(?:sur|out of)\s+\d+\b|\b\d+\s+in\s+\d{1,3}\b"
    r"|\bsur\s+\d+\s+\w+(?:\s\w+)?,\s+une?\b",
    re.IGNORECASE,
)
"""Percentages, points, and ratios such as "1 in 26"."""

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # "... (PWC)." at the end of a sentence or of its paragraph
        rf"\((?P<who>{_NAME})(?:,?\s*(?P<year>(?:19|20)\d\d))?\)\s*[.!]?\s*$",
        # « Selon une étude de PWC », « d'après les conclusions de Bain & Company »
        rf"(?:[Ss]elon|[Dd]['’]après)\s+(?:(?:une?|les?|la|l['’])\s*)?(?:\w+\s+){{0,2}}?"
        rf"(?:{_STUDY_FR}\s+(?:\w+\s+)?(?:de|du|d['’]|menée par|réalisée par)\s*(?:la\s+)?)?"
        rf"(?P<who>{_NAME})",
        rf"{_STUDY_FR}\s+(?:\w+\s+)?(?:(?:de|du|d['’]|menée par|réalisée par)\s*(?:la\s+)?)"
        rf"(?P<who>{_NAME})",
        rf"{_STUDY_FR}\s+(?P<year>(?:19|20)\d\d)\s+(?:[\w'’]+\s+){{0,5}}?"
        rf"(?:de|du|d['’])\s*(?P<who>{_NAME})",
        rf"(?P<who>{_NAME})\s+(?:a\s+(?:constaté|montré|mesuré|trouvé|estimé|calculé|interrogé)|"
        r"rapporte|fait état|estime|indique|montre|observe|évalue|relève|publie|calcule|chiffre|"
        r"constate|trouve|mesure|avance|conclut)",
        rf"[Aa]ccording to\s+(?:(?:an?|the)\s+)?"
        rf"(?:(?:\w+\s+)?{_STUDY_EN}\s+(?:by|from|of)\s+)?(?P<who>{_NAME})",
        rf"(?:conducted|carried out|run|measured|asked|surveyed)\s+by\s+(?P<who>{_NAME})",
        rf"(?:menée|réalisée|conduite|effectuée|interrogée?s?)\s+par\s+(?:l['’]|la\s+|le\s+)?"
        rf"(?P<who>{_NAME})",
        rf"{_STUDY_EN}\s+(?:by|from|of)\s+(?P<who>{_NAME})",
        rf"(?P<who>{_NAME})(?:['’]s)?\s+(?:\w+\s+)?"
        r"(?:found|finds|reports?|reported|says|shows?|estimates?|measured|observed|surveyed|"
        r"asked|puts|calculates?|publishes|concludes)",
    )
)
_SPONSOR = re.compile(
    r"(?:commissioned|sponsored|paid for|funded)\s+by\s+"
    r"|(?:commandée?|financée?|sponsorisée?|payée?)\s+par\s+"
)
_NOT_NAMES = frozenset(
    "Le La Les Un Une Il Elle Ils Elles On Nous Vous Ce Cela Cette Ces Si Mais Et En Dans Selon "
    "The This That These It They We You In On At If But And One Two Our Their What When Où Qui Que "
    "Soyons Voici Enfin Customers Consumers People Respondents Clients NPS CX CSAT CES CLV".split()
)
_YEAR = re.compile(r"\b(?:19[5-9]\d|20\d\d)\b")
_SURVEY_NOTE = re.compile(
    r"enquête|étude|sondage|baromètre|rapport|survey|study|report|poll|barometer", re.IGNORECASE
)
_POPULATION = re.compile(
    r"(?:%|per ?cent|pour ?cent)\s+(?:d['’]entre\s+)?(?:des?|d['’]|of(?:\s+the)?|chez les?)\s*"
    r"(?P<who>(?:non\s+)?(?:[\w-]+\s+)??"
    r"(?:clients?|consommateurs?|acheteurs?|internautes?|utilisateurs?|français|belges?|"
    r"dirigeants?|entreprises?|marques?|salariés?|collaborateurs?|visiteurs?|"
    r"customers?|consumers?|shoppers?|buyers?|users?|executives?|companies|brands|employees|"
    r"adults|people|visitors|guests)"
    r"(?:\s+(?:potentiels|(?:non |in)?satisfaits|mécontents|français|françaises|belges|américains|"
    r"européens|interrogés|fidèles|connectés))*)",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"(?P<who>consommateurs (?:français|belges|européens)|français|belges|"
    r"(?:French|British|American|European) (?:consumers|customers|shoppers|adults))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reported:
    """Where a reported figure comes from; an empty field is not said by the document.

    ``inferred`` says how, where ``measured`` is not named beside the figure itself: ``near``
    from the text just before it, ``only`` as the one survey that the document cites.
    """

    figures: tuple[str, ...]
    measured: str
    inferred: Literal["", "near", "only"]
    reported: str
    own: bool
    when: str
    population: str
    sponsor: str


def figures_in(text: str) -> tuple[str, ...]:
    """The figures of a text, as they are written, each once."""
    return tuple(dict.fromkeys(found[0].strip() for found in FIGURE.finditer(text)))


def attribute(passage: Passage, start: int, end: int, source: Source) -> Reported:
    """Say of the figures in a span of a research passage where they come from."""
    span = passage.text[start:end]
    line_start = passage.text.rfind("\n", 0, start) + 1
    line_end = passage.text.find("\n", end)
    line = passage.text[line_start : line_end if line_end >= 0 else len(passage.text)]
    measured, year = "", ""
    inferred: Literal["", "near", "only"] = ""
    # The nearest mention wins: in the span, then in the line or paragraph that it stands in,
    # where only what closes it in brackets is said of all its figures.
    measured, year = _measured_in(span)
    if not measured:
        measured, year = _measured_in(line, _PATTERNS[:1])
    if not measured:
        measured, year, inferred = _from_notes(span, line, source)
    if not measured:
        # What was named last before the figure, in the same section, else just after it.
        before = re.split(r"(?<=[.!?])\s|\n", passage.text[:start])
        for sentence in (*reversed(before), line):
            measured, year = _measured_in(sentence)
            if measured:
                inferred = "near"
                break
    reported = reporter(source)
    name = re.escape(measured.removeprefix("The "))
    own = bool(measured) and bool(re.search(rf"(?<!\w){name}(?!\w)", reported, re.IGNORECASE))
    return Reported(
        figures=figures_in(span),
        measured=measured,
        inferred=inferred,
        reported=reported,
        own=own,
        when=year or "",
        population=_population(span, line),
        sponsor=_sponsor(span) or _sponsor(_next_sentence(passage, end)) or source.sponsor,
    )


def _measured_in(text: str, patterns: Sequence[re.Pattern[str]] = _PATTERNS) -> tuple[str, str]:
    for pattern in patterns:
        for found in pattern.finditer(text):
            who = re.sub(r"['’]s?$", "", found["who"].strip(" .,'’"))
            first = who.removeprefix("The ").split()[0]
            if first in _NOT_NAMES or len(who) < 2:
                continue
            year = found.groupdict().get("year") or ""
            return who, year
    return "", ""


def _next_sentence(passage: Passage, end: int) -> str:
    """What follows a span in its paragraph, up to the end of the sentence."""
    return re.split(r"\n|(?<=[.!?])\s", passage.text[end:].lstrip(" "), maxsplit=1)[0]


def _sponsor(text: str) -> str:
    """Who paid, where the text says so beside the figure."""
    for found in _SPONSOR.finditer(text):
        if name := re.match(_NAME, text[found.end() :]):
            return name[0].strip(" .,'’")
    return ""


def _from_notes(span: str, line: str, source: Source) -> tuple[str, str, Literal["", "only"]]:
    """Who measured it by the footnotes: the one that is marked, else the only survey among them."""
    marked = [note for marker, note in source.notes.items() if _bears(span, marker)]
    marked = marked or [note for marker, note in source.notes.items() if _bears(line, marker)]
    surveys = [note for note in source.notes.values() if _SURVEY_NOTE.search(note)]
    note = ""
    inferred: Literal["", "only"] = ""
    if marked:
        note = marked[0]
    elif len(surveys) == 1:
        note, inferred = surveys[0], "only"
    if not note:
        return "", "", ""
    years = _YEAR.findall(note)
    names = re.findall(rf"(?<=,\s)({_NAME})", note) or re.findall(_NAME, note)
    names = [re.sub(r"\s*(?:19|20)\d\d$", "", name).strip() for name in names]
    names = [name for name in names if name and name.split()[0] not in _NOT_NAMES]
    return (names[-1] if names else note), (years[-1] if years else ""), inferred


def _bears(text: str, marker: str) -> bool:
    """Whether a text bears a footnote's marker; a bare number must stand at its end."""
    if marker.strip().isdigit():
        return bool(re.search(rf"[^\d\s]\s?{marker.strip()}$", text.rstrip(" .")))
    return marker in text


def reporter(source: Source) -> str:
    """Who published a document, and its author; empty where neither is known."""
    if source.publisher and source.author:
        # A team's name often holds its company's: then one of the two is enough.
        shared = source.publisher.split()[0] in source.author
        return source.publisher if shared else f"{source.publisher} ({source.author})"
    return source.publisher or source.author


def _population(span: str, line: str) -> str:
    for pattern, text in ((_POPULATION, span), (_ASKED, span), (_POPULATION, line), (_ASKED, line)):
        if found := pattern.search(text):
            return " ".join(found["who"].split())
    return ""
