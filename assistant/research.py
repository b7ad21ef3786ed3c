"""Composing from research: what it claims, and the figures that it reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.candidates import Candidate, alike
from assistant.draft import Draft
from assistant.figures import Reported, attribute, figures_in, reporter
from assistant.types import ClaimKind
from assistant.understand import Question
from assistant.words import ANSWER_LANGUAGES, Words, words
from corpus.sentences import sentences
from corpus.types import Source

MOST_FIGURES, MOST_QUOTES, MOST_OF_ONE = 4, 4, 2

NEAR = 0.7
"""A second source is set beside the first when it is this much as relevant."""

NEAR_FIGURES = 0.6
"""The same for figures: what another study found is worth more than another quote."""

TO_THE_POINT = 0.75
"""The share of the best coverage from which a figure is taken to answer the same question."""

SUBJECT_NAMED = 0.25
"""The coverage without which a figure is of something else, however near it sounds."""

BESIDE = 0.5
"""... and for it to be shown beside the best one at all."""

LIST_BONUS = 0.2
"""What a sentence that introduces a list gains where a list was asked for."""


@dataclass(frozen=True)
class Span:
    """A candidate, widened to the whole of what it says: its figures, or its list."""

    candidate: Candidate
    start: int
    end: int
    items: tuple[tuple[int, int], ...] = ()

    @property
    def text(self) -> str:
        """The span itself."""
        return self.candidate.passage.text[self.start : self.end]

    @property
    def whole_text(self) -> str:
        """The span with the list that it introduces."""
        end = self.items[-1][1] if self.items else self.end
        return self.candidate.passage.text[self.start : end]

    @property
    def lists(self) -> bool:
        """Whether it is a list or a table with what introduces it."""
        return bool(self.items) or self.end > self.candidate.end


def compose_research(
    draft: Draft,
    question: Question,
    found: Sequence[Candidate],
    sources: Mapping[str, Source],
    least: float,
) -> None:
    """Add what research says; figures first where the question asks for one."""
    said = question.words
    ranked = _ranked(question, found)
    figures = _figures(ranked, least) if question.intent in ("figure", "yes-no") else []
    if question.intent == "yes-no" and figures and not _answers(figures[0], ranked[0]):
        figures = []
    if figures:
        _compose_figures(draft, said, question, figures, sources)
        return
    draft.heading(said.say("head_research"))
    for span in _quotes(ranked, least, listing=question.intent == "list"):
        _compose_quote(draft, said, span, sources)


def quote_research(
    draft: Draft, said: Words, found: Sequence[Span], sources: Mapping[str, Source]
) -> None:
    """Add these spans of research as they are, each under its source's name."""
    draft.heading(said.say("head_research"))
    for span in found:
        _compose_quote(draft, said, span, sources)


def whole(candidate: Candidate) -> Span:
    """The span with its list or, of an item or a row, the whole of the list that holds it."""
    text, here = candidate.passage.text, candidate.start
    for start, end in reversed(sentences(text, candidate.passage.language)):
        if end <= here and text[start:end].rstrip().endswith(":"):
            opening = replace(candidate, start=start, end=end)
            items = _list_after(opening)
            if items and items[0][0] <= here < items[-1][1]:
                return _with_list(opening)
    return _with_list(candidate)


def of_effects(text: str) -> bool:
    """Whether a sentence finds, in either language, what people do about an experience."""
    each = [words(language) for language in ANSWER_LANGUAGES]
    says = any(said.effects.search(text) for said in each)
    return says and not (_asks(text) or any(said.no_finding.search(text) for said in each))


def _asks(text: str) -> bool:
    """Whether a sentence is a question, which claims nothing."""
    return text.rstrip(' »”"\u00a0\u202f').endswith("?")


def _ranked(question: Question, found: Sequence[Candidate]) -> list[Candidate]:
    def key(candidate: Candidate) -> float:
        listed = question.intent == "list" and bool(_list_after(candidate))
        return -(candidate.relevance + LIST_BONUS * listed)

    return sorted(found, key=key)


def _answers(span: Span, best: Candidate) -> bool:
    """Whether a span with figures bears on the question about as much as the best one does."""
    here = span.candidate
    return here.relevance >= 0.9 * best.relevance and here.coverage >= TO_THE_POINT * best.coverage


# Figures -------------------------------------------------------------------------------------


