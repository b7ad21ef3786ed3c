"""What requests hold; unknown keys are refused, so that a misspelt filter never means "all"."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from assistant.reading.types import Intent
from corpus.codebook import Polarity
from corpus.codebook.edits import Decision
from corpus.errors import InputError
from corpus.filters import Filters, alternatives, read_filters
from corpus.metrics.types import Ask
from corpus.ratings import Verdict
from corpus.types import EvidenceKind
from retrieval.types import Mode


def _written_out(value: Any) -> Any:
    """Refuse numbers as dates: 20260101 would be read as seconds since 1970."""
    if value is not None and not isinstance(value, str):
        raise ValueError("write the date as YYYY-MM-DD")
    return value


Day = Annotated[date | None, BeforeValidator(_written_out)]
Names = str | list[str]
Share = Annotated[float | None, Field(ge=0, le=1)]


class Body(BaseModel):
    """The base of every body."""

    model_config = ConfigDict(extra="forbid")


class FiltersBody(Body):
    """The filters, under the names of the command line's flags."""

    kind: EvidenceKind | list[EvidenceKind] = []
    source: Names = []
    stage: Names = []
    language: Names = []
    channel: Names = []
    since: Day = None
    until: Day = None
    score_min: Share = None
    score_max: Share = None
    segment: dict[str, str | list[str]] = {}

    def filters(self) -> Filters:
        """The same as the domain has them."""
        return Filters(
            kind=_several(self.kind),
            source=_several(self.source),
            stage=_several(self.stage),
            language=_several(self.language),
            channel=_several(self.channel),
            since=self.since,
            until=self.until,
            score_min=self.score_min,
            score_max=self.score_max,
            segment={
                name: value if isinstance(value, str) else tuple(value)
                for name, value in self.segment.items()
            },
        )


class FiltersQuery(FiltersBody):
    """The filters in an address, where a segment is ``segment=NAME=VALUE``."""

    kind: list[EvidenceKind] = []
    source: list[str] = []
    stage: list[str] = []
    language: list[str] = []
    channel: list[str] = []
    segment: list[str] = []  # type: ignore[assignment]

    def filters(self) -> Filters:
        """The same as the domain has them; raises InputError for a segment without a value."""
        body = self.model_dump(mode="json")
        pairs = [each.partition("=") for each in self.segment]
        if not all(name and equals and value for name, equals, value in pairs):
            raise InputError("A segment is written segment=NAME=VALUE.")
        body["segment"] = alternatives((name, value) for name, _, value in pairs)
        return FiltersBody(**body).filters()


class RecordsQuery(FiltersQuery):
    """Which of the passages that mention a theme."""

    limit: int = 20
    offset: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0

    def filters(self) -> Filters:
        """The filters without the page."""
        body = self.model_dump(mode="json", exclude={"limit", "offset"})
        return FiltersQuery(**body).filters()


class FactsQuery(FiltersQuery):
    """Which analysis, of what; ``against`` is written as ``since=2026-01-01``, repeatable."""

    name: str
    theme: list[str] = []
    by: str | None = None
    score: str | None = None
    against: list[str] = []
    seed: int = 0
    label_language: str = "en"

    def ask(self) -> Ask:
        """The same as the domain has it; raises InputError."""
        own = {"name", "theme", "by", "score", "against", "seed", "label_language"}
        return Ask(
            filters=FiltersQuery(**self.model_dump(mode="json", exclude=own)).filters(),
            against=read_filters(self.against) if self.against else None,
            by=self.by,
            themes=tuple(self.theme),
            score=self.score,
            seed=self.seed,
        )


class JourneyQuery(FiltersQuery):
    """Which canvas, compared with what, in which language and as which file."""

    draft: bool = False
    map: str | None = None
    against: list[str] = []
    label_language: Literal["fr", "en"] | None = None
    format: Literal["json", "xlsx", "md", "svg", "png", "pdf"] | None = None

    def ask(self) -> Ask:
        """The same as the domain has it; raises InputError."""
        own = {"draft", "map", "against", "label_language", "format"}
        return Ask(
            filters=FiltersQuery(**self.model_dump(mode="json", exclude=own)).filters(),
            against=read_filters(self.against) if self.against else None,
        )


class CorrectionBody(Body):
    """What somebody says of a span of a passage."""

    passage_id: str
    start: int
    end: int
    theme: str
    holds: bool
    polarity: Polarity | None = None


class LabelBody(Body):
    """What a theme is called, by language; a language that is left out is not given."""

    fr: str | None = None
    en: str | None = None

    def label(self) -> dict[str, str]:
        """The same as the domain has it."""
        return self.model_dump(exclude_none=True)


class CandidateBody(Body):
    """What somebody decided of a candidate theme."""

    decision: Decision
    label: LabelBody | None = None
    group: str | None = None
    into: str | None = None
    seed: int = 0


class ThemeBody(Body):
    """What is to change of a theme."""

    label: LabelBody


class ScoreBody(Body):
    """A sample that somebody coded, as CSV, and who."""

    csv: str
    coder: Annotated[str, Field(min_length=1, max_length=200)]


class CodebookBody(Body):
    """A codebook, as YAML; without ``apply`` only what it would change is told."""

    codebook: str
    apply: bool = False


class RecodeBody(Body):
    """Which chat model codes, and the tokens that it may take; none codes offline."""

    chat_model: str | None = None
    budget: Annotated[int, Field(ge=1)] | None = None


class ReadingBody(Body):
    """What a question means where it was read wrongly; what is left out stays as it is read.

    ``text`` is a follow-up written out so that it can be understood by itself.
    """

    text: Annotated[str, Field(min_length=1, max_length=4_000)] | None = None
    intent: Intent | None = None
    themes: list[str] | None = None
    by: str | None = None
    stages: list[str] | None = None
    since: Day = None
    until: Day = None
    segment: dict[str, str] | None = None
    channels: list[str] | None = None
    languages: list[str] | None = None
    score: Literal["low", "high"] | None = None

    def given(self) -> dict[str, Any]:
        """What was given, null too: a period can be taken away."""
        return self.model_dump(mode="json", exclude_unset=True)


class AskBody(Body):
    """A question."""

    question: str
    conversation_id: str | None = None
    filters: FiltersBody = FiltersBody()
    chat_model: str | None = None
    reading: ReadingBody = ReadingBody()


class RatingBody(Body):
    """What somebody says of an answer."""

    answer_id: Annotated[str, Field(min_length=1, max_length=200)]
    verdict: Verdict
    comment: str = ""


class TitleBody(Body):
    """What a conversation is to be called."""

    title: str


class SearchBody(Body):
    """A query for passages."""

    query: str
    filters: FiltersBody = FiltersBody()
    limit: int = 10
    mode: Mode = "fused"


class SqlBody(Body):
    """One read-only SELECT."""

    query: str


def _several(value: str | list[Any]) -> tuple[Any, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
