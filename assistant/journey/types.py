"""A journey canvas as plain values: stages across, lanes down, and in each field its cells."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from assistant.types import Citation, Fact

CellKind = Literal["journey", "feedback", "behaviour", "internal", "action"]
"""Whose a cell is: the map assumes it, customers say it, they do it, the company believes it, or
the library of actions proposes it."""

MarkKind = Literal["change", "moment", "ending"]

QUOTED = ("thinking", "belief")
"""Lanes whose cells of customers' and colleagues' are quotes and nothing else."""

CELL_KINDS: tuple[CellKind, ...] = ("journey", "feedback", "behaviour", "internal", "action")


@dataclass(frozen=True, slots=True)
class Stage:
    """A column."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A row, and what goes there."""

    id: str
    label: str
    explains: str


@dataclass(frozen=True, slots=True)
class Side:
    """The figure of the others, where two periods or segments are compared."""

    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class CanvasCell:
    """One thing that is said in a lane of a stage, and the evidence that it stands on.

    ``value``, ``low``, ``high`` and ``n`` are those of its first fact, as numbers for a curve or a
    bar. ``persona``, ``step``, ``owner``, ``emotion`` and ``truth`` are a map's alone; ``theme``
    is what a pain is about. ``gaps`` names the gaps that the cell is part of.
    """

    id: str
    stage: str
    lane: str
    kind: CellKind
    text: str
    citations: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    against: Side | None = None
    theme: str | None = None
    persona: str = ""
    step: str = ""
    owner: str = ""
    emotion: int | None = None
    truth: bool = False
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MapRow:
    """A row of a map as it is written to a file that loads back; ``evidence`` is for the reader.

    Without a text and an emotion it is a field for people to fill in.
    """

    map: str
    persona: str
    stage: str
    step: str
    lane: str
    text: str
    emotion: int | None
    moment_of_truth: bool
    owner: str
    evidence: str = ""
    citations: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """Where the map, or what the company believes, and customers part."""

    id: str
    kind: str
    stage: str | None
    text: str
    facts: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A change, a key moment or the ending, at a stage of the curve.

    ``up`` is the direction of a change, ``rank`` the place of a moment.
    """

    kind: MarkKind
    stage: str
    text: str
    facts: tuple[str, ...] = ()
    up: bool | None = None
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Canvas:
    """A whole canvas; ``map`` is the map shown among ``maps``, None where there is none.

    A ``draft`` is made from the corpus alone. ``about`` says what is compared, or what the draft
    is; ``notes`` how to read the figures. ``rows`` are the map, or the draft, as it loads back.
    """

    title: str
    language: str
    draft: bool
    map: str | None
    maps: tuple[str, ...]
    about: str
    stages: tuple[Stage, ...]
    lanes: tuple[Lane, ...]
    cells: tuple[CanvasCell, ...]
    marks: tuple[Mark, ...]
    gaps: tuple[Gap, ...]
    citations: tuple[Citation, ...]
    facts: tuple[Fact, ...]
    rows: tuple[MapRow, ...]
    notes: tuple[str, ...]
    filters: Mapping[str, Any]
    against: Mapping[str, Any] | None

    def field(self, stage: str, lane: str) -> list[CanvasCell]:
        """The cells of one field, in their order."""
        return [each for each in self.cells if (each.stage, each.lane) == (stage, lane)]

    def curve(self, kind: CellKind) -> Iterator[CanvasCell]:
        """The points of the emotion curve of a kind, in the journey's order."""
        for stage in self.stages:
            for each in self.field(stage.id, "emotion"):
                if each.kind == kind:
                    yield each

    def quotes(self, cell: CanvasCell) -> list[Citation]:
        """The citations of a cell that are not the text of a cell themselves."""
        told = {
            citation
            for each in self.cells
            if each.kind == "journey" or each.lane in QUOTED
            for citation in each.citations
        }
        mine = set(cell.citations) - told
        return [each for each in self.citations if each.id in mine]

    def as_dict(self) -> dict[str, Any]:
        """The canvas as JSON values."""
        return asdict(self)


def with_gaps(cell: CanvasCell, gaps: tuple[str, ...]) -> CanvasCell:
    """The cell as part of these gaps too."""
    return replace(cell, gaps=(*cell.gaps, *gaps)) if gaps else cell
