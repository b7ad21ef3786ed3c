"""The quick run: which cases it asks, and the figures kept for it."""

import json

from evals.evaluators import suites
from evals.quick import KEPT, SUITES, asked, without_texts
from evals.run import moves, read_run


def test_it_asks_half_of_what_was_looked_at():
    from evals.cases import cases

    looked_at = sorted(case.id for case in cases())[::2]
    assert [case.id for case in asked()] == looked_at[::2]


def test_the_figures_kept_are_of_its_suites_and_cases_and_hold_no_texts():
    kept = read_run(KEPT)
    assert [each["name"] for each in kept["suites"]] == list(SUITES)
    # How quick it is and what a judge says differ from machine to machine.
    assert {*SUITES} == {*suites()} - {"judge", "speed"}
    known = {case.id for case in asked()}
    for each in kept["suites"]:
        assert {*each["cases"][0]} <= {"case", "language", "group", "values"}
        if each["name"] in ("abstention", "counts", "grounding"):
            assert {case["case"] for case in each["cases"]} <= known
    assert not any(each["regressed"] for each in moves(kept, kept))


def test_what_is_kept_is_what_is_compared():
    case = {"case": "a", "language": "en", "group": "a", "values": {"leaks": 1.0},
            "failed": None, "ineligible": None, "shown": {"left": ["x"]}}  # fmt: skip
    empty = {**case, "case": "b", "values": {}}
    made = {"suites": [{"name": "privacy", "cases": [case, empty]}], "run": {"commit": "c"}}
    kept = json.loads(json.dumps(without_texts(made)))
    assert kept["suites"][0]["cases"] == [
        {"case": "a", "language": "en", "group": "a", "values": {"leaks": 1.0}}
    ]
    clean = {**made, "suites": [{"name": "privacy", "cases": [{**case, "values": {"leaks": 0.0}}]}]}
    worse = {each["metric"]: each for each in moves(made, clean)}
    # One of one is within chance, and a promise all the same.
    assert worse["leaks"]["regressed"]
