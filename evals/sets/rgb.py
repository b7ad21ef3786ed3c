"""RGB: facts with passages that have them right, wrong, or not at all.

A third of the questions has passages with the answer, a third some with the answer and some with a
false one (a good answer shows both), a third only passages beside the point (it must be refused).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.core import Assistant
from corpus.settings import Settings
from evals.pool import Passage, load
from evals.sample import drawn, rows_of
from evals.sets import Posed
from evals.types import Case, Nugget

SUITES = ("answers", "abstention")
MOST = 45

LOADED = (("positive",), ("positive", "positive_wrong"), ("negative",))


def posed(folder: Path, data: Path, settings: Settings, most: int) -> Iterator[Posed]:
    """The questions drawn, over the passages of all of them."""
    rows = rows_of(folder / "en_fact.json")
    rows = drawn(rows, most, "rgb")
    passages = [
        Passage("", text, "en")
        for number, row in enumerate(rows)
        for kind in LOADED[number % 3]
        for text in row[kind]
    ]
    with Assistant(settings.model_copy(update={"data": data})) as assistant:
        load(assistant, "rgb", passages)
        yield Posed(SUITES, assistant, [_case(row, number % 3) for number, row in enumerate(rows)])


def _case(row: dict[str, Any], third: int) -> Case:
    name = f"rgb-{row['id']}"
    if third == 2:
        return Case(name, "unanswerable", "en", row["query"], status=("abstained",))
    told = [row["answer"]] if third == 0 else [row["answer"], row["fakeanswer"]]
    nuggets = tuple(Nugget(_ways(each)) for each in told)
    return Case(name, "lookup" if third == 0 else "conflict", "en", row["query"], nuggets=nuggets)


def _ways(answer: str | list[list[str]]) -> tuple[str, ...]:
    """The ways of writing an answer: it is one text, or a list of the list of them."""
    return (answer,) if isinstance(answer, str) else tuple(answer[0])
