"""ClapNQ: questions with an answer in one passage, and others with a passage on their topic alone.

Drawn from the half of both kinds on which answerability was not fitted, see ``evals.abstaining``.
"""

from collections.abc import Iterator
from pathlib import Path

from assistant.core import Assistant
from corpus.settings import Settings
from evals.abstaining.asked import clapnq
from evals.pool import Passage, load
from evals.sample import drawn
from evals.sets import Posed
from evals.types import Case

SUITES = ("retrieval", "answers", "abstention", "grounding")
MOST = 80


def posed(folder: Path, data: Path, settings: Settings, most: int) -> Iterator[Posed]:
    """The questions drawn, over the passages of both kinds."""
    asked = list(clapnq(folder))
    with Assistant(settings.model_copy(update={"data": data})) as assistant:
        passages = [Passage(p["title"], p["text"], "en") for row, *_ in asked
                    for p in row["passages"]]  # fmt: skip
        ids = iter(load(assistant, "clapnq", passages))
        cases = []
        for row, answerable, half in asked:
            own = tuple(next(ids) for _ in row["passages"])
            of = row["passages"][0]["title"]
            if half != "report":
                continue
            if answerable:
                cases.append(
                    Case(row["id"], "lookup", "en", row["input"], passages=own, of=of,
                         reference=row["output"][0]["answer"])
                )  # fmt: skip
            else:
                cases.append(
                    Case(row["id"], "unanswerable", "en", row["input"], of=of,
                         status=("abstained",))
                )  # fmt: skip
        yield Posed(SUITES, assistant, drawn(cases, most, "clapnq"))
