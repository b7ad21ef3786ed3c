"""Totals of themes, counted again by pandas, and what people said beside a changing corpus."""

from datetime import date, timedelta

import pandas as pd
import pytest
from scipy.stats import norm

from corpus.codebook import read_codebook
from corpus.coding import judgements
from corpus.coding.flow import Coding
from corpus.coding.totals import FEWEST, totals
from corpus.filters import Filters

"""Marks what the code does not do yet: the test fails as soon as it does."""

THEME = """\
  - id: {id}
    group: all
    label: {{en: {id}}}
    definition: {{en: About {id}.}}
    patterns: {{en: [{id}]}}
    examples:
      en: [{{text: great {id}, polarity: "+"}}, {{text: terrible {id}, polarity: "-"}}]
"""
HEAD = "name: shop\ngroups: {all: {en: Everything}}\nthemes:\n"
SHOP = read_codebook(HEAD + "".join(THEME.format(id=each) for each in ("staff", "refund", "price")))

SAID = ["great staff", "terrible refund. great staff", "the rain fell", "great refund", ""]
TEXT = {"text": "review"}
START = date(2026, 1, 1)


def row(number, text, day, customer="", channel="web", score=""):
    return f"R{number};en;{day};{customer};{channel};{score};{text}"


def table(rows):
    head = "id;language;date;customer;channel;rating;review"
    return "\n".join([head, *rows]) + "\n"


def world(size=100, each=2, named=True):
    """Rows in the order of days, ``each`` by one customer; every fifth is a score alone."""
    return table(
        row(n, SAID[n % 5], START + timedelta(days=n), f"C{n // each}" if named else "",
            "app" if n % 3 else "web", 1 + n % 5)
        for n in range(size)
    )  # fmt: skip


@pytest.fixture
def code(load, store):
    judgements.keep_codebook(store, SHOP)

    def code(content, name="avis.csv"):
        load(content, name, mapping=TEXT)
        Coding(store, lambda texts: None, "none").run()

    return code


def by_theme(store, **filters):
    return {total.theme: total for total in totals(store, SHOP, Filters(**filters))}


def wilson(count, of):
    z, p = norm.ppf(0.975), count / of
    centre, half = p + z * z / (2 * of), z * (p * (1 - p) / of + z * z / (4 * of * of)) ** 0.5
    return (centre - half) / (1 + z * z / of), (centre + half) / (1 + z * z / of)


def again(store, theme, keep=None):
    """The counts of a theme by pandas: records, customers, polarity, and who wrote."""
    records = pd.DataFrame(store.sql("SELECT * FROM records WHERE title <> '' OR text <> ''"))
    records = records[keep(records)] if keep else records
    who = records.customer_key.fillna(records.id)
    mentions = pd.DataFrame(store.sql("SELECT record_id, theme, polarity FROM mentions"))
    mine = mentions[(mentions.theme == theme) & mentions.record_id.isin(records.id)]
    said = mine.groupby("record_id").polarity.agg(set)
    felt = said.map(lambda each: "+" if "+" in each - {"-"} and "-" not in each
                    else "-" if "-" in each and "+" not in each else "0")  # fmt: skip
    people = who[records.id.isin(said.index)].nunique()
    polarity = {sign: int((felt == sign).sum()) for sign in "+-0"}
    return len(said), people, polarity, who.nunique(), len(records)


@pytest.mark.parametrize("each", [1, 2])
@pytest.mark.parametrize(
    ("filters", "keep"),
    [
        ({}, None),
        ({"channel": ("app",)}, lambda r: r.channel == "app"),
        ({"since": date(2026, 2, 1)}, lambda r: r.date.astype(str) >= "2026-02-01"),
        ({"until": date(2026, 3, 1), "channel": ("app",)},
         lambda r: (r.date.astype(str) <= "2026-03-01") & (r.channel == "app")),
    ],
)  # fmt: skip
def test_pandas_counts_the_same(code, store, each, filters, keep):
    code(world(each=each))
    found = by_theme(store, **filters)
    assert set(found) == {"staff", "refund", "price"}
    for theme, total in found.items():
        n, people, polarity, everyone, _ = again(store, theme, keep)
        assert (total.n, total.customers, total.polarity) == (n, people, polarity)
        assert (total.base, total.of) == ("customers", everyone)
        assert total.share == (people / everyone if everyone >= FEWEST else None)
        if everyone >= FEWEST:
            assert (total.low, total.high) == pytest.approx(wilson(people, everyone), abs=1e-9)


def test_counts_by_hand_the_most_frequent_first_and_a_theme_of_nobody_last(code, store):
    code(world())
    found = totals(store, SHOP, Filters())
    assert [(each.theme, each.n) for each in found] == [("refund", 40), ("staff", 40), ("price", 0)]
    refund, staff, price = found
    assert refund.polarity == {"+": 20, "-": 20, "0": 0}
    assert staff.polarity == {"+": 40, "-": 0, "0": 0}
    assert (price.share, price.trend, price.polarity) == (0.0, None, {"+": 0, "-": 0, "0": 0})


def test_a_record_that_praises_and_blames_is_neither(code, store):
    code(table([row(1, "great staff. The rain fell. terrible staff", START)]))
    assert len(store.sql("SELECT * FROM mentions")) == 2
    assert by_theme(store)["staff"].n == 1
    assert by_theme(store)["staff"].polarity == {"+": 0, "-": 0, "0": 1}


def test_without_names_shares_are_of_records_that_say_something(code, store):
    code(world(named=False))
    total = by_theme(store)["staff"]
    assert (total.base, total.of, total.n, total.share) == ("records", 80, 40, 0.5)


@pytest.mark.parametrize(("size", "shown"), [(FEWEST - 1, False), (FEWEST, True)])
def test_a_share_of_fewer_than_thirty_is_withheld_and_its_count_is_not(code, store, size, shown):
    code(table(row(n, "great staff", START, f"C{n}") for n in range(size)))
    total = by_theme(store)["staff"]
    assert FEWEST == 30
    assert (total.n, total.of) == (size, size)
    assert [each is not None for each in (total.share, total.low, total.high)] == [shown] * 3


def test_nothing_in_scope_has_no_share(code, store):
    code(world())
    for total in by_theme(store, kind=("internal",)).values():
        assert (total.n, total.of, total.share, total.trend) == (0, 0, None, None)


@pytest.mark.parametrize(
    ("early", "late", "trend"),
    [(5, 40, "up"), (40, 5, "down"), (25, 25, "flat"), (2, 20, None)],
)
def test_a_planted_rise_is_a_trend(code, store, early, late, trend):
    rows = [
        row(f"{half}.{n}", "great staff" if n < count else "the rain fell",
            START + timedelta(days=100 * half + n))
        for half, count in enumerate((early, late))
        for n in range(60)
    ]  # fmt: skip
    code(table(rows))
    assert by_theme(store)["staff"].trend == trend


def test_records_without_a_date_are_in_no_trend(code, store):
    rows = [row(n, "great staff", START + timedelta(days=n)) for n in range(60)]
    code(table([*rows, *(row(f"u{n}", "great staff", "") for n in range(100))]))
    assert by_theme(store)["staff"].n == 160
    assert by_theme(store)["staff"].trend == "flat"


def test_shares_are_of_what_is_coded(code, load, store):
    code(table(row(n, "great staff", START, f"C{n}") for n in range(40)))
    load(table(row(n, "great staff", START, f"D{n}") for n in range(40)), "later.csv", mapping=TEXT)
    assert by_theme(store)["staff"].share == 1.0
