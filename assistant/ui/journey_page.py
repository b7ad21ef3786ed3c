"""The journey's page: its layout and its wiring."""

import gradio as gr

from assistant.ui.journey_events import JourneyEvents, Look
from assistant.ui.parts import FORGET_SECONDS, LAST_CHOSEN, QUIET, html

SCRIPT = "journey.js"


def lay_out(page: gr.Blocks, events: JourneyEvents) -> None:
    """Put the journey on the page that is being built."""
    look = gr.State(Look(), time_to_live=24 * FORGET_SECONDS)
    locale = gr.Textbox(visible=False)
    form = gr.JSON(visible=False)
    header = html(elem_id="ancrage-header")
    with gr.Row(elem_id="ancrage-main", elem_classes="themes-page journey-page",
                equal_height=False):  # fmt: skip
        with gr.Column(scale=9, min_width=320, elem_id="ancrage-themes"):
            filters = html(elem_id="ancrage-filters", script=SCRIPT)
            canvas = html(elem_id="ancrage-canvas", script=SCRIPT)
        with gr.Column(scale=4, min_width=300, elem_id="ancrage-side"):
            panel = html(elem_id="ancrage-panel", script="page.js")

    page.load(
        events.open,
        inputs=[locale],
        outputs=[header, filters, canvas, panel, look],
        js="() => navigator.language",
        queue=False,
        **QUIET,
    )
    filters.narrow(
        events.narrow,
        inputs=[look, form],
        outputs=[canvas, panel, look],
        queue=False,
        **LAST_CHOSEN,
        **QUIET,
    )
    canvas.evidence(events.evidence, inputs=[look], outputs=[panel], queue=False, **QUIET)
    panel.cite(events.cite, inputs=[look], outputs=[panel], queue=False, **QUIET)
