"""The HTTP door, over a real Assistant."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from fastapi.testclient import TestClient

from assistant.api import create_app
from assistant.api.guard import Guard
from assistant.core import Assistant
from corpus.settings import Settings

AVIS = """id_client;date;avis;note;canal
C1;12/03/2026;Les frais de livraison apparaissent au paiement. J'ai abandonné.;2;web
C2;13/03/2026;Livraison rapide et colis soigné, je recommande.;5;web
C3;14/04/2026;Le paiement par carte échoue à chaque fois, c'est pénible.;1;boutique
C4;15/04/2026;;;
"""


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    settings = Settings(data=tmp_path / "data", embeddings="hashed-words", max_upload_mb=1)
    with Assistant(settings) as assistant:
        yield assistant


@pytest.fixture
def client(assistant: Assistant) -> Iterator[TestClient]:
    app = create_app(assistant, ui=False, allowed_hosts=["testserver"])
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def upload(client: TestClient, name: str, content: bytes | str, **fields: object) -> dict:
    response = client.post("/v1/sources", files={"file": (name, content)}, data=fields)
    assert response.status_code == 202
    assert response.headers["location"] == f"/v1/jobs/{response.json()['id']}"
    for _ in range(500):
        job = client.get(response.headers["location"]).json()
        if job["state"] in ("done", "failed"):
            return job
        time.sleep(0.02)
    raise AssertionError(job)


@pytest.fixture
def loaded(client: TestClient) -> dict:
    return upload(client, "avis.csv", AVIS)


def is_problem(response, status: int) -> bool:
    document = response.json()
    return (
        response.status_code == status
        and response.headers["content-type"] == "application/problem+json"
        and {"type", "title", "status", "detail"} <= set(document)
        and document["status"] == status
    )


# Sources and jobs ----------------------------------------------------------------------------


def test_an_upload_becomes_a_job_that_ends_embedded(client, loaded):
    assert loaded["state"] == "done"
    assert loaded["embedded_share"] == 1
    assert loaded["counts"] == {
        "files": 1,
        "files_done": 1,
        "files_failed": 0,
        "rows_read": 4,
        "rows_loaded": 3,
        "rows_quarantined": 1,
    }
    (file,) = loaded["files"]
    assert file["status"] == "loaded"
    assert file["mapping"]["text"] == "avis"
    (source,) = client.get("/v1/sources").json()["sources"]
    assert source["id"] == file["source_id"]
    assert source["name"] == "avis.csv"


def test_the_same_origin_is_a_new_version(client, loaded):
    again = upload(client, "avis.csv", AVIS + "C6;16/04/2026;Parfait, merci.;5;web\n")
    assert again["files"][0]["status"] == "replaced"
    other = upload(client, "avis.csv", AVIS + "C7;16/04/2026;Bof.;3;web\n", origin="/elsewhere")
    assert other["files"][0]["status"] == "loaded"
    assert len(client.get("/v1/sources").json()["sources"]) == 2


def test_kind_and_map_override_the_guess(client):
    job = upload(client, "réclamations d'été.csv", AVIS, kind="feedback", map=["text=canal"])
    assert job["files"][0]["mapping"]["text"] == "canal"
    assert job["files"][0]["source"] == "réclamations d'été.csv"


def test_several_files_may_come_at_once_and_one_may_fail(client):
    files = [("file", ("avis.csv", AVIS)), ("file", ("a.zip", b"PK\x03\x04no"))]
    job = client.post("/v1/sources", files=files).json()
    while (found := client.get(f"/v1/jobs/{job['id']}").json())["state"] != "failed":
        time.sleep(0.02)
    assert [file["status"] for file in found["files"]] == ["loaded", "failed"]
    assert "a.zip" in found["files"][1]["error"]


def test_a_source_is_removed_with_all_that_it_brought(client, loaded):
    assert client.delete(f"/v1/sources/{loaded['files'][0]['source_id']}").status_code == 204
    assert client.get("/v1/sources").json() == {"sources": []}
    assert client.get("/v1/doctor").json()["passages"] == 0
    assert is_problem(client.delete("/v1/sources/nothing"), 404)


# Questions -----------------------------------------------------------------------------------


def test_an_answer_cites_what_passages_open(client, loaded):
    response = client.post("/v1/ask", json={"question": "Que dit-on du paiement ?"})
    answer = response.json()
    assert response.status_code == 200
    assert answer["citations"]
    for citation in answer["citations"]:
        passage = client.get(f"/v1/passages/{citation['passage_id']}").json()
        assert passage["text"][citation["start"] : citation["end"]] == citation["quote"]


def test_an_answer_streams_its_claims_first(client, loaded):
    body = {"question": "Que dit-on du paiement ?"}
    whole = client.post("/v1/ask", json=body).json()
    response = client.post("/v1/ask", json=body, headers={"accept": "text/event-stream"})
    assert response.headers["content-type"].startswith("text/event-stream")
    events = [
        dict(line.split(": ", 1) for line in block.splitlines())
        for block in response.text.replace("\r\n", "\n").strip().split("\n\n")
    ]
    assert [event["event"] for event in events] == ["claim"] * len(whole["claims"]) + ["answer"]
    assert [json.loads(event["data"]) for event in events[:-1]] == whole["claims"]
    assert json.loads(events[-1]["data"])["text"] == whole["text"]


def test_a_question_that_cannot_be_taken_is_a_problem_when_streamed_too(client, loaded):
    for accept in ("application/json", "text/event-stream"):
        response = client.post("/v1/ask", json={"question": " "}, headers={"accept": accept})
        assert is_problem(response, 400)


def test_filters_take_a_value_or_several(client, loaded):
    def found(**filters: object) -> set[str]:
        body = {"query": "paiement livraison frais", "filters": filters, "mode": "lexical"}
        response = client.post("/v1/search", json=body)
        assert response.status_code == 200
        return {result["date"] for result in response.json()["results"]}

    everything = {"2026-03-12", "2026-03-13", "2026-04-14"}
    assert found() == everything
    assert found(channel="boutique") == {"2026-04-14"}
    assert found(channel=["web", "boutique"], kind=["feedback"], source="avis.csv") == everything
    assert found(since="2026-03-13", until="2026-03-31") == {"2026-03-13"}
    assert found(score_max=0.5) == {"2026-03-12", "2026-04-14"}
    assert found(kind="research") == set()


def test_search_gives_the_documented_keys(client, loaded):
    (first, *_) = client.post("/v1/search", json={"query": "paiement"}).json()["results"]
    assert set(first) == {"passage_id", "score", "kind", "source", "text", "locator", "date"}


def test_sql_reads_only(client, loaded):
    response = client.post("/v1/sql", json={"query": "SELECT count(*) AS value FROM records"})
    assert response.json() == {"rows": [{"value": 3}]}
    assert is_problem(client.post("/v1/sql", json={"query": "DELETE FROM records"}), 400)


# Upkeep --------------------------------------------------------------------------------------


def test_reindex_waits_for_the_embedding_under_way(client, loaded, assistant, monkeypatch):
    started, embed = Event(), assistant.index.embed

    def slow(progress=None, stop=None):
        started.set()
        while not stop.wait(0.01):
            pass

    monkeypatch.setattr(assistant.index, "embed", slow)
    client.app.state.work.wake()
    assert started.wait(60)
    assert client.get("/readyz").json()["embedding"] == "running"
    monkeypatch.setattr(assistant.index, "embed", embed)
    assert client.post("/v1/reindex").json()["lexical_index"] == 3
    for _ in range(500):
        ready = client.get("/readyz").json()
        if ready["embedding"] == "idle":
            break
        time.sleep(0.02)
    assert (ready["passages"], ready["embedded"], ready["embedded_share"]) == (3, 3, 1)


def test_a_failing_embedder_is_told_and_search_goes_on(client, loaded, assistant, monkeypatch):
    def fails(progress=None, stop=None):
        raise ConnectionError("secret detail")

    monkeypatch.setattr(assistant.index, "embed", fails)
    client.app.state.work.wake()
    while (ready := client.get("/readyz").json())["embedding"] == "running":
        time.sleep(0.02)
    assert ready["embedding"] == "failed"
    assert "secret" not in ready["error"]
    assert client.post("/v1/search", json={"query": "paiement"}).json()["results"]


def test_health_names_the_server_and_the_schema_is_there(client):
    health = client.get("/healthz").json()
    assert health["status"] == "ok"
    assert health["instance"] == client.app.state.instance
    schema = client.get("/openapi.json").json()
    assert {"/v1/ask", "/v1/search", "/v1/passages/{passage_id}"} <= set(schema["paths"])
    assert "citations" in schema["components"]["schemas"]["Answer"]["properties"]


# What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/ask", {}),
        ("/v1/ask", {"question": "x", "fliters": {}}),
        ("/v1/ask", {"question": "x", "filters": {"kinds": "feedback"}}),
        ("/v1/ask", {"question": "x", "filters": {"kind": "rumour"}}),
        ("/v1/ask", {"question": "x", "filters": {"since": "2026-02-30"}}),
        ("/v1/ask", {"question": "x", "filters": {"since": 20260101}}),
        ("/v1/ask", {"question": "x", "filters": {"score_min": 3}}),
        ("/v1/search", {"query": "x", "mode": "magic"}),
        ("/v1/sql", {"sql": "SELECT 1"}),
    ],
)
def test_a_body_that_is_not_valid_is_422(client, path, body):
    response = client.post(path, json=body)
    assert is_problem(response, 422)
    assert response.json()["errors"][0]["at"].startswith("body")


def test_what_cannot_be_used_or_found_is_a_problem(client):
    assert is_problem(client.post("/v1/search", json={"query": " "}), 400)
    assert is_problem(client.post("/v1/search", json={"query": "x", "limit": 0}), 400)
    assert is_problem(client.post("/v1/ask", content=b"{"), 422)
    unknown = {"question": "x", "filters": {"source": "nothing"}}
    assert is_problem(client.post("/v1/ask", json=unknown), 404)
    assert is_problem(client.get("/v1/passages/a:b~1^2"), 404)
    assert is_problem(client.get("/v1/jobs/nothing"), 404)
    assert is_problem(client.get("/v1/nothing"), 404)
    assert is_problem(client.get("/nothing"), 404)
    files = {"file": ("a.csv", AVIS)}
    assert is_problem(client.post("/v1/sources", files=files, data={"kind": "rumour"}), 422)
    assert is_problem(client.post("/v1/sources", files=files, data={"map": ["text"]}), 400)


def test_a_fault_tells_nothing_of_the_inside(client, assistant, monkeypatch):
    def fails(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(assistant, "sql", fails)
    response = client.post("/v1/sql", json={"query": "SELECT 1"})
    assert is_problem(response, 500)
    assert "secret" not in response.text


def test_bodies_are_limited_announced_or_not(client):
    big = json.dumps({"query": "x" * 1_100_000})
    assert is_problem(client.post("/v1/search", content=big), 413)
    assert is_problem(client.post("/v1/search", content=iter([big.encode()])), 413)
    upload = {"file": ("a.csv", b"avis\n" + b"x" * 2_200_000)}
    assert is_problem(client.post("/v1/sources", files=upload), 413)
    assert client.get("/v1/sources").json() == {"sources": []}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "localhost:7860"}, 200),
        ({"host": "127.0.0.1"}, 200),
        ({"host": "[::1]:7860"}, 200),
        ({"host": "evil.example"}, 400),
        ({"host": "127.0.0.1.evil.example"}, 400),
        ({"host": "localhost@evil.example"}, 400),
        ({"host": "[evil"}, 400),
        ({"host": ""}, 400),
        ({"host": "localhost:7860", "origin": "http://localhost:7860"}, 200),
        ({"host": "localhost:7860", "origin": "http://localhost:3000"}, 403),
        ({"host": "localhost", "origin": "http://localhost:80"}, 200),
        ({"host": "localhost", "origin": "https://evil.example"}, 403),
        ({"host": "localhost", "origin": "null"}, 403),
    ],
)
def test_only_this_machine_and_its_own_pages_may_call(client, headers, status):
    response = client.get("/v1/sources", headers=headers)
    assert response.status_code == status
    assert status == 200 or is_problem(response, status)


def test_bound_to_every_interface_any_address_but_no_foreign_name_is_ours():
    guard = Guard(None, "0.0.0.0")
    assert guard.is_ours("192.168.1.20:7860")
    assert guard.is_ours("[fe80::1]:7860")
    assert not guard.is_ours("evil.example:7860")
