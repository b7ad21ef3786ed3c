"""How two groups lie apart, as every comparison tells it: for better or worse, by what share."""

from dataclasses import replace

from assistant.answers import levels
from assistant.answers.parts import Desk, clear, first
from corpus.filters import Filters
from corpus.metrics.types import Figure

MOST_THEMES = 4
"""Themes of which one group speaks more than the other that are told."""


def better(figure: Figure) -> bool:
    """Whether a score's difference is for the better: a CES of effort is better low."""
    up = (figure.value or 0) > 0
    return not up if figure.about.get("kind") == "ces-1" else up


def tell_share(
    desk: Desk,
    figure: Figure,
    one: Filters,
    other: Filters,
    names: tuple[str, str],
    rest: bool,
    *,
    style: str,
    where: str = "",
) -> None:
    """The share of a theme on both sides, and their difference."""
    said, theme = desk.said, figure.about["theme"]
    used = [figure]
    own = said.say(
        "made_of",
        k=said.number(int(figure.numerator or 0)),
        n=said.number(int(figure.denominator or 0)),
    )
    ours = (figure.numerator or 0) / (figure.denominator or 1)
    theirs = None if rest else _said_by(desk, theme, other)
    mine = _said_by(desk, theme, one)
    used += [each for each in (mine, theirs) if each]
    enough = mine is not None and mine.value is not None
    values = {
        "theme": desk.theme(theme),
        "one": names[0],
        "other": names[1],
        "own": f"{said.percent(ours)} ({own})" if enough else own,
        "theirs": _share_of(desk, theirs),
        **levels.gaps(said, figure),
    }
    way = "alike" if not clear(figure) else "more" if (figure.value or 0) > 0 else "less"
    dated = (one.since, one.until) != (other.since, other.until)
    form = f"n_share_{'when_' if dated else ''}{way}" if theirs else f"n_share_rest_{way}"
    text = said.say(form, **values)
    bold = desk.theme(theme) if style == "bullet" else ""
    desk.claim("finding", levels.sentence(f"{where}{text}"), used, style=style, bold=bold)


def _said_by(desk: Desk, theme: str, filters: Filters) -> Figure | None:
    """The share of a group that speaks of a theme; None where nobody does."""
    found = desk.book.all("themes", replace(levels.plain(desk, filters), themes=()))
    return first(found, "themes.share", theme=theme)


def _share_of(desk: Desk, figure: Figure | None) -> str:
    """A share and its counts, without the interval: that of the difference is told."""
    if figure is None:
        return ""
    said = desk.said
    k, n = (said.number(int(each or 0)) for each in (figure.numerator, figure.denominator))
    if figure.value is None:
        return said.say("n_fewer", n=n)
    return f"{said.percent(figure.value)} ({said.say('made_of', k=k, n=n)})"
