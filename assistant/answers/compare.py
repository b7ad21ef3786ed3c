"""Parts side by side: which is better, what differs beyond chance and by how much, what does not.

Two groups are set against each other, or each value of a cut against all others. A group that is
compared with nothing in particular is compared with all others of its kind.
"""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answers import levels, trend
from assistant.answers.parts import Desk, clear, first, share
from corpus.filters import Filters
from corpus.metrics._periods import GRAINS
from corpus.metrics.types import Ask, Figure

MOST_THEMES, MOST_PARTS, MOST_ALIKE = 4, 8, 3


def compose(desk: Desk) -> bool:
    """Write the answer; False where there are no two groups to compare."""
    filters = desk.ask.filters
    if desk.ask.by in GRAINS:
        return trend.compose(desk)
    if desk.ask.by == "stage" or (desk.ask.against and desk.ask.against.stage != filters.stage):
        return _stages(desk)
    if desk.ask.against and desk.ask.against != filters:
        return _two(desk, desk.ask.against)
    if desk.ask.by:
        return _parts(desk)
    for by, value in _own_cut(filters):
        return _one(desk, by, value)
    return False


def _own_cut(filters: Filters) -> list[tuple[str, str]]:
    """What the one group that is named is a part of."""
    found = [(f"segment:{key}", value) for key, value in filters.segment.items()]
    found += [("channel", value) for value in filters.channel[:1]]
    return found + [("language", value) for value in filters.language[:1]]


def _without(filters: Filters, by: str) -> Filters:
    if by.startswith("segment:"):
        kept = {k: v for k, v in filters.segment.items() if f"segment:{k}" != by}
        return replace(filters, segment=kept)
    return replace(filters, **{by: ()})  # type: ignore[arg-type]


# Two groups ----------------------------------------------------------------------------------


def _two(desk: Desk, against: Filters) -> bool:
    figures = _compared(desk, replace(desk.ask, by=None, themes=()))
    return _tell(desk, figures, desk.ask.filters, against, levels.shared(desk.ask.filters, against))


def _compared(desk: Desk, ask: Ask) -> list[Figure]:
    """What differs; on the scale with most answers where few answered on the one asked about."""
    figures = desk.book.all("compare", ask)
    scored = any(f.name == "compare.score" and f.value is not None for f in figures)
    return (
        figures if scored or not ask.score else desk.book.all("compare", replace(ask, score=None))
    )


def _one(desk: Desk, by: str, value: str) -> bool:
    """One group and all others that tell the same."""
    filters = _without(desk.ask.filters, by)
    ask = replace(desk.ask, filters=filters, against=None, by=by, themes=())
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
    return scored or spoken


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
    form = "alike" if not clear(found) else "better" if _better(found) else "worse"
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


def _better(figure: Figure) -> bool:
    """Whether a score's difference is for the better: a CES of effort is better low."""
    up = (figure.value or 0) > 0
    return not up if figure.about.get("kind") == "ces-1" else up


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
        _share(desk, figure, one, other, names, rest, style="bullet")
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


def _share(
    desk: Desk,
    figure: Figure,
    one: Filters,
    other: Filters,
    names: tuple[str, str],
    rest: bool,
    *,
    style: str,
    where: str = "",
) -> None:
    """The share of a theme on both sides, and their difference."""
    said, theme = desk.said, figure.about["theme"]
    used = [figure]
    own = said.say(
        "made_of",
        k=said.number(int(figure.numerator or 0)),
        n=said.number(int(figure.denominator or 0)),
    )
    ours = (figure.numerator or 0) / (figure.denominator or 1)
    theirs = None if rest else _said_by(desk, theme, other)
    mine = _said_by(desk, theme, one)
    used += [each for each in (mine, theirs) if each]
    enough = mine is not None and mine.value is not None
    values = {
        "theme": desk.theme(theme),
        "one": names[0],
        "other": names[1],
        "own": f"{said.percent(ours)} ({own})" if enough else own,
        "theirs": share_of(desk, theirs),
        **levels.gaps(said, figure),
    }
    way = "alike" if not clear(figure) else "more" if (figure.value or 0) > 0 else "less"
    form = f"n_share_{way}" if theirs else f"n_share_rest_{way}"
    text = said.say(form, **values)
    bold = desk.theme(theme) if style == "bullet" else ""
    desk.claim("finding", levels.sentence(f"{where}{text}"), used, style=style, bold=bold)


