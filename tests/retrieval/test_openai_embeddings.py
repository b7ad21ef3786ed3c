"""OpenAI's embeddings over HTTP: batches, retries, the pause that a rate limit asks for."""

import re
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import get_args

import pytest
from openai.types import ChatModel, EmbeddingModel

from assistant.models import SUGGESTED
from assistant.testing import ScriptedEndpoint, vectors
from retrieval.embeddings import REMOTE_BATCH, batch_of, load_embeddings

NAME = "openai:text-embedding-3-small"
README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedEndpoint]:
    endpoint = ScriptedEndpoint(vectors)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("OPENAI_BASE_URL", endpoint.url)
    monkeypatch.delenv("OPENAI_API_BASE", raising=False)
    yield endpoint
    endpoint.close()


def test_a_batch_is_one_request(endpoint: ScriptedEndpoint) -> None:
    embeddings = load_embeddings(NAME)
    assert embeddings
    assert batch_of(embeddings) == REMOTE_BATCH
    made = embeddings.embed_documents([f"Avis {n}." for n in range(REMOTE_BATCH)])
    assert len(made) == REMOTE_BATCH
    assert len(endpoint.asked) == 1


def test_what_is_refused_for_now_is_asked_again_after_the_pause(endpoint: ScriptedEndpoint) -> None:
    endpoint.retry_after = "1"
    endpoint.script = [lambda _: 429, lambda _: 429, lambda _: 503, vectors]
    embeddings = load_embeddings(NAME)
    assert embeddings
    started = perf_counter()
    assert len(embeddings.embed_documents(["Bonjour."])) == 1
    assert len(endpoint.asked) == 4
    # Twice the second that it asked for; how long it takes beyond that is the machine's affair.
    assert perf_counter() - started >= 2


def test_the_models_that_are_named_first_are_known_to_the_installed_package() -> None:
    chat = get_args(ChatModel)
    embedding = get_args(EmbeddingModel)
    assert SUGGESTED.removeprefix("openai:") in chat
    named = set(re.findall(r"openai:([\w.-]+)", README.read_text(encoding="utf-8")))
    assert named
    assert named <= {*chat, *embedding}
