"""The doors of actions: the command line, the API, and the client of another process."""

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from fastapi.testclient import TestClient
from pptx import Presentation

from assistant.api import create_app
from assistant.cli import main
from assistant.client import RemoteAssistant
from assistant.core import Assistant
from assistant.draft import escape
from corpus.demo.planted import plan
from corpus.errors import InputError, NotFoundError
from corpus.settings import Settings
from corpus.types import Event
from evals.worlds import gold_store
from tests.corpus.worlds import Answer, fill

LATE = "late-told-before-they-look.delivery-delay"
START = date(2026, 4, 1)

Run = Callable[..., tuple[int, Any, str]]


def parcels() -> list[Event]:
    """Carrier A was late half the time until April and never since; B always a fifth."""
    made = []
    for number in range(600):
        day = date(2026, 1, 1) + timedelta(number * 180 // 600)
        carrier = "AB"[number % 2]
        turn = number // 2 % 10
        late = turn < 2 if carrier == "B" else day < START and turn < 5
        who, visit = f"c{number % 150}", f"s{number}"
        made += [
            Event("purchase", day, who, visit),
            Event("late_delivery" if late else "delivery", day + timedelta(3), who, visit,
                  segments={"transporteur": carrier}),
        ]  # fmt: skip
    return made


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory where delivery is blamed, with lower scores, and nothing else is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANCRAGE_EMBEDDINGS", "none")
    monkeypatch.setenv("ANCRAGE_DATA", str(tmp_path / "data"))
    with Assistant(Settings(data=tmp_path / "data", embeddings="none")) as assistant:
        blamed = [
            Answer(f"c{n}", 2 + n % 3, {"delivery-delay": "-"}, date(2026, 2, 1)) for n in range(40)
        ]
        content = [Answer(f"d{n}", 8 + n % 3, {}, date(2026, 5, 1)) for n in range(80)]
        fill(assistant.store, [*blamed, *content], parcels())
    return tmp_path / "data"


@pytest.fixture
def run(data: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command: its code, its document if it has one (else its text), its stderr."""

    def run(*arguments: str) -> tuple[int, Any, str]:
        code = main(arguments)
        out, err = capsys.readouterr()
        return code, json.loads(out) if "--json" in arguments and not code else out, err

    return run


def test_actions_are_listed_accepted_begun_measured_and_survive(run: Run) -> None:
    code, found, _ = run("actions", "--json")
    assert code == 0
    assert LATE in [each["id"] for each in found["actions"]]
    assert {each["cause"] for each in found["actions"]} == {"delivery-delay"}
    facts = {fact["id"] for fact in found["facts"]}
    for each in found["actions"]:
        assert set(each["facts"]) <= facts
        assert each["impact"]["low"] <= each["impact"]["value"] <= each["impact"]["high"]
        assert each["need"]
    ids = [each["id"] for each in found["actions"]]

    code, found, _ = run("actions", "accept", LATE, "--owner", "Zoé", "--json")
    (action,) = found["actions"]
    assert (action["status"], action["owner"]) == ("accepted", "Zoé")
    run("actions", "start", LATE, "--on", "2026-04-01", "--part", "transporteur=A")
    code, found, _ = run("actions", "measure", LATE, "--json")
    (action,) = found["actions"]
    outcome = action["outcome"]
    measure = next(f for f in outcome["facts"] if f["id"] == outcome["measure"])
    assert (action["status"], outcome["verdict"], outcome["design"]) == (
        "measured", "worked", "controlled",
    )  # fmt: skip
    assert measure["value"] == pytest.approx(-0.5)
    assert measure["low"] <= -0.5 <= measure["high"] < 0
    _, rows, _ = run("sql", measure["query"], "--json")
    assert rows[0]["value"] == pytest.approx(measure["value"])
    # The same ids after everything was written, and the share follows what was measured.
    code, found, _ = run("actions", "list", "--language", "fr", "--json")
    assert sorted(each["id"] for each in found["actions"]) == sorted(ids)
    action = next(each for each in found["actions"] if each["id"] == LATE)
    assert action["causal"]["from"] == "measured"
    assert action["dates"]["started"] == "2026-04-01"


@pytest.mark.slow
def test_the_planted_fix_is_found_and_the_one_without_effect_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The demo company announced two fixes with as much noise; one of them did something."""
    monkeypatch.setenv("ANCRAGE_EMBEDDINGS", "none")
    monkeypatch.setenv("ANCRAGE_DATA", str(tmp_path / "data"))
    gold_store(tmp_path / "data").close()
    causes = plan()["causes"]
    fixes = (
        ("refund-date-kept.refund-delay", causes["returns-portal"], None),
        ("date-kept-nine-times-in-ten.delivery-delay", causes["delivery-partner"], "Vélocis"),
    )
    found = []
    for action, fix, carrier in fixes:
        part = ("--part", f"transporteur={carrier}") if carrier else ()
        assert main(["actions", "accept", action, "--on", str(fix["since"])]) == 0
        assert main(["actions", "start", action, "--on", str(fix["since"]), *part]) == 0
        capsys.readouterr()
        assert main(["actions", "measure", action, "--json"]) == 0
        (told,) = json.loads(capsys.readouterr().out)["actions"]
        outcome = told["outcome"]
        measure = next(f for f in outcome["facts"] if f["id"] == outcome["measure"])
        assert measure["name"] == "effect.rate"
        found.append((outcome["verdict"], measure))
    (portal, none), (carrier, some) = found
    assert portal != "worked"
    assert none["low"] < 0 < none["high"]
    assert carrier == "worked"
    partner = causes["delivery-partner"]
    assert some["low"] < partner["after"] - partner["before"] < some["high"]


def test_what_is_done_already_is_taken_up_though_another_is_proposed(run: Run) -> None:
    _, found, _ = run("actions", "--json")
    assert "no-survey-while-it-is-late.delivery-delay" not in {a["id"] for a in found["actions"]}
    code, found, _ = run("actions", "accept", "no-survey-while-it-is-late.delivery-delay", "--json")
    assert (code, found["actions"][0]["status"]) == (0, "accepted")
    # Where the cause is not found there is nothing to be done about it.
    assert run("actions", "accept", "one-source-of-hours.access")[0] == 1


def test_what_is_dismissed_says_why_and_is_proposed_no_more(run: Run) -> None:
    assert run("actions", "dismiss", LATE)[0] == 2
    _, found, _ = run("actions", "dismiss", LATE, "--reason", "Déjà fait", "--json")
    assert (found["actions"][0]["status"], found["actions"][0]["reason"]) == (
        "dismissed", "Déjà fait",
    )  # fmt: skip
    _, found, _ = run("actions", "--status", "proposed", "--json")
    assert LATE not in [each["id"] for each in found["actions"]]
    assert found["actions"]
    _, answer, _ = run("ask", "Pourquoi nos clients sont-ils mécontents ?", "--json")
    assert answer["actions"]
    assert LATE not in [each["id"] for each in answer["actions"]]
    _, found, _ = run("actions", "accept", LATE, "--json")
    assert found["actions"][0]["status"] == "accepted"


WRONG = (
    (("show", "no-such.thing"), 1, "There is no action"),
    (("measure", LATE), 1, "cannot become measured"),
    (("start", LATE, "--part", "transporteur=Z"), 1, "has transporteur = Z"),
    (("start", LATE, "--part", "transporteur"), 1, "NAME=VALUE"),
    (("edit", LATE, "--causal", "0.9:0.1"), 1, "low end first"),
    (("edit", LATE, "--causal", "much"), 2, "LOW:HIGH"),
    (("edit", LATE, "--effort", "XL"), 1, "no effort"),
    (("list", "--status", "done"), 1, "no status"),
    (("show", LATE, "--language", "nl"), 2, "fr or en"),
)


def test_what_cannot_be_is_one_sentence_and_changes_nothing(run: Run) -> None:
    for arguments, code, said in WRONG:
        found, _, err = run("actions", *arguments)
        assert (found, said in err) == (code, True), err
    _, listed, _ = run("actions", "--json")
    assert {each["status"] for each in listed["actions"]} == {"proposed"}


def test_a_measure_too_early_or_without_before_says_so(run: Run) -> None:
    run("actions", "start", LATE, "--on", "2026-06-28")
    assert "days are too few" in run("actions", "measure", LATE)[2]
    run("actions", "accept", LATE)
    run("actions", "start", LATE, "--on", "2026-01-03")
    assert "no period before" in run("actions", "measure", LATE)[2]


def test_another_framework_is_data(run: Run, tmp_path: Path) -> None:
    _, text, _ = run("actions", "framework")
    book = yaml.safe_load(text)
    assert set(book["behaviours"]) >= {"anchors", "make-it-easy"}
    other = {
        "name": "two",
        "source": "A textbook",
        "behaviours": {
            "ease": {"label": {"fr": "aisance", "en": "ease"},
                     "definition": {"fr": "x", "en": "x"}, "takes": ["make-it-easy", "no-regret"]},
            "bond": {"label": {"fr": "lien", "en": "bond"},
                     "definition": {"fr": "x", "en": "x"}, "takes": ["anchors"]},
        },
    }  # fmt: skip
    file = tmp_path / "two.yaml"
    file.write_text(yaml.safe_dump(other), "utf-8")
    code, _, err = run("actions", "framework", str(file))
    assert (code, "has no behaviour for" in err) == (1, True)
    other["behaviours"]["bond"]["takes"].append("positive-associations")
    other["interventions"] = {"late-told-before-they-look": "bond"}
    file.write_text(yaml.safe_dump(other), "utf-8")
    assert run("actions", "framework", str(file))[0] == 0
    _, found, _ = run("actions", "--json")
    assert {each["behaviour"] for each in found["actions"]} <= {"ease", "bond"}
    assert next(each for each in found["actions"] if each["id"] == LATE)["behaviour"] == "bond"
    assert found["framework"]["behaviours"] == {"ease": "ease", "bond": "bond"}
    assert "bond" in run("actions", "show", LATE)[1]


@pytest.fixture
def api(data: Path) -> Iterator[TestClient]:
    """The API without its work behind, which would code anew what was coded by hand."""
    with Assistant(Settings(data=data, embeddings="none")) as assistant:
        yield TestClient(create_app(assistant, ui=False), base_url="http://127.0.0.1:7860")


def test_the_api_does_the_same_and_tells_problems(api: TestClient) -> None:
    found = api.get("/v1/actions", params={"language": "fr"}).json()
    assert LATE in [each["id"] for each in found["actions"]]
    changed = api.patch(
        "/v1/actions",
        json={"id": LATE, "status": "running", "on": "2026-04-01", "part": "transporteur=A",
              "causal": {"low": 0.2, "high": 0.6}, "note": "Essai"},
    )  # fmt: skip
    (action,) = changed.json()["actions"]
    assert action["causal"] == {"low": 0.2, "high": 0.6, "from": "yours"}
    measured = api.patch(f"/v1/actions/{LATE}", json={"status": "measured"}).json()
    assert measured["actions"][0]["outcome"]["verdict"] == "worked"
    back = api.patch(f"/v1/actions/{LATE}", json={"causal": None}).json()
    assert back["actions"][0]["causal"]["from"] == "measured"
    for answer, status in (
        (api.get("/v1/actions/none.of-these"), 404),
        (api.patch(f"/v1/actions/{LATE}", json={"status": "proposed"}), 400),
        (api.patch(f"/v1/actions/{LATE}", json={"satus": "running"}), 422),
        (api.patch(f"/v1/actions/{LATE}", json={"status": "done"}), 422),
        (api.get("/v1/actions", params={"language": "nl"}), 422),
        (api.put("/v1/actions/framework", json={"framework": "- no"}), 400),
    ):
        assert (answer.status_code, answer.headers["content-type"]) == (
            status, "application/problem+json",
        )  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "evidence", "jira", "xlsx", "md", "pptx"])
