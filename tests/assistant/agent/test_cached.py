"""Answers found again: the same question of the same corpus with the same model costs nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.core import Assistant
from assistant.testing import ScriptedEndpoint
from corpus.files import RawFile
from corpus.filters import Filters
from corpus.settings import Settings

SAID = ("La vendeuse est très aimable.", "Les frais de livraison sont trop chers.")
ROWS = (
    b"id;client;date;note;avis\n"
    + "".join(
        f"R{n};C{n};2026-05-1{n % 9};{1 if n % 2 else 5};{SAID[n % 2]}\n" for n in range(80)
    ).encode()
)
QUESTION = "Pourquoi les clients se plaignent-ils des frais de livraison ?"
OWN = {"id": "", "conversation_id": "", "timings_ms": {}, "usage": {}}


@pytest.fixture
def settings(
    tmp_path: Path, endpoint: ScriptedEndpoint, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    return Settings(data=tmp_path / "data", embeddings="none", chat_url=endpoint.url)


@pytest.fixture
def own(settings: Settings) -> Iterator[Assistant]:
    with Assistant(settings) as assistant:
        assistant.ingest(RawFile("avis.csv", ROWS), origin="/avis.csv")
        assistant.code()
        yield assistant


def is_cached(answer: Any) -> bool:
    return "cached" in answer.timings_ms


def test_the_same_question_is_answered_from_what_was_answered(
    own: Assistant, endpoint: ScriptedEndpoint
) -> None:
    first = own.ask(QUESTION, chat_model="ours:1b")
    asked = len(endpoint.asked)
    again = own.ask(QUESTION, chat_model="ours:1b")
    assert not is_cached(first)
    assert is_cached(again)
    assert len(endpoint.asked) == asked
    assert again.usage == {}
    assert again.id != first.id
    assert again.conversation_id != first.conversation_id
    assert replace(again, **OWN) == replace(first, **OWN)


CHANGED: dict[str, Callable[[Assistant], Any]] = {
    "question": lambda own: own.ask(QUESTION.replace("Pourquoi", "Combien"), chat_model="ours:1b"),
    "model": lambda own: own.ask(QUESTION, chat_model="ours:2b"),
    "no model": lambda own: own.ask(QUESTION, chat_model="none"),
    "filters": lambda own: own.ask(QUESTION, Filters(kind=("feedback",)), chat_model="ours:1b"),
    "reading": lambda own: own.ask(QUESTION, chat_model="ours:1b", reading={"score": "low"}),
    "language": lambda own: own.ask(QUESTION, chat_model="ours:1b", language="en"),
    "anew": lambda own: own.ask(QUESTION, chat_model="ours:1b", anew=True),
}


@pytest.mark.parametrize("what", CHANGED)
def test_anything_else_is_answered_anew(own: Assistant, what: str) -> None:
    own.ask(QUESTION, chat_model="ours:1b")
    assert not is_cached(CHANGED[what](own))


def test_another_corpus_is_answered_anew(own: Assistant) -> None:
    own.ask(QUESTION)
    assert is_cached(own.ask(QUESTION))
    own.ingest(RawFile("avis.csv", ROWS + b"R99;C99;2026-05-01;5;Parfait.\n"), origin="/avis.csv")
    assert not is_cached(own.ask(QUESTION))
    own.code()
    assert not is_cached(own.ask(QUESTION))
    assert is_cached(own.ask(QUESTION))


def test_a_decision_on_an_action_is_another_corpus(own: Assistant) -> None:
    first = own.ask(QUESTION)
    own.change_action(first.actions[0]["id"], status="dismissed", reason="Déjà fait.")
    again = own.ask(QUESTION)
    assert not is_cached(again)
    assert first.actions[0]["id"] not in [each["id"] for each in again.actions]


def test_a_follow_up_is_that_of_the_turns_before(own: Assistant) -> None:
    for before in (QUESTION, "Quelle est la note moyenne ?"):
        first = own.ask(before)
        follow = own.ask("Et en mai 2026 ?", conversation_id=first.conversation_id)
        assert not is_cached(follow)
    for before in (QUESTION, "Quelle est la note moyenne ?"):
        first = own.ask(before)
        follow = own.ask("Et en mai 2026 ?", conversation_id=first.conversation_id)
        assert is_cached(follow)
        assert follow.understood.follow_up_of == before


def test_it_survives_a_restart_and_goes_with_its_conversation(settings: Settings) -> None:
    with Assistant(settings) as own:
        own.ingest(RawFile("avis.csv", ROWS), origin="/avis.csv")
        own.code()
        first = own.ask(QUESTION)
    with Assistant(settings) as own:
        again = own.ask(QUESTION)
        assert is_cached(again)
        for each in (first, again):
            own.delete_conversation(each.conversation_id)
        assert not is_cached(own.ask(QUESTION))


def test_what_a_model_failed_at_is_tried_again(own: Assistant, endpoint: ScriptedEndpoint) -> None:
    endpoint.script = [lambda _: "no", lambda _: "no"]
    assert own.ask(QUESTION, chat_model="ours:1b").model is None
    assert not is_cached(own.ask(QUESTION, chat_model="ours:1b"))
