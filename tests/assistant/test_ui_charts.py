"""Charts of facts: scales, intervals, tables, series drawn whole, and nothing that acts."""

import json
from collections.abc import Sequence
from datetime import date
from html import unescape
from typing import Any

import plotly.graph_objects as go
import pytest

from assistant.ui.charts import change, funnel, shares, trend
from assistant.ui.charts.again import asked
from assistant.ui.charts.choose import MOST, charts
from assistant.ui.charts.parts import Chart, Told, short, ticks
from assistant.ui.charts.periods import bounds, middle, name_of
from assistant.ui.charts.show import show
from corpus.codebook import Codebook, starting_codebook
from corpus.filters import Filters
from corpus.metrics.types import Ask

HOSTILE = '<img src=x onerror="window.pwned=1"> ${window.pwned=1} %{x} <b>b</b>'
SCALE = {"scale": "nps", "kind": "nps", "minimum": "0", "maximum": "10"}


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return starting_codebook()


@pytest.fixture
def told(codebook: Codebook) -> Told:
    return Told("fr", codebook)


def fact(name: str, value: float | None, about: dict[str, str], **more: Any) -> dict[str, Any]:
    analysis = name.partition(".")[0]
    found = {
        "name": name,
        "about": about,
        "value": value,
        "low": None,
        "high": None,
        "unit": "count",
        "numerator": None,
        "denominator": None,
        "base": "customers",
        "n": 100,
        "query": f"SELECT '{name} {sorted(about.values())}' AS value",
        "replay": f"ancrage facts {analysis} --kind feedback --seed 0 --json",
    }
    return found | more


def share(name: str, k: int, n: int, about: dict[str, str], **more: Any) -> dict[str, Any]:
    bounds = {"low": k / n - 0.02, "high": k / n + 0.03, "numerator": k, "denominator": n}
    return fact(name, k / n, about, unit="share", n=n) | bounds | more


def valid(chart: Chart) -> go.Figure:
    """The figure with colours put in, as Plotly reads it: it refuses what it does not know."""

    def own(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {
            key: "#123456" if isinstance(value, str) and value.startswith("--") else value
            for key, value in pairs
        }

    figure = json.dumps({"data": chart.data, "layout": chart.layout}, allow_nan=False)
    return go.Figure(json.loads(figure, object_pairs_hook=own))


def nothing(name: str, ask: Ask) -> Sequence[dict[str, Any]]:
    raise AssertionError(f"{name} is not asked for")


# Scales and words ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [
        (0, 0.368, [0, 0.1, 0.2, 0.3, 0.4]),
        (0, 15_754, [0, 5_000, 10_000, 15_000, 20_000]),
        (-3.2, 41, [-20, 0, 20, 40, 60]),
        (3.6, 4.1, [3.6, 3.8, 4, 4.2]),
        (0, 0, [0, 0.25]),
    ],
)
def test_ticks_are_round_and_hold_what_is_drawn(
    low: float, high: float, found: list[float]
) -> None:
    assert ticks(low, high) == found


@pytest.mark.parametrize(
    ("name", "first", "after", "french", "english"),
    [
        ("2026-04", date(2026, 4, 1), date(2026, 5, 1), "avril 2026", "April 2026"),
        ("2025-12", date(2025, 12, 1), date(2026, 1, 1), "décembre 2025", "December 2025"),
        ("2026-Q4", date(2026, 10, 1), date(2027, 1, 1), "T4 2026", "Q4 2026"),
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 5), "semaine 1 2026", "week 1 2026"),
        ("2026", date(2026, 1, 1), date(2027, 1, 1), "2026", "2026"),
    ],
)
def test_periods(name: str, first: date, after: date, french: str, english: str) -> None:
    assert bounds(name) == (first, after)
    assert first < middle(name) < after
    assert (name_of("fr", name), name_of("en", name)) == (french, english)


