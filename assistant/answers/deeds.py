"""What customers did and what happened to them, where a question asks for that by a figure.

Late parcels, slow refunds, failed payments, articles out of stock, sessions that stop at an account
or finish a checkout, buying again, leaving after a mishap or without a word: what the events tell,
and not what is said of it. A question is answered here only where all of its words are understood:
one that also names a theme, another number, or anything else is left to the other answers.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Any

import yaml

from assistant.answers import levels, many_answered
from assistant.answers.parts import Desk, between, decimal, first, share
from assistant.answers.whole import MOST_PARTS, among_all
from assistant.reading.channels import find_channels
from assistant.reading.cuts import find_cut
from assistant.reading.excluded import find_excluded
from assistant.reading.known import Known, known, listed
from assistant.reading.people import find_people
from assistant.reading.periods import read_periods
from assistant.reading.sayings import sayings
from assistant.reading.segments import find_segments
from assistant.reading.text import Asked, asked, fold
from assistant.reading.themes import find_themes
from assistant.reading.types import Limits
from corpus.filters import Filters, Values, alternatives
from corpus.metrics._periods import GRAINS
from corpus.metrics.types import Ask, Figure
from corpus.sessions import COMPLETED, MISHAPS
from corpus.types import FEWEST

AGAIN = "again"
_CUTS = ("channel", *GRAINS)


@dataclass(frozen=True, slots=True)
class Deed:
    """What a question asks for: a deed, the part of it, whether of leaving or of never speaking.

    ``against`` is the period that it is set against.
    """

    name: str | None
    filters: Filters
    against: Filters | None
    by: str | None
    leaving: bool
    silent: bool


def compose(desk: Desk) -> bool:
    """Write the answer; False where the question is not surely of a deed, or has no events."""
    deed = recognised(desk)
    if deed is None:
        return False
    ask = Ask(filters=deed.filters)
    if deed.silent:
        return deed.leaving and not deed.by and deed.name is None and _silent(desk, ask)
    if deed.leaving and deed.name in MISHAPS and not deed.by:
        return _left_after(desk, deed.name or "", ask)
    if deed.leaving:
        if deed.name is None and deed.by and deed.by not in _CUTS[1:]:
            return _left_by(desk, deed.by, ask)
        plain = deed.name is None and not deed.by
        return plain and many_answered.left(replace(desk, ask=ask))
    if deed.name == AGAIN:
        return not deed.by and _again(desk, ask)
    return _parts(desk, deed, ask) if deed.by else _whole(desk, deed, ask)


# Reading -------------------------------------------------------------------------------------


@cache
def patterns() -> Mapping[str, Any]:
    """How questions name deeds, by language; see the file."""
    text = resources.files("assistant.answers").joinpath("deeds.yaml").read_text("utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return content


def worded(pattern: str) -> re.Pattern[str]:
    """The pattern as whole words."""
    return re.compile(rf"\b(?:{pattern})(?!\w)")


def recognised(desk: Desk) -> Deed | None:
    """The deed that the question asks for a figure of; None where that is not sure."""
    reading = desk.reading
    limited = reading.limits.score or reading.limits.languages or reading.voices or reading.lacks
    if reading.intent not in ("how-many", "compare", "trend") or limited or reading.score:
        return None
    if reading.follows or _of_others(reading.against):
        return None
    said = patterns()[reading.language]
    left = asked(reading.text, reading.language)
    silent, left = taken(left, said["silent"])
    if silent:
        _, left = taken(left, said["heard"])
    if worded(said["saying"]).search(left.plain):
        return None
    named = [
        name
        for name, words in said["deeds"].items()
        if all(worded(each).search(left.plain) for each in words.values())
    ]
    leaving, left = taken(left, said["leaving"])
    if len(named) > 1 or not (named or leaving):
        return None
    if not named and not worded(said["people"]).search(left.plain):
        return None
    has = of_events(desk)
    by, left = cut_of(left, has, said)
    # « Paiements » names no checkout with « frais payants ».
    for words in said["deeds"][named[0]].values() if named else ():
        _, left = taken(left, words)
    filters, several, left = limits_of(desk, left, has)
    by = by or several
    attributes = {name for name, _ in has.segments}
    if not attributes.issuperset(filters.segment) or (by and not can_cut(by, attributes)):
        return None
    if not all_understood(desk, left, said):
        return None
    against = _before(desk, filters)
    plain = named and not (leaving or by)
    if (against or reading.intent == "trend") and not (plain or by in _CUTS[1:]):
        return None
    return Deed(named[0] if named else None, filters, against, by, leaving, silent)


def _of_others(against: Limits | None) -> bool:
    """Whether a question sets against each other more than periods, or values of an attribute."""
    if against is None:
        return False
    return replace(against, since=None, until=None, segment={}, channels=()) != Limits()


def _before(desk: Desk, filters: Filters) -> Filters | None:
    """The period that is set against the question's own: the one named, else what went before."""
    reading = desk.reading
    if reading.against and (reading.against.since or reading.against.until):
        return replace(filters, since=reading.against.since, until=reading.against.until)
    if reading.intent == "trend" and filters.since and not reading.by:
        return replace(filters, since=None, until=filters.since - timedelta(days=1))
    return None


