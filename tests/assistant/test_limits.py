"""What a question limits itself to, as filters."""

from datetime import date

import pytest

from assistant.reading.types import Limits
from corpus.filters import Filters
from corpus.types import HIGH, LOW


@pytest.mark.parametrize(
    ("score", "bounds"), [("low", (None, LOW)), ("high", (HIGH, None)), (None, (None, None))]
)
def test_an_end_of_the_scale_becomes_its_bounds(score, bounds):
    filters = Limits(score=score).within(Filters())
    assert (filters.score_min, filters.score_max) == bounds


def test_what_was_asked_for_beside_the_question_stands():
    limits = Limits(
        stages=("purchase",),
        since=date(2026, 1, 1),
        segment={"pays": "BE", "segment": "nouveau"},
        score="low",
    )
    asked = Filters(stage=("use",), segment={"pays": "FR"}, score_max=0.2)
    found = limits.within(asked)
    assert (found.stage, found.since, found.score_max) == (("use",), date(2026, 1, 1), 0.2)
    assert found.segment == {"pays": "FR", "segment": "nouveau"}


def test_the_second_side_of_a_comparison_keeps_what_it_does_not_change():
    first = Limits(channels=("web",), segment={"pays": "BE", "segment": "nouveau"})
    second = Limits(segment={"segment": "fidèle"}).over(first)
    assert second.segment == {"pays": "BE", "segment": "fidèle"}
    assert second.channels == ("web",)
    later = Limits(since=date(2026, 7, 1), until=date(2026, 9, 30))
    earlier = Limits(since=date(2026, 4, 1)).over(later)
    assert (earlier.since, earlier.until) == (date(2026, 4, 1), None)
