"""What the layouts of the pages share."""

from importlib.resources import files
from typing import Any

import gradio as gr

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""How an event is wired that shows its own progress and is not offered to others."""

LAST_CHOSEN: dict[str, Any] = {
    "js": "(view) => [view, Object.fromEntries(new FormData("
    "document.querySelector('#ancrage-filters form')))]",
    "trigger_mode": "always_last",
}
"""How the form of the filters is read: as it is when the request goes.

What is chosen while a request is under way waits, and Gradio then sends the data of the event that
went first. An event without data, and a script that reads the form, send what was chosen last.
"""

AT_ONCE = 4
"""Events of one kind that run at the same time."""

FORGET_SECONDS = 3_600
"""Sessions and temporary files left behind are dropped after this long."""


def html(elem_id: str, *, script: str | None = None, html_template: str = "${value}") -> gr.HTML:
    """A part of a page whose HTML the events give; ``script`` is the file with its JavaScript."""
    return gr.HTML(
        "",
        elem_id=elem_id,
        html_template=html_template,
        js_on_load=own(script) if script else None,
        apply_default_css=False,
    )


def own(name: str) -> str:
    """The text of a file of this package."""
    return files("assistant.ui").joinpath(name).read_text(encoding="utf-8")
