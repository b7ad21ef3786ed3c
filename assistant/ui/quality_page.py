"""The quality page: its layout and its wiring."""

import gradio as gr

from assistant.ui.parts import FORGET_SECONDS, QUIET, html
from assistant.ui.quality_events import QualityEvents, View

SCRIPT = "page.js"


def lay_out(page: gr.Blocks, events: QualityEvents) -> None:
    """Put the figures on the page that is being built."""
    view = gr.State(View(), time_to_live=24 * FORGET_SECONDS)
    locale = gr.Textbox(visible=False)
    header = html(elem_id="ancrage-header")
    with gr.Row(elem_id="ancrage-main", elem_classes="quality-page", equal_height=False):
        with gr.Column(scale=8, min_width=320, elem_id="ancrage-quality"):
            figures = html(elem_id="ancrage-figures", script=SCRIPT)
        with gr.Column(scale=4, min_width=320, elem_id="ancrage-side"):
            panel = html(elem_id="ancrage-panel", script=SCRIPT)
    page.load(
        events.open,
        inputs=[locale],
        outputs=[header, figures, panel, view],
        js="() => navigator.language",
        queue=False,
        **QUIET,
    )
    figures.cite(events.cite, inputs=[view], outputs=[panel], queue=False, **QUIET)
