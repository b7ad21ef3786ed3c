"""A second process hands its work to the server that holds the directory, and gives the same."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.cli import main

COMMAND = [sys.executable, "-c", "import sys; from assistant.cli import main; sys.exit(main())"]
SETTINGS = {"ANCRAGE_EMBEDDINGS": "hashed-words", "ANCRAGE_DATA": "data"}
QUESTION = "Que disent les clients du paiement ?"
AVIS = """id_client;date;avis;note;canal
C1;12/03/2026;Les frais de livraison apparaissent au paiement. J'ai abandonné.;2;web
C2;13/03/2026;Livraison rapide et colis soigné, je recommande.;5;web
C3;14/04/2026;Le paiement par carte échoue à chaque fois, c'est pénible.;1;boutique
C4;15/04/2026;;;
"""
NOTE = """# Le paiement en ligne

## Ce que nous avons vu

Le paiement en ligne fait peur quand les frais y apparaissent tard. Les clients abandonnent alors.
"""

Run = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command with ``--json`` in this process: code, document, stderr."""
    (tmp_path / "avis été.csv").write_text(AVIS, encoding="utf-8")
    (tmp_path / "note.md").write_text(NOTE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> tuple[int, Any, str]:
        capsys.readouterr()
        code = main([*arguments, "--json"])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else None, err

    return run


class Server:
    """``ancrage serve`` on a free port, in the directory that ``run`` works in."""

    def __init__(self, directory: Path, *options: str) -> None:
        self.beacon = directory / "data" / "server.json"
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--port", "0", *options],
            cwd=directory,
            env={**os.environ, **SETTINGS},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        assert line.startswith("Ancrage is at http://"), self.process.stderr.read()
        self.url = line.split()[3]

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(60)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(*options: str) -> Server:
        servers.append(Server(tmp_path, *options))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def session(run: Run) -> dict[str, Any]:
    """What the commands give, without what differs from one run to the next."""
    code, report, _ = run("ingest", "avis été.csv", "nulle-part.csv", "note.md")
    assert code == 1
    code, answer, _ = run("ask", QUESTION, "--kind", "feedback")
    assert code == 0
    assert answer["citations"]
    for name in ("id", "conversation_id", "timings_ms"):
        del answer[name]
    shown = [run("show", citation["passage_id"]) for citation in answer["citations"]]
    query = "SELECT id, text, score FROM passages ORDER BY id"
    return {
        "ingest": report,
        "again": run("ingest", "avis été.csv"),
        "kind": run("ingest", "note.md", "--kind", "feedback"),
        "answer": answer,
        "shown": shown,
        "sources": run("sources"),
        "sql": run("sql", query),
        "reindex": run("reindex"),
        "doctor": run("doctor"),
        "unknown passage": run("show", "nothing:1~2^3"),
        "unknown source": run("ask", QUESTION, "--source", "nothing.csv"),
        "no select": run("sql", "DROP TABLE records"),
        "removed": run("sources", "remove", report["files"][2]["source_id"]),
        "left": run("sources"),
    }


def without_progress(value: Any) -> Any:
    """A session without the progress on stderr, whose steps depend on the moment."""
    if isinstance(value, dict):
        return {name: without_progress(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [without_progress(each) for each in value]
    if isinstance(value, str):
        lines = value.splitlines(keepends=True)
        return "".join(x for x in lines if not x.startswith(("Embedding: ", "Loading: ")))
    return value


def test_a_server_gives_what_a_process_of_its_own_gives(run, serve, tmp_path):
    alone = without_progress(session(run))
    (tmp_path / "data").rename(tmp_path / "alone")
    (tmp_path / "data").mkdir()
    # Customers' pseudonyms depend on the directory's secret, and passages' ids on them.
    (tmp_path / "data" / "secret").write_bytes((tmp_path / "alone" / "secret").read_bytes())

    server = serve()
    served = without_progress(session(run))

    disk = [
        state[1].pop("disk_free_gb")
        for s in (alone, served)
        for state in (s["reindex"], s["doctor"])
    ]
    assert len(disk) == 4
    assert served == alone
    assert server.stop(signal.SIGTERM) == 0
    assert not server.beacon.exists()


def test_the_beacon_is_private_and_goes_with_the_server(run, serve):
    server = serve()
    assert stat.S_IMODE(server.beacon.stat().st_mode) == 0o600
    assert json.loads(server.beacon.read_text())["pid"] == server.process.pid
    assert server.stop(signal.SIGINT) == 0
    assert not server.beacon.exists()
    assert run("sources") == (0, {"sources": []}, "")


def test_a_beacon_left_behind_misleads_nobody(run, serve):
    server = serve()
    left = server.beacon.read_text()
    server.stop(signal.SIGKILL)
    assert server.beacon.read_text() == left
    assert run("sources") == (0, {"sources": []}, "")


def test_one_directory_has_one_server_and_one_port_too(run, serve, capsys):
    server = serve()
    assert main(["serve", "--port", "0"]) == 1
    assert capsys.readouterr().err == (f"The data directory is served already, at {server.url}.\n")
    port = server.url.rsplit(":", 1)[1]
    assert main(["serve", "--port", port, "--data", "other"]) == 1
    error = capsys.readouterr().err
    assert f"Port {port} of 127.0.0.1 cannot be opened" in error
    assert len(error.splitlines()) == 1


def test_the_page_and_the_api_are_served_and_a_public_host_warns(serve):
    server = serve("--host", "0.0.0.0")
    assert server.url.startswith("http://127.0.0.1:")
    with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
        assert "<!doctype html>" in client.get("/").text.lower()
        assert client.get("/v1/sources").json() == {"sources": []}
        refused = client.get("/", headers={"host": "evil.example"})
        assert refused.status_code == 400
        assert refused.headers["content-type"] == "application/problem+json"
        nothing = client.get("/v1/nothing")
        assert nothing.status_code == 404
        assert nothing.headers["content-type"] == "application/problem+json"
    assert server.stop(signal.SIGTERM) == 0
    assert "no login" in server.process.stderr.read()
