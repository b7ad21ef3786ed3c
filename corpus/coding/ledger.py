"""What the store keeps of coding: what is coded and with what, and what is still to be."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from typing import Any

from sqlalchemy import delete, func, select

from corpus import tables as t
from corpus.bulk import bulk_insert
from corpus.coding.mentions import Mention
from corpus.coding.polarity import Rated
from corpus.filters import Filters
from corpus.store import Store
from corpus.types import HIGH, LOW

PEOPLES = ("feedback", "internal")
"""The kinds of evidence that are people's own words."""

CODED_LANES = ("pain", "opportunity", "doing", "thinking")
"""The lanes of a journey map that say what is felt, done or missing; their cells are coded too."""

MOST_RATED = 1_500
"""Rated records that the polarity learns from; more add minutes and hardly anything."""


def codable() -> Any:
    """The condition on passages: people's own words, and the cells of the coded lanes."""
    cells = select(t.cells.c.id).where(t.cells.c.lane.in_(CODED_LANES))
    return t.passages.c.kind.in_(PEOPLES) | t.passages.c.id.in_(cells)


def is_codable(store: Store, passage_id: str) -> bool:
    """Whether a passage is one that is coded."""
    query = select(t.passages.c.id).where(t.passages.c.id == passage_id, codable())
    with store.reading() as connection:
        return connection.scalar(query) is not None


def record_ids(store: Store) -> set[str]:
    """The records that have words."""
    query = select(t.passages.c.parent).where(t.passages.c.kind.in_(PEOPLES))
    with store.reading() as connection:
        return set(connection.scalars(query))


def count_rated(store: Store) -> int:
    """How many scores there are: when they are more, the polarity learns again."""
    with store.reading() as connection:
        return connection.scalar(select(func.count()).select_from(t.scores)) or 0


def rated(store: Store) -> list[Rated]:
    """Records rated well or badly, with words, the same ones each time."""
    goodness = t.scores.c.goodness
    query = (
        select(t.passages.c.text, t.passages.c.language, goodness)
        .join(t.scores, (t.scores.c.record_id == t.passages.c.parent) & (t.scores.c.rank == 0))
        .where(t.passages.c.kind == "feedback", (goodness <= LOW) | (goodness >= HIGH))
        .order_by(func.md5(t.passages.c.id))
        .limit(MOST_RATED)
    )
    with store.reading() as connection:
        return [
            Rated(row.text, row.language, row.goodness >= HIGH) for row in connection.execute(query)
        ]


@dataclass(frozen=True, slots=True)
class Pending:
    """A passage to be coded."""

    passage_id: str
    record_id: str
    source_id: str
    text: str
    language: str
    stage: str | None
    digest: str


def _pending(row: Any) -> Pending:
    return Pending(row.id, row.parent, row.source_id, row.text, row.language, row.stage, row.digest)


def _uncoded(state: str) -> Any:
    done = select(t.coded.c.passage_id).where(t.coded.c.state == state)
    return codable() & t.passages.c.id.not_in(done)


def count_pending(store: Store, state: str) -> int:
    """How many passages are not coded in this state of the coder."""
    query = select(func.count()).select_from(t.passages).where(_uncoded(state))
    with store.reading() as connection:
        return connection.scalar(query) or 0


def count_codable(store: Store) -> int:
    """How many passages there are to code."""
    query = select(func.count()).select_from(t.passages).where(codable())
    with store.reading() as connection:
        return connection.scalar(query) or 0


def next_pending(store: Store, state: str, most: int) -> list[Pending]:
    """Up to ``most`` passages that are not coded in this state."""
    query = select(t.passages).where(_uncoded(state)).order_by(t.passages.c.id).limit(most)
    with store.reading() as connection:
        return [_pending(row) for row in connection.execute(query)]


def sample_coded(store: Store, state: str, most: int) -> list[tuple[Pending, list[str]]]:
    """Up to ``most`` of people's words coded in this state, always the same ones, and themes."""
    query = (
        select(t.passages)
        .join(t.coded, (t.coded.c.passage_id == t.passages.c.id) & (t.coded.c.state == state))
        .where(t.passages.c.kind.in_(PEOPLES))
        .order_by(func.md5(t.passages.c.id))
        .limit(most)
    )
    with store.reading() as connection:
        rows = connection.execute(query).all()
        themes: dict[str, list[str]] = {row.id: [] for row in rows}
        of = select(t.mentions.c.passage_id, t.mentions.c.theme).distinct()
        for row in connection.execute(of.where(t.mentions.c.passage_id.in_(list(themes)))):
            themes[row.passage_id].append(row.theme)
    return [
        (
            _pending(row),
            themes[row.id],
        )
        for row in rows
    ]


