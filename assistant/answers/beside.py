"""What the company believes and the map assumes of the causes, beside what was counted."""

from collections.abc import Sequence

from assistant.answers.parts import Desk
from corpus import tables as t
from corpus.filters import Filters
from corpus.metrics.types import Figure

MOST_CELLS, MOST_VOICES = 2, 2


def compose(desk: Desk, themes: Sequence[str]) -> None:
    """Say where the map and the company's own voices part from what customers say of ``themes``."""
    gaps = desk.run("gaps")
    _mapped(desk, gaps, themes)
    _believed(desk, themes)


def _mapped(desk: Desk, gaps: Sequence[Figure], themes: Sequence[str]) -> None:
    """Cells that assume the contrary, and causes that the map has no pain for."""
    said = desk.said
    desk.draft.heading(said.say("head_journey"))
    # What the map finds pleasant and customers do not.
    contrary = [
        f
        for f in gaps
        if f.name == "gaps.cell-emotion" and (f.value or 0) > 0 and f.about["theme"] in themes
    ]
    for figure in contrary[:MOST_CELLS]:
        passage = desk.store.passage(figure.about["passage"])
        heading, _, text = passage.text.partition("\n")
        start = len(passage.text) - len(text)
        claim = said.say("map_contrary", theme=desk.theme(figure.about["theme"]), cell=heading)
        desk.draft.claim(
            "journey",
            f"{claim}{said.say('colon')}{said.quote(text)}",
            style="bullet",
            citations=[desk.draft.cite(passage, start, len(passage.text))],
            facts=[desk.book.use(figure)],
        )
    named = {figure.about["theme"] for figure in contrary[:MOST_CELLS]}
    missing = [
        f
        for f in gaps
        if f.name == "gaps.unmapped"
        and f.about["theme"] in themes
        and f.about["theme"] not in named
    ]
    if missing:
        listed = said.joined([said.quote(desk.theme(f.about["theme"])) for f in missing])
        desk.claim("journey", f"{said.say('map_missing', themes=listed)}.", missing)


def _believed(desk: Desk, themes: Sequence[str]) -> None:
    """What employees and leaders say of the same."""
    internal = Filters(kind=("internal",))
    if not desk.store.count(t.records, internal):
        return
    desk.draft.heading(desk.said.say("head_internal"))
    for theme in themes[:MOST_VOICES]:
        desk.quotes("internal", 1, theme=theme, filters=internal)
