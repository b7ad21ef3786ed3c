"""A number: how many complain, what share, which level a score has, how many left or wrote.

The number that is asked for comes first, with what it is made of. Where the question limits whose
feedback it is, the same number for everybody follows, and where it changed beyond chance, when.
"""

from dataclasses import replace

from assistant.answers import levels, trend
from assistant.answers.asked import BLAMING, DOING, NAMING, PRAISING, SCORED, SPEAKING
from assistant.answers.parts import Desk, between, clear, first, people, share
from assistant.answers.shares import corrected, told
from corpus.analysis import stems
from corpus.filters import Filters
from corpus.metrics._periods import GRAINS
from corpus.metrics.funnel import steps_at
from corpus.metrics.types import Figure
from corpus.types import FEWEST

MOST_THEMES, MOST_PARTS = 4, 8


def compose(desk: Desk) -> bool:
    """Write the answer; False where there is nothing to count."""
    reading = desk.reading
    asked = reading.text.lower()
    if desk.ask.by in GRAINS:
        return trend.compose(desk)
    if desk.ask.themes:
        return _left_after(desk) if reading.leaving else _themes(desk, asked)
    # Whoever asks how many are unhappy at a stage asks how it is spoken of, unless by a score.
    blamed = desk.ask.filters.stage and BLAMING.search(asked) and not reading.score
    if reading.score or (SCORED.search(asked) and not blamed and not reading.limits.score):
        return _score(desk)
    if desk.ask.filters.stage:
        return _stage(desk, asked)
    if reading.leaving:
        return left(desk)
    return _volume(desk)


def of_a_word(desk: Desk) -> bool:
    """Whether the question is how many write a word that is only part of what a theme is about.

    "How many mention showers?" is not answered by how many speak of the place.
    """
    reading = desk.reading
    if reading.intent != "how-many" or not NAMING.search(reading.text.lower()):
        return False
    labels = {
        stem for theme in desk.ask.themes for stem in stems(desk.theme(theme), reading.language)
    }
    return bool(reading.about) and not any(
        stem in labels for word in reading.about for stem in stems(word, reading.language)
    )


# Themes --------------------------------------------------------------------------------------


def _themes(desk: Desk, asked: str) -> bool:
    measure = (
        "share"
        if SPEAKING.search(asked) and not desk.said.negative.search(asked)
        else "positive"
        if PRAISING.search(asked)
        else "negative"
    )
    if desk.ask.by:
        return _themes_by(desk, measure)
    told = [_theme(desk, theme, measure) for theme in desk.ask.themes[:MOST_THEMES]]
    return any(told)


def _theme(desk: Desk, theme: str, measure: str) -> bool:
    """How many speak of a theme in the way asked about, then how else it is spoken of."""
    said, ask = desk.said, replace(levels.plain(desk), themes=(theme,))
    figures = desk.book.all("themes", ask)
    found = first(figures, f"themes.{measure}", theme=theme)
    name, where = desk.theme(theme), levels.where(desk)
    if found is None:
        return _nobody(desk, name, where)
    if found.value is None:
        _few(desk, found, name, where)
        return True
    if not _corrected(desk, found, measure, where):
        text = said.say(
            f"n_many_{measure}",
            theme=name,
            who=levels.of_those_who_wrote(desk, found),
            share=levels.percent(said, found),
        )
        desk.claim("finding", levels.sentence(f"{where}{text}"), [found], style="lead")
    _spoken(desk, figures, theme, measure)
    if measure != "share":
        _corrected_share(desk, theme)
    _everybody(desk, "themes", found, themes=(theme,))
    _since(desk, theme, measure)
    return True


def _spoken(desk: Desk, figures: list[Figure], theme: str, measure: str) -> None:
    """The other ways of speaking of it, in one sentence."""
    said = desk.said
    others = [
        found
        for name in ("share", "negative", "positive")
        if name != measure and (found := first(figures, f"themes.{name}", theme=theme))
    ]
    shown = [each for each in others if each.value is not None]
    if not shown:
        return
    parts = [
        said.say(
            f"n_also_{each.name.split('.')[1]}",
            n=said.number(int(each.numerator or 0)),
            share=said.percent(each.value or 0),
        )
        for each in shown
    ]
    desk.claim("finding", levels.sentence(said.joined(parts)), shown)


def _corrected(desk: Desk, found: Figure, measure: str, where: str) -> bool:
    """The share that people's labels correct, then what the coder counts; False without labels."""
    better = corrected(desk, found)
    if better is None:
        return False
    said, (made, _) = desk.said, told(desk, found)
    text = said.say(f"n_corrected_{measure}", theme=desk.theme(found.about["theme"]), share=made)
    desk.claim("finding", levels.sentence(f"{where}{text}"), [better], style="lead")
    text = said.say(
        "n_raw",
        who=levels.of_those_who_wrote(desk, found),
        share=said.percent(found.value or 0),
    )
    desk.claim("finding", levels.sentence(text), [found])
    return True


