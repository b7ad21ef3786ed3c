"""The score that an analysis explains: the overall one, where records have ratings of aspects."""

from dataclasses import dataclass, replace

from corpus.metrics import relations
from corpus.metrics.relations import Scale, counted, main_scale
from corpus.metrics.types import Ask, Base
from corpus.store import Store


@dataclass(frozen=True, slots=True)
class Outcome:
    """A score on ``scale``, and over whom: ``ask`` is for all themes and the other scores too."""

    store: Store
    ask: Ask
    base: Base
    scale: Scale

    def query(self, body: str) -> str:
        """``body`` with the relations that it names before it."""
        return relations.query(self.store, self.ask, self.base, body)


def outcome(store: Store, ask: Ask) -> Outcome | None:
    """The score asked for, else the overall one; None where nobody who wrote gave one."""
    base = counted(store, ask)
    scale = main_scale(store, ask, base)
    return Outcome(store, replace(ask, themes=(), score=None), base, scale) if scale else None
