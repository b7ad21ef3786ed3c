"""A drawn page as plain values: what is where, in points from its upper left corner."""

from dataclasses import dataclass, field
from typing import Literal

from assistant.journey.type import LEADING, Style, shown, width, wrapped

Marker = Literal["o", "D", "*", "^", "v", "s"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; a dashed edge is a map's."""

    x: float
    y: float
    width: float
    height: float
    fill: str | None = None
    edge: str | None = None
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points."""

    points: tuple[tuple[float, float], ...]
    colour: str
    weight: float = 0.8
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a curve, or a sign beside it."""

    x: float
    y: float
    marker: Marker
    size: float
    colour: str
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; ``y`` is the top of its line."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    style: Style = "plain"

    @property
    def width(self) -> float:
        """How far it reaches to the right."""
        return width(self.text, self.size, self.style)

    @property
    def height(self) -> float:
        """How far it reaches down."""
        return self.size * LEADING


Shape = Box | Line | Dot | Text


@dataclass(slots=True)
class Page:
    """A page and what is drawn on it, from below to above."""

    width: float
    height: float = 0.0
    shapes: list[Shape] = field(default_factory=list)

    def lines(
        self,
        x: float,
        y: float,
        text: str,
        room: float,
        size: float,
        colour: str,
        style: Style = "plain",
    ) -> float:
        """Write a text in lines no wider than ``room``; gives where the next line would begin."""
        for line in wrapped(text, room, size, style):
            self.shapes.append(Text(x, y, line, size, colour, style))
            y += size * LEADING
        return y

    def line(self, x: float, y: float, text: str, size: float, colour: str,
             style: Style = "plain") -> float:  # fmt: skip
        """Write a text on one line; gives where it ends to the right."""
        made = Text(x, y, shown(text, style), size, colour, style)
        self.shapes.append(made)
        return x + made.width
