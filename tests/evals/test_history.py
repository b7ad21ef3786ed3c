"""Runs that are kept: compared with by name, listed, plotted, and shown at every door."""

import json
from pathlib import Path

import pytest
import yaml
from starlette.testclient import TestClient

from assistant.api.app import create_app
from assistant.cli import main
from assistant.core import Assistant
from assistant.ui.parts import own
from corpus.settings import Settings
from evals.evaluators import suite, suites

CASES = """
- id: late
  language: en
  question: "Why are deliveries late?"
  nuggets: [{any: ["nobody told"]}]
  passages: ["The delivery was late and nobody told me"]
- {id: cup, language: en, question: "Who won the cup in 1998?", status: [abstained]}
"""
SUITES = ("abstention", "answers", "retrieval")


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANCRAGE_EMBEDDINGS", "none")
    monkeypatch.setenv("ANCRAGE_DATA", "data")
    said = ["The delivery was late and nobody told me.", "Great shoes.", "The refund took weeks."]
    rows = "".join(f'{n},"{text}",{1 + n}\n' for n, text in enumerate(said))
    (tmp_path / "said.csv").write_text("id,review,stars\n" + rows, "utf-8")
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "own.yaml").write_text(CASES, "utf-8")
    assert main(["ingest", "said.csv"]) == 0
    return tmp_path / "data"


def run(*options):
    return main(["eval", *SUITES, "--cases", "cases", *options])


def listed(capsys, *options):
    capsys.readouterr()
    assert main(["eval", "runs", "--json", *options]) == 0
    return json.loads(capsys.readouterr().out)["runs"]


def test_a_run_twice_over_gives_the_same_figures_and_is_compared_by_name(capsys):
    assert listed(capsys) == []
    assert run() == 0
    assert run("--against", "last", "--report", "report.html") == 0
    first, second = listed(capsys)
    assert first["id"] != second["id"]
    assert first["suites"] == second["suites"]
    assert {suite["name"] for suite in first["suites"]} == set(SUITES)
    assert first["cases"] == 2
    report = Path("report.html").read_text("utf-8")
    assert "Plotly.newPlot" in report
    assert first["id"] in report
    assert 'src="http' not in report
    # By its id, and by what nobody made.
    assert run("--against", first["id"]) == 0
    assert run("--against", "never") == 1
    assert first["id"] in capsys.readouterr().err


def test_runs_are_kept_where_the_user_says(capsys, tmp_path):
    assert run("--history", "elsewhere") == 0
    assert listed(capsys) == []
    (line,) = listed(capsys, "--history", "elsewhere")
    assert (tmp_path / "elsewhere" / f"{line['id']}.json").exists()


def test_a_regression_against_a_kept_run_exits_with_one(capsys, data):
    assert run() == 0
    (line,) = listed(capsys)
    kept = data / "evals" / f"{line['id']}.json"
    before = json.loads(kept.read_text("utf-8"))
    for each in before["suites"]:
        for case in each["cases"]:
            # Twenty like it, so that the difference is beyond chance.
            case["values"] = dict.fromkeys(case["values"], 1.0)
    kept.write_text(json.dumps(before), "utf-8")
    text = Path("cases/own.yaml").read_text("utf-8")
    Path("cases/own.yaml").write_text(text.replace('nobody told"]', 'never said"]'), "utf-8")
    assert run("--against", line["id"]) == 1
    assert "REGRESSED" in capsys.readouterr().out


def test_the_api_gives_the_last_run_with_its_worst_cases(capsys, data):
    text = Path("cases/own.yaml").read_text("utf-8")
    Path("cases/own.yaml").write_text(text.replace('nobody told"]', 'never said"]'), "utf-8")
    assert run() == 0
    assert run() == 0
    with Assistant(Settings(data=data, embeddings="none")) as assistant:
        client = TestClient(create_app(assistant, ui=False), base_url="http://127.0.0.1")
        found = client.get("/v1/quality").json()
    assert len(found["history"]) == 2
    (answers,) = [s for s in found["latest"]["suites"] if s["name"] == "answers"]
    (worst,) = answers["worst"]
    assert worst["case"] == "late"
    shown = found["latest"]["answers"]["late"]
    assert shown["question"] == "Why are deliveries late?"
    assert shown["citations"][0]["quote"] in "The delivery was late and nobody told me."


def test_before_any_run_there_is_none(data):
    with Assistant(Settings(data=data, embeddings="none")) as assistant:
        client = TestClient(create_app(assistant, ui=False), base_url="http://127.0.0.1")
        assert client.get("/v1/quality").json() == {"latest": None, "history": []}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_figure_has_a_sentence_that_says_what_it_means(language):
    texts = yaml.safe_load(own("quality.yaml"))
    for name in suites():
        assert texts["suites"][name][language]
        for metric in suite(name).METRICS:
            assert texts["metrics"][f"{name}.{metric.name}"][language].endswith(".")
