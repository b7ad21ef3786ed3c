"""The conversation page: its layout and its wiring."""

import gradio as gr

from assistant.core import LONGEST_QUESTION
from assistant.ui import model_switch
from assistant.ui.events import Events
from assistant.ui.history_events import HistoryEvents
from assistant.ui.parts import AT_ONCE, FORGET_SECONDS, QUIET, html
from assistant.ui.session import Session

HISTORY = "history.js"

FILE_TYPES = ".csv .tsv .xlsx .jsonl .json .txt .md .html .htm .pdf .docx .yaml .yml".split()


def lay_out(page: gr.Blocks, events: Events, words: gr.I18n) -> None:
    """Put the conversation on the page that is being built."""
    past_ones = HistoryEvents(events)
    session = gr.State(Session(), time_to_live=24 * FORGET_SECONDS)
    locale = gr.Textbox(visible=False)
    header = html(elem_id="ancrage-header")
    sought = gr.State("", time_to_live=24 * FORGET_SECONDS)
    with gr.Row(elem_id="ancrage-main", equal_height=False):
        with gr.Column(scale=0, min_width=200, elem_id="ancrage-history"):
            finding = html(elem_id="ancrage-find", script=HISTORY)
            talks = html(elem_id="ancrage-talks", script=HISTORY)
        with gr.Column(scale=7, min_width=320, elem_id="ancrage-conversation"):
            past = html(elem_id="ancrage-past", script="page.js")
            live = html(elem_id="ancrage-live", script="page.js")
            state = html(
                elem_id="ancrage-state",
                html_template='<p role="status" class="sr-only">${value}</p>',
            )
            with gr.Column(elem_id="ancrage-composer"):
                with gr.Row(elem_id="ancrage-line", equal_height=False):
                    question = gr.Textbox(
                        label=words("question"),
                        placeholder=words("placeholder"),
                        show_label=False,
                        container=False,
                        lines=1,
                        max_lines=6,
                        max_length=LONGEST_QUESTION,
                        autofocus=True,
                        scale=8,
                        min_width=160,
                        elem_id="ancrage-question",
                    )
                    ask = gr.Button(words("ask"), variant="primary", scale=0, min_width=110)
                    stop = gr.Button(words("stop"), scale=0, min_width=110, visible=False)
                restart = gr.Button(words("new"), elem_id="ancrage-new", visible=False)
        with gr.Column(scale=5, min_width=320, elem_id="ancrage-side"):
            panel = html(elem_id="ancrage-panel", script="page.js")
            model_switch.lay_out(page, events.assistant.settings, session, words)
            with gr.Accordion(words("add_files"), open=False, elem_id="ancrage-files"):
                upload = gr.File(
                    label=words("files"),
                    file_count="multiple",
                    file_types=FILE_TYPES,
                    type="filepath",
                    height=170,
                )
                report = html(elem_id="ancrage-report", script="page.js")

    page.load(
        events.open,
        inputs=[locale],
        outputs=[header, past, panel, session],
        js="() => navigator.language",
        queue=False,
        **QUIET,
    ).then(past_ones.open, inputs=[session], outputs=[finding, talks], queue=False, **QUIET)
    answered = [question, past, live, state, session, ask, stop, restart, panel]
    answering = gr.on(
        [ask.click, question.submit],
        events.ask,
        inputs=[question, session],
        outputs=answered,
        concurrency_limit=AT_ONCE,
        trigger_mode="once",
        **QUIET,
    )
    example = past.example(
        events.question_of, inputs=[session], outputs=[question], queue=False, **QUIET
    ).then(
        events.ask,
        inputs=[question, session],
        outputs=answered,
        concurrency_limit=AT_ONCE,
        **QUIET,
    )
    again = [
        part.again(
            events.again,
            inputs=[session],
            outputs=answered,
            concurrency_limit=AT_ONCE,
            trigger_mode="once",
            **QUIET,
        )
        for part in (past, live)
    ]
    stopped = stop.click(
        events.stop,
        inputs=[session],
        outputs=[live, state, session, ask, stop],
        cancels=[answering, example, *again],
        queue=False,
        **QUIET,
    )
    begun = [past, live, state, panel, session, ask, stop, restart]
    restarted = restart.click(
        events.restart,
        inputs=[session],
        outputs=begun,
        cancels=[answering, example, *again],
        queue=False,
        **QUIET,
    )
    talks.reopen(
        past_ones.reopen,
        inputs=[session, sought],
        outputs=[talks, *begun],
        cancels=[answering, example, *again],
        concurrency_limit=AT_ONCE,
        **QUIET,
    )
    talks.delete(
        past_ones.delete,
        inputs=[session, sought],
        outputs=[talks, *begun],
        queue=False,
        **QUIET,
    )
    talks.rename(past_ones.rename, inputs=[session, sought], outputs=[talks], queue=False, **QUIET)
    finding.find(past_ones.find, inputs=[session], outputs=[talks, sought], queue=False, **QUIET)
    for changed in (answering, example, *again, restarted, stopped):
        changed.then(
            past_ones.listed, inputs=[session, sought], outputs=[talks], queue=False, **QUIET
        )
    for part in (past, live):
        part.edit(events.whole_of, outputs=[question], queue=False, **QUIET)
        part.rate(
            events.rate,
            inputs=[session],
            outputs=[past, live, state, session],
            queue=False,
            **QUIET,
        )
        part.cite(events.cite, inputs=[session], outputs=[panel], queue=False, **QUIET)
    upload.upload(
        events.upload,
        inputs=[upload, session],
        outputs=[report, upload, header, past, panel],
        concurrency_limit=1,
        show_progress="minimal",
        api_visibility="private",
    )