def taken(left: Asked, pattern: str) -> tuple[bool, Asked]:
    """Whether the question says it, and what is left of the question then."""
    spans = [match.span() for match in worded(pattern).finditer(left.plain)]
    return bool(spans), left.without(spans)


def of_events(desk: Desk) -> Known:
    """What the events can be limited to and cut by."""

    def found() -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
        pairs = desk.store.sql(
            "SELECT name, segments ->> name AS value, count(*) AS n FROM (SELECT segments, "
            "unnest(json_keys(segments)) AS name FROM events) GROUP BY 1, 2 ORDER BY n DESC, 1, 2"
        )
        channels = desk.store.sql(
            "SELECT channel FROM events WHERE channel IS NOT NULL GROUP BY 1 ORDER BY 1"
        )
        return (
            tuple((row["name"], row["value"]) for row in pairs if row["value"]),
            tuple(row["channel"] for row in channels),
        )

    segments, channels = desk.store.kept.get(("deeds",), found)
    return replace(known(desk.store), segments=segments, channels=channels)


def cut_of(left: Asked, has: Known, said: Mapping[str, Any]) -> tuple[str | None, Asked]:
    """By what the question sets parts side by side: « par banque », "which carrier"."""
    word = said["before_split"]
    plain = worded(said["split"]).sub(lambda found: word.rjust(len(found[0])), left.plain)
    by, _, spans = find_cut(replace(left, plain=plain), has)
    if by is None:
        for name in dict.fromkeys(name for name, _ in has.segments):
            called = said["names"].get(fold(name))
            ways = f"{sayings(left.language).by}|{sayings(left.language).which}"
            found = called and re.search(rf"\b(?:{ways}) (?:{called})\b", plain)
            if found:
                by, spans = f"segment:{name}", [found.span()]
    return by, replace(left, plain=plain).without(spans)


def can_cut(by: str, attributes: set[str]) -> bool:
    """Whether events can be cut up so."""
    return by in _CUTS or by.removeprefix("segment:") in attributes


def limits_of(desk: Desk, left: Asked, has: Known) -> tuple[Filters, str | None, Asked]:
    """The period, the values of attributes and the channel that the question limits itself to.

    Several values of one attribute are parts to set side by side: then the attribute is given too.
    """
    out = find_excluded(left, has)
    left = left.without(out.spans)
    people, _ = find_people(left, has)
    left = left.without(each.span for each in people)
    values, _ = find_segments(left, has)
    left = left.without(each.span for each in values)
    channels, _ = find_channels(left, has)
    left = left.without(each.span for each in channels)
    left = left.without(read_periods(left, Date.today()).spans)
    filters = desk.ask.filters
    named: dict[str, set[str]] = {}
    for each in (*people, *values):
        named.setdefault(each.segment, set()).add(each.value)
    several = next((f"segment:{name}" for name, given in named.items() if len(given) > 1), None)
    if len({each.value for each in channels}) > 1:
        several = several or "channel"
    segment: dict[str, Values] = {
        name: min(given) for name, given in named.items() if len(given) == 1
    }
    for name, left_out in out.values.items():
        kept = [each for each in listed(has)[name] if each not in left_out]
        segment |= alternatives((name, each) for each in kept if name not in named)
    segment = {k: v for k, v in filters.segment.items() if k not in named} | segment
    channel = filters.channel or tuple(each.value for each in channels)
    return replace(filters, stage=(), channel=channel, segment=segment), several, left


