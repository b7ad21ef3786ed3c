"""A chat model as judge of paraphrases, through the Assistant over HTTP: asked, heeded, bounded."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from assistant.agent.judge import PROMPT, Judge
from assistant.agent.verdict import version_of
from assistant.core import Assistant
from assistant.testing import Body, Reply, ScriptedEndpoint, claim, claims, evidence
from assistant.types import Claim
from assistant.verify.evidence import Evidence
from assistant.verify.support import WEAK
from corpus.settings import Settings

Ask = Callable[..., Any]

CARRIED = "La vendeuse est aimable et conseille bien."
CONTRARY = "La vendeuse est désagréable et conseille mal."


def saying(text: str) -> Callable[[Body], str]:
    """A writer of one paraphrase of a passage about the saleswoman, and one of its words."""

    def write(body: Body) -> str:
        passage = next(each for each in evidence(body)[1] if "aimable" in each["text"])
        quote = passage["text"].strip()
        return claims(
            claim("finding", text, [(passage["id"], quote)]),
            claim("quote", "", [(passage["id"], quote)]),
        )

    return write


@pytest.fixture
def judging(ask: Ask, endpoint: ScriptedEndpoint) -> Ask:
    """Ask a writer of one sentence, with a judge behind the same address, whose reply is given."""

    def judging(text: str, reply: Callable[[Body], Reply], **settings: Any) -> Any:
        write = saying(text)

        def answer(body: Body) -> Reply:
            return reply(body) if body["model"] == "judge" else write(body)

        endpoint.script = [answer]
        return ask("Que dit-on de la vendeuse ?", judge_model="judge", **settings)

    return judging


def said(yes: bool) -> Callable[[Body], str]:
    return lambda _: json.dumps({"reason": "C’est ce qui est dit.", "yes": yes})


def asked_of(endpoint: ScriptedEndpoint) -> list[Body]:
    return [body for body in endpoint.asked if body["model"] == "judge"]


def test_without_the_setting_nobody_is_asked(ask: Ask, endpoint, monkeypatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-lying-there")
    endpoint.script = [saying(CARRIED)]
    answer = ask("Que dit-on de la vendeuse ?")
    assert CARRIED in {each.text for each in answer.claims}
    assert "judge" not in answer.usage
    assert {body["model"] for body in endpoint.asked} == {"ours:1b"}


def test_its_yes_holds_and_is_counted(judging: Ask, endpoint: ScriptedEndpoint) -> None:
    answer = judging(CARRIED, said(True))
    held = next(each for each in answer.claims if each.text == CARRIED)
    assert (held.support, held.support_score) == ("verified", 1.0)
    assert answer.usage["judge"] == {
        "model": "judge",
        "prompt": version_of(PROMPT),
        "failed": 0,
        "requests": 1,
        "prompt_tokens": 1_000,
        "answer_tokens": 100,
    }
    shown = str(asked_of(endpoint)[0]["messages"][-1]["content"])
    assert CARRIED in shown
    assert "très aimable" in shown


def test_its_no_drops_what_the_score_would_keep(judging: Ask) -> None:
    answer = judging(CARRIED, said(False))
    assert CARRIED not in {each.text for each in answer.claims}
    # What a model says of a hostile text is not shown.
    assert next(each.reason for each in answer.dropped if each.text == CARRIED) == WEAK


def test_what_a_rule_drops_it_never_sees(judging: Ask, endpoint: ScriptedEndpoint) -> None:
    answer = judging("La vendeuse est aimable avec 98 765 clients.", said(True))
    assert answer.dropped
    assert asked_of(endpoint) == []


def test_without_a_writer_nobody_else_is_asked(ask: Ask, endpoint: ScriptedEndpoint) -> None:
    endpoint.script = [said(True)]
    answer = ask("Que dit-on de la vendeuse ?", "none", judge_model="judge")
    assert answer.model is None
    assert {body["model"] for body in endpoint.asked} <= {"judge"}


@pytest.mark.parametrize("reply", ["no idea", 400, '{"yes": true}'])
@pytest.mark.parametrize(("text", "kept"), [(CARRIED, True), (CONTRARY, False)])
def test_where_it_fails_the_score_says(judging: Ask, reply: Reply, text: str, kept: bool) -> None:
    answer = judging(text, lambda _: reply)
    assert (text in {each.text for each in answer.claims}) is kept
    assert answer.usage["judge"]["failed"] >= 1


def test_without_a_budget_it_cannot_say(assistant: Assistant, endpoint) -> None:
    usual = assistant.settings.model_dump()
    settings = Settings(**{**usual, "chat_url": endpoint.url, "chat_answer_tokens": 10})
    judge = Judge("judge", settings, assistant.store)
    about = Evidence(Claim("k1", CARRIED, "finding"), [], [], {}, "")
    assert judge(about) is None
    assert (judge.usage["failed"], judge.usage["requests"]) == (1, 0)
    assert endpoint.asked == []
