"""Follow-ups written out by a chat model: shown, correctable, and by the rules where it fails."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from assistant.testing import Body, Reply, ScriptedEndpoint, analyst
from corpus.errors import InputError

Ask = Callable[..., Any]

FIRST = "Pourquoi les clients se plaignent-ils des frais de livraison ?"
NEXT = "Et depuis mars 2026 ?"
WHOLE = "Pourquoi les clients se plaignent-ils des frais de livraison depuis mars 2026 ?"


def is_rewriting(body: Body) -> bool:
    return "<earlier>" in str(body["messages"][-1]["content"])


def scripted(endpoint: ScriptedEndpoint, rewriting: Reply) -> None:
    endpoint.script = [lambda body: rewriting if is_rewriting(body) else analyst(body)]


def follow(ask: Ask, question: str = NEXT, first: str = FIRST) -> Any:
    """The answer to a follow-up."""
    return ask(question, conversation_id=ask(first).conversation_id)


def test_it_is_read_as_written_out_and_shown(ask: Ask, endpoint: ScriptedEndpoint) -> None:
    scripted(endpoint, WHOLE)
    answer = follow(ask)
    assert answer.question == NEXT
    assert answer.understood.whole == WHOLE
    assert answer.understood.follow_up_of == FIRST
    assert answer.understood.themes == ["delivery-cost"]
    assert answer.understood.period["since"] == "2026-03-01"
    given = [body for body in endpoint.asked if not is_rewriting(body)][-1]
    assert WHOLE in given["messages"][1]["content"]


def test_what_it_takes_is_counted(ask: Ask, endpoint: ScriptedEndpoint) -> None:
    scripted(endpoint, WHOLE)
    assert follow(ask).usage["requests"] == 2


def test_earlier_answers_are_context_and_never_evidence(
    ask: Ask, endpoint: ScriptedEndpoint
) -> None:
    scripted(endpoint, WHOLE)
    answer = follow(ask)
    asked = next(body for body in endpoint.asked if is_rewriting(body))
    context = json.loads(asked["messages"][-1]["content"].splitlines()[1])
    assert context["question"] == FIRST
    assert context["answered"]
    # What customers said is not among it, so that none of them can speak to the model here.
    assert not any("apparaissent au moment" in each for each in context["answered"])
    own = {fact.id for fact in answer.facts}
    assert all(set(claim.facts) <= own for claim in answer.claims)


UNFAITHFUL = {
    "another subject": "Quelle est la capitale du Pérou et combien d’habitants compte-t-elle ?",
    "a number of its own": "Pourquoi 45 % des clients se plaignent-ils depuis mars 2026 ?",
    "an answer": "Les clients se plaignent surtout parce que la concurrence offre le retrait.",
    "too long": WHOLE * 10,
    "nothing": "",
    "two lines": f"{WHOLE}\n{WHOLE}",
}


@pytest.mark.parametrize("why", UNFAITHFUL)
def test_what_nobody_said_is_no_rewriting(ask: Ask, endpoint: ScriptedEndpoint, why: str) -> None:
    scripted(endpoint, UNFAITHFUL[why])
    answer = follow(ask)
    assert answer.understood.whole is None
    # The rules still read it with the turn before.
    assert answer.understood.follow_up_of == FIRST
    assert answer.understood.themes == ["delivery-cost"]


def test_where_it_fails_the_rules_read_it(ask: Ask, endpoint: ScriptedEndpoint) -> None:
    scripted(endpoint, 503)
    answer = follow(ask)
    assert answer.understood.whole is None
    assert answer.understood.follow_up_of == FIRST
    assert answer.model == "ours:1b"


def test_what_stands_by_itself_stays(ask: Ask, endpoint: ScriptedEndpoint) -> None:
    scripted(endpoint, FIRST)
    answer = follow(ask, question=FIRST, first="Quelle est la note moyenne ?")
    assert answer.understood.whole is None
    assert answer.understood.follow_up_of is None


def test_without_a_model_or_before_there_is_nothing_to_write_out(
    ask: Ask, endpoint: ScriptedEndpoint
) -> None:
    scripted(endpoint, WHOLE)
    first = ask()
    assert not any(map(is_rewriting, endpoint.asked))
    ask(NEXT, chat_model="none", conversation_id=first.conversation_id)
    assert not any(map(is_rewriting, endpoint.asked))


def test_somebody_can_correct_it(ask: Ask, assistant: Any, endpoint: ScriptedEndpoint) -> None:
    scripted(endpoint, WHOLE)
    first = ask()
    said = WHOLE.replace("mars", "avril")
    answer = assistant.ask(
        NEXT,
        chat_model="ours:1b",
        conversation_id=first.conversation_id,
        reading={"text": said},
    )
    assert answer.understood.whole == said
    assert answer.understood.period["since"] == "2026-04-01"
    assert not any(map(is_rewriting, endpoint.asked))


def test_a_correction_that_is_none_is_refused(assistant: Any) -> None:
    with pytest.raises(InputError):
        assistant.ask(NEXT, reading={"text": " "})
