"""Parts side by side: which is better, what differs beyond chance and by how much, what does not.

Two groups are set against each other, or each value of a cut against all others. A group that is
compared with nothing in particular is compared with all others of its kind.
"""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answers import compare_parts, levels, trend
from assistant.answers.apart import MOST_THEMES, better, tell_share
from assistant.answers.parts import Desk, clear, first, people, share
from assistant.reading.channels import find_channels
from assistant.reading.known import known
from assistant.reading.text import asked
from corpus.filters import Filters, Values, values_of
from corpus.metrics._periods import GRAINS
from corpus.metrics.relations import counted
from corpus.metrics.types import Ask, Figure

MOST_ALIKE = 3


def compose(desk: Desk) -> bool:
    """Write the answer; False where there are no two groups to compare."""
    filters = desk.ask.filters
    if desk.ask.by in GRAINS:
        return trend.compose(desk)
    if desk.ask.by == "stage" and desk.reading.score and compare_parts.rated_stages(desk):
        return True
    if desk.ask.by == "stage" or (desk.ask.against and desk.ask.against.stage != filters.stage):
        return compare_parts.of_stages(desk)
    if desk.ask.against and desk.ask.against != filters:
        return _two(desk, desk.ask.against)
    if desk.ask.by:
        return compare_parts.of_a_cut(desk)
    for by, value in _own_cut(desk):
        return _one(desk, by, value)
    return False


def _own_cut(desk: Desk) -> list[tuple[str, Values]]:
    """What the one group that is named is a part of; of several, the one that is named here."""
    filters, reading = desk.ask.filters, desk.reading
    found: list[tuple[str, Values]] = [(f"segment:{k}", v) for k, v in filters.segment.items()]
    channels = [("channel", value) for value in filters.channel[:1]]
    here = asked(reading.text, reading.language)
    if reading.follows and find_channels(here, known(desk.store))[0]:
        # "Is it worse by phone?", of Belgium: the phone is compared.
        found = [*channels, *found]
    return [*found, *channels, *(("language", value) for value in filters.language[:1])]


def _without(filters: Filters, by: str) -> Filters:
    if by.startswith("segment:"):
        kept = {k: v for k, v in filters.segment.items() if f"segment:{k}" != by}
        return replace(filters, segment=kept)
    return replace(filters, **{by: ()})  # type: ignore[arg-type]


# Two groups ----------------------------------------------------------------------------------


def _two(desk: Desk, against: Filters) -> bool:
    # Of the themes that are asked about alone: what is not looked at makes nothing less certain.
    figures = _compared(desk, replace(desk.ask, by=None))
    return _tell(desk, figures, desk.ask.filters, against, levels.shared(desk.ask.filters, against))


def _compared(desk: Desk, ask: Ask) -> list[Figure]:
    """What differs; on the scale with most answers where few answered on the one asked about."""
    figures = desk.book.all("compare", ask)
    scored = any(f.name == "compare.score" and f.value is not None for f in figures)
    return (
        figures if scored or not ask.score else desk.book.all("compare", replace(ask, score=None))
    )


def _one(desk: Desk, by: str, value: Values) -> bool:
    """One group and all others that tell the same; where they are one group, that has its name."""
    filters = _without(desk.ask.filters, by)
    others = [
        v
        for name, v in desk.store.segment_values()
        if f"segment:{name}" == by and v not in values_of(value)
    ]
    if others and (len(others) == 1 or not isinstance(value, str)):
        against = levels.within(filters, by, others[0] if len(others) == 1 else tuple(others))
        return _two(replace(desk, ask=replace(desk.ask, against=against)), against)
    ask = replace(desk.ask, filters=filters, against=None, by=by)
    figures = [f for f in _compared(desk, ask) if f.about.get(by) == value]
    return _tell(desk, figures, desk.ask.filters, filters, filters)


def _tell(
    desk: Desk, figures: Sequence[Figure], one: Filters, other: Filters, both: Filters
) -> bool:
    """What differs between two groups: the score, then the themes."""
    names = levels.sides(desk, one, other)
    where = levels.where(desk, both)
    rest = one != other and names[1] == desk.said.say("n_all_others")
    asked = desk.ask.themes
    if asked:
        told = [_theme(desk, figures, theme, one, other, names, where, rest) for theme in asked]
        return any(told)
    scored = _scores(desk, figures, one, other, names, where, rest)
    spoken = _themes(desk, figures, one, other, names, rest, lead=not scored)
    if spoken:
        return True
    sides = (one,) if rest else (one, other)
    if not scored and not _few_wrote(desk, sides, names, where):
        return False
    alone = replace(desk, ask=levels.plain(desk))
    for name, filters in zip(names, sides, strict=False):
        desk.draft.introduce(f"{name}{desk.said.say('colon').rstrip()}")
        alone.quotes("quote", 2, filters=filters)
    return True


def _few_wrote(desk: Desk, sides: Sequence[Filters], names: tuple[str, str], where: str) -> bool:
    """Say that too few wrote for any figure; False where nobody did."""
    said = desk.said
    base = counted(desk.store, desk.ask)
    wrote = [
        first(desk.book.all("voices", levels.plain(desk, filters)), f"voices.{base}")
        for filters in sides
    ]
    known = [each for each in wrote if each is not None]
    if len(known) < len(sides) or not any(each.value for each in known):
        return False
    n = [people(said, each, each.value or 0) for each in known]
    form = "n_compare_few_wrote" if len(sides) > 1 else "n_compare_few_rest"
    text = said.say(form, one=names[0], other=names[1], n1=n[0], n0=n[-1])
    desk.claim("limit", levels.sentence(f"{where}{text}"), known, style="lead")
    return True


