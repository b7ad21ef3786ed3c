"""Two asks in one query, for the analyses that set one against the other."""

from dataclasses import dataclass

from corpus.filters import Filters
from corpus.metrics._periods import period_name
from corpus.metrics.relations import query
from corpus.metrics.types import Ask, Base
from corpus.store import Store


@dataclass(frozen=True, slots=True)
class Sides:
    """What is compared with (side 0) and what is asked for (side 1)."""

    store: Store
    base: Base
    asks: tuple[Ask, Ask]

    def both(self, body: str) -> str:
        """A relation, in brackets: the rows of ``body`` of either side, and which: ``side``."""
        parts = [
            f"SELECT {side} AS side, * FROM ({query(self.store, ask, self.base, body)})"
            for side, ask in enumerate(self.asks)
        ]
        return f"({' UNION ALL '.join(parts)})"

    def one(self, side: int, body: str) -> str:
        """``body`` over one side alone."""
        return query(self.store, self.asks[side], self.base, body)


def apart(filters: Filters, other: Filters) -> str:
    """What the filters say that the other's don't, as words; a dash where they limit nothing."""
    own, theirs = filters.as_dict(), other.as_dict()
    differing = {name: value for name, value in own.items() if value != theirs.get(name)}
    words = []
    if {"since", "until"} & differing.keys():
        words.append(period_name(filters))
        differing.pop("since", None)
        differing.pop("until", None)
    for value in differing.values():
        several = value.values() if isinstance(value, dict) else [value]
        for each in several:
            words += map(str, each if isinstance(each, list) else [each])
    return ", ".join(words) or "—"
