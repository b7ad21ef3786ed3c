"""Drivers of a score, against regressions and relative weights computed from rows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.linalg import sqrtm
from scipy.stats import spearmanr, ttest_ind

from corpus import tables as t
from corpus.bulk import bulk_insert
from corpus.codebook import starting_codebook
from corpus.filters import Filters
from corpus.metrics import compute
from corpus.metrics._johnson import explain
from corpus.metrics.drivers import _impact
from corpus.metrics.statistics import Moments, benjamini_hochberg
from corpus.metrics.types import Ask
from corpus.store import Store
from tests.corpus.worlds import Answer, fill

BOOK = starting_codebook()
THEMES = ("price", "billing", "payment", "place")
COSTS = {"price": 1.4, "billing": 1.0, "payment": 0.4, "place": 0.0}


def answers(count=400, seed=3):
    """Complaints that come together, but place, and stars that each but place costs some of."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(count):
        upset = rng.random() < 0.3
        said = {
            theme: str(rng.choice(["-", "-", "+", "0"]))
            for theme in THEMES
            if rng.random() < (0.5 if upset and theme != "place" else 0.15)
        }
        lost = sum(COSTS[theme] for theme, tone in said.items() if tone == "-")
        score = float(np.clip(round(4.3 - lost + rng.normal()), 1, 5))
        found.append(Answer(f"c{number}", score, said, kind="stars"))
    return found


def figures(store, name=None, book=BOOK, **asked):
    found = compute("drivers", store, book, Ask(**asked))
    for figure in found:
        row = store.sql(figure.query)[0]
        if figure.replayed == "value" and figure.value is not None:
            assert row["value"] == pytest.approx(figure.value, abs=1e-9)
        assert (figure.value is None) == (figure.withheld is not None)
    return [each for each in found if name is None or each.name == f"drivers.{name}"]


def by_theme(found, key="theme"):
    return {each.about[key]: each for each in found}


def as_frame(given):
    """Who complains of what and gave how many stars."""
    rows = [{"y": each.score, **{k: k in each.said and each.said[k] == "-" for k in THEMES}}
            for each in given]  # fmt: skip
    return pd.DataFrame(rows).astype(float)


