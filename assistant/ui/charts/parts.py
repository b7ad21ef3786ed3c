"""What the charts share: what a chart is, its numbers in words, its scales and its rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

from assistant.analyses import named
from assistant.types import SHARE_POINTS
from assistant.ui.safe import esc
from assistant.ui.words import UiLanguage, french, number, say, share
from assistant.words import words
from corpus.codebook import Codebook
from corpus.metrics.types import Ask

Json = Mapping[str, Any]
Drawn = dict[str, Any]
Analyse = Callable[[str, Ask], Sequence[Json]]
"""Gives the facts of an analysis, as ``Assistant.facts`` does."""

STEPS = (1, 2, 2.5, 5, 10)
LONGEST_LABEL = 36
"""Characters of a row's label that a phone has room for; the table has it whole."""

LANE, FOOT = 44, 34
"""Pixels of one row, and of the axis below the rows."""


@dataclass(frozen=True, slots=True)
class Told:
    """The reader's language and what the codebook calls things."""

    language: UiLanguage
    codebook: Codebook

    def say(self, key: str, **values: object) -> str:
        """The interface's words for ``key``."""
        return say(self.language, key, **values)

    def name(self, key: str, value: str) -> str:
        """A word of the store's as the reader calls it."""
        name = named(key, value, self.codebook, words(self.language))
        return french(name) if self.language == "fr" else name

    def scale(self, about: Json) -> str:
        """What a scale is called: by its column, but for the one that everybody calls NPS."""
        name = str(about["scale"])
        return "NPS" if name.casefold() == "nps" else name

    def figure(self, fact: Json, which: str = "value", *, signed: bool = False) -> str:
        """A figure of a fact with its unit's decimals: ``value``, ``low`` or ``high``."""
        value = fact[which]
        if value is None:
            return "–"
        sign = "+" if signed and value > 0 else ""
        return sign + quantity(self.language, str(fact["unit"]), value)

    def interval(self, fact: Json) -> str:
        """The interval of a fact; a dash where it has none."""
        if fact["low"] is None or fact["high"] is None:
            return "–"
        low, high = (self.figure(fact, side) for side in ("low", "high"))
        return self.say("fact_interval", low=low, high=high)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a chart's table, and the query that gives its number again."""

    cells: tuple[str, ...]
    query: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture, what it is called, how it is read, and the table of the same numbers.

    ``data`` and ``layout`` are Plotly's; a colour that begins with ``--`` is the page's own.
    """

    title: str
    notes: tuple[str, ...]
    height: int
    data: list[Drawn]
    layout: Drawn
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    replay: str


def quantity(language: UiLanguage, unit: str, value: float) -> str:
    """A number as its unit is written: shares as percentages, counts whole."""
    if unit == "share":
        return share(language, value)
    if unit == SHARE_POINTS:
        return say(language, "points", n=number(language, 100 * value, 1))
    return number(language, value, 0 if unit == "count" else 1)


def inert(text: str) -> str:
    """Text that Plotly shows as it is: it reads tags and entities in what it is given."""
    return esc(text)


def short(text: str) -> str:
    """A label that fits above its row."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_LABEL else f"{flat[: LONGEST_LABEL - 1].rstrip()}…"


# Scales --------------------------------------------------------------------------------------


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers, evenly spaced, that begin at or below ``low`` and end at or above ``high``."""
    rough = (high - low or abs(high) or 1.0) / (most - 1)
    power = 10.0 ** floor(log10(rough))
    step = next(power * each for each in STEPS if power * each >= rough * (1 - 1e-9))
    first, last = floor(round(low / step, 9)), ceil(round(high / step, 9))
    return [round(step * each, 10) for each in range(first, max(last, first + 1) + 1)]


def axis(language: UiLanguage, unit: str, low: float, high: float) -> Drawn:
    """A Plotly axis for numbers of a unit, its ticks in the reader's words."""
    at = ticks(low, high)
    return {
        "range": [at[0], at[-1]],
        "tickvals": at,
        "ticktext": [quantity(language, unit, each) for each in at],
        "gridcolor": "--line",
        "zerolinecolor": "--ink-3",
        "fixedrange": True,
        "tickfont": {"color": "--ink-2", "size": 12},
    }


