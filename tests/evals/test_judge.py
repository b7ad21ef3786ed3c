"""A chat model as judge, over HTTP: what it says, and how far people agree with it."""

import json
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.testing import ScriptedEndpoint

CASES = """
- {id: late, language: en, question: "Why are deliveries late?"}
- {id: cup, language: en, question: "Who won the cup in 1998?", status: [abstained]}
"""


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANCRAGE_EMBEDDINGS", "none")
    monkeypatch.setenv("ANCRAGE_DATA", "data")
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "said.csv").write_text(
        'id,review,stars\n1,"The delivery was late and nobody told me.",1\n2,Great shoes.,5\n',
        "utf-8",
    )
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "own.yaml").write_text(CASES, "utf-8")
    assert main(["ingest", "said.csv"]) == 0


@pytest.fixture
def judged(monkeypatch):
    """Runs the suite with an endpoint that judges as a step says."""
    endpoints = []

    def run(step, *options):
        endpoint = ScriptedEndpoint(step)
        endpoints.append(endpoint)
        monkeypatch.setenv("ANCRAGE_CHAT_URL", endpoint.url)
        options = ("--cases", "cases", "--json", "run.json", *options)
        assert main(["eval", "judge", "--judge", "judge:1b", *options]) == 0
        return json.loads(Path("run.json").read_text("utf-8")), endpoint

    yield run
    for endpoint in endpoints:
        endpoint.close()


def always(yes):
    return lambda body: json.dumps({"reason": "So it is.", "yes": yes})


def test_what_a_judge_says_stands_beside_its_agreement_with_people(judged, capsys):
    result, endpoint = judged(always(True))
    (suite,) = result["suites"]
    (carried,) = suite["metrics"]
    assert (carried["name"], carried["value"], carried["n"]) == ("carried", 1, 1)
    judge = result["run"]["judge"]
    assert judge["model"] == "judge:1b"
    assert len(judge["prompt"]) == 12
    # Who says yes to everything agrees with people on half: the altered sentences.
    assert (judge["agreement"]["value"], judge["agreement"]["n"]) == (0.5, 60)
    assert judge["agreement"]["kappa"] == 0
    assert "agrees with people on 0.50" in capsys.readouterr().out
    assert "You judge one sentence" in json.dumps(endpoint.asked[0])
    assert any("The delivery was late" in json.dumps(body) for body in endpoint.asked)


def test_a_silent_judge_fails_its_cases_and_the_run_says_so(judged):
    def step(body):
        # It judges what it is tried on, and has no verdict on the answer.
        return (
            "who knows"
            if "late" in json.dumps(body["messages"][-1]).lower()
            else always(False)(body)
        )

    result, _ = judged(step)
    (suite,) = result["suites"]
    assert (suite["n"], suite["failed"]) == (0, 1)
    agreement = result["run"]["judge"]["agreement"]
    assert 0 < agreement["n"] < 60
    assert agreement["n"] + agreement["failed"] == 60


def test_a_judge_that_never_answers_has_no_agreement(judged, capsys):
    result, _ = judged(lambda body: "who knows")
    assert result["run"]["judge"]["agreement"] is None
    assert "no verdict" in capsys.readouterr().out


def test_the_model_that_is_judged_is_no_judge_unless_told_so(judged, monkeypatch, capsys):
    monkeypatch.setenv("ANCRAGE_CHAT_MODEL", "judge:1b")
    monkeypatch.setenv("ANCRAGE_CHAT_URL", "http://127.0.0.1:9/v1")
    assert main(["eval", "judge", "--judge", "judge:1b", "--cases", "cases"]) == 2
    assert "--judge-itself" in capsys.readouterr().err


def test_without_a_judge_the_suite_runs_and_is_ineligible():
    assert main(["eval", "judge", "--cases", "cases", "--json", "run.json"]) == 0
    (suite,) = json.loads(Path("run.json").read_text("utf-8"))["suites"]
    assert (suite["n"], suite["failed"], suite["ineligible"]) == (0, 0, 1)
