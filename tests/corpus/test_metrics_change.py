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


def test_parts_by_theme_are_those_of_a_regression_on_the_rows(store: Store) -> None:
    answers = _answers()
    fill(store, answers)
    figures = compute("change", store, BOOK, Ask(filters=Q2, against=Q1))
    frame = _frame(answers)
    marks = ["delay", "price"]
    fit = OLS(frame.worth, add_constant(frame[[*marks, "late"]].astype(float))).fit()
    share = frame.groupby("late")[marks].mean()
    moved = share.loc[True] - share.loc[False]
    # Both themes move by chance alone here: neither explains anything, and the rest is all.
    for mark, theme in (("delay", "delivery-delay"), ("price", "price")):
        part = _named(figures, "change.theme-unclear", theme=theme)
        assert part.value == pytest.approx(moved[mark] * fit.params[mark])
        assert part.value == _named(figures, "change.theme-complaints", theme=theme).value
        assert (part.p or 0) > 0.05
    change = _named(figures, "change.written").value
    assert _named(figures, "change.unexplained").value == pytest.approx(change)
    assert not [f for f in figures if f.name in ("change.theme", "change.explained")]
    row = store.sql(_named(figures, "change.theme-unclear", theme="price").query)[0]
    assert (row["n0"], row["praise1"]) == (150, 0)
    assert row["complaints1"] == frame[frame.late].price.sum()


def test_a_planted_theme_is_what_is_explained(store: Store) -> None:
    answers = _answers(planted=True)
    fill(store, answers)
    figures = compute("change", store, BOOK, Ask(filters=Q2, against=Q1))
    (theme,) = (f for f in figures if f.name == "change.theme")
    frame = _frame(answers).astype({"delay": float, "price": float, "late": float})
    fit = OLS(frame.worth, add_constant(frame[["delay", "price", "late"]])).fit()
    moved = frame[frame.late == 1].delay.mean() - frame[frame.late == 0].delay.mean()
    assert theme.about["theme"] == "delivery-delay"
    assert theme.value == pytest.approx(moved * fit.params["delay"])
    assert (theme.p or 1) < 0.05
    assert _named(figures, "change.explained").value == theme.value
    change = _named(figures, "change.written").value or 0
    rest = _named(figures, "change.unexplained")
    assert rest.value == pytest.approx(change - theme.value)


def test_a_theme_praised_where_it_was_complained_of_has_a_part(store: Store) -> None:
    """As often spoken of as before, but otherwise: its part is that, and both tones tell it."""
    answers = [
        Answer(f"c{late}-{n}", 3 if n < 50 and not late else 10 if n < 50 else 8, said, day)
        for late, day, tone in ((0, date(2026, 2, 1), "-"), (1, date(2026, 5, 1), "+"))
        for n in range(150)
        for said in [{"delivery-delay": tone} if n < 50 else {}]
    ]
    fill(store, answers)
    figures = compute("change", store, BOOK, Ask(filters=Q2, against=Q1))
    theme = _named(figures, "change.theme", theme="delivery-delay")
    tones = [_named(figures, f"change.theme-{tone}") for tone in ("complaints", "praise")]
    # A third of the people from -100 to 100 points; the others give 0 in both.
    assert theme.value == pytest.approx(200 / 3)
    assert [tone.value for tone in tones] == pytest.approx([100 / 3, 100 / 3])
    assert [tone.about["spoken"] for tone in tones] == ["less", "more"]
    assert _named(figures, "change.unexplained").value == pytest.approx(0, abs=1e-9)


def _strangers(n: _kitagawa.Values, variance: float) -> _kitagawa.Together:
    """The sums over people where nobody answers twice."""
    cells = n.ravel()
    none = np.zeros((len(cells), len(cells)))
    return _kitagawa.Together(np.diag(cells), none, np.diag(cells * variance))


def test_intervals_of_mix_and_rate_are_those_of_drawing_again() -> None:
    random = np.random.default_rng(7)
    shares = np.array([[0.5, 0.3, 0.2], [0.3, 0.3, 0.4]])
    means = np.array([[10.0, 20.0, 60.0], [20.0, 15.0, 70.0]])
    size, spread = 400, 50.0
    drawn = []
    for _ in range(1500):
        n = np.array([random.multinomial(size, p) for p in shares], dtype=float)
        level = random.normal(means, spread / np.sqrt(n))
        drawn.append(_kitagawa.decompose(n, level, _strangers(n, 0)))
    parts = _kitagawa.decompose(size * shares, means, _strangers(size * shares, spread**2))
    for name in ("mix", "rate"):
        each = np.array([getattr(one, name) for one in drawn])
        assert each.std(axis=0) == pytest.approx(
            np.sqrt(getattr(parts, f"{name}_variance")), rel=0.1
        )
        total = getattr(parts, f"total_{name}_variance")
        assert each.sum(axis=1).std() == pytest.approx(np.sqrt(total), rel=0.1)


