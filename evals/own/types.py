"""A drafted case, and what drafters are given."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Literal, Protocol

from evals.types import Case

Approved = Literal["", "yes", "no"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A case that waits for approval; ``evidence`` and ``note`` are for whoever reads it."""

    case: Case
    evidence: str
    note: str = ""
    approved: Approved = ""


class Holder(Protocol):
    """What holds the corpus: an Assistant, or the server that has one."""

    def sql(self, query: str) -> list[dict[str, Any]]:
        """Run one read-only SELECT; rows as objects."""
        ...

    def ratings(self) -> list[dict[str, Any]]:
        """What people said of answers, each with the turn that it is of."""
        ...


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as drafters see it."""

    id: str
    kind: str
    language: str
    text: str
    source: str
    score: float | None
    stems: frozenset[str]


@dataclass(frozen=True)
class Own:
    """A corpus to draft from, in a language that questions are written in; draws are seeded."""

    holder: Holder
    language: str
    passages: tuple[Passage, ...]
    random: Random
    held: Mapping[str, tuple[Passage, ...]]
    """The passages of the language by each stem that they hold."""


class Drafter(Protocol):
    """A module of ``evals.own.drafters``, found by its name."""

    def drafts(self, own: Own) -> Iterator[Draft]:
        """Drafts in an order to take from the front of; their ids are given later."""
        ...