def _corrected_share(desk: Desk, theme: str) -> None:
    """How many texts speak of it, once what people read corrects it."""
    found = first(desk.book.run("corrected", levels.plain(desk)), "corrected.share", theme=theme)
    if found:
        said = desk.said
        text = said.say(
            "n_corrected",
            share=said.percent(found.value or 0),
            between=between(said, found),
            n=said.number(found.n),
        )
        desk.claim("finding", levels.sentence(text), [found])


def _since(desk: Desk, theme: str, measure: str) -> None:
    """When it changed, if it did beyond chance."""
    series = desk.book.run("trend", replace(levels.plain(desk), themes=(theme,)))
    only = {"only": "complaints"} if measure == "negative" else {}
    for found in series:
        alike = found.about.get("theme") == theme and found.about.get("only") == only.get("only")
        if found.name == "trend.break" and alike and clear(found):
            trend.tell_break(desk, series, found)


def _nobody(desk: Desk, name: str, where: str) -> bool:
    """Say that nobody among those who wrote speaks of it; False where nobody wrote."""
    said = desk.said
    wrote = first(desk.book.all("themes", replace(levels.plain(desk), themes=())), "themes.share")
    if wrote is None or not wrote.denominator:
        return False
    text = said.say("n_nobody", people=levels.writers(said, wrote), theme=name)
    desk.claim("limit", levels.sentence(f"{where}{text}"), [wrote], style="lead")
    return True


def _few(desk: Desk, figure: Figure, name: str, where: str) -> None:
    """Say why a share is withheld."""
    said = desk.said
    form = (
        "n_few_wrote"
        if (figure.denominator or 0) < FEWEST
        else f"n_few_{figure.name.split('.')[1]}"
    )
    text = said.say(form, people=levels.writers(said, figure), theme=name)
    desk.claim("limit", levels.sentence(f"{where}{text}"), [figure], style="lead")
    if form != "n_few_wrote":
        _spoken(desk, desk.book.all("themes", replace(levels.plain(desk), themes=desk.ask.themes)),
                figure.about["theme"], figure.name.split(".")[1])  # fmt: skip


def _themes_by(desk: Desk, measure: str) -> bool:
    """Each part's share, the largest first."""
    said, by = desk.said, desk.ask.by or ""
    told = False
    for theme in desk.ask.themes[:MOST_THEMES]:
        found: list[tuple[str, Figure]] = []
        for value in parts_of(desk):
            ask = levels.plain(desk, levels.within(desk.ask.filters, by, value))
            figures = desk.book.all("themes", replace(ask, themes=(theme,)))
            figure = first(figures, f"themes.{measure}", theme=theme)
            found += [(value, figure)] if figure else []
        if not found:
            continue
        told = True
        found.sort(key=lambda each: -(each[1].value or 0))
        name = desk.theme(theme)
        desk.draft.introduce(said.say(f"n_by_{measure}", theme=name, by=levels.cut_name(said, by)))
        for value, figure in found:
            text = f"{levels.part(desk, by, value)}{said.say('colon')}"
            if figure.value is None:
                n = figure.denominator or 0
                form = "n_under_thirty" if n < FEWEST else "n_under_ten"
                text += said.say(form, people=levels.writers(said, figure))
            else:
                text += share(said, figure)
            desk.claim("finding", text, [figure], style="bullet")
    return told


def parts_of(desk: Desk) -> list[str]:
    """The values of the cut that is asked for, the most frequent first."""
    by = desk.ask.by or ""
    ask = replace(desk.ask, against=None)
    return [
        f.about[by]
        for f in desk.book.run("volume", ask)
        if f.name == "volume.records" and (f.value or 0) >= FEWEST
    ][:MOST_PARTS]


# Everybody -----------------------------------------------------------------------------------


def _everybody(desk: Desk, analysis: str, own: Figure, themes: tuple[str, ...] = ()) -> None:
    """The same figure of everybody in the period, where the question is of some."""
    filters = levels.everybody(desk.ask.filters)
    if filters == desk.ask.filters:
        return
    ask = replace(levels.plain(desk, filters), themes=themes)
    whole = first(desk.book.run(analysis, ask), own.name, **dict(own.about))
    if whole is None:
        return
    said = desk.said
    if own.name.startswith("score."):
        text = f"{levels.level(desk, whole)} ({levels.made(said, whole)})"
    else:
        text = share(said, whole)
    desk.claim("finding", levels.sentence(among_all(desk, text)), [whole])


def among_all(desk: Desk, value: str, filters: Filters | None = None) -> str:
    """The same of everybody, in the period of the question or of ``filters`` where it has one."""
    filters = filters or desk.ask.filters
    dated = filters.since or filters.until
    return desk.said.say("n_everybody_then" if dated else "n_everybody", value=value)


