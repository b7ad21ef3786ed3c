"""What is noticed and remembered of a journey: changes, key moments, the ending.

A change is told between two stages that follow one another where the intervals of their feelings
do not meet: that is on the safe side, for many speak of both. Key moments are the first places of
``journey.moment``; the ending is the last stage of which enough speak.
"""

from collections.abc import Sequence
from itertools import pairwise

from assistant.answers.parts import clear, decimal, first, points
from assistant.journey.board import Board
from assistant.journey.types import Mark
from assistant.journey.voices import MOST_MOMENTS, tone, tone_of
from corpus.metrics.types import Figure


def marks(board: Board, stages: Sequence[str]) -> list[Mark]:
    """The changes in the journey's order, the key moments by rank, the ending."""
    journey = board.book.run("journey", board.ask)
    known = [
        figure for stage in stages if (figure := first(journey, "journey.feeling", stage=stage))
    ]
    return [*_changes(board, known), *_moments(board, journey, known), *_ending(board, known)]


def _changes(board: Board, known: Sequence[Figure]) -> list[Mark]:
    found = []
    for before, after in pairwise(known):
        down = (after.high or 0) < (before.low or 0)
        if not down and (after.low or 0) <= (before.high or 0):
            continue
        text = board.say(
            "change_down" if down else "change_up",
            one=board.word("stage", before.about["stage"]),
            other=board.word("stage", after.about["stage"]),
            before=tone(board, before.value),
            after=tone(board, after.value),
        )
        stage = after.about["stage"]
        found.append(Mark("change", stage, text, board.use([before, after]), up=not down))
    return found


def _moments(board: Board, journey: Sequence[Figure], known: Sequence[Figure]) -> list[Mark]:
    told = {figure.about["stage"] for figure in known}
    found = []
    for figure in journey:
        if figure.name != "journey.moment" or figure.about["stage"] not in told:
            continue
        rank = int(figure.value or 0)
        if rank <= MOST_MOMENTS:
            text = board.say("moment_rank", rank=rank)
            found.append(
                Mark("moment", figure.about["stage"], text, board.use([figure]), rank=rank)
            )
    return found


def _ending(board: Board, known: Sequence[Figure]) -> list[Mark]:
    """Where the curve ends and, where events tell, what a bad ending costs."""
    if not known:
        return []
    last = known[-1]
    text = board.say("ending_known", value=tone_of(board, last))
    figures = [last]
    journey = board.book.run("journey", board.ask)
    over, ends = (
        [each for each in journey if each.name == name and clear(each) and (each.value or 0) < 0]
        for name in ("journey.end_over_middle", "journey.end")
    )
    if over:
        scale = {key: over[0].about[key] for key in ("scale", "kind")}
        end = first(journey, "journey.end", **scale)
        middle = first(journey, "journey.middle", **scale)
        if end and middle:
            text += ". " + board.say(
                "ending_more", end=points(board.said, end), middle=points(board.said, middle)
            )
            figures += [end, middle, over[0]]
    elif ends:
        low, high = (decimal(board.said, -(each or 0)) for each in (ends[0].high, ends[0].low))
        text += ". " + board.say("ending_bad", end=points(board.said, ends[0]), low=low, high=high)
        figures.append(ends[0])
    return [Mark("ending", last.about["stage"], text, board.use(figures))]
