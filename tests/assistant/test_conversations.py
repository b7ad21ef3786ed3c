"""Conversations: each turn gathers its own evidence, nobody sees another's, at every door."""

import json
import threading
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.api import create_app
from assistant.cli import main
from assistant.client import RemoteAssistant
from assistant.core import Assistant
from corpus.errors import InputError, NotFoundError
from corpus.files import RawFile
from corpus.filters import Filters
from corpus.privacy import redact
from corpus.settings import Settings

AVIS = """id;date;note;pays;commentaire
R1;14/05/2025;1;France;Le remboursement de mon panier a pris six semaines, personne ne répondait.
R2;20/05/2025;2;Belgique;J’attends encore le remboursement de ma commande. C’est long !
R3;02/06/2025;5;France;Remboursement reçu en deux jours, service client au top.
R4;01/08/2025;4;Belgique;Livraison rapide, rien à redire sur le colis.
R5;03/08/2025;2;France;La livraison a eu une semaine de retard et le colis était ouvert.
"""

NOTE = """# Le remboursement et la fidélité

## Ce que l’étude mesure

L’institut a interrogé mille clients. Selon l’étude, un remboursement rapide rassure les clients.
Les clients remboursés en moins d’une semaine reviennent plus souvent.
"""

REFUND = "Que disent les clients du remboursement ?"
DELIVERY = "Que disent les clients de la livraison ?"
NOTHING = "Que disent les clients de la garantie vétérinaire ?"

OWN = ("id", "conversation_id", "timings_ms")
"""What two answers to the same question need not share."""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    data = tmp_path_factory.mktemp("conversations") / "data"
    with Assistant(Settings(data=data, embeddings="none")) as assistant:
        for name, text in (("avis.csv", AVIS), ("etude.md", NOTE)):
            assistant.ingest(RawFile(name, text.encode()), origin=name)
        yield assistant


@pytest.fixture
def client(assistant: Assistant) -> Iterator[TestClient]:
    app = create_app(assistant, ui=False, allowed_hosts=["testserver"])
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def asked(assistant: Assistant, *questions: str, where: str | None = None) -> list[dict[str, Any]]:
    """The answers to questions that follow one another, as JSON has them."""
    where = where or uuid4().hex
    answers = [assistant.ask(each, conversation_id=where).as_dict() for each in questions]
    return json.loads(json.dumps(answers))


def shared(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in OWN}


# Evidence ------------------------------------------------------------------------------------


def test_one_early_hit_does_not_unlock_later_answers(assistant: Assistant) -> None:
    first, second = asked(assistant, REFUND, "Et de la garantie vétérinaire ?")
    assert first["status"] == "answered"
    assert second["understood"]["follow_up_of"] == REFUND
    assert second["status"] == "abstained"
    assert {claim["kind"] for claim in second["claims"]} == {"limit"}


def test_an_abstention_does_not_lock_them(assistant: Assistant) -> None:
    first, second = asked(assistant, NOTHING, REFUND)
    (alone,) = asked(assistant, REFUND)
    assert first["status"] == "abstained"
    assert second["status"] == "answered"
    assert shared(second) == shared(alone)


def test_an_answer_is_never_evidence_of_the_next(assistant: Assistant) -> None:
    where = uuid4().hex
    first, second = asked(assistant, REFUND, "Et en Belgique ?", where=where)
    for answer in (first, second):
        for citation in answer["citations"]:
            passage = assistant.show(citation["passage_id"])
            assert passage["text"][citation["start"] : citation["end"]] == citation["quote"]
    # What France said stands in the answer before, and is no evidence for Belgium.
    assert any("six semaines" in citation["quote"] for citation in first["citations"])
    assert not any("six semaines" in citation["quote"] for citation in second["citations"])


# Apart ---------------------------------------------------------------------------------------

LINES = (
    REFUND,
    DELIVERY,
    NOTHING,
    "Et en Belgique ?",
    "Qu’en dit la recherche ?",
    "Pourquoi ?",
)

scripts = st.lists(st.lists(st.sampled_from(LINES), min_size=1, max_size=3), min_size=2, max_size=2)


@settings(max_examples=8)
@given(scripts=scripts, order=st.randoms(use_true_random=False))
def test_conversations_that_interleave_never_see_each_other(
    assistant: Assistant,
    alone: Callable[[tuple[str, ...]], dict[str, Any]],
    scripts: list[list[str]],
    order: Any,
) -> None:
    ids = [uuid4().hex for _ in scripts]
    turns = [which for which, script in enumerate(scripts) for _ in script]
    order.shuffle(turns)
    said: list[list[str]] = [[] for _ in scripts]
    for which in turns:
        said[which].append(scripts[which][len(said[which])])
        (answer,) = asked(assistant, said[which][-1], where=ids[which])
        assert shared(answer) == alone(tuple(said[which]))
    for which, script in zip(ids, scripts, strict=True):
        kept = assistant.conversation(which)["turns"]
        assert [turn["question"] for turn in kept] == script


