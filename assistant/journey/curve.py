"""The emotion curve of a canvas on paper: the customers', the map's, and what is remembered."""

from collections.abc import Sequence

from assistant.journey.shapes import Box, Dot, Line, Page
from assistant.journey.type import LEADING, Style, width
from assistant.journey.types import Canvas
from assistant.words import Words

CURVE = 170.0
"""Points from the top of the curve's field to its bottom."""

_EDGE = 16.0
_SIZE = 7.6
_FEEDBACK, _JOURNEY, _INK, _RULE = "#1a5a96", "#6b3fa0", "#1d2a2e", "#c9d2d5"

Point = tuple[float, float]


def put_curve(page: Page, canvas: Canvas, said: Words, x: float, y: float, column: float) -> None:
    """Draw the curves; ``x`` and ``y`` are the upper left corner of the first stage's field."""
    middle = {stage.id: x + (at + 0.5) * column for at, stage in enumerate(canvas.stages)}
    right = x + column * len(canvas.stages)
    for level in (-1.0, -0.5, 0.0, 0.5, 1.0):
        at = _height(y, level)
        weight = 0.9 if level == 0 else 0.4
        page.shapes.append(Line(((x, at), (right, at)), _RULE, weight, dashed=level != 0))
        text = _signed(said, level)
        page.line(x - 6 - width(text, _SIZE), at - _SIZE * LEADING / 2, text, _SIZE, "#4f5e64")
    assumed = _points(canvas, "journey", middle, y)
    told = _points(canvas, "feedback", middle, y)
    beside = [
        (middle[cell.stage], _height(y, cell.against.value))
        for cell in canvas.curve("feedback")
        if cell.against and cell.against.value is not None
    ]
    _draw(page, assumed, _JOURNEY, dashed=True, hollow=True, marker="D")
    _draw(page, beside, _FEEDBACK, dashed=True, hollow=True, marker="o")
    for cell in canvas.curve("feedback"):
        if cell.low is not None and cell.high is not None:
            at = middle[cell.stage]
            ends = ((at, _height(y, cell.low)), (at, _height(y, cell.high)))
            page.shapes.append(Line(ends, _FEEDBACK, 1.1))
    _draw(page, told, _FEEDBACK, dashed=False, hollow=False, marker="o")
    _label(page, canvas, said, middle, y)
    _signs(page, canvas, dict(told), middle, y, column)


def _height(y: float, value: float) -> float:
    return y + _EDGE + (1 - value) / 2 * (CURVE - 2 * _EDGE)


def _points(canvas: Canvas, kind: str, middle: dict[str, float], y: float) -> list[Point]:
    return [
        (middle[cell.stage], _height(y, cell.value))
        for cell in canvas.curve(kind)  # type: ignore[arg-type]  # one of the kinds
        if cell.value is not None
    ]


def _draw(
    page: Page, points: Sequence[Point], colour: str, *, dashed: bool, hollow: bool, marker: str
) -> None:
    if len(points) > 1:
        page.shapes.append(Line(tuple(points), colour, 1.2 if dashed else 1.8, dashed=dashed))
    page.shapes += [Dot(x, y, marker, 5.5, colour, hollow) for x, y in points]  # type: ignore[arg-type]


def _label(page: Page, canvas: Canvas, said: Words, middle: dict[str, float], y: float) -> None:
    """The values beside their points: the map's on the left, the customers' on the right."""
    for cell in canvas.curve("journey"):
        if cell.value is not None:
            text = _signed(said, cell.value)
            at = middle[cell.stage] - 8 - width(text, _SIZE, "italic")
            _beside(page, at, _height(y, cell.value), text, _JOURNEY, "italic")
    for cell in canvas.curve("feedback"):
        if cell.value is None:
            continue
        shown = [(cell.value, f"{_signed(said, cell.value)} (n = {said.number(cell.n or 0)})")]
        if cell.against and cell.against.value is not None:
            n = said.number(cell.against.n)
            shown.append((cell.against.value, f"{_signed(said, cell.against.value)} (n = {n})"))
        least = -1e9
        for value, text in sorted(shown, key=lambda each: -each[0]):
            # Two labels that would meet stand one below the other.
            top = max(_height(y, value) - _SIZE * LEADING / 2, least)
            _beside(page, middle[cell.stage] + 8, top + _SIZE * LEADING / 2, text, _FEEDBACK)
            least = top + _SIZE * LEADING


def _beside(
    page: Page, x: float, middle: float, text: str, colour: str, style: Style = "plain"
) -> None:
    """A label on ground of its own, so that no line runs through it."""
    size = width(text, _SIZE, style), _SIZE * LEADING
    page.shapes.append(Box(x - 1.5, middle - size[1] / 2, size[0] + 3, size[1], "#ffffff"))
    page.line(x, middle - size[1] / 2, text, _SIZE, colour, style)


def _signs(
    page: Page,
    canvas: Canvas,
    told: dict[float, float],
    middle: dict[str, float],
    y: float,
    column: float,
) -> None:
    """A star at a key moment, a triangle where the curve changes, a square where it ends."""
    for mark in canvas.marks:
        at = middle[mark.stage]
        if at not in told:
            continue
        if mark.kind == "moment":
            page.shapes.append(Dot(at - 0.36 * column, y + 10, "*", 10, _INK))
            page.line(at - 0.36 * column + 7, y + 10 - 5, f"{mark.rank}", _SIZE, _INK, "bold")
        elif mark.kind == "ending":
            page.shapes.append(Dot(at, told[at], "s", 9, _INK, hollow=True))
        else:
            before = max((x for x in told if x < at), default=at)
            half = ((before + at) / 2, (told[before] + told[at]) / 2)
            page.shapes.append(Dot(*half, "^" if mark.up else "v", 8, _INK))


def _signed(said: Words, value: float) -> str:
    text = f"{value:+.2f}".rstrip("0").rstrip(".").replace("-", "−")
    text = "0" if text in ("+0", "−0", "+", "−") else text
    return text.replace(".", ",") if said.language == "fr" else text
