"""The ratings of aspects that records have beside their overall score."""

from dataclasses import dataclass

from corpus.metrics._outcome import Outcome
from corpus.metrics.relations import Scale
from corpus.types import MOSTLY

_KINDS = ("stars", "rating", "csat")
"""An NPS, an effort score or a yes beside the overall score is another outcome, no aspect."""


@dataclass(frozen=True, slots=True)
class Aspects:
    """``table`` is a relation of those who rated all: ``who, worth`` and ``x1``, ``x2`` and so on.

    x1 is how good the rating of the first of ``names`` is, from 0 to 1.
    """

    names: tuple[str, ...]
    table: str


def rated_aspects(of: Outcome, for_each: int) -> Aspects | None:
    """The aspects that nine in ten of the records with the score rate, and who rated all of them.

    No more than one for ``for_each`` of these records, those that most rate; each on the scale
    that most use. Words are not asked for: a rating says it all. None where there is none.
    """
    scored = f"(SELECT record_id FROM rated WHERE {of.scale.same()})"
    rows = of.store.sql(
        of.query(
            "SELECT name, kind, minimum, maximum, max(rank) AS rank, count(*) AS n FROM rated "
            f"SEMI JOIN {scored} USING (record_id) "
            "GROUP BY name, kind, minimum, maximum ORDER BY n DESC, name"
        )
    )
    scales = {Scale(row["name"], row["kind"], row["minimum"], row["maximum"]): row for row in rows}
    whole = scales[of.scale]["n"]
    kept = [
        scale
        for scale, row in scales.items()
        if scale.kind in _KINDS
        and scale.name != of.scale.name
        and row["rank"] > 0
        and row["n"] >= MOSTLY * whole
    ][: whole // for_each]
    if not kept:
        return None
    ratings = ", ".join(
        f"avg(goodness) FILTER ({scale.same()}) AS x{i}" for i, scale in enumerate(kept, start=1)
    )
    complete = " AND ".join(f"x{i} IS NOT NULL" for i in range(1, len(kept) + 1))
    table = (
        f"(SELECT who, avg(worth) FILTER ({of.scale.same()}) AS worth, {ratings} FROM rated "
        f"GROUP BY who HAVING worth IS NOT NULL AND {complete})"
    )
    return Aspects(tuple(scale.name for scale in kept), table)
