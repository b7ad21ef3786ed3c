"""Widths of text in DejaVu Sans, which comes with matplotlib: lines are broken by measure."""

from functools import cache
from pathlib import Path
from typing import Literal

import matplotlib as mpl
from matplotlib.ft2font import FT2Font, LoadFlags

Style = Literal["plain", "bold", "italic"]

_FILES = {"plain": "DejaVuSans", "bold": "DejaVuSans-Bold", "italic": "DejaVuSans-Oblique"}

_EM = 100.0

UNKNOWN = "□"
"""What stands for a character that the font has no picture of."""

LEADING = 1.28
"""The height of a line, in sizes of its type."""


@cache
def _font(style: Style) -> FT2Font:
    font = FT2Font(str(Path(mpl.get_data_path(), "fonts", "ttf", f"{_FILES[style]}.ttf")))
    font.set_size(_EM, 72)
    return font


@cache
def _known(style: Style) -> frozenset[int]:
    return frozenset(_font(style).get_charmap())


@cache
def _advance(character: str, style: Style) -> float:
    glyph = _font(style).load_char(ord(character), flags=LoadFlags.NO_HINTING)
    return float(glyph.linearHoriAdvance) / 65_536 / _EM


def shown(text: str, style: Style = "plain") -> str:
    """The text on one line, in characters that the font can draw."""
    flat = " ".join(part for part in text.replace("\t", " ").splitlines() if part.strip())
    known = _known(style)
    # Controls are left out; no-break spaces count as unprintable too, and stay.
    kept = (each for each in flat if each.isprintable() or each.isspace())
    return "".join(each if ord(each) in known else UNKNOWN for each in kept)


def width(text: str, size: float, style: Style = "plain") -> float:
    """How wide a text is, in points."""
    return size * sum(_advance(each, style) for each in text)


def wrapped(text: str, room: float, size: float, style: Style = "plain") -> list[str]:
    """The text in lines no wider than ``room``; a word that is wider itself is broken."""
    lines: list[str] = []
    line = ""
    # No-break spaces bind: only plain spaces part words.
    for word in shown(text, style).split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer, size, style) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while width(line, size, style) > room and len(line) > 1:
            cut = _fits(line, room, size, style)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line] if line else lines


def _fits(word: str, room: float, size: float, style: Style) -> int:
    """How many characters of a word go on a line, one at least."""
    taken = 0.0
    for count, each in enumerate(word):
        taken += size * _advance(each, style)
        if taken > room:
            return max(1, count)
    return len(word)
