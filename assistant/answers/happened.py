"""What changed at a carrier, a bank, a team or a stage in a period: what was done before and since.

"What changed at Vélocis in July?" asks for no score. Of a part that the events know, every mishap
is set before and since against the same of the others, all of them corrected together. Of a stage,
the breaks that fall into the period are told, of what is done there and of what is said of it. A
date is no cause: nothing here says why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import timedelta

from assistant.answers import levels, steps, trend
from assistant.answers.deeds import made, of_events
from assistant.answers.parts import CLEAR, Desk, clear
from assistant.answers.way import tell_changed
from assistant.reading.segments import find_segments
from assistant.reading.text import asked, plain_words
from corpus.filters import Filters
from corpus.metrics import statistics
from corpus.metrics._behaviour import share_p
from corpus.metrics._periods import period_name
from corpus.metrics.types import Ask, Figure

MOST_TOLD = 3

SHOWN_BY: Mapping[str, str] = {
    "late_delivery": "delivery-delay",
    "slow_refund": "refund-delay",
    "payment_failed": "payment",
    "unfinished_account": "account",
    "unfinished_checkout": "checkout-fees",
    "out_of_stock": "stock",
}
"""A theme by which the effect on each mishap is asked for."""


def compose(desk: Desk) -> bool:
    """Write the answer; False where another thing is asked, or no event tells."""
    reading, since = desk.reading, desk.ask.filters.since
    if reading.intent != "change" or reading.score or reading.themes or since is None:
        return False
    if reading.voices or reading.lacks or desk.ask.filters.score_max is not None:
        return False
    part = _part(desk)
    if part:
        return _at_part(desk, part, since)
    return not reading.leftover and bool(desk.ask.filters.stage) and _at_stage(desk, since)


def _part(desk: Desk) -> tuple[str, str] | None:
    """The one value of what the events have that the question names, and names alone."""
    reading = desk.reading
    question = asked(reading.text, reading.language)
    values = {(each.segment, each.value) for each in find_segments(question, of_events(desk))[0]}
    # « Paiement » is near « payants » as stems go: what is left over must be the value's own words.
    left = {plain_words(word) for word in reading.leftover}
    named = [
        (name, value) for name, value in values if left and left <= set(plain_words(value).split())
    ]
    return named[0] if len(named) == 1 else None


# At a part -----------------------------------------------------------------------------------


def _at_part(desk: Desk, part: tuple[str, str], since: Date) -> bool:
    segment = {**desk.ask.filters.segment, part[0]: part[1]}
    within = Filters(since=since, segment=segment)
    before = Filters(until=since - timedelta(days=1), segment=segment)
    themes = [theme for theme in SHOWN_BY.values() if desk.codebook.theme(theme)]
    courses = []
    for theme in themes:
        figures = desk.book.all("effect", Ask(filters=within, against=before, themes=(theme,)))
        if course := _course(figures):
            courses.append(course)
    turned = _turned(desk, since, **{f"segment:{part[0]}": part[1]})
    if not (courses or turned):
        return False
    corrected = statistics.holm([each.p for each in courses])
    moved = [each for each, p in zip(courses, corrected, strict=True) if p < CLEAR]
    for figure in turned:
        tell_changed(desk, figure, style="lead")
    for each in sorted(moved, key=lambda one: -abs(one.gap))[:MOST_TOLD]:
        _moved(desk, part, each, since)
    still = [each for each in courses if each not in moved]
    _still(desk, part, still, since, alone=not (moved or turned))
    if moved or turned:
        desk.draft.claim("limit", desk.said.say("h_dated"))
    return True


@dataclass(frozen=True, slots=True)
class _Course:
    """How often a mishap befell a part before and since, and what of that the others have not.

    ``rate`` and ``others`` are None where the others had too few of it to be a measure.
    """

    before: Figure
    after: Figure
    rate: Figure | None
    others: Figure | None
    p: float

    @property
    def gap(self) -> float:
        """By how much it became more frequent."""
        return (self.after.value or 0) - (self.before.value or 0)


def _course(figures: Sequence[Figure]) -> _Course | None:
    rate, before, after, others = (
        next((f for f in figures if f.name == f"effect.rate{side}"), None)
        for side in ("", "-before", "-after", "-others")
    )
    if not (rate and before and after) or None in (before.value, after.value):
        return None
    if rate.value is not None and rate.p is not None:
        return _Course(before, after, rate, others, rate.p)
    counts = (after.numerator, after.denominator, before.numerator, before.denominator)
    k1, n1, k0, n0 = (int(each or 0) for each in counts)
    return _Course(before, after, None, None, share_p(k1, n1, k0, n0)) if k1 + k0 else None


def _moved(desk: Desk, part: tuple[str, str], course: _Course, since: Date) -> None:
    """One mishap before and since, and what of its change is not everybody's."""
    said, incident = desk.said, course.after.about["incident"]
    text = said.say(
        "h_rate",
        part=part[1],
        incident=said.quote(desk.word("incident", incident)),
        since=_since(desk, since),
        before=made(desk, course.before),
        after=made(desk, course.after),
    )
    desk.claim("behaviour", levels.sentence(text), [course.before, course.after], style="lead")
    rate, others = course.rate, course.others
    if rate is None or others is None or others.value is None:
        return
    way = "still" if not clear(others) else "up" if others.value > 0 else "down"
    text = said.say(f"h_others_{way}", gap=levels.gap(said, others)) + said.say(
        "h_apart_more" if (rate.value or 0) > 0 else "h_apart_less",
        part=part[1],
        **levels.gaps(said, rate),
    )
    desk.claim("behaviour", levels.sentence(text), [others, rate])


