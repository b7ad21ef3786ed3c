"""A segment that nobody changes is counted in what is derived from all events: the same figures."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from corpus.codebook import starting_codebook
from corpus.filters import Filters
from corpus.metrics import compute
from corpus.metrics.relations import picks_people
from corpus.metrics.types import Ask
from corpus.store import Store
from corpus.types import Event
from tests.corpus.worlds import Answer, fill

BOOK = starting_codebook()
START = date(2026, 1, 1)
NAMES = ("funnel", "links", "loss", "silent", "fading", "mishaps", "volume", "voices", "attachment")
BELGIAN = Ask(filters=Filters(segment={"country": "BE"}))


def world(seed, *, moving=False):
    """Customers and visitors of two countries; ``moving``: a few of their visits are abroad."""
    rng = np.random.default_rng(seed)
    answers, events = [], []
    for number in range(240):
        who = f"c{number}" if number % 5 else None
        home = "BE" if number % 3 == 0 else "FR"
        for visit in range(3):
            country = "FR" if moving and visit == 1 and number % 30 == 3 else home
            day = START + timedelta(int(rng.integers(0, 150)) if visit else 149 * (number % 2))
            own = {"country": country, "group": f"g{number % 2}"}
            kinds = ["visit", "cart", "checkout", "purchase", "delivery"][: int(rng.integers(2, 6))]
            kinds += ["churn"] if who and visit == 2 and rng.random() < 0.2 else []
            for kind in kinds:
                paid = {"bank": str(number % 4)} if kind == "checkout" else {}
                session = f"s{number}.{visit}"
                events.append(Event(kind, day, who, session, None, "web", None, own | paid))
        if who and number % 2:
            said = {"account": "-"} if rng.random() < 0.3 else {"price": "+"}
            answers.append(Answer(who, 8, said, date=START, segments={"country": home}))
    return answers, events


def told(store, ask):
    """What every analysis says, replayed."""
    found = []
    for name in NAMES:
        for figure in compute(name, store, BOOK, ask):
            if figure.value is not None and figure.replayed == "value":
                again = store.sql(figure.query)[0]["value"]
                assert again == pytest.approx(figure.value, abs=1e-9), figure.name
            found.append(replace(figure, query=""))
    return found


def of_belgium_alone(answers, events):
    return (
        [each for each in answers if each.segments.get("country") == "BE"],
        [each for each in events if each.segments.get("country") == "BE"],
    )


@pytest.mark.parametrize("moving", [False, True])
def test_a_segment_s_figures_are_those_of_a_store_of_it_alone(tmp_path, moving):
    answers, events = world(7, moving=moving)
    whole, part = Store(tmp_path / "whole.duckdb"), Store(tmp_path / "part.duckdb")
    fill(whole, answers, events)
    fill(part, *of_belgium_alone(answers, events))
    assert picks_people(whole, BELGIAN) is not moving
    found, alone = told(whole, BELGIAN), told(part, Ask())
    assert len(found) > 40
    by_name = {(each.name, *sorted(each.about.items())): each for each in alone}
    for figure in found:
        own = by_name[figure.name, *sorted(figure.about.items())]
        assert (figure.value, figure.n) == (pytest.approx(own.value, abs=1e-9), own.n), figure
    assert len(found) == len(alone)
    whole.close()
    part.close()


def test_a_segment_that_does_not_reach_every_step_is_counted_by_itself(store):
    answers, events = world(1)
    events = [e for e in events if e.kind != "cart" or e.segments["country"] == "FR"]
    fill(store, answers, events)
    assert not picks_people(store, BELGIAN)
    steps = {f.about["step"] for f in compute("funnel", store, BOOK, BELGIAN)}
    assert steps == {"visit", "checkout", "purchase"}
