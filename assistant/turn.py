"""One turn of a conversation: what was answered before is found again, the rest answered and kept.

An answer is found again where the same is asked of the same corpus with the same model. It is then
the turn that it was given in, so that whoever deletes that conversation deletes it for good.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date as Date
from functools import cache
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

import corpus as corpus_package
import retrieval
from assistant.actions.frameworks import framework_text
from assistant.actions.life import lives
from assistant.ask import answer_question
from assistant.pages import Corpus, Hired, Listener, Request
from assistant.types import Answer
from corpus.conversations import Turn, answered, keep_turn, turns_before
from corpus.privacy import redact

MOST_BEFORE = 6
"""Turns that a follow-up can lean on."""

_ANSWER = TypeAdapter(Answer)


def answer_turn(
    corpus: Corpus, asked: Request, hired: Hired | None, listener: Listener, *, anew: bool = False
) -> Answer:
    """Answer a question as the next turn of its conversation, and keep it.

    ``anew`` answers it again though it was answered before.
    """
    started = perf_counter()
    store, conversation = corpus.store, asked.conversation_id
    before = turns_before(store, conversation, MOST_BEFORE) if conversation else []
    # Nothing loaded holds what identifies a person, and no turn keeps it.
    whole = redact(asked.whole) if asked.whole else None
    asked = replace(asked, text=redact(asked.text), whole=whole)
    key = _key(corpus, asked, before, hired)
    turn = None if anew else answered(store, key)
    if turn and (answer := _again(turn, asked, started)):
        keep_turn(store, answer.conversation_id, replace(turn, answer=answer.as_dict()),
                  going_on=bool(before))  # fmt: skip
        return answer
    used: dict[str, Any] = {}
    if hired and before and not (asked.whole or asked.corrected):
        whole, used = hired.rewrite(asked.text, before)
        asked = replace(asked, whole=whole)
    answer, reading = answer_question(corpus, asked, before, hired, listener)
    answer = replace(answer, usage=_sum(answer.usage, used))
    listener.check()
    # What a model failed at it may do better next time.
    failed = hired is not None and answer.model is None and bool(answer.usage)
    if (judge := corpus.judge) and judge.usage:
        answer = replace(answer, usage={**answer.usage, "judge": judge.usage})
        failed = failed or bool(judge.failed)
    turn = Turn(asked.text, reading.as_dict(), answer.as_dict())
    keep_turn(store, answer.conversation_id, turn,
              going_on=bool(before), key=None if failed else key)  # fmt: skip
    return answer


def _key(corpus: Corpus, asked: Request, before: Sequence[Turn], hired: Hired | None) -> str:
    """What tells one answer from another: the question, the turns before, corpus and model."""
    store, index = corpus.store, corpus.index
    of = {
        "question": asked.text,
        "whole": asked.whole,
        "language": asked.language,
        "corrected": dict(asked.corrected or {}),
        "filters": asked.filters.as_dict(),
        "before": [[turn.question, turn.reading] for turn in before],
        "model": hired.name if hired else None,
        "judge": corpus.judge.name if corpus.judge else None,
        # The corpus, and what else answers are made from.
        "store": store.state,
        "embedded": [index.model, index.embedded_share],
        "actions": repr(lives(store)),
        "framework": framework_text(store),
        "today": Date.today().isoformat(),
        "code": _code(),
    }
    return sha256(json.dumps(of, sort_keys=True, default=str).encode()).hexdigest()


@cache
def _code() -> str:
    """Another text for another version of what makes answers, a changed file of it too."""
    packages = [
        Path(each).parent for each in (__file__, corpus_package.__file__, retrieval.__file__)
    ]
    files = sorted(path for each in packages for path in each.rglob("*.*") if path.is_file())
    found = [f"{path} {path.stat().st_mtime_ns}" for path in files if path.suffix != ".pyc"]
    return sha256("\n".join(found).encode()).hexdigest()


def _again(turn: Turn, asked: Request, started: float) -> Answer | None:
    """The answer of a turn as that of this one; None where another version wrote it otherwise."""
    try:
        answer = _ANSWER.validate_python(turn.answer)
    except ValidationError:
        return None
    return replace(
        answer,
        id=uuid4().hex,
        conversation_id=asked.conversation_id or uuid4().hex,
        usage={},
        timings_ms={"cached": round(1000 * (perf_counter() - started), 1)},
    )


def _sum(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in {**one, **other}}
