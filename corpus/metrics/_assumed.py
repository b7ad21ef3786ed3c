"""What the map assumes that customers feel, stage by stage, on the scale of the feeling."""

from corpus.metrics.relations import among, quoted
from corpus.metrics.types import Ask, Figure
from corpus.store import Store

UNFELT = ("goal", "opportunity", "metric")
"""Lanes that hold aims and ideas of the company's: their emotion is no customer's."""


def assumed(store: Store, ask: Ask) -> list[Figure]:
    """The mean emotion of each stage of each map, from -1 to 1; ``n`` is how many cells have one.

    Nothing is withheld: cells are what somebody wrote, and no sample of customers.
    """
    kept = f"emotion IS NOT NULL AND lane NOT IN {among(UNFELT)}"
    if ask.filters.stage:
        kept += f" AND stage IN {among(ask.filters.stage)}"
    rows = store.sql(
        "SELECT map, stage, count(*) AS n, avg(emotion) / 2 AS mean FROM cells "
        f"WHERE {kept} GROUP BY map, stage ORDER BY map, stage"
    )
    return [
        Figure(
            name="journey.assumed",
            about={"stage": row["stage"], "map": row["map"]},
            value=row["mean"],
            unit="score",
            base="cells",
            n=int(row["n"]),
            method="mean emotion of the map's cells, brought from -2 to 2 to -1 to 1",
            query="SELECT avg(emotion) / 2 AS value FROM cells "
            f"WHERE {kept} AND map = {quoted(row['map'])} AND stage = {quoted(row['stage'])}",
        )
        for row in rows
    ]
