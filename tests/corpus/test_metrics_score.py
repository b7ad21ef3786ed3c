"""Scores, against pandas and scipy; scales never mix."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from corpus.codebook import starting_codebook
from corpus.filters import Filters
from corpus.metrics.score import compute
from corpus.metrics.types import Ask
from tests.corpus.worlds import Answer, fill

BOOK = starting_codebook()
HOSTILE = "l'« été » {x}"


def figures(store, **asked):
    found = compute(store, BOOK, Ask(**asked).of_customers())
    for figure in found:
        if figure.value is not None:
            assert store.sql(figure.query)[0]["value"] == pytest.approx(figure.value, abs=1e-9)
        assert (figure.value is None) == (figure.withheld is not None)
    return found


def test_an_nps_is_promoters_less_detractors_with_the_adjusted_wald_interval(store):
    values = [10] * 30 + [8] * 20 + [3] * 10
    fill(store, [Answer(f"c{i}", value) for i, value in enumerate(values)])
    (found,) = figures(store)
    assert (found.name, found.unit, found.numerator, found.n) == ("score.nps", "points", 20, 60)
    assert found.value == pytest.approx(100 * 20 / 60)
    p, q, n = 30.75 / 63, 10.75 / 63, 63
    half = stats.norm.ppf(0.975) * np.sqrt((p + q - (p - q) ** 2) / n)
    assert (found.low, found.high) == pytest.approx((100 * (p - q - half), 100 * (p - q + half)))


@pytest.mark.parametrize("kind", ["csat", "binary"])
def test_a_satisfaction_is_the_share_of_good_answers(store, kind):
    good, bad = (5, 2) if kind == "csat" else (1, 0)
    fill(store, [Answer(f"c{i}", good if i < 24 else bad, kind=kind) for i in range(40)])
    (found,) = figures(store)
    assert (found.name, found.value, found.numerator) == (f"score.{kind}", 0.6, 24)
    wanted = stats.binomtest(24, 40).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high))


def test_a_mean_has_students_interval_and_scales_stay_apart(store):
    rng = np.random.default_rng(1)
    stars = rng.integers(1, 6, 50)
    answers = [Answer(f"s{i}", int(v), kind="stars") for i, v in enumerate(stars)]
    answers += [Answer(f"n{i}", 9) for i in range(35)]
    fill(store, answers)
    mean, nps = figures(store)
    assert (mean.name, nps.name) == ("score.mean", "score.nps")
    assert mean.value == pytest.approx(stars.mean())
    wanted = stats.t.interval(0.95, 49, stars.mean(), stats.sem(stars))
    assert (mean.low, mean.high) == pytest.approx(wanted)


def test_a_cut_gives_each_part_its_own_and_withholds_small_ones(store):
    rng = np.random.default_rng(3)
    rows = [
        {"score": int(rng.integers(0, 11)), "where": HOSTILE if i % 2 else "B'"} for i in range(80)
    ]
    rows += [{"score": 9, "where": "tiny"}] * 12
    fill(
        store,
        [
            Answer(f"c{i}", row["score"], segments={"où": row["where"]})
            for i, row in enumerate(rows)
        ],
    )
    found = {f.about["segment:où"]: f for f in figures(store, by="segment:où")}
    table = pd.DataFrame(rows)
    table["worth"] = np.select([table.score >= 9, table.score <= 6], [100.0, -100.0], 0.0)
    wanted = table.groupby("where").worth.mean()
    assert found[HOSTILE].value == pytest.approx(wanted[HOSTILE])
    assert found["B'"].value == pytest.approx(wanted["B'"])
    assert (found["tiny"].value, found["tiny"].withheld, found["tiny"].n) == (None, "few", 12)


def test_filters_hold_and_nothing_is_no_error(store):
    assert figures(store) == []
    fill(store, [Answer(f"c{i}", 9, channel="web" if i % 2 else "chat") for i in range(80)])
    (found,) = figures(store, filters=Filters(channel=("web",)))
    assert found.n == 40
    assert figures(store, filters=Filters(channel=("pigeon",))) == []
