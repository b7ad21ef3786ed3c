"""Shares of themes as they are told: corrected for the coder's errors where people coded a sample.

A corrected share is of the texts, since people coded texts. Without a sample, of a stage and of
customers side by side the coder's share stands, and is called raw once, where it is said how far
to trust it.
"""

from assistant.answers import levels
from assistant.answers.parts import Desk, between, first, share
from corpus.metrics.types import Figure


def corrected(desk: Desk, figure: Figure) -> Figure | None:
    """The corrected share in place of a ``themes`` figure of the question; None without one."""
    analysis, _, measure = figure.name.partition(".")
    if analysis != "themes" or "theme" not in figure.about:
        return None
    found = desk.book.run("corrected", levels.plain(desk))
    return first(found, f"corrected.{measure}", theme=figure.about["theme"])


def told(desk: Desk, figure: Figure) -> tuple[str, Figure]:
    """A theme's share in words, and the figure that it is."""
    better = corrected(desk, figure)
    if better is None:
        return share(desk.said, figure), figure
    said = desk.said
    text = said.say(
        "share_corrected",
        share=said.percent(better.value or 0),
        between=between(said, better),
    )
    return text, better


def briefly(desk: Desk, figure: Figure) -> tuple[str, Figure]:
    """The same without what it is made of: « 17 % »."""
    better = corrected(desk, figure) or figure
    return desk.said.percent(better.value or 0), better
