"""The switch of the chat model: off until turned on, and what leaves the machine then."""

from dataclasses import replace
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import gradio as gr

from assistant.models import SUGGESTED, chosen, destination
from assistant.ui.parts import QUIET, html
from assistant.ui.safe import esc
from assistant.ui.session import Session
from assistant.ui.words import UiLanguage, choose, say
from corpus.errors import AncrageError
from corpus.settings import Settings


def lay_out(page: gr.Blocks, settings: Settings, session: gr.State, words: gr.I18n) -> None:
    """Put the switch on the page that is being built; ``session`` remembers how it stands."""
    set_on = settings.chat_model != "none"
    with gr.Accordion(words("chat"), open=False, elem_id="ancrage-chat"):
        switch = gr.Checkbox(set_on, label=words("chat_switch"), container=False)
        name = gr.Textbox(
            settings.chat_model if set_on else SUGGESTED, label=words("chat_name"), max_length=200
        )
        note = html(elem_id="ancrage-chat-note")

    def switched(on: bool, name: str, session: Session) -> tuple[Any, ...]:
        return switch_to(settings, session, name, on=on)

    parts = {"inputs": [switch, name, session], "outputs": [switch, note, session]}
    gr.on([switch.input, name.submit, name.blur], switched, **parts, queue=False, **QUIET)
    page.load(
        lambda locale, on, name: noted(settings, locale, name, on=on),
        inputs=[gr.Textbox(visible=False), switch, name],
        outputs=[note],
        js="(_, on, name) => [navigator.language, on, name]",
        queue=False,
        **QUIET,
    )


def switch_to(
    settings: Settings, session: Session, name: str, *, on: bool
) -> tuple[bool, str, Session]:
    """How the switch stands then, what its note says, and the session that remembers it."""
    try:
        on = bool(chosen(name, settings)) and on
    except AncrageError as error:
        note = f'<p class="note note-error" role="alert">{esc(str(error))}</p>'
        return False, note, replace(session, chat_model="none")
    note = noted(settings, session.language, name, on=on)
    return on, note, replace(session, chat_model=name.strip() if on else "none")


def noted(settings: Settings, locale: str, name: str, *, on: bool) -> str:
    """What leaves the machine for the model, or would, and for where."""
    language: UiLanguage = choose(locale)
    where = destination(name.strip(), settings)
    here = _is_here(where)
    state = "on" if on else "off"
    first = say(language, f"chat_{state}")
    key = f"chat_stays_{state}" if here else f"chat_goes_{state}"
    goes = say(language, key, where=where, name=name.strip())
    items = "".join(
        f"<li>{esc(say(language, key))}</li>"
        for key in ("chat_question", "chat_figures", "chat_passages")
    )
    kept = say(language, "chat_redacted")
    return (
        f'<div role="status" lang="{language}" class="chat-note"><p><strong>{esc(first)}</strong> '
        f"{esc(goes)}</p><ul>{items}</ul><p>{esc(kept)}</p></div>"
    )


def _is_here(where: str) -> bool:
    host = urlsplit(where).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
