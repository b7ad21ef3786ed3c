"""Which charts an answer has: at most two, in the order in which it speaks of them."""

import logging
from collections.abc import Callable, Sequence

from assistant.ui.charts import change, funnel, shares, trend
from assistant.ui.charts.parts import Analyse, Chart, Json, Told

log = logging.getLogger(__name__)

MOST = 2

Kind = tuple[Callable[[Told, Json], bool], Callable[[Sequence[Json], Told, Analyse], Chart | None]]

KINDS: tuple[Kind, ...] = (
    (lambda told, fact: fact["name"].startswith("trend."), trend.chart),
    (lambda told, fact: fact["name"].startswith("change."), change.chart),
    (lambda told, fact: fact["name"] == "change.theme", change.chart_themes),
    (lambda told, fact: fact["name"] in funnel.NAMES, funnel.chart),
    (shares.drawn, shares.chart),
)
"""Whether a fact is of a kind, and what draws it."""


def charts(facts: Sequence[Json], told: Told, analyse: Analyse) -> list[Chart]:
    """The charts of an answer's facts; ``analyse`` gives whole the series they are from."""
    found: list[Chart] = []
    for draw in _in_order(facts, told):
        if len(found) == MOST:
            break
        try:
            drawn = draw(facts, told, analyse)
        except Exception:
            # The answer stands without its picture.
            log.exception("A chart could not be made.")
            continue
        if drawn:
            found.append(drawn)
    return found


def _in_order(
    facts: Sequence[Json], told: Told
) -> list[Callable[[Sequence[Json], Told, Analyse], Chart | None]]:
    places = [
        (min((at for at, fact in enumerate(facts) if of(told, fact)), default=None), draw)
        for of, draw in KINDS
    ]
    return [
        draw
        for _, draw in sorted(
            ((at, draw) for at, draw in places if at is not None), key=lambda place: place[0]
        )
    ]
