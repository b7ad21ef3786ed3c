"""What could be done about the pains of a stage, from the library of actions.

Each pain that customers tell of gets the action that fits it best there, with what was decided of
it. These are proposals and no evidence: they are told apart from the map's own opportunities, and
rest on the figure of the pain that they answer. A pain that nobody leaves for has none.
"""

from collections.abc import Sequence
from dataclasses import replace

from assistant.actions.fitting import best, situation_of
from assistant.actions.life import identity, lives
from assistant.actions.match import Decided
from assistant.actions.types import Intervention
from assistant.answers.causes import friends_among
from assistant.answers.parts import first
from assistant.journey.board import Board
from assistant.words import typeset
from corpus.codebook import Language
from corpus.types import STAGES


def put_opportunities(board: Board, stages: Sequence[str]) -> None:
    """The proposals for the pains that are on the board."""
    decided = Decided.of(lives(board.store))
    everywhere = replace(board.ask, filters=replace(board.ask.filters, stage=()), against=None)
    friends = friends_among(board.book.run("loss", everywhere))
    for stage in stages:
        taken: set[str] = set()
        for pain in [
            c for c in board.cells if (c.stage, c.lane, c.kind) == (stage, "pain", "feedback")
        ]:
            theme = pain.theme
            if theme is None or theme in friends:
                continue
            found = _fitting(board, stage, theme, decided, taken)
            if found:
                taken.add(found.id)
                _put(board, stage, theme, found, decided)


def _fitting(
    board: Board, stage: str, theme: str, decided: Decided, taken: set[str]
) -> Intervention | None:
    """The best for a theme that acts at the stage and is not there yet; at a map's own, any."""
    situation = replace(situation_of(board.store, theme), stage=stage if stage in STAGES else None)
    for each in best(situation, decided.learned, decided.dismissed(theme) | taken):
        if stage not in STAGES or stage in each.stages:
            return each
    return None


def _put(board: Board, stage: str, theme: str, each: Intervention, decided: Decided) -> None:
    tongue: Language = "fr" if board.said.language == "fr" else "en"
    title = typeset(each.title[tongue], tongue)
    text = board.say("opportunity_for", title=title, theme=board.word("theme", theme))
    life = decided.lives.get(identity(each.id, theme))
    if life and life.status != "proposed":
        text += f" ({board.say(f'opportunity_{life.status}')})"
    pain = first(
        board.book.run("journey", board.ask), "journey.complaint", stage=stage, theme=theme
    )
    board.put(stage, "opportunity", "action", text, [pain], theme=theme)
