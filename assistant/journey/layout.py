"""Where everything of a canvas stands on paper: a table of fields, and the curve across it."""

from collections.abc import Sequence

from assistant.answers.parts import share_points
from assistant.handing_on import places
from assistant.journey.curve import CURVE, put_curve
from assistant.journey.shapes import Box, Line, Page
from assistant.journey.type import LEADING, Style, width, wrapped
from assistant.journey.types import CELL_KINDS, Canvas, CanvasCell, Mark
from assistant.journey.workbook import COLOURS, gap_text, say, told
from assistant.types import SHARE_POINTS, Fact
from assistant.words import Words, words
from corpus.errors import InputError

MARGIN, LABELS, COLUMN, PAD = 28.0, 118.0, 196.0, 5.0
"""Points: around the page, the column of lanes' names, a stage, and inside a field."""

BODY, SMALL, HEAD, TITLE = 8.5, 7.2, 11.5, 19.0
"""Sizes of type."""

INK, QUIET, RULE, WARN, PAPER = "#1d2a2e", "#4f5e64", "#c9d2d5", "#9b1c1c", "#ffffff"

LONGEST = 14_000.0
"""Points: what PDF and PNG readers take as a page's side."""


def canvas_page(canvas: Canvas) -> Page:
    """The whole canvas on one page; raises InputError where it is larger than any page."""
    said = words(canvas.language)
    columns = max(1, len(canvas.stages))
    page = Page(2 * MARGIN + LABELS + columns * COLUMN)
    y = _heading(page, canvas, said)
    y = _stages(page, canvas, y)
    for lane in canvas.lanes:
        y = _lane(page, canvas, said, lane.id, lane.label, y)
    y = _foot(page, canvas, said, y + 8)
    page.height = y + MARGIN
    if max(page.width, page.height) > LONGEST:
        raise InputError(
            "The canvas is too large for a picture; choose stages with --stage, "
            "or take it as a workbook or Markdown."
        )
    return page


def _heading(page: Page, canvas: Canvas, said: Words) -> float:
    room = page.width - 2 * MARGIN
    y = page.lines(MARGIN, MARGIN, canvas.title, room, TITLE, INK, "bold")
    if canvas.about:
        y = page.lines(MARGIN, y + 2, canvas.about, room, BODY + 1, WARN if canvas.draft else QUIET)
    x, y = MARGIN, y + 6
    used = {cell.kind for cell in canvas.cells}
    for kind in (each for each in CELL_KINDS if each in used):
        text = say(said, f"side_of_{kind}")
        if x + 20 + width(text, BODY) > page.width - MARGIN:
            x, y = MARGIN, y + 16
        ink, ground = COLOURS[kind]
        page.shapes.append(Box(x, y, 14, 10, ground, ink, dashed=kind == "journey"))
        x = page.line(x + 19, y - 0.5, text, BODY, ink, _style(kind)) + 18
    if canvas.gaps:
        page.line(x, y - 0.5, f"≠ {say(said, 'side_of_gap')}", BODY, WARN, "bold")
    return y + 20


def _stages(page: Page, canvas: Canvas, y: float) -> float:
    names = [wrapped(stage.label, COLUMN - 2 * PAD, HEAD, "bold") for stage in canvas.stages]
    height = max((len(lines) for lines in names), default=1) * HEAD * LEADING + 2 * PAD
    x = MARGIN + LABELS
    page.shapes.append(Box(x, y, COLUMN * len(names), height, "#e8eef0"))
    for at, lines in enumerate(names):
        for n, line in enumerate(lines):
            page.line(x + at * COLUMN + PAD, y + PAD + n * HEAD * LEADING, line, HEAD, INK, "bold")
    return y + height


def _lane(page: Page, canvas: Canvas, said: Words, lane: str, label: str, y: float) -> float:
    """One lane across all stages, as high as its fullest field."""
    top = y
    bottom = page.lines(MARGIN, top + PAD, label, LABELS - 2 * PAD, BODY + 0.5, INK, "bold") + PAD
    x = MARGIN + LABELS
    if lane == "emotion":
        put_curve(page, canvas, said, x, top, COLUMN)
        top += CURVE
    for at, stage in enumerate(canvas.stages):
        left = x + at * COLUMN
        end = top + PAD
        if lane == "emotion":
            for mark in canvas.marks:
                # Of a key moment the star is enough: it has a lane of its own.
                if mark.stage == stage.id and mark.kind != "moment":
                    end = _mark(page, mark, left, end)
        for cell in canvas.field(stage.id, lane):
            # The curve shows the points; in words they only say what it cannot.
            if lane != "emotion" or cell.value is None or cell.gaps:
                end = _cell(page, canvas, said, cell, left, end)
        bottom = max(bottom, end + PAD - 3)
    right = page.width - MARGIN
    page.shapes.append(Line(((MARGIN, bottom), (right, bottom)), RULE))
    for at in range(len(canvas.stages) + 1):
        edge = x + at * COLUMN
        page.shapes.append(Line(((edge, y), (edge, bottom)), RULE, 0.5))
    return bottom


