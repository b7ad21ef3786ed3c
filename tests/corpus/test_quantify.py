"""The corrected share: right on average, exact where all is known, and with honest intervals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from corpus.coding.quantify import corrected_share

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]

SIZE, SAMPLE = 4000, 300


def corpus(rng: np.random.Generator, share: float, skill: float) -> tuple[Floats, Flags]:
    """A coder's probabilities, whose logits the theme shifts by ``skill``; and the truth."""
    truth = rng.random(SIZE) < share
    logits = skill * rng.normal(size=SIZE) + skill**2 * (truth - 1.0)
    return 1 / (1 + np.exp(-logits)), truth


def stratified(rng: np.random.Generator, probabilities: Floats) -> tuple[Places, Floats]:
    """A sample a quarter of which, if there are as many, the coder marked; and its weights."""
    marked = np.flatnonzero(probabilities >= 0.5)
    unmarked = np.flatnonzero(probabilities < 0.5)
    taken = min(len(marked), SAMPLE // 4)
    rest = SAMPLE - taken
    places = [rng.choice(marked, taken, False), rng.choice(unmarked, rest, False)]
    weights = [np.full(taken, len(marked) / taken), np.full(rest, len(unmarked) / rest)]
    return np.concatenate(places), np.concatenate(weights)


def test_a_known_example() -> None:
    # Marked: 100 of 1000; people find 8 of 10 right, and the theme in 3 of 90 of the others. With
    # a coder that says yes or no this is the post-stratified share: .1 * .8 + .9 * 3 / 90.
    probabilities = np.repeat([1.0, 0.0], [100, 900])
    labelled = np.r_[0:10, 100:190]
    truth = np.zeros(100, dtype=bool)
    truth[[*range(8), 10, 11, 12]] = True
    found = corrected_share(probabilities, labelled, truth)
    assert found.value == pytest.approx(0.11, abs=1e-3)
    assert found.low < 0.11 < found.high
    assert (found.n, found.raw) == (100, 0.1)


@pytest.mark.parametrize("share", [0.02, 0.3])
@pytest.mark.parametrize("drawn", ["simple", "stratified"])
def test_right_on_average_better_than_the_sample_and_honest(share: float, drawn: str) -> None:
    rng = np.random.default_rng(11)
    errors, plain, held = [], [], []
    for _ in range(200):
        probabilities, truth = corpus(rng, share, skill=2.5)
        labelled = rng.choice(SIZE, SAMPLE, False)
        plain.append(truth[labelled].mean() - truth.mean())
        weights = None
        if drawn == "stratified":
            labelled, weights = stratified(rng, probabilities)
        found = corrected_share(probabilities, labelled, truth[labelled], weights)
        errors.append(found.value - truth.mean())
        held.append(found.low <= truth.mean() <= found.high)
    assert abs(np.mean(errors)) < 3 * np.std(errors) / np.sqrt(200)
    assert np.std(errors) < 0.8 * np.std(plain)
    assert 0.84 <= np.mean(held) <= 0.97  # .9, and what chance allows 200 draws


def test_a_coder_that_knows_nothing_does_no_harm() -> None:
    rng = np.random.default_rng(12)
    errors, plain = [], []
    for _ in range(100):
        _, truth = corpus(rng, 0.1, skill=1)
        labelled = rng.choice(SIZE, SAMPLE, False)
        found = corrected_share(rng.random(SIZE), labelled, truth[labelled])
        errors.append(found.value - truth.mean())
        plain.append(truth[labelled].mean() - truth.mean())
    assert np.std(errors) < 1.05 * np.std(plain)


def test_the_scale_of_the_probabilities_hardly_counts() -> None:
    rng = np.random.default_rng(13)
    probabilities, truth = corpus(rng, 0.1, skill=2)
    odds = probabilities / (1 - probabilities)
    labelled = rng.choice(SIZE, SAMPLE, False)
    first, other = (
        corrected_share(each, labelled, truth[labelled])
        for each in (probabilities, 3 * odds**0.7 / (1 + 3 * odds**0.7))
    )
    assert other.value == pytest.approx(first.value, abs=2e-3)
    assert other.high == pytest.approx(first.high, abs=4e-3)
    assert other.raw != first.raw


def test_intervals_of_a_higher_level_hold_those_of_a_lower() -> None:
    rng = np.random.default_rng(14)
    probabilities, truth = corpus(rng, 0.05, skill=2)
    labelled, weights = stratified(rng, probabilities)
    sizes = [0.5, 0.9, 0.99]
    found = [
        corrected_share(probabilities, labelled, truth[labelled], weights, level) for level in sizes
    ]
    assert found[2].low < found[1].low < found[0].low
    assert found[0].high < found[1].high < found[2].high


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30), st.data())
def test_what_holds_for_any_sample(units: list[tuple[float, bool]], data: st.DataObject) -> None:
    probabilities = np.array([probability for probability, _ in units])
    truth = np.array([present for _, present in units])
    places = st.lists(st.sampled_from(range(len(units))), min_size=1, unique=True)
    labelled = np.array(data.draw(places))
    found = corrected_share(probabilities, labelled, truth[labelled])
    known = truth[labelled].sum() / len(units)
    unknown = 1 - len(labelled) / len(units)
    assert known - 1e-9 <= found.low <= found.value <= found.high <= known + unknown + 1e-9
    assert found.low - 1e-9 <= found.value <= found.high + 1e-9
    all_of_them = corrected_share(probabilities, np.arange(len(units)), truth)
    for exact in (all_of_them.value, all_of_them.low, all_of_them.high):
        assert exact == pytest.approx(truth.mean())


def test_all_of_a_stratum_may_be_labelled() -> None:
    # All 20 marked units are known, 15 of them with the theme; of the rest one in 50, 2 of 100.
    probabilities = np.repeat([0.9, 0.1], [20, 980])
    labelled = np.arange(120)
    truth = np.zeros(120, dtype=bool)
    truth[[*range(15), 20, 21]] = True
    sampling = np.repeat([1, 9.8], [20, 100])
    found = corrected_share(probabilities, labelled, truth, sampling)
    assert found.value == pytest.approx((15 + 0.02 * 980) / 1000)
    assert 0.017 <= found.low < found.value < found.high


@pytest.mark.parametrize(
    ("probabilities", "labelled", "truth", "sampling", "says"),
    [
        ([], [], [], None, "at least one"),
        ([0.5], [], [], None, "at least one"),
        ([1.5], [0], [True], None, "between 0 and 1"),
        ([float("nan")], [0], [True], None, "between 0 and 1"),
        ([0.5, 0.5], [0], [True, False], None, "labels must be equally many"),
        ([0.5, 0.5], [0, 0], [True, True], None, "different places"),
        ([0.5, 0.5], [2], [True], None, "different places"),
        ([0.5, 0.5], [0], [True], [1.0, 1.0], "weights must be equally many"),
        ([0.5, 0.5], [0], [True], [0.5], "no weight is below 1"),
        ([0.5, 0.5], [0], [True], [1.0], "the rest is unknown"),
    ],
)
def test_what_is_no_sample_is_refused(
    probabilities: list[float],
    labelled: list[int],
    truth: list[bool],
    sampling: list[float] | None,
    says: str,
) -> None:
    with pytest.raises(ValueError, match=says):
        corrected_share(
            np.array(probabilities),
            np.array(labelled, dtype=int),
            np.array(truth, dtype=bool),
            None if sampling is None else np.array(sampling),
        )


def test_a_level_is_a_part() -> None:
    with pytest.raises(ValueError, match="level"):
        corrected_share(np.array([0.5]), np.array([0]), np.array([True]), level=90)