def keep_mentions(
    store: Store,
    state: str,
    version: int,
    coded: Sequence[tuple[Pending, Sequence[Mention]]],
) -> None:
    """Keep what some passages are about, in place of what was kept of them before.

    A passage that was removed or got another text meanwhile is left out.
    """
    ids = [each.passage_id for each, _ in coded]
    with store.writing(changed=(t.mentions, t.coded)) as connection:
        present = select(t.passages.c.id, t.passages.c.digest).where(t.passages.c.id.in_(ids))
        texts = {row.id: row.digest for row in connection.execute(present)}
        alive = {each.passage_id for each, _ in coded if texts.get(each.passage_id) == each.digest}
        for table in (t.mentions, t.coded):
            connection.execute(delete(table).where(table.c.passage_id.in_(ids)))
        bulk_insert(
            connection,
            t.mentions,
            [
                {
                    "passage_id": each.passage_id,
                    "record_id": each.record_id,
                    "source_id": each.source_id,
                    "span_start": mention.start,
                    "span_end": mention.end,
                    "theme": mention.theme,
                    "polarity": mention.polarity,
                    "emotions": list(mention.emotions),
                    "stage": mention.stage,
                    "probability": mention.probability,
                    "version": version,
                    "method": mention.method,
                }
                for each, mentions in coded
                if each.passage_id in alive
                for mention in mentions
            ],
        )
        bulk_insert(
            connection,
            t.coded,
            [
                {
                    "passage_id": each.passage_id,
                    "record_id": each.record_id,
                    "source_id": each.source_id,
                    "state": state,
                }
                for each, _ in coded
                if each.passage_id in alive
            ],
        )


@dataclass(frozen=True, slots=True)
class Spoken:
    """A passage and its mentions of one theme."""

    passage_id: str
    source: str
    text: str
    language: str
    date: Date | None
    mentions: tuple[Mention, ...]


def spoken(store: Store, theme: str, filters: Filters, most: int, offset: int = 0) -> list[Spoken]:
    """The passages that mention a theme, the surest first.

    People's own words, unless the filters name a kind: what a map assumes nobody said.
    """
    filters = filters if filters.kind else replace(filters, kind=PEOPLES)
    m, p = t.mentions.c, t.passages.c
    surest = func.max(m.probability).label("surest")
    query = (
        select(p.id, p.source, p.text, p.language, p.date, surest)
        .join(t.mentions, m.passage_id == p.id)
        .where(m.theme == theme, store.where(t.passages, filters))
        .group_by(p.id, p.source, p.text, p.language, p.date)
        .order_by(surest.desc(), p.id)
        .limit(most)
        .offset(offset)
    )
    with store.reading() as connection:
        rows = connection.execute(query).all()
        of = select(t.mentions).where(m.theme == theme, m.passage_id.in_([r.id for r in rows]))
        held: dict[str, list[Mention]] = {}
        for row in connection.execute(of.order_by(m.span_start)):
            held.setdefault(row.passage_id, []).append(
                Mention(
                    row.span_start,
                    row.span_end,
                    row.theme,
                    row.polarity,
                    tuple(row.emotions),
                    row.stage,
                    row.probability,
                    row.method,
                )
            )
    return [
        Spoken(row.id, row.source, row.text, row.language, row.date, tuple(held[row.id]))
        for row in rows
    ]


def unsaid(store: Store, state: str, most: int) -> list[tuple[Pending, Any]]:
    """Up to ``most`` passages coded in this state with nothing, and the dates of their records."""
    p = t.passages.c
    about = select(t.mentions.c.passage_id)
    query = (
        select(t.passages)
        .join(t.coded, (t.coded.c.passage_id == p.id) & (t.coded.c.state == state))
        .where(p.kind == "feedback", p.id.not_in(about))
        .order_by(func.md5(p.id))
        .limit(most)
    )
    with store.reading() as connection:
        return [(_pending(r), r.date) for r in connection.execute(query)]
