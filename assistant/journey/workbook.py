"""A canvas as an XLSX workbook whose first sheet loads back as the same map; the blank one too.

Corpus text is written as text, never as a formula, and stays so when a cell is edited. The sheets
beside the map begin with a line of their own, so that no importer takes them for a map.
"""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from assistant.handing_on import places
from assistant.journey.types import CELL_KINDS, Canvas, CanvasCell, MapRow
from assistant.words import Words, words
from corpus.errors import InputError
from corpus.importers.journey import FIELDS, written
from corpus.types import STAGES

LONGEST = 32_767
"""Characters that a cell of a workbook can hold."""

_WIDTHS = {"map": 22, "persona": 20, "stage": 18, "step": 22, "lane": 22, "text": 60,
           "emotion": 10, "moment_of_truth": 12, "owner": 22, "evidence": 60}  # fmt: skip

COLOURS = {
    "journey": ("#6b3fa0", "#f1eafa"),
    "feedback": ("#1a5a96", "#e5eff9"),
    "behaviour": ("#0f5c66", "#e2f0f1"),
    "internal": ("#8a4b08", "#fbeedd"),
    "action": ("#2c6a3c", "#e6f3e9"),
}
"""The ink and the ground of each kind of evidence, as on the pages."""

Row = Sequence[object]


def workbook(canvas: Canvas) -> bytes:
    """The map (or the draft), the canvas to read, the figures and the citations."""
    said = words(canvas.language)
    file = io.BytesIO()
    with _open(file) as book:
        sheet = _named(book, said, "map")
        evidence = canvas.draft
        _write_map(book, sheet, said, canvas.rows, evidence=evidence)
        _write_canvas(book, said, canvas)
        _write_facts(book, said, canvas)
        _write_citations(book, said, canvas)
    return file.getvalue()


def template(language: str, lanes: Sequence[tuple[str, str, str]], filename: str) -> bytes:
    """The blank canvas: a row for each field, and what goes in each lane.

    ``lanes`` are the key, the name and the explanation of each; those that the tool fills in have
    no field.
    """
    said = words(language)
    file = io.BytesIO()
    to_fill = [lane for lane, _, _ in lanes if lane in TO_FILL]
    with _open(file) as book:
        name = say(said, "template_map")
        rows = [
            MapRow(name, "", stage, "", lane, "", None, False, "")
            for stage in STAGES
            for lane in to_fill
        ]
        _write_map(book, _named(book, said, "map"), said, rows)
        sheet = _reading(book, said, "lanes")
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 90)
        sheet.set_column(2, 2, 16)
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        sheet.merge_range(1, 0, 1, 2, "", wrap)
        _text(sheet, 1, 0, say(said, "template_how", file=filename), wrap)
        sheet.set_row(1, 48)
        _header(book, sheet, 3, [say(said, f"column_{c}") for c in ("lane", "goes", "filled")])
        for n, (lane, label, explains) in enumerate(lanes, 4):
            who = say(said, "filled_people" if lane in TO_FILL else "filled_tool")
            for column, value in enumerate((label, explains, who)):
                _text(sheet, n, column, value, wrap)
    return file.getvalue()


TO_FILL = (
    "goal", "touchpoint", "channel", "doing", "thinking", "pain", "opportunity", "metric"
)  # fmt: skip
"""Lanes of the blank canvas: those that a map of the company's has."""


def say(said: Words, name: str, **values: str | int) -> str:
    """The canvas' own words."""
    return said.say(f"canvas/{name}", **values)


# The map -------------------------------------------------------------------------------------


def _write_map(
    book: Workbook,
    sheet: Worksheet,
    said: Words,
    rows: Iterable[MapRow],
    *,
    evidence: bool = False,
) -> None:
    """One cell of the map a row, under the names that the importer knows."""
    names = [*FIELDS, *(["evidence"] if evidence else [])]
    _header(book, sheet, 0, [say(said, f"column_{name}") for name in names])
    wrap = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
    last = 0
    for last, row in enumerate(rows, 1):
        stage, lane = written(row.stage, row.lane, said.language)
        values: dict[str, object] = {name: getattr(row, name) for name in names}
        values |= {
            "stage": stage,
            "lane": lane,
            "moment_of_truth": say(said, "column_yes") if row.moment_of_truth else "",
        }
        for column, name in enumerate(names):
            _text(sheet, last, column, values[name], wrap)
    for column, name in enumerate(names):
        sheet.set_column(column, column, _WIDTHS[name])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(last, 1), len(names) - 1)
    reach = max(last, 1) + 500
    column = FIELDS.index("emotion")
    sheet.data_validation(
        1, column, reach, column, {"validate": "integer", "criteria": "between",
                                   "minimum": -2, "maximum": 2}
    )  # fmt: skip


# What is read --------------------------------------------------------------------------------


