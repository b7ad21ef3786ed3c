"""What the tests of chat models share: a small corpus, a scripted endpoint, a way to ask."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from assistant.core import Assistant
from assistant.testing import ScriptedEndpoint, analyst
from corpus.files import RawFile
from corpus.settings import Settings

ROWS = "".join(
    f"R{n};C{n};2026-0{1 + n % 6}-10;{1 if n % 2 else 5};"
    + (
        "Les frais de livraison apparaissent au moment de payer."
        if n % 2
        else "La vendeuse est très aimable et le conseil était bon."
    )
    + "\n"
    for n in range(80)
)
QUESTION = "Pourquoi les clients se plaignent-ils des frais de livraison ?"

Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    settings = Settings(data=tmp_path_factory.mktemp("agent") / "data", embeddings="none")
    with Assistant(settings) as assistant:
        data = f"id;client;date;note;avis\n{ROWS}".encode()
        assistant.ingest(RawFile("avis.csv", data), origin="/avis.csv")
        assistant.code()
        yield assistant


@pytest.fixture
def endpoint() -> Iterator[ScriptedEndpoint]:
    endpoint = ScriptedEndpoint(analyst)
    yield endpoint
    endpoint.close()


@pytest.fixture
def ask(assistant: Assistant, endpoint: ScriptedEndpoint, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Ask with the endpoint's model; keywords are settings."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)

    usual = assistant.settings.model_dump()

    def ask(
        question: str = QUESTION,
        chat_model: str | None = "ours:1b",
        *,
        how: str = "ask",
        conversation_id: str | None = None,
        **settings: Any,
    ) -> Any:
        given = {**usual, "chat_url": endpoint.url, **settings}
        monkeypatch.setattr(assistant, "settings", Settings(**given))
        anew = {"anew": True} if how == "ask" else {}
        asked = getattr(assistant, how)
        return asked(question, chat_model=chat_model, conversation_id=conversation_id, **anew)

    return ask
