"""The parts of a cut, and what is true of everybody beside what is true of some."""

from dataclasses import replace

from assistant.answers import levels
from assistant.answers.parts import Desk, first, share
from corpus.filters import Filters
from corpus.metrics.types import Figure
from corpus.types import FEWEST

MOST_PARTS = 8


def parts_of(desk: Desk) -> list[str]:
    """The values of the cut that is asked for, the most frequent first."""
    by = desk.ask.by or ""
    ask = replace(desk.ask, against=None)
    return [
        f.about[by]
        for f in desk.book.run("volume", ask)
        if f.name == "volume.records" and (f.value or 0) >= FEWEST
    ][:MOST_PARTS]


def tell_everybody(desk: Desk, analysis: str, own: Figure, themes: tuple[str, ...] = ()) -> None:
    """The same figure of everybody in the period, where the question is of some."""
    filters = levels.everybody(desk.ask.filters)
    if filters == desk.ask.filters:
        return
    ask = replace(levels.plain(desk, filters), themes=themes)
    whole = first(desk.book.run(analysis, ask), own.name, **dict(own.about))
    if whole is None:
        return
    said = desk.said
    if own.name.startswith(("score.", "means.")):
        text = f"{levels.level(desk, whole)} ({levels.made(said, whole)})"
    else:
        text = share(said, whole)
    desk.claim("finding", levels.sentence(among_all(desk, text)), [whole])


def among_all(desk: Desk, value: str, filters: Filters | None = None) -> str:
    """The same of everybody, in the period of the question or of ``filters`` where it has one."""
    filters = filters or desk.ask.filters
    dated = filters.since or filters.until
    return desk.said.say("n_everybody_then" if dated else "n_everybody", value=value)
