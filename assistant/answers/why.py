"""Why customers are lost or unhappy: the causes, by what they cost, then by how many complain.

What customers do names a loss (a step, a part of its sessions) and what they say names its cause:
a theme of which those lost complain more than the others is put beside the loss. Such causes come
first, by how many sessions the loss amounts to; then those of which most complain. A theme of
which many complain and whose complainers leave less than comparable customers is told apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from assistant.answers.causes import causes_of, false_friends, steps_of_stage
from assistant.answers.parts import (
    Cause,
    Desk,
    between,
    clear,
    clear_ratio,
    complaints_ahead,
    decimal,
    first,
    percent_points,
    points,
    quote_complaints,
    share,
    times,
    too_few,
    unsigned,
)
from assistant.answers.shares import briefly, corrected, told
from assistant.answers.trend import other_sources
from corpus.metrics import statistics
from corpus.metrics.relations import counted, main_scale
from corpus.metrics.types import Figure

MOST_CAUSES, MOST_TOLD, MOST_ALSO, MOST_SENTENCES, MOST_RAISING, MOST_QUOTED = 4, 3, 4, 3, 3, 4
"""Causes that call for actions and those told at length, those named beside them, …"""


def compose(desk: Desk) -> bool:
    """Write the answer; False where there is nothing to say it with."""
    _counted_ahead(desk)
    themes = desk.run("themes")
    complaints = [f for f in themes if f.name == "themes.negative"]
    if desk.ask.themes:
        complaints = [f for f in complaints if f.about["theme"] in desk.ask.themes]
    if not complaints:
        return not desk.ask.themes and _in_a_few_words(desk)
    complaints.sort(key=lambda f: (-((corrected(desk, f) or f).value or 0), f.about["theme"]))
    friends = false_friends(desk) if desk.reading.leaving else {}
    causes = causes_of(desk, themes, complaints, set(friends))
    if desk.reading.score and not desk.reading.leaving:
        causes.sort(key=lambda cause: _impact(desk, cause.theme))
    desk.causes.extend(causes[:MOST_CAUSES])
    desk.ahead(
        *(partial(desk.run, "trend", themes=(cause.theme,)) for cause in causes[:MOST_TOLD]),
        *(
            partial(complaints_ahead, desk, cause.theme, _most_quotes(desk))
            for cause in causes[:MOST_TOLD]
        ),
    )
    if not _lead_done(desk):
        _weighs_most(desk)
        _lead_score(desk)
    else:
        _weighs_most(desk, style="plain")
        _incidents(desk)
    if len(causes) > 1:
        desk.draft.heading(desk.said.say("head_causes"))
    for cause in causes[:MOST_TOLD]:
        _cause(desk, cause, themes)
    _also(desk, causes[MOST_TOLD : MOST_TOLD + MOST_ALSO])
    _raising(desk)
    _befriended(desk, friends)
    return True


def _in_a_few_words(desk: Desk) -> bool:
    """What those few say who are too few to count; False where the question is of nobody."""
    if not too_few(desk):
        return False
    desk.draft.heading(desk.said.say("head_words"))
    quote_complaints(desk, "quote", MOST_QUOTED)
    return True


def _counted_ahead(desk: Desk) -> None:
    """Count what this answer, and what stands beside it, is made of."""
    of_leaving = ("loss", "links") if desk.reading.leaving else ()
    beside = ("gaps",) if desk.reading.intent == "why" else ()
    desk.ahead(
        *(partial(desk.run, name) for name in ("themes", *beside)),
        *(partial(desk.book.run, name, desk.anywhere) for name in (*of_leaving, "voices")),
    )


# What is said of them ------------------------------------------------------------------------


def _weighs_most(desk: Desk, style: str = "lead") -> None:
    """The answer in one sentence: the first causes by name."""
    first_ones = desk.causes[:MOST_TOLD]
    named = [desk.said.quote(desk.theme(cause.theme)) for cause in first_ones]
    if len(named) > 1:
        text = desk.said.say("weighs_most", themes=desk.said.joined(named))
        figures = [briefly(desk, cause.said)[1] for cause in first_ones]
        desk.claim("finding", f"{text}.", figures, style=style)


def _lead_done(desk: Desk) -> bool:
    """What was lost: sessions at the stage asked about, or customers; False where neither is."""
    said = desk.said
    steps = steps_of_stage(desk)
    funnel = desk.run("funnel") if steps else []
    rates = [f for f in funnel if f.name == "funnel.rate" and f.about["step"] in (steps or ())]
    if rates:
        step = rates[-1].about["step"]
        lost = first(funnel, "funnel.lost", step=step)
        if lost and rates[-1].denominator:
            text = said.say(
                "lead_lost",
                lost=said.number(int(lost.value or 0)),
                n=said.number(int(rates[-1].denominator)),
                step=said.say(f"steps_{step}"),
                share=said.percent(1 - (rates[-1].value or 0)),
            )
            desk.claim("behaviour", f"{text}.", [lost, rates[-1]], style="lead")
            return True
    if (
        desk.reading.leaving
        and not desk.ask.themes
        and (left := first(desk.run("volume"), "volume.left"))
        and (unheard := first(desk.run("silent"), "silent.left"))
    ):
        text = said.say(
            "lead_left",
            left=said.number(int(left.numerator or 0)),
            n=said.number(int(left.denominator or 0)),
            silent=said.number(int(unheard.numerator or 0)),
            share=said.percent(unheard.value or 0),
            of=said.percent(left.value or 0),
        )
        desk.claim("behaviour", f"{text}.", [left, unheard], style="lead")
        return True
    return False


def _impact(desk: Desk, theme: str) -> float:
    """What a complaint goes with in the score, nought where that is not beyond chance."""
    found = first(desk.run("drivers", themes=()), "drivers.impact", theme=theme)
    return found.value or 0.0 if found and clear(found) else 0.0


def _raising(desk: Desk) -> None:
    """What those with the best scores praise more, where the question is of a score."""
    if not desk.reading.score or desk.reading.leaving or desk.ask.themes:
        return
    filters = replace(desk.ask.filters, score_min=None, score_max=None)
    found = [
        f
        for f in desk.run("stays", filters=filters)
        if f.name == "stays.difference" and clear(f) and (f.value or 0) > 0
    ][:MOST_RAISING]
    if found:
        said = desk.said
        named = [
            said.say("raising_theme", theme=desk.theme(f.about["theme"]), **percent_points(said, f))
            for f in found
        ]
        text = said.say("raising", themes=said.joined(named))
        desk.claim("finding", f"{text}.", found, style="lead")


def _lead_score(desk: Desk) -> None:
    """The level of the score that most of those who wrote gave.

    Of one theme it tells nothing, nor of those who were chosen by it.
    """
    said, filters = desk.said, desk.ask.filters
    if desk.ask.themes or filters.score_min is not None or filters.score_max is not None:
        return
    scale = main_scale(desk.store, desk.ask, counted(desk.store, desk.ask))
    figure = first(desk.run("score"), "", **scale.about()) if scale else None
    if figure is None or figure.value is None:
        return
    kind = figure.name.partition(".")[2]
    value = decimal(said, figure.value, 0 if figure.unit == "points" else 1)
    text = said.say(
        f"lead_{kind}",
        value=value,
        share=said.percent(figure.value),
        scale=figure.about["scale"],
        maximum=figure.about["maximum"],
    )
    made = said.say("of_answers", n=said.number(figure.n), between=between(said, figure))
    desk.claim("finding", f"{text} ({made}).", [figure])


def _cause(desk: Desk, cause: Cause, themes: Sequence[Figure]) -> None:
    said = desk.said
    name = desk.theme(cause.theme)
    form = "cause_stage" if desk.ask.filters.stage else "cause"
    made, figure = told(desk, cause.said)
    text = said.say(form, theme=name, share=made)
    desk.claim("finding", f"{text}.", [figure], style="lead", bold=name)
    if desk.ask.themes == (cause.theme,):
        _rank(desk, cause)
    written = 0
    for sentence in (_loss, _since, _contrast, _leaving):
        written += written < MOST_SENTENCES and sentence(desk, cause, themes)
    quote_complaints(desk, "quote", _most_quotes(desk), theme=cause.theme)


def _most_quotes(desk: Desk) -> int:
    return 1 if desk.reading.intent == "do" else 2


def _rank(desk: Desk, cause: Cause) -> None:
    """What is complained of more than the one theme asked about: how much it weighs among all."""
    everything = desk.book.run("themes", replace(desk.ask, themes=()))
    own = briefly(desk, cause.said)[1].value or 0
    made = [
        (figure.about["theme"], *briefly(desk, figure))
        for figure in everything
        if figure.name == "themes.negative" and figure.about["theme"] != cause.theme
    ]
    ahead = sorted((each for each in made if (each[2].value or 0) > own), key=_weight)
    said = desk.said
    if not ahead:
        desk.claim("finding", f"{said.say('most_blamed')}.", [cause.said])
        return
    named = [f"{desk.theme(theme)} ({text})" for theme, text, _ in ahead[:MOST_ALSO]]
    more = len(ahead) - len(named)
    text = said.say("blamed_more" if not more else "blamed_more_than", themes=said.joined(named))
    desk.claim("finding", f"{text}.", [figure for _, _, figure in ahead[:MOST_ALSO]])


def _weight(blamed: tuple[str, str, Figure]) -> float:
    return -(blamed[2].value or 0)


def _loss(desk: Desk, cause: Cause, themes: Sequence[Figure]) -> bool:
    """What the sessions show that the complaint goes with."""
    if cause.loss is None:
        return False
    said, funnel = desk.said, desk.run("funnel")
    step = cause.loss["step"]
    steps = said.say(f"steps_{step}")
    part = next(((k, v) for k, v in cause.loss.items() if k != "step"), None)
    if part is None:
        lost = first(funnel, "funnel.lost", step=step)
        linked = first(desk.run("links"), "links.share", theme=cause.theme, **cause.loss)
        if not (lost and linked):
            return False
        text = said.say("loss_step", share=share(said, linked), steps=steps)
        desk.claim("behaviour", f"{text}.", [linked])
        return True
    own, rest, excess = (
        first(funnel, name, **cause.loss)
        for name in ("funnel.part", "funnel.part-others", "funnel.excess")
    )
    if not (own and rest and excess):
        return False
    attribute = part[0].removeprefix("segment:")
    text = said.say(
        "loss_part",
        part=said.quote(f"{attribute}{said.say('colon')}{part[1]}"),
        steps=steps,
        own=said.percent(own.value or 0),
        rest=said.percent(rest.value or 0),
        excess=said.number(round(excess.value or 0)),
        low=said.number(round(excess.low or 0)),
        high=said.number(round(excess.high or 0)),
    )
    desk.claim("behaviour", f"{text}.", [own, rest, excess])
    return True


def _since(desk: Desk, cause: Cause, themes: Sequence[Figure]) -> bool:
    """Since when the complaint is more, or less, frequent."""
    trend = desk.run("trend", themes=(cause.theme,))
    found = _turns(desk).get(cause.theme)
    if found is None or not clear(found) or other_sources(desk, trend, found):
        return False
    before, after = (
        first(trend, f"trend.break-{side}", **dict(found.about)) for side in ("before", "after")
    )
    if not (before and after):
        return False
    said = desk.said
    text = said.say(
        "since_up" if (found.value or 0) > 0 else "since_down",
        month=said.month(found.about["since"]),
        before=said.percent(before.value or 0),
        after=said.percent(after.value or 0),
    )
    desk.claim("finding", f"{text}.", [found, before, after])
    return True


def _turns(desk: Desk) -> dict[str, Figure]:
    """Where the complaints of each cause told turned, corrected for all of them being searched.

    Each analysis has corrected for its own series alone.
    """
    found = {
        cause.theme: first(
            desk.run("trend", themes=(cause.theme,)),
            "trend.break",
            theme=cause.theme,
            only="complaints",
        )
        for cause in desk.causes[:MOST_TOLD]
    }
    p = [1.0 if each is None or each.p is None else each.p for each in found.values()]
    return {
        theme: replace(each, p=corrected, method=f"{each.method}, Holm p over the causes told")
        for (theme, each), corrected in zip(found.items(), statistics.holm(p), strict=True)
        if each is not None
    }


def _contrast(desk: Desk, cause: Cause, themes: Sequence[Figure]) -> bool:
    """How the scores of those who complain of it differ, where they do beyond chance."""
    found = cause.contrast
    if found is None:
        return False
    said = desk.said
    form = "contrast_low" if (found.value or 0) < 0 else "contrast_high"
    text = said.say(form, points=points(said, found), between=between(said, unsigned(found)))
    desk.claim("finding", f"{text}.", [found])
    return True


def _leaving(desk: Desk, cause: Cause, themes: Sequence[Figure]) -> bool:
    """Whether those who complain of it leave more than comparable customers."""
    found = first(desk.book.run("loss", desk.anywhere), "loss.risk-ratio", theme=cause.theme)
    if found is None:
        return False
    said = desk.said
    ratio, low, high = (times(said, each or 0) for each in (found.value, found.low, found.high))
    if clear_ratio(found):
        form = "leaving_more" if (found.value or 0) > 1 else "leaving_less"
    elif desk.reading.leaving and not (cause.loss or desk.ask.filters.stage):
        form = "leaving_unsure"
    else:
        return False
    desk.claim("behaviour", f"{said.say(form, ratio=ratio, low=low, high=high)}.", [found])
    return True


def _also(desk: Desk, causes: Sequence[Cause]) -> None:
    if not causes:
        return
    said = desk.said
    made = [briefly(desk, cause.said) for cause in causes]
    named = [
        f"{desk.theme(cause.theme)} ({text})" for cause, (text, _) in zip(causes, made, strict=True)
    ]
    text = said.say("also", themes=said.joined(named))
    desk.claim("finding", f"{text}.", [figure for _, figure in made], style="lead")


def _befriended(desk: Desk, friends: Mapping[str, Figure]) -> None:
    """Themes that are often blamed, and not left for."""
    said = desk.said
    shares = desk.book.run("themes", desk.anywhere)
    desk.draft.heading(said.say("head_friend"))
    for theme, ratio in friends.items():
        blamed = first(shares, "themes.negative", theme=theme)
        if blamed is None:
            continue
        name = desk.theme(theme)
        low, high = (times(said, each or 0) for each in (ratio.low, ratio.high))
        text = said.say(
            "friend" if clear(ratio) else "friend_unsure",
            theme=name,
            share=share(said, blamed),
            ratio=times(said, ratio.value or 0),
            low=low,
            high=high,
        )
        desk.claim("counter", f"{text}.", [blamed, ratio], bold=name)


def _incidents(desk: Desk) -> None:
    """What went wrong before customers left, where the question is why they leave."""
    if desk.ask.filters.stage:
        return
    said = desk.said
    loss = desk.run("loss")
    desk.draft.heading(said.say("head_done"))
    for figure in loss:
        if figure.name != "loss.incident" or not clear(figure) or (figure.value or 0) < 1:
            continue
        about = {"incident": figure.about["incident"]}
        own, rest = (
            first(loss, f"loss.{n}", **about) for n in ("incident-left", "incident-left-others")
        )
        if not (own and rest):
            continue
        text = said.say(
            "incident",
            incident=desk.word("incident", figure.about["incident"]),
            own=said.percent(own.value or 0),
            rest=said.percent(rest.value or 0),
            ratio=times(said, figure.value or 0),
            low=times(said, figure.low or 0),
            high=times(said, figure.high or 0),
        )
        desk.claim("behaviour", f"{text}.", [own, rest, figure], style="bullet")