def _write_canvas(book: Workbook, said: Words, canvas: Canvas) -> None:
    """Stages across and lanes down; each kind of evidence in its colour, its name before it."""
    sheet = _reading(book, said, "canvas")
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    plain = book.add_format({"text_wrap": True, "valign": "top", "border": 1,
                             "border_color": "#dde3e5", "quote_prefix": True})  # fmt: skip
    inks = {kind: book.add_format({"font_color": COLOURS[kind][0]}) for kind in CELL_KINDS}
    grounds = {
        kind: book.add_format(
            {
                "text_wrap": True,
                "valign": "top",
                "border": 1,
                "border_color": "#dde3e5",
                "font_color": COLOURS[kind][0],
                "bg_color": COLOURS[kind][1],
                "italic": kind == "journey",
                "quote_prefix": True,
            }
        )
        for kind in CELL_KINDS
    }
    _text(sheet, 1, 0, canvas.title, bold)
    for column, kind in enumerate(CELL_KINDS, 1):
        _text(sheet, 1, column, say(said, f"side_of_{kind}"), inks[kind])
    _text(sheet, 2, 0, canvas.about or " ".join(canvas.notes[:1]))
    _header(book, sheet, 3, ["", *(stage.label for stage in canvas.stages)])
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, max(1, len(canvas.stages)), 36)
    row = 4
    for lane in canvas.lanes:
        fields = [canvas.field(stage.id, lane.id) for stage in canvas.stages]
        height = max(1, *map(len, fields)) if fields else 1
        _text(sheet, row, 0, lane.label, bold)
        for column, cells in enumerate(fields, 1):
            for n, cell in enumerate(cells):
                _text(sheet, row + n, column, cell_text(said, canvas, cell), grounds[cell.kind])
            for n in range(len(cells), height):
                _text(sheet, row + n, column, "", plain)
        row += height
    for title, lines in (
        ("heading_marks", [mark.text for mark in canvas.marks]),
        ("heading_gaps", [gap_text(canvas, gap.id) for gap in canvas.gaps]),
        ("", list(canvas.notes)),
    ):
        if lines:
            row += 1
            _text(sheet, row, 0, say(said, title) if title else "", bold)
            for line in lines:
                _text(sheet, row, 1, line)
                row += 1
    sheet.freeze_panes(4, 1)


def cell_text(said: Words, canvas: Canvas, cell: CanvasCell) -> str:
    """A cell with whose it is before it, its quotes, its evidence and its gaps behind it."""
    parts = [f"[{say(said, f'kind_of_{cell.kind}')}] {told(cell)}"]
    parts += [said.quote(each.quote) for each in canvas.quotes(cell)]
    parts += [f"≠ {gap_text(canvas, gap)}" for gap in cell.gaps]
    markers = (*cell.citations, *cell.facts)
    return "\n".join(parts) + (f" ({', '.join(markers)})" if markers else "")


def told(cell: CanvasCell) -> str:
    """What a cell says, with the persona and the emotion that a map gives it."""
    text = f"{cell.persona} – {cell.text}" if cell.persona else cell.text
    if cell.emotion:
        text += f" ({cell.emotion:+d})".replace("-", "−")
    return f"★ {text}" if cell.truth else text


def gap_text(canvas: Canvas, gap_id: str) -> str:
    """A gap with the stage that it is at."""
    gap = next(each for each in canvas.gaps if each.id == gap_id)
    stage = next((each.label for each in canvas.stages if each.id == gap.stage), "")
    return f"{stage} – {gap.text}" if stage else gap.text


def _write_facts(book: Workbook, said: Words, canvas: Canvas) -> None:
    names = ("id", "what", "value", "low", "high", "n", "base", "query", "replay")
    rows = [
        (f.id, f.label, f.value, f.low, f.high, f.n, f.base, f.query, f.replay)
        for f in canvas.facts
    ]
    _table(book, said, "facts", names, rows, (8, 60, 12, 12, 12, 10, 12, 40, 40))


def _write_citations(book: Workbook, said: Words, canvas: Canvas) -> None:
    names = ("id", "kind", "quote", "source", "where", "date", "passage")
    rows = [
        (
            c.id,
            say(said, f"kind_of_{c.kind}"),
            c.quote,
            c.source,
            ", ".join(places(said, c.locator)),
            c.date or "",
            c.passage_id,
        )
        for c in canvas.citations
    ]
    _table(book, said, "citations", names, rows, (8, 12, 80, 26, 26, 12, 30))


def _table(
    book: Workbook,
    said: Words,
    name: str,
    columns: Sequence[str],
    rows: Iterable[Row],
    widths: Sequence[int],
) -> None:
    sheet = _reading(book, said, name)
    top = book.add_format({"valign": "top", "text_wrap": True, "quote_prefix": True})
    _header(book, sheet, 1, [say(said, f"column_{column}") for column in columns])
    for n, row in enumerate(rows, 2):
        for column, value in enumerate(row):
            _text(sheet, n, column, value, top)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(2, 0)


# Pieces --------------------------------------------------------------------------------------


def _open(file: io.BytesIO) -> Workbook:
    """A workbook that makes links, formulas or numbers of no text."""
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    return xlsxwriter.Workbook(file, options)


def _named(book: Workbook, said: Words, name: str) -> Worksheet:
    return book.add_worksheet(say(said, f"sheet_{name}"))


def _reading(book: Workbook, said: Words, name: str) -> Worksheet:
    """A sheet that is for reading alone, which its first line says; it names no field of a map."""
    sheet = _named(book, said, name)
    grey = book.add_format({"font_color": "#5b6a70", "italic": True})
    _text(sheet, 0, 0, "Ancrage", grey)
    _text(sheet, 0, 1, say(said, "sheet_reading", sheet=say(said, "sheet_map")), grey)
    return sheet


def _header(book: Workbook, sheet: Worksheet, row: int, names: Sequence[str]) -> None:
    bold = book.add_format(
        {"bold": True, "bg_color": "#eef2f3", "bottom": 1, "text_wrap": True, "valign": "top"}
    )
    for column, name in enumerate(names):
        _text(sheet, row, column, name, bold)


def _text(sheet: Worksheet, row: int, column: int, value: object, form: Any = None) -> None:
    """A number as a number, anything else as text; raises InputError for what does not fit."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, column, value, form)
        return
    text = "" if value is None else str(value)
    if len(text) > LONGEST:
        raise InputError(
            f"A text of {len(text):,} characters fits in no cell of a workbook; "
            "take the canvas as Markdown or JSON."
        )
    if text:
        sheet.write_string(row, column, text, form)
    else:
        sheet.write_blank(row, column, None, form)
