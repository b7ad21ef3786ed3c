"""PIAF: questions that people asked in French of paragraphs of Wikipedia, all answerable."""

import csv
from collections.abc import Iterator
from pathlib import Path

from assistant.core import Assistant
from corpus.settings import Settings
from evals.pool import Passage, load
from evals.sample import drawn, rows_of
from evals.sets import Posed
from evals.types import Case, Nugget

SUITES = ("retrieval", "answers", "abstention")
MOST = 60


def posed(folder: Path, data: Path, settings: Settings, most: int) -> Iterator[Posed]:
    """The questions drawn, over all paragraphs."""
    corpus = rows_of(folder / "corpus.jsonl")
    asked = rows_of(folder / "queries.jsonl")
    with (folder / "qrels.tsv").open(encoding="utf-8") as lines:
        gold = {row["query-id"]: row["corpus-id"] for row in csv.DictReader(lines, delimiter="\t")}
    with Assistant(settings.model_copy(update={"data": data})) as assistant:
        ids = load(assistant, "piaf", [Passage(p["title"], p["text"], "fr") for p in corpus])
        place = {passage["_id"]: at for at, passage in enumerate(corpus)}
        cases = [
            Case(
                row["_id"], "lookup", "fr", row["text"],
                nuggets=(Nugget(tuple(row["answers"])),),
                passages=(ids[place[gold[row["_id"]]]],),
                of=corpus[place[gold[row["_id"]]]]["title"],
            )
            for row in drawn(asked, most, "piaf_fr")
        ]  # fmt: skip
        yield Posed(SUITES, assistant, cases)
