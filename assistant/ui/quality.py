"""The quality page as HTML: what the last evaluation found, what it means, and its course."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import yaml

from assistant.ui.answer import citation_data, trouble
from assistant.ui.charts.parts import Chart, Row, axis, inert, plain_layout
from assistant.ui.charts.show import show
from assistant.ui.panel import command
from assistant.ui.parts import own
from assistant.ui.safe import esc, markdown
from assistant.ui.words import UiLanguage, day, french, number, say, say_count
from evals.history import course, leading
from evals.worst import told

Json = Mapping[str, Any]

COLOURS = ("--accent", "--feedback", "--internal", "--journey", "--research", "--bad-ink")
"""The lines of the plot; a colour comes twice where there are more suites, its name with it."""

TICKS = (0, 0.2, 0.4, 0.6, 0.8, 1)

_FACT = re.compile(r"\s?\[f\d+\]")
"""The mark of a figure, which a kept answer has without its fact."""

LEAST_RUNS = 2
"""Runs from which there is a course to plot."""


def nothing(language: UiLanguage) -> str:
    """The page before any run: what gives figures."""
    lines = (("quality_make", "ancrage eval"), ("quality_own", "ancrage eval generate cases.csv"),
             ("quality_own_run", "ancrage eval --cases cases.csv"))  # fmt: skip
    commands = "".join(command(language, say(language, key), line) for key, line in lines)
    return (
        f'<section class="log quality" lang="{language}">'
        f"<h2>{esc(say(language, 'quality_none'))}</h2>"
        f"<p>{esc(say(language, 'quality_none_more'))}</p>{commands}"
        f'<p class="quiet">{esc(say(language, "quality_stop"))}</p></section>'
    )


def failed(language: UiLanguage, sentence: str) -> str:
    """Why there are no figures."""
    return f'<section class="log quality" lang="{language}">{trouble(sentence)}</section>'


def page(language: UiLanguage, found: Json) -> str:
    """The last run suite by suite, and the course of the runs like it."""
    latest = found["latest"]
    if latest is None:
        return nothing(language)
    order = list(_texts()["suites"])
    suites = sorted(
        latest["suites"],
        key=lambda suite: order.index(suite["name"]) if suite["name"] in order else len(order),
    )
    sections = "".join(_suite(language, suite, latest["answers"]) for suite in suites)
    return (
        f'<section class="log quality" lang="{language}">{_head(language, latest)}'
        f"{_course(language, found['history'])}{sections}</section>"
    )


def _head(language: UiLanguage, latest: Json) -> str:
    made = say(
        language,
        "quality_made",
        system=latest["system"],
        cases=say_count(language, "n_cases", latest["cases"]),
        passages=say_count(language, "n_passages_held", latest["passages"]),
        day=day(language, latest["at"]),
        commit=latest["commit"] or latest["version"],
    )
    judge = latest.get("judge")
    judged = ""
    if judge and judge["agreement"]:
        values = {name: _value(language, judge["agreement"][name]) for name in ("value", "low",
                  "high")}  # fmt: skip
        text = say(language, "quality_judge", model=judge["model"], prompt=judge["prompt"],
                   n=judge["agreement"]["n"], **values)  # fmt: skip
        judged = f'<p class="quiet">{esc(text)}</p>'
    return (
        f"<h2>{esc(say(language, 'quality_title'))}</h2><p>{esc(made)}</p>"
        f'<p class="quiet">{esc(say(language, "quality_how"))}</p>{judged}'
    )


# Figures -------------------------------------------------------------------------------------


def _suite(language: UiLanguage, suite: Json, answers: Json) -> str:
    name = suite["name"]
    counted = [
        say_count(language, f"n_cases_{what}", suite[key])
        for what, key in (("scored", "n"), ("failed", "failed"), ("ineligible", "ineligible"))
        if suite[key] or what == "scored"
    ]
    rows = "".join(_metric(language, name, metric) for metric in suite["metrics"])
    heads = "".join(
        f'<th scope="col">{esc(say(language, key))}</th>'
        for key in ("quality_figure", "quality_value", "quality_interval", "quality_n")
    )
    table = (
        f'<div class="table-scroll" tabindex="0" role="group" aria-label="{esc(name)}"><table>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        if rows
        else f'<p class="quiet">{esc(say(language, "quality_empty"))}</p>'
    )
    return (
        f'<section class="suite"><h3>{esc(_text("suites", name, language) or name)}</h3>'
        f'<p class="quiet">{esc(" · ".join(counted))}</p>{table}'
        f"{_worst(language, suite['worst'], answers)}</section>"
    )


def _metric(language: UiLanguage, suite: str, metric: Json) -> str:
    means = _text("metrics", f"{suite}.{metric['name']}", language)
    lang = "" if means else ' lang="en"'
    low, high = (_value(language, metric[side]) for side in ("low", "high"))
    which = say(language, f"quality_{metric['better']}")
    value = f"{esc(_value(language, metric['value']))}{_bar(suite, metric)}"
    return (
        f'<tr><th scope="row"><span class="metric-means"{lang}>{esc(means or metric["means"])}'
        f'</span><span class="metric-name">{esc(metric["name"])} · {esc(which)}</span></th>'
        f'<td class="metric-value">{value}</td>'
        f"<td>{esc(say(language, 'fact_interval', low=low, high=high))}</td>"
        f"<td>{number(language, metric['n'])}</td></tr>"
    )


def _value(language: UiLanguage, value: float) -> str:
    return number(language, value, 2 if abs(value) < 10 else 0)


def _bar(suite: str, metric: Json) -> str:
    """A share and its interval as a line; the table has them in words."""
    low, value, high = (min(max(metric[name], 0.0), 1.0) for name in ("low", "value", "high"))
    if not 0 <= metric["value"] <= 1 or f"{suite}.{metric['name']}" in _texts()["no_shares"]:
        return ""
    return (
        '<span class="bar" aria-hidden="true">'
        f'<i style="left:{100 * low:.1f}%;width:{100 * (high - low):.1f}%"></i>'
        f'<b style="left:{100 * value:.1f}%"></b></span>'
    )


# Cases ---------------------------------------------------------------------------------------


def _worst(language: UiLanguage, cases: Sequence[Json], answers: Json) -> str:
    """The cases that did worst, each folded over its answer and what that cites."""
    if not cases:
        return ""
    folds = "".join(_case(language, case, answers.get(case["case"])) for case in cases)
    title = esc(say(language, "quality_worst"))
    return f'<details class="worst"><summary>{title} ({len(cases)})</summary>{folds}</details>'


def _case(language: UiLanguage, case: Json, answer: Json | None) -> str:
    values = ", ".join(f"{name} {_value(language, each)}" for name, each in case["values"].items())
    why = case["failed"] or values
    shown = told(case["shown"])
    title = answer["question"] if answer else str(case["shown"].get("text") or case["case"])
    body = f'<p class="quiet" lang="en">{esc(shown)}</p>' if shown else ""
    if answer:
        numbers = {
            str(each["id"]): f"<sup>{n}</sup>" for n, each in enumerate(answer["citations"], 1)
        }
        text = _FACT.sub("", str(answer["text"]))
        body += f'<div class="prose">{markdown(text, markers=numbers)}</div>'
        cited = "".join(
            f'<li><button type="button" class="chip kind-{esc(each["kind"])}"'
            f"{citation_data(each, n)}>"
            f'<span class="chip-number">{n}</span><span class="chip-text">'
            f'<span class="chip-source">{esc(each["source"])}</span>'
            f'<span class="chip-more">{esc(each["quote"][:140])}</span></span></button></li>'
            for n, each in enumerate(answer["citations"], 1)
        )
        body += f'<ol class="chips">{cited}</ol>' if cited else ""
    return (
        f'<details class="case"><summary><span>{esc(title)}</span> '
        f'<span class="quiet">{esc(case["case"])} · {esc(why)}</span></summary>{body}</details>'
    )


# Course --------------------------------------------------------------------------------------


def _course(language: UiLanguage, lines: Sequence[Json]) -> str:
    """The first share of each suite over the runs."""
    if len(lines) < LEAST_RUNS:
        return f'<p class="quiet">{esc(say(language, "quality_one_run"))}</p>'
    drawn, rows = [], []
    for at, (suite, metric) in enumerate(leading(lines[-1])):
        label = _text("suites", suite, language) or suite
        points = course(lines, suite, metric)
        drawn.append(_line(language, label, points, COLOURS[at % len(COLOURS)]))
        for line, each in points:
            low, high = (_value(language, each[side]) for side in ("low", "high"))
            rows.append(
                Row(
                    (
                        f"{label} ({metric})",
                        f"{day(language, line['at'])}, {line['commit'] or line['version']}",
                        _value(language, each["value"]),
                        say(language, "fact_interval", low=low, high=high),
                        number(language, each["n"]),
                    ),
                    "",
                )
            )
    names = [line["commit"] or line["version"] for line in lines]
    layout = plain_layout(
        showlegend=True,
        legend={"orientation": "h", "y": -0.12, "font": {"color": "--ink-2", "size": 12}},
        margin={"l": 44, "r": 12, "t": 8, "b": 30},
        xaxis={
            "type": "category",
            "tickvals": [line["id"] for line in lines],
            "ticktext": names,
            "tickfont": {"color": "--ink-2", "size": 12},
            "fixedrange": True,
            "showgrid": False,
        },
        yaxis=axis(language, "score", 0, 1)
        | {
            "range": [0, 1.05],
            "tickvals": TICKS,
            "ticktext": [number(language, t, 1) for t in TICKS],
        },
    )
    columns = ("quality_figure", "quality_run", "quality_value", "quality_interval", "quality_n")
    return show(
        language,
        [
            Chart(
                title=say(language, "quality_course"),
                notes=(say(language, "quality_course_how", n=len(lines)),),
                height=430,
                data=drawn,
                layout=layout,
                columns=tuple(say(language, key) for key in columns),
                rows=tuple(rows),
                replay="ancrage eval runs",
            )
        ],
    )


def _line(
    language: UiLanguage, label: str, points: Sequence[tuple[Json, Json]], colour: str
) -> dict[str, Any]:
    pointed = [
        f"<b>{inert(label)}</b><br>{inert(_value(language, each['value']))} "
        f"({inert(_value(language, each['low']))} – {inert(_value(language, each['high']))})<br>"
        f"n = {each['n']}, {inert(day(language, line['at']))}"
        for line, each in points
    ]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": inert(label),
        "x": [line["id"] for line, _ in points],
        "y": [each["value"] for _, each in points],
        "line": {"color": colour, "width": 2},
        "marker": {"color": colour, "size": 7},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [max(0.0, each["high"] - each["value"]) for _, each in points],
            "arrayminus": [max(0.0, each["value"] - each["low"]) for _, each in points],
            "color": colour,
            "thickness": 1,
            "width": 3,
        },
        "hovertext": pointed,
        "hoverinfo": "text",
    }


# Words ---------------------------------------------------------------------------------------


@cache
def _texts() -> Json:
    found: Json = yaml.safe_load(own("quality.yaml"))
    return found


def _text(section: str, name: str, language: UiLanguage) -> str:
    """What a suite or a figure is called; empty where nobody has said it yet."""
    text = _texts()[section].get(name, {}).get(language, "")
    return french(text) if language == "fr" else str(text)
