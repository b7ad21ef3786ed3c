"""Research is asked about what the turns before found, not for the words of the follow-up."""

from collections.abc import Callable, Iterator

import pytest

from assistant.core import Assistant
from assistant.types import Answer
from corpus.files import RawFile
from corpus.settings import Settings

FEES = "Les frais de livraison n'apparaissent qu'au moment de payer, des frais cachés."
FEW = "Suisse"
ROWS = "".join(
    f"R{n};C{n};2026-03-{1 + n % 28:02};achat;"
    f"{FEW if n % 9 == 0 else 'Belgique' if n % 4 < 2 else 'France'};"
    + (f"1;{FEES} Numéro {n}.\n" if n % 2 else f"5;Une caissière souriante, le {n}.\n")
    for n in range(80)
)
EXPERIMENT = """# A ticket site

## What was seen

Buyers to whom the fees were hidden until the last page:

| measure | difference |
|---|---|
| spending | 21 % more |
| purchases completed | 14 % more |

A stadium was drawn on the tickets.
"""
POLL = """# Le paiement en ligne

## À propos

Le paiement est une affaire de paiement, et qui étudie le paiement parle du paiement.

Combien de clients partent à cause de frais cachés au paiement ?
"""
MAP = """map,persona,stage,step,lane,text
Carte,Lou,achat,Payer,doing,Sort sa carte bancaire et paie les frais de livraison.
Carte,Lou,achat,Payer,thinking,Je connais déjà le total.
"""
PAST = "Pourquoi les clients sont-ils mécontents du paiement ?"

Ask = Callable[..., Answer]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    settings = Settings(data=tmp_path_factory.mktemp("findings") / "data", embeddings="none")
    with Assistant(settings) as assistant:
        files = {
            "avis.csv": f"id;client;date;étape;pays;note;avis\n{ROWS}",
            "tickets.md": EXPERIMENT,
            "paiement.md": POLL,
            "carte.csv": MAP,
        }
        for name, text in files.items():
            assistant.ingest(RawFile(name, text.encode()), origin=f"/{name}")
        assistant.code()
        yield assistant


def talk(assistant: Assistant, *questions: str) -> Answer:
    """The last answer of a conversation."""
    conversation = None
    for question in questions:
        answer = assistant.ask(question, conversation_id=conversation)
        conversation = answer.conversation_id
    return answer


@pytest.mark.parametrize(
    "questions",
    [
        (PAST, "Et que dit la recherche ?"),
        (PAST, "Depuis quand ?", "Et que dit la recherche ?"),
        ("Why are customers unhappy at checkout?", "And what does research say?"),
    ],
)
def test_a_follow_up_finds_what_research_says_of_the_cause(
    assistant: Assistant, questions: tuple[str, ...]
) -> None:
    answer = talk(assistant, *questions)
    assert answer.status == "answered"
    assert "checkout-fees" in answer.understood.themes
    assert {each.source for each in answer.citations} == {"tickets.md"}
    (quote,) = {each.quote for each in answer.citations}
    assert quote.startswith("Buyers to whom the fees were hidden")
    assert quote.endswith("14 % more")
    assert answer.answerability > 0


def test_the_cause_is_context_and_no_evidence(assistant: Assistant) -> None:
    answer = talk(assistant, PAST, "Et que dit la recherche ?")
    assert {each.kind for each in answer.citations} == {"research"}
    assert answer.facts == []


def test_what_the_follow_up_names_itself_is_what_is_looked_for(assistant: Assistant) -> None:
    answer = talk(assistant, PAST, "Et que dit la recherche sur les stades ?")
    assert "checkout-fees" not in answer.understood.themes


def test_where_research_is_silent_that_is_said(assistant: Assistant) -> None:
    answer = talk(assistant, "Que disent les clients du personnel ?", "Et que dit la recherche ?")
    assert answer.status == "abstained"
    assert "études chargées" in answer.text
    assert answer.citations == []


def test_after_research_customers_are_asked_about_again(assistant: Assistant) -> None:
    answer = talk(assistant, PAST, "Et que dit la recherche ?", "Et en Belgique ?")
    assert answer.understood.intent == "said"
    assert answer.understood.filters["segment"] == {"pays": "Belgique"}
    assert "feedback" in {each.kind for each in answer.citations}


def test_what_to_do_of_too_few_is_told_of_everybody(assistant: Assistant) -> None:
    few = talk(assistant, PAST, "Que faire ?", f"Et en {FEW} ?")
    assert few.understood.filters["segment"] == {"pays": FEW}
    assert "vaut pour tous les clients" in few.text
    assert [each["cause"] for each in few.actions]
    everybody = talk(assistant, PAST, "Que faire ?")
    assert "vaut pour tous" not in everybody.text
    assert [each["title"] for each in everybody.actions] == [e["title"] for e in few.actions]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_map_is_asked_about_in_its_own_turn_alone(assistant: Assistant, language: str) -> None:
    asked = {
        "fr": (PAST, "Que suppose la carte du parcours ?", "Et en Belgique ?"),
        "en": (
            "Why are customers unhappy at checkout?",
            "What does the journey map assume?",
            "And in Belgium?",
        ),
    }
    answer = talk(assistant, *asked[language])
    assert answer.status != "abstained"
    assert "carte" not in answer.understood.text
    assert "map" not in answer.understood.text
