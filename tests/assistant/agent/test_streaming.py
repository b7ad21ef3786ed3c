"""A chat model's answer while it comes: each claim once it is verified, and never before."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from assistant.core import Assistant
from assistant.testing import Body, ScriptedEndpoint, analyst, claim, claims, evidence
from corpus.errors import InputError

Ask = Callable[..., Any]

PATIENCE = 20.0


def told(body: Body, most: int = 3) -> list[str]:
    """The pieces of an answer of so many claims, each claim one piece."""
    each = [json.dumps(one, ensure_ascii=False) for one in json.loads(analyst(body))["claims"]]
    return ['{"claims": [', each[0], *(f", {one}" for one in each[1:most]), "]}"]


def test_a_claim_is_shown_while_the_next_is_being_written(
    ask: Ask, endpoint: ScriptedEndpoint
) -> None:
    shown = threading.Event()

    def slowly(body: Body) -> Iterator[str]:
        begins, first, *rest = told(body)
        yield from (begins, first)
        assert shown.wait(PATIENCE)
        yield from rest

    endpoint.script = [slowly]
    events = ask(how="stream")
    name, first = next(events)
    assert name == "claim"
    assert first["support"] == "verified"
    shown.set()
    rest = list(events)
    answer = rest[-1][1]
    assert rest[-1][0] == "answer"
    assert first in answer["claims"]
    assert [first, *(data for name, data in rest if name == "claim")] == answer["claims"]


def test_what_does_not_hold_is_never_sent(ask: Ask, endpoint: ScriptedEndpoint) -> None:
    def mixed(body: Body) -> str:
        fact = evidence(body)[0][0]
        wrong = claim("finding", "En tout, 98 765 clients s’en plaignent.", (), [fact["id"]])
        return claims(wrong, *json.loads(analyst(body))["claims"])

    endpoint.script = [mixed]
    events = list(ask(how="stream"))
    assert len([name for name, _ in events if name == "claim"]) > 3
    assert not any("98" in data["text"] for name, data in events if name == "claim")
    assert any("98" in each["text"] for each in events[-1][1]["dropped"])


def test_a_stream_that_dies_keeps_what_was_verified_and_says_so(
    ask: Ask, endpoint: ScriptedEndpoint
) -> None:
    def dying(body: Body) -> Iterator[str]:
        begins, first, second, *_ = told(body)
        yield from (begins, first, second[:-20])
        raise ConnectionError

    endpoint.script = [dying]
    first, *_, (_, answer) = ask(how="stream")
    assert first[1] == answer["claims"][0]
    assert answer["model"] == "ours:1b"
    assert answer["status"] == "partial"
    assert "connexion a été coupée" in answer["text"]
    second = json.loads(told(endpoint.asked[0])[2][2:])["text"]
    assert second not in answer["text"]
    assert endpoint.broken == 1


def test_a_stream_that_dies_before_any_claim_leaves_the_composed_answer(
    ask: Ask, endpoint: ScriptedEndpoint
) -> None:
    def dying(body: Body) -> Iterator[str]:
        yield told(body)[0]
        raise ConnectionError

    endpoint.script = [dying]
    *_, (_, answer) = ask(how="stream")
    composed = ask(chat_model="none").as_dict()
    assert answer["model"] is None
    assert "pas répondu" in answer["text"]
    kept = [each["text"] for each in answer["claims"]]
    assert all(each["text"] in kept for each in composed["claims"])


def test_a_stream_that_outlasts_its_answer_is_closed(ask: Ask, endpoint: ScriptedEndpoint) -> None:
    def endless(body: Body) -> Iterator[str]:
        yield from told(body)[:2]
        while True:
            yield " "

    endpoint.script = [endless]
    answer = ask(chat_seconds=1.5)
    assert answer.model == "ours:1b"
    assert "dépassé le temps accordé" in answer.text


def test_who_stops_listening_closes_the_stream_and_nothing_is_kept(
    ask: Ask, assistant: Assistant, endpoint: ScriptedEndpoint
) -> None:
    ended = threading.Event()

    def endless(body: Body) -> Iterator[str]:
        try:
            yield from told(body)[:2]
            while True:
                yield " "
        finally:
            ended.set()

    endpoint.script = [endless]
    events = ask(how="stream", conversation_id="stopped")
    next(events)
    events.close()
    assert ended.wait(PATIENCE)
    assert "stopped" not in [each["id"] for each in assistant.conversations()]


def test_what_is_wrong_with_a_question_is_raised_where_it_is_read(ask: Ask) -> None:
    with pytest.raises(InputError):
        next(ask(" ", how="stream"))


def test_a_server_that_cannot_stream_is_read_whole(ask: Ask, endpoint: ScriptedEndpoint) -> None:
    # Some answer in one piece whatever they are asked for.
    endpoint.script = [lambda body: iter([analyst(body)])]
    *_, (_, answer) = ask(how="stream")
    assert answer["model"] == "ours:1b"
