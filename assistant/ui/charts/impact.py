"""Impact against effort: how many each action may concern, by what it takes to do it."""

from collections.abc import Mapping, Sequence
from math import floor, log10
from typing import Any

from assistant.ui.charts.parts import Chart, Drawn, Json, Row, Told, inert, plain_layout
from assistant.ui.words import UiLanguage, number, say

EFFORTS = ("S", "M", "L")
COLOURS = {
    "quick-win": "--good",
    "project": "--accent",
    "innovation": "--journey",
    "not-now": "--neutral",
}
HEIGHT = 340
SPREAD = 0.36
"""How far the actions of one effort stand apart on either side of its place."""

LEAST = 0.5
"""Where the axis begins: fewer than one is none."""

MOST = 24


def chart(language: UiLanguage, told: Told, actions: Sequence[Json], facts: Json) -> Chart | None:
    """The picture of the actions that may concern somebody; None where there are none."""
    shown = [each for each in actions if each["impact"] and each["effort"] in EFFORTS][:MOST]
    if not shown:
        return None
    places = _places(shown)
    return Chart(
        title=say(language, "impact_title"),
        notes=(say(language, "impact_how"), say(language, "impact_axis")),
        height=HEIGHT,
        # One trace for each colour: the page's own are looked up one by one.
        data=[
            _points(language, own, places, colour)
            for place, colour in COLOURS.items()
            if (own := [each for each in shown if each["horizon"] == place])
        ],
        layout=_layout(language, shown),
        columns=tuple(
            say(language, key)
            for key in ("action", "impact", "interval", "effort", "place", "causal")
        ),
        rows=tuple(_row(language, told, each, facts) for each in shown),
        replay="ancrage actions list --json",
    )


def concerned(language: UiLanguage, impact: Json) -> str:
    """How many it may concern, as an interval: « 94 à 386 ventes »."""
    low, high = (number(language, round(impact[end])) for end in ("low", "high"))
    return say(language, f"impact_{impact['of']}", low=low, high=high)


def _places(actions: Sequence[Json]) -> dict[str, float]:
    """Where each stands across, so that those of one effort do not cover one another."""
    found: dict[str, float] = {}
    for at, effort in enumerate(EFFORTS):
        own = [each["id"] for each in actions if each["effort"] == effort]
        for turn, name in enumerate(own):
            aside = 0.0 if len(own) == 1 else SPREAD * (2 * turn / (len(own) - 1) - 1)
            found[name] = at + aside
    return found


def _points(
    language: UiLanguage, actions: Sequence[Json], at: Mapping[str, float], colour: str
) -> Drawn:
    values = [max(LEAST, each["impact"]["value"]) for each in actions]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [at[each["id"]] for each in actions],
        "y": values,
        "text": [str(each["number"]) for each in actions],
        "textposition": "middle center",
        "textfont": {"color": "--paper", "size": 11},
        "marker": {
            "size": 21,
            "color": colour,
            "symbol": ["square" if each["impact"]["of"] == "sales" else "circle"
                       for each in actions],
        },
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [max(0.0, each["impact"]["high"] - value)
                      for each, value in zip(actions, values, strict=True)],
            "arrayminus": [max(0.0, value - max(LEAST, each["impact"]["low"]))
                           for each, value in zip(actions, values, strict=True)],
            "color": "--ink-3",
            "thickness": 1.3,
            "width": 4,
        },
        "hoverinfo": "text",
        "hovertext": [
            f"<b>{each['number']}. {inert(each.get('title') or each['id'])}</b><br>"
            f"{inert(concerned(language, each['impact']))}"
            for each in actions
        ],
    }  # fmt: skip


def _layout(language: UiLanguage, actions: Sequence[Json]) -> Drawn:
    highest = max(each["impact"]["high"] for each in actions)
    powers = range(floor(log10(max(highest, 1))) + 2)
    ticks = [step * 10**power for power in powers for step in (1, 3)]
    text = {"color": "--ink-2", "size": 12}
    return plain_layout(
        margin={"l": 44, "r": 8, "t": 8, "b": 40, "pad": 0},
        xaxis={
            "range": [-0.5, 2.5],
            "tickvals": [0, 1, 2],
            "ticktext": [say(language, f"effort_{each}") for each in EFFORTS],
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "tickfont": text,
        },
        yaxis={
            "type": "log",
            "range": [log10(LEAST) - 0.05, log10(max(highest, 2)) + 0.12],
            "tickvals": ticks,
            "ticktext": [number(language, each) for each in ticks],
            "gridcolor": "--line",
            "fixedrange": True,
            "tickfont": text,
        },
    )


def _row(language: UiLanguage, told: Told, each: Json, facts: Json) -> Row:
    impact: Any = each["impact"]
    low, high = (number(language, impact[end], 1) for end in ("low", "high"))
    causal = each["causal"]
    ends = [number(language, 100 * causal[end]) for end in ("low", "high")] if causal else []
    # What is expected is its last fact but for the false friend's; else how many complain.
    own = [facts[name] for name in each["facts"] if name in facts]
    made = [fact for fact in own if fact["name"].startswith("actions.")] or own
    cells = (
        f"{each['number']}. {each.get('title') or each['id']}",
        number(language, impact["value"], 1),
        say(language, "fact_interval", low=low, high=high),
        say(language, f"effort_{each['effort']}"),
        say(language, f"place_{each['horizon']}"),
        say(language, "causal_between", low=ends[0], high=ends[1]) if ends else "–",
    )
    return Row(cells, str(made[0]["query"]) if made else "")
