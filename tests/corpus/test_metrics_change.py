from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_ind
from statsmodels.api import OLS, add_constant

from corpus.codebook import starting_codebook
from corpus.filters import Filters
from corpus.metrics import _kitagawa, _oaxaca, compute
from corpus.metrics.types import Ask, Figure
from corpus.store import Store
from tests.corpus.worlds import Answer, fill

Q1 = Filters(since=date(2026, 1, 1), until=date(2026, 3, 31))
Q2 = Filters(since=date(2026, 4, 1), until=date(2026, 6, 30))
BOOK = starting_codebook()
HOSTILE = 'l\'été {x} "%"'


def _answers(seed: int = 3, *, planted: bool = False) -> list[Answer]:
    """Two quarters of 150 people each; ``planted``: delays nearly end in the second."""
    random = np.random.default_rng(seed)
    found = []
    for late in (0, 1):
        for number in range(150):
            loyal = random.random() < (0.6 if late else 0.3)
            delay = random.random() < ((0.05 if late else 0.5) if planted else 0.3)
            price = random.random() < 0.25
            level = 8 + loyal - 5 * delay + random.normal(0, 1)
            said = {theme: "-" for theme, on in (("delivery-delay", delay), ("price", price)) if on}
            found.append(
                Answer(
                    f"c{late}-{number}",
                    float(np.clip(round(level), 0, 10)),
                    said,
                    date(2026, 4 if late else 1, 1) + timedelta(int(random.integers(0, 85))),
                    segments={HOSTILE: "o'k {part}" if loyal else "new"},
                )
            )
    return found


def _frame(answers: list[Answer]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "late": [each.date >= date(2026, 4, 1) for each in answers if each.date],
            "part": [each.segments[HOSTILE] for each in answers],
            "worth": [
                100 * ((each.score or 0) >= 9) - 100 * ((each.score or 0) <= 6) for each in answers
            ],
            "delay": ["delivery-delay" in (each.said or {}) for each in answers],
            "price": ["price" in (each.said or {}) for each in answers],
        }
    ).astype({"worth": float})


def _named(figures: list[Figure], name: str, **about: str) -> Figure:
    (found,) = (
        each for each in figures if each.name == name and about.items() <= dict(each.about).items()
    )
    return found


def _replay(store: Store, figures: list[Figure]) -> None:
    for figure in figures:
        row = store.sql(figure.query)[0]
        if figure.value is not None and figure.replayed == "value":
            assert row["value"] == pytest.approx(figure.value, abs=1e-9), figure.name


def test_levels_mix_and_rate_are_those_of_the_answers(store: Store) -> None:
    answers = _answers()
    fill(store, answers)
    figures = compute("change", store, BOOK, Ask(filters=Q2, against=Q1))
    frame = _frame(answers)
    before, after = frame[~frame.late], frame[frame.late]

    change = _named(figures, "change.difference")
    expected = ttest_ind(after.worth, before.worth, equal_var=False)
    interval = expected.confidence_interval()
    assert (change.low, change.high) == pytest.approx((interval.low, interval.high))
    assert change.p == pytest.approx(expected.pvalue)
    assert change.value == pytest.approx(after.worth.mean() - before.worth.mean())
    assert dict(change.about)["before"] == "2026-Q1"
    assert _named(figures, "change.before").value == pytest.approx(before.worth.mean())

    level = frame.groupby(["part", "late"]).worth.mean().unstack()
    share = pd.crosstab(frame.part, frame.late, normalize="columns")
    mix = ((share[True] - share[False]) * level.mean(axis=1)).sum()
    assert _named(figures, "change.mix").value == pytest.approx(mix)
    assert _named(figures, "change.rate").value == pytest.approx((change.value or 0) - mix)
    own = _named(figures, "change.segment-rate", **{f"segment:{HOSTILE}": "o'k {part}"})
    levels, shares = level.loc["o'k {part}"].to_numpy(), share.loc["o'k {part}"].to_numpy()
    assert own.value == pytest.approx((levels[1] - levels[0]) * shares.mean())
    _replay(store, figures)


def test_parts_by_theme_are_those_of_regressions_on_the_rows(store: Store) -> None:
    answers = _answers()
    fill(store, answers)
    figures = compute("change", store, BOOK, Ask(filters=Q2, against=Q1))
    frame = _frame(answers)
    marks = ["delay", "price"]
    pooled = OLS(frame.worth, add_constant(frame[[*marks, "late"]].astype(float))).fit().params
    fits, means = [], []
    for late in (False, True):
        part = frame[frame.late == late]
        fits.append(OLS(part.worth, add_constant(part[marks].astype(float))).fit().params)
        means.append(part[marks].mean())
    for mark, theme in (("delay", "delivery-delay"), ("price", "price")):
        mentioned = _named(figures, "change.theme-mentioned", theme=theme)
        felt = _named(figures, "change.theme-felt", theme=theme)
        assert mentioned.value == pytest.approx((means[1][mark] - means[0][mark]) * pooled[mark])
        assert felt.value == pytest.approx(
            means[1][mark] * (fits[1][mark] - pooled[mark])
            + means[0][mark] * (pooled[mark] - fits[0][mark])
        )
    rest = _named(figures, "change.unexplained")
    assert rest.value == pytest.approx(fits[1]["const"] - fits[0]["const"])
    row = store.sql(_named(figures, "change.theme", theme="price").query)[0]
    assert row["n0"] == 150
    assert row["mentioned1"] == frame[frame.late].price.sum()


