"""Conversations as the store keeps them: what was asked, how it was read, what was answered."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select

from corpus import tables as t
from corpus.errors import NotFoundError
from corpus.importers.words import plain
from corpus.store import Store

LONGEST_TITLE = 70
"""Characters of a first question that its conversation is called by."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What was asked, how it was read, and what was answered, as JSON values."""

    question: str
    reading: dict[str, Any]
    answer: dict[str, Any] | None


def keep_turn(
    store: Store,
    conversation_id: str,
    turn: Turn,
    *,
    going_on: bool,
    key: str | None = None,
) -> None:
    """Keep a turn as the next of a conversation.

    ``key`` is what its answer is found again by, see ``answered``. Where the conversation was
    ``going_on`` when the question was asked and is no longer there, somebody deleted it meanwhile,
    and it stays deleted.
    """
    same = t.turns.c.conversation_id == conversation_id
    with store.writing(changed=()) as connection:
        turns = connection.scalar(select(func.count()).select_from(t.turns).where(same)) or 0
        if going_on and not turns:
            return
        connection.execute(
            insert(t.turns),
            {
                "conversation_id": conversation_id,
                "number": turns + 1,
                "question": turn.question,
                "reading": turn.reading,
                # Finer than seconds, so that what is listed has an order.
                "made": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "answer": turn.answer,
                "key": key,
            },
        )


def turns_before(store: Store, conversation_id: str, most: int) -> list[Turn]:
    """The last turns of a conversation, oldest first."""
    query = (
        select(*_TURN)
        .where(t.turns.c.conversation_id == conversation_id)
        .order_by(t.turns.c.number.desc())
        .limit(most)
    )
    with store.reading() as connection:
        return [Turn(**row._mapping) for row in connection.execute(query)][::-1]


def answered(store: Store, key: str) -> Turn | None:
    """The last turn that is kept under a key; with its conversation it goes too."""
    query = select(*_TURN).where(t.turns.c.key == key).order_by(t.turns.c.made.desc()).limit(1)
    with store.reading() as connection:
        row = connection.execute(query).first()
    return Turn(**row._mapping) if row else None


_TURN = [t.turns.c[name] for name in ("question", "reading", "answer")]


def conversations(store: Store, title: str = "") -> list[dict[str, Any]]:
    """Every conversation whose title has the words of ``title``, the most recent first.

    ``n`` is how many turns it has, ``made`` and ``changed`` are when its first and last was kept.
    """
    of = t.turns.c.conversation_id
    counted = (
        select(
            of.label("id"),
            func.min(t.turns.c.made).label("made"),
            func.max(t.turns.c.made).label("changed"),
            func.count().label("n"),
        )
        .group_by(of)
        .subquery()
    )
    query = (
        select(counted, t.turns.c.question, t.titles.c.title)
        .join(t.turns, (of == counted.c.id) & (t.turns.c.number == 1))
        .outerjoin(t.titles, t.titles.c.conversation_id == counted.c.id)
        .order_by(counted.c.changed.desc(), counted.c.id)
    )
    with store.reading() as connection:
        rows = connection.execute(query).all()
    sought = plain(title).split()
    found = [
        {
            "id": row.id,
            "title": row.title or _shortened(row.question),
            "made": row.made,
            "changed": row.changed,
            "n": row.n,
        }
        for row in rows
    ]
    return [each for each in found if all(word in plain(each["title"]) for word in sought)]


def conversation(store: Store, conversation_id: str) -> dict[str, Any]:
    """One conversation with its turns; raises NotFoundError.

    The answer of a turn that an older version kept is None: it was not kept then.
    """
    known = [each for each in conversations(store) if each["id"] == conversation_id]
    if not known:
        raise NotFoundError(
            f"There is no conversation {conversation_id}; `ancrage conversations` lists them."
        )
    columns = [t.turns.c[name] for name in ("number", "made", "question", "reading", "answer")]
    query = (
        select(*columns)
        .where(t.turns.c.conversation_id == conversation_id)
        .order_by(t.turns.c.number)
    )
    with store.reading() as connection:
        turns = [dict(row._mapping) for row in connection.execute(query)]
    return {**known[0], "turns": turns}


def rename(store: Store, conversation_id: str, title: str) -> None:
    """Give a conversation another title; raises NotFoundError."""
    conversation(store, conversation_id)
    with store.writing(changed=()) as connection:
        connection.execute(delete(t.titles).where(t.titles.c.conversation_id == conversation_id))
        values = {"conversation_id": conversation_id, "title": title}
        connection.execute(insert(t.titles), values)


def remove(store: Store, conversation_id: str) -> None:
    """Delete a conversation with its turns; raises NotFoundError."""
    conversation(store, conversation_id)
    with store.writing(changed=()) as connection:
        for table in (t.turns, t.titles, t.ratings):
            connection.execute(delete(table).where(table.c.conversation_id == conversation_id))


def _shortened(question: str) -> str:
    """A question as a title: on one line, and where it is long, cut after a whole word."""
    line = re.sub(r"[ \t\r\n]+", " ", question).strip()
    if len(line) <= LONGEST_TITLE:
        return line
    cut = line[: LONGEST_TITLE - 1]
    whole = cut.rsplit(" ", 1)[0] if " " in cut else cut
    return whole.rstrip(" ,;:.!?«(") + "…"
