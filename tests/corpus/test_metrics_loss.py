"""What customers did after they spoke, against pandas and the stratified tables of statsmodels."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from statsmodels.stats.contingency_tables import StratifiedTable

from corpus.codebook import starting_codebook
from corpus.metrics._matched import compared
from corpus.metrics.loss import compute
from corpus.metrics.types import Ask
from corpus.types import Event
from tests.corpus.worlds import Answer, fill

BOOK = starting_codebook()
START, END = date(2026, 1, 1), date(2026, 12, 31)


def world(count=400, seed=3, country="pays"):
    """Customers of two countries; those who complain of the price leave more often."""
    rng = np.random.default_rng(seed)
    answers, events = [], []
    for number in range(count):
        who = f"c{number}"
        day = START + timedelta(int(rng.integers(60, 200)))
        complains = rng.random() < 0.3
        said = {"price": "-"} if complains else {"choice": "+"}
        where = {country: str(rng.choice(["FR", "BE"]))}
        answers.append(Answer(who, 5, said, date=day, segments=where))
        events += [
            Event("purchase", day - timedelta(10 + i), who, f"{who}-{i}", segments=where)
            for i in range(int(rng.integers(0, 6)))
        ]
        events.append(Event("visit", START, who, f"{who}-v", segments=where))
        if rng.random() < (0.4 if complains else 0.2):
            events.append(Event("churn", day + timedelta(30), who, segments=where))
        if rng.random() < 0.5:
            later = day + timedelta(int(rng.integers(1, 150)))
            kinds = ["cart", "checkout", "purchase"][: int(rng.integers(1, 4))]
            events += [Event(kind, later, who, f"{who}-later", segments=where) for kind in kinds]
    events.append(Event("visit", END, "last", "last"))
    return answers, events


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


def frame(answers, events):
    events = pd.DataFrame(
        {"who": e.customer, "kind": e.kind, "date": e.date, "session": e.session} for e in events
    )
    rows, groups = [], dict(list(events.groupby("who")))
    for answer in answers:
        own = groups[answer.customer]
        bought = own[own.kind == "purchase"]
        window = (own.date > answer.date) & (own.date <= answer.date + timedelta(90))
        later = own[window]
        earlier = (bought.date < answer.date).sum()
        rows.append(
            {
                "complains": "price" in answer.said,
                "left": ((own.kind == "churn") & (own.date > answer.date)).any(),
                "bought": (later.kind == "purchase").any(),
                "followed": answer.date + timedelta(90) <= END,
                "checkout": (later.kind == "checkout").any(),
                "basket": (later.kind == "cart").any(),
                "stratum": (
                    answer.segments["pays"],
                    (answer.date.month - 1) // 3,
                    np.digitize(earlier, [1, 2, 4]),
                ),
            }
        )
    return pd.DataFrame(rows)


def tables(people, outcome):
    found = []
    for _, each in people.groupby("stratum"):
        counts = pd.crosstab(each.complains, each[outcome])
        counts = counts.reindex(index=[True, False], columns=[True, False], fill_value=0)
        if (counts.sum(axis=1) > 0).all():
            found.append(counts.to_numpy().astype(float))
    return found


def test_leaving_is_matched_on_what_else_is_known(store):
    answers, events = world()
    fill(store, answers, events)
    found, people = figures(store), frame(answers, events)
    strata = tables(people, "left")
    ratio = StratifiedTable(strata).riskratio_pooled
    risk = of(found, "loss.risk-ratio", theme="price")
    assert risk.value == pytest.approx(ratio)
    assert 1 < risk.low < ratio < risk.high
    excess = of(found, "loss.excess", theme="price")
    leavers = sum(table[0, 0] for table in strata)
    assert excess.value == pytest.approx(leavers * (1 - 1 / ratio))
    assert excess.low == pytest.approx(leavers * (1 - 1 / risk.low))
    assert risk.p < 0.01
    own, others = people[people.complains], people[~people.complains]
    assert of(found, "loss.left", theme="price").value == pytest.approx(own.left.mean())
    assert of(found, "loss.left-others", theme="price").value == pytest.approx(others.left.mean())


def test_the_interval_of_one_stratum_has_the_ratios_that_its_variance_does_not_reject():
    k1, n1, k0, n0 = 30, 100, 20, 100
    whole = n1 + n0
    risk = compared(
        {
            "matched": k1,
            "own": k1 * n0 / whole,
            "others": k0 * n1 / whole,
            "spread": (n1 * n0 * (k1 + k0) - k1 * k0 * whole) / whole**2,
        }
    )
    # For one table Greenland and Robins's variance is the usual one of the log of a risk ratio,
    # which at the bounds is taken at those.
    error = np.sqrt(1 / k1 - 1 / n1 + 1 / k0 - 1 / n0)
    assert risk.ratio == pytest.approx(1.5)
    for bound in (risk.low, risk.high):
        off = np.sqrt(bound / 1.5) - np.sqrt(1.5 / bound)
        assert abs(off) / error == pytest.approx(1.959964, rel=1e-6)
    assert risk.p == pytest.approx(2 * norm.sf((np.sqrt(1.5) - np.sqrt(1 / 1.5)) / error))
    assert compared({"matched": 0, "own": 0, "others": 1, "spread": 1}) is None


def test_coming_back_takes_the_whole_horizon(store):
    answers, events = world(800)
    fill(store, answers, events)
    found, people = figures(store), frame(answers, events)
    kept = people[people.complains & people.followed]
    figure = of(found, "loss.bought", theme="price")
    assert (figure.numerator, figure.denominator) == (kept.bought.sum(), len(kept))
    for outcome in ("checkout", "basket"):
        kept = people[~people.complains & people[outcome]]
        figure = of(found, f"loss.{outcome}-others", theme="price")
        assert (figure.numerator, figure.denominator) == (kept.bought.sum(), len(kept))


def test_words_at_the_exit_and_surveys_of_leavers_are_not_before_it(store):
    answers, events = world()
    fill(store, answers, events)
    before = [f.value for f in figures(store)]
    gone = {event.customer: event.date for event in events if event.kind == "churn"}
    at_exit = [
        Answer(who, 1, {"price": "-"}, date=day, segments={"pays": "FR"})
        for who, day in gone.items()
    ]
    fill(store, at_exit, name="exits.csv")
    assert [f.value for f in figures(store)] == pytest.approx(before)
    early = [replace(answer, date=answer.date - timedelta(1)) for answer in at_exit]
    fill(store, early, name="exits.csv")
    assert [f.value for f in figures(store)] == pytest.approx(before)


def test_a_loud_customer_and_the_order_of_rows_move_nothing(store):
    answers, events = world()
    fill(store, answers, events)
    before = figures(store)
    fill(store, [*answers[::-1], *answers[:50]], events[::-1])
    after = figures(store)
    assert [(f.name, f.about) for f in after] == [(f.name, f.about) for f in before]
    assert [f.value for f in after] == pytest.approx([f.value for f in before])


def test_after_a_mishap_leaving_is_compared_from_one_day_on(store):
    rng = np.random.default_rng(5)
    events, rows = [], []
    for number in range(300):
        who, late = f"c{number}", rng.random() < 0.4
        left = rng.random() < (0.5 if late else 0.2)
        events.append(Event("visit", START, who, f"{who}-1"))
        if late:
            events.append(Event("late_delivery", START + timedelta(30), who, f"{who}-2"))
        if left:
            events.append(Event("churn", END - timedelta(20), who))
        rows.append((late, left))
    # What comes after the day is no mishap before it, who had left by then is not followed.
    events.append(Event("late_delivery", END, "c0", "later"))
    events += [
        Event("visit", START, "early", "e1"),
        Event("late_delivery", START, "early", "e1"),
        Event("churn", START + timedelta(5), "early"),
        Event("late_delivery", START, None, None, count=900),
    ]
    fill(store, [], events)
    found = figures(store)
    people = pd.DataFrame(rows, columns=["late", "left"])
    risks = people.groupby("late").left.mean()
    figure = of(found, "loss.incident", incident="late_delivery")
    assert figure.value == pytest.approx(risks[True] / risks[False])
    own = of(found, "loss.incident-left", incident="late_delivery")
    assert own.denominator == people.late.sum()
    assert not any(f.name == "loss.left" for f in found)


def test_slow_refunds_and_unfinished_checkouts_are_read_from_a_session(store):
    events = []
    for number in range(80):
        who, slow = f"c{number}", number < 40
        back = START + timedelta(10)
        events += [
            Event("checkout", START, who, f"{who}-1"),
            Event("purchase", START, who, f"{who}-1"),
            Event("return", back, who, f"{who}-1"),
            Event("refund", back + timedelta(15 if slow else 14), who, f"{who}-1"),
            Event("checkout", START, who, f"{who}-2"),
        ]
        if number % 2:
            events.append(Event("churn", END, who))
    fill(store, [], events)
    found = figures(store)
    assert of(found, "loss.incident-left", incident="slow_refund").denominator == 40
    assert of(found, "loss.incident-left", incident="unfinished_checkout").denominator == 80


def test_hostile_names_of_segments(store):
    answers, events = world(country='l\'été {x} "é"')
    fill(store, answers, events)
    assert of(figures(store), "loss.risk-ratio", theme="price").value


def test_too_few_is_withheld_and_nothing_gives_nothing(store):
    assert figures(store) == []
    answers, events = world(40)
    fill(store, answers)
    assert figures(store) == []
    fill(store, answers, events)
    found = [f for f in figures(store) if f.about.get("theme") == "price"]
    assert [f.name for f in found] == ["loss.left"]
    assert found[0].withheld == "few"
    fill(store, [replace(a, date=None) for a in answers], events)
    assert all("theme" not in f.about for f in figures(store))


def test_other_themes_and_stages_can_be_asked_for(store):
    answers, events = world()
    fill(store, answers, events)
    assert {f.about.get("theme") for f in figures(store, themes=("choice",))} <= {"choice", None}
