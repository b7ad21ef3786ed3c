"""How a share, a score or a count went over time: interval, breaks, periods that are not whole.

Where most months have too few answers to be shown, quarters are drawn instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from assistant.ui.charts.again import asked
from assistant.ui.charts.parts import (
    Analyse,
    Chart,
    Drawn,
    Json,
    Row,
    Told,
    axis,
    inert,
    made_of,
    plain_layout,
    pointed,
)
from assistant.ui.charts.periods import GRAINS, bounds, middle, name_of
from assistant.ui.words import day
from corpus.metrics.types import Ask

HEIGHT = 300
ENOUGH = 0.5
"""The share of the periods that must have a number for the series to be drawn by them."""

MOST_TICKS = 5
_OWN = (*GRAINS, "since", "incomplete")
"""What of a fact is not what its series is of."""


def chart(facts: Sequence[Json], told: Told, analyse: Analyse) -> Chart | None:
    """The whole series that the answer speaks of first."""
    first = next((fact for fact in facts if fact["name"].startswith("trend.")), None)
    if first is None:
        return None
    of = {key: value for key, value in first["about"].items() if key not in _OWN}
    name, ask = asked(first["replay"])
    if "theme" in of:
        ask = replace(ask, themes=(of["theme"],))
    whole = _same(analyse(name, ask), of)
    series = _series(whole, first)
    # Levels are of the periods that are whole.
    levels = _levels(_breaks(whole), whole, [_period(fact) for fact in _whole(series)])
    if _known(series) < ENOUGH:
        series = _by_quarter(series, first, of, analyse, ask)
    if not levels and len([fact for fact in series if fact["value"] is not None]) < 2:
        return None
    return _chart(told, series, _breaks(whole), levels)


def _same(facts: Sequence[Json], of: Json) -> list[Json]:
    return [
        fact
        for fact in facts
        if {key: value for key, value in fact["about"].items() if key not in _OWN} == of
    ]


def _series(facts: Sequence[Json], like: Json) -> list[Json]:
    """The figures period by period of what a fact of the series measures."""
    counted = like["unit"] == "count" and "theme" not in like["about"]
    names = ("trend.count",) if counted else ("trend.share", "trend.score")
    return [fact for fact in facts if fact["name"] in names]


def _whole(series: Sequence[Json]) -> list[Json]:
    """The figures of the periods that the data cover whole."""
    return [fact for fact in series if not _incomplete(fact)]


def _breaks(facts: Sequence[Json]) -> list[Json]:
    """The breaks of a series, the first first."""
    found = [fact for fact in facts if fact["name"] == "trend.break"]
    return sorted(found, key=lambda fact: str(fact["about"]["since"]))


def _known(series: Sequence[Json]) -> float:
    return sum(fact["value"] is not None for fact in series) / max(len(series), 1)


def _by_quarter(series: list[Json], like: Json, of: Json, analyse: Analyse, ask: Ask) -> list[Json]:
    coarser = _series(_same(analyse("trend", replace(ask, by="quarter")), of), like)
    return coarser if _known(coarser) > _known(series) else series


@dataclass(frozen=True, slots=True)
class Level:
    """The level of the stretch from one break, or the beginning, to the next, or the end.

    ``after`` and ``before`` are the days of these breaks, empty where there is none.
    """

    first: str
    last: str
    after: str
    before: str
    fact: Json


def _levels(breaks: Sequence[Json], whole: Sequence[Json], periods: Sequence[str]) -> list[Level]:
    days = ["", *(str(fact["about"]["since"]) for fact in breaks), ""]
    found = []
    for at, fact in enumerate(breaks):
        # What is after a break is before the next one.
        sides = [("trend.break-before", at)]
        sides += [("trend.break-after", at + 1)] if at == len(breaks) - 1 else []
        first, last = _ends(periods)
        for name, stretch in sides:
            after, before = days[stretch : stretch + 2]
            found += [
                Level(after or first, before or last, after, before, level)
                for level in whole
                if level["name"] == name and level["about"] == fact["about"]
            ]
    return found


# The picture ---------------------------------------------------------------------------------


def _chart(
    told: Told, series: Sequence[Json], breaks: Sequence[Json], levels: Sequence[Level]
) -> Chart:
    unit = str(series[0]["unit"])
    periods = [_period(fact) for fact in series]
    known = [fact for fact in series if fact["value"] is not None]
    spoken = [*known, *(level.fact for level in levels)]
    heights = [fact[side] for fact in spoken for side in ("value", "low", "high")]
    edges = [each for each in heights if each is not None]
    low = min(edges) if unit in ("points", "score") else 0.0
    ground = axis(told.language, unit, low, max(edges))
    return Chart(
        title=_title(told, series[0]),
        notes=_notes(told, known, breaks, incomplete=any(map(_incomplete, known))),
        height=HEIGHT,
        data=[
            *(_bands(series) if len(known) > 1 else map(_level_band, levels)),
            *(_level_line(told, level) for level in levels),
            _line(told, series),
            _hollow(told, [fact for fact in known if _incomplete(fact)]),
        ],
        layout=plain_layout(
            margin={"l": 52, "r": 16, "t": 26, "b": 44, "pad": 2},
            yaxis=ground,
            xaxis=_months(told, periods),
            shapes=[_mark(fact) for fact in breaks],
            annotations=[_date(told, fact, periods) for fact in breaks],
        ),
        columns=tuple(
            told.say(key) for key in ("chart_period", f"chart_{unit}", "interval", "base")
        ),
        rows=(
            *(_row(told, level.fact, _stretch(told, level)) for level in levels),
            *(_row(told, fact, name_of(told.language, _period(fact))) for fact in series),
        ),
        replay=str(series[0]["replay"]),
    )


def _period(fact: Json) -> str:
    return str(next(fact["about"][grain] for grain in GRAINS if grain in fact["about"]))


def _incomplete(fact: Json) -> bool:
    return "incomplete" in fact["about"]


def _ends(periods: Sequence[str]) -> tuple[str, str]:
    return bounds(periods[0])[0].isoformat(), bounds(periods[-1])[1].isoformat()


def _bands(series: Sequence[Json]) -> list[Drawn]:
    """The interval as a band; where a period stands alone, as a line."""
    bands = []
    for known, run in groupby(_whole(series), key=lambda fact: fact["low"] is not None):
        facts = list(run)
        if not known:
            continue
        days = [middle(_period(fact)).isoformat() for fact in facts]
        bands.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [*days, *reversed(days)],
                "y": [f["high"] for f in facts] + [f["low"] for f in reversed(facts)],
                "fill": "toself" if len(facts) > 1 else "none",
                "fillcolor": "--accent-soft",
                "line": {"color": "--accent-soft", "width": 0 if len(facts) > 1 else 3},
                "hoverinfo": "skip",
            }
        )
    return bands


def _level_band(level: Level) -> Drawn:
    """The interval of a level, where its periods have too few answers for theirs."""
    low, high = level.fact["low"], level.fact["high"]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [level.first, level.last, level.last, level.first],
        "y": [high, high, low, low],
        "fill": "toself",
        "fillcolor": "--accent-soft",
        "line": {"color": "--accent-soft", "width": 0},
        "hoverinfo": "skip",
    }


def _level_line(told: Told, level: Level) -> Drawn:
    text = pointed(told, _stretch(told, level), level.fact, made_of(told, level.fact))
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [level.first, level.last],
        "y": [level.fact["value"]] * 2,
        "line": {"color": "--ink-2", "width": 1.5, "dash": "dash"},
        "hoverinfo": "text",
        "hovertext": [text] * 2,
    }


def _stretch(told: Told, level: Level) -> str:
    """When a level holds: before a break, since one, or from one to the next."""
    after, before = (day(told.language, each) for each in (level.after, level.before))
    if not level.after:
        return told.say("period_before", day=before)
    if not level.before:
        return told.say("period_since", day=after)
    return told.say("chart_stretch", since=after, before=before)


def _line(told: Told, series: Sequence[Json]) -> Drawn:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "connectgaps": False,
        "line": {"color": "--accent", "width": 2},
        "marker": {"color": "--accent", "size": 7},
        **_points(told, _whole(series)),
    }


def _hollow(told: Told, facts: Sequence[Json]) -> Drawn:
    return {
        "type": "scatter",
        "mode": "markers",
        "marker": {
            "color": "--paper",
            "size": 9,
            "line": {"color": "--accent", "width": 2},
        },
        **_points(told, facts),
    }


def _points(told: Told, facts: Sequence[Json]) -> Drawn:
    return {
        "x": [middle(_period(fact)).isoformat() for fact in facts],
        "y": [fact["value"] for fact in facts],
        "cliponaxis": False,
        "hoverinfo": "text",
        "hovertext": [
            pointed(told, name_of(told.language, _period(fact)), fact, made_of(told, fact))
            for fact in facts
        ],
    }


def _months(told: Told, periods: Sequence[str]) -> Drawn:
    """The axis of time, with at most so many names that a phone has room for them."""
    every = -(-len(periods) // MOST_TICKS)
    # Counted from the last, which is the one that people look for.
    named = list(periods[::-1][::every])[::-1]
    first, last = _ends(periods)
    return {
        "type": "date",
        "range": [first, last],
        "tickvals": [middle(each).isoformat() for each in named],
        "ticktext": [_two_lines(name_of(told.language, each, short=True)) for each in named],
        "tickangle": 0,
        "showgrid": False,
        "fixedrange": True,
        "tickfont": {"color": "--ink-2", "size": 12},
    }


def _two_lines(name: str) -> str:
    """A period's name with its year below."""
    start, _, year = name.rpartition(" ")
    return f"{inert(start)}<br>{inert(year)}"