def _figures(ranked: Sequence[Candidate], least: float) -> list[Span]:
    """The most relevant spans that hold figures, widened over the figures beside them."""
    chosen: list[Span] = []
    best = 0.0
    per_source: dict[str, int] = {}
    for candidate in ranked:
        if candidate.relevance < max(least, NEAR_FIGURES * best) or len(chosen) == MOST_FIGURES:
            break
        if candidate.coverage < (
            BESIDE * chosen[0].candidate.coverage if chosen else SUBJECT_NAMED
        ):
            continue
        span = _widened(candidate)
        source = candidate.passage.source_id
        if not figures_in(span.text) or per_source.get(source, 0) == MOST_OF_ONE:
            continue
        if any(_overlap(span, other) for other in chosen):
            continue
        best = best or candidate.relevance
        per_source[source] = per_source.get(source, 0) + 1
        chosen.append(span)
    return chosen


def _overlap(one: Span, other: Span) -> bool:
    return one.candidate.passage.id == other.candidate.passage.id and (
        one.start < other.end and other.start < one.end
    )


def _widened(candidate: Candidate) -> Span:
    """The span with the sentences next to it, in the same paragraph, that go on with figures."""
    text = candidate.passage.text
    items = _list_after(candidate)
    if items and figures_in(text[items[0][0] : items[-1][1]]):
        return Span(candidate, candidate.start, items[-1][1])
    around = sentences(text, candidate.passage.language)
    here = around.index((candidate.start, candidate.end))
    start, end = candidate.start, candidate.end
    for first, last in around[here + 1 : here + 3]:
        if "\n" in text[end:first] or not figures_in(text[first:last]):
            break
        end = last
    return Span(candidate, start, end)


def _compose_figures(
    draft: Draft,
    said: Words,
    question: Question,
    spans: Sequence[Span],
    sources: Mapping[str, Source],
) -> None:
    reports = [
        attribute(s.candidate.passage, s.start, s.end, sources[s.candidate.passage.source_id])
        for s in spans
    ]
    origins = [sources[span.candidate.passage.source_id] for span in spans]
    conflict = _conflict(spans, reports)
    cited = [draft.cite(s.candidate.passage, s.start, s.end) for s in spans]
    if conflict:
        given: dict[str, list[str]] = {}
        for report, source in zip(reports, origins, strict=True):
            who = report.measured or _reporter(said, report, source)
            if report.inferred:
                who = said.say("seemingly", who=who)
            figures = given.setdefault(who, [])
            figures += [figure for figure in report.figures if figure not in figures]
        sides = [
            said.say("side", figures=said.figure(said.joined(figures)), who=who)
            for who, figures in given.items()
        ]
        joint = "\u202f; " if said.language == "fr" else "; "
        text = said.say("disagree", sides=joint.join(sides))
        draft.claim("reported", text, style="lead", citations=cited)
    else:
        first = reports[0]
        # The figure that answers stands in the sentence that was found, not in its neighbours.
        lead = said.figure(said.joined(figures_in(spans[0].candidate.text) or first.figures))
        reported = _reporter(said, first, origins[0])
        if first.measured and not first.own:
            text = said.say(
                "figure_lead_inferred" if first.inferred else "figure_lead",
                figures=lead,
                measured=first.measured,
                reported=reported,
            )
        else:
            name = "figure_lead_own" if first.own else "figure_lead_unattributed"
            text = said.say(name, figures=lead, reported=reported)
        draft.claim("reported", f"{text}.", style="lead", citations=cited[:1], bold=lead)
    draft.heading(said.say("head_research"))
    for number, (span, report, source, citation) in enumerate(
        zip(spans, reports, origins, cited, strict=True)
    ):
        kind: ClaimKind = "counter" if conflict and number else "reported"
        _reported(draft, said, kind, span.text, report, source, citation)


def _reported(
    draft: Draft,
    said: Words,
    kind: ClaimKind,
    text: str,
    report: Reported,
    source: Source,
    citation: str,
) -> None:
    draft.claim(
        kind,
        f"{said.quote(text)} — {_attribution(said, report, source)}.",
        style="bullet",
        citations=[citation],
    )


def _conflict(spans: Sequence[Span], reports: Sequence[Reported]) -> bool:
    """Whether different measurers give different figures to what was asked."""
    best = max(span.candidate.coverage for span in spans)
    to_the_point = [
        report
        for span, report in zip(spans, reports, strict=True)
        if span.candidate.coverage >= TO_THE_POINT * best
    ]
    return any(
        (one.measured, one.reported) != (other.measured, other.reported)
        and not set(one.figures) & set(other.figures)
        for one in to_the_point
        for other in to_the_point
    )


