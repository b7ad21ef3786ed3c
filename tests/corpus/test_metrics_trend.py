from datetime import date, timedelta

import numpy as np
import pytest
from scipy.stats import binomtest
from statsmodels.stats.proportion import proportion_confint

from corpus.codebook import starting_codebook
from corpus.filters import Filters
from corpus.metrics import compute
from corpus.metrics._breaks import Kind, Series, breaks, outliers
from corpus.metrics._periods import periods
from corpus.metrics.types import Ask, Figure
from corpus.store import Store
from tests.corpus.worlds import Answer, fill

BOOK = starting_codebook()


def _year(jump: int, quiet: float = 0.1, after: float = 0.4) -> list[Answer]:
    """40 people a month write in 2025; the share that complains of price jumps in a month."""
    found = []
    for month in range(1, 13):
        share = after if month >= jump else quiet
        for number in range(40):
            said = {"price": "-"} if number < 40 * share else {"fit": "+"}
            day = date(2025, month, 1 + number % 28)
            found.append(Answer(f"c{month}-{number}", 9, said, day))
    # January and December are whole.
    return [
        *found,
        Answer("first", 9, {}, date(2025, 1, 1)),
        Answer("x", 9, {}, date(2025, 12, 31)),
    ]


def _only(figures: list[Figure], name: str, **about: str) -> list[Figure]:
    return [f for f in figures if f.name == name and about.items() <= dict(f.about).items()]


def _replay(store: Store, figures: list[Figure]) -> None:
    for figure in figures:
        row = store.sql(figure.query)[0]
        if figure.value is not None:
            assert row["value"] == pytest.approx(figure.value, abs=1e-9), figure.name


def test_a_jump_is_found_at_its_month_with_its_size(store: Store) -> None:
    fill(store, _year(7))
    figures = compute("trend", store, BOOK, Ask(themes=("price",), by="month"))
    plain = [f for f in _only(figures, "trend.break", theme="price") if "only" not in f.about]
    assert [(f.about["month"], f.about["since"]) for f in plain] == [("2025-07", "2025-07-01")]
    found = plain[0]
    assert found.value == pytest.approx(16 * 6 / 241 - 4 * 6 / 241)
    assert (found.p or 1) < 0.05
    assert (found.low or 0) > 0
    _replay(store, figures)


def test_shares_by_month_are_those_of_who_wrote(store: Store) -> None:
    # A customer who writes ten times in a month counts once in it.
    loud = [Answer("c5-0", 1, {"price": "-"}, date(2025, 5, 2)) for _ in range(10)]
    fill(store, _year(7, quiet=0.5) + loud)
    figures = compute("trend", store, BOOK, Ask(themes=("price",), by="month"))
    (may,) = (f for f in _only(figures, "trend.share", month="2025-05") if "only" not in f.about)
    assert (may.numerator, may.denominator) == (20, 40)
    assert (may.low, may.high) == pytest.approx(proportion_confint(20, 40, method="wilson"))


def test_a_month_begun_is_marked_and_left_out_of_breaks(store: Store) -> None:
    begun = [Answer(f"n{n}", 9, {"price": "-"}, date(2026, 1, 1 + n // 10)) for n in range(60)]
    fill(store, _year(13) + begun)
    figures = compute("trend", store, BOOK, Ask(themes=("price",), by="month"))
    marked = {f.about["month"] for f in figures if f.about.get("incomplete") == "yes"}
    assert marked == {"2026-01"}
    assert not _only(figures, "trend.break")
    assert not _only(figures, "trend.anomaly")


def test_a_month_that_stands_out_is_no_break(store: Store) -> None:
    answers = _year(13)
    odd = [Answer(f"o{n}", 2, {"price": "-"}, date(2025, 4, 9)) for n in range(40)]
    fill(store, answers + odd)
    figures = compute("trend", store, BOOK, Ask(themes=("price",), by="month"))
    assert {f.about["month"] for f in _only(figures, "trend.anomaly")} == {"2025-04"}
    assert not _only(figures, "trend.break")


def test_records_and_the_score_without_a_theme(store: Store) -> None:
    fill(store, _year(7))
    figures = compute("trend", store, BOOK, Ask(by="quarter"))
    counts = _only(figures, "trend.count", of="records")
    assert [f.value for f in counts] == [121, 120, 120, 121]
    (first, *_) = _only(figures, "trend.score", quarter="2025-Q1")
    assert (first.value, first.n) == (100, 121)
    _replay(store, figures)


@pytest.mark.parametrize("kind", ["share", "count", "mean"])
def test_flat_series_break_one_time_in_twenty(kind: Kind) -> None:
    random = np.random.default_rng(11)
    broken = odd = 0
    for _ in range(200):
        weight = random.integers(35, 75, 14).astype(float)
        total = {
            "share": random.binomial(weight.astype(int), 0.12).astype(float),
            "count": random.poisson(weight).astype(float),
            "mean": random.normal(10 * weight, 50 * np.sqrt(weight)),
        }[kind]
        series = Series(kind, total, weight)
        broken += bool(breaks(series, 1, random))
        odd += bool(outliers([series], 14)[0])
    assert binomtest(broken, 200, 0.05).pvalue > 0.001
    assert odd / 200 <= 0.08


def test_periods_have_the_names_that_cuts_give(store: Store) -> None:
    days = [date(2024, 12, 20) + timedelta(days=n) for n in range(30)]
    fill(store, [Answer(f"c{n}", 9, {}, day) for n, day in enumerate(days)])
    for grain in ("week", "month", "quarter"):
        counts = _only(compute("trend", store, BOOK, Ask(by=grain)), "trend.count", of="records")
        assert sum(f.value or 0 for f in counts) == 30
        assert [f.about[grain] for f in counts] == [
            period.name for period in periods(grain, days[0], days[-1])
        ]
        _replay(store, counts)


def test_nothing_known_gives_withheld_figures_and_no_error(store: Store) -> None:
    assert [f.withheld for f in compute("trend", store, BOOK, Ask())] == ["no-dates"]
    fill(store, [Answer("a", None, {"price": "-"}, None)])
    assert [f.withheld for f in compute("trend", store, BOOK, Ask())] == ["no-dates"]
    fill(store, [Answer("a", 3, {"price": "-", "o'x{within}": "-"}, date(2025, 3, 3))])
    figures = compute("trend", store, BOOK, Ask(filters=Filters(), themes=("price",)))
    assert [f.withheld for f in _only(figures, "trend.share")] == ["few", "few"]
    _replay(store, figures)
