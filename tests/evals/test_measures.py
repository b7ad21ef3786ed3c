"""The measures of retrieval, on values worked out by hand."""

from math import log2

import pytest

from evals.retrieval import interval, ndcg_at, recall_at


def test_ndcg_is_one_for_the_ideal_order():
    assert ndcg_at(10, ["a", "b", "c"], {"a": 3, "b": 2, "c": 1}) == pytest.approx(1)


def test_ndcg_discounts_by_the_logarithm_of_the_rank():
    assert ndcg_at(10, ["x", "a"], {"a": 1}) == pytest.approx(1 / log2(3))
    assert ndcg_at(10, ["x", "y", "a"], {"a": 1}) == pytest.approx(0.5)


def test_ndcg_has_linear_gains():
    # (1 + 3 / log2(3)) / (3 + 1 / log2(3)); exponential gains would give 0.7098.
    assert ndcg_at(10, ["a", "b"], {"a": 1, "b": 3}) == pytest.approx(0.7967, abs=1e-4)


def test_ndcg_looks_no_further_than_k():
    assert ndcg_at(2, ["x", "y", "a"], {"a": 1}) == 0
    # Only one relevant item fits among the first one, so finding one is ideal.
    assert ndcg_at(1, ["a", "b"], {"a": 1, "b": 1}) == pytest.approx(1)


def test_ndcg_of_nothing_found_is_zero():
    assert ndcg_at(10, [], {"a": 1}) == 0
    assert ndcg_at(10, ["x"], {"a": 1}) == 0


@pytest.mark.parametrize(
    ("k", "ranked", "share"),
    [
        (5, ["a", "x", "b"], 2 / 3),
        (2, ["a", "x", "b"], 1 / 3),
        (5, ["x", "y"], 0),
        (5, [], 0),
        (5, ["c", "b", "a"], 1),
    ],
)
def test_recall_is_the_share_of_the_relevant_among_the_first_k(k, ranked, share):
    assert recall_at(k, ranked, {"a": 1, "b": 1, "c": 1}) == pytest.approx(share)


def test_interval_of_equal_values_is_that_value():
    assert interval([0.25] * 7) == (0.25, 0.25)


def test_interval_of_two_values_spans_both():
    # The mean of two draws is 0 in a quarter of the rounds and 1 in another.
    assert interval([0, 1]) == (0, 1)


def test_interval_of_a_binomial():
    # Five draws at 0.2: P(none) = 0.33, P(3 or more) = 0.058, P(4 or more) = 0.007.
    assert interval([1, 0, 0, 0, 0], rounds=20_000) == pytest.approx((0, 0.6))


def test_interval_is_near_the_normal_one_for_many_values():
    # 0.5 plus and minus 1.96 times 0.5 / sqrt(400).
    assert interval([0, 1] * 200, rounds=4_000) == pytest.approx((0.451, 0.549), abs=0.006)


def test_interval_is_the_same_for_the_same_seed():
    values = [0.1, 0.4, 0.35, 0.8, 1.0, 0.0, 0.63]
    assert interval(values, seed=3) == interval(values, seed=3)
    assert interval(values, seed=3) != interval(values, seed=4)
