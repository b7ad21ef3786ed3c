"""Who speaks of what at which stage, and how: what the map and beliefs are laid beside."""

from collections.abc import Mapping
from dataclasses import dataclass

from corpus.codebook import Codebook
from corpus.metrics.relations import query, quoted
from corpus.metrics.types import Ask, Base
from corpus.store import Store


@dataclass(frozen=True, slots=True)
class Voices:
    """How many speak of something, and of them how many ill (too), only well, only ill."""

    n: int = 0
    complain: int = 0
    good: int = 0
    bad: int = 0

    @property
    def balance(self) -> float:
        """The mean polarity, from -1 to 1; of nobody 0."""
        return (self.good - self.bad) / self.n if self.n else 0.0


Said = Mapping[tuple[str, str | None], Voices]
"""Who speaks of a theme (or ``""``, any) at a stage (or ``""``, any)."""


@dataclass(frozen=True, slots=True)
class World:
    """What every comparison needs."""

    store: Store
    codebook: Codebook
    ask: Ask
    base: Base
    of: int
    said: Said

    def place(self, theme: str, stage: str) -> str:
        """The stage at which mentions of a theme are compared with a cell; "" is any."""
        known = self.codebook.theme(theme)
        return "" if known and known.stages and stage not in known.stages else stage

    def voices(self, theme: str, stage: str) -> Voices:
        """Who speaks of a theme where a cell of this stage does."""
        return self.said.get((theme, self.place(theme, stage)), Voices())

    def query(self, body: str) -> str:
        return query(self.store, self.ask, self.base, body)


def who_said(store: Store, ask: Ask, base: Base) -> Said:
    """Who speaks of each theme at each stage, of it at any, and of anything at each stage."""
    # Each once for a theme and a stage; then of those, each once for one of both.
    each = "bool_or(good) AS good, bool_or(bad) AS bad"
    of = [("theme", "stage"), ("theme", "''"), ("''", "stage")]
    sums = "count(*) AS n, count_if(bad) AS complain, count_if(good AND NOT bad) AS good, "
    sums += "count_if(bad AND NOT good) AS bad"
    parts = " UNION ALL ".join(
        f"SELECT theme, stage, {sums} FROM (SELECT who, {theme} AS theme, {stage} AS stage, {each} "
        "FROM spoken GROUP BY ALL) GROUP BY theme, stage"
        for theme, stage in of
    )
    rows = store.sql(
        query(
            store,
            ask,
            base,
            "SELECT * FROM (WITH spoken AS MATERIALIZED (SELECT who, CAST(theme AS VARCHAR) AS "
            f"theme, CAST(stage AS VARCHAR) AS stage, {each} FROM said GROUP BY ALL) {parts})",
        )
    )
    return {
        (row["theme"], row["stage"]): Voices(
            int(row["n"]), int(row["complain"]), int(row["good"]), int(row["bad"])
        )
        for row in rows
    }


def spoken_of(theme: str, stage: str) -> str:
    """The condition on ``said``."""
    of = f"theme = {quoted(theme)}" if theme else "true"
    return f"{of} AND stage = {quoted(stage)}" if stage else of