def _still(
    desk: Desk, part: tuple[str, str], courses: Sequence[_Course], since: Date, *, alone: bool
) -> None:
    """What did not move more than chance moves it."""
    if not courses:
        return
    said = desk.said
    incidents = [each.after.about["incident"] for each in courses]
    text = said.say(
        "h_still_all" if alone else "h_still",
        part=part[1],
        incidents=said.joined([said.quote(desk.word("incident", each)) for each in incidents]),
        since=_since(desk, since),
    )
    figures = [figure for each in courses for figure in (each.before, each.after)]
    desk.claim("behaviour", levels.sentence(text), figures, style="lead" if alone else "plain")


def _since(desk: Desk, since: Date) -> str:
    return levels.period(desk.said, period_name(Filters(since=since)))


# At a stage ----------------------------------------------------------------------------------


def _at_stage(desk: Desk, since: Date) -> bool:
    """The breaks of the period, of the steps at the stage and of the themes spoken of there."""
    until = desk.ask.filters.until or Date.today()
    ask = levels.plain(desk, replace(desk.ask.filters, since=None, until=None))
    series = desk.book.all("trend", ask)
    dated = [
        f
        for f in series
        if f.name == "trend.break"
        and clear(f)
        and since <= Date.fromisoformat(f.about["since"]) <= until
    ]
    there = {f.about["step"] for f in series if "step" in f.about}
    parts = [f for f in _turned(desk, since) if f.about["step"] in there]
    if not (dated or parts):
        return False
    for figure in [f for f in dated if "step" in f.about]:
        steps.tell_turn(replace(desk, ask=ask), series, figure, "goes")
    for figure in parts[:MOST_TOLD]:
        tell_changed(desk, figure)
    spoken = [f for f in dated if "theme" in f.about]
    for figure in spoken[:MOST_TOLD]:
        trend.tell_break(desk, series, figure)
    desk.draft.claim("limit", desk.said.say("h_dated"))
    if spoken:
        about = spoken[0].about
        within = replace(desk.ask.filters, stage=())
        tone = "-" if about.get("only") else None
        desk.draft.heading(desk.said.say("head_words"))
        desk.quotes("quote", 2, theme=about["theme"], tone=tone, filters=within)  # type: ignore[arg-type]
    return True


# Of either -----------------------------------------------------------------------------------


def _turned(desk: Desk, since: Date, **about: str) -> list[Figure]:
    """The parts of sessions that went worse from a month of the period on, beside the others."""
    until = desk.ask.filters.until or Date.today()
    return [
        f
        for f in desk.book.run("funnel", Ask())
        if f.name == "funnel.change"
        and about.items() <= f.about.items()
        and since.isoformat()[:7] <= f.about["since"] <= until.isoformat()[:7]
    ]
