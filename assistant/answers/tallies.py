"""How many purchases, returns, visits and the like there were, and what they came to.

As with deeds, a question is answered here only where all of its words are understood.
"""

from dataclasses import dataclass, replace
from typing import Literal

from assistant.answers import levels
from assistant.answers.asked import STOPPING
from assistant.answers.deeds import (
    all_understood,
    can_cut,
    cut_of,
    limits_of,
    of_events,
    patterns,
    taken,
    worded,
)
from assistant.answers.parts import Desk, decimal, first
from assistant.answers.whole import MOST_PARTS, among_all
from assistant.reading.text import asked
from corpus.metrics._periods import GRAINS
from corpus.metrics.types import Ask, Figure

Measure = Literal["count", "amount", "total"]
MOST_KINDS = 3

COUNTING = ("how-many", "compare")
REASONING = ("why", "stay", "change", "trend", "do", "research")
"""Where an amount is named, it is asked for, unless one of these is."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a question asks to be counted or summed, and of which part."""

    kinds: tuple[str, ...]
    measure: Measure
    ask: Ask


def compose(desk: Desk) -> bool:
    """Write the answer; False where the question is not surely of a tally, or has no events."""
    tally = recognised(desk)
    if tally is None:
        return False
    figures = desk.book.all("doings", tally.ask)
    told = _parts if tally.ask.by else _whole
    written = [told(desk, tally, kind, figures) for kind in tally.kinds]
    return any(written)


def recognised(desk: Desk) -> Tally | None:
    """What the question asks to be counted; None where that is not sure."""
    reading = desk.reading
    limited = reading.limits.score or reading.limits.languages or reading.voices or reading.lacks
    if limited or reading.score or reading.follows or reading.unsure:
        return None
    said = patterns()[reading.language]
    left = asked(reading.text, reading.language)
    # Nor is what stops short, or what is to come, anything that was done.
    if worded(said["saying"]).search(left.plain) or STOPPING.search(reading.text.lower()):
        return None
    if worded(said["to_come"]).search(left.plain):
        return None
    mean, left = taken(left, said["mean"])
    total, left = taken(left, said["total"])
    named = [name for name, words in said["tallied"].items() if worded(words).search(left.plain)]
    if not named and (mean or total):
        named = ["purchase"]
    dated = reading.by in GRAINS and reading.intent in ("trend", "change", "other")
    of_amounts = (mean or total) and reading.intent not in REASONING
    if not (reading.intent in COUNTING or dated or of_amounts):
        return None
    # A share of them is no count of them.
    if worded(said["sharing"]).search(left.plain):
        return None
    if not named or len(named) > MOST_KINDS:
        return None
    has = of_events(desk)
    by, left = cut_of(left, has, said)
    for name in named:
        _, left = taken(left, said["tallied"][name])
    filters, several, left = limits_of(desk, left, has)
    by = by or several
    attributes = {name for name, _ in has.segments}
    if not attributes.issuperset(filters.segment) or (by and not can_cut(by, attributes)):
        return None
    _, left = taken(left, said["tally_filler"])
    if not all_understood(desk, left, said):
        return None
    measure: Measure = "amount" if mean else "total" if total else "count"
    return Tally(tuple(named), measure, Ask(filters=filters, by=by))


def _whole(desk: Desk, tally: Tally, kind: str, figures: list[Figure]) -> bool:
    found = first(figures, f"doings.{tally.measure}", kind=kind)
    if found is None:
        return False
    used = [found]
    text = _told(desk, kind, found)
    if tally.measure == "count":
        people = first(figures, "doings.customers", kind=kind)
        if people and people.value:
            text, used = _by_people(desk, kind, found, people), [found, people]
    where = levels.where(desk, tally.ask.filters)
    _claim(desk, levels.sentence(f"{where}{text}"), used, lead=True)
    everybody = levels.everybody(tally.ask.filters)
    if everybody != tally.ask.filters:
        whole = desk.book.all("doings", replace(tally.ask, filters=everybody))
        if other := first(whole, found.name, kind=kind):
            text = among_all(desk, _told(desk, kind, other), everybody)
            _claim(desk, levels.sentence(text), [other])
    return True


def _parts(desk: Desk, tally: Tally, kind: str, figures: list[Figure]) -> bool:
    """Each part's figure: the greatest first, or in their order where they are periods."""
    said, by = desk.said, tally.ask.by or ""
    found = [f for f in figures if f.name == f"doings.{tally.measure}" and f.about["kind"] == kind]
    if not found:
        return False
    dated = by in GRAINS
    found.sort(key=lambda f: (0, f.about[by]) if dated else (-(f.value or 0), f.about[by]))
    what = desk.word("kind", kind)
    cut_name = said.say(f"d_cut_{by}") if dated else levels.cut_name(said, by)
    form = {"count": "t_by", "amount": "t_mean_by", "total": "t_total_by"}[tally.measure]
    desk.draft.introduce(levels.sentence(said.say(form, what=what, by=cut_name)).rstrip("."))
    for figure in found if dated else found[:MOST_PARTS]:
        value = figure.about[by]
        part = levels.period(said, value) if dated else levels.part(desk, by, value)
        _claim(desk, f"{part}{said.say('colon')}{short(desk, figure)}", [figure], bullet=True)
    return True


def _claim(
    desk: Desk, text: str, figures: list[Figure], *, lead: bool = False, bullet: bool = False
) -> None:
    kind = "limit" if figures[0].value is None else "behaviour"
    style = "bullet" if bullet else "lead" if lead else "plain"
    desk.claim(kind, text, figures, style=style)  # type: ignore[arg-type]


def _by_people(desk: Desk, kind: str, count: Figure, people: Figure) -> str:
    said = desk.said
    return said.say(
        "t_count_by",
        n=said.number(int(count.value or 0)),
        what=desk.word("kind", kind),
        customers=said.number(int(people.value or 0)),
    )


def _told(desk: Desk, kind: str, figure: Figure) -> str:
    """A figure with what it is of."""
    said, what = desk.said, desk.word("kind", kind)
    if figure.value is None:
        return said.say("t_mean_few", n=said.number(figure.n))
    if figure.name == "doings.count":
        return said.say("t_count", n=said.number(int(figure.value)), what=what)
    form = "t_mean" if figure.name == "doings.amount" else "t_total"
    return said.say(
        form,
        n=said.number(figure.n),
        what=what,
        value=_money(desk, figure.value),
        between=_between(desk, figure),
    )


def short(desk: Desk, figure: Figure) -> str:
    """A figure as the end of a line that says what it is of."""
    said = desk.said
    if figure.value is None:
        return said.say("t_mean_few", n=said.number(figure.n))
    if figure.name == "doings.count":
        return said.number(int(figure.value))
    form = "t_mean_part" if figure.name == "doings.amount" else "t_total_part"
    return said.say(
        form,
        value=_money(desk, figure.value),
        between=_between(desk, figure),
        n=said.number(figure.n),
    )


def _between(desk: Desk, figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return ""
    said = desk.said
    return said.say("between", low=_money(desk, figure.low), high=_money(desk, figure.high))


def _money(desk: Desk, value: float) -> str:
    """An amount: whole from a thousand on, else with two decimals."""
    return desk.said.number(round(value)) if value >= 1_000 else decimal(desk.said, value, 2)
