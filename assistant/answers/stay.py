"""Why people stay, recommend, come back: what the most satisfied praise, and what is then done.

What stands out is what those with the best scores praise more than the others. Whether who praises
it also comes back is another question, and the events answer it where there are any. Complaints
that cost the score most speak against.
"""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answers.love import best
from assistant.answers.parts import (
    Desk,
    clear,
    decimal,
    first,
    people,
    percent_points,
    quote_complaints,
    quote_more,
    quote_praise,
    ranked,
    share,
    too_few,
    uncorrected,
)
from corpus.filters import Filters
from corpus.metrics.types import Figure

MOST_THEMES = 3


def compose(desk: Desk) -> bool:
    """Write the answer; False where there is nothing to say it with."""
    found = desk.run("stays", filters=_any_score(desk))
    if desk.ask.themes:
        found = [f for f in found if f.about["theme"] in desk.ask.themes]
    told = [f for f in ranked(found, "stays.difference") if clear(f) and (f.value or 0) > 0]
    if told:
        for place, difference in enumerate(told[:MOST_THEMES]):
            _stands_out(desk, difference, found, "stay_theme" if place else "stay_lead")
        _nobody_followed(desk, told[:MOST_THEMES], found)
    elif not _praise(desk, found):
        return False
    desk.draft.heading(desk.said.say("head_attachment"))
    _behaviours(desk)
    _done(desk)
    _against(desk)
    return True


def _any_score(desk: Desk) -> Filters:
    """The question's filters but for the score: the satisfied are compared with the others."""
    return replace(desk.ask.filters, score_min=None, score_max=None)


# What stands out -----------------------------------------------------------------------------


def _stands_out(desk: Desk, difference: Figure, found: Sequence[Figure], form: str) -> None:
    said, theme = desk.said, difference.about["theme"]
    part = first(found, "stays.share", theme=theme)
    if part is None:
        return
    name = desk.theme(theme)
    text = said.say(
        form,
        theme=name,
        best=best(desk, difference),
        share=share(said, part),
        **percent_points(said, difference),
    )
    desk.claim("finding", f"{text}.", [part, difference], style="lead", bold=name)
    _came_back(desk, first(found, "stays.came-back", theme=theme))
    quote_praise(desk, "quote", 2, theme=theme)


def _came_back(desk: Desk, found: Figure | None) -> None:
    """Whether those who praise it come back more than the others."""
    if found is None:
        return
    said = desk.said
    values = percent_points(said, found)
    if not clear(found):
        form = "back_corrected" if uncorrected(found) else "back_unsure"
    else:
        form = "back_more" if (found.value or 0) > 0 else "back_less"
    text = said.say(form, days=found.about["days"], **values)
    desk.claim("behaviour", f"{text}.", [found])


def _nobody_followed(desk: Desk, told: Sequence[Figure], found: Sequence[Figure]) -> None:
    """Say that too few are followed to tell who came back, where there are events."""
    known = desk.book.all("stays", replace(desk.ask, filters=_any_score(desk)))
    told_back = {f.about["theme"] for f in found if f.name == "stays.came-back"}
    followed = any(f.name == "stays.came-back" for f in known)
    if followed and not any(f.about["theme"] in told_back for f in told):
        desk.draft.claim("limit", f"{desk.said.say('back_few')}.", style="lead")


