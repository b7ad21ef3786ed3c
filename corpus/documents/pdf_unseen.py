"""A page of a PDF without the text that is drawn where or as nobody sees it."""

from dataclasses import dataclass, field, replace
from typing import Any

from pypdf.generic import ContentStream, NameObject

from corpus.hidden import WHITE, Found, near

_SHOWN = (b"Tj", b"TJ", b"'", b'"')
_SMALLEST = 1.0
"""Points of type below which nobody reads."""

_INVISIBLE = 3
"""The rendering mode of text that is neither filled nor stroked."""

Matrix = tuple[float, float, float, float, float, float]
_UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class _State:
    """What text is drawn with; ``ink`` is None where it is a pattern or of a space of its own."""

    to_page: Matrix = _UNIT
    ink: Colour | None = (0, 0, 0)
    mode: int = 0
    size: float = 0.0


@dataclass
class _Page:
    """What was drawn so far: the state, those saved, the text's place, grounds that are filled."""

    state: _State = field(default_factory=_State)
    saved: list[_State] = field(default_factory=list)
    text: Matrix = _UNIT
    line: Matrix = _UNIT
    path: list[tuple[float, float]] = field(default_factory=list)
    grounds: list[Box] = field(default_factory=list)


def without_unseen(page: Any, box: Box, found: Found) -> None:
    """Take out the text that is invisible, tiny, beyond the page, or white on nothing.

    A scan's recognised text is invisible too, and lies over the picture of the same words: where a
    page has no other text, it stays. Text within forms is not looked at.
    """
    contents = page.get_contents()
    if contents is None:
        return
    drawn, kept, gone, shows = _Page(), [], 0, 0
    for operands, operator in contents.operations:
        _draw(drawn, operands, operator)
        if operator in _SHOWN and _says(operands):
            shows += 1
            if _unseen(drawn, box):
                gone += 1
                continue
        kept.append((operands, operator))
    if not gone or gone == shows:
        return
    found["style"] += gone
    left = ContentStream(None, page.pdf)
    left.operations = kept
    page[NameObject("/Contents")] = left


def _says(operands: Any) -> bool:
    return any(
        bytes(str(each), "utf-8").strip()
        for operand in operands
        for each in (operand if isinstance(operand, list) else [operand])
        if isinstance(each, str | bytes)
    )


def _unseen(drawn: _Page, box: Box) -> bool:
    state = drawn.state
    placed = _times(drawn.text, state.to_page)
    x, y = placed[4], placed[5]
    height = state.size * max(abs(placed[3]), abs(placed[1]))
    if state.mode == _INVISIBLE or 0 < height < _SMALLEST:
        return True
    if not (box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1):
        return True
    if state.ink is None or not near(state.ink, WHITE):
        return False
    return not any(a - 2 <= x <= c + 2 and b - 2 <= y <= d + 2 for a, b, c, d in drawn.grounds)


def _draw(drawn: _Page, operands: Any, operator: bytes) -> None:
    """Follow one operation, as far as it decides what is seen."""
    state, name = drawn.state, operator.decode("latin-1")
    numbers = [float(each) for each in operands if isinstance(each, int | float)]
    if name == "q":
        drawn.saved.append(state)
    elif name == "Q":
        drawn.state = drawn.saved.pop() if drawn.saved else state
    elif name == "cm" and len(numbers) == 6:
        drawn.state = replace(state, to_page=_times(_matrix(numbers), state.to_page))
    elif name in ("g", "rg", "k", "sc", "scn"):
        drawn.state = replace(state, ink=_ink(numbers) if len(numbers) == len(operands) else None)
    elif name == "cs":
        drawn.state = replace(state, ink=(0, 0, 0))
    elif name == "Tr" and numbers:
        drawn.state = replace(state, mode=int(numbers[0]))
    elif name == "Tf" and numbers:
        drawn.state = replace(state, size=numbers[-1])
    elif name == "BT":
        drawn.text = drawn.line = _UNIT
    elif name == "Tm" and len(numbers) == 6:
        drawn.text = drawn.line = _matrix(numbers)
    elif name in ("Td", "TD") and len(numbers) == 2:
        drawn.text = drawn.line = _times((1, 0, 0, 1, *numbers), drawn.line)  # type: ignore[arg-type]
    elif name == "re" and len(numbers) == 4:
        x, y, width, height = numbers
        drawn.path += [_at(state, x, y), _at(state, x + width, y + height)]
        drawn.path += [_at(state, x + width, y), _at(state, x, y + height)]
    elif name in ("m", "l", "c", "v", "y"):
        drawn.path += [_at(state, *pair) for pair in zip(numbers[::2], numbers[1::2], strict=False)]
    elif name in ("f", "F", "f*", "B", "B*", "b", "b*"):
        if drawn.path and (state.ink is None or not near(state.ink, WHITE)):
            drawn.grounds.append(_around(drawn.path))
        drawn.path = []
    elif name in ("n", "S", "s"):
        drawn.path = []
    elif name in ("Do", "sh", "EI", "INLINE IMAGE"):
        # A picture, a form or a shading: what it covers is not known to be white.
        square = [_at(state, x, y) for x in (0, 1) for y in (0, 1)]
        everywhere = (-1e9, -1e9, 1e9, 1e9)
        drawn.grounds.append(_around(square) if name == "Do" else everywhere)


def _ink(numbers: list[float]) -> Colour | None:
    """Grey, RGB or CMYK as red, green and blue."""
    shares = [min(1.0, max(0.0, each)) for each in numbers]
    if len(shares) == 1:
        shares *= 3
    elif len(shares) == 4:
        black = 1 - shares[3]
        shares = [(1 - each) * black for each in shares[:3]]
    if len(shares) != 3:
        return None
    return round(255 * shares[0]), round(255 * shares[1]), round(255 * shares[2])


def _matrix(numbers: list[float]) -> Matrix:
    a, b, c, d, e, f = numbers
    return a, b, c, d, e, f


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (
        a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j,
        e * g + f * i + k, e * h + f * j + m,
    )  # fmt: skip


def _at(state: _State, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = state.to_page
    return a * x + c * y + e, b * x + d * y + f


def _around(points: list[tuple[float, float]]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)