def _scores(
    desk: Desk,
    figures: Sequence[Figure],
    one: Filters,
    other: Filters,
    names: tuple[str, str],
    where: str,
    rest: bool,
) -> bool:
    said = desk.said
    found = first(figures, "compare.score")
    if found is None:
        return False
    ours, theirs = (_level(desk, found, filters) for filters in (one, other))
    if found.value is None or ours is None or (theirs is None and not rest):
        scored = [_level(desk, found, filters, few=True) for filters in (one, other)]
        known = [each for each in scored if each]
        form = "n_compare_few_counts" if len(known) == len(scored) and not rest else "n_compare_few"
        counts = [*(said.number(each.n) for each in known), "", ""]
        text = said.say(form, one=names[0], other=names[1], n1=counts[0], n0=counts[1])
        desk.claim("limit", levels.sentence(f"{where}{text}"), [found, *known], style="lead")
        return True
    form = "alike" if not clear(found) else "better" if better(found) else "worse"
    # Whom the others are is the cut's rest, which has no level of its own.
    shown = [each for each in (ours, None if rest else theirs) if each]
    told = [f"{levels.level(desk, each)} ({levels.made(said, each)})" for each in shown]
    text = said.say(f"n_compare_{form}", one=names[0], other=names[1], **levels.gaps(said, found))
    desk.claim("finding", levels.sentence(f"{where}{text}"), [found], style="lead")
    lines = [
        said.say("n_has", group=name, level=level)
        for name, level in zip(names[: len(told)], told, strict=True)
    ]
    desk.claim("finding", levels.sentence(said.say("n_semicolon").join(lines)), shown)
    return True


def _level(desk: Desk, found: Figure, filters: Filters, *, few: bool = False) -> Figure | None:
    """A group's score on the scale of a difference; ``few`` lets a withheld one through."""
    ask = replace(levels.plain(desk, filters), score=found.about["scale"], themes=())
    run = desk.book.all if few else desk.book.run
    return first(run("score", ask), "", **levels.same_scale(found))


def _themes(
    desk: Desk,
    figures: Sequence[Figure],
    one: Filters,
    other: Filters,
    names: tuple[str, str],
    rest: bool,
    *,
    lead: bool,
) -> bool:
    """The themes that one speaks of more than the other, then the most frequent that they share."""
    said = desk.said
    shares = [f for f in figures if f.name == "compare.share"]
    if not shares:
        return False
    apart = [f for f in shares if clear(f)]
    if not apart:
        most = shares[0]
        text = said.say(
            "n_no_theme",
            theme=desk.theme(most.about["theme"]),
            **levels.gaps(said, most),
        )
        desk.claim("finding", levels.sentence(text), [most], style="lead" if lead else "plain")
        return True
    desk.draft.heading(said.say("n_head_apart"))
    for figure in apart[:MOST_THEMES]:
        tell_share(desk, figure, one, other, names, rest, style="bullet")
    alike = [f for f in shares if not clear(f)]
    alike.sort(key=lambda figure: -(figure.numerator or 0))
    if alike:
        named = [desk.theme(f.about["theme"]) for f in alike[:MOST_ALIKE]]
        form = "n_alike_one" if len(named) == 1 else "n_alike_many"
        text = said.say(form, themes=said.joined(named))
        desk.claim("counter", levels.sentence(text), alike[:MOST_ALIKE], style="lead")
    loud = apart[0]
    desk.quotes(
        "quote",
        2,
        theme=loud.about["theme"],
        filters=one if (loud.value or 0) > 0 or rest else other,
    )
    return True


def _theme(
    desk: Desk,
    figures: Sequence[Figure],
    theme: str,
    one: Filters,
    other: Filters,
    names: tuple[str, str],
    where: str,
    rest: bool,
) -> bool:
    """One theme on both sides: those who speak of it, then those who complain."""
    said = desk.said
    found = first(figures, "compare.share", theme=theme)
    if found is None:
        return _too_few(desk, theme, one, other, names, where)
    tell_share(desk, found, one, other, names, rest, style="lead", where=where)
    bad = []
    for name, filters in zip(names, (one, other), strict=True):
        ask = replace(levels.plain(desk, filters), themes=())
        figure = first(desk.book.all("themes", ask), "themes.negative", theme=theme)
        if figure and not (rest and filters == other):
            bad.append((name, figure))
    if bad:
        told = [f"{name}, {_shown(desk, figure)}" for name, figure in bad]
        text = said.say("n_complaints", sides=said.say("n_semicolon").join(told))
        desk.claim("finding", levels.sentence(text), [figure for _, figure in bad])
    if clear(found):
        more = one if (found.value or 0) > 0 or rest else other
        desk.quotes("quote", 2, theme=theme, filters=more)
    return True


def _shown(desk: Desk, figure: Figure) -> str:
    """A share with its counts and interval, or that too few hold it."""
    if figure.value is None:
        n = desk.said.number(int(figure.denominator or 0))
        return desk.said.say("n_fewer", n=n)
    return share(desk.said, figure)


def _too_few(
    desk: Desk, theme: str, one: Filters, other: Filters, names: tuple[str, str], where: str
) -> bool:
    """Say that a theme is spoken of by too few on both sides to compare them."""
    base = counted(desk.store, desk.ask)
    found = [
        first(desk.book.all("voices", replace(levels.plain(desk, f), themes=())), f"voices.{base}")
        for f in (one, other)
    ]
    known = [each for each in found if each]
    if len(known) < len(found):
        return False
    n = [desk.said.number(int(each.value or 0)) for each in known]
    text = desk.said.say(
        "n_compare_few_theme",
        theme=desk.theme(theme), one=names[0], other=names[1], n1=n[0], n0=n[1],
    )  # fmt: skip
    desk.claim("limit", levels.sentence(f"{where}{text}"), known, style="lead")
    return True
