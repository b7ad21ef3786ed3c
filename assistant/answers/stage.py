"""A stage summed up: who speaks of it and how, what is done there, what the map assumes of it.

Without a stage in the question it is the whole journey, a line for each stage. Map and customers
stay apart: what the map assumes is quoted from it, and where customers say the opposite both are
shown.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from assistant.answers.parts import (
    Desk,
    between,
    clear,
    decimal,
    first,
    people,
    percent_points,
    points,
    quote_complaints,
    quote_more,
    quote_praise,
    ranked,
    share,
    times,
    uncorrected,
)
from corpus.metrics.funnel import steps_at
from corpus.metrics.types import Figure

MOST_STAGES, MOST_THEMES, MOST_EMOTIONS, MOST_GAPS, MOST_DONE = 2, 3, 3, 2, 2

APART = 1.1
"""How many times those who speak of a stage must have written there for both to be told."""


def compose(desk: Desk) -> bool:
    """Write the answer; False where there is nothing to say it with."""
    stages = desk.ask.filters.stage
    journey = desk.book.run("journey", desk.anywhere)
    if not stages:
        return _journey(desk, journey)
    told = [_stage(_at(desk, stage), stage, journey) for stage in stages[:MOST_STAGES]]
    return any(told)


def _at(desk: Desk, stage: str) -> Desk:
    """The same desk for one stage alone."""
    return replace(desk, ask=replace(desk.ask, filters=replace(desk.ask.filters, stage=(stage,))))


def _stage(desk: Desk, stage: str, journey: Sequence[Figure]) -> bool:
    spoken = first(journey, "journey.share", stage=stage)
    if spoken is None:
        return _unspoken(desk, stage, journey)
    _lead(desk, stage, spoken, journey)
    _score(desk, stage, journey)
    themes = desk.run("themes")
    wrote, speak = (themes[0].denominator if themes else None) or 0, spoken.numerator or 0
    if themes and wrote > APART * speak:
        who = people(desk.said, themes[0], wrote)
        desk.claim("limit", f"{desk.said.say('stage_base', people=who)}.", themes[:1])
    desk.draft.heading(desk.said.say("head_bad"))
    _side(desk, "negative", themes, "-")
    desk.draft.heading(desk.said.say("head_good"))
    _side(desk, "positive", themes, "+")
    _rest(desk, stage)
    desk.draft.heading(desk.said.say("head_weight"))
    _weight(desk, stage, journey)
    return True


def _unspoken(desk: Desk, stage: str, journey: Sequence[Figure]) -> bool:
    """What is known of a stage of which too few speak: its score, its events, its map."""
    everything = desk.book.all("journey", desk.anywhere)
    spoken = any(figure.about.get("stage") == stage for figure in everything)
    if not (spoken or steps_at(desk.store, [stage]) or _pains(desk, stage)):
        return False
    name = desk.word("stage", stage)
    text = desk.said.say("stage_unspoken", stage=name)
    desk.draft.claim("limit", f"{text}.", style="lead", bold=name)
    _score(desk, stage, journey)
    _rest(desk, stage)
    desk.draft.heading(desk.said.say("head_words"))
    quote_more(desk, "quote", 4)
    return True


def _rest(desk: Desk, stage: str) -> None:
    """What is done there, and what the map assumes."""
    desk.draft.heading(desk.said.say("head_done_there"))
    _funnel(desk, stage)
    _incidents(desk, stage)
    desk.draft.heading(desk.said.say("head_map"))
    _map(desk, stage)


# What is said --------------------------------------------------------------------------------


def _lead(desk: Desk, stage: str, spoken: Figure, journey: Sequence[Figure]) -> None:
    said, name = desk.said, desk.word("stage", stage)
    badly = first(journey, "journey.negative", stage=stage)
    text = said.say("stage_lead", stage=name, share=share(said, spoken))
    if badly:
        text += said.say("stage_badly", share=share(said, badly))
    figures = [spoken, badly] if badly else [spoken]
    desk.claim("finding", f"{text}.", figures, style="lead", bold=name)
    feeling = first(journey, "journey.feeling", stage=stage)
    if feeling:
        form = "feeling_mixed"
        if clear(feeling):
            form = "feeling_bad" if (feeling.value or 0) < 0 else "feeling_good"
        value, low, high = (
            decimal(said, each or 0, 2) for each in (feeling.value, feeling.low, feeling.high)
        )
        desk.claim("finding", f"{said.say(form, value=value, low=low, high=high)}.", [feeling])
    emotions = [f for f in ranked(journey, "journey.emotion") if f.about["stage"] == stage][
        :MOST_EMOTIONS
    ]
    if emotions:
        named = [
            f"{desk.word('emotion', f.about['emotion']).lower()} ({said.percent(f.value or 0)})"
            for f in emotions
        ]
        form = "emotions_one" if len(named) == 1 else "emotions_many"
        text = said.say(form, emotions=said.joined(named))
        desk.claim("finding", f"{text}.", emotions)


def _score(desk: Desk, stage: str, journey: Sequence[Figure]) -> None:
    """The score that the source gives this stage, with most answers."""
    found = [f for f in journey if f.name == "journey.score" and f.about["stage"] == stage]
    if not found:
        return
    said = desk.said
    top = max(found, key=lambda figure: figure.n)
    if top.unit == "share":
        value = said.say("stage_csat", share=said.percent(top.value or 0))
    elif top.unit == "points":
        value = said.say("stage_nps", value=decimal(said, top.value or 0, 0))
    else:
        form = {"ces-1": "stage_effort", "ces-2": "stage_easy"}.get(top.about["kind"], "stage_mean")
        value = said.say(form, value=decimal(said, top.value or 0), maximum=top.about["maximum"])
    made = said.say("of_answers", n=said.number(top.n), between=between(said, top))
    desk.claim("finding", f"{value} ({made}).", [top])


def _side(desk: Desk, side: str, themes: Sequence[Figure], tone: Literal["+", "-"]) -> None:
    """The heaviest theme of a side with what it is made of, the next ones, and quotes of two."""
    said, figures = desk.said, ranked(themes, f"themes.{side}")
    if not figures:
        quote_more(desk, "quote", 2, tone=tone)
        return
    top, rest = figures[0], figures[1:MOST_THEMES]
    name = desk.theme(top.about["theme"])
    text = said.say(f"stage_{side}", theme=name, share=share(said, top))
    if rest:
        named = [f"{desk.theme(f.about['theme'])} ({said.percent(f.value or 0)})" for f in rest]
        text += said.say("stage_then", themes=said.joined(named))
    desk.claim("finding", f"{text}.", [top, *rest], style="lead", bold=name)
    for figure in (top, rest[0] if rest else top):
        theme = figure.about["theme"]
        if tone == "-":
            quote_complaints(desk, "quote", 1, theme=theme)
        else:
            quote_praise(desk, "quote", 1, theme=theme)


# What is done --------------------------------------------------------------------------------


def _funnel(desk: Desk, stage: str) -> None:
    said, kinds, funnel = desk.said, steps_at(desk.store, [stage]), desk.run("funnel")
    for rate in funnel:
        if rate.name != "funnel.rate" or rate.about["step"] not in kinds:
            continue
        step = rate.about["step"]
        lost = first(funnel, "funnel.lost", step=step)
        if lost is None:
            continue
        text = said.say(
            "stage_step",
            n=said.number(int(rate.denominator or 0)),
            step=said.say(f"steps_{step}"),
            lost=said.number(int(lost.value or 0)),
            share=said.percent(1 - (rate.value or 0)),
        )
        desk.claim("behaviour", f"{text}.", [rate, lost], style="bullet")


_AFTER = {
    "slow_refund": "refund",
    "unfinished_checkout": "checkout",
    "unfinished_account": "account",
}
"""Incidents that are read off events of another kind."""


def _incidents(desk: Desk, stage: str) -> None:
    """What goes wrong at the stage, and whether those who lived it leave more.

    Where none goes with leaving beyond chance, the first is told with that.
    """
    kinds = steps_at(desk.store, [stage])
    loss = desk.book.run("loss", desk.anywhere) if kinds else []
    found = [
        f
        for f in loss
        if f.name == "loss.incident"
        and _AFTER.get(f.about["incident"], f.about["incident"]) in kinds
        and first(loss, "loss.incident-left", incident=f.about["incident"])
    ]
    told = [f for f in found if clear(f)][:MOST_DONE] or found[:1]
    for figure in told:
        _incident(desk, figure, loss)


def _incident(desk: Desk, figure: Figure, loss: Sequence[Figure]) -> None:
    said, incident = desk.said, figure.about["incident"]
    own, rest = (
        first(loss, f"loss.{name}", incident=incident)
        for name in ("incident-left", "incident-left-others")
    )
    if not (own and rest):
        return
    form = "incident_unsure"
    if clear(figure):
        form = "incident" if (figure.value or 0) > 1 else "incident_less"
    text = said.say(
        form,
        incident=desk.word("incident", incident),
        own=said.percent(own.value or 0),
        rest=said.percent(rest.value or 0),
        ratio=times(said, figure.value or 0),
        low=times(said, figure.low or 0),
        high=times(said, figure.high or 0),
    )
    desk.claim("behaviour", f"{text}.", [own, rest, figure], style="bullet")


# What the map assumes ------------------------------------------------------------------------


def _map(desk: Desk, stage: str) -> None:
    said = desk.said
    gaps = desk.run("gaps")
    opposite = first(gaps, "gaps.emotion", stage=stage)
    if opposite:
        # What is assumed less what is said: above nought where the map is the rosier.
        form = "map_rosier" if (opposite.value or 0) > 0 else "map_darker"
        who = people(said, opposite, opposite.n)
        desk.claim("journey", f"{said.say(form, people=who)}.", [opposite], style="lead")
    told = [f for f in gaps if f.name == "gaps.cell-emotion"][:MOST_GAPS]
    for figure in told:
        _cell(desk, figure.about["passage"], figure)
    if not told:
        for passage in _pains(desk, stage):
            _cell(desk, passage)
    opposed = {f.about["theme"] for f in told}
    missing = [f for f in gaps if f.name == "gaps.unmapped" and f.about["theme"] not in opposed]
    missing = missing[:MOST_THEMES]
    if missing:
        named = [said.quote(desk.theme(f.about["theme"])) for f in missing]
        text = said.say("map_unmapped", themes=said.joined(named))
        desk.claim("journey", f"{text}.", missing, style="lead")
    for figure in [f for f in gaps if f.name == "gaps.unmentioned"][:1]:
        _cell(desk, figure.about["passage"], figure, "map_unmentioned")


def _pains(desk: Desk, stage: str) -> list[str]:
    """The cells of the map that hold its moments of truth and its pains there."""
    rows = desk.store.sql(
        "SELECT id, stage FROM cells WHERE lane = 'pain' OR moment_of_truth "
        "ORDER BY moment_of_truth DESC, emotion, id"
    )
    return [row["id"] for row in rows if row["stage"] == stage][:MOST_GAPS]


def _cell(
    desk: Desk, identity: str, figure: Figure | None = None, form: str = "map_opposite"
) -> None:
    """Quote a cell of the map, and what customers say of the same."""
    said = desk.said
    passage = desk.store.passage(identity)
    start, end = _bare(passage.text)
    text = said.quote(passage.text[start:end])
    facts = []
    if figure:
        theme = desk.theme(figure.about["theme"])
        rosier = (figure.value or 0) > 0
        if form == "map_opposite":
            form = "map_opposite_bad" if rosier else "map_opposite_good"
        counted = (figure.value or 0) if form == "map_unmentioned" else figure.n
        n = people(said, figure, counted)
        text = said.say(form, cell=text, theme=theme, people=n)
        facts = [desk.book.use(figure)]
    else:
        text = said.say("map_says", cell=text)
    desk.draft.claim(
        "journey",
        f"{text}.",
        style="bullet",
        citations=[desk.draft.cite(passage, start, end)],
        facts=facts,
    )


def _bare(text: str) -> tuple[int, int]:
    """Where a cell's own words are: after its heading, within its quotation marks and full stop."""
    body = text[text.find("\n") + 1 :]
    start = len(text) - len(body.lstrip(_MARKS))
    return start, start + len(text[start:].rstrip(_MARKS + "."))


