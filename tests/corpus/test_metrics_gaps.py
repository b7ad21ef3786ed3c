"""The map and beliefs against feedback: counts by hand, tables of scipy and statsmodels."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from corpus import tables as t
from corpus.codebook import starting_codebook
from corpus.filters import Filters
from corpus.metrics import gaps
from corpus.metrics.types import Ask
from corpus.passages import rows_of
from corpus.store import Store
from corpus.types import Cell, Imported, Source
from tests.corpus.worlds import Answer, fill

BOOK = starting_codebook()
NAMED = 'the "map" of {l\'hôtel} %'


def cell(lane, stage, emotion, text="words", map_="map"):
    return Cell(map_, "Ann", stage, "step", lane, text, emotion, False, "", {})


def draw_map(store, cells, name="map.yaml"):
    """Put cells into the store; each is a cell and the themes that it is coded with."""
    cells = list(cells)
    rows = rows_of(
        Imported("journey", len(cells), cells=tuple(each for each, _ in cells)),
        name, name, ["en"] * len(cells),
    )  # fmt: skip
    for (_, themes), passage in zip(cells, rows[t.passages], strict=True):
        own = {"passage_id": passage["id"], "record_id": passage["id"], "source_id": name}
        rows[t.coded].append({**own, "state": "by hand"})
        for theme, probability in themes.items():
            body = passage["text"].index("\n") + 1
            start, end = (0, body - 1) if theme.startswith("heading:") else (body, body + 3)
            rows[t.mentions].append(
                {
                    **own, "span_start": start, "span_end": end, "polarity": "0", "emotions": [],
                    "theme": theme.removeprefix("heading:"), "stage": "elsewhere",
                    "probability": probability, "version": 1, "method": "by hand",
                }
            )  # fmt: skip
    n = len(cells)
    store.replace(Source(name, name, "journey", name, {}, n, n, 0, "en"), rows)
    return [passage["id"] for passage in rows[t.passages]]


def compute(store, **asked):
    figures = gaps.compute(store, BOOK, Ask(**asked).of_customers())
    for each in figures:
        again = store.sql(each.query)[0]["value"]
        if each.value is not None:
            assert again == pytest.approx(each.value, abs=1e-9), each
    return figures


def named(figures, name):
    return [each for each in figures if each.name == f"gaps.{name}"]


def customers(n, said, first=0, **given):
    return [Answer(f"c{first + k}", said=said, **given) for k in range(n)]


FEEDBACK = [
    *customers(40, {"checkout-fees@purchase": "-"}),
    *customers(5, {"checkout-fees@purchase": "+"}, 40),
    *customers(35, {"staff-attitude@support": "+"}, 45),
    *customers(12, {"tracking@delivery": "-"}, 80),
    *customers(1, {"account@purchase": "-"}, 92),
    *customers(7, {}, 93),
]


def test_an_opposite_emotion_is_found_and_an_equal_one_is_not(store):
    fill(store, FEEDBACK)
    rosy, _, bleak, _, _ = draw_map(
        store,
        [
            (cell("thinking", "purchase", 2, map_=NAMED), {"checkout-fees": 0.7, "account": 0.6}),
            (cell("pain", "purchase", -2, "it hurts", NAMED), {"checkout-fees": 0.9}),
            (cell("pain", "support", -2, map_=NAMED), {"staff-attitude": 0.9}),
            (cell("opportunity", "purchase", 2, map_=NAMED), {"checkout-fees": 0.9}),
            (cell("thinking", "support", 0, map_=NAMED), {"staff-attitude": 0.9}),
        ],
    )
    second, first = named(compute(store), "cell-emotion")
    # 45 speak of the fees, 5 well and 40 ill; of the staff 35, all well.
    assert (first.value, first.n) == (pytest.approx(2 / 2 - (5 - 40) / 45), 45)
    assert dict(first.about) == {
        "theme": "checkout-fees", "stage": "purchase", "map": NAMED, "passage": rosy,
    }  # fmt: skip
    assert first.low < first.value < first.high
    assert (second.value, second.about["passage"]) == (pytest.approx(-2 / 2 - 1), bleak)
    (stage,) = named(compute(store), "emotion")
    # The purchase's two lived cells cancel out; support's mean is (-2 + 0) / 2.
    assert (stage.about, stage.value) == (
        {"stage": "support", "map": NAMED}, pytest.approx(-1 / 2 - 1),
    )  # fmt: skip


def test_a_theme_that_the_heading_alone_names_must_be_sure(store):
    fill(store, FEEDBACK)
    cells = [(cell("thinking", "purchase", 2), {"heading:checkout-fees": 0.69})]
    draw_map(store, cells)
    assert not named(compute(store), "cell-emotion")
    draw_map(store, [(cells[0][0], {"heading:checkout-fees": 0.71})])
    assert len(named(compute(store), "cell-emotion")) == 1


def test_pains_nobody_mentions_and_complaints_off_the_map(store):
    fill(store, FEEDBACK)
    quiet, mixed, _ = draw_map(
        store,
        [
            (cell("pain", "purchase", -1), {"account": 0.9}),
            (cell("pain", "delivery", -1), {"parcel-condition": 0.9, "tracking": 0.5}),
            (cell("metric", "purchase", 0), {"checkout-fees": 0.9}),
        ],
    )
    figures = compute(store)
    (unmentioned,) = named(figures, "unmentioned")
    assert (unmentioned.value, unmentioned.denominator, unmentioned.unit) == (1, 100, "count")
    assert unmentioned.about["passage"] == quiet != mixed
    assert unmentioned.high == pytest.approx(100 * proportion_confint(1, 100, method="wilson")[1])
    (unmapped,) = named(figures, "unmapped")
    assert (dict(unmapped.about), unmapped.value) == (
        {"theme": "checkout-fees", "stage": "purchase"}, 0.4,
    )  # fmt: skip
    (asked,) = named(compute(store, filters=Filters(stage=("delivery",))), "map") or [None]
    assert asked.withheld == "few"  # 12 speak of the delivery


def test_no_map_and_nothing_at_all(store):
    (only,) = compute(store)
    assert (only.name, only.value, only.withheld) == ("gaps.map", None, "no-map")
    fill(store, customers(40, {"price@need": "-"}))
    assert [each.withheld for each in compute(store)] == ["no-map"]


def internal(n, said):
    return [Answer(None, said=said, voice="leader", channel=None) for _ in range(n)]


def test_beliefs_against_customers(store):
    fill(store, FEEDBACK)
    fill(store, [*internal(24, {"price": "0"}), *internal(6, {})], name="leaders.csv")
    figures = compute(store)
    belief = next(each for each in named(figures, "belief") if each.about["theme"] == "price")
    assert (belief.value, belief.n, belief.denominator) == (pytest.approx(24 / 30 - 0), 30, 100)
    low, high = confint_proportions_2indep(24, 30, 0, 100, method="newcomb", compare="diff")
    assert (belief.low, belief.high) == (pytest.approx(low), pytest.approx(high))
    assert belief.p >= fisher_exact([[24, 6], [0, 100]]).pvalue
    fees = next(each for each in named(figures, "belief") if each.about["theme"] != "price")
    assert (fees.about["theme"], fees.value) == ("checkout-fees", pytest.approx(-0.45))
    believed = {each.about["theme"]: each.value for each in named(figures, "believed")}
    assert believed["price"] == 24
    of_price = compute(store, themes=("price",))
    assert {each.about["theme"] for each in named(of_price, "belief")} == {"price"}


def test_fewer_than_thirty_internal_voices_are_counted_never_a_share(store):
    fill(store, FEEDBACK)
    fill(store, [*internal(24, {"price": "0"}), *internal(5, {})], name="leaders.csv")
    figures = compute(store)
    assert not named(figures, "belief")
    (only,) = named(figures, "believed")
    assert (only.value, only.unit, only.denominator) == (24, "count", 29)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False), st.integers(0, 99))
def test_order_and_copies_of_a_customer_move_nothing(tmp_path_factory, random, again):
    store = Store(tmp_path_factory.mktemp("gaps") / "store.duckdb")
    draw_map(store, [
        (cell("thinking", "purchase", 2), {"checkout-fees": 0.7}),
        (cell("pain", "use", -2), {"account": 0.9}),
    ])  # fmt: skip
    fill(store, FEEDBACK)
    before = [replace(each, query="") for each in compute(store)]
    shuffled = [*FEEDBACK, FEEDBACK[again]]
    random.shuffle(shuffled)
    fill(store, shuffled)
    assert [replace(each, query="") for each in compute(store)] == before
    store.close()
