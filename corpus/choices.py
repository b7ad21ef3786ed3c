"""What there is to choose from when what customers said is to be narrowed."""

from dataclasses import dataclass
from datetime import date as Date

from sqlalchemy import func, select

from corpus import tables as t
from corpus.filters import Filters
from corpus.store import Store

MOST_VALUES = 100
"""Values of one field that can be chosen from; a list of more is not read."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The values that the records of customers have, the most frequent first.

    ``first`` and ``last`` are the days of the earliest and the latest of them.
    """

    source: tuple[str, ...]
    stage: tuple[str, ...]
    channel: tuple[str, ...]
    language: tuple[str, ...]
    segment: dict[str, tuple[str, ...]]
    first: Date | None
    last: Date | None


def choices(store: Store) -> Choices:
    """What the feedback can be narrowed by."""
    feedback = store.where(t.records, Filters(kind=("feedback",)))
    r = t.records.c
    names = {source.id: source.name for source in store.sources()}
    with store.reading() as connection:

        def values(column: str) -> list[str]:
            query = (
                select(r[column])
                .where(feedback, r[column].is_not(None), r[column] != "")
                .group_by(r[column])
                .order_by(func.count().desc(), r[column])
                .limit(MOST_VALUES)
            )
            return list(connection.scalars(query))

        found = {name: values(name) for name in ("source_id", "stage", "channel", "language")}
        days = select(func.min(r.date), func.max(r.date)).where(feedback)
        first, last = connection.execute(days).one()
    segments: dict[str, list[str]] = {}
    for name, value in store.segment_values():
        segments.setdefault(name, []).append(value)
    return Choices(
        source=tuple(names[each] for each in found["source_id"]),
        stage=tuple(found["stage"]),
        channel=tuple(found["channel"]),
        language=tuple(found["language"]),
        segment={name: tuple(each[:MOST_VALUES]) for name, each in segments.items()},
        first=first,
        last=last,
    )
