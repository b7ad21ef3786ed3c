"""What happens on the quality page: opening it, and opening what a case cites."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from assistant.core import Assistant
from assistant.ui import panel, quality, welcome
from assistant.ui.words import UiLanguage, choose, say
from corpus.errors import AncrageError, NotFoundError
from evals.history import FOLDER
from evals.history import quality as latest


@dataclass(frozen=True, slots=True)
class View:
    """What one browser page looks at."""

    language: UiLanguage = "en"


class QualityEvents:
    """The handlers of one app; what they return is in the order of the outputs in the layout."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant

    def open(self, locale: str) -> tuple[Any, ...]:
        """Give the page its words and the last figures: header, figures, panel, view."""
        language = choose(locale)
        hint = "quality_panel_none"
        try:
            found = latest(self.assistant.directory / FOLDER)
            shown = quality.page(language, found)
            hint = "quality_panel" if found["latest"] else hint
        except AncrageError as error:
            shown = quality.failed(language, str(error))
        return (
            welcome.header(language, self.assistant.sources(), "quality"),
            shown,
            panel.hint(language, say(language, hint)),
            View(language),
        )

    def cite(self, view: View, event: gr.EventData) -> str:
        """The panel with the citation that was clicked."""
        data = event._data
        try:
            passage = self.assistant.show(str(data["passage"]))
            start, end, number = (int(data[name]) for name in ("start", "end", "number"))
        except (NotFoundError, KeyError, TypeError, ValueError):
            return panel.gone(view.language, str(data.get("quote") or ""))
        if data.get("quote") != passage["text"][start:end]:
            return panel.gone(view.language, str(data.get("quote") or ""))
        return panel.opened(view.language, passage, start, end, number, "back_quality")
