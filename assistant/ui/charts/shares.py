"""Shares of the same kind side by side, with their intervals, in the order of the answer."""

from collections.abc import Sequence

from assistant.ui.charts.parts import (
    Analyse,
    Chart,
    Json,
    Row,
    Told,
    lane,
    lanes,
    lanes_height,
    made_of,
    pointed,
    whiskers,
)
from assistant.ui.words import has

MOST = 12


def chart(facts: Sequence[Json], told: Told, analyse: Analyse) -> Chart | None:
    """The shares of which the answer gives most; those of one name, at least two."""
    groups: dict[str, list[Json]] = {}
    for fact in facts:
        if drawn(told, fact):
            groups.setdefault(str(fact["name"]), []).append(fact)
    if not groups:
        return None
    group = max(groups.values(), key=len)[:MOST]
    labels = _labels(told, group)
    if len(group) < 2 or len(set(labels)) < len(labels):
        return None
    title = told.say(f"chart_{group[0]['name']}")
    values = [told.figure(fact) for fact in group]
    highest = max(fact["high"] for fact in group)
    return Chart(
        title=title,
        notes=(told.say("chart_interval"),),
        height=lanes_height(len(group)),
        data=[
            {
                "type": "bar",
                "orientation": "h",
                "x": [fact["value"] for fact in group],
                "y": [lane(row) for row in range(len(group))],
                "width": 0.3,
                "marker": {"color": "--accent", "opacity": 0.5},
                "error_x": whiskers(group),
                "hoverinfo": "text",
                "hovertext": [
                    pointed(told, label, fact, made_of(told, fact))
                    for label, fact in zip(labels, group, strict=True)
                ],
            }
        ],
        layout=lanes(
            told.language, "share", list(zip(labels, values, strict=True)), (0.0, highest)
        ),
        columns=tuple(told.say(key) for key in ("chart_what", "chart_share", "interval", "base")),
        rows=tuple(
            Row((label, value, told.interval(fact), made_of(told, fact)), str(fact["query"]))
            for label, value, fact in zip(labels, values, group, strict=True)
        ),
        replay=str(group[0]["replay"]),
    )


def drawn(told: Told, fact: Json) -> bool:
    """Whether a fact is a share that can stand beside others of its name."""
    return (
        fact["unit"] == "share"
        and None not in (fact["value"], fact["low"], fact["high"])
        and has(told.language, f"chart_{fact['name']}")
    )


def _labels(told: Told, group: Sequence[Json]) -> list[str]:
    """What sets each fact apart from the others of the group."""
    keys = [key for key in group[0]["about"] if len({f["about"].get(key) for f in group}) > 1]
    return [
        ", ".join(told.name(key, fact["about"][key]) for key in keys if key in fact["about"])
        for fact in group
    ]
