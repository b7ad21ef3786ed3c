"""What filters amount to, as a condition on the rows of a table."""

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Table, and_, false, or_, select, true

from corpus import tables as t
from corpus.filters import Filters, values_of


def condition_on(table: Table, filters: Filters, source_ids: Sequence[str]) -> ColumnElement[bool]:
    """The condition on ``records``, ``passages`` or ``events``; of the sources with these ids."""
    columns = table.c
    conditions: list[ColumnElement[bool]] = []
    if filters.source:
        conditions.append(columns.source_id.in_(source_ids))
    if filters.kind and table is t.passages:
        conditions.append(columns.kind.in_(filters.kind))
    if filters.kind and table is t.records:
        # Of the kinds of evidence, records hold these two, told apart by the voice.
        internal = columns.voice.in_(("employee", "leader"))
        either = {"internal": internal, "feedback": ~internal}
        conditions.append(or_(false(), *(either[kind] for kind in filters.kind if kind in either)))
    for name in ("stage", "language", "channel"):
        if values := getattr(filters, name):
            conditions.append(columns[name].in_(values))
    if filters.since:
        conditions.append(columns.date >= filters.since)
    if filters.until:
        conditions.append(columns.date <= filters.until)
    for name, value in filters.segment.items():
        held = columns.segments.op("->>")(name)
        several = values_of(value)
        conditions.append(held == value if len(several) == 1 else held.in_(several))
    if filters.score_min is not None or filters.score_max is not None:
        low = 0.0 if filters.score_min is None else filters.score_min
        high = 1.0 if filters.score_max is None else filters.score_max
        if table is t.passages:
            conditions.append(columns.score.between(low, high))
        else:
            conditions.append(
                columns.id.in_(
                    select(t.scores.c.record_id).where(
                        t.scores.c.rank == 0, t.scores.c.goodness.between(low, high)
                    )
                )
            )
    return and_(true(), *conditions)


def on_one_line(query: str) -> str:
    """The query without the line ends between its clauses; literals stay as they are."""
    parts = re.split(r"('(?:[^']|'')*')", query)
    return "".join(
        part if part.startswith("'") else part.replace("\n", "") for part in parts
    ).strip()
