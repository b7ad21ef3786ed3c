"""By how much a score moved from one period to the other, in one sentence."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answers import levels
from assistant.answers.parts import Desk, clear, first
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
