"""Whether what is cited carries what is said, in the verdict of a chat model that was named.

Without one no case is eligible. How far people agree with it stands beside it, in the run.
"""

from collections.abc import Iterator

from corpus.errors import ModelError
from evals.juror import Juror
from evals.told import plain
from evals.types import Answered, Metric, Row
from evals.world import Verdict, World

METRICS = (
    Metric("carried", "sentences that what they cite carries, in a model's verdict", slack=0.05),
)

MOST = 6
"""Sentences of an answer that are judged, the first first."""

NOBODY = "no chat model judges; name one with --judge"


def rows(world: World) -> Iterator[Row]:
    """A row for each case that is answered; one on which the model says nothing has failed."""
    juror = world.juror
    for case in (case for case in world.cases if "answered" in case.status):
        if juror is None:
            yield Row(case.id, case.language, case.group, ineligible=NOBODY)
            continue
        try:
            yield from world.scored([case], lambda _, answer: _judged(answer, world, juror))
        except ModelError as error:
            yield Row(case.id, case.language, case.group, failed=str(error))


def _judged(answer: Answered, world: World, juror: Juror) -> Verdict:
    cited = {each["id"]: each["passage_id"] for each in answer["citations"]}
    facts = {each["id"]: each for each in answer["facts"]}
    told = [
        claim
        for claim in answer["claims"]
        if claim["kind"] != "limit" and (claim["citations"] or claim["facts"])
    ][:MOST]
    said: list[bool] = []
    refused = []
    for claim in told:
        passages = [
            found["text"]
            for name in claim["citations"]
            if name in cited and (found := world.passage(cited[name]))
        ]
        counted = [facts[name] for name in claim["facts"] if name in facts]
        given = juror.carries(plain(claim["text"]), passages, counted)
        said.append(given.yes)
        if not given.yes:
            refused.append(f"{claim['text']} ({given.reason})")
    return ({"carried": sum(said) / len(said)} if said else {}), {"refused": refused}
