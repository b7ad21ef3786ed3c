"""How far sessions come, against pandas and tests of statsmodels."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from corpus.codebook import starting_codebook
from corpus.metrics.funnel import compute
from corpus.metrics.types import Ask
from corpus.sessions import STEPS
from corpus.store import Store
from corpus.types import Event
from tests.corpus.worlds import fill

BOOK = starting_codebook()
START = date(2026, 1, 1)
HOSTILE = "l'« été » {x}"


def world(count=900, seed=2, bank=HOSTILE):
    """Sessions that pass checkout less often with fees, and with one bank from April on."""
    rng = np.random.default_rng(seed)
    events = []
    for number in range(count):
        who = f"c{number % 200}" if number % 3 else None
        day = START + timedelta(int(rng.integers(0, 180)))
        of = {"frais": str(rng.choice(["oui", "non"])), "banque": str(rng.choice([bank, "autre"]))}
        passes = 0.5 if of["frais"] == "oui" else 0.85
        if of["banque"] == bank and day >= date(2026, 4, 1):
            passes -= 0.4
        reached = 1 + int(rng.random() < 0.9) + int(rng.random() < 0.9)
        kinds = ["visit", "cart", "checkout"][:reached]
        if reached == 3 and rng.random() < passes:
            kinds.append("purchase")
        events += [
            Event(kind, day, who, f"s{number}", channel="web", segments=of) for kind in kinds
        ]
    return events


def figures(store, **asked):
    found = compute(store, BOOK, Ask(**asked).of_customers())
    for figure in found:
        value = store.sql(figure.query)[0]["value"]
        if figure.value is not None:
            assert value == pytest.approx(figure.value, abs=1e-9)
        assert (figure.value is None) == (figure.withheld is not None)
    return found


def of(found, name, **about):
    return next(f for f in found if f.name == name and about.items() <= dict(f.about).items())


def sessions(events):
    rows = pd.DataFrame(
        {"s": e.session, "who": e.customer, "kind": e.kind, "date": e.date, **e.segments}
        for e in events
    )
    wide = rows.drop_duplicates(["s", "kind"]).pivot(index="s", columns="kind", values="date")
    reached = wide.notna()
    order = [step for step in STEPS if step in reached]
    reached["last"] = reached[order].apply(lambda row: max(np.flatnonzero(row)), axis=1)
    return reached.join(rows.groupby("s")[["frais", "banque", "date", "who"]].first())


def test_steps_are_counted_by_session_and_by_customer(store):
    events = world()
    fill(store, [], events)
    found, frame = figures(store), sessions(events)
    for number, step in enumerate(["visit", "cart", "checkout", "purchase"]):
        reached = frame[frame[step]]
        assert of(found, "funnel.step", step=step).value == len(reached)
        assert of(found, "funnel.customers", step=step).value == reached.who.nunique()
        if step != "purchase":
            rate = of(found, "funnel.rate", step=step)
            assert rate.value == pytest.approx((reached["last"] > number).mean())
            lost = of(found, "funnel.lost", step=step)
            assert lost.value == (frame["last"] == number).sum()
            assert rate.numerator + lost.value == rate.denominator


def test_a_part_is_compared_with_the_others_and_the_dearest_comes_first(store):
    events = world()
    fill(store, [], events)
    found, frame = figures(store), sessions(events)
    at = frame[frame.checkout]
    paid, fees = at["last"] > 2, at.frais == "oui"
    k1, n1, k0, n0 = (paid & fees).sum(), fees.sum(), (paid & ~fees).sum(), (~fees).sum()
    about = {"step": "checkout", "segment:frais": "oui"}
    gap = of(found, "funnel.difference", **about)
    assert gap.value == pytest.approx(k1 / n1 - k0 / n0)
    bounds = confint_proportions_2indep(k1, n1, k0, n0, method="newcomb", compare="diff")
    assert (gap.low, gap.high) == pytest.approx(bounds)
    excess = of(found, "funnel.excess", **about)
    assert excess.value == pytest.approx(-n1 * gap.value)
    assert excess.low < excess.value < excess.high
    values = [f.value for f in found if f.name == "funnel.excess"]
    assert values == sorted(values, reverse=True)
    assert of(found, "funnel.part", **about).value == pytest.approx(k1 / n1)
    assert of(found, "funnel.part-others", **about).value == pytest.approx(k0 / n0)


def test_p_values_are_corrected_for_all_that_is_compared(store):
    events = world()
    fill(store, [], events)
    frame, raw = sessions(events), {}
    for number, step in enumerate(["visit", "cart", "checkout"]):
        at = frame[frame[step]]
        for name in ("frais", "banque"):
            for value in at[name].unique():
                own, went = at[name] == value, at["last"] > number
                k, n = [(went & own).sum(), (went & ~own).sum()], [own.sum(), (~own).sum()]
                if k[0] / n[0] < k[1] / n[1]:
                    raw[step, name, value] = proportions_ztest(k, n)[1]
    wanted = dict(zip(raw, multipletests(list(raw.values()), method="holm")[1], strict=True))
    found = [f for f in figures(store) if f.name == "funnel.difference"]
    assert len(found) == len(wanted)
    for (step, name, value), p in wanted.items():
        gap = of(found, "funnel.difference", step=step, **{f"segment:{name}": value})
        assert gap.p == pytest.approx(p)


def test_the_month_from_which_a_part_falls_is_found(store):
    events = world(2500)
    fill(store, [], events)
    change = of(figures(store), "funnel.change", step="checkout")
    assert change.about["segment:banque"] == HOSTILE
    assert change.about["since"] == "2026-04"
    at = sessions(events).query("checkout")
    own, after = at.banque == HOSTILE, at.date >= date(2026, 4, 1)
    paid = at["last"] > 2
    rates = paid.groupby([own, after]).mean()
    value = (rates[True, True] - rates[False, True]) - (rates[True, False] - rates[False, False])
    assert change.value == pytest.approx(value)
    assert change.low < value < change.high < 0


def test_no_change_is_found_where_nothing_changes(store):
    steady = [event for event in world(2500) if event.date < date(2026, 4, 1)]
    fill(store, [], steady)
    assert not [f for f in figures(store) if f.name == "funnel.change"]


def test_a_session_of_several_days_and_repeated_steps_count_once(store):
    events = world()
    fill(store, [], events)
    before = [f.value for f in figures(store) if f.name == "funnel.step"]
    again = [
        Event(e.kind, e.date + timedelta(2), e.customer, e.session, None, None, "web", e.segments)
        for e in events
    ]
    fill(store, [], [*events, *again])
    assert [f.value for f in figures(store) if f.name == "funnel.step"] == before


def test_who_stops_may_come_back_within_a_week(store):
    events = []
    for number in range(60):
        who = f"c{number}"
        events.append(Event("checkout", START, who, f"{who}-1", channel="web"))
        days = 5 if number < 20 else 8 if number < 40 else None
        if days:
            later = START + timedelta(days)
            events.append(Event("purchase", later, who, f"{who}-2", channel="magasin"))
    events.append(Event("checkout", START + timedelta(30), None, "prospect", channel="web"))
    fill(store, [], events)
    figure = of(figures(store), "funnel.came-back", step="checkout")
    assert (figure.numerator, figure.denominator) == (20, 60)


def test_channels_without_a_checkout_have_no_funnel(store):
    events = world()
    tills = [Event(kind, START, f"t{i}", f"t{i}", channel="magasin") for i in range(50)
             for kind in ("visit", "purchase")]  # fmt: skip
    fill(store, [], [*events, *tills])
    visits = sum(event.kind == "visit" for event in events)
    assert of(figures(store), "funnel.step", step="visit").value == visits


def test_without_sessions_a_customers_day_stands_for_one(store):
    events = [
        Event(kind, START + timedelta(day), f"c{number}")
        for number in range(40) for day in (0, 3) for kind in ("visit", "cart")
    ]  # fmt: skip
    fill(store, [], [*events, Event("visit", START, count=900)])
    assert of(figures(store), "funnel.step", step="visit").value == 80


def test_nothing_gives_nothing_and_few_is_withheld(store):
    assert figures(store) == []
    fill(store, [], [Event("visit", START, "a", "s1")])
    assert figures(store) == []
    fill(store, [], world(20))
    assert of(figures(store), "funnel.rate", step="visit").withheld == "few"


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from(STEPS)), max_size=150), st.randoms())
def test_parts_add_up_in_any_order_of_rows(tmp_path_factory, rows, random):
    store = Store(tmp_path_factory.mktemp("funnel") / "store.duckdb")
    events = [Event(kind, START, None, f"s{number}") for number, kind in rows]
    fill(store, [], events)
    before = [(f.name, f.value) for f in figures(store)]
    random.shuffle(events)
    fill(store, [], events)
    found = figures(store)
    assert [(f.name, f.value) for f in found] == before
    if found:
        last = [f for f in found if f.name == "funnel.step"][-1].value
        lost = sum(f.value for f in found if f.name == "funnel.lost")
        assert lost + last == len({number for number, _ in rows})
    store.close()
