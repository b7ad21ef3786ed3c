"""What one browser page remembers: its language, its conversation and the turns on screen."""

from dataclasses import dataclass, replace

from assistant.ui.words import UiLanguage

MOST_TURNS = 40
"""Turns kept on screen; the conversation itself is remembered by its id."""


@dataclass(frozen=True, slots=True)
class Session:
    """Held by Gradio per page, so that a reload begins a new conversation."""

    language: UiLanguage = "en"
    conversation: str | None = None
    past: tuple[str, ...] = ()
    live: str = ""
    count: int = 0

    def begin(self) -> "Session":
        """The session with its last turn put with the past ones, and a new one counted."""
        past = (*self.past, self.live)[-MOST_TURNS:] if self.live else self.past
        return replace(self, past=past, live="", count=self.count + 1)

    def afresh(self) -> "Session":
        """The session with its conversation forgotten; turn ids are not used again."""
        return Session(language=self.language, count=self.count)
