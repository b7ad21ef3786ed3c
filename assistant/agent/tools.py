"""The tools of a chat model: the search and the analyses, read-only, with typed arguments.

None writes or fetches. What a tool gives is what the model may cite, under the ids that it gives.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date as Date
from typing import Any

from langchain_core.tools import BaseTool, StructuredTool
from pydantic import BaseModel, ConfigDict, Field

from assistant.agent.evidence import Given, fact_lines
from assistant.analyses import check
from assistant.pages import Work
from corpus.codebook import Codebook
from corpus.errors import AncrageError
from corpus.metrics import is_cut_up
from corpus.metrics.relations import CUTS
from corpus.metrics.types import Ask
from corpus.types import EVIDENCE_KINDS, EvidenceKind

MOST_FIGURES, MOST_FOUND = 16, 6
"""What one call of a tool gives at most."""

TOKENS = 1_500
"""... and in how many tokens."""

ANALYSES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "count": (
        ("themes", "score", "volume"),
        "How many: shares of customers by theme, scores (NPS, CSAT, CES, stars), volumes.",
    ),
    "drivers": (
        ("drivers", "links", "loss"),
        "What goes with a score, with stopping at a step, and with leaving. Never a cause.",
    ),
    "trend": (("trend",), "How counts, shares and scores go over time, with breaks."),
    "compare": (
        ("compare",),
        "Two parts side by side: within the filters, against those of `against_*`.",
    ),
    "journey": (
        ("journey", "funnel", "gaps"),
        "The journey stage by stage, where sessions stop, and where map and feedback part.",
    ),
}
"""The analyses of each tool, and what it is told to be for."""


class Asked(BaseModel):
    """What figures are asked of; null leaves a limit out."""

    model_config = ConfigDict(extra="forbid")

    theme: str | None = Field(description="A theme's id.")
    stage: str | None = Field(description="A stage of the journey.")
    since: Date | None = Field(description="From this day on.")
    until: Date | None = Field(description="Up to this day.")
    segment: str | None = Field(description="NAME=VALUE, such as pays=BE.")
    by: str | None = Field(description=f"Cut up by {', '.join(CUTS)} or segment:NAME.")


class Compared(Asked):
    """The same, and what it is compared with."""

    against_segment: str | None = Field(description="NAME=VALUE of the other part.")
    against_since: Date | None = Field(description="The other part's first day.")
    against_until: Date | None = Field(description="The other part's last day.")


class Sought(BaseModel):
    """What is searched for."""

    model_config = ConfigDict(extra="forbid")

    query: str = Field(description="A few words, or a sentence.")
    kind: EvidenceKind | None = Field(description=f"One of {', '.join(EVIDENCE_KINDS)}.")


class Opened(BaseModel):
    """Passages whose neighbours are wanted."""

    model_config = ConfigDict(extra="forbid")

    passage: str = Field(description="The id of a passage, such as p3.")


@dataclass(frozen=True)
class _Shelf:
    """What every tool reaches into."""

    work: Work
    codebook: Codebook
    given: Given

    def search(self, query: str, kind: EvidenceKind | None) -> str:
        work = self.work
        filters = replace(work.scope.filters, kind=(kind,) if kind else work.scope.filters.kind)
        hits = work.index.search(query, work.question.language, filters, MOST_FOUND, "fused")
        found = [hit.passage for hit in hits if hit.passage.source_id in work.sources]
        return self.given.passage_lines(found, TOKENS) or "Nothing was found."

    def passages(self, passage: str) -> str:
        known = self.given.passages.get(passage)
        if known is None:
            return f"There is no passage {passage}."
        around = [p for p in self.work.store.siblings(known, 2) if p.parent == known.parent]
        return self.given.passage_lines(around, TOKENS) or "Nothing stands beside it."

    def figures(self, names: tuple[str, ...], asked: Mapping[str, Any]) -> str:
        ask = self._ask(asked)
        lines: list[str] = []
        if ask.by:
            # Of several kinds of figures, those that can be cut up are.
            names = tuple(name for name in names if is_cut_up(name)) or names
        for name in names:
            check(self.work.store, self.codebook, name, ask)
            figures = self.given.book.run(name, ask)[:MOST_FIGURES]
            facts = [self.given.book.use(figure) for figure in figures]
            lines.append(fact_lines(facts, TOKENS // len(names)))
        return "\n".join(filter(None, lines)) or "There are too few for any figure."

    def _ask(self, asked: Mapping[str, Any]) -> Ask:
        counted = self.work.reading.limits.within(self.work.counted)
        filters = replace(
            counted,
            stage=(asked["stage"],) if asked["stage"] else counted.stage,
            since=asked["since"] or counted.since,
            until=asked["until"] or counted.until,
            segment={**counted.segment, **_pair(asked["segment"])},
        )
        against = None
        other = {key.removeprefix("against_"): v for key, v in asked.items() if "against_" in key}
        if any(other.values()):
            against = replace(
                filters,
                since=other["since"] or filters.since,
                until=other["until"] or filters.until,
                segment={**filters.segment, **_pair(other["segment"])},
            )
        themes = (asked["theme"],) if asked["theme"] else ()
        return Ask(filters=filters, against=against, by=asked["by"], themes=themes)


def _pair(text: str | None) -> dict[str, str]:
    name, equals, value = (text or "").partition("=")
    return {name.strip(): value.strip()} if equals else {}


def tools(work: Work, given: Given) -> list[BaseTool]:
    """The tools of one answer: search, passages, and one for each kind of figure."""
    shelf = _Shelf(work, work.codebook, given)
    found: list[BaseTool] = [
        _tool("search", "Search the corpus by words and meaning.", Sought, shelf.search),
        _tool("passages", "What stands around a passage.", Opened, shelf.passages),
    ]
    for name, (analyses, purpose) in ANALYSES.items():

        def figures(*, names: tuple[str, ...] = analyses, **asked: Any) -> str:
            return shelf.figures(names, asked)

        found.append(_tool(name, purpose, Compared if name == "compare" else Asked, figures))
    return found


def _tool(
    name: str, purpose: str, arguments: type[BaseModel], run: Callable[..., str]
) -> StructuredTool:
    """A tool that tells the model what was wrong with its call, rather than ending the answer."""

    def told(**asked: Any) -> str:
        try:
            return run(**asked)
        except AncrageError as error:
            return str(error)

    return StructuredTool(
        name=name,
        description=purpose,
        args_schema=arguments,
        func=told,
        # An argument that does not fit is told in a sentence too.
        handle_validation_error=True,
    )
