"""What happens on the actions' page: opening an action, its evidence, deciding, editing."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date as Date
from typing import Any

import gradio as gr

from assistant.core import Assistant
from assistant.ui import action_panel, actions, panel, welcome
from assistant.ui.words import UiLanguage, choose, say
from corpus.codebook import Codebook
from corpus.errors import AncrageError

log = logging.getLogger(__name__)

Update = tuple[Any, ...]
Json = Mapping[str, Any]

_TEXTS = ("owner", "note", "part", "effort", "horizon")


@dataclass(frozen=True, slots=True)
class View:
    """What one browser page looks at."""

    language: UiLanguage = "en"
    action: str | None = None


class ActionsEvents:
    """The handlers of one app; what they return is in the order of the outputs in the layout."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant

    def open(self, locale: str) -> Update:
        """Give the page its words: header, chart, board, panel, view."""
        view = View(choose(locale))
        return (
            welcome.header(view.language, self.assistant.sources(), "actions"),
            "",
            actions.waiting(view.language),
            action_panel.nothing(view.language),
            view,
        )

    def board(self, view: View) -> Update:
        """Chart and board as they are now."""

        def shown() -> Update:
            found = self.assistant.actions(view.language)
            return (
                actions.impact(view.language, self._codebook(), found),
                actions.board(view.language, self._codebook(), found, view.action),
            )

        sentence = self._trouble(view, shown)
        return sentence if isinstance(sentence, tuple) else (
            "", actions.failed(view.language, sentence))  # fmt: skip

    def action(self, view: View, event: gr.EventData) -> Update:
        """The action that was clicked: panel, view."""
        view = replace(view, action=str(event._data.get("id") or ""))
        return self._panel(view), view

    def again(self, view: View) -> str:
        """The panel of the open action, after its evidence was read."""
        return self._panel(view)

    def cite(self, view: View, event: gr.EventData) -> str:
        """The passage that was clicked, in the place of the action."""
        data = event._data
        try:
            passage = self.assistant.show(str(data.get("passage") or ""))
        except AncrageError:
            return panel.gone(view.language)
        start, end = (_whole(data.get(name)) for name in ("start", "end"))
        html = panel.opened(view.language, passage, start, end, 0)
        return f'<div class="of-action" lang="{view.language}">{html}</div>'

    def decide(self, view: View, event: gr.EventData) -> str:
        """Give the open action another status, and tell: panel."""
        data = {name: str(value or "").strip() for name, value in event._data.items()}
        changes = {"part": data["part"]} if data.get("part") else {}
        return self._changed(
            view,
            status=data.get("status"),
            on=_day(data.get("on")),
            reason=data.get("reason", ""),
            changes=changes,
        )

    def edit(self, view: View, event: gr.EventData) -> str:
        """Change what the open action is judged by, its owner or its note: panel."""
        data, language = event._data, view.language
        before = self.assistant.action(view.action or "", language)["actions"][0]
        given: dict[str, Any] = {name: str(data.get(name) or "").strip() for name in _TEXTS}
        if given["owner"] == actions.owner(language, before["owner"]):
            del given["owner"]
        # What stands as it was is no decision of anybody's.
        for name in ("effort", "horizon"):
            if given[name] in ("", before[name]):
                del given[name]
        ends = [_share(data.get(name)) for name in ("low", "high")]
        shown = before["causal"] and [round(before["causal"][end], 2) for end in ("low", "high")]
        if None not in ends and ends != shown:
            given["causal_low"], given["causal_high"] = ends
        return self._changed(view, changes=given)

    # What they share -------------------------------------------------------------------------

    def _codebook(self) -> Codebook:
        return self.assistant.coding.codebook()[1]

    def _panel(self, view: View, trouble: str = "", done: str = "") -> str:
        def shown() -> str:
            found = self.assistant.action(view.action or "", view.language)
            return action_panel.opened(view.language, self._codebook(), found, trouble, done)

        return str(self._trouble(view, shown))

    def _changed(self, view: View, **given: Any) -> str:
        def done() -> str:
            self.assistant.change_action(view.action or "", language=view.language, **given)
            return ""

        trouble = str(self._trouble(view, done))
        return self._panel(view, trouble, "" if trouble else say(view.language, "kept"))

    def _trouble(self, view: View, work: Callable[[], Any]) -> Any:
        """What the work gives, else the sentence that says why it gives nothing."""
        try:
            return work()
        except AncrageError as error:
            return str(error)
        except Exception:
            log.exception("The actions could not be shown or changed.")
            return say(view.language, "actions_failed")


def _day(value: object) -> Date | None:
    try:
        return Date.fromisoformat(str(value or ""))
    except ValueError:
        return None


def _whole(value: object) -> int:
    text = str(value or "")
    return int(text) if text.isdigit() else 0


def _share(value: object) -> float | None:
    try:
        return round(float(str(value)) / 100, 2)
    except ValueError:
        return None