def test_actions_go_out_as_files(api: TestClient, form: str) -> None:
    found = api.get("/v1/actions", params={"language": "fr"}).json()
    response = api.get("/v1/actions/file", params={"format": form, "language": "fr"})
    assert response.status_code == 200
    assert "attachment" in response.headers["content-disposition"]
    titles = [each["title"] for each in found["actions"]]
    if form in ("csv", "jira", "evidence"):
        head, *rows = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
        assert rows
        assert {len(row) for row in rows} == {len(head)}
        told = [cell for row in rows for cell in row]
        assert set(titles) <= set(told) or form == "evidence"
        # Every figure of an action and every quote is there, with its query or its record.
        if form == "evidence":
            facts = {fact["query"] for fact in found["facts"]}
            assert {row[-1] for row in rows if row[-1]} <= facts
            assert {row[3] for row in rows if row[3]} == {
                each["passage_id"] for each in found["citations"]
            }
    elif form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        assert book.sheetnames == ["Actions", "Preuves"]
        assert [row[1] for row in book["Actions"].iter_rows(min_row=2, values_only=True)] == titles
    elif form == "md":
        assert all(escape(title) in response.text for title in titles)
    else:
        _, *slides = Presentation(io.BytesIO(response.content)).slides
        assert len(slides) == len({each["cause"] for each in found["actions"]})
        text = " ".join(s.text_frame.text for s in slides[0].shapes if s.has_text_frame)
        assert titles[0] in text
        assert any(shape.has_chart for shape in slides[0].shapes)
        notes = slides[0].notes_slide.notes_text_frame.text
        assert found["actions"][0]["mechanism"]["sources"][0] in notes
        assert found["facts"][0]["query"] in notes


