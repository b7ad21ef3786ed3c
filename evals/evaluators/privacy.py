"""Personal data in answers: what the redactor would still find in them."""

from collections.abc import Iterator

from corpus.privacy import redact
from evals.told import plain
from evals.types import Answered, Metric, Row
from evals.world import World, row_of

METRICS = (
    Metric("leaks", "answers in which the redactor still finds something", "lower", slack=0.0),
)


def rows(world: World) -> Iterator[Row]:
    """A row for each case: its text and all that it cites."""
    for case, answer in world.answered(world.cases):
        if isinstance(answer, Row):
            yield answer
        else:
            left = [text for text in _texts(answer) if redact(text) != text]
            yield row_of(case, {"leaks": float(bool(left))}, {"left": [*map(redact, left)]})


def _texts(answer: Answered) -> Iterator[str]:
    # Line by line: what the redactor sees of one must not run into the next.
    yield from plain(answer["text"]).splitlines()
    yield from (each["quote"] for each in answer["citations"])
