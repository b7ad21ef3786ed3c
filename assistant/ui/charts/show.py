"""A chart as HTML: the picture, how to read it, and the table of the same numbers."""

import json
from collections.abc import Sequence
from importlib.metadata import version

from assistant.ui.charts.parts import Chart, Row
from assistant.ui.panel import command
from assistant.ui.safe import esc
from assistant.ui.words import UiLanguage, say

PLOTLY = "plotly.min.js"
"""Where this server gives Plotly's own script, which comes with its Python package."""


def show(language: UiLanguage, charts: Sequence[Chart]) -> str:
    """The charts of one answer."""
    if not charts:
        return ""
    script = f"./{PLOTLY}?v={version('plotly')}"
    folds = "".join(
        # The first is seen at once; a second would push the sources out of sight.
        _chart(language, chart, script, " open" if at == 0 else "")
        for at, chart in enumerate(charts)
    )
    return f'<div class="charts" lang="{language}">{folds}</div>'


def _chart(language: UiLanguage, chart: Chart, script: str, opened: str) -> str:
    figure = json.dumps({"data": chart.data, "layout": chart.layout}, separators=(",", ":"))
    notes = " ".join(chart.notes)
    return (
        f'<details class="chart"{opened}><summary><span>{esc(say(language, "chart"))}</span> '
        f"<strong>{esc(chart.title)}</strong></summary>"
        f'<figure aria-label="{esc(chart.title)}"><div class="plot" role="img" '
        f'aria-label="{esc(f"{chart.title}. {notes}")}" style="height:{chart.height}px" '
        f'data-script="{esc(script)}" data-figure="{esc(figure)}"></div>'
        f'<p class="plot-failed" hidden>{esc(say(language, "chart_failed"))}</p>'
        f"<figcaption>{esc(notes)}</figcaption>"
        f'<details class="numbers"><summary>{esc(say(language, "chart_numbers"))}</summary>'
        f"{table(language, chart)}"
        f"{command(language, say(language, 'replay'), chart.replay)}</details></figure></details>"
    )


def table(language: UiLanguage, chart: Chart) -> str:
    """The numbers of a chart, each with its query to copy."""
    columns = (*chart.columns, say(language, "query"))
    head = "".join(f'<th scope="col">{esc(column)}</th>' for column in columns)
    body = "".join(_row(language, row) for row in chart.rows)
    return (
        f'<div class="table-scroll" tabindex="0" role="group" aria-label="{esc(chart.title)}">'
        f'<table><caption class="sr-only">{esc(chart.title)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(language: UiLanguage, row: Row) -> str:
    first, *others = row.cells
    cells = "".join(f"<td>{esc(cell)}</td>" for cell in others)
    button = ""
    if row.query:
        label = say(language, "chart_copy", what=first)
        button = (
            f'<button type="button" class="plain" data-event="copy" data-text="{esc(row.query)}" '
            f'data-done="{esc(say(language, "copied"))}" aria-label="{esc(label)}">'
            f"{esc(say(language, 'copy'))}</button>"
        )
    return f'<tr><th scope="row">{esc(first)}</th>{cells}<td>{button}</td></tr>'
