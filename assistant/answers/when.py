"""In which period there was most or least of something, and figures year by year.

"Which month had the most complaints?" and « la note moyenne par an » put the periods themselves
side by side: by how many complained, how the score stood, how much was done or written. What was
done is counted in the events; a question with a word that nothing explains is left to others.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from scipy.stats import binomtest

from assistant.answers import levels, marked, tallies
from assistant.answers.asked import AVERAGED, BAD, BLAMING, COUNTED, LEAST, SPEAKING
from assistant.answers.lacks import undated
from assistant.answers.parts import CLEAR, Desk, between
from assistant.answers.series import MOST_LISTED, of_series
from assistant.reading.known import known
from assistant.reading.saying import marks_named
from assistant.reading.text import Asked, asked
from assistant.reading.types import Intent
from corpus.metrics._periods import periods, span
from corpus.metrics.types import Ask, Figure

MOST_SHOWN = 5
"""The periods that are told where there are too many for all of them."""

NEVER: tuple[Intent, ...] = ("do", "research")

YEARLY: tuple[Intent, ...] = ("how-many", "trend", "compare")

_UNITS = {
    "week": r"semaines?|weeks?",
    "month": r"mois|months?",
    "quarter": r"trimestres?|quarters?",
    "year": r"annees?|years?",
}
_WHICH = (
    r"\b(?:quel(?:le)?s?|which|what)(?: (?:est|sont|was|is|were) (?:le|la|les|the))? (?:{unit})\b"
    r"|\b(?:pires?|meilleure?s?|worst|best|busiest) (?:{unit})\b"
    r"|\b(?:le|la|the) (?:{unit}) (?:ou|avec|with|where|when|that had|in which)\b"
)
_MOST = re.compile(
    r"\b(?:l[ea]s? (?:plus|pires?|meilleure?s?)|most|highest|best|happiest|greatest|largest"
    r"|busiest|worst|unhappiest|pires?|meilleure?s?|record|pic|peak(?:ed)?|culmin\w+)\b"
)
_REASONS = re.compile(r"\b(?:pourquoi|raisons?|causes?|why|reasons?)\b")
_SCORED = re.compile(r"\b(?:notes?|scores?|nps|csat|ces|satisfaction|ratings?|rated)\b")


@dataclass(frozen=True, slots=True)
class _Line:
    """One period: what is told of it with what figures, and by which value it is ranked."""

    period: str
    text: str
    figures: tuple[Figure, ...]
    value: float | None


@dataclass(frozen=True, slots=True)
class _Course:
    """The periods in their order; ``what`` is told of them, and ``low`` says which end is asked."""

    lines: Sequence[_Line]
    low: bool
    what: str = ""
    done: bool = False


def compose(desk: Desk) -> bool:
    """Write the answer; False where the question sets no periods side by side."""
    reading = desk.reading
    question = asked(reading.text, reading.language)
    grain, ranked = _grain(desk, question)
    if grain is None or reading.intent in NEVER or reading.follows:
        return False
    # A change sets a period against the one before; two groups are not for here.
    if _REASONS.search(question.plain) or (desk.ask.against and reading.intent != "change"):
        return False
    desk = replace(desk, ask=replace(desk.ask, against=None))
    for course_of in _courses(desk, question):
        course = course_of(desk, question, grain)
        if course and course.lines:
            return _tell(desk, course, grain, ranked=ranked)
    return ranked and undated(desk) is not None


def _grain(desk: Desk, question: Asked) -> tuple[str | None, bool]:
    """The length of the periods, and whether one is sought at an end; None where none are."""
    if _MOST.search(question.plain) or LEAST.search(question.plain):
        for grain, unit in _UNITS.items():
            if re.search(_WHICH.replace("{unit}", unit), question.plain):
                return grain, True
    scored = bool(desk.reading.score)
    yearly = desk.ask.by == "year" and (scored or desk.reading.intent in YEARLY)
    return ("year" if yearly else None), False


_CourseOf = Callable[[Desk, Asked, str], _Course | None]


def _courses(desk: Desk, question: Asked) -> list[_CourseOf]:
    """What the periods may be compared by, in the order in which a question means it."""
    reading, text = desk.reading, desk.reading.text.lower()
    if reading.leftover or reading.voices:
        return [_done]
    if desk.ask.themes:
        return [_done, _spoken]
    if reading.leaving:
        return [_left]
    named = bool(reading.limits.marks)
    blamed = BLAMING.search(text) or reading.limits.score == "low"
    if not reading.score and (named or (blamed and not _SCORED.search(question.plain))):
        return [_marked]
    if reading.score or _SCORED.search(question.plain) or BAD.search(question.plain):
        return [_scored]
    counted = COUNTED.search(text) or desk.reading.intent == "how-many"
    return [_done, _written] if counted else [_done, _scored, _written]


# What the periods are ranked by --------------------------------------------------------------


def _done(desk: Desk, question: Asked, grain: str) -> _Course | None:
    """How often something was done, or what it came to."""
    spans = [m.span() for m in re.finditer(_WHICH.replace("{unit}", _UNITS[grain]), question.plain)]
    spans += [m.span() for each in (_MOST, LEAST) for m in each.finditer(question.plain)]
    text = question.text
    for start, end in spans:
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    intent: Intent = "how-many" if desk.reading.intent not in tallies.COUNTING else "compare"
    reading = replace(desk.reading, text=text, intent=intent, by=None)
    tally = tallies.recognised(replace(desk, reading=reading))
    if tally is None or tally.ask.by not in (None, grain):
        return None
    return _of_events(desk, tally.kinds[0], tally.measure, replace(tally.ask, by=grain), question)


def _left(desk: Desk, question: Asked, grain: str) -> _Course | None:
    """How many customers left."""
    ask = Ask(filters=desk.ask.filters, by=grain)
    return _of_events(desk, "churn", "count", ask, question)


def _of_events(
    desk: Desk, kind: str, measure: tallies.Measure, ask: Ask, question: Asked
) -> _Course | None:
    by = ask.by or ""
    found = [
        f
        for f in desk.book.all("doings", ask)
        if f.name == f"doings.{measure}" and f.about["kind"] == kind
    ]
    found.sort(key=lambda f: f.about[by])
    low = bool(LEAST.search(question.plain))
    if low and by != "year":
        # The first and the last may not be whole, and are the smallest for that alone.
        found = found[1:-1]
    lines = [_Line(f.about[by], tallies.short(desk, f), (f,), f.value) for f in found]
    return _Course(lines, low, desk.word("kind", kind), done=True)


def _spoken(desk: Desk, question: Asked, grain: str) -> _Course | None:
    """How many complained of a theme, or spoke of it where that is asked for."""
    theme = desk.ask.themes[0]
    text = desk.reading.text.lower()
    only = not (SPEAKING.search(text) and not desk.said.negative.search(text))
    about = {"theme": theme} | ({"only": "complaints"} if only else {})
    ask = replace(desk.ask, by=grain, themes=(theme,))
    counts = [
        f
        for f in desk.book.all("trend", ask)
        if f.name == "trend.count" and of_series(f, about) and f.denominator
    ]
    said = desk.said
    lines = [
        _Line(
            f.about[grain],
            said.say("w_of_wrote", k=said.number(int(f.value or 0)), n=said.number(f.n)),
            (f,),
            f.value,
        )
        for f in counts
    ]
    form = "w_complaints" if only else "w_mentions"
    low = bool(LEAST.search(question.plain))
    return _Course(lines, low, said.say(form, theme=desk.theme(theme)))


def _marked(desk: Desk, question: Asked, grain: str) -> _Course | None:
    """How many gave the marks that are named, else the low ones."""
    marks = desk.reading.limits.marks or marked.of_band(desk, low=True)
    if marks is None:
        return None
    pairs = marked.by_part(desk, marks, grain)
    lines = [
        _Line(share.about[grain], _counted(desk, count, share), (count, share), count.value)
        for count, share in pairs
    ]
    return _Course(lines, bool(LEAST.search(question.plain)), marks_named(marks, desk.said))


def _counted(desk: Desk, count: Figure, share: Figure) -> str:
    """A count, of how many, and its share where that is told."""
    said = desk.said
    text = said.say("w_of", k=said.number(int(count.value or 0)), n=said.number(share.n))
    if share.value is None:
        return text
    return f"{text} ({said.percent(share.value)}, {between(said, share)})"


def _scored(desk: Desk, question: Asked, grain: str) -> _Course | None:
    """How the score stood, on the scale that most answered on or that is named."""
    filters = desk.ask.filters
    if not desk.reading.limits.marks:
        # « La plus mauvaise note » asks for the mean of all, and limits itself to no end.
        filters = replace(filters, score_min=None, score_max=None)
    ask = replace(levels.plain(desk, filters), by=grain, themes=())
    found = [f for f in desk.book.all("score", ask) if f.about.get("kind") != "binary"]
    if not found:
        return None
    every = desk.book.run("score", replace(ask, by=None))
    ranks = [name for name, _ in known(desk.store).scores]
    # Of scales on which as many answered, the one that stands first in its source.
    every = [f for f in every if f.about.get("kind") != "binary"] or found[:1]
    main = max(every, key=lambda f: (f.n, -ranks.index(f.about["scale"])))
    if main.about.get("kind") == "csat" and AVERAGED.search(desk.reading.text.lower()):
        found = [f for f in desk.book.all("means", ask) if f.name == "means.mean"]
    same = sorted((f for f in found if _same(f, main)), key=lambda f: f.about[grain])
    lines = [
        _Line(
            f.about[grain],
            f"{levels.level(desk, f)} ({levels.made(desk.said, f)})"
            if f.value is not None
            else desk.said.say("n_few_scored", n=desk.said.number(f.n)),
            (f,),
            f.value,
        )
        for f in same
    ]
    # The fewest unhappy are the happiest; much effort is bad, and a high figure of it.
    bad, least = (bool(each.search(question.plain)) for each in (BAD, LEAST))
    return _Course(lines, least if bad and main.about.get("kind") == "ces-1" else bad != least)


def _same(one: Figure, other: Figure) -> bool:
    return levels.same_scale(one) == levels.same_scale(other)


def _written(desk: Desk, question: Asked, grain: str) -> _Course | None:
    """How many answers there were."""
    ask = replace(desk.ask, by=grain, themes=())
    figures = desk.book.all("trend", ask)
    counts = [f for f in figures if f.name == "trend.count" and of_series(f, {"of": "records"})]
    low = bool(LEAST.search(question.plain))
    if low and grain != "year":
        counts = [f for f in counts if "incomplete" not in f.about]
    said = desk.said
    lines = [
        _Line(
            f.about[grain], said.say("n_answers_many", n=said.number(int(f.value or 0))), (f,),
            f.value,
        )
        for f in counts
    ]  # fmt: skip
    return _Course(lines, low)


# Telling -------------------------------------------------------------------------------------


def _tell(desk: Desk, course: _Course, grain: str, *, ranked: bool) -> bool:
    """The period at the end that is asked for, then the periods; False where none has a figure."""
    said = desk.said
    filters = desk.ask.filters
    if course.what or not desk.reading.limits.marks:
        # What is told of says so itself, and a bad mark that is sought is no limit.
        filters = replace(filters, score_min=None, score_max=None)
    where = levels.where(desk, replace(filters, stage=()) if course.done else filters)
    known = [line for line in course.lines if line.value is not None]
    if not known:
        text = said.say("w_few", by=levels.cut_name(said, grain))
        desk.claim("limit", levels.sentence(text), list(course.lines[0].figures), style="lead")
        return True
    what = f"{course.what}{said.say('colon')}" if course.what else ""
    order = sorted(known, key=lambda line: line.value or 0, reverse=not course.low)
    if ranked:
        ends = [line for line in order if line.value == order[0].value]
        form = "w_least" if course.low else "w_most"
        joint = said.say("w_with" if what else "colon")
        named = said.joined([levels.the(said, line.period) for line in ends])
        form += "_one" if len(ends) == 1 else "_many"
        text = f"{where}{what}{said.say(form, periods=named, value=ends[0].text, joint=joint)}"
        figures = [figure for line in ends for figure in line.figures]
        _claim(desk, course, levels.sentence(text), figures, "lead")
        if len(ends) < len(order) and _close(ends[0], order[len(ends)]):
            after = order[len(ends)]
            period = levels.the(said, after.period)
            text = said.say("w_close", period=period, value=after.text, joint=joint)
            _claim(desk, course, levels.sentence(text), after.figures, "plain")
    every = len(course.lines) <= MOST_LISTED or not ranked
    lines = course.lines if every else order[:MOST_SHOWN]
    form = "w_by" if every else "w_by_least" if course.low else "w_by_most"
    by = said.say(form, by=levels.cut_name(said, grain))
    title = by if ranked else f"{where}{course.what}, {by}" if course.what else f"{where}{by}"
    desk.draft.introduce(levels.sentence(title).rstrip("."))
    partly = () if course.done else _partly(desk, grain)
    for line in lines:
        text = f"{levels.period(said, line.period)}{said.say('colon')}{line.text}"
        text += said.say("w_partly") if line.period in partly else ""
        _claim(desk, course, text[:1].upper() + text[1:], line.figures, "bullet")
    return True


def _claim(desk: Desk, course: _Course, text: str, figures: Sequence[Figure], style: str) -> None:
    kind = "behaviour" if course.done else "finding"
    desk.claim(kind, text, list(figures), style=style)  # type: ignore[arg-type]


def _close(one: _Line, other: _Line) -> bool:
    """Whether chance may put one before the other: by their intervals, else as two counts."""
    ours, theirs = one.figures[0], other.figures[0]
    if ours.unit == "count" and one.value is not None and other.value is not None:
        both = int(one.value + other.value)
        return both > 0 and binomtest(int(one.value), both).pvalue >= CLEAR
    bounds = [each for f in (ours, theirs) for each in (f.low, f.high) if each is not None]
    return len(bounds) == 4 and bounds[0] <= bounds[3] and bounds[2] <= bounds[1]


def _partly(desk: Desk, grain: str) -> set[str]:
    """The periods that the data do not cover whole."""
    covered = span(desk.store, replace(desk.ask, by=None))
    if covered is None:
        return set()
    every = periods(grain, covered.first, covered.last)
    return {each.name for each in every if not covered.covers(each)}