def _reporter(said: Words, report: Reported, source: Source) -> str:
    """Who reports: the publisher or the author, else the title of what was read."""
    reported = report.reported or said.quote(source.title or source.name)
    if source.sponsor:
        return said.say("sponsored", reported=reported, sponsor=source.sponsor)
    return reported


def _attribution(said: Words, report: Reported, source: Source) -> str:
    """Who measured, who reports, when, on whom, and who paid."""
    reported = _reporter(said, report, source)
    if report.own or not report.measured:
        parts = [said.say("own_publisher", reported=reported)]
        parts += [] if report.own else [said.say("attribution_none")]
    else:
        name = {"": "attribution", "near": "attribution_near", "only": "attribution_inferred"}[
            report.inferred
        ]
        measured = f"{report.measured} {report.when}".strip()
        parts = [
            said.say(name, measured=measured),
            said.say("reported_by", reported=reported),
        ]
    if source.date:
        parts[-1] += f", {said.day(source.date)}"
    parts.append(
        said.say("population", population=report.population)
        if report.population
        else said.say("population_none")
    )
    parts.append(
        said.say("paid", sponsor=report.sponsor) if report.sponsor else said.say("paid_none")
    )
    joint = "\u202f; " if said.language == "fr" else "; "
    return joint.join(parts)


# Quotes --------------------------------------------------------------------------------------


def _quotes(ranked: Sequence[Candidate], least: float, *, listing: bool) -> list[Span]:
    chosen: list[Span] = []
    per_source: dict[str, int] = {}
    best = ranked[0].relevance if ranked else 0.0
    for candidate in ranked:
        if candidate.relevance < max(least, NEAR * best) or len(chosen) == MOST_QUOTES:
            break
        span = _with_list(candidate)
        if _asks(span.text) or (span.text.endswith(":") and not span.items):
            continue
        if per_source.get(candidate.passage.source_id, 0) == MOST_OF_ONE:
            continue
        if any(_holds(other, span) or alike(candidate, other.candidate) for other in chosen):
            continue
        per_source[candidate.passage.source_id] = per_source.get(candidate.passage.source_id, 0) + 1
        chosen.append(span)
        if listing and span.items:
            # The list was asked for and found; more would bury it.
            break
    return chosen


def _with_list(candidate: Candidate) -> Span:
    """The span with the list that it introduces; a table is quoted with it, as one."""
    items = _list_after(candidate)
    if items and " | " in candidate.passage.text[slice(*items[0])]:
        return Span(candidate, candidate.start, items[-1][1])
    return Span(candidate, candidate.start, candidate.end, items)


def _holds(one: Span, other: Span) -> bool:
    last = one.items[-1][1] if one.items else one.end
    return one.candidate.passage.id == other.candidate.passage.id and (
        one.start <= other.start < last
    )


def _list_after(candidate: Candidate) -> tuple[tuple[int, int], ...]:
    """The spans of the list items or table rows that a sentence ending in a colon introduces."""
    if not candidate.text.rstrip().endswith(":"):
        return ()
    text, items = candidate.passage.text, []
    position = candidate.end
    for line in text[candidate.end :].split("\n"):
        stripped = line.strip()
        if stripped.startswith("•") or " | " in stripped:
            mark = line.index("•") + 1 if stripped.startswith("•") else 0
            start = position + mark + len(line[mark:]) - len(line[mark:].lstrip())
            items.append((start, position + len(line.rstrip())))
        elif stripped:
            break
        position += len(line) + 1
    return tuple(items)


def _compose_quote(draft: Draft, said: Words, span: Span, sources: Mapping[str, Source]) -> None:
    source = sources[span.candidate.passage.source_id]
    who = _who(said, source)
    citation = draft.cite(span.candidate.passage, span.start, span.end)
    if figures_in(span.text):
        report = attribute(span.candidate.passage, span.start, span.end, source)
        _reported(draft, said, "reported", span.text, report, source, citation)
        return
    draft.claim(
        "research",
        f"{said.say('research_lead', who=who)} {said.quote(span.text)}",
        style="lead" if span.items else "bullet",
        citations=[citation],
    )
    for start, end in span.items:
        draft.claim(
            "research",
            said.quote(span.candidate.passage.text[start:end]),
            style="bullet",
            citations=[draft.cite(span.candidate.passage, start, end)],
        )


def _who(said: Words, source: Source) -> str:
    who = reporter(source) or said.quote(source.title or source.name)
    return f"{who}, {said.day(source.date)}" if source.date else who