def test_a_planted_theme_has_nearly_all_of_what_is_explained(store: Store) -> None:
    fill(store, _answers(planted=True))
    figures = compute("change", store, BOOK, Ask(filters=Q2, against=Q1))
    parts = {f.about["theme"]: f.value or 0.0 for f in figures if f.name == "change.theme"}
    assert parts["delivery-delay"] >= 0.8 * sum(map(abs, parts.values()))
    assert (_named(figures, "change.theme", theme="delivery-delay").p or 1) < 0.05


def test_intervals_of_mix_and_rate_are_those_of_drawing_again() -> None:
    random = np.random.default_rng(7)
    shares = np.array([[0.5, 0.3, 0.2], [0.3, 0.3, 0.4]])
    means = np.array([[10.0, 20.0, 60.0], [20.0, 15.0, 70.0]])
    size, spread = 400, 50.0
    drawn = []
    for _ in range(1500):
        n = np.array([random.multinomial(size, p) for p in shares], dtype=float)
        drawn.append(_kitagawa.decompose(n, random.normal(means, spread / np.sqrt(n)), n * 0))
    parts = _kitagawa.decompose(size * shares, means, np.full((2, 3), spread**2))
    for name in ("mix", "rate"):
        each = np.array([getattr(one, name) for one in drawn])
        assert each.std(axis=0) == pytest.approx(
            np.sqrt(getattr(parts, f"{name}_variance")), rel=0.1
        )
        total = getattr(parts, f"total_{name}_variance")
        assert each.sum(axis=1).std() == pytest.approx(np.sqrt(total), rel=0.1)


_CELLS = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 50), st.floats(-100, 100), st.floats(-100, 100)),
    min_size=1,
    max_size=6,
).filter(lambda cells: sum(c[0] for c in cells) > 0 and sum(c[1] for c in cells) > 0)


@given(_CELLS)
def test_mix_and_rate_add_up(cells: list[tuple[int, int, float, float]]) -> None:
    n = np.array([[c[0] for c in cells], [c[1] for c in cells]], dtype=float)
    mean = np.array([[c[2] for c in cells], [c[3] for c in cells]]) * (n > 0)
    parts = _kitagawa.decompose(n, mean, np.ones_like(n))
    level = (n * mean).sum(axis=1) / n.sum(axis=1)
    assert parts.mix.sum() + parts.rate.sum() == pytest.approx(level[1] - level[0], abs=1e-7)
    assert (parts.mix_variance >= 0).all()
    assert (parts.rate_variance >= 0).all()


@given(st.integers(0, 2**32), st.integers(1, 4))
def test_parts_by_theme_add_up(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    products, means = [], []
    for _ in range(2):
        n = int(random.integers(5, 40))
        x = (random.random((n, count)) < 0.3).astype(float)
        y = random.normal(0, 50, n)
        products.append(_oaxaca.Products(n, x.T @ x, x.T @ y, float(y.sum()), float(y @ y)))
        means.append(y.mean())
    felt = random.random(count) < 0.5
    parts = _oaxaca.decompose(products[0], products[1], felt)
    whole = parts.rest + parts.endowment.sum() + parts.coefficient.sum()
    assert whole == pytest.approx(means[1] - means[0], abs=1e-7)
    assert parts.coefficient[~felt] == pytest.approx(0, abs=1e-9)
    assert (parts.variance >= -1e-9).all()


def test_periods_are_the_last_two_full_quarters_with_enough_answers(store: Store) -> None:
    days = [date(2025, 10, 1) + timedelta(n) for n in range(0, 300)]
    fill(store, [Answer(f"c{n}", n % 11, None, day) for n, day in enumerate(days)])
    figures = compute("change", store, BOOK, Ask())
    about = dict(figures[0].about)
    assert (about["before"], about["after"]) == ("2026-Q1", "2026-Q2")  # July is begun alone
    monthly = dict(compute("change", store, BOOK, Ask(by="month"))[0].about)
    assert (monthly["before"], monthly["after"]) == ("2026-05", "2026-06")


def test_those_who_only_scored_move_no_theme(store: Store) -> None:
    answers = _answers()
    alone = [
        Answer(f"s{n}", 0, None, date(2026, 5, 5), segments={HOSTILE: "new"}) for n in range(60)
    ]
    fill(store, answers)
    first = compute("change", store, BOOK, Ask(filters=Q2, against=Q1))
    fill(store, alone, name="scores.csv")
    second = compute("change", store, BOOK, Ask(filters=Q2, against=Q1))
    assert _named(second, "change.written").value == _named(first, "change.written").value
    assert (_named(second, "change.difference").value or 0) < (
        _named(first, "change.difference").value or 0
    )


def test_what_is_too_little_is_withheld_and_nothing_raises(store: Store) -> None:
    assert [f.withheld for f in compute("change", store, BOOK, Ask())] == ["no-score"]
    fill(store, [Answer("a", 9, {"price": "-"}, None)])
    assert [f.withheld for f in compute("change", store, BOOK, Ask())] == ["no-dates"]
    fill(store, [Answer("a", 9, {"price": "-"}, date(2026, 1, 3)), Answer("a", 3, {}, None)])
    assert [f.withheld for f in compute("change", store, BOOK, Ask())] == ["few"]
    fill(store, [Answer(f"c{n}", 9, {}, date(2026, 1 + n // 30, 3)) for n in range(110)])
    few = compute("change", store, BOOK, Ask(filters=Q2, against=Q1))
    assert [(f.value, f.withheld) for f in few] == [(None, "few")]
    _replay(store, few)
