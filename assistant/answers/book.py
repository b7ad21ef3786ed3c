"""The facts of one answer: analyses are run once, and a figure is numbered when it is used."""

from collections.abc import Sequence

from assistant.analyses import as_fact
from assistant.types import Fact
from corpus.codebook import Codebook
from corpus.metrics import compute
from corpus.metrics.types import Ask, Figure
from corpus.store import Store

Key = tuple[str, tuple[tuple[str, str], ...], str]
"""What tells one figure from another: its name, what it is of, its query."""


class FactBook:
    """What was computed for one answer.

    ``made`` are the facts that sentences use, in the order in which they were first used.
    """

    def __init__(
        self, store: Store, codebook: Codebook, language: str, made: Sequence[Fact] = ()
    ) -> None:
        """``made`` are the facts that another book of the same answer has numbered already."""
        self._store, self._codebook, self._language = store, codebook, language
        self._run: dict[tuple[str, str], list[Figure]] = {}
        self._asked: dict[Key, tuple[str, Ask]] = {}
        self._used: dict[Key, Fact] = {}
        self.made: list[Fact] = list(made)

    def run(self, name: str, ask: Ask) -> list[Figure]:
        """The figures of an analysis that are not withheld, the weightiest first."""
        return [figure for figure in self.all(name, ask) if figure.value is not None]

    def all(self, name: str, ask: Ask) -> list[Figure]:
        """The figures of an analysis, the withheld ones too."""
        key = name, repr(ask)
        if key not in self._run:
            self._run[key] = compute(name, self._store, self._codebook, ask)
            self._asked |= {_key(figure): (name, ask) for figure in self._run[key]}
        return self._run[key]

    def use(self, figure: Figure) -> Fact:
        """The fact of a figure that ``run`` gave, numbered the first time."""
        key = _key(figure)
        if key not in self._used:
            name, ask = self._asked[key]
            fact = as_fact(figure, name, ask, self._codebook, self._language, len(self.made) + 1)
            self._used[key] = fact
            self.made.append(fact)
        return self._used[key]

    def derive(self, figure: Figure, of: Figure) -> Fact:
        """The fact of a figure that was made from one that ``run`` gave."""
        self._asked.setdefault(_key(figure), self._asked[_key(of)])
        return self.use(figure)


def _key(figure: Figure) -> Key:
    return figure.name, tuple(figure.about.items()), figure.query