def _praise(desk: Desk, found: Sequence[Figure]) -> bool:
    """What is praised, where nothing tells the satisfied apart; False where nothing is."""
    said = desk.said
    themes = ranked(desk.run("themes"), "themes.positive")
    if desk.ask.themes:
        themes = [f for f in themes if f.about["theme"] in desk.ask.themes]
    if not themes:
        if not too_few(desk):
            return False
        desk.draft.heading(said.say("head_praise"))
        return bool(quote_more(desk, "quote", 2, tone="+"))
    compared = any(f.name == "stays.difference" for f in found)
    top = themes[0]
    name = desk.theme(top.about["theme"])
    known = desk.book.all("stays", replace(desk.ask, filters=_any_score(desk)))
    form = "stay_praise_few" if any(f.name == "stays.difference" for f in known) else "stay_praise"
    form = "stay_praise_compared" if compared else form
    text = said.say(form, theme=name, share=share(said, top))
    desk.claim("finding", f"{text}.", [top], style="lead", bold=name)
    quote_praise(desk, "quote", 2, theme=top.about["theme"])
    rest = themes[1:4]
    if rest:
        named = [f"{desk.theme(f.about['theme'])} ({said.percent(f.value or 0)})" for f in rest]
        text = said.say("love_also", themes=said.joined(named))
        desk.claim("finding", f"{text}.", rest, style="lead")
    return True


# What is done --------------------------------------------------------------------------------


def _behaviours(desk: Desk) -> None:
    """How each attachment behaviour is spoken of, well and badly."""
    said, figures = desk.said, desk.run("attachment")
    pairs = [
        (good, bad)
        for good in ranked(figures, "attachment.positive")
        if (bad := first(figures, "attachment.negative", behaviour=good.about["behaviour"]))
    ]
    if not pairs:
        return
    named = [
        said.say(
            "behaviour_pair",
            behaviour=desk.word("behaviour", good.about["behaviour"]),
            good=said.percent(good.value or 0),
            bad=said.percent(bad.value or 0),
        )
        for good, bad in pairs
    ]
    who = people(said, pairs[0][0], pairs[0][0].n)
    text = said.say("behaviours", people=who, pairs=said.say("semicolon").join(named))
    desk.claim("finding", f"{text}.", [f for pair in pairs for f in pair])


def _done(desk: Desk) -> None:
    """Whether a first experience that went wrong goes with buying again less."""
    said, figures = desk.said, desk.run("attachment")
    gap, bad, smooth = (
        first(figures, f"attachment.repurchase_{name}")
        for name in ("gap", "after_incident", "after_smooth")
    )
    if not (gap and bad and smooth):
        return
    text = said.say(
        "repurchase_clear" if clear(gap) else "repurchase_unsure",
        bad=said.percent(bad.value or 0),
        smooth=said.percent(smooth.value or 0),
        days=gap.about["days"],
        **percent_points(said, gap),
    )
    desk.claim("behaviour", f"{text}.", [bad, smooth, gap])


def _lowers(figure: Figure) -> bool:
    """Whether an impact is one for the worse: on a scale of effort more is."""
    return ((figure.value or 0.0) > 0) == (figure.about.get("kind") == "ces-1")


def _against(desk: Desk) -> None:
    """The complaint that costs the score most."""
    said = desk.said
    costs = [
        f
        for f in desk.run("drivers", filters=_any_score(desk))
        if f.name == "drivers.impact" and clear(f) and _lowers(f)
    ]
    if not costs:
        return
    top = max(costs, key=lambda figure: abs(figure.value or 0.0))
    name = desk.theme(top.about["theme"])
    desk.draft.heading(said.say("head_against"))
    # An impact is small: it is told to the hundredth, and the words carry the sign.
    size, low, high = (abs(each or 0) for each in (top.value, top.low, top.high))
    places = 0 if top.unit == "points" else 2
    form = "points_many" if size >= (2 if said.language == "fr" else 1.05) else "points_one"
    form += "_nps" if top.unit == "points" else ""
    text = said.say(
        "stay_against",
        theme=name,
        points=said.say(form, n=decimal(said, size, places), maximum=top.about["maximum"]),
        low=decimal(said, min(low, high), places),
        high=decimal(said, max(low, high), places),
    )
    desk.claim("counter", f"{text}.", [top], style="lead", bold=name)
    unhappy = replace(desk, ask=replace(desk.ask, filters=_any_score(desk)))
    quote_complaints(unhappy, "counter", 1, theme=top.about["theme"])
