"""How far sessions come on the way to a purchase, and how many go on from each step."""

from collections.abc import Sequence

from assistant.ui.charts.again import asked
from assistant.ui.charts.parts import (
    Analyse,
    Chart,
    Json,
    Row,
    Told,
    lane,
    lanes,
    lanes_height,
    pointed,
)
from assistant.ui.words import share

NAMES = ("funnel.step", "funnel.rate", "funnel.lost")


def chart(facts: Sequence[Json], told: Told, analyse: Analyse) -> Chart | None:
    """All steps of the funnel that the answer speaks of."""
    first = next((fact for fact in facts if fact["name"] in NAMES), None)
    if first is None:
        return None
    whole = analyse(*asked(first["replay"]))
    steps = [fact for fact in whole if fact["name"] == "funnel.step"]
    rates, lost = (
        {fact["about"]["step"]: fact for fact in whole if fact["name"] == name}
        for name in NAMES[1:]
    )
    if len(steps) < 2:
        return None
    labels = [told.name("step", fact["about"]["step"]) for fact in steps]
    going = [_going(told, rates.get(fact["about"]["step"])) for fact in steps]
    gone = [_value(lost.get(fact["about"]["step"])) for fact in steps]
    at = [lane(row) for row in range(len(steps))]
    hover = [
        pointed(told, label, fact, more)
        for label, fact, more in zip(labels, steps, going, strict=True)
    ]
    bar = {"type": "bar", "orientation": "h", "y": at, "width": 0.34}
    bar |= {"hoverinfo": "text", "hovertext": hover}
    return Chart(
        title=told.say("chart_funnel"),
        notes=(told.say("chart_funnel_how"),),
        height=lanes_height(len(steps)),
        data=[
            bar
            | {
                "x": [fact["value"] - less for fact, less in zip(steps, gone, strict=True)],
                "marker": {"color": "--accent"},
            },
            bar
            | {
                "x": gone,
                "marker": {
                    "color": "--bad-soft",
                    "line": {"color": "--bad-ink", "width": 1},
                    "pattern": {"shape": "/", "fgcolor": "--bad-ink", "size": 5, "solidity": 0.2},
                },
            },
        ],
        layout=lanes(
            told.language,
            "count",
            [
                (label, _numbers(told, fact, rates.get(fact["about"]["step"])))
                for label, fact in zip(labels, steps, strict=True)
            ],
            (0.0, max(fact["value"] for fact in steps)),
        ),
        columns=tuple(
            told.say(key)
            for key in ("chart_step", "chart_sessions", "chart_going", "interval", "chart_lost")
        ),
        rows=tuple(
            _row(told, label, fact, rates, lost) for label, fact in zip(labels, steps, strict=True)
        ),
        replay=str(steps[0]["replay"]),
    )


def _value(fact: Json | None) -> float:
    return float(fact["value"] or 0) if fact else 0.0


def _going(told: Told, rate: Json | None) -> str:
    if rate is None:
        return ""
    return told.say("chart_go_on", share=told.figure(rate), interval=told.interval(rate))


def _numbers(told: Told, step: Json, rate: Json | None) -> str:
    """How many came, and the share that goes on: short enough to stand beside a label."""
    count = told.figure(step)
    return f"{count} · {share(told.language, rate['value'], 0)}" if rate else count


def _row(told: Told, label: str, step: Json, rates: dict[str, Json], lost: dict[str, Json]) -> Row:
    rate, gone = (found.get(step["about"]["step"]) for found in (rates, lost))
    cells = (
        label,
        told.figure(step),
        told.figure(rate) if rate else "–",
        told.interval(rate) if rate else "–",
        told.figure(gone) if gone else "–",
    )
    return Row(cells, str((rate or step)["query"]))
