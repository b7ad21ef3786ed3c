"""Nothing leaves the machine: a whole run of the demo opens no socket beyond loopback."""

import json
import os
import signal
import subprocess
import sys
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest

COMMAND = "import sys; from assistant.cli import main; sys.exit(main())"

# Python calls the hook before it opens a connection or asks for an address, whoever asks.
HOOK = """
import json, os, sys

_WATCHED = {
    "socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
    "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo",
}

def _record(event, given):
    if event in _WATCHED:
        where = given[1] if event in ("socket.connect", "socket.sendto", "socket.sendmsg") else given[0]
        with open(os.environ["WATCHED_SOCKETS"], "a") as file:
            file.write(json.dumps([event, where if isinstance(where, str) else repr(where), str(sys.argv)]) + "\\n")

sys.addaudithook(_record)
open(os.environ["WATCHED_SOCKETS"], "a").write(json.dumps(["watching", str(os.getpid()), ""]) + "\\n")
"""  # noqa: E501


class Watched:
    """Runs Python in ``directory`` and knows which addresses it reached for."""

    def __init__(self, directory: Path) -> None:
        site = directory / "site"
        site.mkdir()
        (site / "sitecustomize.py").write_text(HOOK, encoding="utf-8")
        self.log = directory / "sockets.jsonl"
        self.directory = directory
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("ANCRAGE_")}
        self.environment = {
            **inherited,
            "PYTHONPATH": os.pathsep.join([str(site), str(Path(__file__).parents[1])]),
            "WATCHED_SOCKETS": str(self.log),
            "ANCRAGE_EMBEDDINGS": "hashed-words",
            "ANCRAGE_DATA": str(directory / "data"),
            # What dependencies would report by themselves is not turned off from outside.
            "ANONYMIZED_TELEMETRY": "True",
            "GRADIO_ANALYTICS_ENABLED": "True",
        }

    def start(self, code: str, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            cwd=self.directory,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, code: str, *arguments: str) -> str:
        process = self.start(code, *arguments)
        out, err = process.communicate(timeout=200)
        assert process.returncode == 0, err
        return out

    def reached(self) -> list[list[str]]:
        """Everything beyond this machine; fails where nothing was watched at all."""
        events = [json.loads(line) for line in self.log.read_text().splitlines()]
        assert any(event == "watching" for event, *_ in events)
        return [e for e in events if e[0] != "watching" and not _is_here(e[1])]


def _is_here(where: str) -> bool:
    if where.startswith("("):
        where = str(eval(where)[0])  # the address of a socket, as this file wrote it
    if where in ("None", "", "localhost") or where.startswith("/"):
        return True
    try:
        address = ip_address(where.split("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


@pytest.mark.parametrize(
    "code",
    [
        "import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.connect(('192.0.2.1', 9))",
        "import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.sendto(b'', ('192.0.2.1', 9))",
        "import socket; socket.getaddrinfo('nowhere.invalid', 80)",
        "import subprocess, sys; subprocess.run([sys.executable, '-c', "
        "'import socket; socket.gethostbyname(\"nowhere.invalid\")'])",
    ],
)
def test_the_watch_sees_what_leaves(watched, code):
    watched.start(code).communicate(timeout=60)
    ((_, where, _),) = watched.reached()
    assert "192.0.2.1" in where or "nowhere.invalid" in where


def test_the_watch_lets_this_machine_be(watched):
    watched.run(
        "import socket; server = socket.create_server(('127.0.0.1', 0));"
        "socket.create_connection(server.getsockname()).close();"
        "socket.getaddrinfo('localhost', 80)"
    )
    assert watched.reached() == []


def test_a_whole_demo_run_stays_on_this_machine(watched):
    watched.run(COMMAND, "demo", "--no-serve")
    assert watched.reached() == []

    server = watched.start(COMMAND, "serve", "--port", "0")
    try:
        line = server.stdout.readline()
        assert line.startswith("Ancrage is at http://127.0.0.1:"), line
        url = line.split()[3]
        question = {"question": "Pourquoi perdons-nous des clients au paiement ?"}
        answer = httpx.post(f"{url}/v1/ask", json=question, timeout=60).raise_for_status().json()
        assert answer["citations"]
        found = httpx.post(f"{url}/v1/search", json={"query": "frais"}, timeout=60)
        assert found.raise_for_status().json()["results"]
        assert httpx.get(f"{url}/", timeout=60).is_success
        # A second process hands its question to the server.
        asked = json.loads(watched.run(COMMAND, "ask", question["question"], "--json"))
        assert asked["text"] == answer["text"]
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
    finally:
        server.kill()
        server.communicate()
    assert watched.reached() == []
