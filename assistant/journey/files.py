"""The files that a canvas can be taken as, by the ends of their names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from assistant.journey.types import Canvas
from corpus.errors import InputError


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file: its media type, and what makes it."""

    media: str
    make: Callable[[Canvas], bytes]


def _xlsx(canvas: Canvas) -> bytes:
    from assistant.journey.workbook import workbook

    return workbook(canvas)


def _markdown(canvas: Canvas) -> bytes:
    from assistant.journey.markdown import markdown

    return markdown(canvas).encode()


def _svg(canvas: Canvas) -> bytes:
    # Matplotlib is heavy to import, and a page of the app needs none of it.
    from assistant.journey.picture import svg

    return svg(canvas)


def _png(canvas: Canvas) -> bytes:
    from assistant.journey.picture import png

    return png(canvas)


def _pdf(canvas: Canvas) -> bytes:
    from assistant.journey.picture import pdf

    return pdf(canvas)


FORMS: Mapping[str, Form] = {
    "xlsx": Form("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "md": Form("text/markdown; charset=utf-8", _markdown),
    "svg": Form("image/svg+xml", _svg),
    "png": Form("image/png", _png),
    "pdf": Form("application/pdf", _pdf),
}


def as_file(canvas: Canvas, form: str) -> bytes:
    """The canvas as a file; raises InputError for a form that there is not."""
    if form not in FORMS:
        raise InputError(f"A canvas is no {form} file; it can be {', '.join(FORMS)} or json.")
    return FORMS[form].make(canvas)
