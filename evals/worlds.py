"""Worlds of the demo company, put into a store with their gold codes: nothing is embedded.

What an analysis finds in many worlds, with a cause and without it, is measured here in seconds;
how well texts are coded is another question, and ``evals.themes`` asks it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus import tables as t
from corpus.bulk import bulk_insert
from corpus.demo.doings import STAGES
from corpus.demo.feedback import PREFIX, Answer
from corpus.demo.generate import CUSTOMERS, EVENTS, FEEDBACK, SEED, Village, villages
from corpus.demo.planted import plan
from corpus.passages import Rows, rows_of
from corpus.store import Store
from corpus.types import Event, FileKind, Imported, Record, Score, ScoreKind, Source

SCALES: dict[str, tuple[str, int, int, ScoreKind]] = {
    "AV": ("note_sur_5", 1, 5, "stars"),
    "NPS": ("nps", 0, 10, "nps"),
    "SAT": ("csat", 1, 5, "csat"),
    "AST": ("ces_2", 1, 7, "ces-2"),
    "DEP": ("csat", 1, 5, "csat"),
}
"""The scale of each feedback file, as its importer would name it."""


def gold_store(
    directory: Path,
    seed: int = SEED,
    customers: int = CUSTOMERS,
    without: Collection[str] = (),
) -> Store:
    """A new store in ``directory`` with a world's records, scores, events and gold mentions.

    Raises InputError for a cause, in ``without``, that is not planted.
    """
    plan(without)
    return store_of(directory, villages(customers, seed, without))


def store_of(directory: Path, world: Iterable[Village]) -> Store:
    """The same of villages that are given.

    Records and events are as ``ancrage demo`` loads them, but for the keys of customers, which
    are the world's own names. Journey, research and internal voices are left out.
    """
    directory.mkdir(parents=True, exist_ok=True)
    store = Store(directory / "store.duckdb")
    rows_loaded: Counter[tuple[str, FileKind]] = Counter()
    # Village by village: a world of millions of events does not fit in memory.
    for village in world:
        with store.writing() as connection:
            for name, kind, rows in _loads(village):
                for passage in rows[t.passages]:
                    passage["ordinal"] += rows_loaded[name, kind]
                for table, values in rows.items():
                    bulk_insert(connection, table, values)
                rows_loaded[name, kind] += len(rows[t.events if kind == "events" else t.records])
    with store.writing() as connection:
        sources = [asdict(_source(name, kind, n)) for (name, kind), n in rows_loaded.items()]
        bulk_insert(connection, t.sources, sources)
    return store


def _loads(village: Village) -> Iterator[tuple[str, FileKind, Rows]]:
    """What a village brings to each source: its name, its kind and its rows."""
    for prefix, (name, _) in FEEDBACK.items():
        answers = [answer for answer in village.answers if PREFIX[answer.kind] == prefix]
        records = tuple(_record(prefix, answer) for answer in answers)
        languages = [answer.text.language if answer.text else "fr" for answer in answers]
        rows = rows_of(Imported("feedback", len(records), records=records), name, name, languages)
        _add_gold(rows, answers)
        yield name, "feedback", rows
    events = tuple(_events(village))
    imported = Imported("events", len(events), events=events)
    yield EVENTS, "events", rows_of(imported, EVENTS, EVENTS, [])


def _source(name: str, kind: FileKind, rows: int) -> Source:
    return Source(name, name, kind, name, {}, rows, rows, 0, "fr")


def _record(prefix: str, answer: Answer) -> Record:
    name, low, high, kind = SCALES[prefix]
    scores = () if answer.score is None else (Score(name, answer.score, low, high, kind),)
    segments = {"equipe": answer.team, "pays": answer.country, "segment": answer.segment}
    mailed = prefix in ("NPS", "DEP")
    return Record(
        id=answer.id,
        title=answer.text.title if answer.text else "",
        text=answer.text.text if answer.text else "",
        date=answer.day,
        customer=answer.customer or None,
        locator={},
        channel=None if mailed else answer.channel,
        voice="prospect" if answer.kind == "popup" else "customer",
        stage=answer.stage if prefix in ("SAT", "AST") else None,
        segments={key: value for key, value in segments.items() if value},
        scores=scores,
    )


def _add_gold(rows: Rows, answers: list[Answer]) -> None:
    texts = {answer.id: answer.text for answer in answers if answer.text}
    for passage in rows[t.passages]:
        own: dict[str, Any] = {
            "passage_id": passage["id"],
            "record_id": passage["parent"],
            "source_id": passage["source_id"],
        }
        rows[t.coded].append({**own, "state": "gold"})
        if passage["id"] != passage["parent"]:
            continue  # a further piece of a long text, whose mentions the first piece has
        rows[t.mentions] += [
            {
                **own,
                "span_start": mention.start,
                "span_end": mention.end,
                "theme": mention.theme,
                "polarity": mention.polarity,
                "emotions": list(mention.emotions),
                "stage": mention.stage,
                "probability": 1.0,
                "version": 1,
                "method": "gold",
            }
            for mention in texts[passage["parent"].split(":", 1)[1]].mentions
        ]


def _events(village: Village) -> list[Event]:
    return [
        Event(
            kind=event.kind,
            date=event.day,
            customer=event.customer or None,
            session=event.session,
            amount=event.amount,
            stage=STAGES[event.kind],
            channel=event.channel,
            segments={
                key: value
                for key, value in (
                    ("pays", life.country if life else ""),
                    ("segment", life.segment if life else ""),
                    *event.about.items(),
                )
                if value
            },
        )
        for event, life in village.events()
    ]
