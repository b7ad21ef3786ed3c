"""The board that a canvas is put together on: what it is made from, and its cells so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from babel.dates import format_date

from assistant.analyses import named
from assistant.answers.book import FactBook
from assistant.draft import Draft
from assistant.journey.types import CanvasCell, CellKind, Side
from assistant.words import Words
from corpus.codebook import Codebook
from corpus.filters import Filters, values_of
from corpus.metrics.types import Ask, Figure
from corpus.store import Store


@dataclass(frozen=True)
class Board:
    """What one canvas is made from; ``cites`` numbers its citations, ``book`` its facts."""

    store: Store
    codebook: Codebook
    ask: Ask
    said: Words
    book: FactBook
    cites: Draft = field(default_factory=Draft)
    cells: list[CanvasCell] = field(default_factory=list)

    @property
    def others(self) -> Ask | None:
        """What the canvas is compared with, as an analysis is asked for it."""
        if self.ask.against is None:
            return None
        return replace(self.ask, filters=self.ask.against, against=None)

    def say(self, name: str, **values: str | int) -> str:
        """The canvas' own words."""
        return self.said.say(f"canvas/{name}", **values)

    def word(self, key: str, value: str) -> str:
        """A word of the store's as the reader calls it."""
        return named(key, value, self.codebook, self.said)

    def use(self, figures: Sequence[Figure | None]) -> tuple[str, ...]:
        """The ids of the facts of these figures."""
        return tuple(self.book.use(each).id for each in figures if each is not None)

    def put(
        self,
        stage: str,
        lane: str,
        kind: CellKind,
        text: str,
        figures: Sequence[Figure | None] = (),
        *,
        other: Figure | None = None,
        **more: Any,
    ) -> None:
        """Add a cell that stands on these figures, ``other`` being that of the others."""
        facts = self.use((*figures, other))
        first = next((each for each in figures if each is not None), None)
        numbers: dict[str, Any] = {}
        if first is not None:
            numbers = {name: getattr(first, name) for name in ("value", "low", "high", "n")}
        against = Side(other.value, other.low, other.high, other.n) if other else None
        self.cells.append(
            CanvasCell(
                id=f"k{len(self.cells) + 1}",
                stage=stage,
                lane=lane,
                kind=kind,
                text=text,
                facts=facts,
                against=against,
                **numbers,
                **more,
            )
        )


def side(said: Words, filters: Filters, beside: Filters) -> str:
    """What tells one side of a comparison from the other: its segment, channel and days."""
    own, other = _parts(said, filters), _parts(said, beside)
    kept = [text for name, text in own.items() if other.get(name) != text]
    return ", ".join(kept) or said.say("canvas/everybody")


def _parts(said: Words, filters: Filters) -> Mapping[str, str]:
    found = {
        name: ", ".join(str(each) for each in value)
        for name, value in filters.as_dict().items()
        if isinstance(value, list) and name != "kind"
    }
    found |= {f"segment {n}": ", ".join(values_of(v)) for n, v in filters.segment.items()}
    since, until = (
        format_date(day, "d MMM y", locale=said.language) if day else ""
        for day in (filters.since, filters.until)
    )
    if since or until:
        form = "span" if since and until else "from" if since else "to"
        found["days"] = said.say(f"canvas/{form}", since=since, until=until)
    return found
