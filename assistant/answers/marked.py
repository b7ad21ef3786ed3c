"""How many gave which marks: "one-star reviews", « les détracteurs », whole, by part, set apart.

A question that names marks and asks for their number or share is answered here, where all of its
words are understood; what those people say is left to the other answers, within the same limits.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answers import levels
from assistant.answers.asked import BLAMING
from assistant.answers.parts import Desk, between, clear, decimal, first
from assistant.answers.whole import MOST_PARTS, among_all
from assistant.reading.saying import marks_named
from assistant.reading.text import asked
from assistant.reading.types import Intent, Marks
from corpus.filters import Filters, alternatives, values_of
from corpus.metrics._periods import GRAINS
from corpus.metrics.types import Ask, Figure
from corpus.types import HIGH, LOW

COUNTING: tuple[Intent, ...] = ("how-many", "compare", "trend")

EACH_MARK = re.compile(
    r"\b(?:repartition|distribution|breakdown|split|ventil\w+|histogram\w*)\b"
    r"|\b(?:par|by|per|each|every|chaque) (?:note|etoile|mark|rating|score|star)"
)
"""What asks for each mark of a scale by itself."""

_SHARE = re.compile(r"\b(?:parts?|proportion|pourcentage|taux|shares?|percentage|per ?cent|rate)\b")

_FEWEST = re.compile(r"\b(?:least|fewest|lowest|smallest|moins|plus (?:petit|faible|bas)\w*)\b")
_FACTORS = {
    2: re.compile(r"\b(?:deux fois|2 fois|le double|twice|double|2x|two times)\b"),
    3: re.compile(r"\b(?:trois fois|3 fois|le triple|three times|thrice|triple|3x)\b"),
}
_ROOM = 1.15
"""How far from the factor that is asked about a ratio may lie and still be about that."""


def compose(desk: Desk) -> bool:
    """Write the answer; False where the question does not count marks."""
    reading = desk.reading
    marks, limits = reading.limits.marks, reading.limits
    if reading.themes or reading.leftover or reading.leaving or reading.voices:
        return False
    if reading.intent not in COUNTING or limits.stages:
        return False
    if marks is None and limits.score and (desk.ask.by or _SHARE.search(_plain(desk))):
        marks = of_band(desk, low=limits.score == "low")
    elif marks is None and not (limits.score or reading.score) and _of_complaints(desk):
        marks = of_band(desk, low=True)
    if marks is None:
        listed = not limits.score and EACH_MARK.search(_plain(desk))
        return bool(listed) and _each(desk)
    ask = _ask(desk, marks)
    if ask.against:
        return _apart(desk, marks, ask)
    return _parts(desk, marks, ask) if ask.by else _whole(desk, marks, ask)


def _of_complaints(desk: Desk) -> bool:
    """Whether the question counts complaints of whatever kind: then answers with low marks."""
    text = desk.reading.text.lower()
    return desk.reading.intent == "how-many" and bool(BLAMING.search(text))


def of_band(desk: Desk, *, low: bool) -> Marks | None:
    """The low or the good marks, where none are named, on the scale that most answered on."""
    filters, score = desk.ask.filters, desk.ask.score
    least, most = (0.0, LOW) if low else (HIGH, 1.0)
    filters = replace(filters, score_min=least, score_max=most)
    figures = desk.book.all("marks", Ask(filters=filters, score=score))
    if not figures:
        return None
    about = figures[0].about
    ends = [float(each) for each in re.findall(r"\d+", about["marks"])]
    maximum = float(about["maximum"])
    return Marks(about["scale"], about["kind"], maximum, ends[0], ends[-1], least, most)


def _plain(desk: Desk) -> str:
    """The question in lower case without accents."""
    return asked(desk.reading.text, desk.reading.language).plain


def _ask(desk: Desk, marks: Marks) -> Ask:
    """What is counted: the marks, on their scale, within the limits of the question."""
    against = desk.ask.against
    if against:
        own = desk.reading.against and desk.reading.against.marks
        against = _of(against, own or marks)
    filters = _of(desk.ask.filters, marks)
    if against is None and any(each.search(_plain(desk)) for each in _FACTORS.values()):
        against = _rest(desk, marks)
    by = desk.ask.by or ("quarter" if desk.reading.intent == "trend" else None)
    return Ask(filters=filters, against=against, by=by, score=marks.scale)


def _rest(desk: Desk, marks: Marks) -> Filters | None:
    """All others, of whom "twice as many in Belgium" is said without naming them."""
    filters = desk.ask.filters
    for name, value in filters.segment.items():
        own = values_of(value)
        others = [v for n, v in desk.store.segment_values() if n == name and v not in own]
        if others:
            rest = dict(filters.segment) | alternatives((name, each) for each in others)
            return _of(replace(filters, segment=rest), marks)
    return None


def _of(filters: Filters, marks: Marks) -> Filters:
    return replace(filters, score_min=marks.least, score_max=marks.most)


def _figures(desk: Desk, marks: Marks, ask: Ask) -> list[Figure]:
    """The figures of the scale that the marks are of, and of no other of its name."""
    maximum = f"{marks.maximum:g}"
    figures = desk.book.all("marks", ask)
    return [f for f in figures if f.about["maximum"] == maximum and f.about["kind"] == marks.kind]


def _whole(desk: Desk, marks: Marks, ask: Ask) -> bool:
    found = _pair(_figures(desk, marks, ask))
    if found is None:
        return False
    text = _where(desk, ask.filters) + _line(desk, marks, *found)
    desk.claim("finding", levels.sentence(text), found, style="lead")
    everybody = _of(levels.everybody(ask.filters), marks)
    if everybody != ask.filters:
        whole = _pair(_figures(desk, marks, replace(ask, filters=everybody)))
        if whole:
            text = among_all(desk, made(desk, *whole), everybody)
            desk.claim("finding", levels.sentence(text), whole)
    return True


def _pair(figures: Sequence[Figure], **about: str) -> tuple[Figure, Figure] | None:
    """A count and its share."""
    count = first(figures, "marks.count", **about)
    share = first(figures, "marks.share", **about)
    return (count, share) if count and share else None


# Parts ---------------------------------------------------------------------------------------


def by_part(desk: Desk, marks: Marks, by: str) -> list[tuple[Figure, Figure]]:
    """The count of the marks and its share, of each part."""
    ask = Ask(filters=_of(desk.ask.filters, marks), by=by, score=marks.scale)
    return _pairs(_figures(desk, marks, ask), by)


def _pairs(figures: Sequence[Figure], by: str) -> list[tuple[Figure, Figure]]:
    values = sorted({f.about[by] for f in figures})
    return [pair for value in values if (pair := _pair(figures, **{by: value}))]


def _parts(desk: Desk, marks: Marks, ask: Ask) -> bool:
    """Each part's share and number: the largest share first, or in their order over time."""
    said, by = desk.said, ask.by or ""
    pairs = _pairs(_figures(desk, marks, ask), by)
    if not pairs:
        return False
    dated = by in GRAINS
    least = bool(_FEWEST.search(_plain(desk)))
    if not dated:
        pairs.sort(key=lambda pair: _rank(pair[1], least=least))
        _lead(desk, ask, pairs, least=least)
    cut = levels.cut_name(said, by)
    text = said.say("m_by", what=marks_named(marks, said), by=cut)
    desk.draft.introduce(levels.sentence(_where(desk, ask.filters) + text).rstrip("."))
    for count, share in pairs if dated else pairs[:MOST_PARTS]:
        value = share.about[by]
        part = levels.part(desk, by, value)
        text = f"{part}{said.say('colon')}{made(desk, count, share)}"
        desk.claim("finding", text, [count, share], style="bullet")
    return True


