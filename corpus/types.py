"""The words of the domain, as plain values that import no framework."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from typing import Literal, get_args

Voice = Literal["customer", "prospect", "employee", "leader"]
"""Whose words a record holds; employees and leaders say what the company believes."""

FileKind = Literal["feedback", "research", "journey", "events"]
"""What a file can be loaded as: the choices of ``ancrage ingest --kind``."""

EvidenceKind = Literal["feedback", "internal", "journey", "research"]
"""What a passage is evidence of; an answer never passes one off as another."""

ScoreKind = Literal["nps", "csat", "ces-1", "ces-2", "stars", "rating", "binary"]

FILE_KINDS: tuple[FileKind, ...] = get_args(FileKind)
EVIDENCE_KINDS: tuple[EvidenceKind, ...] = get_args(EvidenceKind)
VOICES: tuple[Voice, ...] = get_args(Voice)
STAGES = (
    "need",
    "research",
    "selection",
    "purchase",
    "delivery",
    "use",
    "support",
    "renewal",
    "recommendation",
)
"""The usual stages of a journey, in order; a corpus may name others."""

Locator = Mapping[str, str | int]
"""Where a person finds the passage: row, sheet, page, heading, speaker."""


LOW, HIGH = 0.4, 0.6
"""A score in the lower two fifths of its scale is low, in the upper two fifths high."""

MOST_RESULTS = 100
"""The most passages that are given at once."""

FEWEST = 30
"""A share with a smaller denominator is withheld."""

MOSTLY = 0.9
"""The share of the records in scope with a known customer from which shares are of customers."""


@dataclass(frozen=True, slots=True)
class Score:
    """One score on its own scale."""

    name: str
    value: float
    minimum: float
    maximum: float
    kind: ScoreKind

    @property
    def goodness(self) -> float:
        """How good the score is, from 0 (worst) to 1 (best): its share of the scale.

        CES 1 asks how much effort it took, so there a low value is good. An NPS is stretched so
        that its own bounds stand where those of the other scales do: detractors (0 to 6) up to
        0.4, promoters (9 and 10) from 0.6.
        """
        share = (self.value - self.minimum) / (self.maximum - self.minimum)
        if self.kind == "nps":
            return _stretched(share)
        return 1 - share if self.kind == "ces-1" else share


def _stretched(share: float) -> float:
    """Straight lines through (0, 0), (0.6, 0.4), (0.9, 0.6) and (1, 1)."""
    if share <= 0.6:
        return share * 0.4 / 0.6
    if share < 0.9:
        return 0.4 + (share - 0.6) * 0.2 / 0.3
    return 0.6 + (share - 0.9) * 0.4 / 0.1


@dataclass(frozen=True, slots=True)
class Record:
    """One answer, review, ticket or message; without text it is still a record.

    ``customer`` is what the source calls the customer until the redactor has replaced it by a
    keyed hash. ``id`` is the source's own, or empty until one is derived from the content.
    """

    id: str
    title: str
    text: str
    date: Date | None
    customer: str | None
    locator: Locator
    language: str = ""
    channel: str | None = None
    voice: Voice = "customer"
    stage: str | None = None
    segments: Mapping[str, str] = field(default_factory=dict)
    scores: tuple[Score, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of a journey map; ``emotion`` runs from -2 to +2."""

    map: str
    persona: str
    stage: str
    step: str
    lane: str
    text: str
    emotion: int | None
    moment_of_truth: bool
    owner: str
    locator: Locator


@dataclass(frozen=True, slots=True)
class Event:
    """Something done, or an aggregate row (``count`` above one and no customer)."""

    kind: str
    date: Date
    customer: str | None = None
    session: str | None = None
    amount: float | None = None
    stage: str | None = None
    channel: str | None = None
    segments: Mapping[str, str] = field(default_factory=dict)
    count: int = 1


@dataclass(frozen=True, slots=True)
class Piece:
    """A citable, token-bounded part of one section; its text never breaks a sentence."""

    heading: str
    text: str
    locator: Locator


@dataclass(frozen=True, slots=True)
class Document:
    """A report or article: what is known of it, and its pieces in reading order.

    ``notes`` maps the markers of its footnotes, such as ``(2)``, to their text; ``hidden`` counts
    by kind the text that its readers would not see, which is left out.
    """

    title: str
    author: str
    publisher: str
    sponsor: str
    date: Date | None
    language: str
    pieces: tuple[Piece, ...]
    notes: Mapping[str, str] = field(default_factory=dict)
    hidden: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A row that could not be read, and why."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What an importer read from one file, before anything personal was removed.

    ``mapping`` says which column was taken for which field, so that a wrong guess can be
    corrected with ``--map``; ``unused`` are the columns with values that were taken for none;
    ``hidden`` counts by kind the text that nobody would see, left out.
    """

    kind: FileKind
    rows_read: int
    mapping: Mapping[str, str] = field(default_factory=dict)
    records: tuple[Record, ...] = ()
    cells: tuple[Cell, ...] = ()
    events: tuple[Event, ...] = ()
    document: Document | None = None
    quarantined: tuple[Quarantined, ...] = ()
    hidden: Mapping[str, int] = field(default_factory=dict)
    unused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """The citable unit. Citations count their offsets in ``text`` (Unicode code points).

    ``score`` is the goodness of its record's first score, 0 to 1. ``digest`` names the text:
    passages that say the same share it, and one vector. ``addressed`` is the kind of address to a
    machine that the text holds, if any: then it is shown to no chat model unasked.
    """

    id: str
    kind: EvidenceKind
    source_id: str
    source: str
    parent: str
    text: str
    language: str
    locator: Locator
    stage: str | None = None
    channel: str | None = None
    date: Date | None = None
    customer_key: str | None = None
    score: float | None = None
    segments: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""
    addressed: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One loaded file and the counts of what it brought, ``hidden`` of what was left out of it."""

    id: str
    name: str
    kind: FileKind
    fingerprint: str
    mapping: Mapping[str, str]
    rows_read: int
    rows_loaded: int
    rows_quarantined: int
    language: str
    title: str = ""
    author: str = ""
    publisher: str = ""
    sponsor: str = ""
    date: Date | None = None
    notes: Mapping[str, str] = field(default_factory=dict)
    hidden: Mapping[str, int] = field(default_factory=dict)