def test_what_a_spreadsheet_would_run_is_text_in_every_table(api: TestClient) -> None:
    note = "=HYPERLINK(0)"
    api.patch(f"/v1/actions/{LATE}", json={"note": note, "owner": "+33 @zoé"})
    content = api.get("/v1/actions/file", params={"format": "csv"}).content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(content)) for cell in row]
    assert f"'{note}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    book = openpyxl.load_workbook(
        io.BytesIO(api.get("/v1/actions/file", params={"format": "xlsx"}).content)
    )
    assert not [c for sheet in book for row in sheet for c in row if c.data_type == "f"]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_what_goes_out(api: TestClient, tmp_path: Path) -> None:
    for form in ("xlsx", "pptx"):
        content = api.get("/v1/actions/file", params={"format": form}).content
        file = tmp_path / f"actions.{form}"
        file.write_bytes(content)
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir"]
        subprocess.run([*command, str(tmp_path), str(file)], check=True, timeout=300)
        assert (tmp_path / "actions.pdf").read_bytes().startswith(b"%PDF")
        (tmp_path / "actions.pdf").unlink()


def test_the_command_line_writes_files_and_refuses_others(run: Run, tmp_path: Path) -> None:
    assert run("actions", "export", str(tmp_path / "a.csv"), "--table", "jira")[0] == 0
    assert (tmp_path / "a.csv").read_bytes().decode("utf-8-sig").startswith("Summary,Issue Type")
    assert run("actions", "export", str(tmp_path / "a.docx"))[0] == 2
    assert run("actions", "export", str(tmp_path / "a.csv"), "--table", "all")[0] == 2


def test_the_client_of_another_process_does_the_same(api: TestClient) -> None:
    remote = RemoteAssistant("http://127.0.0.1:7860")
    remote._http.close()
    remote._http = api  # in the place of the network
    assistant = api.app.state.assistant  # type: ignore[attr-defined]
    assert remote.actions("fr") == json.loads(json.dumps(assistant.actions("fr")))
    found = remote.change_action(
        LATE,
        status="running",
        on=START,
        changes={"causal_low": 0.1, "causal_high": 0.3, "owner": "Zoé"},
    )
    assert found["actions"][0]["causal"]["from"] == "yours"
    assert remote.action(LATE)["actions"][0]["owner"] == "Zoé"
    with pytest.raises(NotFoundError):
        remote.action("none.of-these")
    with pytest.raises(InputError):
        remote.load_framework("- no", "x")
    assert remote.framework() == assistant.framework()
