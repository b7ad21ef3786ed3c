"""What the store keeps of coding: codebooks, mentions, what people said of them, and vectors."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import delete, func, insert, select

from corpus import tables as t
from corpus.codebook import Codebook, Polarity, read_codebook, starting_codebook, write_codebook
from corpus.coding.mentions import Correction, Mention
from corpus.coding.polarity import Rated
from corpus.coding.themes import Lesson, Vectors
from corpus.filters import Filters
from corpus.passages import text_digest
from corpus.store import Store, bulk_insert
from corpus.types import HIGH, LOW

CODED_KINDS = ("feedback", "internal")
"""The kinds of evidence that are people's own words."""

MOST_RATED = 1_500
"""Rated records that the polarity learns from; more add minutes and hardly anything."""


def now() -> str:
    """The time to keep beside what people did, to the second, UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


# Codebooks -----------------------------------------------------------------------------------


def current_codebook(store: Store) -> tuple[int, Codebook]:
    """The version in use and its codebook; 1 is the starting one, for commerce and services."""
    query = select(t.codebooks).order_by(t.codebooks.c.version.desc()).limit(1)
    with store.reading() as connection:
        row = connection.execute(query).first()
    if row is None:
        return 1, starting_codebook()
    return int(row.version), read_codebook(row.content, f"version {row.version}")


def keep_codebook(store: Store, codebook: Codebook) -> int:
    """Keep a codebook as the next version, beside those before it; gives its version.

    The same codebook again is no new version.
    """
    version, before = current_codebook(store)
    if codebook == before:
        return version
    rows = [{"version": version + 1, "content": write_codebook(codebook), "made": now()}]
    if version == 1:
        rows.insert(0, {"version": 1, "content": write_codebook(before), "made": now()})
    with store.writing() as connection:
        connection.execute(insert(t.codebooks), rows)
    return version + 1


# What people said ----------------------------------------------------------------------------


def keep_correction(store: Store, correction: Correction) -> None:
    """Keep a correction; a later one of the same span and theme takes its place."""
    same = t.corrections.c
    with store.writing() as connection:
        connection.execute(
            delete(t.corrections).where(
                same.passage_id == correction.passage_id,
                same.span_start == correction.start,
                same.span_end == correction.end,
                same.theme == correction.theme,
            )
        )
        connection.execute(
            insert(t.corrections),
            {
                "passage_id": correction.passage_id,
                "span_start": correction.start,
                "span_end": correction.end,
                "theme": correction.theme,
                "holds": correction.holds,
                "polarity": correction.polarity,
                "digest": text_digest(store.passage(correction.passage_id).text),
                "made": now(),
            },
        )


def corrections(store: Store) -> list[Correction]:
    """Every correction whose text is still the one that was corrected, the earliest first."""
    c, p = t.corrections.c, t.passages.c
    query = (
        select(t.corrections)
        .join(t.passages, (p.id == c.passage_id) & (p.digest == c.digest))
        .order_by(c.made, c.passage_id, c.span_start, c.span_end, c.theme)
    )
    with store.reading() as connection:
        return [
            Correction(
                row.passage_id, row.span_start, row.span_end, row.theme, row.holds, row.polarity
            )
            for row in connection.execute(query)
        ]


@dataclass(frozen=True, slots=True)
class Label:
    """What one person said a record is about, all of it; ``weight`` is how many it stands for.

    ``probabilities`` are the coder's for each theme, had it not learned from this label;
    ``version`` is the codebook's that the person went by.
    """

    record_id: str
    coder: str
    themes: Mapping[str, Polarity]
    weight: float
    probabilities: Mapping[str, float] = field(default_factory=dict)
    version: int = 1


def keep_labels(store: Store, given: Sequence[Label]) -> None:
    """Keep labels; those that the same person gave the same records before are replaced."""
    with store.writing() as connection:
        for label in given:
            connection.execute(
                delete(t.labels).where(
                    t.labels.c.record_id == label.record_id, t.labels.c.coder == label.coder
                )
            )
        bulk_insert(
            connection,
            t.labels,
            [
                {
                    "record_id": label.record_id,
                    "coder": label.coder,
                    "themes": dict(label.themes),
                    "weight": label.weight,
                    "probabilities": dict(label.probabilities),
                    "version": label.version,
                }
                for label in given
            ],
        )


def labels(store: Store) -> list[Label]:
    """Every label, by record and person."""
    query = select(t.labels).order_by(t.labels.c.record_id, t.labels.c.coder)
    with store.reading() as connection:
        return [
            Label(
                row.record_id,
                row.coder,
                row.themes,
                row.weight,
                row.probabilities,
                row.version,
            )
            for row in connection.execute(query)
        ]


def record_ids(store: Store) -> set[str]:
    """The records that have words."""
    query = select(t.passages.c.parent).where(t.passages.c.kind.in_(CODED_KINDS))
    with store.reading() as connection:
        return set(connection.scalars(query))


def lessons(store: Store, codebook: Codebook, without: Collection[str] = ()) -> list[Lesson]:
    """What corrections and labels teach of a codebook's themes, but for some records' labels."""
    corrected = corrections(store)
    labelled = [each for each in labels(store) if each.record_id not in without]
    wanted = {each.passage_id for each in corrected}
    of_records = {each.record_id for each in labelled}
    query = select(
        t.passages.c.id, t.passages.c.parent, t.passages.c.text, t.passages.c.language
    ).where(t.passages.c.id.in_(wanted) | t.passages.c.parent.in_(of_records))
    with store.reading() as connection:
        rows = connection.execute(query).all()
    by_id = {row.id: row for row in rows}
    found = [
        Lesson(
            text=by_id[each.passage_id].text,
            language=by_id[each.passage_id].language,
            holds=frozenset({each.theme} if each.holds else ()),
            lacks=frozenset(() if each.holds else {each.theme}),
            span=(each.start, each.end),
        )
        for each in corrected
        if each.passage_id in by_id
    ]
    by_record = {row.parent: row for row in reversed(rows) if row.parent in of_records}
    for label in labelled:
        if row := by_record.get(label.record_id):
            now_called = _now_called(codebook, _themes_of(store, label.version))
            holds = {new for old in label.themes for new in now_called.get(old, ())}
            # Of a theme that the person did not know of nothing was said.
            lacks = {new for each in now_called.values() for new in each} - holds
            found.append(Lesson(row.text, row.language, frozenset(holds), frozenset(lacks)))
    return found


def _themes_of(store: Store, version: int) -> frozenset[str]:
    """The ids of the themes of one version of the codebook."""
    query = select(t.codebooks.c.content).where(t.codebooks.c.version == version)
    with store.reading() as connection:
        content = connection.scalar(query)
    codebook = read_codebook(content) if content else starting_codebook()
    return frozenset(theme.id for theme in codebook.themes)


def _now_called(codebook: Codebook, known: frozenset[str]) -> dict[str, list[str]]:
    """For each theme that was known, those of the codebook that stand for it alone today.

    A theme keeps its id, or names under ``was`` what it took over; what was split says of neither
    part whether it was meant.
    """
    found: dict[str, list[str]] = {}
    for theme in codebook.themes:
        for old in (theme.id, *theme.was):
            if old in known:
                found.setdefault(old, []).append(theme.id)
    return {old: new for old, new in found.items() if len(new) == 1}


# What is coded -------------------------------------------------------------------------------


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
    return t.passages.c.kind.in_(CODED_KINDS) & t.passages.c.id.not_in(done)


def count_pending(store: Store, state: str) -> int:
    """How many passages are not coded in this state of the coder."""
    query = select(func.count()).select_from(t.passages).where(_uncoded(state))
    with store.reading() as connection:
        return connection.scalar(query) or 0


def count_codable(store: Store) -> int:
    """How many passages there are to code."""
    query = select(func.count()).select_from(t.passages).where(t.passages.c.kind.in_(CODED_KINDS))
    with store.reading() as connection:
        return connection.scalar(query) or 0


def next_pending(store: Store, state: str, most: int) -> list[Pending]:
    """Up to ``most`` passages that are not coded in this state."""
    query = select(t.passages).where(_uncoded(state)).order_by(t.passages.c.id).limit(most)
    with store.reading() as connection:
        return [_pending(row) for row in connection.execute(query)]


def sample_coded(store: Store, state: str, most: int) -> list[tuple[Pending, list[str]]]:
    """Up to ``most`` passages coded in this state, the same ones each time, and their themes."""
    query = (
        select(t.passages)
        .join(t.coded, (t.coded.c.passage_id == t.passages.c.id) & (t.coded.c.state == state))
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
    with store.writing() as connection:
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
    mentions: tuple[Mention, ...]


def spoken(store: Store, theme: str, filters: Filters, most: int, offset: int = 0) -> list[Spoken]:
    """The passages that mention a theme, the surest first."""
    m, p = t.mentions.c, t.passages.c
    surest = func.max(m.probability).label("surest")
    query = (
        select(p.id, p.source, p.text, surest)
        .join(t.mentions, m.passage_id == p.id)
        .where(m.theme == theme, store.where(t.passages, filters))
        .group_by(p.id, p.source, p.text)
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
    return [Spoken(row.id, row.source, row.text, tuple(held[row.id])) for row in rows]


# Vectors -------------------------------------------------------------------------------------


def digest(text: str) -> str:
    """The name of a clause: 96 bits of SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def known_vectors(store: Store, model: str, digests: Sequence[str]) -> dict[str, Vectors]:
    """The vectors that are kept of these clauses, as one engine made them."""
    query = select(t.vectors.c.digest, t.vectors.c.vector).where(
        t.vectors.c.model == model, t.vectors.c.digest.in_(digests)
    )
    with store.reading() as connection:
        return {
            row.digest: np.frombuffer(row.vector, dtype=np.float16).astype(np.float32)
            for row in connection.execute(query)
        }


def keep_vectors(store: Store, model: str, made: Mapping[str, Vectors]) -> None:
    """Keep vectors by the names of their clauses, at half precision: 768 bytes each."""
    frame = pd.DataFrame(
        {
            "digest": list(made),
            "model": model,
            "vector": [vector.astype(np.float16).tobytes() for vector in made.values()],
        }
    )
    with store.writing() as connection:
        raw: Any = connection.connection.dbapi_connection
        raw.register("_vectors", frame)
        try:
            raw.execute("INSERT INTO vectors SELECT digest, model, vector FROM _vectors")
        finally:
            raw.unregister("_vectors")


# What the codebook lacks ---------------------------------------------------------------------


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
