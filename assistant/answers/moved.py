"""What moved from one period to the other: a score in one sentence, how a stage is spoken of."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answers import levels
from assistant.answers.parts import Desk, clear, first, share
from corpus.filters import Filters
from corpus.metrics._periods import period_name
from corpus.metrics.types import Figure


def few(desk: Desk, whole: Figure) -> bool:
    """That too few answered in a period to say; False where no score was given before."""
    said = desk.said
    if "before" not in whole.about:
        return False
    text = said.say(
        "n_change_few",
        scale=levels.noun(desk, whole),
        before=levels.period(said, whole.about["before"]),
        after=levels.period(said, whole.about["after"]),
        n=said.number(whole.n),
    )
    desk.claim("limit", levels.sentence(f"{_where(desk)}{text}"), [whole], style="lead")
    return True


def _where(desk: Desk) -> str:
    """What the question is limited to, but for the periods."""
    return levels.where(desk, replace(desk.ask.filters, since=None, until=None))


def lead(desk: Desk, figures: Sequence[Figure], whole: Figure) -> None:
    """By how much, from which level to which, and whether chance alone may do that."""
    said = desk.said
    before, after = (first(figures, f"change.{side}") for side in ("before", "after"))
    if not (before and after):
        return
    way = "still" if not clear(whole) else "up" if (whole.value or 0) > 0 else "down"
    text = said.say(
        f"n_change_{way}",
        scale=levels.noun(desk, whole),
        first=levels.period(said, whole.about["before"]),
        last=levels.period(said, whole.about["after"]),
        before=f"{levels.amount(said, before)} ({levels.made(said, before)})",
        after=f"{levels.amount(said, after)} ({levels.made(said, after)})",
        **levels.gaps(said, whole),
    )
    used = [whole, before, after]
    desk.claim("finding", levels.sentence(f"{_where(desk)}{text}"), used, style="lead")


def at_a_stage(desk: Desk, before: Filters) -> bool:
    """How a stage is spoken of since a day, and before it; False where nobody speaks of it."""
    said, found = desk.said, []
    stage = desk.ask.filters.stage[0]
    for filters in (desk.ask.filters, before):
        ask = replace(levels.plain(desk, replace(filters, stage=())), themes=())
        journey = desk.book.all("journey", ask)
        spoken = first(journey, "journey.share", stage=stage)
        if spoken is None or not spoken.numerator:
            return False
        found.append((spoken, first(journey, "journey.negative", stage=stage)))
    (ours, bad), (theirs, bad_before) = found
    values = {
        "stage": desk.word("stage", stage).lower(),
        "now": levels.period(said, period_name(desk.ask.filters)),
        "then": levels.period(said, period_name(before)),
    }
    where = levels.where(desk, replace(desk.ask.filters, stage=(), since=None, until=None))
    if bad and bad_before and bad.value is not None and bad_before.value is not None:
        way = "up" if (bad.low or 0) > (bad_before.high or 1) else "still"
        way = "down" if (bad.high or 1) < (bad_before.low or 0) else way
        text = said.say(
            f"w_stage_{way}", **values, after=share(said, bad), before=share(said, bad_before)
        )
        desk.claim("finding", levels.sentence(f"{where}{text}"), [bad, bad_before], style="lead")
    else:
        text = said.say("w_stage_few", **values)
        figures = [figure for figure in (bad, bad_before) if figure] or [ours, theirs]
        desk.claim("limit", levels.sentence(f"{where}{text}"), figures, style="lead")
    if ours.value is not None and theirs.value is not None:
        text = said.say(
            "w_stage_spoken", **values, after=share(said, ours), before=share(said, theirs)
        )
        desk.claim("finding", levels.sentence(text), [ours, theirs])
    return True
