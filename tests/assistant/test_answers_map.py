"""What the map assumes of a persona, and beside what customers say."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.core import Assistant
from assistant.types import Answer
from corpus.files import RawFile
from corpus.settings import Settings

MAP = """
map: Achat en ligne
cells:
  - {stage: Achat, lane: Pensées, text: "Les frais sont clairs, je paie.", persona: "Inès, novice"}
  - {stage: Achat, lane: Irritants, text: "Le code ne vient pas.", persona: "Inès, novice"}
  - {stage: Livraison, lane: Pensées, text: "Viendra-t-il ?", persona: "Inès, novice"}
  - {stage: Achat, lane: Pensées, text: "Encore un compte.", persona: "Paul, fidèle"}
  - {stage: Achat, lane: Pensées, text: "Vite, vite.", persona: "The busy parent"}
  - {stage: Achat, lane: Pensées, text: "Rien à dire.", persona: "—"}
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    data: Path = tmp_path_factory.mktemp("map") / "data"
    rows = [f"{n};2026-01-1{n % 9};C{n};2;Des frais au moment de payer ({n})" for n in range(60)]
    reviews = "\n".join(["id;date;client;note;avis", *rows]).encode()
    with Assistant(Settings(data=data, embeddings="none")) as assistant:
        assistant.ingest(RawFile("avis.csv", reviews), origin="avis.csv")
        assistant.ingest(RawFile("carte.yaml", MAP.encode()), origin="carte.yaml")
        assistant.code()
        yield assistant


@pytest.mark.parametrize(
    ("question", "cells"),
    [
        ("Que pense Inès au paiement ?", {"Les frais sont clairs, je paie."}),
        ("What is Inès's pain at checkout?", {"Le code ne vient pas."}),
        ("What does Paul think at the checkout?", {"Encore un compte."}),
        ("What is Paul's pain at checkout?", {"Encore un compte."}),
        ("What does the busy parent think at checkout?", {"Vite, vite."}),
    ],
)
def test_a_persona_has_its_own_cells(assistant: Assistant, question: str, cells: set[str]) -> None:
    answer: Answer = assistant.ask(question)
    assert answer.status == "answered"
    assert {citation.quote for citation in answer.citations} == cells
    assert {citation.kind for citation in answer.citations} == {"journey"}
    assert not answer.facts


def test_another_name_is_no_persona(assistant: Assistant) -> None:
    quotes = {each.quote for each in assistant.ask("What does Zoe think at checkout?").citations}
    assert "Encore un compte." not in quotes


def test_an_article_names_no_persona(assistant: Assistant) -> None:
    answer = assistant.ask("Why do the customers leave at the checkout?")
    assert {each.quote for each in answer.citations} != {"Vite, vite."}
    assert answer.facts
