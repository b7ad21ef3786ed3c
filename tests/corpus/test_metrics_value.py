"""What customers are worth, against pandas and statsmodels."""

import datetime as dt
from collections.abc import Iterator, Sequence
from math import exp
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2
from scipy.stats import t as student

from corpus.codebook import starting_codebook
from corpus.errors import InputError
from corpus.metrics import value as analysis
from corpus.metrics.types import Ask, Figure
from corpus.store import Store
from corpus.types import Event
from tests.corpus.worlds import fill

FIRST = dt.date(2025, 1, 1)
ALL = Ask()


def day(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number)


def world(people: int = 150, seed: int = 3) -> list[Event]:
    """People who visit, buy, send back and leave, in two segments."""
    random = Random(seed)
    events = []
    for number in range(people):
        who, segment = f"c{number}", {"kind": random.choice(("d'or", 'ar"gent'))}

        def happens(
            kind: str, when: int, amount: float | None = None, who=who, segment=segment
        ) -> None:
            events.append(Event(kind, day(when), who, None, amount, segments=segment))

        start = random.randrange(100)
        last = random.randrange(200, 500) if random.random() < 0.35 else 600
        happens("visit", start)
        for _ in range(random.choice((0, 1, 1, 2, 3, 5))):
            when, amount = random.randrange(start, last), round(random.uniform(10, 150), 2)
            happens("purchase", when, amount)
            if random.random() < 0.2:
                happens("return", when + 3, -amount)
        if last < 600:
            happens("churn", last)
    return [*events, Event("visit", day(600)), Event("purchase", day(5), amount=9.0)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "store.duckdb")
    yield made
    made.close()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The store of the world, which no test changes."""
    made = Store(tmp_path_factory.mktemp("world") / "store.duckdb")
    fill(made, events=world())
    yield made
    made.close()


def value(store: Store, ask: Ask = ALL) -> list[Figure]:
    figures = analysis.compute(store, starting_codebook(), ask.of_customers())
    for each in figures:
        row = store.sql(each.query)[0]
        if each.value is not None:
            assert row["value"] == pytest.approx(each.value, abs=1e-9), each.name
    return figures


def named(figures: Sequence[Figure], name: str) -> Figure:
    [found] = [each for each in figures if each.name == f"value.{name}"]
    return found


def people(events: Sequence[Event]) -> pd.DataFrame:
    """Years at risk, orders, spending and revenue of each customer."""
    rows = {}
    horizon = max(event.date for event in events)
    for who in {event.customer for event in events if event.customer}:
        own = [event for event in events if event.customer == who]
        gone = min((event.date for event in own if event.kind == "churn"), default=None)
        bought = [event.amount or 0 for event in own if event.kind == "purchase"]
        back = [event.amount or 0 for event in own if event.kind == "return"]
        first = min(event.date for event in own)
        rows[who] = {
            "years": ((gone or horizon) - first).days / 365.25,
            "gone": gone is not None,
            "orders": len(bought),
            "spent": sum(bought),
            "revenue": sum(bought) + sum(back),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def test_retention_is_what_the_rate_of_churn_leaves(full: Store) -> None:
    figures, table = value(full), people(world())
    gone, years = table.gone.sum(), table.years.sum()
    # Garwood's interval of a Poisson count, from the chi-squared distribution.
    low, high = chi2.ppf(0.025, 2 * gone) / 2 / years, chi2.ppf(0.975, 2 * gone + 2) / 2 / years
    retention = named(figures, "retention")
    assert (retention.numerator, retention.n) == (gone, len(table))
    assert retention.denominator == pytest.approx(years)
    assert (retention.value, retention.low, retention.high) == pytest.approx(
        (exp(-gone / years), exp(-high), exp(-low))
    )
    churn = named(figures, "churn")
    assert (churn.value, churn.low, churn.high) == pytest.approx(
        (1 - exp(-gone / years), 1 - exp(-low), 1 - exp(-high))
    )
    month = named(figures, "retention_month")
    assert month.value == pytest.approx(exp(-gone / years) ** (1 / 12))


@pytest.mark.parametrize(
    ("name", "above", "below"),
    [("orders", "orders", "years"), ("amount", "spent", "orders"), ("revenue", "revenue", "years")],
)
def test_ratios_have_the_linearised_interval(
    full: Store, name: str, above: str, below: str
) -> None:
    figure, table = named(value(full), name), people(world())
    n = len(table)
    ratio = table[above].sum() / table[below].sum()
    # The textbook's form: the variance of the residuals over n, by the mean of the denominator.
    residuals = table[above] - ratio * table[below]
    error = np.sqrt(residuals.var(ddof=1) / n) / table[below].mean()
    half = student.ppf(0.975, n - 1) * error
    assert figure.value == pytest.approx(ratio)
    assert (figure.low, figure.high) == pytest.approx((ratio - half, ratio + half))


def test_clv_is_that_of_its_formula_and_its_interval_that_of_retention(full: Store) -> None:
    figures = value(full, Ask(assumptions={"margin": 0.5, "discount": 0.12}))
    retention, revenue = named(figures, "retention"), named(figures, "revenue")
    clv = named(figures, "clv")

    def lifetime(r: float | None, m: float = 0.5, d: float = 0.12) -> float:
        assert r is not None
        assert revenue.value is not None
        return m * revenue.value * r / (1 + d - r)

    assert clv.value == pytest.approx(lifetime(retention.value))
    assert (clv.low, clv.high) == pytest.approx((lifetime(retention.low), lifetime(retention.high)))
    assert clv.about["margin"] == "0.5"
    assert clv.about["discount"] == "0.12"
    r = retention.value
    assert r is not None
    for name, expected in {
        "clv_retention_lower": lifetime(r - 0.01),
        "clv_retention_higher": lifetime(r + 0.01),
        "clv_margin_lower": lifetime(r, m=0.45),
        "clv_margin_higher": lifetime(r, m=0.55),
        "clv_discount_lower": lifetime(r, d=0.10),
        "clv_discount_higher": lifetime(r, d=0.14),
    }.items():
        assert named(figures, name).value == pytest.approx(expected), name


def test_assumptions_have_defaults_that_the_figure_shows(full: Store) -> None:
    about = named(value(full), "clv").about
    assert (about["margin"], about["discount"]) == (
        f"{analysis.MARGIN:g}",
        f"{analysis.DISCOUNT:g}",
    )


@pytest.mark.parametrize(
    "wrong", [{"margin": 0.0}, {"margin": 30}, {"discount": -0.1}, {"tax": 0.2}, {"discount": 0}]
)
def test_assumptions_that_cannot_be_are_refused(store: Store, wrong: dict[str, float]) -> None:
    with pytest.raises(InputError):
        analysis.compute(store, starting_codebook(), Ask(assumptions=wrong))


def test_segments_have_figures_of_their_own_that_add_up(full: Store) -> None:
    whole, parts = value(full), value(full, Ask(by="segment:kind"))
    by_part = [each for each in parts if each.name == "value.retention"]
    assert {each.about["segment:kind"] for each in by_part} == {"d'or", 'ar"gent'}
    assert sum(each.n for each in by_part) == named(whole, "retention").n
    assert sum(each.numerator or 0 for each in by_part) == named(whole, "retention").numerator


def test_repurchase_is_of_those_who_are_followed_long_enough(full: Store) -> None:
    bought = pd.DataFrame(
        [(e.customer, e.date) for e in world() if e.kind == "purchase" and e.customer],
        columns=["who", "date"],
    ).sort_values("date")
    first = bought.groupby("who").date.min()
    again = []
    for who, when in first.items():
        if (day(600) - when).days >= 180:
            waits = [(d - when).days for d in bought.date[bought.who == who]]
            again.append(any(0 < wait <= 180 for wait in waits))
    figure = named(value(full), "repurchase")
    assert (figure.numerator, figure.denominator) == (sum(again), len(again))


def test_what_is_paid_back_is_taken_once(store: Store) -> None:
    events = [Event("visit", day(0), f"c{n}") for n in range(40)]
    for number in range(40):
        who = f"c{number}"
        events += [
            Event("purchase", day(10), who, amount=100.0),
            Event("return", day(20), who, amount=-50.0),
            Event("refund", day(365), who, amount=50.0),
        ]
    fill(store, events=events)
    assert named(value(store), "revenue").numerator == 40 * 50


def test_without_churn_events_nothing_is_said_of_staying(store: Store) -> None:
    fill(store, events=[event for event in world() if event.kind != "churn"])
    figures = value(store)
    for name in ("clv", "retention", "churn", "retention_month", "churn_month"):
        figure = named(figures, name)
        assert (figure.value, figure.withheld) == (None, "no-events")
    assert named(figures, "orders").value


@pytest.mark.parametrize(
    "events",
    [
        [],
        [Event("visit", FIRST)],
        [Event("churn", FIRST, "one")],
        [Event("churn", FIRST, f"c{n}") for n in range(50)],
        [Event("purchase", FIRST, f"c{n}") for n in range(50)],
    ],
)
def test_little_or_odd_data_is_no_error(store: Store, events: list[Event]) -> None:
    if events:
        fill(store, events=events)
    for each in value(store):
        assert each.value is None or each.name == "value.repurchase", each


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 1000))
def test_values_lie_in_their_intervals_whatever_the_order_of_rows(seed: int) -> None:
    events = world(60, seed)
    found = []
    for shuffled in (events, Random(seed).sample(events, len(events))):
        store = Store(Path(":memory:"))
        fill(store, events=shuffled)
        found.append(value(store))
        store.close()
    assert [each.value for each in found[0]] == pytest.approx([each.value for each in found[1]])
    for each in found[0]:
        if each.value is not None:
            assert each.low is not None
            assert each.high is not None
            assert each.low <= each.value <= each.high
            assert each.unit != "share" or 0 <= each.low <= each.high <= 1
