"""The themes' page: its layout and its wiring."""

import gradio as gr

from assistant.ui.parts import FORGET_SECONDS, LAST_CHOSEN, QUIET, html
from assistant.ui.themes_events import Looked, Made, ThemesEvents, View

CODING_SECONDS = 5
"""How often the page asks how much is coded, while that is not everything."""

RECODING = "recoding"
"""Corrections and decisions wait for one another; each reads what the one before it left."""

SCRIPT = "themes.js"


def lay_out(page: gr.Blocks, events: ThemesEvents) -> None:
    """Put the themes on the page that is being built."""
    kept = 24 * FORGET_SECONDS
    view = gr.State(View(), time_to_live=kept)
    made = gr.State(Made(), time_to_live=kept)
    looked = gr.State(Looked(), time_to_live=kept)
    locale = gr.Textbox(visible=False)
    form = gr.JSON(visible=False)
    header = html(elem_id="ancrage-header")
    with gr.Row(elem_id="ancrage-main", elem_classes="themes-page", equal_height=False):
        with gr.Column(scale=8, min_width=320, elem_id="ancrage-themes"):
            coding = html(elem_id="ancrage-coding")
            filters = html(elem_id="ancrage-filters", script=SCRIPT)
            tree = html(elem_id="ancrage-tree", script=SCRIPT)
            lacking = html(elem_id="ancrage-lacking", script=SCRIPT)
        with gr.Column(scale=5, min_width=320, elem_id="ancrage-side"):
            changed = html(elem_id="ancrage-effects", script=SCRIPT)
            panel = html(elem_id="ancrage-panel", script=SCRIPT)
    timer = gr.Timer(CODING_SECONDS, active=False)

    page.load(
        events.open,
        inputs=[locale],
        outputs=[header, coding, filters, tree, panel, lacking, view, timer],
        js="() => navigator.language",
        queue=False,
        **QUIET,
    )
    timer.tick(events.tick, inputs=[view], outputs=[coding, tree, timer], queue=False, **QUIET)
    filters.narrow(
        events.narrow,
        inputs=[view, form],
        outputs=[tree, panel, view],
        queue=False,
        **LAST_CHOSEN,
        **QUIET,
    )
    tree.theme(events.theme, inputs=[view], outputs=[panel, view], queue=False, **QUIET)
    panel.more(events.more, inputs=[view], outputs=[panel, view], queue=False, **QUIET)
    panel.correct(
        events.correct,
        inputs=[view, made],
        outputs=[changed, made],
        concurrency_limit=1,
        concurrency_id=RECODING,
        trigger_mode="multiple",
        **QUIET,
    ).then(events.tree, inputs=[view], outputs=[tree], queue=False, **QUIET)
    lacking.discover(
        events.discover,
        inputs=[view, looked],
        outputs=[lacking, looked],
        concurrency_limit=1,
        **QUIET,
    )
    judged = lacking.judge(
        events.judge,
        inputs=[view, made, looked],
        outputs=[changed, made],
        concurrency_limit=1,
        concurrency_id=RECODING,
        **QUIET,
    )
    judged.then(events.tree, inputs=[view], outputs=[tree], queue=False, **QUIET)
    judged.then(
        events.again, inputs=[view, looked], outputs=[lacking, looked], concurrency_limit=1, **QUIET
    )
