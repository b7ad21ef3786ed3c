"""Answers written by a chat model, through the Assistant, over HTTP: what is shown always holds."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from assistant.core import Assistant
from assistant.testing import (
    Body,
    Reply,
    ScriptedEndpoint,
    analyst,
    call,
    claim,
    claims,
    evidence,
    first_sentence,
)

Ask = Callable[..., Any]


def holds(answer: Any, assistant: Assistant) -> None:
    """Every citation is its passage's text, and every claim refers to what there is."""
    facts = {fact.id for fact in answer.facts}
    cited = {citation.id for citation in answer.citations}
    for citation in answer.citations:
        text = assistant.show(citation.passage_id)["text"]
        assert text[citation.start : citation.end] == citation.quote
    for each in answer.claims:
        assert set(each.facts) <= facts
        assert set(each.citations) <= cited
        assert each.kind == "limit" or each.facts or each.citations


def test_nothing_is_sent_without_a_name(ask: Ask, endpoint: ScriptedEndpoint, monkeypatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-lying-there")
    for name in (None, "none"):
        answer = ask(chat_model=name)
        assert (answer.model, answer.usage) == (None, {})
    assert endpoint.asked == []


def test_a_good_analyst_is_shown(ask: Ask, assistant: Assistant, endpoint) -> None:
    answer = ask()
    assert answer.model == "ours:1b"
    assert answer.status == "answered"
    assert not answer.dropped
    assert {"finding", "quote", "limit"} <= {each.kind for each in answer.claims}
    assert answer.usage["requests"] == len(endpoint.asked) == 1
    assert answer.usage["prompt_tokens"] == 1_000
    holds(answer, assistant)


def test_what_it_is_given_is_data(ask: Ask, endpoint: ScriptedEndpoint) -> None:
    ask()
    facts, passages = evidence(endpoint.asked[0])
    assert facts
    assert passages
    system = endpoint.asked[0]["messages"][0]
    assert system["role"] == "system"
    assert "avis.csv" not in system["content"]
    tools = {each["function"]["name"] for each in endpoint.asked[0]["tools"]}
    assert tools == {"search", "passages", "count", "drivers", "trend", "compare", "journey"}


def test_it_may_ask_for_more(ask: Ask, assistant: Assistant, endpoint: ScriptedEndpoint) -> None:
    def searching(_: Body) -> Reply:
        return call("search", query="vendeuse aimable", kind="feedback")

    def telling(body: Body) -> Reply:
        kind = next(p for p in evidence(body)[1] if "aimable" in p["text"])
        return claims(claim("quote", "", [(kind["id"], "La vendeuse est très aimable")]))

    endpoint.script = [searching, telling]
    answer = ask()
    assert len(endpoint.asked) == 2
    assert "La vendeuse est très aimable" in [citation.quote for citation in answer.citations]
    holds(answer, assistant)


def test_a_tool_says_what_was_wrong_with_its_call(ask: Ask, endpoint: ScriptedEndpoint) -> None:
    limits = dict.fromkeys(("stage", "since", "until", "segment", "by"))

    def asking(_: Body) -> Reply:
        return call("count", theme="no-such-theme", **limits)

    endpoint.script = [asking, analyst]
    ask()
    told = endpoint.asked[1]["messages"][-1]
    assert told["role"] == "tool"
    assert "no-such-theme" in told["content"]


def _altered(body: Body) -> str:
    passage = evidence(body)[1][0]
    return claims(claim("quote", "", [(passage["id"], first_sentence(passage).upper())]))


def _unknown_passage(_: Body) -> str:
    return claims(claim("finding", "Tout va bien.", [("p999", "Tout va bien.")]))


def _unknown_fact(_: Body) -> str:
    return claims(claim("finding", "Tout va bien.", (), ["f999"]))


def _wrong_sum(body: Body) -> str:
    fact = evidence(body)[0][0]
    return claims(claim("finding", "En tout, 98 765 clients s’en plaignent.", (), [fact["id"]]))


def _no_evidence(_: Body) -> str:
    return claims(claim("finding", "Les clients sont mécontents."))


def _own_quote(body: Body) -> str:
    passage = evidence(body)[1][0]
    text = "Un client écrit « je ne reviendrai plus jamais chez vous »."
    return claims(claim("finding", text, [(passage["id"], first_sentence(passage))]))


WRONG = (_altered, _unknown_passage, _unknown_fact, _wrong_sum, _no_evidence, _own_quote)


@pytest.mark.parametrize("wrong", WRONG, ids=lambda step: step.__name__.strip("_"))
def test_what_does_not_hold_is_rewritten_once_then_dropped(
    ask: Ask, assistant: Assistant, endpoint: ScriptedEndpoint, wrong: Callable[[Body], str]
) -> None:
    def mixed(body: Body) -> str:
        bad = json.loads(wrong(body))["claims"]
        good = json.loads(analyst(body))["claims"]
        return claims(*good[:2], *bad)

    endpoint.script = [mixed, wrong]
    answer = ask()
    assert len(endpoint.asked) == 2
    assert answer.model == "ours:1b"
    assert len(answer.dropped) == 2
    assert all(each.reason for each in answer.dropped)
    assert "98" not in answer.text
    holds(answer, assistant)


def test_a_rewritten_sentence_takes_the_place_of_the_one_before(
    ask: Ask, assistant: Assistant, endpoint: ScriptedEndpoint
) -> None:
    def first(body: Body) -> str:
        return claims(*json.loads(_wrong_sum(body))["claims"], *json.loads(analyst(body))["claims"])

    def again(body: Body) -> str:
        fact = evidence(body)[0][0]
        text = f"D’abord, {fact['fact']} : {fact['value']:g} {fact['unit']}."
        return claims(claim("finding", text, (), [fact["id"]]))

    endpoint.script = [first, again]
    answer = ask()
    assert answer.claims[0].text.startswith("D’abord")
    assert len(answer.dropped) == 1
    holds(answer, assistant)


def _half(body: Body) -> str:
    return analyst(body)[:40]


def _refusal(_: Body) -> str:
    return "I cannot help with that."


def _loop(_: Body) -> Reply:
    return call("search", query="encore", kind=None)


def _forbidden(_: Body) -> int:
    return 401


def _down(_: Body) -> int:
    return 503


FAILING = {
    "half": (_half, "illisible"),
    "refusal": (_refusal, "illisible"),
    "loop": (_loop, "sans cesse"),
    "forbidden": (_forbidden, "inutilisable"),
    "down": (_down, "pas répondu"),
    "unsupported": (_no_evidence, "étayée"),
}


@pytest.mark.parametrize("name", FAILING)
def test_where_it_fails_the_composed_answer_is_given_and_says_why(
    ask: Ask, assistant: Assistant, endpoint: ScriptedEndpoint, name: str
) -> None:
    composed = ask(chat_model="none")
    step, told = FAILING[name]
    endpoint.script = [step]
    answer = ask()
    assert answer.model is None
    assert told in answer.text
    kept = [each.text for each in answer.claims]
    assert all(each.text in kept for each in composed.claims)
    holds(answer, assistant)


def test_silence_ends_with_the_time_of_an_answer(ask: Ask, endpoint: ScriptedEndpoint) -> None:
    endpoint.script = [lambda _: None]
    answer = ask(chat_seconds=0.5)
    assert answer.model is None
    assert re.search("pas répondu|temps accordé", answer.text)


def test_an_answer_and_a_day_have_their_bounds(ask: Ask, endpoint: ScriptedEndpoint) -> None:
    for bound in ({"chat_answer_tokens": 50}, {"chat_day_tokens": 50}):
        answer = ask(**bound)
        assert answer.model is None
        assert "épuisé" in answer.text
    assert endpoint.asked == []
    assert ask(chat_price_in=1.0, chat_price_out=2.0).usage["cost"] == pytest.approx(0.0012)
    answer = ask(chat_price_in=1.0, chat_price_out=2.0, chat_day_money=0.000001)
    assert "épuisé" in answer.text


def test_a_server_without_tools_is_asked_without_them(
    ask: Ask, assistant: Assistant, endpoint: ScriptedEndpoint
) -> None:
    endpoint.script = [lambda body: 400 if body.get("tools") else analyst(body)]
    answer = ask()
    assert answer.model == "ours:1b"
    without = endpoint.asked[-1]
    assert not without.get("tools")
    shape = json.dumps(without["response_format"])
    assert '"enum": ["f1"' in shape
    holds(answer, assistant)


def test_what_cannot_be_known_is_not_asked_of_a_model(ask: Ask, endpoint: ScriptedEndpoint) -> None:
    answer = ask("Quelle est la capitale du Pérou ?")
    assert answer.status in ("abstained", "clarify")
    assert endpoint.asked == []


def test_markup_of_a_model_is_text(ask: Ask, endpoint: ScriptedEndpoint) -> None:
    def marked(body: Body) -> str:
        fact = evidence(body)[0][0]
        text = f"![x](http://x.example/a.png) <img src=x> **gras** {fact['value']:g} {fact['unit']}"
        return claims(claim("finding", text, (), [fact["id"]]))

    endpoint.script = [marked]
    text = ask().text
    assert "![x]" not in text
    assert r"\<img" in text