def test_intervals_are_those_of_drawing_people_again(store: Store) -> None:
    """Who answers in both quarters is drawn with both answers, as a bootstrap over people does."""
    random = np.random.default_rng(5)
    answers = []
    for number in range(300):
        loyal, level = random.random() < 0.4, random.normal(7.5, 2)
        for late in range(2):
            for _ in range(int(random.random() < (0.9 if loyal and late else 0.6)) * (1 + loyal)):
                score = float(np.clip(round(level + loyal + random.normal(0, 1)), 0, 10))
                day = date(2026, 4 if late else 1, 1) + timedelta(int(random.integers(0, 85)))
                part = {HOSTILE: "o'k {part}" if loyal else "new"}
                answers.append(Answer(f"c{number}", score, None, day, segments=part))
    fill(store, answers)
    figures = compute("change", store, BOOK, Ask(filters=Q2, against=Q1))
    frame = _frame(answers).assign(who=[each.customer for each in answers])
    cells = frame.groupby(["who", "late", "part"]).worth.agg(["size", "sum"]).unstack([1, 2])
    table = cells.fillna(0).to_numpy().reshape(len(cells), 2, -1)
    order = [(kind, late, part) for kind, late, part in cells.columns]
    drawn: dict[str, list[float]] = {"difference": [], "mix": [], "rate": [], "new": []}
    for _ in range(1500):
        totals = table[random.integers(0, len(table), len(table))].sum(axis=0).ravel()
        at = dict(zip(order, totals, strict=True))
        n, s = (
            np.array([[at[kind, late, p] for p in ("new", "o'k {part}")] for late in (False, True)])
            for kind in ("size", "sum")
        )
        parts = _kitagawa.decompose(n, s / n, _strangers(n, 0))
        drawn["mix"].append(parts.mix.sum())
        drawn["rate"].append(parts.rate.sum())
        drawn["new"].append(parts.rate[0])
        drawn["difference"].append(parts.mix.sum() + parts.rate.sum())
    for name, shown in (
        ("difference", _named(figures, "change.difference")),
        ("mix", _named(figures, "change.mix")),
        ("rate", _named(figures, "change.rate")),
        ("new", _named(figures, "change.segment-rate", **{f"segment:{HOSTILE}": "new"})),
    ):
        assert shown.low is not None
        assert shown.high is not None
        assert (shown.high - shown.low) / 2 / 1.96 == pytest.approx(np.std(drawn[name]), rel=0.08)


_CELLS = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 50), st.floats(-100, 100), st.floats(-100, 100)),
    min_size=1,
    max_size=6,
).filter(lambda cells: sum(c[0] for c in cells) > 0 and sum(c[1] for c in cells) > 0)


@given(_CELLS)
def test_mix_and_rate_add_up(cells: list[tuple[int, int, float, float]]) -> None:
    n = np.array([[c[0] for c in cells], [c[1] for c in cells]], dtype=float)
    mean = np.array([[c[2] for c in cells], [c[3] for c in cells]]) * (n > 0)
    parts = _kitagawa.decompose(n, mean, _strangers(n, 1))
    assert _kitagawa.mix(n, mean) == pytest.approx(parts.mix.sum(), abs=1e-7)
    level = (n * mean).sum(axis=1) / n.sum(axis=1)
    assert parts.mix.sum() + parts.rate.sum() == pytest.approx(level[1] - level[0], abs=1e-7)
    assert (parts.mix_variance >= 0).all()
    assert (parts.rate_variance >= 0).all()


def _products(x: _oaxaca.Values, y: _oaxaca.Values) -> _oaxaca.Products:
    return _oaxaca.Products(len(y), x.T @ x, x.T @ y, float(y.sum()), float(y @ y))


@given(st.integers(0, 2**32), st.integers(0, 4))
def test_parts_by_theme_add_up(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    products, means = [], []
    for _ in range(2):
        n = int(random.integers(5, 40))
        x = (random.random((n, count)) < 0.3).astype(float)
        y = random.normal(0, 50, n)
        products.append(_products(x, y))
        means.append(y.mean())
    parts = _oaxaca.decompose(*products)
    some = (random.random(count) < 0.5).astype(float)
    whole = parts.sum(some)[0] + parts.without(some)[0]
    assert whole == pytest.approx(means[1] - means[0], abs=1e-7)
    assert parts.value.sum() == pytest.approx(parts.sum(np.ones(count))[0], abs=1e-7)


def test_intervals_of_parts_by_theme_are_those_of_drawing_again() -> None:
    random = np.random.default_rng(11)
    weights, frequent = np.array([-60.0, 40.0, 10.0]), np.array([[0.4, 0.1, 0.3], [0.2, 0.15, 0.3]])
    some = np.array([1.0, 1.0, 0.0])

    def draw() -> _oaxaca.Parts:
        products = []
        for late, n in ((0, 300), (1, 250)):
            x = (random.random((n, 3)) < frequent[late]).astype(float)
            x[:, 1] = np.where(x[:, 0] == 1, x[:, 1] * (random.random(n) < 0.5), x[:, 1])
            products.append(_products(x, x @ weights + random.normal(5 * late, 50, n)))
        return _oaxaca.decompose(*products)

    drawn = [draw() for _ in range(800)]
    for measure in ("sum", "without"):
        values, variances = np.array([getattr(each, measure)(some) for each in drawn]).T
        assert values.std() == pytest.approx(np.sqrt(variances.mean()), rel=0.08)


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
