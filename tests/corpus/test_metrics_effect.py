"""Before and after, against pandas and statsmodels over the same rows."""

import random
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.codebook import starting_codebook
from corpus.filters import Filters
from corpus.metrics import compute
from corpus.metrics.types import Ask
from corpus.store import Store
from corpus.types import Event
from tests.corpus.worlds import Answer, fill

BOOK = starting_codebook()
START = date(2026, 4, 1)
BEFORE = Filters(since=date(2026, 1, 1), until=date(2026, 3, 31))
AFTER = Filters(since=START, until=date(2026, 6, 30))


def parcels(before, after, seed=1, count=900, customers=200):
    """Parcels of carriers A and B; A is late as often as said, B three times in ten."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        day = BEFORE.since + timedelta(chance.randrange(181))
        carrier = chance.choice("AB")
        rate = 0.3 if carrier == "B" else after if day >= START else before
        kind = "late_delivery" if chance.random() < rate else "delivery"
        who, visit = f"c{number % customers}", f"s{number}"
        made += [
            Event("purchase", day, who, visit),
            Event(kind, day + timedelta(5), who, visit, segments={"transporteur": carrier}),
        ]
    return made


def asked(group=(), theme="delivery-delay", **more):
    later = Filters(since=AFTER.since, until=AFTER.until, segment=dict(group), **more)
    return Ask(filters=later, against=BEFORE, themes=(theme,))


def named(figures, name):
    (found,) = [figure for figure in figures if figure.name == name]
    return found


def table(events):
    bought = {e.session: e.date for e in events if e.kind == "purchase"}
    return pd.DataFrame(
        [
            {
                "who": e.customer,
                "after": float(bought[e.session] >= START),
                "own": float(e.segments["transporteur"] == "A"),
                "late": float(e.kind == "late_delivery"),
            }
            for e in events
            if e.kind != "purchase"
        ]
    )


@pytest.mark.parametrize("group", [(), (("transporteur", "A"),)])
def test_the_change_and_its_interval_are_those_of_least_squares_by_customer(store, group):
    events = parcels(0.6, 0.2)
    fill(store, events=events)
    figures = compute("effect", store, BOOK, asked(group))
    found = named(figures, "effect.rate")
    frame = table(events)
    columns = [np.ones(len(frame)), frame["after"]]
    if group:
        columns += [frame["own"], frame["own"] * frame["after"]]
    fitted = sm.OLS(frame["late"], np.column_stack(columns)).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(frame["who"])[0]}, use_t=True
    )
    assert found.value == pytest.approx(fitted.params.iloc[-1])
    # statsmodels corrects for the number of columns too, which is next to nothing here.
    low, high = fitted.conf_int().iloc[-1]
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.003)
    assert store.sql(found.query)[0]["value"] == pytest.approx(found.value)
    assert found.value == pytest.approx(-0.4 if group else -0.2, abs=0.12)
    levels = [named(figures, f"effect.rate-{side}") for side in ("before", "after")]
    kept = frame[frame["own"] == 1] if group else frame
    for level, side in zip(levels, (0, 1), strict=True):
        assert level.value == pytest.approx(kept[kept["after"] == side]["late"].mean())
        assert store.sql(level.query)[0]["value"] == pytest.approx(level.value)


def test_what_had_begun_before_is_not_put_down_to_it(store):
    """A parcel bought before the day and late after it is of the period before."""
    fill(
        store,
        events=[
            event
            for n in range(80)
            for event in (
                Event("purchase", START - timedelta(1 if n < 40 else -1), f"c{n}", f"s{n}"),
                Event("late_delivery" if n < 40 else "delivery", START + timedelta(4), f"c{n}",
                      f"s{n}"),
                Event("visit", START + timedelta(20), f"c{n}", f"v{n}"),
            )
        ],
    )  # fmt: skip
    found = compute("effect", store, BOOK, asked())
    assert named(found, "effect.rate-before").value == 1
    assert named(found, "effect.rate-after").value == 0


def test_parcels_too_young_to_have_arrived_late_are_not_counted_as_punctual(store):
    """One in two takes two days and one in two twelve, whenever it was bought: nothing changed."""
    last, events = date(2026, 4, 30), []
    for n in range(1_200):
        bought = BEFORE.since + timedelta(n // 10)
        late = n % 2 == 0
        arrives = bought + timedelta(12 if late else 2)
        events.append(Event("purchase", bought, f"c{n}", f"s{n}"))
        if arrives <= last:
            kind = "late_delivery" if late else "delivery"
            events.append(Event(kind, arrives, f"c{n}", f"s{n}"))
    fill(store, events=events)
    figures = compute("effect", store, BOOK, asked())
    assert named(figures, "effect.rate-before").value == pytest.approx(0.5)
    assert named(figures, "effect.rate-after").value == pytest.approx(0.5)
    # Those of the last twelve days are left out, the punctual ones too.
    assert named(figures, "effect.rate-after").denominator == 10 * (30 - 12)


def test_complaints_and_scores_are_compared_by_person(store):
    def answers(first, blamed, count, score):
        return [
            Answer(f"k{first}{n}", score=score + n % 2, said={"price": "-"} if n < blamed else {},
                   date=AFTER.since if first else BEFORE.since)
            for n in range(count)
        ]  # fmt: skip

    fill(store, [*answers(0, 40, 80, 6), *answers(1, 20, 100, 9)])
    figures = compute("effect", store, BOOK, asked(theme="price"))
    complaints, score = (named(figures, f"effect.{name}") for name in ("complaints", "score"))
    assert complaints.value == pytest.approx(0.2 - 0.5)
    assert complaints.high < 0
    assert score.value == pytest.approx(100 - -50)
    assert not [figure for figure in figures if figure.name == "effect.rate"]
    for figure in (complaints, score):
        assert store.sql(figure.query)[0]["value"] == pytest.approx(figure.value)


def test_too_few_are_withheld_and_nothing_is_asked_nothing_is_given(store):
    fill(store, events=parcels(0.5, 0.5, count=40))
    found = named(compute("effect", store, BOOK, asked()), "effect.rate")
    assert (found.value, found.low, found.withheld) == (None, None, "few")
    assert compute("effect", store, BOOK, Ask(themes=("delivery-delay",))) == []
    assert compute("effect", store, BOOK, Ask(filters=AFTER, against=BEFORE)) == []


def test_who_answers_is_told_where_it_changed(store):
    def answers(day, belgians, count):
        return [
            Answer(
                f"{day}{n}", score=9, date=day, segments={"pays": "BE" if n < belgians else "FR"}
            )
            for n in range(count)
        ]

    fill(store, [*answers(BEFORE.since, 20, 100), *answers(AFTER.since, 60, 100)])
    mix = [f for f in compute("effect", store, BOOK, asked()) if f.name == "effect.mix"]
    assert {dict(f.about)["segment:pays"]: round(f.value, 2) for f in mix} == {
        "BE": 0.4,
        "FR": -0.4,
    }
    assert all(f.p < 0.05 for f in mix)
    assert all(store.sql(f.query)[0]["value"] == pytest.approx(f.value) for f in mix)


@settings(max_examples=8)
@given(seed=st.integers(0, 10_000), shift=st.integers(1, 40))
def test_order_does_not_matter_and_periods_turned_round_turn_the_sign(
    tmp_path_factory, seed, shift
):
    events = parcels(0.5, 0.3, seed=seed, count=240)
    found = []
    for listed in (events, events[::-1][shift:] + events[::-1][:shift]):
        store = Store(tmp_path_factory.mktemp("s") / "store.duckdb")
        fill(store, events=listed)
        found.append(named(compute("effect", store, BOOK, asked()), "effect.rate"))
        back = Ask(filters=BEFORE, against=AFTER, themes=("delivery-delay",))
        turned = named(compute("effect", store, BOOK, back), "effect.rate")
        store.close()
    assert found[0].value == pytest.approx(found[1].value)
    assert (found[0].low, found[0].high) == pytest.approx((found[1].low, found[1].high))
    assert turned.value == pytest.approx(-found[1].value)
    assert (turned.low, turned.high) == pytest.approx((-found[1].high, -found[1].low))
