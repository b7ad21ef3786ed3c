"""How often things go wrong, against counts of pandas over the same events."""

import random
from datetime import date, timedelta

import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from corpus.codebook import starting_codebook
from corpus.filters import Filters
from corpus.metrics.mishaps import compute
from corpus.metrics.types import Ask
from corpus.types import Event
from tests.corpus.worlds import fill

BOOK = starting_codebook()
START = date(2026, 1, 1)
HOSTILE = 'l\'"été" {x} %'


def events(seed=1, sessions=1_200):
    """Sessions of every kind, drawn; those who deliver and who fee are attributes."""
    chance = random.Random(seed)
    made = []
    for number in range(sessions):
        day, visit, who = START + timedelta(number % 240), f"s{number}", f"c{number % 300}"
        of = {"transporteur": chance.choice(["A", HOSTILE])}
        fee = {"frais": chance.choice(["oui", "non"]), "pays": chance.choice(["BE", "FR"])}

        def add(kind, after=0, channel="web", segments=(), day=day, visit=visit, who=who):
            made.append(
                Event(kind, day + timedelta(after), who, visit, channel=channel,
                      segments=dict(segments))
            )  # fmt: skip

        add("cart")
        if chance.random() < 0.2:
            add("out_of_stock")
        if chance.random() < 0.5:
            add("account")
            if chance.random() < 0.4:
                continue
        add("checkout", segments=fee)
        if chance.random() < 0.25:
            add("payment_failed", segments=fee)
        elif chance.random() < (0.5 if fee["frais"] == "oui" else 0.9):
            add("purchase")
            late = chance.random() < (0.4 if of["transporteur"] == "A" else 0.1)
            add("late_delivery" if late else "delivery", 4, segments=of)
            if chance.random() < 0.6:
                add("return", 10)
                add("refund", 10 + chance.choice([3, 14, 15, 40]))
        if chance.random() < 0.05:
            add("refund", 5)  # without a return: nobody knows how long it took
    return made


@pytest.fixture
def table(store):
    made = events()
    fill(store, events=made)
    rows = [(e.kind, pd.Timestamp(e.date), e.session, dict(e.segments)) for e in made]
    return pd.DataFrame(rows, columns=["kind", "date", "session", "segments"])


def figures(store, **asked):
    found = compute(store, BOOK, Ask(**asked).of_customers())
    for figure in found:
        value = store.sql(figure.query)[0]["value"]
        if figure.value is not None:
            assert value == pytest.approx(figure.value, abs=1e-9)
            wanted = proportion_confint(figure.numerator, figure.denominator, method="wilson")
            assert (figure.low, figure.high) == pytest.approx(wanted)
        assert (figure.value is None) == (figure.withheld is not None)
    return found


def counts(found):
    return {
        (figure.about.get("incident", "completed")): (figure.numerator, figure.denominator)
        for figure in found
    }


def days(table):
    return table.pivot_table(index="session", columns="kind", values="date", aggfunc="max")


def test_each_is_counted_of_what_could_have_gone_so(store, table):
    each = days(table)
    there = each.notna()
    started, begun = there[there["checkout"]], there[there["account"]]
    slow = (each["refund"] - each["return"]).dt.days.dropna() > 14
    late = table["kind"].isin(["delivery", "late_delivery"])
    failed = started["payment_failed"]
    assert counts(figures(store)) == {
        "late_delivery": ((table["kind"] == "late_delivery").sum(), late.sum()),
        "slow_refund": (slow.sum(), len(slow)),
        "payment_failed": (failed.sum(), len(started)),
        "unfinished_checkout": ((~started["purchase"] & ~failed).sum(), len(started)),
        "completed": (started["purchase"].sum(), len(started)),
        "unfinished_account": ((~begun["checkout"] & ~begun["purchase"]).sum(), len(begun)),
        "out_of_stock": (there["out_of_stock"].sum(), there["cart"].sum()),
    }


def test_parts_are_those_of_the_delivery_or_of_the_checkout_and_add_up(store, table):
    found = figures(store, by="segment:transporteur")
    assert {figure.about["incident"] for figure in found} == {"late_delivery"}
    late = table[table["kind"].isin(["delivery", "late_delivery"])]
    by = late.groupby(late["segments"].str["transporteur"])["kind"].agg(
        [lambda kind: (kind == "late_delivery").sum(), "size"]
    )
    for figure in found:
        wanted = tuple(by.loc[figure.about["segment:transporteur"]])
        assert (figure.numerator, figure.denominator) == wanted
    parts = [f for f in figures(store, by="segment:frais") if f.name == "mishaps.completed"]
    whole = counts(figures(store))["completed"]
    assert len(parts) == 2
    assert tuple(sum(x) for x in zip(*((f.numerator, f.denominator) for f in parts), strict=True)) \
        == whole  # fmt: skip


def test_what_comes_of_a_filtered_checkout_is_looked_up_in_its_whole_session(store, table):
    # No purchase has the attribute.
    kept = table[(table["kind"] == "checkout") & (table["segments"].str["frais"] == "non")]
    paid = days(table).loc[kept["session"], "purchase"].notna()
    found = counts(figures(store, filters=Filters(segment={"frais": "non"})))
    assert found["completed"] == (paid.sum(), len(paid))
    until = date(2026, 3, 31)
    kept = table[(table["kind"] == "checkout") & (table["date"] <= pd.Timestamp(until))]
    paid = days(table).loc[kept["session"], "purchase"].notna()
    assert counts(figures(store, filters=Filters(until=until)))["completed"] == (
        paid.sum(), len(paid),
    )  # fmt: skip
    hostile = figures(store, filters=Filters(segment={"transporteur": HOSTILE}))
    assert {figure.about["incident"] for figure in hostile} == {"late_delivery"}


def test_months_quarters_and_channels(store, table):
    late = table[table["kind"].isin(["delivery", "late_delivery"])]
    by = late.groupby(late["date"].dt.strftime("%Y-%m")).size().to_dict()
    found = [f for f in figures(store, by="month") if f.about.get("incident") == "late_delivery"]
    assert {f.about["month"]: f.denominator for f in found} == by
    assert {f.about["channel"] for f in figures(store, by="channel")} == {"web"}
    assert {f.about["quarter"][:6] for f in figures(store, by="quarter")} == {"2026-Q"}
    assert figures(store, by="language") == []


def test_rows_counted_by_day_weigh_what_they_count(store):
    rows = [
        Event("delivery", START, None, None, count=80),
        Event("late_delivery", START, None, None, count=20),
        Event("checkout", START, None, None, count=500),
    ]
    fill(store, events=rows)
    assert counts(figures(store)) == {"late_delivery": (20, 100)}


def test_too_few_are_withheld_and_nothing_is_no_error(store):
    assert figures(store) == []
    fill(store, events=[Event("delivery", START, "c")] * 40 + [Event("late_delivery", START, "c")])
    assert [figure.withheld for figure in figures(store)] == ["few-in-cell"]
    fill(store, events=[Event("late_delivery", START, "c")] * 20)
    assert [figure.withheld for figure in figures(store)] == ["few"]


def test_the_order_of_the_rows_does_not_matter(store):
    made = events(2, 400)
    fill(store, events=made)
    before = counts(figures(store))
    fill(store, events=made[::-1])
    assert counts(figures(store)) == before
