"""What made a score move between two periods, part by part, as a waterfall.

The change is divided twice, and each time the parts are the whole of their own change: by who
answered, from one level to the other; by theme, among those who wrote, from nothing to the change
among them. The two are never put into one picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.ui.charts.again import asked
from assistant.ui.charts.parts import (
    Analyse,
    Chart,
    Drawn,
    Json,
    Row,
    Told,
    lane,
    lanes,
    lanes_height,
    pointed,
    whiskers,
)
from assistant.ui.charts.periods import name_of
from assistant.ui.words import number

MOST_THEMES = 8


@dataclass(frozen=True, slots=True)
class Part:
    """A bar of the waterfall from ``begin`` on; a level is a mark that stands by itself."""

    label: str
    fact: Json
    begin: float = 0.0
    level: bool = False

    @property
    def end(self) -> float:
        """Where the next part begins."""
        return self.begin + float(self.fact["value"])


def chart(facts: Sequence[Json], told: Told, analyse: Analyse) -> Chart | None:
    """From the earlier level to the later one: who answered, and how they answered."""
    first = next((fact for fact in facts if fact["name"].startswith("change.")), None)
    if first is None:
        return None
    whole = {fact["name"]: fact for fact in reversed(analyse(*asked(first["replay"])))}
    names = ("change.before", "change.mix", "change.rate", "change.after")
    if any(whole.get(name, {}).get("value") is None for name in names):
        return None
    before, mix, rate, after = (whole[name] for name in names)
    periods = before["about"]
    parts = [
        Part(name_of(told.language, periods["before"]), before, level=True),
        Part(told.say("chart_mix"), mix, before["value"]),
        Part(told.say("chart_rate"), rate, before["value"] + mix["value"]),
        Part(name_of(told.language, periods["after"]), after, level=True),
    ]
    title = told.say("chart_change", scale=told.scale(periods))
    return _waterfall(
        told, title, (told.say("chart_change_how"), told.say("chart_interval")), parts
    )


def chart_themes(facts: Sequence[Json], told: Told, analyse: Analyse) -> Chart | None:
    """The change among those who wrote, theme by theme, with what no theme explains."""
    first = next((fact for fact in facts if fact["name"] == "change.theme"), None)
    if first is None:
        return None
    whole = [fact for fact in analyse(*asked(first["replay"])) if fact["value"] is not None]
    themes = [fact for fact in whole if fact["name"] == "change.theme"]
    named = {fact["name"]: fact for fact in whole}
    if not themes or not {"change.written", "change.unexplained"} <= named.keys():
        return None
    shown, others = themes[:MOST_THEMES], themes[MOST_THEMES:]
    steps = [(told.name("theme", fact["about"]["theme"]), fact) for fact in shown]
    if others:
        label = told.say("chart_others", n=number(told.language, len(others)))
        steps.append((label, _together(others)))
    steps.append((told.say("chart_unexplained"), named["change.unexplained"]))
    parts: list[Part] = []
    for label, fact in steps:
        parts.append(Part(label, fact, parts[-1].end if parts else 0.0))
    written = named["change.written"]
    parts.append(Part(told.say("chart_written"), written, level=True))
    title = told.say("chart_change_themes", scale=told.scale(written["about"]))
    notes = (told.say("chart_change_themes_how"), told.say("chart_interval"))
    return _waterfall(told, title, notes, parts)


def _together(facts: Sequence[Json]) -> Json:
    """Parts in one: their sum, which no single query gives and of which no interval is known."""
    value = sum(fact["value"] for fact in facts)
    return {**facts[0], "value": value, "low": None, "high": None, "query": ""}


def _waterfall(told: Told, title: str, notes: tuple[str, ...], parts: Sequence[Part]) -> Chart:
    unit = str(parts[0].fact["unit"])
    values = [told.figure(part.fact, signed=_signed(part)) for part in parts]
    edges = [edge for part in parts for edge in _edges(part)]
    labels = [(part.label, value) for part, value in zip(parts, values, strict=True)]
    rows = list(enumerate(parts))
    return Chart(
        title=title,
        notes=notes,
        height=lanes_height(len(parts)),
        data=[
            _bars(told, [each for each in rows if _rises(each[1])], "--research"),
            _bars(told, [each for each in rows if _falls(each[1])], "--bad-ink"),
            _levels(told, [each for each in rows if each[1].level]),
        ],
        layout=lanes(told.language, unit, labels, (min(edges), max(edges)))
        | {"shapes": _joints(parts)},
        columns=tuple(told.say(key) for key in ("chart_part", f"chart_{unit}", "interval", "base")),
        rows=tuple(
            Row(
                (
                    part.label,
                    value,
                    _interval(told, part),
                    f"n = {number(told.language, part.fact['n'])}",
                ),
                str(part.fact["query"]),
            )
            for part, value in zip(parts, values, strict=True)
        ),
        replay=str(parts[0].fact["replay"]),
    )


def _signed(part: Part) -> bool:
    return not part.level or part.fact["name"] == "change.written"


def _rises(part: Part) -> bool:
    return not part.level and part.fact["value"] >= 0


def _falls(part: Part) -> bool:
    return not part.level and part.fact["value"] < 0


def _edges(part: Part) -> list[float]:
    """How far a part reaches on the scale, its interval with it."""
    begin = 0.0 if part.level else part.begin
    inner = [part.end, part.end if part.level else part.begin]
    return inner + [
        begin + part.fact[side] for side in ("low", "high") if part.fact[side] is not None
    ]


def _interval(told: Told, part: Part) -> str:
    if part.fact["low"] is None or not _signed(part):
        return told.interval(part.fact)
    low, high = (told.figure(part.fact, side, signed=True) for side in ("low", "high"))
    return told.say("fact_interval", low=low, high=high)


def _bars(told: Told, rows: Sequence[tuple[int, Part]], color: str) -> Drawn:
    return {
        "type": "bar",
        "orientation": "h",
        "base": [part.begin for _, part in rows],
        "x": [part.fact["value"] for _, part in rows],
        "y": [lane(row) for row, _ in rows],
        "width": 0.34,
        "marker": {"color": color, "opacity": 0.6},
        "error_x": whiskers([part.fact for _, part in rows]),
        **_hover(told, rows),
    }


def _levels(told: Told, rows: Sequence[tuple[int, Part]]) -> Drawn:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [part.end for _, part in rows],
        "y": [lane(row) for row, _ in rows],
        "marker": {"color": "--accent", "size": 13, "symbol": "diamond"},
        "error_x": whiskers([part.fact for _, part in rows]),
        "cliponaxis": False,
        **_hover(told, rows),
    }


def _hover(told: Told, rows: Sequence[tuple[int, Part]]) -> Drawn:
    texts = [pointed(told, part.label, part.fact, signed=_signed(part)) for _, part in rows]
    return {"hoverinfo": "text", "hovertext": texts}


def _joints(parts: Sequence[Part]) -> list[Drawn]:
    """The thin lines from where a part ends to where the next begins."""
    return [
        {
            "type": "line",
            "x0": part.end,
            "x1": part.end,
            "y0": lane(row),
            "y1": lane(row + 1),
            "line": {"color": "--ink-3", "width": 1, "dash": "dot"},
            "layer": "below",
        }
        for row, part in enumerate(parts[:-1])
    ]
