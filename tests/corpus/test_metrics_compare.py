from datetime import date

import numpy as np
import pytest
from scipy.stats import fisher_exact, ttest_ind, ttest_rel
from statsmodels.stats.proportion import confint_proportions_2indep

from corpus.codebook import starting_codebook
from corpus.filters import Filters
from corpus.metrics import compute
from corpus.metrics.types import Ask, Figure
from corpus.store import Store
from tests.corpus.worlds import Answer, fill

BOOK = starting_codebook()
NAME, ODD = "l'{été}", "a \"b\" 'c' {d}"


def _answers() -> list[Answer]:
    random = np.random.default_rng(2)
    found = []
    for number in range(240):
        value = (ODD, "x", "y")[number % 3]
        price = random.random() < (0.6 if value == ODD else 0.2)
        found.append(
            Answer(
                f"c{number}",
                int(random.integers(4, 11)) - 2 * price,
                {"price": "-"} if price else {},
                date(2026, 1 + number % 2, 5),
                segments={NAME: value},
            )
        )
    return found


def _worth(answers: list[Answer]) -> list[int]:
    return [100 * ((a.score or 0) >= 9) - 100 * ((a.score or 0) <= 6) for a in answers]


def _said(answers: list[Answer]) -> int:
    return sum("price" in (a.said or {}) for a in answers)


def _replay(store: Store, figures: list[Figure]) -> None:
    for figure in figures:
        row = store.sql(figure.query)[0]
        if figure.value is not None:
            assert row["value"] == pytest.approx(figure.value, abs=1e-9), figure.name


def _check(figures: list[Figure], ours: list[Answer], theirs: list[Answer]) -> None:
    (score,) = (f for f in figures if f.name == "compare.score")
    test = ttest_ind(_worth(ours), _worth(theirs), equal_var=False)
    assert score.value == pytest.approx(np.mean(_worth(ours)) - np.mean(_worth(theirs)))
    assert score.low == pytest.approx(test.confidence_interval().low)
    (share,) = (f for f in figures if f.name == "compare.share")
    k1, k0, n1, n0 = _said(ours), _said(theirs), len(ours), len(theirs)
    assert share.value == pytest.approx(k1 / n1 - k0 / n0)
    assert (share.low, share.high) == pytest.approx(
        confint_proportions_2indep(k1, n1, k0, n0, method="newcomb", compare="diff")
    )


def test_two_segments(store: Store) -> None:
    answers = _answers()
    fill(store, answers)
    ask = Ask(filters=Filters(segment={NAME: ODD}), against=Filters(segment={NAME: "x"}))
    figures = compute("compare", store, BOOK, ask)
    ours, theirs = ([a for a in answers if a.segments[NAME] == value] for value in (ODD, "x"))
    _check(figures, ours, theirs)
    assert (figures[0].about["group"], figures[0].about["against"]) == (ODD, "x")
    _replay(store, figures)


def test_two_periods_are_called_by_their_names(store: Store) -> None:
    answers = _answers()
    fill(store, answers)
    january, february = (
        Filters(since=date(2026, month, 1), until=date(2026, month, last))
        for month, last in ((1, 31), (2, 28))
    )
    figures = compute("compare", store, BOOK, Ask(filters=february, against=january))
    assert (figures[0].about["group"], figures[0].about["against"]) == ("2026-02", "2026-01")
    by_month = [[a for a in answers if a.date and a.date.month == month] for month in (2, 1)]
    _check(figures, *by_month)


def test_every_part_is_set_against_the_rest_and_corrected(store: Store) -> None:
    answers = _answers()
    fill(store, answers)
    key = f"segment:{NAME}"
    figures = compute("compare", store, BOOK, Ask(by=key))
    assert {f.about[key] for f in figures} == {ODD, "x", "y"}
    for value in (ODD, "x", "y"):
        ours = [a for a in answers if a.segments[NAME] == value]
        theirs = [a for a in answers if a.segments[NAME] != value]
        _check([f for f in figures if f.about[key] == value], ours, theirs)
        (share,) = (f for f in figures if f.name == "compare.share" and f.about[key] == value)
        k1, k0 = _said(ours), _said(theirs)
        alone = fisher_exact([[k1, len(ours) - k1], [k0, len(theirs) - k0]]).pvalue
        assert (share.p or 0) >= alone
    _replay(store, figures)


def test_who_speaks_of_a_stage_is_among_its_writers(store: Store) -> None:
    """Most speak of the purchase and were asked about delivery: no share is above one."""
    answers = [
        Answer(f"c{n}", 5, {"price@purchase": "-"} if n % 4 else {"price": "+"}, stage="delivery")
        for n in range(120)
    ] + [Answer(f"d{n}", 5, {"price": "+"}, stage="purchase") for n in range(40)]
    fill(store, answers)
    figures = compute("compare", store, BOOK, Ask(by="stage"))
    shares = [f for f in figures if f.name == "compare.share"]
    assert {f.about["stage"] for f in shares} == {"purchase", "delivery"}
    assert all(-1 <= (f.value or 0) <= 1 for f in shares)
    _replay(store, figures)


def test_a_record_loaded_twice_moves_nothing(store: Store) -> None:
    answers = _answers()
    fill(store, answers)
    ask = Ask(by=f"segment:{NAME}")
    first = compute("compare", store, BOOK, ask)
    fill(store, [*answers, *answers[:40]])
    second = compute("compare", store, BOOK, ask)
    assert [f.value for f in second] == pytest.approx([f.value for f in first])
    assert [f.n for f in second] == [f.n for f in first]


def test_few_people_are_withheld_and_nothing_raises(store: Store) -> None:
    assert compute("compare", store, BOOK, Ask(by="channel")) == []
    assert compute("compare", store, BOOK, Ask()) == []
    fill(
        store, [Answer(f"c{n}", 5, {"price": "-"}, segments={NAME: "xy"[n % 2]}) for n in range(40)]
    )
    ask = Ask(filters=Filters(segment={NAME: "x"}), against=Filters(segment={NAME: "y"}))
    figures = compute("compare", store, BOOK, ask)
    assert [(f.name, f.value, f.withheld) for f in figures] == [("compare.score", None, "few")]
    assert figures[0].n == 20


def test_who_is_in_both_groups_is_paired(store: Store) -> None:
    random = np.random.default_rng(4)
    levels = random.normal(7.5, 2, 120)
    answers = [
        Answer(f"c{number}", float(np.clip(round(level + random.normal(0, 1)), 0, 10)), {}, day)
        for day in (date(2026, 1, 5), date(2026, 2, 5))
        for number, level in enumerate(levels)
    ]
    fill(store, answers)
    early, late = (Filters(since=date(2026, m, 1), until=date(2026, m, 28)) for m in (1, 2))
    figures = compute("compare", store, BOOK, Ask(filters=late, against=early))
    (score,) = (f for f in figures if f.name == "compare.score")
    worth = _worth(answers)
    ours, theirs = worth[120:], worth[:120]
    apart = ttest_ind(ours, theirs, equal_var=False).confidence_interval()
    pairs = ttest_rel(ours, theirs).confidence_interval()

    assert score.low is not None
    assert score.high is not None
    assert score.high - score.low == pytest.approx(pairs.high - pairs.low, rel=0.02)
    assert score.high - score.low < 0.7 * (apart.high - apart.low)