def all_understood(desk: Desk, left: Asked, said: Mapping[str, Any]) -> bool:
    """Whether no word is left that carries a subject."""
    _, left = taken(left, said["filler"])
    framing = sayings(left.language).framing
    if re.search(r"\d", left.plain) or find_themes(left, desk.codebook):
        return False
    return not any(
        word.stem and len(word.plain) > 2 and word.stem not in framing for word in left.words()
    )


# Answering -----------------------------------------------------------------------------------


def _found(desk: Desk, deed: Deed, ask: Ask) -> list[Figure]:
    """The figures of a deed, of each part where it is cut up."""
    every = desk.book.all("mishaps", ask)
    if deed.name == COMPLETED:
        return [figure for figure in every if figure.name == "mishaps.completed"]
    return [figure for figure in every if figure.about.get("incident") == deed.name]


def _whole(desk: Desk, deed: Deed, ask: Ask) -> bool:
    figures = _found(desk, deed, ask)
    if not figures:
        return False
    found, where = figures[0], levels.where(desk, ask.filters)
    _tell(desk, f"d_{deed.name}", found, where)
    if deed.against:
        for other in _found(desk, deed, Ask(filters=deed.against))[:1]:
            kind = "limit" if other.value is None else "behaviour"
            text = levels.where(desk, deed.against) + made(desk, other)
            desk.claim(kind, levels.sentence(text), [other])  # type: ignore[arg-type]
        return True
    everybody = levels.everybody(ask.filters)
    if everybody != ask.filters:
        whole = _found(desk, deed, Ask(filters=everybody))
        if whole and whole[0].value is not None:
            text = among_all(desk, made(desk, whole[0]), everybody)
            desk.claim("behaviour", levels.sentence(text), whole[:1])
    return True


def _parts(desk: Desk, deed: Deed, ask: Ask) -> bool:
    """Each part's share: the greatest first, or in their order where they are periods."""
    said, by = desk.said, deed.by or ""
    figures = _found(desk, deed, replace(ask, by=by))
    if not figures:
        return False
    dated = by in GRAINS
    figures = figures if dated else figures[:MOST_PARTS]
    figures = sorted(
        figures, key=lambda f: f.about[by] if dated else f"{1 - (f.value or 0):.9f}{f.about[by]}"
    )
    cut_name = said.say(f"d_cut_{by}") if dated else levels.cut_name(said, by)
    text = levels.where(desk, ask.filters) + said.say(f"d_by_{deed.name}", by=cut_name)
    desk.draft.introduce(text[:1].upper() + text[1:])
    for figure in figures:
        value = figure.about[by]
        part = levels.period(said, value) if dated else levels.part(desk, by, value)
        kind = "limit" if figure.value is None else "behaviour"
        text = f"{part}{said.say('colon')}{made(desk, figure)}"
        desk.claim(kind, text, [figure], style="bullet")  # type: ignore[arg-type]
    return True


def _left_by(desk: Desk, by: str, ask: Ask) -> bool:
    """The share of each part's known customers who left, the greatest first."""
    said = desk.said
    values = [f.about[by] for f in desk.book.run("volume", replace(ask, by=by))
              if f.name == "volume.records"]  # fmt: skip
    found = []
    for value in values[:MOST_PARTS]:
        within = Ask(filters=levels.within(ask.filters, by, value))
        if left := first(desk.book.run("volume", within), "volume.left"):
            found.append((value, left))
    if len(found) < 2:
        return False
    found.sort(key=lambda each: -(each[1].value or 0))
    text = levels.where(desk, ask.filters) + said.say("d_by_left", by=levels.cut_name(said, by))
    desk.draft.introduce(text[:1].upper() + text[1:])
    for value, figure in found:
        made = said.say(
            "d_left_share",
            share=said.percent(figure.value or 0),
            k=said.number(int(figure.numerator or 0)),
            n=said.number(int(figure.denominator or 0)),
            between=between(said, figure),
        )
        text = f"{levels.part(desk, by, value)}{said.say('colon')}{made}"
        desk.claim("behaviour", text, [figure], style="bullet")
    return True


