"""How a question was read: what it asks for, about what, and within what."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date as Date
from typing import Any, Literal, get_args

from pydantic import TypeAdapter, ValidationError

from corpus.errors import InputError
from corpus.filters import Filters, Values
from corpus.types import HIGH, LOW, Voice

Intent = Literal[
    "why",
    "stay",
    "how-many",
    "compare",
    "trend",
    "change",
    "love",
    "do",
    "said",
    "stage",
    "research",
    "other",
]
"""What is asked for.

``why``: what goes wrong and for what reasons. ``stay``: why people stay, recommend, come back.
``how-many``: a number, a share, a score. ``compare``: parts side by side. ``trend``: how something
goes over time. ``change``: what made a figure move. ``love``: what pleases. ``do``: what to do.
``said``: what was said of something, by whom, in their words. ``stage``: a stage summed up.
``research``: what studies say. ``other``: anything else.
"""

INTENTS: tuple[Intent, ...] = get_args(Intent)


@dataclass(frozen=True, slots=True)
class Marks:
    """Marks of a scale, from ``first`` to ``last``: one star, the detractors.

    ``least`` and ``most`` are how good they are, as filters have it; ``whole`` says that records
    are rated as a whole on the scale, so that the marks say which records are meant.
    """

    scale: str
    kind: str
    maximum: float
    first: float
    last: float
    least: float
    most: float
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Limits:
    """What a question limits itself to; empty where it does not.

    ``score`` is the end of the scale: the dissatisfied or the satisfied; ``marks`` are those that
    are named. ``segment`` holds values as the store has them, several as alternatives; where all
    but some are meant, ``excluded`` are those. ``sources`` are the files that hold the kind of
    ``records`` that is named.
    """

    stages: tuple[str, ...] = ()
    since: Date | None = None
    until: Date | None = None
    segment: Mapping[str, Values] = field(default_factory=dict)
    excluded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    score: Literal["low", "high"] | None = None
    marks: Marks | None = None
    sources: tuple[str, ...] = ()
    records: str = ""

    def over(self, other: "Limits") -> "Limits":
        """These limits, and those of ``other`` where these say nothing."""
        period = self if self.since or self.until else other
        return Limits(
            stages=self.stages or other.stages,
            since=period.since,
            until=period.until,
            segment={**other.segment, **self.segment},
            excluded={k: v for k, v in other.excluded.items() if k not in self.segment}
            | dict(self.excluded),
            channels=self.channels or other.channels,
            languages=self.languages or other.languages,
            score=self.score or other.score,
            marks=self.marks or (None if self.score else other.marks),
            sources=self.sources or other.sources,
            records=self.records or other.records,
        )

    def within(self, filters: Filters) -> Filters:
        """The filters asked for beside the question, with these where they say nothing."""
        ends = {"low": (None, LOW), "high": (HIGH, None)}
        least, most = ends.get(self.score or "", (None, None))
        if self.marks and self.marks.whole:
            least, most = self.marks.least, self.marks.most
        return replace(
            filters,
            source=filters.source or self.sources,
            stage=filters.stage or self.stages,
            since=filters.since or self.since,
            until=filters.until or self.until,
            segment={**self.segment, **filters.segment},
            channel=filters.channel or self.channels,
            language=filters.language or self.languages,
            score_min=least if filters.score_min is None else filters.score_min,
            score_max=most if filters.score_max is None else filters.score_max,
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it was read.

    ``themes`` are ids of the codebook. ``limits`` is what the question is limited to, ``against``
    what it compares that with, holding only what differs. ``by`` is what it asks to be cut up by
    (as ``Ask.by``: "by country"). ``score`` names the scale that it asks about. ``voices`` are
    those whose words it asks for. ``leaving`` says that it asks of customers who leave. ``lacks``
    are the words for a stage, a segment or a channel that the corpus does not have; the stage
    stands in ``limits`` all the same. ``leftover`` are the words of the question that carry a
    subject which none of this explains. ``follows`` says that it leans on the turn before.
    ``about`` are the words for its themes, its stages and what is left over, and then those of the
    turns that it leans on: what it is searched for with beside its own words.
    ``vague`` says that it points at something that nothing says: "is it better?".
    ``unsure`` are the things that a word of it may equally mean, where the answer would be another.
    """

    text: str
    language: str
    intent: Intent
    themes: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    against: Limits | None = None
    by: str | None = None
    score: str | None = None
    voices: tuple[Voice, ...] = ()
    leaving: bool = False
    lacks: tuple[str, ...] = ()
    leftover: tuple[str, ...] = ()
    follows: bool = False
    about: tuple[str, ...] = ()
    vague: bool = False
    unsure: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The reading as JSON values, to be kept with its turn."""
        return dict(_READING.dump_python(self, mode="json"))

    def corrected(self, by: Mapping[str, Any]) -> "Reading":
        """The reading as somebody corrected it: ``intent``, ``themes``, ``by``, and any of limits.

        What is given takes the place of what was read, an empty value too. Raises InputError for
        what is no reading.
        """
        own = self.as_dict()
        limits = {name: value for name, value in by.items() if name in own["limits"]}
        rest = {name: by[name] for name in ("intent", "themes", "by") if name in by}
        if unknown := by.keys() - limits.keys() - rest.keys():
            raise InputError(f"A reading has no {min(unknown)}; it has intent, themes, stages, …")
        if "score" in limits:
            limits.setdefault("marks", None)
        if "segment" in limits:
            limits.setdefault("excluded", {})
        try:
            return read_back({**own, **rest, "limits": {**own["limits"], **limits}})
        except ValidationError as error:
            first = error.errors()[0]
            raise InputError(f"{first['loc'][-1]}: {first['msg'].lower()}.") from None


def of_time(reading: Reading) -> bool:
    """Whether a question asks how something goes over time, or limits itself to a period."""
    limits = reading.limits
    return bool(reading.intent in ("trend", "change") or limits.since or limits.until)


_READING = TypeAdapter(Reading)


def read_back(values: Mapping[str, Any]) -> Reading:
    """The reading that ``as_dict`` gave; raises ValueError for anything else."""
    return _READING.validate_python(values)
