"""Whether answers say what a good one says, and nothing that is wrong, in the asker's language.

A nugget is one thing to say, in any of several words; it is looked for in the text, so a fair
paraphrase in other words counts as missed. Where people gave an answer, ``reference`` is the share
of its words that ours has too, stemmed: an extract of the right passage has them, a right answer in
words of its own may not.
"""

from collections.abc import Iterator

from corpus.analysis import stems
from corpus.language import detect
from evals.told import plain, recalled, says
from evals.types import Answered, Case, Metric, Row
from evals.world import Verdict, World

METRICS = (
    Metric("vital", "of what a good answer must say, the share that it says"),
    Metric("nuggets", "of all that a good answer says, the share that it says"),
    Metric("complete", "answers that say all that they must", slack=0.07),
    Metric("reference", "of the words of an answer that people gave, the share that it has"),
    Metric("clean", "answers that say nothing of what would be wrong", slack=0.02),
    Metric("language", "answers in the language of the question", slack=0.01),
    Metric("words", "words of an answer, the quotes included", better="lower", slack=80),
)


def rows(world: World) -> Iterator[Row]:
    """A row for each case that expects words, not an abstention."""
    expecting = [c for c in world.cases if c.nuggets or c.reference]
    return world.scored([c for c in expecting if "answered" in c.status], _judged)


def _judged(case: Case, answer: Answered) -> Verdict:
    text = plain(answer["text"])
    vital = tuple(nugget for nugget in case.nuggets if nugget.vital)
    values = {
        "language": float(detect(text) == case.language),
        "words": float(len(text.split())),
    }
    if case.nuggets:
        values["nuggets"] = recalled(case.nuggets, text)
    if vital:
        values["vital"] = recalled(vital, text)
        values["complete"] = float(values["vital"] == 1)
    if wanted := {*stems(case.reference, case.language)}:
        values["reference"] = len(wanted & {*stems(text, case.language)}) / len(wanted)
    if case.absent:
        values["clean"] = float(not says(text, case.absent))
    return values, {"missed": [each.any[0] for each in case.nuggets if not says(text, each.any)]}
