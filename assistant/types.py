"""An answer and its parts, as the API and ``--json`` give them."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from corpus.metrics.types import Base
from corpus.types import EvidenceKind

Status = Literal["answered", "partial", "abstained", "clarify"]
ClaimKind = Literal[
    "finding",
    "quote",
    "reported",
    "research",
    "journey",
    "internal",
    "behaviour",
    "counter",
    "limit",
]
Support = Literal["verified", "unsupported"]


SHARE_POINTS = "share-points"
"""The unit of a difference of two shares."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A span of a passage: ``quote`` is its text from ``start`` to ``end``, exactly."""

    id: str
    passage_id: str
    source: str
    kind: EvidenceKind
    quote: str
    start: int
    end: int
    locator: dict[str, str | int]
    date: str | None
    language: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A computed figure and what gives it again.

    ``value`` is in ``unit``: a share lies between 0 and 1, ``share-points`` is the difference of
    two shares, which is told in points (0.12 is 12 of them). ``low`` to ``high`` its 95 % interval,
    ``p`` corrected for the comparisons beside it; it is None where it is withheld, and then
    ``withheld`` says why. ``query`` is one SELECT whose first row's ``value`` is the value again
    or, where SQL cannot give that, whose columns are the counts that it was made from; then
    ``replay`` gives it. ``about`` says what the figure is of, in the store's words.
    """

    id: str
    name: str
    label: str
    value: float | None
    unit: str
    numerator: float | None
    denominator: float | None
    base: Base
    n: int
    low: float | None
    high: float | None
    method: str
    filter: dict[str, Any]
    query: str
    replay: str
    about: dict[str, str] = field(default_factory=dict)
    p: float | None = None
    withheld: str | None = None

    @property
    def hundredfold(self) -> bool:
        """Whether it is told a hundredfold: a share in per cent, a difference of two in points."""
        return self.unit in ("share", SHARE_POINTS)

    @property
    def figure(self) -> float:
        """The value of a fact that is not withheld; raises ValueError for one that is."""
        if self.value is None:
            raise ValueError(f"{self.name} is withheld: {self.withheld}")
        return self.value


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of the answer, and the evidence that it stands on."""

    id: str
    text: str
    kind: ClaimKind
    citations: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    support: Support = "unsupported"
    support_score: float = 0.0


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence that did not pass the verifier, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Understood:
    """How the question was read; ``text`` says it back in the question's language.

    ``whole`` is a follow-up as a chat model, or somebody, wrote it out.
    """

    intent: str
    themes: list[str]
    filters: dict[str, Any]
    period: dict[str, str | None]
    follow_up_of: str | None
    text: str
    whole: str | None = None


@dataclass(frozen=True, slots=True)
class EvidenceSummary:
    """How much was there to answer from."""

    records_in_scope: int
    records_total: int
    passages_retrieved: int
    embedded_share: float
    filters: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What ``ask`` gives; ``text`` is Markdown with [c1] and [f1] markers."""

    id: str
    conversation_id: str
    question: str
    language: str
    status: Status
    understood: Understood
    text: str
    claims: list[Claim]
    citations: list[Citation]
    facts: list[Fact]
    evidence: EvidenceSummary
    answerability: float
    abstained_because: str | None = None
    actions: list[dict[str, Any]] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    model: str | None = None
    usage: dict[str, Any] = field(default_factory=dict)
    timings_ms: dict[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The answer as JSON values, in the layout that the documentation gives."""
        return asdict(self)