_MARKS = '«»“”"\u00a0\u202f '


# What it weighs ------------------------------------------------------------------------------


def _weight(desk: Desk, stage: str, journey: Sequence[Figure]) -> None:
    """Its place among the moments of truth, the later score and the leaving that go with it."""
    said = desk.said
    moments = [f for f in journey if f.name == "journey.moment"]
    own = first(moments, "journey.moment", stage=stage)
    if own and len(moments) > 1:
        ahead = [desk.word("stage", f.about["stage"]) for f in moments if f.value < own.value]  # type: ignore[operator]  # run gives no value that is None
        form = "moment_first" if not ahead else "moment_after"
        parts = [part for part in ("spread", "memory", "loss") if part in own.about]
        by = said.joined([said.say(f"weigh_{part}") for part in parts])
        text = said.say(form, ahead=said.joined(ahead), by=by)
        desk.claim("finding", f"{text}.", moments[: len(ahead) + 1])
    memory = first(journey, "journey.memory", stage=stage)
    if memory and clear(memory):
        lower = (memory.value or 0) < 0
        bounds = replace(memory, low=-(memory.high or 0), high=-(memory.low or 0))
        text = said.say(
            "memory_low" if lower else "memory_high",
            points=points(said, memory),
            between=between(said, bounds if lower else memory),
        )
        desk.claim("finding", f"{text}.", [memory])
    loss = first(journey, "journey.loss", stage=stage)
    if loss:
        form = "stage_left_corrected" if uncorrected(loss) else "stage_left_unsure"
        if clear(loss):
            form = "stage_left_more" if (loss.value or 0) > 0 else "stage_left_less"
        text = said.say(form, **percent_points(said, loss))
        desk.claim("behaviour", f"{text}.", [loss])


# The whole journey ---------------------------------------------------------------------------


def _journey(desk: Desk, journey: Sequence[Figure]) -> bool:
    """A line for each stage, in the journey's order, then where what goes wrong weighs most."""
    said = desk.said
    stages = [f for f in journey if f.name == "journey.share"]
    if not stages:
        return False
    moments = [f for f in journey if f.name == "journey.moment"][:2]
    if moments:
        names = [desk.word("stage", f.about["stage"]) for f in moments]
        form = "journey_lead_one" if len(names) == 1 else "journey_lead"
        text = said.say(form, stages=said.joined(names))
        desk.claim("finding", f"{text}.", moments, style="lead")
    for spoken in stages:
        stage = spoken.about["stage"]
        name = desk.word("stage", stage)
        badly = first(journey, "journey.negative", stage=stage)
        text = said.say("journey_line", stage=name, share=share(said, spoken))
        if badly:
            text += said.say("journey_badly", share=said.percent(badly.value or 0))
        figures = [spoken, *([badly] if badly else [])]
        desk.claim("finding", f"{text}.", figures, style="bullet", bold=name)
    return True