def test_other_periods_are_from_day_to_day() -> None:
    assert name_of("fr", "2026-01-01/2026-01-09") == "de 1er janvier 2026 à 9 janvier 2026"
    with pytest.raises(ValueError, match="no period"):
        bounds("26")


def test_a_long_label_is_cut_above_its_row_alone() -> None:
    assert short("Prix") == "Prix"
    assert short("long " * 20) == f"{'long ' * 7}…".replace(" …", "…")


def test_the_question_of_an_analysis_is_read_back() -> None:
    replay = (
        "ancrage facts change --kind feedback --since 2026-07-01 --segment 'pays=B E' "
        "--score-min 0.6 --theme payment --score nps --against since=2026-04-01 "
        "--against until=2026-06-30 --seed 3 --json"
    )
    assert asked(replay) == (
        "change",
        Ask(
            filters=Filters(
                kind=("feedback",),
                since=date(2026, 7, 1),
                segment={"pays": "B E"},
                score_min=0.6,
            ),
            against=Filters(since=date(2026, 4, 1), until=date(2026, 6, 30)),
            themes=("payment",),
            score="nps",
            seed=3,
        ),
    )
    with pytest.raises(ValueError, match="gives no facts"):
        asked("ancrage sql SELECT")


# Kinds ---------------------------------------------------------------------------------------


def test_shares_keep_the_order_of_the_answer_and_tell_their_intervals(told: Told) -> None:
    facts = [
        share("themes.share", 200, 300, {}),
        share("themes.negative", 30, 300, {"theme": "payment"}),
        share("themes.negative", 90, 300, {"theme": "price"}),
        share("themes.negative", 15, 300, {"theme": "queue"}, value=None),
    ]
    chart = shares.chart(facts, told, nothing)
    assert chart
    figure = valid(chart)
    assert list(figure.data[0].x) == [0.1, 0.3]
    assert figure.data[0].error_x.array == pytest.approx([0.03, 0.03])
    assert figure.data[0].error_x.arrayminus == pytest.approx([0.02, 0.02])
    assert [row.cells for row in chart.rows] == [
        ("Moyens de paiement", "10\u202f%", "de 8\u202f% à 13\u202f%", "30 sur 300 clients"),
        ("Prix", "30\u202f%", "de 28\u202f% à 33\u202f%", "90 sur 300 clients"),
    ]
    assert chart.rows[0].query == facts[1]["query"]
    assert chart.replay == facts[1]["replay"]


def test_one_share_is_no_chart(told: Told) -> None:
    facts = [share("themes.negative", 30, 300, {"theme": "payment"})]
    assert shares.chart(facts, told, nothing) is None
    assert shares.chart(facts * 2, told, nothing) is None, "the same twice"


def series(values: Sequence[float | None], about: dict[str, str]) -> list[dict[str, Any]]:
    facts = []
    for month, value in enumerate(values, 1):
        own = {**about, "month": f"2026-{month:02d}"}
        if month == len(values):
            own["incomplete"] = "yes"
        around = {} if value is None else {"low": value - 9, "high": value + 9}
        facts.append(fact("trend.score", value, own, unit="points", base="records", **around))
    return facts


