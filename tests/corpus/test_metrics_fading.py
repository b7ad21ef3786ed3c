"""Coming less and less, against counts by pandas and the Cochran-Armitage formula."""

from datetime import date, timedelta

import numpy as np
import pytest
from scipy.stats import norm

from corpus.codebook import starting_codebook
from corpus.filters import Filters
from corpus.metrics.fading import compute
from corpus.metrics.types import Ask
from corpus.types import Event
from tests.corpus.worlds import fill

BOOK = starting_codebook()
START, END = date(2025, 1, 1), date(2026, 6, 30)


def figures(store, **asked):
    found = compute(store, BOOK, Ask(**asked).of_customers())
    for figure in found:
        value = store.sql(figure.query)[0]["value"]
        if figure.value is not None:
            assert value == pytest.approx(figure.value, abs=1e-9)
        assert (figure.value is None) == (figure.withheld is not None)
    return found


def of(found, name, **about):
    return next(f for f in found if f.name == name and about.items() <= f.about.items())


def visits(who, *days):
    return [Event("visit", START + timedelta(day), who, f"{who}-{day}") for day in days]


def leaving(count=60, recent=3, earlier=6):
    """Leavers who come so often in the last 91 days and in the 91 before; stayers alike in both."""
    events = []
    for number in range(count):
        gone = 250 + number
        days = [gone - 91 + 10 * i for i in range(recent)]
        days += [gone - 182 + 10 * i for i in range(earlier)]
        events += visits(f"l{number}", 0, *days)
        events.append(Event("churn", START + timedelta(gone), f"l{number}"))
        events += visits(f"s{number}", *range(0, 545, 7))
    return events


def test_leavers_come_less_often_before_they_leave(store):
    fill(store, [], leaving())
    found = figures(store)
    assert of(found, "fading.rate").value == 0.5
    assert (of(found, "fading.rate").numerator, of(found, "fading.rate").denominator) == (180, 360)
    # Every seventh day is thirteen days of 91, on whatever day one looks back.
    assert of(found, "fading.rate-others").value == 1
    ratio = of(found, "fading.ratio")
    assert ratio.value == pytest.approx(0.5)
    assert found[0] is ratio


def test_the_interval_of_a_rate_is_by_customer(store):
    rng = np.random.default_rng(4)
    events, counts = leaving(40), []
    for number in range(40, 140):
        gone, many, few = 300, int(rng.integers(1, 9)), int(rng.integers(0, 5))
        events += visits(f"l{number}", 0, *range(gone - 182, gone - 182 + many))
        events += visits(f"l{number}", *range(gone - 91, gone - 91 + few))
        events.append(Event("churn", START + timedelta(gone), f"l{number}"))
        counts.append((few, many))
    counts = np.array(counts + [(3, 6)] * 40)
    fill(store, [], events)
    rate = of(figures(store), "fading.rate")
    assert rate.value == pytest.approx(counts[:, 0].sum() / counts[:, 1].sum())
    draws = rng.integers(0, len(counts), (4000, len(counts)))
    totals = counts[draws].sum(axis=1)
    low, high = np.quantile(totals[:, 0] / totals[:, 1], [0.025, 0.975])
    assert (rate.low, rate.high) == pytest.approx((low, high), rel=0.05)


def test_who_is_not_known_for_both_periods_is_left_out(store):
    events = leaving()
    fill(store, [], events)
    before = of(figures(store), "fading.rate").n
    fill(store, [], [*events, *visits("new", 400), Event("churn", START + timedelta(450), "new")])
    assert of(figures(store), "fading.rate").n == before == 60


def test_who_has_not_come_for_long_is_fading(store):
    events = []
    for number in range(80):
        # The usual gap is ten days: one says goodbye to the first twenty after fifty of them.
        last = 545 - (51 if number < 20 else 50)
        events += visits(f"c{number}", last - 30, last - 20, last - 10, last)
    events += visits("rare", 0, 10, 20)
    events += [*visits("gone", 0, 10, 20, 30), Event("churn", START + timedelta(60), "gone")]
    events.append(Event("visit", START + timedelta(545), "today", "today"))
    fill(store, [], events)
    now = of(figures(store), "fading.now")
    assert (now.numerator, now.denominator) == (20, 80)
    fill(store, [], [*events[::-1], *events])
    assert of(figures(store), "fading.now").value == now.value


def mishaps(seed=7, count=500):
    rng = np.random.default_rng(seed)
    events, rows = visits("last", 545), []
    for number in range(count):
        who, wrong = f"c{number}", int(rng.integers(0, 5))
        left = rng.random() < 0.2 + 0.08 * min(wrong, 3)
        events += visits(who, 0)
        events += [
            Event("late_delivery", START + timedelta(5 + i), who, f"{who}-{i}")
            for i in range(wrong)
        ]
        if left:
            events.append(Event("churn", END - timedelta(30), who))
        rows.append((min(wrong, 3), left))
    return events, np.array([*rows, (0, False)])[:-1]


def test_leaving_by_number_of_mishaps_and_its_trend(store):
    events, rows = mishaps()
    fill(store, [], events)
    found = figures(store)
    for number, name in enumerate(["0", "1", "2", "3+"]):
        own = rows[rows[:, 0] == number, 1]
        figure = of(found, "fading.by-incidents", incidents=name)
        assert (figure.numerator, figure.denominator) == (own.sum(), len(own))
    x, y = rows.astype(float).T
    trend = of(found, "fading.trend")
    spread = ((x - x.mean()) ** 2).sum()
    assert trend.value == pytest.approx(((x - x.mean()) * y).sum() / spread)
    z = ((x - x.mean()) * y).sum() / np.sqrt(y.mean() * (1 - y.mean()) * spread)
    # statsmodels holds the margins fixed, so n - 1 stands where the formula has n.
    assert trend.p == pytest.approx(2 * norm.sf(z * np.sqrt((len(x) - 1) / len(x))), rel=1e-6)
    assert trend.low > 0


def test_order_and_hostile_names_move_nothing(store):
    events, _ = mishaps()
    fill(store, [], events)
    before = [(f.name, f.value) for f in figures(store)]
    named = [
        Event(e.kind, e.date, e.customer, e.session, segments={"l'« été » {x}": "d'or"})
        for e in events[::-1]
    ]
    fill(store, [], [*named, Event("churn", START, None, None, count=900)])
    assert [(f.name, f.value) for f in figures(store)] == before
    kept = figures(store, filters=Filters(segment={"l'« été » {x}": "d'or"}))
    assert [(f.name, f.value) for f in kept] == before


def test_nothing_gives_nothing_and_few_is_withheld(store):
    assert figures(store) == []
    fill(store, [], [Event("visit", START, "a"), Event("churn", START, None, None, count=50)])
    assert figures(store) == []
    fill(store, [], leaving(12))
    assert of(figures(store), "fading.rate").withheld == "few"
    assert of(figures(store), "fading.ratio").withheld == "few"
