"""How many speak of a stage, and how many stop at its steps."""

from dataclasses import replace

from assistant.answers import levels
from assistant.answers.asked import BLAMING, DOING
from assistant.answers.parts import Desk, first, share
from corpus.metrics.funnel import steps_at


def compose(desk: Desk) -> bool:
    """How many speak of the stages, and how many sessions stop at their steps."""
    if desk.reading.leaving or DOING.search(desk.reading.text.lower()):
        return _stopped(desk) or _spoken_stage(desk)
    told = _spoken_stage(desk)
    return _stopped(desk) or told


def _spoken_stage(desk: Desk) -> bool:
    said = desk.said
    filters = replace(desk.ask.filters, stage=())
    journey = desk.book.all("journey", levels.plain(desk, filters))
    where = levels.where(desk, filters)
    blamed = BLAMING.search(desk.reading.text.lower())
    told = False
    for stage in desk.ask.filters.stage:
        spoken = first(journey, "journey.share", stage=stage)
        bad = first(journey, "journey.negative", stage=stage)
        if spoken is None or spoken.value is None:
            continue
        told = True
        name = desk.word("stage", stage).lower()
        if bad and bad.value is None:
            if blamed:
                text = said.say("n_stage_bad_few", stage=name)
                desk.claim("limit", levels.sentence(f"{where}{text}"), [bad], style="lead")
            bad = None
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
