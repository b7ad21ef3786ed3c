"""An answer and its parts, as the API and ``--json`` give them."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

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

    ``value`` is a count, or a share between 0 and 1 (``unit`` "share") with its Wilson interval
    ``low`` to ``high``. ``query`` is one SELECT whose first row's ``value`` is the value again.
    """

    id: str
    name: str
    label: str
    value: float
    unit: str
    numerator: int | None
    denominator: int | None
    base: Literal["customers", "records"]
    n: int
    low: float | None
    high: float | None
    method: str
    filter: dict[str, Any]
    query: str
    replay: str


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
    """How the question was read; ``text`` says it back in the question's language."""

    intent: str
    themes: list[str]
    filters: dict[str, Any]
    period: dict[str, str | None]
    follow_up_of: str | None
    text: str


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
