"""A series period by period: which figures are of it, when they are, which of them to show."""

from collections.abc import Mapping, Sequence

from assistant.answers import levels
from assistant.answers.parts import Desk, clear
from corpus.metrics._periods import GRAINS
from corpus.metrics.types import Figure

MOST_BREAKS, MOST_LISTED = 3, 13


def of_series(figure: Figure, about: Mapping[str, str]) -> bool:
    """Whether a figure is of this series."""
    same = all(figure.about.get(key) == value for key, value in about.items())
    return same and figure.about.get("only") == about.get("only")


def whole(series: Sequence[Figure], name: str, about: Mapping[str, str]) -> list[Figure]:
    """A series period by period, the whole periods alone."""
    return [
        f for f in series if f.name == name and of_series(f, about) and "incomplete" not in f.about
    ]


def breaks(series: Sequence[Figure], about: Mapping[str, str]) -> list[Figure]:
    """The breaks of a series that are beyond chance, in time's order."""
    found = [f for f in series if f.name == "trend.break" and of_series(f, about) and clear(f)]
    return sorted(found, key=lambda figure: figure.about["since"])[-MOST_BREAKS:]


def when(desk: Desk, figure: Figure) -> str:
    """The period that a figure is of."""
    return levels.period(desk.said, figure.about[_grain(figure)])


def the(desk: Desk, figure: Figure) -> str:
    """The same with its article, where it has one."""
    return levels.the(desk.said, figure.about[_grain(figure)])


def grain_name(desk: Desk, figure: Figure) -> str:
    """What the periods are: weeks, months or quarters."""
    return desk.said.say(f"n_grain_{_grain(figure)}")


def _grain(figure: Figure) -> str:
    return next(each for each in GRAINS if each in figure.about)


def listed(desk: Desk, shown: Sequence[Figure]) -> bool:
    """Whether each period is to be told: they were asked for one by one, and are few."""
    return desk.ask.by in GRAINS and len(shown) <= MOST_LISTED


def extremes(shown: Sequence[Figure]) -> tuple[Figure, Figure] | None:
    """The lowest and the highest period, where they are not the first and the last."""
    low, high = (pick(shown, key=lambda f: f.value or 0) for pick in (min, max))
    if len(shown) < 4 or {id(low), id(high)} <= {id(shown[0]), id(shown[-1])}:
        return None
    return low, high
