"""The page, its layout and its wiring, mounted in the FastAPI app that also serves the API."""

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import gradio as gr
from fastapi import FastAPI

from assistant.core import LONGEST_QUESTION, Assistant
from assistant.ui.events import Events
from assistant.ui.session import Session
from assistant.ui.words import LANGUAGES, dictionary

MOST_WAITING = 64
"""Events that wait in the queue before it refuses more."""

AT_ONCE = 4
"""Events of one kind that run at the same time."""

FORGET_SECONDS = 3_600
"""Sessions and temporary files left behind are dropped after this long."""

FILE_TYPES = ".csv .tsv .xlsx .jsonl .json .txt .md .html .htm .pdf .docx .yaml .yml".split()

_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E"
    "%3Crect width='24' height='24' rx='5' fill='%230f5c66'/%3E%3Cg fill='none' stroke='white' "
    "stroke-width='1.8' stroke-linecap='round'%3E%3Ccircle cx='12' cy='6' r='1.9'/%3E%3Cpath "
    "d='M12 8v11M8.6 11.2h6.8M5.5 13.5c0 3.4 2.9 5.7 6.5 5.7s6.5-2.3 6.5-5.7'/%3E%3C/g%3E"
    "%3C/svg%3E"
)


def _nothing() -> None:
    """What is done after a file was loaded, where nothing else is asked for."""


def mount(
    app: FastAPI,
    assistant: Assistant,
    host: str,
    port: int,
    on_ingested: Callable[[], None] = _nothing,
) -> FastAPI:
    """Serve the page at ``/`` of ``app``; routes that ``app`` has already come first.

    ``on_ingested`` is called after files were loaded through the page, so that the server can
    begin to embed them.
    """
    words = gr.I18n(**{language: dict(dictionary(language)) for language in LANGUAGES})
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        _page(Events(assistant, on_ingested), words),
        path="/",
        server_name=host,
        server_port=port,
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        show_error=False,
        max_file_size=f"{assistant.settings.max_upload_mb}mb",
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        i18n=words,
        theme=_theme(),
        head=_head(),
    )
    return mounted


def _page(events: Events, words: gr.I18n) -> gr.Blocks:
    page: gr.Blocks
    with gr.Blocks(
        title="Ancrage",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(FORGET_SECONDS, FORGET_SECONDS),
    ) as page:
        session = gr.State(Session(), time_to_live=24 * FORGET_SECONDS)
        locale = gr.Textbox(visible=False)
        header = _html(elem_id="ancrage-header")
        with gr.Row(elem_id="ancrage-main", equal_height=False):
            with gr.Column(scale=7, min_width=320, elem_id="ancrage-conversation"):
                past = _html(elem_id="ancrage-past", clicks=True)
                live = _html(elem_id="ancrage-live", clicks=True)
                state = _html(
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
                panel = _html(elem_id="ancrage-panel", clicks=True)
                with gr.Accordion(words("add_files"), open=False, elem_id="ancrage-files"):
                    upload = gr.File(
                        label=words("files"),
                        file_count="multiple",
                        file_types=FILE_TYPES,
                        type="filepath",
                        height=170,
                    )
                    report = _html(elem_id="ancrage-report", clicks=True)

        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        page.load(
            events.open,
            inputs=[locale],
            outputs=[header, past, panel, session],
            js="() => navigator.language",
            queue=False,
            **quiet,
        )
        answered = [question, past, live, state, session, ask, stop, restart, panel]
        answering = gr.on(
            [ask.click, question.submit],
            events.ask,
            inputs=[question, session],
            outputs=answered,
            concurrency_limit=AT_ONCE,
            trigger_mode="once",
            **quiet,
        )
        example = past.example(
            events.question_of, inputs=[session], outputs=[question], queue=False, **quiet
        ).then(
            events.ask,
            inputs=[question, session],
            outputs=answered,
            concurrency_limit=AT_ONCE,
            **quiet,
        )
        stop.click(
            events.stop,
            inputs=[session],
            outputs=[live, state, session, ask, stop],
            cancels=[answering, example],
            queue=False,
            **quiet,
        )
        restart.click(
            events.restart,
            inputs=[session],
            outputs=[past, live, state, panel, session, ask, stop, restart],
            cancels=[answering, example],
            queue=False,
            **quiet,
        )
        for part in (past, live):
            part.cite(events.cite, inputs=[session], outputs=[panel], queue=False, **quiet)
        upload.upload(
            events.upload,
            inputs=[upload, session],
            outputs=[report, upload, header, past, panel],
            concurrency_limit=1,
            show_progress="minimal",
            api_visibility="private",
        )
    page.queue(max_size=MOST_WAITING, default_concurrency_limit=AT_ONCE, api_open=False)
    return page


def _html(elem_id: str, *, clicks: bool = False, html_template: str = "${value}") -> gr.HTML:
    return gr.HTML(
        "",
        elem_id=elem_id,
        html_template=html_template,
        js_on_load=_own("page.js") if clicks else None,
        apply_default_css=False,
    )


def _own(name: str) -> str:
    return files("assistant.ui").joinpath(name).read_text(encoding="utf-8")


def _head() -> str:
    icon = json.dumps(_ICON)
    return f'<link rel="icon" href={icon}><style>{_own("style.css")}</style>'


def _theme() -> gr.themes.Base:
    """Gradio's base theme in the project's colours, with fonts that are on the machine."""
    theme = gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.slate,
        radius_size=gr.themes.sizes.radius_md,
        font=["system-ui", "-apple-system", "Segoe UI", "Helvetica Neue", "Arial", "sans-serif"],
        font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"],
    )
    return theme.set(
        body_background_fill="#f7f8f8",
        body_background_fill_dark="#12181b",
        body_text_color="#1d2a2e",
        body_text_color_dark="#e6ecee",
        background_fill_primary="#ffffff",
        background_fill_primary_dark="#1a2226",
        background_fill_secondary="#f0f3f4",
        background_fill_secondary_dark="#212b30",
        block_background_fill="#ffffff",
        block_background_fill_dark="#1a2226",
        block_label_background_fill_dark="#1a2226",
        border_color_primary="#dde3e5",
        border_color_primary_dark="#303b40",
        button_secondary_background_fill_dark="#303b40",
        button_primary_background_fill="#0f5c66",
        button_primary_background_fill_hover="#0b474f",
        button_primary_background_fill_dark="#7fd0d9",
        button_primary_background_fill_hover_dark="#a3e0e6",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#0b2226",
    )