# Scores --------------------------------------------------------------------------------------


def _score(desk: Desk) -> bool:
    said, by = desk.said, desk.ask.by
    ask = levels.plain(desk)
    if by:
        return _score_by(desk)
    every = desk.book.all("score", ask)
    shown = [figure for figure in every if figure.value is not None]
    where = levels.where(desk)
    if not every:
        return False
    if not shown:
        text = said.say("n_few_scored", n=said.number(every[0].n))
        desk.claim("limit", levels.sentence(f"{where}{text}"), [every[0]], style="lead")
        _everybody(desk, "score", every[0])
        return True
    main = shown[0]
    text = said.say("n_score_is", level=levels.level(desk, main), made=levels.made(said, main))
    desk.claim("finding", levels.sentence(f"{where}{text}"), [main], style="lead")
    _everybody(desk, "score", main)
    if not desk.reading.score and len(shown) > 1:
        others = [f"{levels.level(desk, f)} ({levels.made(said, f)})" for f in shown[1:3]]
        text = said.say("n_other_scales", scales=said.joined(others))
        desk.claim("finding", levels.sentence(text), shown[1:3])
    series = desk.book.run("trend", replace(ask, score=main.about["scale"], themes=()))
    for found in series:
        if found.name == "trend.break" and "scale" in found.about and clear(found):
            trend.tell_break(desk, series, found)
    return True


def _score_by(desk: Desk) -> bool:
    """The level of each part on the scale that most answered on, the best first."""
    said, by = desk.said, desk.ask.by or ""
    shown = desk.book.run("score", replace(desk.ask, against=None))
    if not shown:
        return False
    # How satisfied people are is read off a scale before a yes or no.
    main = next((f for f in shown if f.about.get("kind") != "binary"), shown[0])
    same = [f for f in shown if levels.same_scale(f) == levels.same_scale(main)]
    same.sort(key=lambda figure: -(figure.value or 0))
    desk.draft.introduce(said.say("n_score_by", by=levels.cut_name(said, by)))
    for figure in same[:MOST_PARTS]:
        text = f"{levels.part(desk, by, figure.about[by])}{said.say('colon')}"
        text += f"{levels.level(desk, figure)} ({levels.made(said, figure)})"
        desk.claim("finding", text, [figure], style="bullet")
    return True


# Stages, leaving, volume ---------------------------------------------------------------------


def _stage(desk: Desk, asked: str) -> bool:
    """How many speak of the stages, and how many sessions stop at their steps."""
    if desk.reading.leaving or DOING.search(asked):
        return _stopped(desk) or _spoken_stage(desk)
    told = _spoken_stage(desk)
    return _stopped(desk) or told


def _spoken_stage(desk: Desk) -> bool:
    said = desk.said
    filters = replace(desk.ask.filters, stage=())
    journey = desk.book.run("journey", levels.plain(desk, filters))
    where = levels.where(desk, filters)
    blamed = BLAMING.search(desk.reading.text.lower())
    told = False
    for stage in desk.ask.filters.stage:
        spoken = first(journey, "journey.share", stage=stage)
        bad = first(journey, "journey.negative", stage=stage)
        if spoken is None:
            continue
        told = True
        name = desk.word("stage", stage).lower()
        if bad and blamed:
            text = said.say("n_stage_bad_first", stage=name, share=share(said, bad))
            desk.claim("finding", levels.sentence(f"{where}{text}"), [bad], style="lead")
            text = said.say(
                "said_share", theme=desk.word("stage", stage), share=share(said, spoken)
            )
            desk.claim("finding", levels.sentence(text), [spoken])
            continue
        text = said.say(
            "n_many_stage",
            stage=name,
            who=levels.of_those_who_wrote(desk, spoken, stage=False),
            share=levels.percent(said, spoken),
        )
        desk.claim("finding", levels.sentence(f"{where}{text}"), [spoken], style="lead")
        if bad:
            text = said.say("n_stage_badly", share=share(said, bad))
            desk.claim("finding", levels.sentence(text), [bad])
    return told


