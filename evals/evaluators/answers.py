"""Whether answers say what a good one says, and nothing that is wrong, in the asker's language.

A nugget is one thing to say, in any of several words; it is looked for in the text, so a fair
paraphrase in other words counts as missed.
"""

from collections.abc import Iterator

from corpus.language import detect
from evals.told import plain, recalled, says
from evals.types import Metric, Row
from evals.world import World, row_of

METRICS = (
    Metric("vital", "of what a good answer must say, the share that it says"),
    Metric("nuggets", "of all that a good answer says, the share that it says"),
    Metric("complete", "answers that say all that they must", slack=0.07),
    Metric("clean", "answers that say nothing of what would be wrong", slack=0.02),
    Metric("language", "answers in the language of the question", slack=0.01),
    Metric("words", "words of an answer, the quotes included", better="lower", slack=80),
)


def rows(world: World) -> Iterator[Row]:
    """A row for each case that expects words, not an abstention."""
    cases = [c for c in world.cases if c.nuggets and "answered" in c.status]
    for case, answer in world.answered(cases):
        if isinstance(answer, Row):
            yield answer
            continue
        text = plain(answer["text"])
        vital = tuple(nugget for nugget in case.nuggets if nugget.vital)
        values = {
            "nuggets": recalled(case.nuggets, text),
            "language": float(detect(text) == case.language),
            "words": float(len(text.split())),
        }
        if vital:
            values["vital"] = recalled(vital, text)
            values["complete"] = float(values["vital"] == 1)
        if case.absent:
            values["clean"] = float(not says(text, case.absent))
        missed = [each.any[0] for each in case.nuggets if not says(text, each.any)]
        yield row_of(case, values, {"missed": missed})
