"""What an analysis of many parts hands from one to the next: the store, what is asked, the base."""

from dataclasses import dataclass
from typing import Any

from corpus.metrics.relations import query
from corpus.metrics.types import Ask, Base
from corpus.store import Store


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a store, and whom its shares are of."""

    store: Store
    ask: Ask
    base: Base

    def sql(self, body: str) -> list[dict[str, Any]]:
        """The rows of ``body``, with the relations that it names before it."""
        return self.store.sql(self.text(body))

    def text(self, body: str) -> str:
        """``body`` as a figure's query holds it."""
        return query(self.store, self.ask, self.base, body)