def test_a_trend_is_drawn_whole_with_its_break_and_its_last_period_hollow(told: Told) -> None:
    months = series([20, 22, None, 40, 41, 30], SCALE)
    since = {**SCALE, "month": "2026-04", "since": "2026-04-01"}
    turned = [
        fact("trend.break", 20, since, unit="points"),
        fact("trend.break-before", 21, since, unit="points"),
        fact("trend.break-after", 40.5, since, unit="points"),
    ]
    asks: list[tuple[str, Ask]] = []

    def analyse(name: str, ask: Ask) -> list[dict[str, Any]]:
        asks.append((name, ask))
        return [*turned, fact("trend.count", 9, {"of": "records", "month": "2026-01"}), *months]

    chart = trend.chart([turned[0]], told, analyse)
    assert chart
    assert asks == [("trend", Ask(filters=Filters(kind=("feedback",))))]
    figure = valid(chart)
    assert figure.layout.shapes[0].x0 == "2026-04-01"
    assert figure.layout.annotations[0].text == "1er avril 2026"
    line, hollow = figure.data[-2:]
    assert list(line.y) == [20, 22, None, 40, 41]
    assert line.connectgaps is False
    assert list(hollow.y) == [30]
    levels = [list(each.y) for each in figure.data if each.line.dash == "dash"]
    assert levels == [[21, 21], [40.5, 40.5]]
    bands = [list(each.y) for each in figure.data if each.fill == "toself"]
    assert bands == [[29, 31, 13, 11], [49, 50, 32, 31]]
    assert [row.cells[1] for row in chart.rows] == [
        *("21", "40,5"),
        *("20", "22", "trop peu", "40", "41", "30"),
    ]
    assert chart.rows[0].cells[0] == "avant le 1er avril 2026"
    assert chart.rows[-1].cells[0] == "juin 2026 (incomplète)"
    assert len(chart.notes) == 3


def test_levels_are_drawn_where_no_period_has_enough_answers(told: Told) -> None:
    about = {"theme": "payment"}
    since = {**about, "month": "2026-03", "since": "2026-03-01"}
    turned = [
        share("trend.break", 6, 100, since),
        share("trend.break-before", 1, 100, since),
        share("trend.break-after", 7, 100, since),
    ]
    months = [
        share("trend.share", 3, 100, {**about, "month": f"2026-0{n}"}, value=None)
        for n in range(1, 7)
    ]
    chart = trend.chart(turned[:1], told, lambda name, ask: [*turned, *months])
    assert chart
    bands = [list(each.y) for each in valid(chart).data if each.fill == "toself"]
    assert bands == [[0.04, 0.04, -0.01, -0.01], [0.1, 0.1, 0.05, 0.05]]


def test_a_thin_series_is_drawn_by_quarter(told: Told) -> None:
    about = {"theme": "payment", "only": "complaints"}
    months = [
        share("trend.share", 3, 100, {**about, "month": f"2026-0{n}"}, value=None)
        for n in range(1, 7)
    ]
    quarters = [
        share("trend.share", 20 * n, 100, {**about, "quarter": f"2026-Q{n}"}) for n in (1, 2)
    ]

    def analyse(name: str, ask: Ask) -> list[dict[str, Any]]:
        assert ask.themes == ("payment",)
        return quarters if ask.by == "quarter" else months

    chart = trend.chart([fact("trend.count", 3, {**about, "month": "2026-06"})], told, analyse)
    assert chart
    valid(chart)
    assert [row.cells[0] for row in chart.rows] == ["T1 2026", "T2 2026"]
    assert chart.title == "Part de ceux qui se plaignent de\u202f: Moyens de paiement"


def changes() -> list[dict[str, Any]]:
    about = {**SCALE, "before": "2026-Q2", "after": "2026-Q3"}
    points: dict[str, Any] = {"unit": "points", "base": "records"}
    values = {"difference": 9, "before": 20, "after": 29, "mix": -2, "rate": 11}
    found = [
        fact(f"change.{name}", value, about, low=value - 3, high=value + 3, **points)
        for name, value in values.items()
    ]
    themes = ((4, "payment"), (-1, "price"))
    found += [
        fact("change.theme", value, {**about, "theme": theme}, **points) for value, theme in themes
    ]
    found.append(fact("change.unexplained", 2, about, **points))
    return [*found, fact("change.written", 5, about, **points)]


def test_a_change_leads_from_one_level_to_the_other(told: Told) -> None:
    chart = change.chart(changes()[:1], told, lambda name, ask: changes())
    assert chart
    risen, fallen, levels = valid(chart).data
    assert (list(risen.base), list(risen.x)) == ([18], [11])
    assert (list(fallen.base), list(fallen.x)) == ([20], [-2])
    assert list(levels.x) == [20, 29]
    assert [row.cells[:3] for row in chart.rows] == [
        ("T2 2026", "20", "de 17 à 23"),
        ("D’autres répondants", "−2", "de −5 à +1"),
        ("Les mêmes, autrement satisfaits", "+11", "de +8 à +14"),
        ("T3 2026", "29", "de 26 à 32"),
    ]