def _rank(share: Figure, *, least: bool) -> tuple[bool, float]:
    """Those whose share is told first, from the one that is asked for on."""
    value = share.value if share.value is not None else 0.0
    return share.value is None, value if least else -value


def _lead(desk: Desk, ask: Ask, pairs: Sequence[tuple[Figure, Figure]], *, least: bool) -> None:
    """Which part has the largest share, and which the largest number where that is another."""
    said, by = desk.said, ask.by or ""
    most = "least" if least else "most"
    told = [pair for pair in pairs if pair[1].value is not None]
    if len(told) < 2:
        return
    top = told[0]
    part = levels.part(desk, by, top[1].about[by])
    text = said.say(f"m_{most}_share", part=part) + said.say("colon") + made(desk, *top)
    desk.claim("finding", levels.sentence(_where(desk, ask.filters) + text), top, style="lead")
    largest = (min if least else max)(pairs, key=lambda pair: pair[0].value or 0)[0]
    if largest.about[by] != top[0].about[by]:
        text = said.say(
            f"m_{most}_number",
            part=levels.part(desk, by, largest.about[by]),
            k=said.number(int(largest.value or 0)),
        )
        desk.claim("finding", levels.sentence(text), [largest])


def _each(desk: Desk) -> bool:
    """Each mark of the scale that is asked about, else of the one that most answered on."""
    said = desk.said
    ask = Ask(filters=desk.ask.filters, score=desk.ask.score)
    figures = desk.book.all("marks", ask)
    if not figures or desk.ask.by:
        return False
    main = levels.same_scale(figures[0])
    same = [f for f in figures if levels.same_scale(f) == main]
    pairs = [pair for f in same if f.name == "marks.count"
             if (pair := _pair(same, marks=f.about["marks"]))]  # fmt: skip
    where = _where(desk, ask.filters)
    scale = f"{main['scale']}, {said.say('n_of_maximum', maximum=main['maximum'])}"
    text = said.say("m_each", scale=scale, n=said.number(pairs[0][1].n))
    desk.draft.introduce(levels.sentence(where + text).rstrip("."))
    for count, share in pairs:
        text = f"{count.about['marks']}{said.say('colon')}{made(desk, count, share)}"
        desk.claim("finding", text, [count, share], style="bullet")
    return True