def _said_by(desk: Desk, theme: str, filters: Filters) -> Figure | None:
    """The share of a group that speaks of a theme; None where nobody does."""
    found = desk.book.all("themes", replace(levels.plain(desk, filters), themes=()))
    return first(found, "themes.share", theme=theme)


def share_of(desk: Desk, figure: Figure | None) -> str:
    """A share and its counts, without the interval: that of the difference is told."""
    if figure is None:
        return ""
    said = desk.said
    k, n = (said.number(int(each or 0)) for each in (figure.numerator, figure.denominator))
    if figure.value is None:
        return said.say("n_fewer", n=n)
    return f"{said.percent(figure.value)} ({said.say('made_of', k=k, n=n)})"


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
    _share(desk, found, one, other, names, rest, style="lead", where=where)
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
    found = [
        first(desk.book.all("themes", replace(levels.plain(desk, f), themes=())), "themes.share")
        for f in (one, other)
    ]
    known = [each for each in found if each]
    if len(known) < len(found):
        return False
    n = [desk.said.number(int(each.denominator or 0)) for each in known]
    text = desk.said.say(
        "n_compare_few_theme",
        theme=desk.theme(theme), one=names[0], other=names[1], n1=n[0], n0=n[1],
    )  # fmt: skip
    desk.claim("limit", levels.sentence(f"{where}{text}"), known, style="lead")
    return True


# All values of a cut -------------------------------------------------------------------------


def _parts(desk: Desk) -> bool:
    by = desk.ask.by or ""
    figures = desk.book.all("compare", replace(desk.ask, against=None, themes=()))
    if desk.ask.themes:
        told = [_parts_theme(desk, figures, theme) for theme in desk.ask.themes]
        return any(told)
    scored = _parts_scores(desk, figures, by)
    return _parts_themes(desk, figures, by) or scored


def _parts_scores(desk: Desk, figures: Sequence[Figure], by: str) -> bool:
    """Each part's score, the best first, and which part differs from the rest."""
    said = desk.said
    gaps = {f.about[by]: f for f in figures if f.name == "compare.score" and f.value is not None}
    if len(gaps) < 2:
        return False
    scale = next(iter(gaps.values())).about["scale"]
    shown = desk.book.run("score", replace(desk.ask, against=None, score=scale, themes=()))
    shown = [f for f in shown if f.about[by] in gaps]
    best_low = shown[0].about.get("kind") == "ces-1"
    shown.sort(key=lambda figure: (figure.value or 0) * (1 if best_low else -1))
    apart = [f for f in shown if clear(gaps[f.about[by]])]
    where = levels.where(desk)
    name = levels.cut_name(said, by)
    if not apart:
        most = max(gaps.values(), key=lambda figure: abs(figure.value or 0))
        text = said.say(
            "n_parts_alike",
            by=name,
            scale=levels.noun(desk, most),
            part=levels.part(desk, by, most.about[by]),
            **levels.gaps(said, most),
        )
        desk.claim("finding", levels.sentence(f"{where}{text}"), [most], style="lead")
    else:
        for figure in _extremes(apart, gaps, by):
            gap = gaps[figure.about[by]]
            form = "n_part_better" if _better(gap) else "n_part_worse"
            text = said.say(
                form, part=levels.part(desk, by, figure.about[by]), **levels.gaps(said, gap)
            )
            desk.claim("finding", levels.sentence(f"{where}{text}"), [gap], style="lead")
            where = ""
    for figure in shown[:MOST_PARTS]:
        text = f"{levels.part(desk, by, figure.about[by])}{said.say('colon')}"
        text += f"{levels.level(desk, figure)} ({levels.made(said, figure)})"
        if figure in apart:
            text += said.say("n_apart")
        desk.claim("finding", text, [figure], style="bullet")
    return True


def _extremes(apart: Sequence[Figure], gaps: dict[str, Figure], by: str) -> list[Figure]:
    """The best part that is better than the rest and the worst that is worse.

    Of two parts alone, what one is more the other is less: the better one is told.
    """
    better = [f for f in apart if _better(gaps[f.about[by]])]
    worse = [f for f in apart if not _better(gaps[f.about[by]])]
    if len(gaps) == 2 and better:
        return better[:1]
    return [*better[:1], *worse[-1:]]


