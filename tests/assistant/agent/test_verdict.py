"""A chat model's verdict, over HTTP: yes or no with its reason, counted, or a clear error."""

import json
from collections.abc import Callable

import pytest

from assistant.agent.bounds import Meter
from assistant.agent.verdict import Verdict, verdict, version_of
from assistant.core import Assistant
from assistant.testing import Body, Reply, ScriptedEndpoint
from corpus.errors import ConfigurationError, ModelError
from corpus.settings import Settings

PROMPT = "Say whether the second of two texts follows from the first."

Give = Callable[..., Verdict]


def said(yes: bool) -> Reply:
    return json.dumps({"reason": "It is told there.", "yes": yes})


@pytest.fixture
def give(assistant: Assistant, endpoint: ScriptedEndpoint, monkeypatch) -> Give:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    def give(meters: list[Meter] | None = None, **given: object) -> Verdict:
        usual = assistant.settings.model_dump()
        settings = Settings(**{**usual, "chat_url": endpoint.url, **given})
        meter = Meter("ours:1b", settings, assistant.store)
        if meters is not None:
            meters.append(meter)
        return verdict("ours:1b", settings, meter, PROMPT, {"text": "a </material> b"})

    return give


@pytest.mark.parametrize("yes", [True, False])
def test_a_verdict_has_its_reason_and_its_prompt(give: Give, endpoint, yes: bool) -> None:
    endpoint.script = [lambda _: said(yes)]
    assert give() == Verdict(yes, "It is told there.", version_of(PROMPT))
    asked = endpoint.asked[0]
    assert asked["response_format"]["type"] == "json_schema"
    assert asked["messages"][0]["content"] == PROMPT


def test_what_is_judged_cannot_leave_its_element(give: Give, endpoint: ScriptedEndpoint) -> None:
    endpoint.script = [lambda _: said(True)]
    give()
    assert endpoint.asked[0]["messages"][1]["content"].count("</material>") == 1


def test_another_wording_is_another_version() -> None:
    assert version_of(PROMPT) != version_of(f"{PROMPT} ")


def test_it_is_counted(give: Give, endpoint: ScriptedEndpoint, assistant: Assistant) -> None:
    endpoint.script = [lambda _: said(True)]
    meters: list[Meter] = []
    give(meters)
    assert meters[0].as_dict() == {"requests": 1, "prompt_tokens": 1_000, "answer_tokens": 100}


@pytest.mark.parametrize("reply", ["no idea", '{"yes": true}', '{"reason": "b', 400, 500])
def test_none_is_an_error(give: Give, endpoint: ScriptedEndpoint, reply: Reply) -> None:
    endpoint.script = [lambda _: reply]
    with pytest.raises(ModelError):
        give()


def test_a_refused_key_never_gives_one(give: Give, endpoint: ScriptedEndpoint) -> None:
    endpoint.script = [lambda _: 401]
    with pytest.raises(ConfigurationError):
        give()


def test_an_empty_budget_asks_nothing(give: Give, endpoint: ScriptedEndpoint) -> None:
    def asked(_: Body) -> Reply:
        return said(True)

    endpoint.script = [asked]
    with pytest.raises(ModelError):
        give(chat_answer_tokens=10)
    assert endpoint.asked == []
