"""Why people stay, against shares counted by pandas and tests of statsmodels."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from corpus.codebook import starting_codebook
from corpus.metrics import compute
from corpus.metrics.statistics import benjamini_hochberg
from corpus.metrics.types import Ask
from corpus.store import Store
from corpus.types import Event
from tests.corpus.worlds import Answer, fill

BOOK = starting_codebook()
THEMES = ("staff-attitude", "choice", "price")
FIRST = date(2026, 1, 15)


def answers(count=300, seed=1):
    """Promoters praise the staff more often than others, and the choice as often."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(count):
        best = rng.random() < 0.4
        score = int(rng.integers(9, 11)) if best else int(rng.integers(0, 9))
        often = dict(zip(THEMES, (0.6 if best else 0.2, 0.3, 0.3), strict=True))
        tones = {theme: str(rng.choice(["+", "+", "-"])) for theme in THEMES}
        said = {theme: tones[theme] for theme in THEMES if rng.random() < often[theme]}
        found.append(Answer(f"c{number}", score, said, date=FIRST))
    return found


def figures(store, name=None, book=BOOK, **asked):
    found = compute("stays", store, book, Ask(**asked))
    for figure in found:
        value = store.sql(figure.query)[0]["value"]
        if figure.value is not None:
            assert value == pytest.approx(figure.value, abs=1e-9)
        assert (figure.value is None) == (figure.withheld is not None)
    return [each for each in found if name is None or each.name == f"stays.{name}"]


def by_theme(found):
    return {each.about["theme"]: each for each in found}


def test_the_best_scores_praise_it_more_than_the_others(store):
    given = answers()
    fill(store, given)
    frame = pd.DataFrame(
        {"best": each.score >= 9, **{theme: each.said.get(theme) == "+" for theme in THEMES}}
        for each in given
    )
    found = figures(store)
    assert found[0].name == "stays.difference"
    assert found[0].about["theme"] == "staff-attitude"
    differences, shares = (
        by_theme([each for each in found if each.name == name])
        for name in ("stays.difference", "stays.share")
    )
    tests = []
    for theme in THEMES:
        k = frame.groupby("best")[theme].sum().reindex([True, False]).to_numpy()
        n = frame.groupby("best")[theme].size().reindex([True, False]).to_numpy()
        each = differences[theme]
        assert each.value == pytest.approx(k[0] / n[0] - k[1] / n[1])
        bounds = confint_proportions_2indep(k[0], n[0], k[1], n[1], method="newcomb")
        assert (each.low, each.high) == pytest.approx(bounds)
        tests.append(proportions_ztest(k, n)[1])
        assert shares[theme].value == pytest.approx(k[0] / n[0])
        assert (shares[theme].numerator, shares[theme].denominator) == (k[0], n[0])
    assert [differences[theme].p for theme in THEMES] == pytest.approx(benjamini_hochberg(tests))
    assert differences["staff-attitude"].p < 0.001
    assert differences["choice"].p > 0.05


def test_top_two_fifths_of_stars_are_four_and_five(store):
    given = [
        Answer(f"c{number}", 1 + number % 5, {"choice": "+"}, kind="stars") for number in range(100)
    ]
    fill(store, given)
    share = figures(store, "share")[0]
    assert (share.value, share.denominator) == (1, 40)
    difference = figures(store, "difference")[0]
    assert (difference.value, difference.p) == (0, 1)


def bought(customer, after, kind="purchase"):
    return Event(kind, FIRST + timedelta(days=after), customer)


