"""The pages, mounted in the FastAPI app that also serves the API."""

import json
import warnings
from collections.abc import Callable
from importlib.resources import as_file, files

import gradio as gr
from fastapi import FastAPI
from fastapi.responses import FileResponse

from assistant.core import Assistant
from assistant.ui import actions_page, conversation, journey_page, quality_page, themes_page
from assistant.ui.actions_events import ActionsEvents
from assistant.ui.charts.show import PLOTLY
from assistant.ui.events import Events
from assistant.ui.journey_events import JourneyEvents
from assistant.ui.parts import AT_ONCE, FORGET_SECONDS, own
from assistant.ui.quality_events import QualityEvents
from assistant.ui.themes_events import ThemesEvents
from assistant.ui.words import LANGUAGES, dictionary

MOST_WAITING = 64
"""Events that wait in the queue before it refuses more."""

STYLES = (
    "style.css", "themes.css", "charts.css", "history.css", "actions.css", "journey.css",
    "quality.css",
)  # fmt: skip
"""What the pages look like: what all share, then each one's own."""

A_YEAR = 31_536_000

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
    """Serve the pages at ``/`` of ``app``; routes that ``app`` has already come first.

    ``on_ingested`` is called after files were loaded through a page, so that the server can
    begin to embed them.
    """
    app.get(f"/{PLOTLY}", include_in_schema=False)(_plotly)
    words = gr.I18n(**{language: dict(dictionary(language)) for language in LANGUAGES})
    with warnings.catch_warnings():
        # Of several pages Gradio warns that it does not render them here, which nobody asked for.
        warnings.filterwarnings("ignore", message="SSR mode is not supported")
        mounted: FastAPI = gr.mount_gradio_app(
            app,
            _pages(assistant, on_ingested, words),
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


def _plotly() -> FileResponse:
    """Plotly's script from its Python package; its address changes with its version."""
    with as_file(files("plotly").joinpath("package_data", PLOTLY)) as path:
        return FileResponse(
            path,
            media_type="text/javascript",
            headers={"Cache-Control": f"public, max-age={A_YEAR}, immutable"},
        )


def _pages(assistant: Assistant, on_ingested: Callable[[], None], words: gr.I18n) -> gr.Blocks:
    pages: gr.Blocks
    with gr.Blocks(
        title="Ancrage",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(FORGET_SECONDS, FORGET_SECONDS),
    ) as pages:
        conversation.lay_out(pages, Events(assistant, on_ingested), words)
    with pages.route("Themes", "themes", show_in_navbar=False):
        themes_page.lay_out(pages, ThemesEvents(assistant))
    with pages.route("Actions", "actions", show_in_navbar=False):
        actions_page.lay_out(pages, ActionsEvents(assistant))
    with pages.route("Journey", "journey", show_in_navbar=False):
        journey_page.lay_out(pages, JourneyEvents(assistant))
    with pages.route("Quality", "quality", show_in_navbar=False):
        quality_page.lay_out(pages, QualityEvents(assistant))
    pages.queue(max_size=MOST_WAITING, default_concurrency_limit=AT_ONCE, api_open=False)
    return pages


def _head() -> str:
    icon = json.dumps(_ICON)
    style = "".join(map(own, STYLES))
    scripts = "".join(f"<script>{own(name)}</script>" for name in ("panel.js", "charts.js"))
    return f'<link rel="icon" href={icon}><style>{style}</style>{scripts}'


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
