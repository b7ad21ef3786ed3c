"""Which causes the analyses find: what customers do names a loss, what they say names its cause."""

from collections.abc import Sequence

from assistant.answers.parts import Cause, Desk, clear, first
from corpus.metrics.funnel import steps_at
from corpus.metrics.types import Figure

FEWEST_SAID = 0.03
"""The share that must complain of a theme for it to be a cause by itself."""


def causes_of(
    desk: Desk, themes: Sequence[Figure], complaints: Sequence[Figure], friends: set[str]
) -> list[Cause]:
    """The causes, by what they cost, then by how many complain of them; ``friends`` are none.

    ``themes`` are the figures of that analysis, ``complaints`` those of them to be looked at.
    """
    said = {figure.about["theme"]: figure for figure in complaints}
    funnel = desk.run("funnel")
    named: dict[str, Cause] = {}
    seen: set[tuple[tuple[str, str], ...]] = set()
    for figure in _by_cost(desk):
        about = {key: value for key, value in figure.about.items() if key != "theme"}
        theme = figure.about["theme"]
        # A loss has one name, that of which those lost complain most distinctively.
        if tuple(about.items()) in seen or theme not in said:
            continue
        seen.add(tuple(about.items()))
        whole = len(about) == 1
        named.setdefault(
            theme,
            Cause(
                theme,
                said[theme],
                about,
                cost=None if whole else first(funnel, "funnel.excess", **about),
                part=None if whole else first(funnel, "funnel.part", **about),
                contrast=_contrast_of(themes, theme),
            ),
        )
    others = [
        Cause(theme, figure, contrast=_contrast_of(themes, theme))
        for theme, figure in said.items()
        if theme not in named
        and theme not in friends
        and (theme in desk.ask.themes or (figure.value or 0) >= FEWEST_SAID)
    ]
    return [*named.values(), *others]


def _contrast_of(themes: Sequence[Figure], theme: str) -> Figure | None:
    """How the scores of those who complain of it differ, where they do beyond chance."""
    found = first(themes, "themes.blame", theme=theme)
    return found if found is not None and clear(found) else None


def _by_cost(desk: Desk) -> list[Figure]:
    """What goes with losses within the stage asked about, the dearest first."""
    links = [f for f in desk.run("links") if f.name == "links.difference"]
    within = steps_of_stage(desk)
    excess = {
        tuple(f.about.items()): f.value or 0.0
        for f in desk.run("funnel")
        if f.name == "funnel.excess"
    }

    def cost(figure: Figure) -> float:
        return excess.get(tuple((k, v) for k, v in figure.about.items() if k != "theme"), 0.0)

    # Who customers are is no cause: new ones stop more whatever stops them.
    theirs = {f"segment:{name}" for name, _ in desk.store.segment_values()}
    kept = [
        f
        for f in links
        if (within is None or f.about["step"] in within) and theirs.isdisjoint(f.about)
    ]
    return sorted(kept, key=lambda f: -cost(f))


def steps_of_stage(desk: Desk) -> set[str] | None:
    """The kinds of events that belong to the stages asked about; None where none was."""
    stages = desk.ask.filters.stage
    if not stages:
        return None
    return steps_at(desk.store, stages)


def false_friends(desk: Desk) -> dict[str, Figure]:
    """The false friends of the whole corpus, see ``friends_among``."""
    return friends_among(desk.book.run("loss", desk.anywhere))


def friends_among(losses: Sequence[Figure]) -> dict[str, Figure]:
    """Themes whose complainers were not seen to leave more than comparable customers.

    Their interval lies below 1 by itself; whether they leave less is told by the corrected p.
    """
    return {
        figure.about["theme"]: figure
        for figure in losses
        if figure.name == "loss.risk-ratio" and figure.high is not None and figure.high < 1
    }