def _cell(
    page: Page, canvas: Canvas, said: Words, cell: CanvasCell, left: float, y: float
) -> float:
    """One cell in its colour; gives where the next one begins."""
    ink, ground = COLOURS[cell.kind]
    box = len(page.shapes)
    x, room = left + PAD + 6, COLUMN - 2 * PAD - 10
    end = y + 3
    if cell.lane != "emotion" or cell.value is None:
        end = page.lines(x, end, told(cell), room, BODY, ink, _style(cell.kind))
    for quote in canvas.quotes(cell):
        end = page.lines(x, end + 1, said.quote(quote.quote), room, SMALL + 0.4, QUIET, "italic")
    for gap in cell.gaps:
        text = gap_text(canvas, gap).removeprefix(f"{_stage(canvas, cell)} – ")
        end = page.lines(x, end + 1, f"≠ {text}", room, SMALL, WARN, "bold")
    marks = " ".join((*cell.facts, *(() if cell.kind == "journey" else cell.citations)))
    if marks:
        end = page.lines(x, end, marks, room, 5.8, QUIET)
    height = end - y + 3
    shape = Box(
        left + PAD, y, COLUMN - 2 * PAD, height, ground, ink if cell.kind == "journey" else None,
        dashed=cell.kind == "journey",
    )  # fmt: skip
    page.shapes[box:box] = [shape, Box(left + PAD, y, 2.4, height, ink)]
    return y + height + 3


def _mark(page: Page, mark: Mark, left: float, y: float) -> float:
    sign = "□" if mark.kind == "ending" else "▲" if mark.up else "▼"
    room = COLUMN - 2 * PAD
    return page.lines(left + PAD, y, f"{sign} {mark.text}", room, SMALL + 0.3, INK) + 3


def _foot(page: Page, canvas: Canvas, said: Words, y: float) -> float:
    room = min(page.width - 2 * MARGIN, 1_100.0)
    loose = [gap for gap in canvas.gaps if not any(gap.id in cell.gaps for cell in canvas.cells)]
    for gap in loose:
        y = page.lines(MARGIN, y, f"≠ {gap_text(canvas, gap.id)}", room, BODY, WARN)
    for note in canvas.notes:
        y = page.lines(MARGIN, y, note, room, BODY, QUIET)
    facts, citations = (said.number(len(each)) for each in (canvas.facts, canvas.citations))
    text = say(said, "note_evidence", facts=facts, citations=citations)
    return page.lines(MARGIN, y, text, room, BODY, QUIET)


def _stage(canvas: Canvas, cell: CanvasCell) -> str:
    return next((each.label for each in canvas.stages if each.id == cell.stage), "")


def _style(kind: str) -> Style:
    return "italic" if kind == "journey" else "plain"


# Evidence ------------------------------------------------------------------------------------

_TALL, _WIDE = 1_191.0, 842.0  # A3 on its side, in points: 1191 across, 842 down
_COLUMNS = 3


def evidence_pages(canvas: Canvas) -> list[Page]:
    """The figures and the citations that the canvas stands on, in columns."""
    said = words(canvas.language)
    room = (_TALL - 2 * MARGIN - (_COLUMNS - 1) * 18) / _COLUMNS
    entries = _entries(canvas, said)
    pages: list[Page] = []
    column, y = _COLUMNS, 0.0
    for text, style, size in entries:
        height = len(wrapped(text, room, size, style)) * size * LEADING + 4
        if column >= _COLUMNS or y + height > _WIDE - MARGIN:
            column += 1
            if column >= _COLUMNS:
                pages.append(Page(_TALL, _WIDE))
                column = 0
            y = MARGIN
        x = MARGIN + column * (room + 18)
        pages[-1].lines(x, y, text, room, size, INK, style)
        y += height
    return pages


def _entries(canvas: Canvas, said: Words) -> list[tuple[str, Style, float]]:
    entries: list[tuple[str, Style, float]] = [(say(said, "heading_facts"), "bold", HEAD)]
    for fact in canvas.facts:
        entries.append((f"{fact.id}  {fact_line(said, fact)}", "plain", BODY - 1))
    entries.append((say(said, "heading_citations"), "bold", HEAD))
    for each in canvas.citations:
        where = ", ".join(places(said, each.locator))
        about = " · ".join(part for part in (each.source, where, each.date or "") if part)
        entries.append((f"{each.id}  {said.quote(each.quote)} {about}", "plain", BODY - 1))
    return entries


def fact_line(said: Words, fact: Fact) -> str:
    """A fact on a line: what it is, its value, its interval, its n and how to replay it."""
    value = "–" if fact.value is None else _number(said, fact, fact.value)
    text = f"{fact.label} : {value}" if said.language == "fr" else f"{fact.label}: {value}"
    if fact.low is not None and fact.high is not None:
        low, high = (_number(said, fact, bound) for bound in (fact.low, fact.high))
        text += f" ({said.say('between', low=low, high=high)})"
    return f"{text}, n = {said.number(fact.n)}"


def _number(said: Words, fact: Fact, value: float) -> str:
    if fact.unit == "share":
        return said.percent(value).replace("-", "−")
    if fact.unit == SHARE_POINTS:
        return share_points(said, value)
    if fact.unit == "count":
        return said.number(round(value))
    text = f"{value:.2f}".rstrip("0").rstrip(".").replace("-", "−")
    return text.replace(".", ",") if said.language == "fr" else text


def pages(canvas: Canvas) -> Sequence[Page]:
    """The canvas, then its evidence."""
    return [canvas_page(canvas), *evidence_pages(canvas)]