def test_themes_make_up_the_change_among_those_who_wrote(told: Told) -> None:
    facts = changes()
    chart = change.chart_themes(facts[5:6], told, lambda name, ask: facts)
    assert chart
    risen, fallen, levels = valid(chart).data
    assert (list(risen.base), list(risen.x)) == ([0, 3], [4, 2])
    assert (list(fallen.base), list(fallen.x)) == ([4], [-1])
    assert list(levels.x) == [5]
    assert chart.rows[-1].cells[1] == "+5"


def steps() -> list[dict[str, Any]]:
    counted = {"base": "sessions"}
    return [
        fact("funnel.step", 1000, {"step": "visit"}, **counted),
        share("funnel.rate", 600, 1000, {"step": "visit"}, **counted),
        fact("funnel.lost", 400, {"step": "visit"}, **counted),
        fact("funnel.step", 500, {"step": "purchase"}, **counted),
    ]


def test_a_funnel_shows_who_goes_on_and_who_stops(told: Told) -> None:
    chart = funnel.chart(steps()[1:2], told, lambda name, ask: steps())
    assert chart
    on, gone = valid(chart).data
    assert (list(on.x), list(gone.x)) == ([600, 500], [400, 0])
    assert [row.cells for row in chart.rows] == [
        ("visite", "1\u202f000", "60\u202f%", "de 58\u202f% à 63\u202f%", "400"),
        ("achat", "500", "–", "–", "–"),
    ]
    assert "1 000 · 60 %" in unescape(chart.layout["annotations"][1]["text"].replace("\u202f", " "))


def test_an_answer_has_two_charts_at_most_in_its_own_order(told: Told) -> None:
    themes = [share("themes.negative", 30, 300, {"theme": t}) for t in ("payment", "price")]
    facts = [*steps()[:1], *themes, *changes()]
    found = charts(facts, told, lambda name, ask: steps() if name == "funnel" else changes())
    assert [chart.title for chart in found] == [
        "Jusqu’où vont les sessions",
        "Part de ceux qui s’en plaignent",
    ]
    assert len(found) == MOST


def test_an_answer_stands_without_a_chart_that_fails(told: Told) -> None:
    themes = [share("themes.negative", 30, 300, {"theme": t}) for t in ("payment", "price")]
    found = charts([*steps()[:1], *themes], told, nothing)
    assert [chart.title for chart in found] == ["Part de ceux qui s’en plaignent"]


# As HTML -------------------------------------------------------------------------------------


def test_nothing_of_the_corpus_acts(told: Told) -> None:
    facts = [
        share("themes.negative", 30, 300, {"theme": f"{HOSTILE} {n}"}, query=HOSTILE)
        for n in (1, 2)
    ]
    chart = shares.chart(facts, told, nothing)
    assert chart
    html = show("fr", [chart])
    assert "<img" not in html
    plot = html.split('data-figure="')[1].split('"')[0]
    figure = json.loads(unescape(plot))
    shown = json.dumps(figure)
    assert "<img" not in shown
    assert "%{x}" not in shown
    assert set("<>") & set(figure["layout"]["annotations"][0]["text"]) == set()
    row = html.split('data-text="')[1].split('"')[0]
    assert unescape(row) == HOSTILE


def test_a_chart_has_its_numbers_and_its_command(told: Told) -> None:
    chart = funnel.chart(steps()[:1], told, lambda name, ask: steps())
    assert chart
    html = show("fr", [chart, chart])
    assert html.count('<details class="chart" open>') == 1
    assert html.count('<th scope="row">visite</th>') == 2
    assert "ancrage facts funnel" in unescape(html)
    assert "http" not in html
    assert show("fr", []) == ""