# Side by side --------------------------------------------------------------------------------


def _apart(desk: Desk, marks: Marks, ask: Ask) -> bool:
    """Two groups, or two sorts of marks: each, and how many times one is the other."""
    assert ask.against is not None
    said, other = desk.said, (desk.reading.against and desk.reading.against.marks) or marks
    figures = _figures(desk, marks, ask)
    sides = [
        _pair(_figures(desk, each, replace(ask, filters=filters, against=None)))
        for each, filters in ((marks, ask.filters), (other, ask.against))
    ]
    ours, theirs = sides
    if ours is None or theirs is None:
        return False
    shared = levels.shared(ask.filters, ask.against)
    if other == marks:
        names = levels.sides(desk, ask.filters, ask.against)
        lines = [f"{n}{said.say('colon')}{made(desk, *pair)}"
                 for n, pair in zip(names, (ours, theirs), strict=True)]  # fmt: skip
        ratio = first(figures, "marks.ratio")
        _tell_ratio(desk, marks, figures, names, _where(desk, shared))
        desk.draft.introduce(levels.sentence(marks_named(marks, said)).rstrip("."))
    else:
        names = marks_named(marks, said), marks_named(other, said)
        lines = [_line(desk, marks, *ours), _line(desk, other, *theirs)]
        ratio = first(figures, "marks.ratio")
        if ratio:
            text = said.say(
                "m_times",
                one=names[0],
                other=names[1],
                ratio=decimal(said, ratio.value or 0, 2),
                between=levels.interval(said, ratio),
            )
            text = _where(desk, shared) + _verdict(desk, ratio) + text
            desk.claim("finding", levels.sentence(text), [ratio], style="lead")
    for line, pair in zip(lines, (ours, theirs), strict=True):
        style = "bullet" if ratio else "lead"
        desk.claim("finding", line[:1].upper() + line[1:], pair, style=style)
    return True


def _tell_ratio(
    desk: Desk, marks: Marks, figures: Sequence[Figure], names: tuple[str, str], where: str
) -> None:
    said = desk.said
    ratio, gap, more, times = (
        first(figures, f"marks.{each}") for each in ("ratio", "difference", "more", "times")
    )
    if not (ratio and gap and more and times):
        return
    text = said.say(
        "m_ratio",
        what=marks_named(marks, said),
        one=names[0],
        other=names[1],
        ratio=decimal(said, ratio.value or 0, 2),
        between=between_ratios(desk, ratio),
    )
    text = where + _verdict(desk, ratio) + text
    text += "" if clear(gap) else said.say("m_ratio_chance")
    desk.claim("finding", levels.sentence(text), [ratio], style="lead")
    if more.value:
        text = said.say(
            "m_more",
            one=names[more.about["group"] != ratio.about["group"]],
            n=said.number(int(more.value)),
            times=decimal(said, times.value or 0, 2),
        )
        desk.claim("finding", levels.sentence(text), [more, times])


def between_ratios(desk: Desk, ratio: Figure) -> str:
    """The interval of a ratio, with the decimals that tell it from 1."""
    low, high = (decimal(desk.said, each or 0, 2) for each in (ratio.low, ratio.high))
    return desk.said.say("between", low=low, high=high)


def _verdict(desk: Desk, ratio: Figure) -> str:
    """Whether it is so many times as many, where the question asks that; else nothing."""
    factor = next((n for n, words in _FACTORS.items() if words.search(_plain(desk))), None)
    if factor is None or ratio.low is None or ratio.high is None:
        return ""
    near = (
        ratio.low <= factor <= ratio.high or factor / _ROOM <= (ratio.value or 0) <= factor * _ROOM
    )
    return desk.said.say("m_yes" if near else "m_no")


# Words ---------------------------------------------------------------------------------------


def _where(desk: Desk, filters: Filters) -> str:
    """What else the question is limited to than the marks and the files that hold them."""
    return levels.where(desk, replace(filters, score_min=None, score_max=None, source=()))


def _line(desk: Desk, marks: Marks, count: Figure, share: Figure) -> str:
    said = desk.said
    form = "m_line" if share.value is not None else "m_line_few"
    return said.say(form, what=marks_named(marks, said), **_values(desk, count, share))


def made(desk: Desk, count: Figure, share: Figure) -> str:
    """A count with what it is of, and its share where that is told."""
    form = "m_part" if share.value is not None else "m_part_few"
    return desk.said.say(form, **_values(desk, count, share))


def _values(desk: Desk, count: Figure, share: Figure) -> dict[str, str]:
    said = desk.said
    return {
        "k": said.number(int(count.value or 0)),
        "n": said.number(share.n),
        "share": said.percent(share.value or 0),
        "between": between(said, share),
    }