def came_back_world():
    """Of 40 who praise the staff 30 buy within 180 days, of 60 others 15; the rest does not count.

    Beside them are who had left, who wrote too late to be followed, and who praised only later.
    """
    praised = {"staff-attitude": "+"}
    given = [Answer(f"p{n}", 9, praised, date=FIRST) for n in range(40)]
    given += [Answer(f"o{n}", 9, {}, date=FIRST) for n in range(60)]
    given += [Answer("o0", 9, praised, date=FIRST + timedelta(days=5))]
    given += [Answer("gone", 0, praised, date=FIRST)]
    given += [Answer("late", 9, praised, date=FIRST + timedelta(days=30))]
    given += [Answer(None, 9, praised, date=FIRST), Answer("undated", 9, praised, date=None)]
    events = [bought(f"p{n}", 1 + n) for n in range(30)]
    events += [bought(f"o{n}", 180, "renewal") for n in range(15)]
    events += [bought("p30", 0), bought("p31", 181), bought("p32", -3), bought("p33", 9, "visit")]
    events += [bought("gone", -1, "churn"), bought("gone", 8), bought("late", 40)]
    events += [Event("purchase", FIRST + timedelta(days=9), None, count=99)]
    return given, [*events, bought("p34", 200, "visit")]


def test_who_came_back_is_followed_from_the_first_words(store):
    given, events = came_back_world()
    fill(store, given, events)
    found = figures(store, "came-back")
    assert [each.about for each in found] == [{"theme": "staff-attitude", "days": "180"}]
    assert found[0].value == pytest.approx(30 / 40 - 15 / 60)
    assert (found[0].numerator, found[0].denominator, found[0].n) == (30, 40, 100)
    assert found[0].low < 0.5 < found[0].high
    assert found[0].p == pytest.approx(proportions_ztest([30, 15], [40, 60])[1])


def test_without_events_or_with_few_nothing_is_said_of_coming_back(store, tmp_path):
    given, events = came_back_world()
    fill(store, given)
    assert figures(store, "came-back") == []
    few = Store(tmp_path / "few")
    fill(few, given[:50], events)
    assert {each.withheld for each in figures(few, "came-back")} == {"few"}
    few.close()


def test_nothing_is_said_of_too_few(store, tmp_path):
    assert compute("stays", store, BOOK, Ask()) == []
    fill(store, [replace(each, score=9) for each in answers(29)])
    found = figures(store)
    assert found
    assert {each.withheld for each in found} == {"few"}
    wider = Store(tmp_path / "cells")
    fill(
        wider, [Answer(f"c{n}", 10 * (n % 2), {"price": "+"} if n < 18 else {}) for n in range(80)]
    )
    assert {each.withheld for each in figures(wider)} == {"few-in-cell"}
    wider.close()


def test_names_may_hold_quotes_and_braces(store):
    name = 'l\'été {x} "said"'
    book = replace(BOOK, themes=(replace(BOOK.themes[0], id=name), *BOOK.themes[1:]))
    given, events = came_back_world()
    renamed = [replace(each, said={name: "+"} if each.said else {}) for each in given]
    fill(store, [replace(each, score=2 if i % 2 else 9) for i, each in enumerate(renamed)], events)
    found = figures(store, book=book)
    assert {each.about["theme"] for each in found} == {name}
    assert {each.name for each in found if each.value is not None} == {
        "stays.difference", "stays.share", "stays.came-back",
    }  # fmt: skip


def test_themes_asked_for_are_kept_with_their_corrected_tests(store):
    fill(store, answers())
    whole = by_theme(figures(store, "difference"))
    only = figures(store, themes=("price",))
    assert {each.about["theme"] for each in only} == {"price"}
    assert only[0].p == pytest.approx(whole["price"].p)


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 999), again=st.integers(0, 99))
def test_a_record_said_twice_moves_nothing_and_shares_have_bounds(tmp_path_factory, seed, again):
    given = answers(100, seed)
    found = []
    for rows in (given, [*reversed(given), given[again], given[again]]):
        store = Store(tmp_path_factory.mktemp("each") / "store.duckdb")
        fill(store, rows)
        found.append({(each.name, each.about["theme"]): each for each in figures(store)})
        store.close()
    once, twice = found
    assert once.keys() == twice.keys()
    for key, each in once.items():
        assert each.value == twice[key].value
        if each.value is not None:
            assert -1 <= each.low <= each.value <= each.high <= 1
