"""All values of a cut side by side, or all stages: which stands out, and how each one fares."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answers import levels
from assistant.answers.apart import MOST_THEMES, better, tell_share
from assistant.answers.asked import BAD, BLAMING, LEAST
from assistant.answers.parts import Desk, clear, first, share, uncorrected
from assistant.answers.whole import parts_of
from assistant.reading.text import asked
from corpus.metrics.types import Figure

MOST_PARTS = 8


def of_a_cut(desk: Desk) -> bool:
    """Tell each value's score and themes against all others; False where nothing is known."""
    by = desk.ask.by or ""
    figures = desk.book.all("compare", replace(desk.ask, against=None, themes=()))
    if desk.ask.themes:
        told = [_parts_theme(desk, figures, theme) for theme in desk.ask.themes]
        return any(told)
    if desk.ask.filters.stage and BLAMING.search(desk.reading.text.lower()) and _blamed(desk, by):
        return True
    scored = _parts_scores(desk, figures, by)
    if not scored and not desk.ask.score and (scale := _rated_by_part(desk, by)):
        # What most answered on has no parts of this kind.
        figures = desk.book.all("compare", replace(desk.ask, against=None, themes=(), score=scale))
        scored = _parts_scores(desk, figures, by)
    return _parts_themes(desk, figures, by) or scored


def _rated_by_part(desk: Desk, by: str) -> str | None:
    """The scale that most answered on of those on which two parts or more are rated."""
    parts: dict[str, int] = {}
    for figure in desk.book.run("score", replace(desk.ask, against=None, themes=())):
        parts[figure.about["scale"]] = parts.get(figure.about["scale"], 0) + 1
    return next((scale for scale, n in parts.items() if n > 1), None)


def _blamed(desk: Desk, by: str) -> bool:
    """Of those who speak of the stage in each part, how many find fault with it, most first."""
    said = desk.said
    told: list[tuple[str, Figure]] = []
    for value in parts_of(desk):
        filters = replace(levels.within(desk.ask.filters, by, value), stage=())
        journey = desk.book.run("journey", replace(levels.plain(desk, filters), themes=()))
        for stage in desk.ask.filters.stage[:1]:
            found = first(journey, "journey.negative", stage=stage)
            told += [(value, found)] if found else []
    if len(told) < 2:
        return False
    told.sort(key=lambda each: -(each[1].value or 0))
    (value, most), (_, second) = told[0], told[1]
    sure = (most.low or 0) > (second.high or 1)
    text = said.say(
        "n_blame_most" if sure else "n_blame_tied",
        part=levels.part(desk, by, value),
        share=share(said, most),
    )
    desk.claim("finding", levels.sentence(levels.where(desk) + text), [most, second], style="lead")
    for value, figure in told:
        text = levels.part(desk, by, value) + said.say("colon") + share(said, figure)
        desk.claim("finding", text, [figure], style="bullet")
    return True


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
            corrected=said.say("n_given_parts") if uncorrected(most) else "",
            scale=levels.noun(desk, most),
            part=levels.part(desk, by, most.about[by]),
            **levels.gaps(said, most),
        )
        desk.claim("finding", levels.sentence(f"{where}{text}"), [most], style="lead")
    else:
        for figure in _extremes(apart, gaps, by):
            gap = gaps[figure.about[by]]
            form = "n_part_better" if better(gap) else "n_part_worse"
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
    above = [f for f in apart if better(gaps[f.about[by]])]
    below = [f for f in apart if not better(gaps[f.about[by]])]
    if len(gaps) == 2 and above:
        return above[:1]
    return [*above[:1], *below[-1:]]


def _parts_themes(desk: Desk, figures: Sequence[Figure], by: str) -> bool:
    """Of which themes a part speaks more than the rest."""
    said = desk.said
    shares = [f for f in figures if f.name == "compare.share"]
    apart = [f for f in shares if clear(f) and (f.value or 0) > 0]
    if not shares:
        return False
    if not apart:
        text = said.say(
            "n_no_theme_part",
            theme=desk.theme(shares[0].about["theme"]),
            part=levels.part(desk, by, shares[0].about[by]),
            **levels.gaps(said, shares[0]),
        )
        desk.claim("finding", levels.sentence(text), [shares[0]], style="lead")
        return True
    desk.draft.heading(said.say("n_head_apart"))
    for figure in apart[:MOST_THEMES]:
        one = levels.within(desk.ask.filters, by, figure.about[by])
        names = levels.part(desk, by, figure.about[by]), said.say("n_all_others")
        tell_share(desk, figure, one, desk.ask.filters, names, rest=True, style="bullet")
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
        corrected=said.say("n_given_parts") if uncorrected(told) else "",
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


def of_stages(desk: Desk) -> bool:
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


def rated_stages(desk: Desk) -> bool:
    """Stages by the scale that is named, from the end that is asked for on; False without two."""
    said, plain = desk.said, asked(desk.reading.text, desk.reading.language).plain
    shown = desk.book.run("score", replace(desk.ask, against=None, themes=()))
    shown = [f for f in shown if shown and levels.same_scale(f) == levels.same_scale(shown[0])]
    if len(shown) < 2:
        return False
    low = bool(BAD.search(plain)) != bool(LEAST.search(plain))
    shown.sort(key=lambda figure: (figure.value or 0) * (1 if low else -1))
    end, after = shown[:2]
    stage, value = levels.part(desk, "stage", end.about["stage"]), levels.level(desk, end)
    text = said.say(
        "w_least_one" if low else "w_most_one",
        periods=stage,
        value=f"{value} ({levels.made(said, end)})",
        joint=said.say("colon"),
    )
    text = levels.where(desk) + text
    desk.claim("finding", levels.sentence(text), [end], style="lead")
    for figure in shown[:MOST_PARTS]:
        text = f"{levels.part(desk, 'stage', figure.about['stage'])}{said.say('colon')}"
        text += f"{levels.level(desk, figure)} ({levels.made(said, figure)})"
        desk.claim("finding", text, [figure], style="bullet")
    if (end.low or 0) <= (after.high or 0) and (after.low or 0) <= (end.high or 0):
        text = said.say(
            "w_close",
            period=levels.part(desk, "stage", after.about["stage"]),
            value=levels.level(desk, after),
            joint=said.say("colon"),
        )
        desk.claim("counter", levels.sentence(text), [end, after])
    return True
