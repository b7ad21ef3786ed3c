"""What one browser page remembers: its language, its conversation and the turns on screen."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from assistant.ui.chips import Asked
from assistant.ui.words import UiLanguage

MOST_TURNS = 40
"""Turns kept on screen; the conversation itself is remembered by its id."""


@dataclass(frozen=True, slots=True)
class Session:
    """Held by Gradio per page, so that a reload begins a new conversation.

    ``asked`` are the questions of the turns on screen by the turns' ids, to be asked again;
    ``chat_model`` is the one that the page's switch turned on, ``none`` where it turned it off, and
    None where the setting stands.
    """

    language: UiLanguage = "en"
    conversation: str | None = None
    past: tuple[str, ...] = ()
    live: str = ""
    count: int = 0
    asked: Mapping[str, Asked] = field(default_factory=dict)
    chat_model: str | None = None

    def begin(self) -> "Session":
        """The session with its last turn put with the past ones, and a new one counted."""
        past = (*self.past, self.live)[-MOST_TURNS:] if self.live else self.past
        return replace(self, past=past, live="", count=self.count + 1)

    def answered(self, key: str, asked: Asked) -> "Session":
        """The session with a question that can be asked again, the oldest forgotten."""
        kept = list({**self.asked, key: asked}.items())[-MOST_TURNS:]
        return replace(self, asked=dict(kept))

    def afresh(self) -> "Session":
        """The session with its conversation forgotten; turn ids are not used again."""
        return Session(language=self.language, count=self.count, chat_model=self.chat_model)
