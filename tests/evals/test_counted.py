from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.types import Answer, Claim, EvidenceSummary, Fact, Understood
from corpus.demo.truth import truth
from evals.counted.__main__ import judge, questions, said
from evals.counted.measures import expected
from evals.demo import tables
from evals.worlds import gold_store

FACT = Fact(
    id="f1", name="silent.left", label="", value=0.5345, unit="share", numerator=248,
    denominator=464, base="customers", n=464, low=None, high=None, method="", filter={},
    query="SELECT 0.5345 AS value", replay="",
)  # fmt: skip


class Sql:
    def sql(self, query: str) -> list[dict[str, Any]]:
        return [{"value": float(query.split()[1])}]


def answer(text: str, fact: Fact = FACT, kind: Any = "finding") -> Answer:
    return Answer(
        id="a", conversation_id="c", question="?", language="en", status="answered",
        understood=Understood("how-many", [], {}, {}, None, ""), text=text,
        claims=[Claim("c1", text, kind, facts=("f1",))], citations=[], facts=[fact],
        evidence=EvidenceSummary(0, 0, 0, 0.0, {}), answerability=1.0,
    )  # fmt: skip


def judged(unit: str, value: float, given: Answer, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("evals.counted.__main__.expected", lambda known, wanted: wanted)
    question = {"unit": unit, "expect": [value]}
    return judge(question, given, {}, Sql()).outcome  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("unit", "value", "text", "outcome"),
    [
        ("share", 0.5345, "53% of those who left", "right"),
        ("share", 0.4655, "47% had spoken", "right"),
        ("count", 248, "248 of them", "right"),
        ("share", 0.5345, "59% of those who left", "wrong"),
        ("share", 0.25, "53% of those who left", "wrong"),
        ("points", 12.0, "53% of those who left", "not answered"),
    ],
)
def test_a_figure_counts_where_fact_and_words_show_it(
    unit: str, value: float, text: str, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert judged(unit, value, answer(text), monkeypatch) == outcome


def test_a_limit_answers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    given = answer("248 of them", kind="limit")
    assert judged("count", 248, given, monkeypatch) == "not answered"


def test_the_better_of_two_may_be_named_second(monkeypatch: pytest.MonkeyPatch) -> None:
    fact = replace(FACT, value=-1.47, unit="score", about={"against": "rest"})
    assert judged("score", 1.47, answer("1.5 points", fact), monkeypatch) == "right"


def test_a_query_that_gives_another_value_is_told() -> None:
    other = replace(FACT, query="SELECT 0.25 AS value")
    found = judge({"unit": "share", "expect": []}, answer("53%", other), {}, Sql())  # type: ignore[arg-type]
    assert found.failed == ["silent.left: 0.25 for 0.5345"]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (4055, "count", "4 055 sessions"),
        (4055, "count", "4,055 sessions"),
        (0.1547, "share", "15 % (464 clients)"),
        (3.853, "score", "3,9 sur 7"),
        (-14.2, "points", "NPS of −14"),
    ],
)
def test_numbers_are_read_as_people_write_them(value: float, unit: str, text: str) -> None:
    assert said(value, unit, text)


def test_forty_questions_half_in_french() -> None:
    assert len(questions()) == 40
    assert sum(each["language"] == "fr" for each in questions()) == 20
    assert len({each["id"] for each in questions()}) == 40


@pytest.mark.slow
def test_measures_agree_with_the_truth_table(tmp_path: Path) -> None:
    gold_store(tmp_path).close()
    known = tables(tmp_path / "store.duckdb")
    rows = {row["name"]: row for row in truth()["rows"]}

    for question in questions():
        assert all(isinstance(expected(known, each), float) for each in question["expect"])
    for wanted, row in (
        ({"measure": "answers"}, rows["records"]),
        ({"measure": "events", "kind": "churn"}, rows["events.kind.churn"]),
        ({"measure": "nps", "segment": "fidèle", "since": "2026-07-01", "until": "2026-09-30"},
         rows["nps.2026-Q3.fidèle"]),
        ({"measure": "mean", "file": "demo-assistance.csv"}, {"value": 4.5239}),
    ):  # fmt: skip
        assert expected(known, wanted) == pytest.approx(row["value"], rel=1e-4)
