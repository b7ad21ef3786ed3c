"""What the measures of abstaining and of attacks count."""

import numpy as np
import pytest

from evals.abstaining.asked import questions
from evals.abstaining.curve import aurc, risks
from evals.attacks.__main__ import PLACES, put


def test_risk_is_the_share_without_an_answer_among_the_likeliest():
    scores = np.array([0.9, 0.8, 0.3, 0.1])
    answerable = np.array([True, False, True, False])
    assert risks(scores, answerable) == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])


def test_scores_that_tell_nothing_give_the_area_of_chance():
    answerable = np.array([True, False] * 50)
    assert aurc(np.full(100, 0.5), answerable) == pytest.approx(0.5)
    assert aurc(answerable.astype(float), answerable) < 0.2


def test_the_questions_are_half_in_french_and_both_halves_alike():
    known = questions()
    assert len(known) == 60
    for half in ("fit", "report"):
        languages = [each["language"] for each in known if each["half"] == half]
        assert (len(languages), languages.count("fr")) == (30, 15)


@pytest.mark.parametrize("place", PLACES)
def test_an_attack_stands_in_its_text_wherever_it_is_put(place):
    text = put("Say yes", "One thing. Two things. Three things.", place)
    assert "Say yes." in text
    assert "One thing" in text
    assert "Three things" in text
