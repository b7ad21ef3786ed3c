"""Shares of what comes in clusters, against statsmodels; and sessions of one customer."""

from datetime import date, timedelta

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from corpus.codebook import starting_codebook
from corpus.filters import Filters
from corpus.metrics.funnel import compute
from corpus.metrics.statistics import Clusters, independent, wilson
from corpus.metrics.types import Ask, Figure
from corpus.store import Store
from corpus.types import Event
from tests.corpus.worlds import fill

START = date(2026, 1, 1)

CLUSTERS = st.lists(
    st.integers(1, 6).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    min_size=2,
    max_size=30,
)
"""How many trials each has, and how many of them succeed."""


def summed(found: list[tuple[int, int]]) -> tuple[int, int, Clusters]:
    n, k = (np.array(each) for each in zip(*found, strict=True))
    sums = Clusters(len(found), float(n @ n), float(n @ k), float(k @ k))
    return int(k.sum()), int(n.sum()), sums


@given(CLUSTERS)
def test_a_share_has_the_variance_that_a_regression_in_clusters_gives(
    found: list[tuple[int, int]],
) -> None:
    k, n, sums = summed(found)
    worth = independent(k, n, sums)
    assert 0 < worth <= n
    if k in (0, n):
        assert worth == n
        return
    trials = np.concatenate([np.repeat([1.0, 0.0], [own, size - own]) for size, own in found])
    groups = np.repeat(np.arange(len(found)), [size for size, _ in found])
    fitted = sm.OLS(trials, np.ones(n)).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": True}
    )
    few = (t.ppf(0.975, n - 1) / t.ppf(0.975, len(found) - 1)) ** 2
    variance = float(fitted.cov_params()[0, 0])
    share = k / n
    wanted = min(n, share * (1 - share) / variance * few) if variance > 1e-15 else n
    assert worth == pytest.approx(wanted)


@given(CLUSTERS)
def test_trials_alone_are_worth_what_they_are(found: list[tuple[int, int]]) -> None:
    k, n, _ = summed(found)
    alone = Clusters(n, float(n), float(k), float(k))
    # Of n trials on their own the variance has n - 1 below: the worth is one less.
    assert n - 1 - 1e-9 <= independent(k, n, alone) <= n


@given(CLUSTERS, st.integers(2, 5))
def test_saying_it_again_makes_nothing_surer(found: list[tuple[int, int]], times: int) -> None:
    k, n, sums = summed(found)
    again = summed([(times * size, times * own) for size, own in found])
    if 0 < k < n:
        once, often = independent(k, n, sums), independent(*again)
        # But for Student's quantile of more trials, and where one is capped at its number.
        assert often >= 0.99 * once * (t.ppf(0.975, times * n - 1) / t.ppf(0.975, n - 1)) ** 2
        if once < n:
            assert often <= once


def test_one_customers_trials_are_worth_one() -> None:
    assert independent(30, 100, Clusters(1, 10_000, 3_000, 900)) == 1


def visits(customers: int, each: int, nameless: int) -> list[Event]:
    """Customers who always go on or never do, and nameless sessions of which half do."""
    events = []
    for number in range(customers * each + nameless):
        who = f"c{number % customers}" if number < customers * each else None
        place = {"pays": "FR" if number % customers < customers // 2 else "BE"} if who else {}
        day = START + timedelta(number % 90)
        kinds = ["visit", "cart"] if number % customers % 4 < 2 else ["visit"]
        events += [
            Event(kind, day, who, f"s{number}", channel="web", segments=place) for kind in kinds
        ]
    return events


def rate(store: Store, **filters: object) -> Figure:
    asked = Ask(Filters(**filters)).of_customers()  # type: ignore[arg-type]
    found = compute(store, starting_codebook(), asked)
    return next(f for f in found if f.name == "funnel.rate")


def test_a_customer_who_comes_often_tells_no_more_than_once(store: Store) -> None:
    fill(store, [], visits(80, 5, 0))
    figure = rate(store)
    assert (figure.value, figure.n) == (0.5, 400)
    # Who goes on always does: 400 sessions are worth 80 customers, less one for their mean.
    few = (t.ppf(0.975, 399) / t.ppf(0.975, 79)) ** 2
    assert (figure.low, figure.high) == pytest.approx(wilson(0.5 * 79 * few, 79 * few))


def test_nameless_sessions_are_somebody_elses_each(store: Store) -> None:
    fill(store, [], visits(80, 1, 320))
    figure = rate(store)
    assert (figure.value, figure.n) == (0.5, 400)
    assert (figure.low, figure.high) == pytest.approx(wilson(0.5 * 399, 399))


def test_within_a_country_or_a_time_the_sessions_of_its_customers_count(store: Store) -> None:
    events = visits(80, 5, 200)
    fill(store, [], events)
    few = (t.ppf(0.975, 199) / t.ppf(0.975, 39)) ** 2
    country = rate(store, segment={"pays": "BE"})
    assert country.n == 200
    assert (country.low, country.high) == pytest.approx(wilson(0.5 * 39 * few, 39 * few))

    since = rate(store, since=START + timedelta(45))
    counted: dict[str, list[int]] = {}
    for event in events:
        if event.date >= START + timedelta(45):
            own = counted.setdefault(event.customer or str(event.session), [0, 0])
            own[event.kind == "cart"] += 1
    k, n, sums = summed([(size, went) for size, went in counted.values()])
    worth = independent(k, n, sums)
    assert since.n == n
    assert (since.low, since.high) == pytest.approx(wilson(k / n * worth, worth))


def test_who_comes_back_counts_once_for_all_the_sessions_lost(store: Store) -> None:
    events = []
    for number in range(60):
        who = f"c{number}"
        events += [
            Event("checkout", START + timedelta(day), who, f"{who}-{day}", channel="web")
            for day in (0, 1, 2)
        ]
        if number < 20:
            events.append(Event("purchase", START + timedelta(4), who, f"{who}-p", channel="web"))
    events.append(Event("checkout", START + timedelta(30), None, "prospect", channel="web"))
    fill(store, [], events)
    found = compute(store, starting_codebook(), Ask().of_customers())
    figure = next(f for f in found if f.name == "funnel.came-back")
    assert (figure.numerator, figure.denominator) == (60, 180)
    assert store.sql(figure.query)[0]["value"] == pytest.approx(1 / 3)
    few = (t.ppf(0.975, 179) / t.ppf(0.975, 59)) ** 2
    assert (figure.low, figure.high) == pytest.approx(wilson(59 * few / 3, 59 * few))