def _mark(fact: Json) -> Drawn:
    since = str(fact["about"]["since"])
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": since,
        "x1": since,
        "y0": 0,
        "y1": 1,
        "line": {"color": "--warn-ink", "width": 1.5},
    }


def _date(told: Told, fact: Json, periods: Sequence[str]) -> Drawn:
    """When a break was, above its line and on the side that has room."""
    since = str(fact["about"]["since"])
    late = since > middle(periods[len(periods) // 2]).isoformat()
    return {
        "x": since,
        "yref": "paper",
        "y": 1,
        "yanchor": "bottom",
        "xanchor": "right" if late else "left",
        "text": inert(day(told.language, since)),
        "showarrow": False,
        "font": {"color": "--warn-ink", "size": 12},
    }


# What is said of it --------------------------------------------------------------------------


def _title(told: Told, fact: Json) -> str:
    about = fact["about"]
    if "theme" in about:
        kind = "complaints" if about.get("only") == "complaints" else "mentions"
        return told.say(f"chart_trend_{kind}", theme=told.name("theme", about["theme"]))
    if fact["name"] == "trend.score":
        return told.say("chart_trend_score", scale=told.scale(about))
    return told.say("chart_trend_count")


def _notes(
    told: Told, known: Sequence[Json], breaks: Sequence[Json], *, incomplete: bool
) -> tuple[str, ...]:
    keys = (
        ("chart_band", any(fact["low"] is not None for fact in known)),
        ("chart_break", bool(breaks)),
        ("chart_hollow", incomplete),
    )
    return tuple(told.say(key) for key, there in keys if there)


def _row(told: Told, fact: Json, period: str) -> Row:
    if _incomplete(fact):
        period = told.say("chart_incomplete", period=period)
    value = told.say("chart_withheld") if fact["value"] is None else told.figure(fact)
    return Row((period, value, told.interval(fact), made_of(told, fact)), str(fact["query"]))
