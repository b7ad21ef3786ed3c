"""What a finding rests on: the records that say it, and shares of them."""

from dataclasses import dataclass
from typing import Any

from corpus.metrics import statistics
from corpus.metrics.relations import query
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Base, Figure, Withheld
from corpus.store import Store
from corpus.types import FEWEST


@dataclass(frozen=True, slots=True)
class Finding:
    """What is asked about; ``spoken`` is the relation of the records that it rests on."""

    store: Store
    ask: Ask
    base: Base
    about: dict[str, str]
    spoken: str

    def query(self, body: str) -> str:
        return query(self.store, self.ask, self.base, body)

    def row(self, body: str) -> dict[str, Any]:
        return self.store.sql(self.query(body))[0]


def share_of(
    finding: Finding,
    name: str,
    k: int,
    n: int,
    text: str,
    base: Base,
    about: dict[str, str] | None = None,
) -> Figure:
    """A share with its interval, withheld where it is of too few."""
    withheld: Withheld | None
    withheld = "few" if n < FEWEST else "few-in-cell" if k < FEWEST_IN_CELL else None
    low, high = (None, None) if withheld else statistics.wilson(k, n)
    return Figure(
        name=f"voices.{name}",
        about=finding.about if about is None else about,
        value=None if withheld else k / n,
        unit="share",
        base=base,
        n=n,
        method="share, Wilson interval",
        query=finding.query(text),
        numerator=None if withheld else k,
        denominator=n,
        low=low,
        high=high,
        withheld=withheld,
    )
