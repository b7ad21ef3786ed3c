"""A map proposed from the corpus: what customers say and do, laid out for people to correct.

Each cell is a quote, or the words for what a figure counts; nothing else is written. Steps are
those that events reach, channels those that people came through, pains what they complain of.
What no evidence tells (aims, touchpoints, opportunities, owners) stays empty.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.answers.parts import first
from assistant.journey.board import Board
from assistant.journey.types import CanvasCell, MapRow
from assistant.journey.voices import MOST_MOMENTS, put_voices
from assistant.types import Fact

TO_FILL_IN = ("goal", "touchpoint", "opportunity", "owner")
"""Lanes of which a corpus tells nothing."""


def put_draft(board: Board, stages: Sequence[str]) -> None:
    """The cells of what is said and done; the quotes in a lane of their own."""
    put_voices(board, stages)
    quotes = {each.id: each.quote for each in board.cites.citations}
    for cell in [each for each in board.cells if each.kind == "feedback"]:
        for citation in cell.citations:
            text = board.said.quote(quotes[citation])
            board.put(
                cell.stage, "thinking", "feedback", text, citations=(citation,), theme=cell.theme
            )


def draft_rows(board: Board, stages: Sequence[str]) -> list[MapRow]:
    """The draft as rows of a map, with what each rests on, and the fields to be filled in."""
    return [row for stage in stages for row in _rows(board, stage)]


def _rows(board: Board, stage: str) -> Iterator[MapRow]:
    cells = [each for each in board.cells if each.stage == stage]
    journey = board.book.run("journey", board.ask)
    feeling = first(journey, "journey.feeling", stage=stage)
    emotion = None if feeling is None else round(2 * (feeling.value or 0.0))
    moment = first(journey, "journey.moment", stage=stage)
    truth = moment is not None and (moment.value or 0) <= MOST_MOMENTS
    # The emotion is the stage's: its pains carry it and, where it has none, what is said there.
    pained = any(each.lane == "pain" for each in cells)
    missing = "" if feeling else next((c.text for c in cells if c.lane == "said"), "")
    for lane in ("goal", "touchpoint"):
        yield _row(board, stage, lane, evidence=missing or board.say("draft_empty"))
    for cell in cells:
        if cell.lane == "channel":
            for fact in (each for each in board.book.made if each.id in cell.facts):
                text = _share(board, fact)
                yield replace(
                    _row(board, stage, "channel", fact.about["channel"], cell),
                    evidence=text,
                    facts=(fact.id,),
                )
        elif cell.lane == "doing":
            name = board.word("step", cell.step)
            yield _row(board, stage, "doing", name, cell, step=name)
        elif cell.lane == "thinking":
            felt = None if pained else emotion
            yield _row(board, stage, "thinking", cell.text, cell, emotion=felt)
        elif cell.lane == "pain":
            name = board.word("theme", cell.theme or "")
            yield _row(board, stage, "pain", name, cell, emotion=emotion, truth=truth)
            truth = False
    yield _row(board, stage, "opportunity", evidence=missing or board.say("draft_empty"))


def _share(board: Board, fact: Fact) -> str:
    """What a channel rests on: how many of those who speak of the stage came through it."""
    k, n = (board.said.number(int(each or 0)) for each in (fact.numerator, fact.denominator))
    return f"{board.said.percent(fact.figure)} ({board.said.say('made_of', k=k, n=n)})"


def _row(
    board: Board,
    stage: str,
    lane: str,
    text: str = "",
    cell: CanvasCell | None = None,
    *,
    step: str = "",
    emotion: int | None = None,
    truth: bool = False,
    evidence: str = "",
) -> MapRow:
    return MapRow(
        map=board.say("draft_map"),
        persona="",
        stage=stage,
        step=step,
        lane=lane,
        text=text,
        emotion=emotion,
        moment_of_truth=truth,
        owner="",
        evidence=cell.text if cell else evidence,
        citations=cell.citations if cell else (),
        facts=cell.facts if cell else (),
    )
