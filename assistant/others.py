"""Composing from what is not a customer's voice: the company's beliefs and the journey map."""

from collections.abc import Sequence

from assistant.candidates import Candidate, spread
from assistant.draft import Draft
from assistant.understand import Question

MOST = 3


def compose_internal(
    draft: Draft, question: Question, found: Sequence[Candidate], least: float
) -> None:
    """Add what employees and leaders believe."""
    said = question.words
    draft.heading(said.say("head_internal"))
    for candidate in spread(found, MOST, least):
        draft.claim(
            "internal",
            said.quote(candidate.text),
            style="bullet",
            citations=[draft.cite(candidate.passage, candidate.start, candidate.end)],
        )


def compose_journey(
    draft: Draft, question: Question, found: Sequence[Candidate], least: float
) -> None:
    """Add what the journey map assumes, each cell under its stage and lane."""
    said = question.words
    draft.heading(said.say("head_journey"))
    for candidate in spread(found, MOST, least):
        cell = candidate.passage.text.partition("\n")[0]
        draft.claim(
            "journey",
            f"{said.say('journey_cell', cell=cell)} {said.quote(candidate.text)}",
            style="bullet",
            citations=[draft.cite(candidate.passage, candidate.start, candidate.end)],
        )
