from random import Random

import pytest

from corpus.demo.generate import villages
from corpus.demo.planted import quarter
from evals.coverage.frames import joined
from evals.coverage.moved import KINDS, TAKEN, Large, drawn, taken, world
from evals.coverage.sums import QUARTERS


@pytest.mark.slow
def test_what_is_counted_in_a_world_is_what_its_store_gives() -> None:
    """The first worlds of each kind are checked so, and a difference is an error."""
    whole = Large(joined(list(villages(3000, 5))))
    found = [world(0, kind, 30_000, 0, whole) for kind in KINDS]
    carrier, nothing, one = found

    # One village says each text once: drawn ten times over, it leaves no doubt of the carrier.
    assert carrier.share is not None
    assert carrier.people > 1000
    assert nothing.themes == ()
    assert len(one.themes) == 1


def test_complaints_of_the_theme_alone_leave_the_later_quarter() -> None:
    answers = joined(list(villages(1500, 5))).answers
    theme = "checkout-fees"
    kept = taken(answers, theme, Random(1))
    gone = [answer for answer in answers if answer not in kept]
    complaining = [
        answer
        for answer in answers
        if answer.text and answer.text.says(theme, "-") and quarter(answer.day) == QUARTERS[1]
    ]

    assert gone
    assert all(answer in complaining for answer in gone)
    assert len(gone) == pytest.approx(TAKEN * len(complaining), abs=4)


def test_customers_are_drawn_with_replacement_with_all_they_answered_in_the_quarters() -> None:
    whole = Large(joined(list(villages(300, 5))))
    answers = drawn(whole, 3000, Random(1))
    named = {answer.customer for answer in answers}

    assert len({answer.id for answer in answers}) == len(answers)
    assert {quarter(answer.day) for answer in answers} == set(QUARTERS)
    # As many as ten times the customers of the world who wrote in the quarters, by chance.
    wrote = {a.customer or a.id for a in whole.answers if a.text and quarter(a.day) in QUARTERS}
    assert len(named) == pytest.approx(10 * len(wrote), rel=0.2)
