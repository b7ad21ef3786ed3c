from collections import Counter
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest

from corpus.demo.generate import villages
from evals.coverage.__main__ import NAMELESS, figures, world
from evals.coverage.frames import frames, joined
from evals.coverage.nulls import dealt
from evals.coverage.report import coverage_interval, print_coverage
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


def test_figures_that_few_worlds_show_are_counted_apart(capsys: pytest.CaptureFixture[str]) -> None:
    every = [(n, "often|step=cart", 0.5, 0.4, 0.6, 0.45, 0.0) for n in range(20)]
    some = [(n, "seldom|step=cart", 0.1, 0.06, 0.14, 0.05, 0.0) for n in range(5)]
    columns = ["world", "key", "value", "low", "high", "truth", "error"]
    print_coverage(pd.DataFrame([*every, *some], columns=columns))

    usual, chosen = capsys.readouterr().out.split("shown in fewer")
    assert "often" in usual
    assert "1.000" in usual
    assert "seldom" not in usual
    assert "seldom" in chosen
    assert "0.000" in chosen
    assert "often" not in chosen


def test_as_many_come_without_an_account_as_chance_has_it_whatever_customers_do() -> None:
    worlds = [world(number, 20, 0) for number in range(40)]
    visits = np.array([len({event.session for event in each.strangers}) for each in worlds])
    done = np.array([sum(len(life.events) for life in each.lives) for each in worlds])

    assert abs(visits.mean() - 20 * NAMELESS) < 4 * np.sqrt(20 * NAMELESS / len(worlds))
    # A count by chance varies as much as its mean; four standard errors of that.
    assert abs(visits.var(ddof=1) / visits.mean() - 1) < 4 * np.sqrt(2 / (len(worlds) - 1))
    assert abs(np.corrcoef(visits, done)[0, 1]) < 4 / np.sqrt(len(worlds))
    again = world(0, 20, 0)
    assert again.strangers == worlds[0].strangers


def test_days_are_dealt_within_a_kind_and_countries_among_customers() -> None:
    village = joined(list(villages(200, 3)))
    other = dealt(village, Random(1))

    def days(answers: object) -> Counter[object]:
        return Counter((answer.kind, answer.day) for answer in answers)  # type: ignore[attr-defined]

    assert days(other.answers) == days(village.answers)
    by_customer = {answer.customer: answer.country for answer in other.answers if answer.customer}
    assert all(by_customer[a.customer] == a.country for a in other.answers if a.customer)
    assert [a.day for a in other.answers] != [a.day for a in village.answers]
