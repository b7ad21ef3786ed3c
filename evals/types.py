"""What the suites are made of: cases, what an evaluator says of one, and what a run adds up to."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Status = Literal["answered", "partial", "abstained", "clarify"]
Unit = Literal["count", "share", "score", "points", "ratio", "amount"]
Better = Literal["higher", "lower"]
Measure = Callable[[Mapping[str, Any]], float]
"""What makes a figure of columns of values, see ``evals.statistics``."""
WITHIN: Mapping[Unit, float] = {
    "count": 0.0, "amount": 0.5, "share": 0.005, "score": 0.05, "points": 0.5, "ratio": 0.05,
}  # fmt: skip
"""How far from the value a figure may lie where a case says nothing: what rounding takes."""

Answered = Mapping[str, Any]
"""An answer as ``ancrage ask --json`` prints it; another system gives the parts that it has."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that must stand in the answer, ``within`` so much of ``value``.

    A share lies between 0 and 1.
    """

    what: str
    value: float
    unit: Unit
    within: float


@dataclass(frozen=True, slots=True)
class Nugget:
    """Something that a good answer says, in any of these words."""

    any: tuple[str, ...]
    vital: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """A question put to a system, after those of its conversation, within the filters given."""

    question: str
    language: str
    before: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One question of a suite and all that is expected of its answer.

    ``before`` are the questions of the conversation before it; ``passages`` verbatim parts of the
    passages that a good answer cites, or their ids; ``reasons`` themes in the order of their
    weight; ``absent`` what must not be said; ``filters`` what should be understood; ``reference``
    an answer that people gave. ``fresh`` says that the last question changes the subject, so that
    nothing may be carried over. Cases ``of`` one conversation or document are not independent.
    ``given`` are filters that go with the question, as ``corpus.filters.read_filters`` takes them;
    ``without`` the ids of passages that are out of reach when it is asked; ``query`` a SELECT whose
    first row's ``value`` is the value of its one figure.
    """

    id: str
    kind: str
    language: str
    question: str
    before: tuple[str, ...] = ()
    status: tuple[Status, ...] = ("answered", "partial")
    figures: tuple[Figure, ...] = ()
    nuggets: tuple[Nugget, ...] = ()
    reasons: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    filters: Mapping[str, Any] = field(default_factory=dict)
    reference: str = ""
    fresh: bool = False
    of: str = ""
    given: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    query: str = ""

    @property
    def group(self) -> str:
        """What its row is drawn with: the conversation or document it is of, else itself."""
        return self.of or self.id

    @property
    def asked(self) -> Asked:
        """What is put to a system."""
        return Asked(self.question, self.language, self.before, self.given)


@dataclass(frozen=True, slots=True)
class Row:
    """What one evaluator says of one case.

    ``values`` holds a number for each metric that applies; a metric that does not apply is left
    out. ``failed`` says why the case could not be scored, ``ineligible`` why no metric applies:
    neither is zero. Rows of one ``group`` (a conversation, a document) are not independent.
    ``shown`` is for a person who looks into it.
    """

    case: str
    language: str
    group: str
    values: Mapping[str, float] = field(default_factory=dict)
    failed: str | None = None
    ineligible: str | None = None
    shown: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of a suite: what it means in a sentence, and which way is better.

    ``slack`` is how much worse it may become before a run counts as a regression, in the metric's
    own unit; a slack of 0 is a promise, of which one breach is too many, chance or not. ``of``
    makes the figure of the columns that it ``needs``; without it, it is the mean of its own.
    """

    name: str
    means: str
    better: Better = "higher"
    slack: float = 0.05
    of: Measure | None = None
    needs: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The values of a row that it is made of."""
        return self.needs or (self.name,)


class Evaluator(Protocol):
    """A module of ``evals.evaluators``, found by its name."""

    METRICS: tuple[Metric, ...]

    def rows(self, world: Any) -> Iterable[Row]:
        """A row for each case of the suite, over a ``evals.world.World``."""
        ...


Seen = Mapping[str, tuple[Case, Answered | str]]
"""The cases that were asked, by id, with their answers or why there is none."""


class System(Protocol):
    """Something that answers: Ancrage, a baseline, a peer behind an endpoint."""

    name: str

    def answer(self, asked: Asked) -> Answered:
        """Its answer; raises AncrageError where it gives none."""
        ...

    def search(self, asked: Asked, limit: int) -> Iterator[str] | None:
        """The passages that it finds for a question, best first; None where it shows none."""
        ...