def _stopped(desk: Desk) -> bool:
    """The sessions that stop at the steps of the stages, and who come back."""
    said = desk.said
    steps = steps_at(desk.store, desk.ask.filters.stage)
    ask = levels.plain(desk, replace(desk.ask.filters, stage=()))
    funnel = desk.book.run("funnel", ask) if steps else []
    where = levels.where(desk, ask.filters)
    rates = [f for f in funnel if f.name == "funnel.rate" and f.about["step"] in steps]
    if not rates:
        return False
    rate = rates[-1]
    step = rate.about["step"]
    lost = first(funnel, "funnel.lost", step=step)
    if lost is None or not rate.denominator:
        return False
    gone = 1 - (rate.value or 0)
    low, high = 1 - (rate.high or 0), 1 - (rate.low or 0)
    text = said.say(
        "n_stopped",
        n=said.number(int(rate.denominator)),
        steps=said.say(f"steps_{step}"),
        lost=said.number(int(lost.value or 0)),
        share=said.percent(gone),
        between=said.say("between", low=f"{100 * low:.0f}", high=said.percent(high)),
    )
    desk.claim("behaviour", levels.sentence(f"{where}{text}"), [lost, rate], style="lead")
    back = first(funnel, "funnel.came-back", step=step)
    if back:
        text = said.say("n_came_back", share=share(said, back))
        desk.claim("behaviour", levels.sentence(text), [back])
    return True


def left(desk: Desk) -> bool:
    """The share of the known customers who left, and how many of them never said a word."""
    said, where = desk.said, levels.where(desk)
    left = first(desk.book.run("volume", levels.plain(desk)), "volume.left")
    if left is None:
        return False
    text = said.say(
        "n_many_left",
        share=said.percent(left.value or 0),
        k=said.number(int(left.numerator or 0)),
        n=said.number(int(left.denominator or 0)),
        between=between(said, left),
    )
    desk.claim("behaviour", levels.sentence(f"{where}{text}"), [left], style="lead")
    silent = desk.book.run("silent", levels.plain(desk))
    unheard = first(silent, "silent.left")
    if unheard:
        text = said.say(
            "n_left_silent",
            n=said.number(int(unheard.numerator or 0)),
            share=said.percent(unheard.value or 0),
        )
        desk.claim("behaviour", levels.sentence(text), [unheard])
    _everybody(desk, "volume", left)
    return True


def _left_after(desk: Desk) -> bool:
    """How many of those who complain of it left, beside the others."""
    said = desk.said
    loss = desk.book.all("loss", replace(levels.plain(desk), themes=()))
    told = False
    for theme in desk.ask.themes[:MOST_THEMES]:
        own, rest = (first(loss, f"loss.{n}", theme=theme) for n in ("left", "left-others"))
        name = desk.theme(theme)
        if own is None:
            continue
        told = True
        if own.value is None or rest is None or rest.value is None:
            who = people(said, own, own.denominator or 0)
            text = said.say("n_few_left", theme=name, people=who)
            desk.claim("limit", levels.sentence(text), [own], style="lead")
            continue
        text = said.say("n_left_after", theme=name, own=share(said, own), rest=share(said, rest))
        desk.claim("behaviour", levels.sentence(text), [own, rest], style="lead")
        ratio = first(loss, "loss.risk-ratio", theme=theme)
        if ratio and ratio.low is not None and ratio.high is not None:
            sure = (ratio.low - 1) * (ratio.high - 1) > 0
            text = said.say(
                "n_left_ratio" if sure else "n_left_ratio_unsure",
                ratio=levels.amount(said, ratio),
                between=levels.interval(said, ratio),
            )
            desk.claim("behaviour", levels.sentence(text), [ratio])
    return told or _themes(desk, desk.reading.text.lower())


def _volume(desk: Desk) -> bool:
    """How many answers, texts and customers."""
    said, by = desk.said, desk.ask.by
    figures = desk.book.run("volume", replace(desk.ask, against=None))
    records = [f for f in figures if f.name == "volume.records"]
    if not records or not records[0].value:
        return False
    if by:
        desk.draft.introduce(said.say("n_volume_by", by=levels.cut_name(said, by)))
        for figure in records[:MOST_PARTS]:
            text = f"{levels.part(desk, by, figure.about[by])}{said.say('colon')}"
            desk.claim("finding", text + _answers(desk, figure), [figure], style="bullet")
        return True
    written, customers = (first(figures, f"volume.{n}") for n in ("written", "customers"))
    used = [each for each in (records[0], written, customers) if each]
    form = "n_volume_known" if customers and customers.value else "n_volume"
    text = said.say(
        form,
        answers=_answers(desk, records[0]),
        written=said.number(int(written.value or 0)) if written else "0",
        customers=said.number(int(customers.value or 0)) if customers else "0",
    )
    where = levels.where(desk)
    desk.claim("finding", levels.sentence(f"{where}{text}"), used, style="lead")
    everybody = levels.everybody(desk.ask.filters)
    if everybody != desk.ask.filters:
        whole = first(desk.book.run("volume", levels.plain(desk, everybody)), "volume.records")
        if whole:
            text = among_all(desk, _answers(desk, whole))
            desk.claim("finding", levels.sentence(text), [whole])
    return True


def _answers(desk: Desk, figure: Figure) -> str:
    form = "n_answers_one" if figure.value == 1 else "n_answers_many"
    return desk.said.say(form, n=desk.said.number(int(figure.value or 0)))
