"""`ancrage ask` with a chat model shows each claim once it is verified, here or from a server."""

import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, redirect_stderr
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sse_starlette import ServerSentEvent

from assistant.cli import main
from assistant.client import RemoteAssistant
from assistant.core import Assistant
from assistant.streaming import received
from assistant.testing import Body, ScriptedEndpoint, analyst, claim, evidence
from corpus.errors import NotFoundError
from corpus.files import RawFile
from corpus.filters import Filters
from corpus.settings import Settings

PATIENCE = 20.0
QUESTION = "Pourquoi les clients se plaignent-ils des frais de livraison ?"
ROWS = "".join(
    f"R{n};C{n};2026-03-10;{1 + 3 * (n % 2)};"
    f"{('Les frais de livraison apparaissent au paiement.', 'Un bon conseil en magasin.')[n % 2]}\n"
    for n in range(80)
)
MODEL = ("--chat-model", "ours:1b")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a small corpus."""
    directory = tmp_path_factory.mktemp("cli") / "data"
    with Assistant(Settings(data=directory, embeddings="none")) as assistant:
        data = f"id;client;date;note;avis\n{ROWS}".encode()
        assistant.ingest(RawFile("avis.csv", data), origin="/avis.csv")
        assistant.code()
    return directory


@pytest.fixture(autouse=True)
def settings(loaded: Path, endpoint: ScriptedEndpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"DATA": str(loaded), "EMBEDDINGS": "none", "CHAT_URL": endpoint.url}
    for name, value in given.items():
        monkeypatch.setenv(f"ANCRAGE_{name}", value)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)


def slowly(shown: Callable[[str], bool]) -> Callable[[Body], Iterator[str]]:
    """One claim, the next ones once that was shown, and then one that does not hold."""

    def say(body: Body) -> Iterator[str]:
        fact = evidence(body)[0][0]
        wrong = claim("finding", "En tout, 98 765 clients s’en plaignent.", (), [fact["id"]])
        first, *rest = [*json.loads(analyst(body))["claims"][:3], wrong]
        yield f'{{"claims": [{json.dumps(first)}'
        until = time.monotonic() + PATIENCE
        while not shown(first["text"]):
            assert time.monotonic() < until
            time.sleep(0.01)
        yield "".join(f", {json.dumps(each)}" for each in rest) + "]}"

    return say


def one_line(text: str) -> str:
    """What is read, wherever lines are broken and whatever spaces there are."""
    return " ".join(text.split())


def test_each_claim_is_shown_while_the_next_is_being_written(
    endpoint: ScriptedEndpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    stderr = io.StringIO()
    in_time: list[str] = []

    def shown(text: str) -> bool:
        told = one_line(stderr.getvalue())
        if one_line(text)[:30] in told:
            in_time.append(told)
        return bool(in_time)

    endpoint.script = [slowly(shown)]
    with redirect_stderr(stderr):
        assert main(["ask", QUESTION, *MODEL]) == 0
    lines, out = stderr.getvalue().splitlines(), one_line(capsys.readouterr().out)
    assert in_time[0] == one_line(lines[0])
    assert len(lines) > 2
    assert in_time[0] in out
    assert "98 765" not in one_line(stderr.getvalue()) + out


def test_without_a_model_and_as_one_document_nothing_but_the_answer_is_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["ask", QUESTION]) == 0
    out, err = capsys.readouterr()
    assert "Prix de la livraison" in out
    assert err == ""
    assert main(["ask", QUESTION, *MODEL, "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["model"] == "ours:1b"
    assert err == ""


@pytest.fixture
def remote(
    loaded: Path, serving: Callable[..., AbstractContextManager[str]]
) -> Iterator[RemoteAssistant]:
    with (
        Assistant(Settings()) as assistant,
        serving(assistant, ui=False) as url,
        RemoteAssistant(url.rstrip("/")) as remote,
    ):
        yield remote


def test_a_server_passes_each_claim_on(remote: RemoteAssistant, endpoint: ScriptedEndpoint) -> None:
    heard = threading.Event()
    endpoint.script = [slowly(lambda _: heard.is_set())]
    events = remote.stream(f"{QUESTION} Et depuis quand ?", chat_model="ours:1b")
    name, first = next(events)
    assert (name, first["support"]) == ("claim", "verified")
    heard.set()
    *claims, (last, answer) = events
    assert last == "answer"
    assert [first, *(data for _, data in claims)] == answer["claims"]
    with pytest.raises(NotFoundError, match=r"nothing\.csv"):
        next(remote.stream(QUESTION, Filters(source=("nothing.csv",))))


@given(
    texts=st.lists(st.text(), min_size=1, max_size=4),
    cuts=st.lists(st.integers(min_value=0, max_value=200), max_size=6),
)
def test_events_are_the_same_wherever_their_text_is_cut(texts: list[str], cuts: list[int]) -> None:
    told: list[tuple[str, dict[str, Any]]] = [("claim", {"text": text}) for text in texts]
    sent = ": ping\r\n\r\n".join(
        ServerSentEvent(json.dumps(data, ensure_ascii=False), event=name)
        .encode()
        .decode("utf-8", "surrogatepass")
        for name, data in told
    )
    places = sorted({0, len(sent), *(cut % len(sent) for cut in cuts)})
    pieces = [sent[start:end] for start, end in pairwise(places)]
    assert list(received(pieces)) == told
