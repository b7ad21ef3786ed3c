"""The emotion curve on the journey's page: an SVG as wide as the stages' columns."""

from assistant.journey.types import Canvas
from assistant.ui.safe import esc
from assistant.ui.words import UiLanguage, number

COLUMN, HEIGHT, EDGE = 230, 190, 22
"""Pixels: a stage's column, as in the style sheet, the curve, and its margins above and below."""


def curve(language: UiLanguage, canvas: Canvas, title: str) -> str:
    """The customers' line with its intervals, the map's dashed, and what is noticed."""
    middle = {stage.id: (at + 0.5) * COLUMN for at, stage in enumerate(canvas.stages)}
    width = COLUMN * len(canvas.stages)
    parts = [
        f'<line class="level{" zero" if level == 0 else ""}" x1="0" x2="{width}" '
        f'y1="{_y(level):.1f}" y2="{_y(level):.1f}"/>'
        for level in (-1.0, -0.5, 0.0, 0.5, 1.0)
    ]
    told = [
        (cell, middle[cell.stage]) for cell in canvas.curve("feedback") if cell.value is not None
    ]
    assumed = [
        (middle[cell.stage], cell.value)
        for cell in canvas.curve("journey")
        if cell.value is not None
    ]
    beside = [
        (x, cell.against.value)
        for cell, x in told
        if cell.against and cell.against.value is not None
    ]
    parts += [_path("assumed", assumed), _path("beside", beside)]
    parts += [
        f'<line class="whisker" x1="{x:.1f}" x2="{x:.1f}" y1="{_y(cell.low):.1f}" '
        f'y2="{_y(cell.high):.1f}"/>'
        for cell, x in told
        if cell.low is not None and cell.high is not None
    ]
    parts.append(_path("told", [(x, cell.value or 0.0) for cell, x in told]))
    parts += _marks(canvas, {cell.stage: (x, cell.value or 0.0) for cell, x in told})
    for x, value in assumed:
        text = _signed(language, value)
        parts.append(
            f'<text class="assumed" x="{x - 10:.1f}" y="{_y(value) + 4:.1f}">{text}</text>'
        )
    for cell, x in told:
        value = cell.value or 0.0
        text = f"{_signed(language, value)} (n = {number(language, cell.n or 0)})"
        parts.append(
            f'<text class="told" x="{x + 10:.1f}" y="{_y(value) + 4:.1f}">{esc(text)}</text>'
        )
    return (
        f'<svg class="curve" width="{width}" height="{HEIGHT}" viewBox="0 0 {width} {HEIGHT}" '
        f'role="img" aria-label="{esc(title)}">{"".join(parts)}</svg>'
    )


def _marks(canvas: Canvas, points: dict[str, tuple[float, float]]) -> list[str]:
    """A star at a key moment, a triangle where the curve changes, a ring where it ends."""
    found = []
    for mark in canvas.marks:
        if mark.stage not in points:
            continue
        x, value = points[mark.stage]
        tip = f"<title>{esc(mark.text)}</title>"
        if mark.kind == "moment":
            left = x - COLUMN / 2 + 10
            found.append(f'<text class="sign" x="{left:.1f}" y="15">{tip}★ {mark.rank}</text>')
        elif mark.kind == "ending":
            found.append(
                f'<circle class="end" cx="{x:.1f}" cy="{_y(value):.1f}" r="8">{tip}</circle>'
            )
        else:
            before = max((one for one in points.values() if one[0] < x), default=(x, value))
            at = ((before[0] + x) / 2, (before[1] + value) / 2)
            sign = "▲" if mark.up else "▼"
            place = f'x="{at[0]:.1f}" y="{_y(at[1]) + 5:.1f}"'
            found.append(f'<text class="sign middle" {place}>{tip}{sign}</text>')
    return found


def _y(value: float | None) -> float:
    return EDGE + (1 - (value or 0.0)) / 2 * (HEIGHT - 2 * EDGE)


def _path(name: str, points: list[tuple[float, float]]) -> str:
    line = " ".join(f"{x:.1f},{_y(value):.1f}" for x, value in points)
    dots = "".join(
        f'<circle class="{name}" cx="{x:.1f}" cy="{_y(value):.1f}" r="4"/>' for x, value in points
    )
    return f'<polyline class="{name}" points="{line}"/>{dots}' if points else ""


def _signed(language: UiLanguage, value: float) -> str:
    text = number(language, value, 2)
    return f"+{text}" if value > 0 and text != "0" else text