def _tell(desk: Desk, form: str, found: Figure, where: str, **values: str) -> None:
    """One share as the lead of the answer, or why it is withheld."""
    said = desk.said
    if found.value is None:
        text = said.say("d_few", why=made(desk, found))
        desk.claim("limit", levels.sentence(f"{where}{text}"), [found], style="lead")
        return
    text = said.say(
        form,
        k=said.number(int(found.numerator or 0)),
        n=said.number(int(found.denominator or 0)),
        share=said.percent(found.value),
        between=between(said, found),
        **values,
    )
    desk.claim("behaviour", levels.sentence(f"{where}{text}"), [found], style="lead")


def made(desk: Desk, figure: Figure) -> str:
    """A share with its counts and interval, or that there are too few for one."""
    said, n = desk.said, desk.said.number(int(figure.denominator or 0))
    if figure.value is None:
        form = "d_under_thirty" if (figure.denominator or 0) < FEWEST else "d_under_ten"
        return said.say(form, n=n)
    return said.say(
        "d_share",
        share=said.percent(figure.value),
        k=said.number(int(figure.numerator or 0)),
        n=n,
        between=between(said, figure),
    )


def _again(desk: Desk, ask: Ask) -> bool:
    found = first(desk.book.all("value", ask), "value.repurchase")
    if found is None:
        return False
    _tell(desk, "d_again", found, levels.where(desk, ask.filters), days=found.about["days"])
    return True


def _silent(desk: Desk, ask: Ask) -> bool:
    """Leaving among those who never said a word, beside those who did."""
    said, figures = desk.said, desk.book.run("silent", ask)
    names = ("leaving", "leaving-heard", "difference")
    own, rest, gap = (first(figures, f"silent.{name}") for name in names)
    if own is None or rest is None or gap is None:
        return False
    text = said.say("d_silent", own=share(said, own), rest=share(said, rest))
    where = levels.where(desk, ask.filters)
    desk.claim("behaviour", levels.sentence(f"{where}{text}"), [own, rest], style="lead")
    text = said.say("d_silent_gap", gap=levels.gap(said, gap))
    desk.claim("behaviour", levels.sentence(text), [gap])
    return True


def _left_after(desk: Desk, incident: str, ask: Ask) -> bool:
    """Leaving of those it happened to, beside the others."""
    said, figures = desk.said, desk.book.all("loss", ask)
    names = ("incident-left", "incident-left-others", "incident")
    own, rest, ratio = (first(figures, f"loss.{name}", incident=incident) for name in names)
    if own is None:
        return False
    where, name = levels.where(desk, ask.filters), desk.word("incident", incident)
    if own.value is None:
        _tell(desk, "d_few", own, where)
        return True
    text = said.say("d_left_after", incident=said.quote(name), own=share(said, own))
    used: Sequence[Figure] = [own]
    if rest and rest.value is not None:
        text += said.say("d_left_others", rest=share(said, rest))
        used = [own, rest]
    desk.claim("behaviour", levels.sentence(f"{where}{text}"), used, style="lead")
    if ratio and ratio.value is not None and ratio.low is not None and ratio.high is not None:
        sure = (ratio.low - 1) * (ratio.high - 1) > 0
        text = said.say(
            "n_left_ratio" if sure else "n_left_ratio_unsure",
            ratio=decimal(said, ratio.value),
            between=levels.interval(said, ratio),
        )
        desk.claim("behaviour", levels.sentence(text), [ratio])
    desk.draft.claim("limit", said.say("d_left_when"))
    return True
