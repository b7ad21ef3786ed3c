"""What is proposed: accepted by people who know the field, wrong, or without support.

The situations and judgements are those of ``evals/actions``: a proposal that nobody has judged
counts for nothing there. In the answers, an action is supported where it names figures or passages
that the answer has, and a published mechanism.
"""

from collections.abc import Iterator
from itertools import chain

from evals.types import Answered, Case, Measure, Metric, Row
from evals.world import Verdict, World


def _part(name: str, of: str) -> Measure:
    return lambda columns: float(columns[name].sum() / max(columns[of].sum(), 1))


METRICS = (
    Metric("precision", "of the proposals judged, the share that people accept",
           of=_part("accepted", "judged"), needs=("accepted", "judged")),
    Metric("wrong", "of the proposals judged, the share that would be wrong", "lower", slack=0.02,
           of=_part("wrong-ones", "judged"), needs=("wrong-ones", "judged")),
    Metric("recall", "of the kinds of action that people would accept, the share proposed",
           of=_part("covered", "acceptable"), needs=("covered", "acceptable")),
    Metric("unjudged", "proposals that nobody has judged, in a situation", "lower", slack=0.5),
    Metric("unsupported", "of the actions in answers, the share without evidence of its own",
           "lower", slack=0.0, of=_part("bare", "actions"), needs=("bare", "actions")),
)  # fmt: skip


def rows(world: World) -> Iterator[Row]:
    """A row for each situation, and for each case whose answer proposes something."""
    for each in world.material.proposed():
        values = {
            "accepted": float(each.accepted),
            "wrong-ones": float(each.wrong),
            "judged": float(each.judged),
            "covered": float(each.covered),
            "acceptable": float(each.acceptable),
            "unjudged": float(len(each.proposals) - each.judged),
        }
        shown = {"proposed": each.proposals}
        yield Row(each.name, each.language, each.name, values, shown=shown)
    yield from world.scored([c for c in world.cases if "answered" in c.status], _judged)


def _judged(case: Case, answer: Answered) -> Verdict:
    actions = answer.get("actions", ())
    known = {each["id"] for each in chain(answer["citations"], answer["facts"])}
    bare = [
        each["title"]
        for each in actions
        if not known & {*each["citations"], *each["facts"]} or not each["mechanism"]["sources"]
    ]
    counted = {"actions": float(len(actions)), "bare": float(len(bare))}
    return counted if actions else {}, {"without support": bare}
