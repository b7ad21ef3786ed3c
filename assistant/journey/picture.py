"""Pages as SVG, PNG and PDF, drawn by matplotlib with the fonts that come with it."""

import io
from threading import Lock
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from assistant.journey.layout import canvas_page, pages
from assistant.journey.shapes import Box, Dot, Line, Page, Shape, Text
from assistant.journey.types import Canvas

DPI, MOST_PIXELS = 120, 40_000_000
"""Points an inch of a PNG, as long as it does not become larger than this."""

# Text stays text: it can be searched, copied and read aloud, and no markup comes of it.
_AS_TEXT: dict[Any, Any] = {
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
    "svg.hashsalt": "ancrage",
    "text.hinting": "no_hinting",
}

_drawing = Lock()
"""Matplotlib's settings and caches are the process': one page is drawn at a time."""


def svg(canvas: Canvas) -> bytes:
    """The canvas as an SVG picture."""
    return _saved(canvas_page(canvas), "svg", canvas.title)


def png(canvas: Canvas) -> bytes:
    """The canvas as a PNG picture."""
    return _saved(canvas_page(canvas), "png", canvas.title)


def pdf(canvas: Canvas) -> bytes:
    """The canvas on a page of its size, and the evidence behind it."""
    file = io.BytesIO()
    about = {"Title": canvas.title, "Creator": "Ancrage", "CreationDate": None}
    with _drawing, mpl.rc_context(_AS_TEXT), PdfPages(file, metadata=about) as made:
        for page in pages(canvas):
            made.savefig(_figure(page))
    return file.getvalue()


def _saved(page: Page, form: str, title: str) -> bytes:
    file = io.BytesIO()
    inches = page.width * page.height / 72**2
    dpi = min(DPI, (MOST_PIXELS / inches) ** 0.5) if form == "png" else 72
    about = {"Title": title, "Date": None} if form == "svg" else {"Title": title}
    with _drawing, mpl.rc_context(_AS_TEXT):
        _figure(page).savefig(file, format=form, dpi=dpi, metadata=about)
    return file.getvalue()


def _figure(page: Page) -> Figure:
    figure = Figure(figsize=(page.width / 72, page.height / 72), facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, page.width)
    axes.set_ylim(page.height, 0)
    axes.axis("off")
    for order, shape in enumerate(page.shapes):
        _draw(axes, shape, order)
    return figure


def _draw(axes: Axes, shape: Shape, order: int) -> None:
    if isinstance(shape, Text):
        axes.text(
            shape.x,
            # The baseline: DejaVu's ascent is some nine tenths of its size.
            shape.y + 0.98 * shape.size,
            shape.text,
            fontsize=shape.size,
            color=shape.colour,
            fontproperties=_font(shape),
            va="baseline",
            parse_math=False,
            zorder=order,
        )
    elif isinstance(shape, Box):
        axes.add_patch(
            Rectangle(
                (shape.x, shape.y),
                shape.width,
                shape.height,
                facecolor=shape.fill or "none",
                edgecolor=shape.edge or "none",
                linewidth=0.7,
                linestyle=(0, (3, 2)) if shape.dashed else "solid",
                zorder=order,
            )
        )
    elif isinstance(shape, Line):
        across, down = zip(*shape.points, strict=True)
        axes.add_line(
            Line2D(
                across,
                down,
                color=shape.colour,
                linewidth=shape.weight,
                linestyle=(0, (4, 2.5)) if shape.dashed else "solid",
                zorder=order,
            )
        )
    else:
        axes.add_line(_dot(shape, order))


def _dot(dot: Dot, order: int) -> Line2D:
    return Line2D(
        [dot.x],
        [dot.y],
        marker=dot.marker,
        markersize=dot.size,
        markerfacecolor="white" if dot.hollow else dot.colour,
        markeredgecolor=dot.colour,
        markeredgewidth=1.0,
        linestyle="none",
        zorder=order,
    )


def _font(text: Text) -> FontProperties:
    return FontProperties(
        family="sans-serif",
        weight="bold" if text.style == "bold" else "normal",
        style="oblique" if text.style == "italic" else "normal",
        size=text.size,
    )
