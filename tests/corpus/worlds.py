"""Small stores made by hand: who answered what, when, about what, and what was done then."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date as Date

from corpus import tables as t
from corpus.passages import rows_of
from corpus.store import Store
from corpus.types import Event, Imported, Record, Score, ScoreKind, Source, Voice

SCALES: Mapping[ScoreKind, tuple[int, int]] = {
    "nps": (0, 10),
    "csat": (1, 5),
    "ces-1": (1, 7),
    "ces-2": (1, 7),
    "stars": (1, 5),
    "rating": (1, 5),
    "binary": (0, 1),
}
DAY = Date(2026, 1, 15)


@dataclass(frozen=True, slots=True)
class Answer:
    """One record; ``said`` are its mentions: a theme, or ``theme@stage``, and a polarity.

    It has words, which are coded, where ``said`` is given, even empty (words about nothing known).
    The score's name is its kind.
    """

    customer: str | None
    score: float | None = None
    said: Mapping[str, str] | None = None
    date: Date | None = DAY
    kind: ScoreKind = "nps"
    stage: str | None = None
    channel: str | None = "web"
    language: str = "fr"
    voice: Voice = "customer"
    segments: Mapping[str, str] = field(default_factory=dict)


def fill(
    store: Store,
    answers: Iterable[Answer] = (),
    events: Iterable[Event] = (),
    name: str = "answers.csv",
) -> None:
    """Put these answers and events into ``store`` as the source ``name``, coded as they say."""
    answers = list(answers)
    records = tuple(_record(number, answer) for number, answer in enumerate(answers))
    languages = [answer.language for answer in answers]
    rows = rows_of(Imported("feedback", len(records), records=records), name, name, languages)
    rows[t.events] = rows_of(Imported("events", 0, events=tuple(events)), name, name, [])[t.events]
    for passage in rows[t.passages]:
        answer = answers[int(passage["parent"].rsplit(":", 1)[1])]
        own = {
            "passage_id": passage["id"],
            "record_id": passage["parent"],
            "source_id": name,
        }
        rows[t.coded].append({**own, "state": "by hand"})
        for place, polarity in (answer.said or {}).items():
            theme, _, stage = place.partition("@")
            rows[t.mentions].append(
                {
                    **own,
                    "span_start": 0,
                    "span_end": 1,
                    "theme": theme,
                    "polarity": polarity,
                    "emotions": [],
                    "stage": stage or answer.stage,
                    "probability": 1.0,
                    "version": 1,
                    "method": "by hand",
                }
            )
    count = len(records)
    store.replace(Source(name, name, "feedback", name, {}, count, count, 0, "fr"), rows)


def _record(number: int, answer: Answer) -> Record:
    low, high = SCALES[answer.kind]
    scores: tuple[Score, ...] = ()
    if answer.score is not None:
        scores = (Score(answer.kind, answer.score, low, high, answer.kind),)
    return Record(
        id=str(number),
        title="",
        text="" if answer.said is None else f"words {number}",
        date=answer.date,
        customer=answer.customer,
        locator={},
        channel=answer.channel,
        voice=answer.voice,
        stage=answer.stage,
        segments=answer.segments,
        scores=scores,
    )
