"""Who left without a word, against counts by hand and tests of statsmodels."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from corpus.codebook import starting_codebook
from corpus.metrics.silent import compute
from corpus.metrics.types import Ask
from corpus.store import Store
from corpus.types import Event
from tests.corpus.worlds import Answer, fill

BOOK = starting_codebook()
START = date(2026, 1, 1)


def world(silent=60, silent_left=20, heard=100, heard_left=15):
    people = [(f"s{i}", i < silent_left, False) for i in range(silent)]
    people += [(f"h{i}", i < heard_left, True) for i in range(heard)]
    return fill_in(people)


def fill_in(people):
    answers = [Answer(who, 9) for who, _, heard in people if heard]
    events = [Event("visit", START, who) for who, _, _ in people]
    events += [Event("churn", START + timedelta(9), who) for who, left, _ in people if left]
    return answers, events


def figures(store, **asked):
    found = compute(store, BOOK, Ask(**asked).of_customers())
    for figure in found:
        value = store.sql(figure.query)[0]["value"]
        if figure.value is not None:
            assert value == pytest.approx(figure.value, abs=1e-9)
        assert (figure.value is None) == (figure.withheld is not None)
    return {figure.name: figure for figure in found}


def test_the_silent_are_compared_with_the_heard(store):
    fill(store, *world())
    found = figures(store)
    assert list(found) == [
        "silent.left", "silent.leaving", "silent.leaving-heard", "silent.difference",
    ]  # fmt: skip
    assert found["silent.left"].value == 20 / 35
    assert found["silent.leaving"].value == 20 / 60
    assert found["silent.leaving-heard"].value == 0.15
    gap = found["silent.difference"]
    assert gap.value == pytest.approx(20 / 60 - 0.15)
    wanted = confint_proportions_2indep(20, 60, 15, 100, method="newcomb", compare="diff")
    assert (gap.low, gap.high) == pytest.approx(wanted)
    assert gap.p == pytest.approx(proportions_ztest([20, 15], [60, 100])[1])


def test_loud_customers_prospects_employees_and_totals_move_nothing(store):
    answers, events = world()
    fill(store, answers, events)
    before = {name: figure.value for name, figure in figures(store).items()}
    loud = [Answer("h0", 1)] * 40
    inside = [Answer("s0", 1, voice="employee"), Answer(None, 1)]
    totals = [Event("churn", START, None, None, count=500), Event("visit", START, None, "p")]
    fill(store, [*answers[::-1], *loud, *inside], [*events[::-1], *totals])
    assert {name: figure.value for name, figure in figures(store).items()} == before


def test_too_few_is_withheld(store):
    fill(store, *world(silent_left=9))
    found = figures(store)
    assert found["silent.leaving"].withheld == "few-in-cell"
    assert found["silent.difference"].withheld == "few-in-cell"
    assert found["silent.leaving-heard"].value == 0.15
    fill(store, *world(silent=20, silent_left=12))
    assert figures(store)["silent.difference"].withheld == "few"


def test_without_events_leavers_or_anybody_heard_there_is_nothing(store):
    assert figures(store) == {}
    answers, events = world()
    fill(store, answers)
    assert figures(store) == {}
    fill(store, [], events)
    assert figures(store) == {}
    fill(store, answers, [event for event in events if event.kind == "visit"])
    assert figures(store) == {}


def test_everybody_leaving_raises_nothing(store):
    fill(store, *world(60, 60, 60, 60))
    assert figures(store)["silent.difference"].p == 1


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=60, max_size=150))
def test_shares_stay_within_bounds_and_add_up(tmp_path_factory, rows):
    store = Store(tmp_path_factory.mktemp("silent") / "store.duckdb")
    fill(store, *fill_in([(f"c{i}", left, heard) for i, (left, heard) in enumerate(rows)]))
    found = figures(store)
    shares = [
        f for f in found.values() if f.unit == "share" and f.value is not None and f.numerator
    ]
    assert all(0 <= f.low <= f.value <= f.high <= 1 for f in shares)
    if found:
        names = ("silent.leaving", "silent.leaving-heard")
        assert sum(found[name].denominator for name in names) == len(rows)
        assert found["silent.left"].denominator == sum(left for left, _ in rows)
    store.close()
