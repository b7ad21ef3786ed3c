"""From what was imported to the rows of the store, passages among them."""

import re
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from sqlalchemy import Table

from corpus import tables as t
from corpus.addressing import speaks_to_model
from corpus.labels import LANE_LABELS, STAGE_LABELS, label
from corpus.sentences import sentences
from corpus.tokens import count_tokens
from corpus.types import Imported, Record

Rows = dict[Table, list[dict[str, Any]]]

RECORD_TOKENS = 480
"""A record is cut only above this, so that a piece fits the embedder's window of 512."""


def rows_of(imported: Imported, source_id: str, source: str, languages: list[str]) -> Rows:
    """The rows of every table, ids included; ``languages`` goes along records, cells or pieces."""
    rows: Rows = {table: [] for table in t.BY_SOURCE}
    _add_records(rows, imported, source_id, source, languages)
    _add_cells(rows, imported, source_id, source, languages)
    _add_pieces(rows, imported, source_id, source, languages)
    _add_events(rows, imported, source_id)
    rows[t.quarantine] = [
        {"source_id": source_id, "row": q.row, "reason": q.reason} for q in imported.quarantined
    ]
    for ordinal, passage in enumerate(rows[t.passages]):
        passage["ordinal"] = ordinal
    return rows


def _digest(*parts: object) -> str:
    return sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:12]


def text_digest(text: str) -> str:
    """The name of a text: 96 bits of SHA-256."""
    return sha256(text.encode()).hexdigest()[:24]


def _url_safe(own_id: str) -> str:
    """The source's own id, as it can stand in a passage id and in an address."""
    return own_id if re.fullmatch(r"[\w.-]{1,64}", own_id, re.ASCII) else _digest(own_id)


def _passage(**given: Any) -> dict[str, Any]:
    absent = {"stage": None, "channel": None, "date": None, "customer_key": None, "score": None}
    text = given["text"]
    made = {"digest": text_digest(text), "addressed": speaks_to_model(text)}
    return {**absent, "segments": {}, **made, **given}


def _add_records(
    rows: Rows, imported: Imported, source_id: str, source: str, languages: list[str]
) -> None:
    occurrences: Counter[str] = Counter()
    for record, language in zip(imported.records, languages, strict=False):
        own = (
            _url_safe(record.id)
            if record.id
            else _digest(record.customer, record.date, record.channel, record.title, record.text)
        )
        occurrences[own] += 1
        record_id = f"{source_id}:{own}" + (f"~{occurrences[own]}" if occurrences[own] > 1 else "")
        common = {
            "source_id": source_id,
            "language": language,
            "stage": record.stage,
            "channel": record.channel,
            "date": record.date,
            "customer_key": record.customer,
            "segments": dict(record.segments),
        }
        rows[t.records].append(
            {
                **common,
                "id": record_id,
                "title": record.title,
                "text": record.text,
                "voice": record.voice,
                "locator": dict(record.locator),
            }
        )
        for rank, score in enumerate(record.scores):
            rows[t.scores].append(
                {
                    "record_id": record_id,
                    "source_id": source_id,
                    "rank": rank,
                    "name": score.name,
                    "value": score.value,
                    "minimum": score.minimum,
                    "maximum": score.maximum,
                    "kind": score.kind,
                    "goodness": score.goodness,
                }
            )
        for number, text in enumerate(_record_texts(record, language)):
            rows[t.passages].append(
                _passage(
                    **common,
                    id=record_id + (f"^{number + 1}" if number else ""),
                    kind="internal" if record.voice in ("employee", "leader") else "feedback",
                    source=source,
                    parent=record_id,
                    text=text,
                    score=record.scores[0].goodness if record.scores else None,
                    locator=dict(record.locator),
                )
            )


def _record_texts(record: Record, language: str) -> Iterator[str]:
    """The record's text, whole unless it exceeds the embedder's window; none where it is empty."""
    whole = "\n".join(part for part in (record.title, record.text) if part)
    if not whole:
        return
    # A token has at least one character, and in French or English seldom fewer than two.
    if len(whole) <= RECORD_TOKENS * 2 or count_tokens(whole) <= RECORD_TOKENS:
        yield whole
        return
    start, end, size = 0, 0, 0
    for first, last in sentences(whole, language):
        tokens = count_tokens(whole[first:last])
        if size and size + tokens > RECORD_TOKENS:
            yield whole[start:end]
            start, size = first, 0
        end, size = last, size + tokens
    yield whole[start:end]


def _add_cells(
    rows: Rows, imported: Imported, source_id: str, source: str, languages: list[str]
) -> None:
    occurrences: Counter[str] = Counter()
    for cell, language in zip(imported.cells, languages, strict=False):
        own = _digest(cell.map, cell.persona, cell.stage, cell.step, cell.lane, cell.text)
        occurrences[own] += 1
        cell_id = f"{source_id}:{own}" + (f"~{occurrences[own]}" if occurrences[own] > 1 else "")
        rows[t.cells].append(
            {
                "id": cell_id,
                "source_id": source_id,
                "map": cell.map,
                "persona": cell.persona,
                "stage": cell.stage,
                "step": cell.step,
                "lane": cell.lane,
                "text": cell.text,
                "emotion": cell.emotion,
                "moment_of_truth": cell.moment_of_truth,
                "owner": cell.owner,
            }
        )
        if cell.text:
            stage = label(STAGE_LABELS, cell.stage, language)
            lane = label(LANE_LABELS, cell.lane, language)
            heading = " · ".join(part for part in (stage, cell.step, lane) if part)
            rows[t.passages].append(
                _passage(
                    id=cell_id,
                    kind="journey",
                    source_id=source_id,
                    source=source,
                    parent=cell_id,
                    text=f"{heading}\n{cell.text}",
                    language=language,
                    stage=cell.stage or None,
                    locator=dict(cell.locator),
                )
            )


def _add_pieces(
    rows: Rows, imported: Imported, source_id: str, source: str, languages: list[str]
) -> None:
    if not imported.document:
        return
    occurrences: Counter[str] = Counter()
    for piece, language in zip(imported.document.pieces, languages, strict=True):
        own = _digest(piece.heading, piece.text)
        occurrences[own] += 1
        rows[t.passages].append(
            _passage(
                id=f"{source_id}:{own}" + (f"~{occurrences[own]}" if occurrences[own] > 1 else ""),
                kind="research",
                source_id=source_id,
                source=source,
                parent=source_id,
                text="\n".join(part for part in (piece.heading, piece.text) if part),
                language=language,
                date=imported.document.date,
                locator=dict(piece.locator),
            )
        )


def _add_events(rows: Rows, imported: Imported, source_id: str) -> None:
    rows[t.events] = [
        {
            "source_id": source_id,
            "kind": event.kind,
            "date": event.date,
            "customer_key": event.customer,
            "session": event.session,
            "amount": event.amount,
            "stage": event.stage,
            "channel": event.channel,
            "segments": dict(event.segments),
            "count": event.count,
        }
        for event in imported.events
    ]
