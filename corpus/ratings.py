"""What people say of answers: a thumb up or down, and perhaps why."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import delete, func, insert, select

from corpus import tables as t
from corpus.errors import NotFoundError
from corpus.store import Store

Verdict = Literal["up", "down"]


def rate(store: Store, answer_id: str, verdict: Verdict, comment: str) -> dict[str, Any]:
    """Keep what somebody says of an answer, in the place of what was said before.

    Raises NotFoundError for an answer that no conversation holds.
    """
    turn = select(t.turns.c.conversation_id).where(_id == answer_id)
    with store.writing(changed=()) as connection:
        conversation_id = connection.scalar(turn)
        if conversation_id is None:
            raise NotFoundError(f"No conversation holds the answer {answer_id[:80]}.")
        values = {
            "answer_id": answer_id,
            "conversation_id": conversation_id,
            "verdict": verdict,
            "comment": comment,
            "made": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
        before = connection.execute(
            select(t.ratings.c.verdict, t.ratings.c.comment).where(
                t.ratings.c.answer_id == answer_id
            )
        ).first()
        if before and before.verdict == verdict and not comment:
            # Pressed once more: what was said with it stays.
            values["comment"] = before.comment
        connection.execute(delete(t.ratings).where(t.ratings.c.answer_id == answer_id))
        connection.execute(insert(t.ratings), values)
    return values


def ratings(store: Store, conversation_id: str | None = None) -> list[dict[str, Any]]:
    """Every rating, or those of a conversation, the last first.

    Each has its question, the questions before it and the answer.
    """
    turns = select(
        _id.label("answer_id"), *(t.turns.c[name] for name in ("question", "number", "answer"))
    ).subquery()
    query = (
        select(t.ratings, turns.c.question, turns.c.number, turns.c.answer)
        .join(turns, turns.c.answer_id == t.ratings.c.answer_id)
        .order_by(t.ratings.c.made.desc(), t.ratings.c.answer_id)
    )
    if conversation_id is not None:
        query = query.where(t.ratings.c.conversation_id == conversation_id)
    with store.reading() as connection:
        found = [dict(row._mapping) for row in connection.execute(query)]
        asked = {
            (row.conversation_id, row.number): row.question
            for row in connection.execute(
                select(t.turns.c.conversation_id, t.turns.c.number, t.turns.c.question).where(
                    t.turns.c.conversation_id.in_({each["conversation_id"] for each in found})
                )
            )
        }
    return [{**each, "before": _before(each, asked)} for each in found]


def _before(rated: Mapping[str, Any], asked: Mapping[tuple[str, int], str]) -> list[str]:
    earlier = range(1, rated["number"])
    return [asked[key] for n in earlier if (key := (rated["conversation_id"], n)) in asked]


_id = func.json_extract_string(t.turns.c.answer, "$.id")
