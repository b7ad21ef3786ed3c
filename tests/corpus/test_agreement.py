"""Agreement, against published examples and by what must hold for any codes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.coding.agreement import (
    Counts,
    Estimate,
    cohen_kappa,
    counts,
    f1,
    krippendorff_alpha,
    precision,
    recall,
    reliability,
    with_interval,
)

PAIRS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40)
TABLES = st.integers(2, 4).flatmap(
    lambda coders: st.lists(
        st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=coders, max_size=coders),
        min_size=1,
        max_size=15,
    )
)


def of(text: str) -> list[int | None]:
    return [None if sign == "." else int(sign) for sign in text]


def test_counts_tell_the_four_cases_apart() -> None:
    coder = [True, True, True, False, False, False]
    people = [True, True, False, True, False, False]
    found = counts(coder, people)
    assert found == Counts(both=2, coder_only=1, people_only=1, neither=2)
    assert precision(found) == pytest.approx(2 / 3)
    assert recall(found) == pytest.approx(2 / 3)
    assert f1(found) == pytest.approx(2 / 3)


def test_weights_count_and_their_scale_does_not() -> None:
    coder, people = [True, True, False], [True, False, True]
    found = counts(coder, people, [3, 1, 2])
    assert found == Counts(both=1.5, coder_only=0.5, people_only=1, neither=0)
    assert counts(coder, people, [30, 10, 20]) == found
    assert precision(found) == pytest.approx(0.75)
    assert recall(found) == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        # Feinstein and Cicchetti, High agreement but low kappa (1990): the same agreement, .85.
        (Counts(40, 9, 6, 45), 0.70),
        (Counts(80, 10, 5, 5), 0.32),
        # Observed .7 and .5 by chance: (.7 - .5) / (1 - .5).
        (Counts(20, 5, 10, 15), 0.40),
    ],
)
def test_kappa_of_published_tables(table: Counts, kappa: float) -> None:
    assert cohen_kappa(table) == pytest.approx(kappa, abs=0.005)


def test_alpha_of_two_coders_and_two_codes() -> None:
    # Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), example A.
    meg, owen = of("0100000010"), of("1110010000")
    assert krippendorff_alpha(list(zip(meg, owen, strict=True))) == pytest.approx(0.095, abs=5e-4)
    found = reliability([bool(code) for code in meg], [bool(code) for code in owen])
    assert found.alpha is not None
    assert found.alpha.value == pytest.approx(0.095, abs=5e-4)


def test_alpha_of_four_coders_with_missing_codes() -> None:
    # The same, example C: nominal codes of four observers, the last unit with one code only.
    a, b, c = of("123321412..."), of("1233224125.3"), of(".3332342251.")
    d = of("12332441251.")
    assert krippendorff_alpha(list(zip(a, b, c, d, strict=True))) == pytest.approx(0.743, abs=5e-4)


def test_what_is_undefined_is_none() -> None:
    nothing = reliability([False] * 5, [False] * 5)
    assert nothing.n == 5
    assert nothing.precision is nothing.recall is nothing.f1 is None
    assert nothing.kappa is nothing.alpha is None
    assert krippendorff_alpha([[1, None], [None, 0]]) is None
    assert krippendorff_alpha([[None, None]]) is None


def test_shares_of_equal_weights_have_wilson_intervals() -> None:
    # Newcombe, Two-sided confidence intervals for the single proportion (1998): 81 of 263.
    found = reliability([True] * 263, [True] * 81 + [False] * 182, [2.0] * 263)
    assert found.precision == Estimate(
        pytest.approx(0.3080, abs=5e-5),
        pytest.approx(0.2553, abs=5e-5),
        pytest.approx(0.3662, abs=5e-5),
    )


def test_intervals_shrink_with_more_units() -> None:
    coder, people = [True, True, False, False, True], [True, False, False, False, True]
    few, many = reliability(coder * 8, people * 8), reliability(coder * 80, people * 80)
    for name in ("precision", "recall", "f1", "kappa", "alpha"):
        short, long = getattr(many, name), getattr(few, name)
        assert short.high - short.low < long.high - long.low


def test_a_seed_gives_the_same_interval_again() -> None:
    units = np.arange(20.0)
    first, again, other = (with_interval(units, np.mean, seed=seed) for seed in (1, 1, 2))
    assert first == again != other


@settings(max_examples=10, deadline=None)
@given(PAIRS, st.booleans())
def test_intervals_hold_the_value(pairs: list[tuple[bool, bool]], weighted: bool) -> None:
    weights = [1.0 + at % 3 for at in range(len(pairs))] if weighted else None
    found = reliability([c for c, _ in pairs], [p for _, p in pairs], weights)
    for name in ("precision", "recall", "f1", "kappa", "alpha"):
        estimate = getattr(found, name)
        if estimate is not None:
            assert -1 - 1e-9 <= estimate.low <= estimate.value <= estimate.high <= 1 + 1e-9


@given(PAIRS)
def test_kappa_and_alpha_do_not_mind_who_is_who(pairs: list[tuple[bool, bool]]) -> None:
    coder, people = [c for c, _ in pairs], [p for _, p in pairs]
    one, other = counts(coder, people), counts(people, coder)
    assert cohen_kappa(one) == cohen_kappa(other)
    assert precision(one) == recall(other)
    assert f1(one) == f1(other)


@given(TABLES)
def test_alpha_does_not_mind_the_order(table: list[list[int | None]]) -> None:
    alpha = krippendorff_alpha(table)
    units = table[::-1]
    coders = [row[::-1] for row in table]
    renamed = [[None if code is None else 7 - code for code in row] for row in table]
    for same in (units, coders, renamed):
        assert krippendorff_alpha(same) == pytest.approx(alpha, abs=1e-9)


@given(st.lists(st.integers(0, 3), min_size=2, max_size=20).filter(lambda row: len({*row}) > 1))
def test_perfect_agreement_is_one(codes: list[int]) -> None:
    assert krippendorff_alpha([[code] * 3 for code in codes]) == pytest.approx(1)
    marks = [code == codes[0] for code in codes]
    assert cohen_kappa(counts(marks, marks)) == f1(counts(marks, marks)) == 1


def test_alpha_of_two_is_that_of_their_table() -> None:
    rng = np.random.default_rng(5)
    people = rng.random(50) < 0.4
    coder = people ^ (rng.random(50) < 0.2)
    found = reliability(list(coder), list(people)).alpha
    table = [[int(c), int(p)] for c, p in zip(coder, people, strict=True)]
    assert found is not None
    assert found.value == pytest.approx(krippendorff_alpha(table))


@pytest.mark.parametrize(
    ("coder", "people", "weights", "says"),
    [
        ([], [], None, "at least one unit"),
        ([True], [True, False], None, "equally many"),
        ([True], [True], [1.0, 1.0], "equally many"),
        ([True], [True], [0.0], "positive"),
        ([True], [True], [float("nan")], "positive"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    coder: list[bool], people: list[bool], weights: list[float] | None, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        reliability(coder, people, weights)


@pytest.mark.parametrize("codes", [[], [[1, 0], [1]]])
def test_alpha_of_no_table_is_refused(codes: list[list[int | None]]) -> None:
    with pytest.raises(ValueError, match="at least one unit"):
        krippendorff_alpha(codes)
