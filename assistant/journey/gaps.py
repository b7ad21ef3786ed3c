"""Where the map, or the company, and customers part, tied to the cells that it concerns."""

from collections.abc import Mapping

from assistant.answers.parts import clear, people, percent_points
from assistant.journey.board import Board
from assistant.journey.types import CanvasCell, Gap, with_gaps
from corpus.metrics.types import Figure


def gaps(board: Board, map_name: str | None) -> list[Gap]:
    """The gaps with this map, then those with beliefs; the cells are marked on the way."""
    found: list[Gap] = []
    cited = {each.passage_id: each.id for each in board.cites.citations}
    for figure in board.book.run("gaps", board.ask):
        about = figure.about
        if about.get("map", map_name) != map_name:
            continue
        text = _text(board, figure)
        if not text:
            continue
        cell = cited.get(about.get("passage", ""))
        gap = Gap(
            id=f"g{len(found) + 1}",
            kind=figure.name.removeprefix("gaps."),
            stage=about.get("stage"),
            text=text,
            facts=board.use([figure]),
            citations=(cell,) if cell else (),
        )
        found.append(gap)
        board.cells[:] = [_marked(each, gap, about) for each in board.cells]
    return found


def _marked(cell: CanvasCell, gap: Gap, about: Mapping[str, str]) -> CanvasCell:
    """The cell as part of the gap, where it is: what the map says, or what customers do."""
    if gap.citations:
        mine = cell.kind == "journey" and gap.citations[0] in cell.citations
    elif gap.kind == "unmapped":
        mine = (cell.stage, cell.lane, cell.theme) == (gap.stage, "pain", about["theme"])
    else:
        here = (gap.stage, "emotion", "journey")
        mine = gap.kind == "emotion" and (cell.stage, cell.lane, cell.kind) == here
    return with_gaps(cell, (gap.id,)) if mine else cell


def _text(board: Board, figure: Figure) -> str:
    about = figure.about
    theme = board.word("theme", about.get("theme", ""))
    if figure.name == "gaps.unmentioned":
        who = people(board.said, figure, figure.numerator or 0)
        n = board.said.number(int(figure.denominator or 0))
        return board.say("gap_unmentioned", k=who, n=n)
    if figure.name == "gaps.unmapped":
        return board.say("gap_unmapped", theme=theme)
    if figure.name in ("gaps.emotion", "gaps.cell-emotion"):
        return _opposite(board, figure, theme)
    if figure.name == "gaps.belief" and clear(figure):
        form = "gap_belief_more" if (figure.value or 0) > 0 else "gap_belief_less"
        return board.say(form, theme=theme, gap=percent_points(board.said, figure)["n"])
    return ""


def _opposite(board: Board, figure: Figure, theme: str) -> str:
    """What the map has felt beside how customers speak; the facts say by how much."""
    bad = "bad" if (figure.value or 0) > 0 else "good"
    if figure.name == "gaps.cell-emotion":
        return board.say(f"gap_cell_{bad}", theme=theme)
    return board.say(f"gap_emotion_{bad}")