def weights_of(x, y):
    """Johnson's weights by the square root of the matrix of correlations."""
    whole = np.corrcoef(np.column_stack([x, y]), rowvar=False)
    root = np.real(sqrtm(whole[:-1, :-1]))
    return root**2 @ (np.linalg.inv(root) @ whole[:-1, -1]) ** 2


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A store, who complains of what in it, and its figures."""
    given = answers()
    store = Store(tmp_path_factory.mktemp("made") / "store.duckdb")
    fill(store, given)
    yield store, as_frame(given), figures(store)
    store.close()


def named(found, name):
    return [each for each in found if each.name == f"drivers.{name}"]


def test_an_impact_is_share_times_contrast_with_corrected_tests(made):
    _, frame, found = made
    found = by_theme(named(found, "impact"))
    tests = []
    for theme in THEMES:
        on, off = frame.y[frame[theme] == 1], frame.y[frame[theme] == 0]
        impact = len(on) / len(frame) * (on.mean() - off.mean())
        assert found[theme].value == pytest.approx(impact)
        assert found[theme].value == pytest.approx(frame.y.mean() - off.mean())
        assert (found[theme].numerator, found[theme].denominator) == (len(on), len(frame))
        assert found[theme].low < impact < found[theme].high
        tests.append(ttest_ind(on, off, equal_var=False).pvalue)
    assert [found[theme].p for theme in THEMES] == pytest.approx(benjamini_hochberg(tests))


def test_the_costliest_complaint_comes_first_and_a_harmless_one_is_not_significant(made):
    found = made[2]
    assert found[0].name == "drivers.impact"
    impacts = [each for each in found if each.name == "drivers.impact"]
    assert [each.value for each in impacts] == sorted(each.value for each in impacts)
    assert {impacts[0].about["theme"], impacts[1].about["theme"]} == {"price", "billing"}
    assert by_theme(impacts)["place"].p > 0.05


def test_weights_and_r2_are_those_of_the_rows(made):
    _, frame, found = made
    x = frame[list(THEMES)]
    fit = sm.OLS(frame.y, sm.add_constant(x)).fit()
    raw = weights_of(x, frame.y)
    r2 = named(found, "r2")[0]
    assert r2.value == pytest.approx(fit.rsquared_adj)
    assert r2.p == pytest.approx(fit.f_pvalue)
    assert r2.low < r2.value < r2.high
    found = named(found, "weight")
    assert sum(each.value for each in found) == pytest.approx(1)
    assert [each.value for each in found] == sorted((each.value for each in found), reverse=True)
    for theme, weight in zip(THEMES, raw / fit.rsquared, strict=True):
        each = by_theme(found)[theme]
        assert each.value == pytest.approx(weight)
        assert 0 <= each.low <= each.value <= each.high <= 1
    assert by_theme(found)["place"].low == 0


def test_a_weight_can_be_computed_from_what_its_query_gives(made):
    store, frame, found = made
    figure = named(found, "weight")[0]
    row = store.sql(figure.query)[0]
    size = max(row["j"]) - 1
    sums = np.zeros((size + 2, size + 2))
    for i, j, total in zip(row["i"], row["j"], row["total"], strict=True):
        sums[i, j] = sums[j, i] = total
    n, means = sums[0, 0], sums[0, 1:] / sums[0, 0]
    spread = sums[1:, 1:] / n - np.outer(means, means)
    assert n == len(frame)
    assert spread[-1, -1] == pytest.approx(frame.y.var(ddof=0))
    assert spread[0, -1] < 0


def test_agreement_is_the_rank_correlation_of_both_orders(made):
    weights, impacts = (by_theme(named(made[2], name)) for name in ("weight", "impact"))
    expected = spearmanr(
        [weights[theme].value for theme in THEMES], [abs(impacts[theme].value) for theme in THEMES]
    ).statistic
    assert named(made[2], "agreement")[0].value == pytest.approx(expected)


def test_a_theme_far_higher_in_one_order_is_told(store):
    """A rare great trouble weighs more than its impact says, a frequent small one less."""
    rng = np.random.default_rng(5)
    troubles = {"place": (0.06, 4), "payment": (0.5, 0.9), "price": (0.3, 1), "billing": (0.25, 1)}
    given = []
    for number in range(600):
        said = {theme: "-" for theme, (often, _) in troubles.items() if rng.random() < often}
        score = round(6.5 - sum(troubles[theme][1] for theme in said) + rng.normal() / 2)
        given.append(Answer(f"c{number}", float(np.clip(score, 1, 7)), said, kind="ces-2"))
    fill(store, given)
    found = figures(store)
    told = {each.about["theme"]: each.value for each in found if each.name == "drivers.gap"}
    assert told == {"place": 2}
    assert next(each for each in found if each.name == "drivers.agreement").value < 0.5


def test_a_loud_customer_counts_once_and_the_order_of_rows_does_not_matter(tmp_path):
    given = answers(200)
    found = []
    for name, rows in (("a", given), ("b", [*reversed(given), *[given[0]] * 30])):
        store = Store(tmp_path / name)
        fill(store, rows)
        found.append([(each.name, each.about, each.value, each.low) for each in figures(store)])
        store.close()
    for one, other in zip(*found, strict=True):
        assert one[:2] == other[:2]
        assert one[2:] == pytest.approx(other[2:], abs=1e-9)


def test_the_seed_gives_the_draws_again_and_another_gives_others(made):
    store, _, found = made
    once = named(found, "weight")[0]
    again, other = (figures(store, "weight", seed=seed)[0] for seed in (0, 2))
    assert (once.low, once.high) == pytest.approx((again.low, again.high))
    assert (once.low, once.high) != pytest.approx((other.low, other.high), abs=1e-6)
    assert once.value == pytest.approx(other.value)


def test_themes_asked_for_are_kept_and_the_others_still_take_part(made):
    store, _, found = made
    whole = by_theme(named(found, "weight"))
    found = figures(store, themes=("price",))
    assert {each.about["theme"] for each in found if "theme" in each.about} == {"price"}
    assert by_theme([each for each in found if each.name == "drivers.weight"])[
        "price"
    ].value == pytest.approx(whole["price"].value)


def test_nothing_is_said_of_too_few(store, tmp_path):
    assert compute("drivers", store, BOOK, Ask()) == []
    fill(store, answers(29))
    found = figures(store)
    assert found
    assert {each.withheld for each in found} == {"few"}
    wider = Store(tmp_path / "cells")
    plain = [Answer(f"p{number}", 1 + number % 5, {}, kind="stars") for number in range(60)]
    nine = [Answer(f"q{number}", 1, {"price": "-"}, kind="stars") for number in range(9)]
    fill(wider, plain + nine)
    assert {each.withheld for each in figures(wider)} == {"few-in-cell"}
    wider.close()


def test_shares_of_what_chance_explains_are_withheld(store):
    rng = np.random.default_rng(2)
    fill(store, [replace(each, score=float(rng.integers(1, 6))) for each in answers(200)])
    found = figures(store)
    assert {each.withheld for each in found if each.name == "drivers.weight"} == {"undefined"}
    assert next(each for each in found if each.name == "drivers.r2").p > 0.05
    assert not any(each.name == "drivers.agreement" for each in found)


def test_one_score_given_by_all_and_two_themes_that_are_one(store, tmp_path):
    fill(store, [replace(each, score=4.0) for each in answers(100)])
    assert {each.value for each in figures(store, "impact")} == {0}
    assert figures(store, "r2")[0].withheld == "undefined"
    twins = Store(tmp_path / "twins")
    given = [
        replace(each, said={**each.said, "billing": each.said["price"]})
        if "price" in each.said
        else replace(each, said={k: v for k, v in each.said.items() if k != "billing"})
        for each in answers()
    ]
    fill(twins, given)
    found = by_theme(figures(twins, "weight"))
    assert found["billing"].value == pytest.approx(found["price"].value)
    assert sum(each.value for each in found.values()) == pytest.approx(1)
    twins.close()


def test_names_may_hold_quotes_and_braces(store):
    names = {"price": "l'été {x}", "billing": 'a "b" -- said', "payment": "é;%", "place": "done"}
    book = replace(
        BOOK, themes=tuple(replace(each, id=names.get(each.id, each.id)) for each in BOOK.themes)
    )
    given = [
        replace(each, said={names[k]: v for k, v in each.said.items()}, segments={"l'un": "d'eux"})
        for each in answers(200)
    ]
    fill(store, given)
    found = figures(store, "impact", book, filters=Filters(segment={"l'un": "d'eux"}))
    assert {each.about["theme"] for each in found} == set(names.values())
    assert figures(store, "weight", book)[0].value > 0


def aspects_beside(store, given, rng):
    """Ratings of three aspects beside the score; one in twenty rates no third."""
    rows, frame = [], []
    for number, each in enumerate(given):
        rated = {"l'accueil": 0.9 * each.score + rng.normal(), "cadre": 3 + rng.normal()}
        if rng.random() < 0.95:
            rated["repas"] = 0.5 * each.score + 1.5 + rng.normal()
        kept = {name: float(np.clip(round(value), 1, 5)) for name, value in rated.items()}
        frame.append({"y": each.score, **kept})
        for rank, (name, value) in enumerate(kept.items(), start=1):
            rows.append({
                "record_id": f"answers.csv:{number}", "source_id": "answers.csv", "rank": rank,
                "name": name, "value": value, "minimum": 1.0, "maximum": 5.0, "kind": "stars",
                "goodness": (value - 1) / 4,
            })  # fmt: skip
    with store.writing() as connection:
        bulk_insert(connection, t.scores, rows)
    return pd.DataFrame(frame)


def test_rated_aspects_stand_beside_the_themes(store):
    given = answers(300)
    fill(store, given)
    assert figures(store, "aspect-weight") == []
    frame = aspects_beside(store, given, np.random.default_rng(1)).dropna()
    names = ["l'accueil", "cadre", "repas"]
    fit = sm.OLS(frame.y, sm.add_constant(frame[names])).fit()
    raw = weights_of(frame[names], frame.y) / fit.rsquared
    found = by_theme(figures(store, "aspect-weight"), "aspect")
    assert {name: each.value for name, each in found.items()} == pytest.approx(
        dict(zip(names, raw, strict=True))
    )
    r2 = figures(store, "aspect-r2")[0]
    assert r2.value == pytest.approx(fit.rsquared_adj)
    assert r2.n == len(frame) < 300
    assert {each.about["scale"] for each in figures(store)} == {"stars"}


def test_an_aspect_can_be_the_score_asked_for(store):
    given = answers(300)
    fill(store, given)
    aspects_beside(store, given, np.random.default_rng(1))
    found = figures(store, score="l'accueil")
    assert {each.about["scale"] for each in found} == {"l'accueil"}
    named = {each.about["aspect"] for each in found if "aspect" in each.about}
    assert named == {"cadre", "repas"}  # the overall score is no aspect


@pytest.mark.slow
def test_intervals_hold_the_truth_as_often_as_they_say():
    """Of an impact 95 % of times; of weights and R² at least 90 % at 400 answers."""
    rng = np.random.default_rng(7)
    shares, costs = np.array([0.25, 0.12, 0.08, 0.05]), np.array([1.0, 0.6, 0.0, 0.8])

    def draw(n):
        x = (rng.random((n, 4)) < shares).astype(float)
        return x, np.clip(np.round(4.2 - x @ costs + rng.normal(size=n)), 1, 5)

    x, y = draw(1_000_000)
    true_weights = weights_of(x, y)
    true_r2 = true_weights.sum()
    true_impacts = [x[:, j].mean() * (y[x[:, j] == 1].mean() - y[x[:, j] == 0].mean())
                    for j in range(4)]  # fmt: skip
    hits = {"impact": [], "weight": [], "r2": []}
    for _ in range(300):
        x, y = draw(400)
        for j, truth in enumerate(true_impacts):
            on, off = y[x[:, j] == 1], y[x[:, j] == 0]
            pair = [Moments(len(each), each.mean(), each.var(ddof=1)) for each in (on, off)]
            _, low, high = _impact(*pair)
            hits["impact"].append(low <= truth <= high)
        got = explain(crossed(x, y, rng), 4, 0)
        for j in range(4):
            share = true_weights[j] / true_r2
            # A share below a thousandth is none.
            hits["weight"].append(got.lows[j] <= max(share, 1e-3) and share <= got.highs[j])
        hits["r2"].append(got.low <= true_r2 <= got.high)
    covered = {name: np.mean(each) for name, each in hits.items()}
    print(covered)
    assert 0.93 <= covered["impact"] <= 0.98
    assert covered["weight"] >= 0.9
    assert covered["r2"] >= 0.9


def crossed(x, y, rng):
    """The rows that the query of cross products gives, by parts, of a sample."""
    whole = np.column_stack([np.ones(len(y)), x, y])
    parts = rng.integers(0, 200, len(y))
    sums = np.zeros((200, whole.shape[1], whole.shape[1]))
    np.add.at(sums, parts, whole[:, :, None] * whole[:, None, :])
    size = whole.shape[1]
    return [
        {"i": i, "j": j, "part": list(range(200)), "total": sums[:, i, j]}
        for i in range(size)
        for j in range(i, size)
    ]
