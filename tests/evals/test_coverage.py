from collections import Counter
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest

from corpus.demo.generate import villages
from evals.coverage.__main__ import figures
from evals.coverage.frames import frames, joined
from evals.coverage.nulls import dealt
from evals.coverage.report import coverage_interval
from evals.coverage.sums import sums
from evals.coverage.truth import counted, key, pooled
from evals.worlds import store_of


@pytest.mark.slow
def test_the_figures_of_a_world_are_those_that_pandas_counts(tmp_path: Path) -> None:
    village = joined(list(villages(3000, 11)))
    truths = counted(sums(frames(village)))
    store = store_of(tmp_path, [village])
    shown = list(figures(store))
    store.close()

    named = {key(figure.name, figure.about): figure for figure in shown}
    known = named.keys() & truths.keys()

    assert {name: truths[name].value for name in known} == pytest.approx(
        {name: named[name].value for name in known}
    )
    # What has no truth here is a count or a part of a regression.
    assert {named[name].name for name in named.keys() - known} <= {
        "change.theme", "change.theme-unclear", "change.theme-complaints", "change.theme-praise",
        "change.explained", "change.unexplained",
        "loss.excess", "loss.incident-excess", "funnel.excess", "funnel.change",
    }  # fmt: skip


def test_what_is_pooled_is_the_formula_of_the_sums() -> None:
    worlds = [
        {
            "share": ("ratio", np.array([k, 10.0])),
            "gap": ("gap", np.array([k, 10.0, 1.0, 10.0])),
            "mix": ("mix", np.array([5.0, 50, 5, 50, 5, 0, 5 + k, 0])),
        }
        for k in (2.0, 4.0) * 20
    ]
    found = pooled(worlds)

    assert found["share"].value == pytest.approx(0.3)
    assert found["gap"].value == pytest.approx(0.2)
    # From 5 and 5 to 5 and 8 of ten points and none: 5/13 - 1/2, times ten.
    assert found["mix"].value == pytest.approx(10 * (5 / 13 - 1 / 2))
    # Each of the 20 groups has both or one of the two: their means vary by 1 about 3.
    assert found["share"].error == pytest.approx(0.1 / np.sqrt(19), rel=0.01)


def test_intervals_that_go_together_in_a_world_count_for_fewer() -> None:
    apart = pd.DataFrame({"world": np.repeat(range(100), 4), "held": ([True] * 3 + [False]) * 100})
    together = pd.DataFrame(
        {"world": np.repeat(range(100), 4), "held": np.repeat([True, True, True, False] * 25, 4)}
    )
    alone, grouped = coverage_interval(apart), coverage_interval(together)

    assert alone[0] < 0.75 < alone[1]
    assert grouped[1] - grouped[0] > 1.9 * (alone[1] - alone[0])


def test_days_are_dealt_within_a_kind_and_countries_among_customers() -> None:
    village = joined(list(villages(200, 3)))
    other = dealt(village, Random(1))

    def days(answers: object) -> Counter[object]:
        return Counter((answer.kind, answer.day) for answer in answers)  # type: ignore[attr-defined]

    assert days(other.answers) == days(village.answers)
    by_customer = {answer.customer: answer.country for answer in other.answers if answer.customer}
    assert all(by_customer[a.customer] == a.country for a in other.answers if a.customer)
    assert [a.day for a in other.answers] != [a.day for a in village.answers]