@pytest.fixture(scope="module")
def alone(assistant: Assistant) -> Callable[[tuple[str, ...]], dict[str, Any]]:
    """What the last of some questions is answered where nobody else is asking."""

    @cache
    def answered(questions: tuple[str, ...]) -> dict[str, Any]:
        return shared(asked(assistant, *questions)[-1])

    return answered


def test_conversations_at_the_same_moment_never_see_each_other(
    assistant: Assistant, alone: Callable[[tuple[str, ...]], dict[str, Any]]
) -> None:
    scripts = [[REFUND, *LINES[3:]], [DELIVERY, *LINES[3:]]]
    together = threading.Barrier(len(scripts))
    answers: dict[str, list[dict[str, Any]]] = {}

    def talk(script: list[str]) -> None:
        where = uuid4().hex
        answers[script[0]] = []
        for question in script:
            together.wait(timeout=60)
            answers[script[0]] += asked(assistant, question, where=where)

    threads = [threading.Thread(target=talk, args=[script]) for script in scripts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for script in scripts:
        expected = [alone(tuple(script[: n + 1])) for n in range(len(script))]
        assert [shared(answer) for answer in answers[script[0]]] == expected
        assert answers[script[0]][1]["understood"]["follow_up_of"] == script[0]


# What is kept --------------------------------------------------------------------------------


def test_what_is_kept_is_the_answer_as_it_was_given(assistant: Assistant, client) -> None:
    where = uuid4().hex
    answers = asked(assistant, REFUND, "Et en Belgique ?", where=where)
    found = client.get(f"/v1/conversations/{where}").json()
    assert found["title"] == REFUND
    assert [turn["answer"] for turn in found["turns"]] == answers
    assert found == assistant.conversation(where)


def test_an_id_that_no_conversation_has_begins_one(assistant: Assistant) -> None:
    where = f"suivi {uuid4().hex[:6]}"
    with pytest.raises(NotFoundError):
        assistant.conversation(where)
    (answer,) = asked(assistant, REFUND, where=where)
    assert answer["conversation_id"] == where
    assert assistant.conversation(where)["n"] == 1
    for wrong in ("a/b", "jeanne@exemple.fr", "a\nb", "a" * 201):
        with pytest.raises(InputError, match="conversation's id"):
            assistant.ask(REFUND, conversation_id=wrong)


def test_no_turn_keeps_what_the_redactor_takes_away(assistant: Assistant) -> None:
    personal = ("jeanne.martin@exemple.fr", "06 12 34 56 78", "4970 1012 3456 7890")
    where = uuid4().hex
    question = f"Que dit {personal[0]} (tél. {personal[1]}) du remboursement ?"
    asked(assistant, question, "Et le 06 12 34 56 78 en Belgique ?", "Pourquoi ?", where=where)
    assistant.rename_conversation(where, f"La plainte de {personal[0]}")
    written = json.dumps(assistant.conversation(where), ensure_ascii=False)
    written += assistant.export_conversation(where)
    written += json.dumps(assistant.sql("SELECT * FROM turns"), ensure_ascii=False)
    assert "[email]" in written
    assert not [each for each in personal if each in written]
    with pytest.raises(InputError, match="email"):
        assistant.ask(REFUND, Filters(segment={"pays": personal[0]}))
    with pytest.raises(InputError, match="email"):
        assistant.ask(REFUND, reading={"channels": [personal[1]]})
    assert redact(question) == assistant.conversation(where)["turns"][0]["question"]


# The doors -----------------------------------------------------------------------------------


def test_the_markdown_can_be_handed_on(assistant: Assistant, client: TestClient) -> None:
    where = uuid4().hex
    answers = asked(assistant, REFUND, NOTHING, where=where)
    response = client.get(f"/v1/conversations/{where}/export")
    assert response.headers["content-type"] == "text/markdown; charset=utf-8"
    assert f"conversation-{where}.md" in response.headers["content-disposition"]
    text = response.text
    assert f"## 1. {REFUND}" in text
    assert f"## 2. {NOTHING}" in text
    for answer in answers:
        assert answer["text"] in text
        for fact in answer["facts"]:
            assert f"{fact['query']}\n" in text
            assert fact["replay"] in text
        for citation in answer["citations"]:
            assert citation["quote"] in text
            assert citation["passage_id"] in text
            assert citation["source"] in text
    assert answers[0]["facts"]
    assert f"ligne {answers[0]['citations'][0]['locator']['row']}" in text
    assert "pas assez d’éléments pour répondre" in text
    exported = client.get(f"/v1/conversations/{where}/export", params={"form": "json"})
    assert exported.json() == assistant.conversation(where)
    assert client.get(f"/v1/conversations/{where}/export?form=pdf").status_code == 422


def test_hostile_words_are_inert_in_the_markdown(tmp_path: Path) -> None:
    hostile = "Le remboursement ![](http://evil.example/x.png) <img src=x> jamais reçu # x `a`"
    rows = f'note;commentaire\n1;"{hostile}"\n2;"Le remboursement est trop long, vraiment."\n'
    with Assistant(Settings(data=tmp_path / "data", embeddings="none")) as assistant:
        assistant.ingest(RawFile("avis.csv", rows.encode()), origin="avis.csv")
        question = "Que disent les clients du remboursement ? <img src=x> ![](http://evil.example)"
        (answer,) = asked(assistant, question, where="a")
        assert any("evil.example" in citation["quote"] for citation in answer["citations"])
        text = assistant.export_conversation("a")
    # CommonMark lets HTML through; a reader's viewer may.
    html = MarkdownIt("commonmark").render(text)
    assert "evil.example" in html
    assert "<img" not in html
    assert "<a " not in html


def test_another_process_does_the_same(assistant, client, monkeypatch) -> None:
    where = uuid4().hex
    asked(assistant, REFUND, where=where)
    remote = RemoteAssistant("http://testserver")
    monkeypatch.setattr(remote, "_http", client)
    assert remote.conversations("REMBOURSEMENT") == assistant.conversations("remboursement")
    assert remote.conversation(where) == assistant.conversation(where)
    for form in ("markdown", "json"):
        assert remote.export_conversation(where, form) == assistant.export_conversation(where, form)
    assert remote.rename_conversation(where, "Les retours d’argent")["title"] == (
        "Les retours d’argent"
    )
    assert [each["id"] for each in remote.conversations("retours argent")] == [where]
    with pytest.raises(InputError, match="title"):
        remote.rename_conversation(where, "  ")
    remote.delete_conversation(where)
    for act in (remote.conversation, assistant.conversation, remote.export_conversation):
        with pytest.raises(NotFoundError, match=where):
            act(where)
    # Its id is free again, and nothing of what was deleted is leant on.
    (fresh,) = asked(assistant, "Et en Belgique ?", where=where)
    assert fresh["understood"]["follow_up_of"] is None


def test_at_the_command_line(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("ANCRAGE_EMBEDDINGS", "none")
    monkeypatch.setenv("ANCRAGE_DATA", str(tmp_path / "data"))
    (tmp_path / "avis.csv").write_text(AVIS, encoding="utf-8")

    def run(*arguments: str) -> str:
        assert main(list(arguments)) == 0
        return capsys.readouterr().out

    run("ingest", str(tmp_path / "avis.csv"))
    assert "no conversation" in run("conversations")
    run("ask", REFUND, "--conversation", "un")
    run("ask", "Et en Belgique ?", "--conversation", "un")
    run("ask", DELIVERY, "--conversation", "deux")
    listed = json.loads(run("conversations", "--json"))["conversations"]
    assert [(each["id"], each["n"]) for each in listed] == [("deux", 1), ("un", 2)]
    assert json.loads(run("conversations", "list", "--title", "livraison", "--json")) == {
        "conversations": listed[:1]
    }
    assert REFUND in run("conversations")
    shown = run("conversations", "show", "un")
    assert f"1. {REFUND}" in shown
    assert "2. Et en Belgique ?" in shown
    assert "ancrage sql" in shown
    whole = json.loads(run("conversations", "show", "un", "--json"))
    assert whole["turns"][0]["answer"]["question"] == REFUND
    assert "Mes retours" in run("conversations", "rename", "un", "Mes retours")
    assert run("conversations", "export", "un").startswith("# Mes retours\n")
    assert json.loads(run("conversations", "export", "un", "--json"))["turns"] == whole["turns"]
    assert json.loads(run("conversations", "delete", "un", "--json")) == {"deleted": "un"}
    assert main(["conversations", "show", "un"]) == 1
    assert "There is no conversation un" in capsys.readouterr().err