def plain_layout(**more: Any) -> Drawn:
    """The layout that all charts have: no frame, no legend, the page's ground and ink."""
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": "--ink", "size": 13},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": "--paper",
            "bordercolor": "--line",
            "font": {"color": "--ink", "size": 13},
            "align": "left",
        },
        **more,
    }


# Rows ----------------------------------------------------------------------------------------


def lane(row: int) -> float:
    """Where the drawing of a row stands on the vertical axis, below its label."""
    return -row - 0.22


def lanes(
    language: UiLanguage,
    unit: str,
    labels: Sequence[tuple[str, str]],
    bounds: tuple[float, float],
) -> Drawn:
    """The layout of rows one below the other, each a label and a number above its drawing.

    Above and not beside, so that a phone has the whole width for both.
    """
    notes = []
    for row, (label, text) in enumerate(labels):
        for x, anchor, shown in ((0, "left", inert(short(label))), (1, "right", inert(text))):
            notes.append(
                {
                    "xref": "paper",
                    "x": x,
                    "xanchor": anchor,
                    "y": -row + 0.26,
                    "yanchor": "middle",
                    "text": shown if anchor == "left" else f"<b>{shown}</b>",
                    "showarrow": False,
                    "font": {"color": "--ink", "size": 13},
                }
            )
    return plain_layout(
        barmode="stack",
        margin={"l": 12, "r": 20, "t": 2, "b": FOOT - 6, "pad": 0},
        xaxis=_close(axis(language, unit, *bounds), *bounds),
        yaxis={
            "range": [-len(labels) + 0.5, 0.5],
            "visible": False,
            "fixedrange": True,
        },
        annotations=notes,
    )


def _close(ground: Drawn, low: float, high: float) -> Drawn:
    """An axis that ends with what is drawn, so that the rows have the whole width."""
    room = (high - low) * 0.01
    begin, end = (low if low == 0 else low - room), high + room
    kept = [at for at, each in enumerate(ground["tickvals"]) if begin <= each <= end]
    ticks = {name: [ground[name][at] for at in kept] for name in ("tickvals", "ticktext")}
    return {**ground, **ticks, "range": [begin, end]}


def lanes_height(rows: int) -> int:
    """The pixels that so many rows take."""
    return LANE * rows + FOOT


def whiskers(facts: Sequence[Json]) -> Drawn:
    """The error bars from each value to the ends of its interval."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [_reach(fact, "high") for fact in facts],
        "arrayminus": [_reach(fact, "low") for fact in facts],
        "color": "--ink",
        "thickness": 1.4,
        "width": 4,
    }


def _reach(fact: Json, side: str) -> float:
    return 0.0 if fact[side] is None else abs(fact[side] - fact["value"])


def pointed(told: Told, label: str, fact: Json, more: str = "", *, signed: bool = False) -> str:
    """What a row says when it is pointed at."""
    lines = [f"<b>{inert(label)}</b>", inert(told.figure(fact, signed=signed))]
    if fact["low"] is not None:
        lines[1] += f" ({inert(told.interval(fact))})"
    return "<br>".join([*lines, *([inert(more)] if more else [])])


def made_of(told: Told, fact: Json) -> str:
    """What a share is made of: so many of so many customers."""
    base = told.say(f"base_{fact['base']}")
    if fact["numerator"] is None or fact["denominator"] is None:
        return f"n = {number(told.language, fact['n'])}"
    counted = [number(told.language, fact[name]) for name in ("numerator", "denominator")]
    return told.say("fact_of", a=counted[0], b=counted[1], base=base)
