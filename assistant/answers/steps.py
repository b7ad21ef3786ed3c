"""How a step of the way to a purchase goes over time: who goes on, or who stops, period by period.

Told of those who stop where the question asks of them, else of those who go on; and since when,
and with which part of the sessions the change goes.
"""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answers import levels
from assistant.answers.asked import DOING, STOPPING, step_named
from assistant.answers.parts import Desk, clear, first
from assistant.answers.series import breaks, extremes, listed, the, when, whole
from corpus.metrics._breaks import FEWEST_PERIODS
from corpus.metrics._periods import GRAINS
from corpus.metrics.funnel import stages_of_kinds
from corpus.metrics.types import Figure

MOST_CHANGES = 2


def compose(desk: Desk, asked: str) -> bool:
    """Write the answer; False where the question is not of a step, or has none."""
    leaving = desk.reading.leaving and desk.reading.follows
    if desk.reading.score or not (leaving or DOING.search(asked)):
        return False
    named = _series(desk, asked)
    if named is None:
        return False
    step, series = named
    shown = [f for f in whole(series, "trend.share", {"step": step}) if f.value is not None]
    if len(shown) < 2:
        return False
    way = "stops" if leaving or STOPPING.search(asked) else "goes"
    # So few periods as have no break may have one by shorter ones.
    finer = _trend(desk, asked, None) if len(shown) < FEWEST_PERIODS else series
    turned = breaks(finer, {"step": step})
    for found in turned:
        tell_turn(desk, finer, found, way)
    if not turned:
        _still(desk, shown, way)
    if not listed(desk, shown):
        _ends(desk, shown, way)
    else:
        for figure in shown:
            text = f"{when(desk, figure)}{desk.said.say('colon')}{_level(desk, figure, way)}"
            text = text[:1].upper() + text[1:]
            desk.claim("behaviour", text, [figure], style="bullet")
    _with(desk, step, turned)
    partly = [f for f in series if f.about.get("step") == step and "incomplete" in f.about]
    partly = [f for f in partly if f.name == "trend.share"]
    if partly:
        periods = desk.said.joined([when(desk, f) for f in partly])
        text = desk.said.say("n_incomplete", periods=periods)
        desk.claim("limit", levels.sentence(text), partly)
    return True


def _series(desk: Desk, asked: str) -> tuple[str, list[Figure]] | None:
    """The step that is asked of, by name or as the last of its stage, and how it goes."""
    series = _trend(desk, asked, desk.ask.by if desk.ask.by in GRAINS else None)
    steps = list(dict.fromkeys(f.about["step"] for f in series if "step" in f.about))
    named = step_named(asked)
    return (named if named in steps else steps[-1], series) if steps else None


def _trend(desk: Desk, asked: str, by: str | None) -> list[Figure]:
    """The figures of the stage that is asked of, or that the step named belongs to."""
    ask = replace(desk.ask, against=None, themes=(), by=by)
    stage = stages_of_kinds(desk.store).get(step_named(asked) or "")
    if stage:
        ask = replace(ask, filters=replace(ask.filters, stage=(stage,)))
    return desk.book.all("trend", ask) if ask.filters.stage else []


def _verb(desk: Desk, step: str, way: str) -> str:
    return desk.said.say(f"step_{way}_{'last' if step == 'checkout' else 'on'}")


def _level(desk: Desk, figure: Figure, way: str) -> str:
    """The share that goes on with its counts, or the share that stops."""
    said, share = desk.said, figure.value or 0.0
    n = said.number(int(figure.denominator or 0))
    if way == "stops":
        return f"{said.percent(1 - share)} ({said.say('step_of', n=n)})"
    made = said.say("made_of", k=said.number(int(figure.numerator or 0)), n=n)
    return f"{said.percent(share)} ({made})"


def tell_turn(desk: Desk, series: Sequence[Figure], found: Figure, way: str) -> None:
    """Since when the level is another."""
    said, step = desk.said, found.about["step"]
    before, after = (
        first(series, f"trend.break-{side}", **dict(found.about)) for side in ("before", "after")
    )
    if not (before and after):
        return
    more = ((found.value or 0) > 0) == (way == "goes")
    text = said.say(
        "step_turned_more" if more else "step_turned_less",
        since=said.say("n_since", day=the(desk, found)),
        steps=said.say(f"steps_{step}"),
        verb=_verb(desk, step, way),
        before=_level(desk, before, way),
        after=_level(desk, after, way),
        gap=levels.gap(said, found, "more" if more else "less"),
    )
    where = levels.where(desk, replace(desk.ask.filters, stage=()))
    desk.claim("behaviour", levels.sentence(f"{where}{text}"), [found, before, after], style="lead")


def _still(desk: Desk, shown: Sequence[Figure], way: str) -> None:
    """No change beyond chance: the level of the whole time."""
    said, step = desk.said, shown[0].about["step"]
    ask = levels.plain(desk, replace(desk.ask.filters, stage=()))
    rate = first(desk.book.run("funnel", ask), "funnel.rate", step=step)
    if rate is None:
        return
    text = said.say(
        "step_still",
        steps=said.say(f"steps_{step}"),
        verb=_verb(desk, step, way),
        level=_level(desk, rate, way),
        first=the(desk, shown[0]),
        last=the(desk, shown[-1]),
    )
    where = levels.where(desk, ask.filters)
    figures = [rate, shown[0], shown[-1]]
    desk.claim("behaviour", levels.sentence(f"{where}{text}"), figures, style="lead")


def _ends(desk: Desk, shown: Sequence[Figure], way: str) -> None:
    """The first and the last whole period, and between what the others lie."""
    said, (start, end) = desk.said, (shown[0], shown[-1])
    text = said.say(
        "step_ends",
        first=when(desk, start),
        before=_level(desk, start, way),
        last=when(desk, end),
        after=_level(desk, end, way),
    )
    desk.claim("behaviour", levels.sentence(text), [start, end])
    if ends := extremes(shown):
        low, high = ends if way == "goes" else ends[::-1]
        values = [1 - (f.value or 0) if way == "stops" else f.value or 0 for f in (low, high)]
        text = said.say(
            "n_score_range",
            low=said.percent(values[0]),
            low_when=when(desk, low),
            high=said.percent(values[1]),
            high_when=when(desk, high),
        )
        desk.claim("behaviour", levels.sentence(text), [low, high])


def _with(desk: Desk, step: str, turned: Sequence[Figure]) -> None:
    """The parts of the step's sessions that went worse from the same month on."""
    said, months = desk.said, {found.about["since"][:7] for found in turned}
    ask = levels.plain(desk, replace(desk.ask.filters, stage=()))
    found = [
        f
        for f in (desk.book.run("funnel", ask) if turned else ())
        if f.name == "funnel.change" and f.about["step"] == step and f.about["since"] in months
    ]
    for figure in [f for f in found if clear(f)][:MOST_CHANGES]:
        text = said.say(
            "step_with",
            month=said.month(figure.about["since"]),
            part=levels.part_of_sessions(said, figure),
            gap=levels.gap(said, figure),
        )
        desk.claim("behaviour", levels.sentence(text), [figure])
