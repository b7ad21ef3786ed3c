"""The actions' page: its layout and its wiring."""

import gradio as gr

from assistant.ui.actions_events import ActionsEvents, View
from assistant.ui.parts import FORGET_SECONDS, QUIET, html

DECIDING = "deciding"
"""Decisions wait for one another, and so does the board for them."""

SCRIPT = "actions.js"


def lay_out(page: gr.Blocks, events: ActionsEvents) -> None:
    """Put the actions on the page that is being built."""
    view = gr.State(View(), time_to_live=24 * FORGET_SECONDS)
    locale = gr.Textbox(visible=False)
    header = html(elem_id="ancrage-header")
    with gr.Row(elem_id="ancrage-main", elem_classes="actions-page", equal_height=False):
        with gr.Column(scale=7, min_width=320, elem_id="ancrage-actions"):
            impact = html(elem_id="ancrage-impact", script=SCRIPT)
            board = html(elem_id="ancrage-board", script=SCRIPT)
        with gr.Column(scale=5, min_width=320, elem_id="ancrage-side"):
            panel = html(elem_id="ancrage-panel", script=SCRIPT)

    shown = {"inputs": [view], "outputs": [impact, board], **QUIET}
    page.load(
        events.open,
        inputs=[locale],
        outputs=[header, impact, board, panel, view],
        js="() => navigator.language",
        queue=False,
        **QUIET,
    ).then(events.board, **shown)
    board.action(events.action, inputs=[view], outputs=[panel, view], **QUIET)
    panel.cite(events.cite, inputs=[view], outputs=[panel], **QUIET)
    panel.again(events.again, inputs=[view], outputs=[panel], **QUIET)
    for decided in (
        panel.decide(
            events.decide,
            inputs=[view],
            outputs=[panel],
            concurrency_limit=1,
            concurrency_id=DECIDING,
            **QUIET,
        ),
        panel.edit(
            events.edit,
            inputs=[view],
            outputs=[panel],
            concurrency_limit=1,
            concurrency_id=DECIDING,
            **QUIET,
        ),
    ):
        decided.then(events.board, **shown)
