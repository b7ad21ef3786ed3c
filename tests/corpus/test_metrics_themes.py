"""Shares of themes and their contrasts, against pandas and tests of scipy."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats

from corpus.codebook import starting_codebook
from corpus.filters import Filters
from corpus.metrics.themes import compute
from corpus.metrics.types import Ask
from corpus.store import Store
from tests.corpus.worlds import Answer, fill

BOOK = starting_codebook()
THEMES = ("price", "delivery-delay", "account")


def figures(store, **asked):
    found = compute(store, BOOK, Ask(**asked).of_customers())
    for figure in found:
        value = store.sql(figure.query)[0]["value"]
        if figure.value is not None:
            assert value == pytest.approx(figure.value, abs=1e-9)
        assert (figure.value is None) == (figure.withheld is not None)
    return {(figure.name, figure.about["theme"]): figure for figure in found}


def world(count=300, seed=0):
    rng = np.random.default_rng(seed)
    answers = []
    for number in range(count):
        said = {theme: str(rng.choice(["+", "-"])) for theme in THEMES if rng.random() < 0.3}
        score = int(np.clip(rng.normal(8 - 3 * (said.get("price") == "-"), 2), 0, 10))
        answers.append(Answer(f"c{number % 250}", score, said))
    return answers


def people(answers):
    """One row a customer: what was said of each theme in all their records, and the mean worth."""
    rows = [
        {"who": a.customer, "worth": 100 * ((a.score >= 9) - (a.score <= 6))}
        | {f"{theme}{tone}": a.said.get(theme) == tone for theme in THEMES for tone in "+-"}
        for a in answers
    ]
    table = pd.DataFrame(rows).groupby("who")
    return table.max().drop(columns="worth").assign(worth=table.worth.mean())


def test_shares_are_of_customers_and_contrasts_of_their_means(store):
    answers = world()
    fill(store, answers)
    found, table = figures(store), people(answers)
    for theme in THEMES:
        said = table[f"{theme}+"] | table[f"{theme}-"]
        blamed = table[f"{theme}-"] & ~table[f"{theme}+"]
        share, negative = found["themes.share", theme], found["themes.negative", theme]
        assert (share.numerator, share.denominator) == (said.sum(), len(table))
        assert (negative.numerator, negative.base) == (blamed.sum(), "customers")
        wanted = stats.binomtest(int(said.sum()), len(table)).proportion_ci(method="wilson")
        assert (share.low, share.high) == pytest.approx((wanted.low, wanted.high))
        for name, mask in (("themes.contrast", said), ("themes.blame", blamed)):
            test = stats.ttest_ind(table.worth[mask], table.worth[~mask], equal_var=False)
            interval = test.confidence_interval()
            gap = found[name, theme]
            assert gap.value == pytest.approx(table.worth[mask].mean() - table.worth[~mask].mean())
            assert (gap.low, gap.high) == pytest.approx((interval.low, interval.high))
    raw = [
        stats.ttest_ind(
            table.worth[table[f"{t}-"] & ~table[f"{t}+"]],
            table.worth[~(table[f"{t}-"] & ~table[f"{t}+"])],
            equal_var=False,
        ).pvalue
        for t in THEMES
    ]
    corrected = stats.false_discovery_control(raw)
    for theme, p in zip(THEMES, corrected, strict=True):
        assert found["themes.blame", theme].p == pytest.approx(p)
    assert found["themes.blame", "price"].value < -40


def test_the_loud_and_the_silent_move_no_share(store, tmp_path):
    answers = world()
    fill(store, answers)
    before = figures(store)
    loud = [Answer("c0", None, answers[0].said) for _ in range(40)]
    other = Store(tmp_path / "other.duckdb")
    fill(other, [*answers, *loud, *(Answer(f"silent{i}", 9) for i in range(50))])
    after = figures(other)
    for key, figure in before.items():
        assert (after[key].numerator, after[key].denominator) == (
            figure.numerator,
            figure.denominator,
        )
    other.close()


def test_of_a_stage_only_those_who_speak_of_it_count(store):
    answers = [Answer(f"a{i}", 2, {"account@purchase": "-"}) for i in range(20)]
    answers += [Answer(f"b{i}", 8, {"price@need": "-"}) for i in range(60)]
    answers += [Answer(f"d{i}", 8, {}, stage="purchase") for i in range(20)]
    fill(store, answers)
    found = figures(store, filters=Filters(stage=("purchase",)))
    share = found["themes.negative", "account"]
    assert (share.numerator, share.denominator, share.value) == (20, 40, 0.5)
    assert ("themes.share", "price") not in found


def test_small_bases_and_cells_are_withheld(store):
    fill(store, [Answer(f"c{i}", 5, {"price": "-"} if i < 9 else {}) for i in range(40)])
    found = figures(store)
    assert found["themes.share", "price"].withheld == "few-in-cell"
    assert figures(store, filters=Filters(language=("en",))) == {}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(seed=st.integers(0, 10_000))
def test_order_does_not_matter_and_parts_stay_within(tmp_path_factory, seed):
    answers = world(90, seed)
    found = []
    for order in (answers, answers[::-1]):
        store = Store(tmp_path_factory.mktemp("order") / "store.duckdb")
        fill(store, order)
        found.append({key: figure.value for key, figure in figures(store).items()})
        store.close()
    assert found[0].keys() == found[1].keys()
    for key, value in found[0].items():
        assert found[1][key] == pytest.approx(value, abs=1e-9)
        if value is not None and key[0] in ("themes.share", "themes.negative"):
            assert 0 <= value <= 1
