"""A run as one HTML file that needs nothing else: figures, plots, and the worst cases first."""

import io
import json
from collections.abc import Callable, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from evals.abstaining.curve import risks
from evals.history import course, leading
from evals.types import Answered, Seen
from evals.worst import told, worst

Json = dict[str, Any]
NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
"""Without them, a run twice over gives the same picture, and it names no address."""
INK, OURS, FAINT = "#1f2933", "#0b6e6e", "#9aa5b1"

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#1f2933;background:#fff;max-width:68rem;
margin:2rem auto;padding:0 1rem}h1,h2{line-height:1.2}h2{margin-top:2.5rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #d9dfe5;vertical-align:top}
td.n,th.n{text-align:right;white-space:nowrap}.means,.dim{color:#52606d;font-size:.9em}
details{border:1px solid #d9dfe5;border-radius:6px;padding:.5rem .8rem;margin:.5rem 0}
summary{cursor:pointer}pre{white-space:pre-wrap;font:inherit;background:#f5f7f9;padding:.7rem;
border-radius:6px}svg{max-width:100%;height:auto}.better{color:#0b6e4f}.worse{color:#b42318}
.plots{display:flex;flex-wrap:wrap;gap:1rem}.wide{overflow-x:auto}
@media(prefers-color-scheme:dark){body{background:#14191f;color:#e4e7eb}
th,td{border-color:#3e4c59}.means,.dim{color:#9aa5b1}details{border-color:#3e4c59}
pre{background:#1f2933}svg{background:#fff;border-radius:6px}}
"""


def write_report(result: Json, seen: Seen, file: Path, history: Sequence[Json] = ()) -> None:
    """Write the report of a run; ``history`` are the lines of runs like it."""
    made = result["run"]
    parts = [
        "<h1>Ancrage: evaluation</h1>",
        f"<p>{escape(made['system'])}, commit {escape(str(made['commit'] or '?'))}, "
        f"{escape(made['at'])}: {made['cases']} cases over {made['passages']} passages, "
        f"embeddings {escape(made['embeddings'])}. Intervals are 95 % bootstraps over "
        "conversations; a difference whose interval holds 0 is noise.</p>",
        *(_suite(suite, seen) for suite in result["suites"]),
    ]
    if history:
        parts.append(_history(history))
    file.write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Ancrage: evaluation</title><style>{STYLE}</style><body>{''.join(parts)}</body>",
        "utf-8",
    )


def _suite(suite: Json, seen: Seen) -> str:
    counted = f"{suite['n']} scored, {suite['failed']} failed, {suite['ineligible']} ineligible"
    names = list(dict.fromkeys(n for m in suite["metrics"] for n in m["baseline"]))
    heads = "".join(f'<th class="n">{escape(name)}</th>' for name in names)
    rows = "".join(_metric(metric, names) for metric in suite["metrics"])
    return (
        f"<h2>{escape(suite['name'])}</h2><p class=dim>{counted}</p><div class=wide><table>"
        '<tr><th>metric</th><th class="n">ancrage</th><th class="n">95 %</th><th class="n">n</th>'
        f"{heads}</tr>{rows}</table></div><div class=plots>{''.join(_plots(suite))}</div>"
        f"{_worst(suite, seen)}"
    )


def _metric(metric: Json, names: Sequence[str]) -> str:
    cells = "".join(_beside(metric["baseline"].get(name), metric["better"]) for name in names)
    low, high = _short(metric["low"]), _short(metric["high"])
    arrow = "↑" if metric["better"] == "higher" else "↓"
    return (
        f"<tr><td>{escape(metric['name'])} {arrow}"
        f"<div class=means>{escape(metric['means'])}</div></td>"
        f'<td class="n">{_short(metric["value"])}</td><td class="n">{low}–{high}</td>'
        f'<td class="n">{metric["n"]}</td>{cells}</tr>'
    )


def _beside(found: Json | None, better: str) -> str:
    if found is None:
        return '<td class="n dim">–</td>'
    gap, told = found["difference"], "noise"
    if gap and (gap["low"] > 0 or gap["high"] < 0):
        told = "better" if (gap["value"] > 0) == (better == "higher") else "worse"
    text = f"{gap['value']:+.3g} ({gap['low']:+.2g} to {gap['high']:+.2g})" if gap else ""
    return (
        f'<td class="n">{_short(found["value"])}<div class="means {told}">'
        f"{escape(text)} {told}</div></td>"
    )


def _short(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 10 else f"{value:,.0f}"


# Plots ---------------------------------------------------------------------------------------


def _plots(suite: Json) -> list[str]:
    drawn = [_drawn(_languages, suite)] if suite["metrics"] else []
    if suite["name"].startswith("abstention"):
        drawn += [_drawn(_coverage, suite), _drawn(_calibration, suite)]
    if suite["name"] == "speed":
        drawn.append(_drawn(_latency, suite))
    return [each for each in drawn if each]


def _drawn(draw: Callable[[Figure, Json], bool], suite: Json) -> str:
    """A plot as SVG; empty where there is nothing to draw."""
    figure = Figure(figsize=(5.2, 3.2), layout="constrained")
    if not draw(figure, suite):
        return ""
    held = io.BytesIO()
    figure.savefig(held, format="svg", metadata=NO_METADATA)
    text = held.getvalue().decode()
    return text[text.index("<svg") :]


def _languages(figure: Figure, suite: Json) -> bool:
    """Each metric that is a share, by language, with its interval."""
    shares = [m for m in suite["metrics"] if m["languages"] and 0 <= m["value"] <= 1]
    languages = sorted({name for m in shares for name in m["languages"]})
    if not shares or len(languages) < 2:
        return False
    axes = figure.subplots()
    for number, language in enumerate(languages):
        found = [(at, m["languages"][language]) for at, m in enumerate(shares)
                 if language in m["languages"]]  # fmt: skip
        at = [place + (number - (len(languages) - 1) / 2) * 0.8 / len(languages)
              for place, _ in found]  # fmt: skip
        values = np.array([each["value"] for _, each in found])
        ends = np.array([[each["low"], each["high"]] for _, each in found]).T
        errors = np.clip([values - ends[0], ends[1] - values], 0, None)
        axes.barh(at, values, 0.8 / len(languages), xerr=errors, label=language, ecolor=FAINT)
    axes.set_yticks(range(len(shares)), [m["name"] for m in shares])
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.legend(fontsize=8, frameon=False)
    axes.set_title("by language", fontsize=10)
    return True


def _judged(suite: Json) -> list[tuple[float, float]]:
    """How answerable each case seemed, and whether it could not be answered."""
    rows = [case["values"] for case in suite["cases"]]
    return sorted(
        ((row["answerability"], row["unfit"]) for row in rows if "answerability" in row),
        reverse=True,
    )


def _coverage(figure: Figure, suite: Json) -> bool:
    found = _judged(suite)
    if not found:
        return False
    axes = figure.subplots()
    scores, unfit = np.array(found).T
    many = np.arange(1, len(found) + 1) / len(found)
    axes.plot(many, risks(scores, unfit == 0), color=OURS)
    axes.set(xlabel="coverage", ylabel="risk", xlim=(0, 1), ylim=(0, None))
    axes.set_title("risk and coverage", fontsize=10)
    return True


def _calibration(figure: Figure, suite: Json) -> bool:
    found = np.array(_judged(suite))
    if len(found) < 20:
        return False
    axes = figure.subplots()
    lots = np.array_split(found[::-1], 8)
    axes.plot([0, 1], [0, 1], color=FAINT, linestyle=":")
    axes.plot([lot[:, 0].mean() for lot in lots], [1 - lot[:, 1].mean() for lot in lots],
              marker="o", color=OURS)  # fmt: skip
    axes.set(xlabel="answerability told", ylabel="share that can be answered",
             xlim=(0, 1), ylim=(0, 1))  # fmt: skip
    axes.set_title("calibration", fontsize=10)
    return True


def _latency(figure: Figure, suite: Json) -> bool:
    totals = [case["values"]["total"] for case in suite["cases"] if "total" in case["values"]]
    if not totals:
        return False
    axes = figure.subplots()
    axes.hist(totals, bins=30, color=OURS)
    axes.set(xlabel="milliseconds", ylabel="answers")
    axes.set_title("latency", fontsize=10)
    return True


def _history(lines: Sequence[Json]) -> str:
    """The first metric of each suite over the runs, with what each point stands for."""
    data = []
    for suite, metric in leading(lines[-1]):
        points = course(lines, suite, metric)
        ends = [
            [max(0.0, each["high"] - each["value"]) for _, each in points],
            [max(0.0, each["value"] - each["low"]) for _, each in points],
        ]
        data.append({
            "type": "scatter", "mode": "lines+markers", "name": f"{suite} {metric}",
            "x": [line["id"] for line, _ in points], "y": [each["value"] for _, each in points],
            "error_y": {"type": "data", "symmetric": False, "array": ends[0],
                        "arrayminus": ends[1], "thickness": 1, "width": 3},
            "text": [f"{line['at'][:10]}, n = {each['n']}" for line, each in points],
        })  # fmt: skip
    ticks = {"tickvals": [line["id"] for line in lines],
             "ticktext": [str(line["commit"] or line["version"]) for line in lines]}  # fmt: skip
    layout = {"height": 460, "yaxis": {"range": [0, 1.02]}, "xaxis": {"type": "category", **ticks},
              "margin": {"t": 10, "r": 10}, "legend": {"orientation": "h", "y": -0.2}}  # fmt: skip
    plotly = files("plotly").joinpath("package_data", "plotly.min.js").read_text("utf-8")
    figure = json.dumps({"data": data, "layout": layout}).replace("<", "\\u003c")
    return (
        f"<h2>Over commits</h2><p class=dim>{len(lines)} runs of the same system over the same "
        f"cases, with 95 % intervals.</p><div id=course></div><script>{plotly}</script>"
        f"<script>const f={figure};Plotly.newPlot('course',f.data,f.layout,"
        "{displayModeBar:false,responsive:true})</script>"
    )


# Cases ---------------------------------------------------------------------------------------


def _worst(suite: Json, seen: Seen) -> str:
    """The cases that did worst, each openable with its answer and what that cites."""
    shown = []
    for case in worst(suite):
        asked, answer = seen.get(case["case"], (None, ""))
        values = ", ".join(f"{name} {value:.2f}" for name, value in case["values"].items())
        title = asked.question if asked else case["shown"].get("text", "")
        shown.append(
            f"<details><summary>{escape(case['case'])}: {escape(title[:160])} "
            f"<span class=dim>{escape(case['failed'] or values)}</span></summary>"
            f"<p class=dim>{escape(told(case['shown']))}</p>"
            f"{_answer(answer) if asked else ''}</details>"
        )
    return f"<h3>Worst first</h3>{''.join(shown)}" if shown else ""


def _answer(answer: Answered | str) -> str:
    if isinstance(answer, str):
        return f"<pre>{escape(answer)}</pre>"
    cited = "".join(
        f"<li>{escape(each['source'])}: « {escape(each['quote'])} »</li>"
        for each in answer["citations"]
    )
    return f"<pre>{escape(answer['text'])}</pre><ul class=dim>{cited}</ul>"
