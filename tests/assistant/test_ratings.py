"""Thumbs on answers, at the command line and over HTTP, and the cases that they become."""

import csv
import io
import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.api.app import create_app
from assistant.cli import main
from assistant.core import Assistant
from corpus.files import RawFile
from corpus.settings import Settings

ROWS = "".join(
    f"R{n};2026-0{1 + n % 3}-10;{1 if n % 2 else 5};"
    + ("Les frais de livraison apparaissent au paiement." if n % 2 else "Le vendeur est aimable.")
    + "\n"
    for n in range(80)
)
QUESTION = "Pourquoi les clients se plaignent-ils des frais de livraison ?"


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANCRAGE_EMBEDDINGS", "none")
    monkeypatch.setenv("ANCRAGE_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def client(data):
    with Assistant(Settings(data=data, embeddings="none")) as assistant:
        file = RawFile("avis.csv", ("id;date;note;avis\n" + ROWS).encode())
        assistant.ingest(file, origin="avis.csv")
        assistant.code()
        yield TestClient(create_app(assistant, ui=False), base_url="http://127.0.0.1")


def asked(client, **body):
    return client.post("/v1/ask", json={"question": QUESTION, **body}).json()


def test_a_rating_is_kept_replaced_and_goes_with_its_conversation(client):
    answer = asked(client)
    given = {"answer_id": answer["id"], "verdict": "up", "comment": "  Just\nwhat I wanted "}
    assert client.post("/v1/ratings", json=given).status_code == 201
    client.post("/v1/ratings", json={**given, "comment": ""})
    assert client.get("/v1/ratings").json()["ratings"][0]["comment"].startswith("Just")
    client.post("/v1/ratings", json={**given, "verdict": "down", "comment": "mail me at a@b.fr"})
    (rated,) = client.get("/v1/ratings").json()["ratings"]
    assert (rated["verdict"], rated["question"], rated["before"]) == ("down", QUESTION, [])
    assert "a@b.fr" not in rated["comment"]
    assert rated["answer"]["text"] == answer["text"]
    client.delete(f"/v1/conversations/{answer['conversation_id']}")
    assert client.get("/v1/ratings").json() == {"ratings": []}


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"answer_id": "nowhere"}, 404), ({"verdict": "sideways"}, 422), ({"stars": 5}, 422),
     ({"comment": "x" * 2001}, 400)],
)  # fmt: skip
def test_a_rating_that_cannot_be_is_refused(client, changed, status):
    given = {"answer_id": asked(client)["id"], "verdict": "up", **changed}
    assert client.post("/v1/ratings", json=given).status_code == status


def test_rated_answers_become_drafts_of_cases(client, data, capsys):
    first = asked(client)
    then = asked(client, question="Et en janvier ?", conversation_id=first["conversation_id"])
    client.app.state.assistant.close()
    assert main(["rate", first["id"], "up", "--comment", "Exact."]) == 0
    assert main(["rate", then["id"], "down"]) == 0
    assert main(["rate", then["id"], "sideways"]) == 2
    assert main(["eval", "generate", "own.csv", "--kind", "thumbs"]) == 0
    rows = list(csv.DictReader(io.StringIO(Path("own.csv").read_text("utf-8-sig"))))
    down, up = rows
    assert (down["before"], down["expect"], down["passages"]) == (QUESTION, "", "")
    assert (up["question"], up["expect"], up["note"]) == (QUESTION, "answered", "up: Exact.")
    assert set(up["passages"].split("\n")) <= {c["passage_id"] for c in first["citations"]}
    assert first["citations"][0]["quote"] in up["evidence"]

    out = io.StringIO()
    writer = csv.DictWriter(out, up)
    writer.writeheader()
    writer.writerow({**up, "approved": "yes"})
    Path("own.csv").write_text(out.getvalue(), "utf-8")
    run = ["eval", "abstention", "--cases", "own.csv", "--json", "run.json"]
    assert main(run) == 0
    (suite,) = json.loads(Path("run.json").read_text("utf-8"))["suites"]
    assert suite["metrics"][0]["name"] == "answered"
    assert suite["metrics"][0]["value"] == 1
