"""What happens on the journey's page: narrowing and comparing, opening a cell and a citation."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import gradio as gr

from assistant.core import Assistant
from assistant.journey.types import Canvas
from assistant.ui import journey, panel, themes, welcome
from assistant.ui.themes_events import FEEDBACK, chosen
from assistant.ui.words import UiLanguage, choose, say
from corpus.errors import AncrageError, NotFoundError
from corpus.filters import Filters
from corpus.metrics.types import Ask

log = logging.getLogger(__name__)

Update = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What one browser page looks at."""

    language: UiLanguage = "en"
    filters: Filters = field(default_factory=Filters)
    against: Filters | None = None
    map: str | None = None


class JourneyEvents:
    """The handlers of one app; what they return is in the order of the outputs in the layout."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant

    def open(self, locale: str) -> Update:
        """Give the page its words: header, filters, canvas, panel, look."""
        look = Look(choose(locale))
        sources = self.assistant.sources()
        choices = self.assistant.choices()
        page, canvas = self._page(look)
        more = journey.compared(look.language, choices, canvas.maps if canvas else ())
        return (
            welcome.header(look.language, sources, "journey"),
            themes.filters(look.language, choices, more),
            page,
            journey.nothing(look.language),
            look,
        )

    def narrow(self, look: Look, form: Mapping[str, Any]) -> Update:
        """Other filters, another map or another comparison: canvas, panel, look."""
        choices = self.assistant.choices()
        beside = {
            name.removeprefix("against:"): value
            for name, value in form.items()
            if name.startswith("against:")
        }
        against = _of_anybody(chosen(beside, choices))
        look = replace(
            look,
            filters=_of_anybody(chosen(form, choices)),
            against=None if against == Filters() else against,
            map=str(form.get("map") or "") or None,
        )
        page, _ = self._page(look)
        return page, journey.nothing(look.language), look

    def evidence(self, look: Look, event: gr.EventData) -> str:
        """The cell that was clicked: panel."""
        canvas = self._canvas(look)
        return journey.evidence(look.language, canvas, str(event._data.get("cell", "")))

    def cite(self, look: Look, event: gr.EventData) -> str:
        """The citation that was clicked, in its context: panel."""
        data: Mapping[str, Any] = event._data
        try:
            passage = self.assistant.show(str(data.get("passage", "")))
            start, end, n = (int(data[name]) for name in ("start", "end", "number"))
        except (NotFoundError, KeyError, ValueError):
            return panel.gone(look.language)
        return panel.opened(look.language, passage, start, end, n, "journey_back")

    def _page(self, look: Look) -> tuple[str, Canvas | None]:
        try:
            canvas = self._canvas(look)
        except AncrageError as error:
            return journey.failed(look.language, str(error)), None
        except Exception:
            log.exception("The journey could not be shown.")
            return journey.failed(look.language, say(look.language, "journey_failed")), None
        return journey.page(look.language, canvas, look.filters, look.against), canvas

    def _canvas(self, look: Look) -> Canvas:
        """The map's canvas; where no map is loaded, the draft of one."""
        ask = Ask(look.filters, look.against)
        found = self.assistant.canvas(ask, look.language, map_name=look.map)
        if found.maps or look.against:
            return found
        return self.assistant.canvas(ask, look.language, which="draft")


def _of_anybody(filters: Filters) -> Filters:
    """The filters of a form without the kind that every form has: the canvas keeps kinds apart."""
    return replace(filters, kind=()) if filters.kind == FEEDBACK.kind else filters
