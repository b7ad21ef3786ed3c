"""Reciprocal rank fusion."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.fusion import K, fuse
from retrieval.types import Ranked

RANKINGS = st.lists(st.lists(st.sampled_from("abcdefgh"), unique=True), max_size=4)


def ranking(ids: str | list[str]) -> list[Ranked]:
    """Ids in order, with scores that fusion must not look at."""
    return [Ranked(i, random.random() * 1000) for i in ids]


def fused(*rankings: str | list[str]) -> dict[str, float]:
    return {r.id: r.score for r in fuse(*map(ranking, rankings))}


def test_the_formula() -> None:
    assert fused("ab", "bc") == {
        "b": pytest.approx(1 / (K + 2) + 1 / (K + 1)),
        "a": pytest.approx(1 / (K + 1)),
        "c": pytest.approx(1 / (K + 2)),
    }
    assert list(fused("ab", "bc")) == ["b", "a", "c"]


def test_the_constant() -> None:
    assert K == 60
    assert fuse(ranking("a"), k=0)[0].score == 1.0


def test_ties_come_in_the_order_of_their_ids() -> None:
    assert list(fused("ba", "ab")) == list(fused("ab", "ba")) == ["a", "b"]
    assert list(fused("c", "a", "b")) == ["a", "b", "c"]


def test_one_ranking_keeps_its_order() -> None:
    assert list(fused("dacb", "")) == list("dacb")
    assert fused() == fused("", "") == {}


@given(RANKINGS)
def test_every_id_comes_once_best_first(rankings: list[list[str]]) -> None:
    found = fuse(*map(ranking, rankings))
    assert sorted(r.id for r in found) == sorted({i for ids in rankings for i in ids})
    scores = [r.score for r in found]
    assert scores == sorted(scores, reverse=True)


@given(
    st.lists(st.sampled_from("abcd"), unique=True), st.lists(st.sampled_from("abcd"), unique=True)
)
def test_the_order_of_two_rankings_does_not_matter(one: list[str], two: list[str]) -> None:
    assert list(fused(one, two).items()) == list(fused(two, one).items())