def _parts_themes(desk: Desk, figures: Sequence[Figure], by: str) -> bool:
    """Of which themes a part speaks more than the rest."""
    said = desk.said
    shares = [f for f in figures if f.name == "compare.share"]
    apart = [f for f in shares if clear(f) and (f.value or 0) > 0]
    if not shares:
        return False
    if not apart:
        text = said.say(
            "n_no_theme",
            theme=desk.theme(shares[0].about["theme"]),
            **levels.gaps(said, shares[0]),
        )
        desk.claim("finding", levels.sentence(text), [shares[0]], style="lead")
        return True
    desk.draft.heading(said.say("n_head_apart"))
    for figure in apart[:MOST_THEMES]:
        one = levels.within(desk.ask.filters, by, figure.about[by])
        names = levels.part(desk, by, figure.about[by]), said.say("n_all_others")
        _share(desk, figure, one, desk.ask.filters, names, rest=True, style="bullet")
    return True


def _parts_theme(desk: Desk, figures: Sequence[Figure], theme: str) -> bool:
    """The share of each part that speaks of a theme, the largest first."""
    said, by = desk.said, desk.ask.by or ""
    found = [f for f in figures if f.name == "compare.share" and f.about["theme"] == theme]
    if not found:
        return False
    found.sort(key=lambda f: -(f.numerator or 0) / (f.denominator or 1))
    apart = [f for f in found if clear(f)]
    name, where = desk.theme(theme), levels.where(desk)
    lead = apart or [max(found, key=lambda f: abs(f.value or 0))]
    told = lead[0]
    form = "alike" if not apart else "more" if (told.value or 0) > 0 else "less"
    text = said.say(
        f"n_parts_theme_{form}",
        theme=name,
        by=levels.cut_name(said, by),
        part=levels.part(desk, by, told.about[by]),
        **levels.gaps(said, told),
    )
    desk.claim("finding", levels.sentence(f"{where}{text}"), [told], style="lead")
    for figure in found[:MOST_PARTS]:
        ask = levels.plain(desk, levels.within(desk.ask.filters, by, figure.about[by]))
        own = desk.book.all("themes", replace(ask, themes=()))
        spoken, bad = (first(own, f"themes.{n}", theme=theme) for n in ("share", "negative"))
        if spoken is None or spoken.value is None:
            continue
        text = said.say(
            "n_part_speaks",
            part=levels.part(desk, by, figure.about[by]),
            share=share(said, spoken),
        )
        used = [spoken]
        if bad and bad.value is not None:
            used.append(bad)
            text += said.say("n_part_complains", share=said.percent(bad.value))
        text += said.say("n_apart") if figure in apart else ""
        desk.claim("finding", text, used, style="bullet")
    return True


# Stages --------------------------------------------------------------------------------------


def _stages(desk: Desk) -> bool:
    """Stages by how badly they are spoken of: each is rated on a scale of its own."""
    said = desk.said
    filters = replace(desk.ask.filters, stage=())
    asked = () if desk.ask.by else (*desk.ask.filters.stage, *(desk.ask.against or filters).stage)
    journey = desk.book.run("journey", replace(levels.plain(desk, filters), themes=()))
    bad = [f for f in journey if f.name == "journey.negative"]
    bad = [f for f in bad if not asked or f.about["stage"] in asked]
    if len(bad) < 2:
        return False
    bad.sort(key=lambda figure: -(figure.value or 0))
    worst, second = bad[0], bad[1]
    where = levels.where(desk, filters)
    sure = (worst.low or 0) > (second.high or 1)
    names = [desk.word("stage", f.about["stage"]).lower() for f in bad]
    form = "n_stage_worst" if sure else "n_stage_tied"
    text = said.say(
        form, one=said.quote(names[0]), other=said.quote(names[1]), share=share(said, worst)
    )
    desk.claim("finding", levels.sentence(f"{where}{text}"), bad[:2], style="lead")
    for figure, name in list(zip(bad, names, strict=True))[:MOST_PARTS]:
        text = said.say("n_stage_line", stage=name, share=share(said, figure))
        used = [figure]
        rated = first(journey, "journey.score", stage=figure.about["stage"])
        if rated:
            used.append(rated)
            text += f", {levels.level(desk, rated)} ({levels.made(said, rated)})"
        desk.claim("finding", text, used, style="bullet")
    return True
