"""The turns of conversations: what was asked, and how it was read."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, insert, select

from corpus import tables as t
from corpus.coding.judgements import now
from corpus.store import Store


def keep_turn(
    store: Store, conversation_id: str, question: str, reading: Mapping[str, Any]
) -> None:
    """Keep a question as the next turn of a conversation, with how it was read."""
    same = t.turns.c.conversation_id == conversation_id
    with store.writing(changed=()) as connection:
        turns = connection.scalar(select(func.count()).select_from(t.turns).where(same)) or 0
        connection.execute(
            insert(t.turns),
            {
                "conversation_id": conversation_id,
                "number": turns + 1,
                "question": question,
                "reading": dict(reading),
                "made": now(),
            },
        )


def last_reading(store: Store, conversation_id: str) -> dict[str, Any] | None:
    """How the last question of a conversation was read; None where there was none."""
    query = (
        select(t.turns.c.reading)
        .where(t.turns.c.conversation_id == conversation_id)
        .order_by(t.turns.c.number.desc())
        .limit(1)
    )
    with store.reading() as connection:
        found = connection.scalar(query)
    return None if found is None else dict(found)
