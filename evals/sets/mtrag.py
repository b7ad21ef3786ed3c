"""MTRAG: follow-ups of people's conversations, to be found; MTRAG-UN: to be answered or asked back.

The pool is the passages that answer, and others drawn to ``POOL`` in all. Its unanswerable tasks
come with no passages at all, so that they would measure emptiness: they are left out.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.core import Assistant
from corpus.settings import Settings
from evals.followups import tasks
from evals.pool import Passage, load
from evals.sample import drawn, rows_of
from evals.sets import Posed
from evals.types import Case, Status

SUITES = ("retrieval", "conversation", "answers")
MOST = 16
POOL = 400

ASKED: dict[str, tuple[Status, ...]] = {
    "ANSWERABLE": ("answered", "partial"),
    "UNDERSPECIFIED": ("clarify",),
}
"""What becomes of the tasks of MTRAG-UN, by what people said of them."""


def posed(folder: Path, data: Path, settings: Settings, most: int) -> Iterator[Posed]:
    """All tasks whose passages are in the pool, to be found; of MTRAG-UN some, to be asked."""
    pool = rows_of(folder / "passage_pool.jsonl")
    known = {row["_id"] for row in pool}
    found = tasks(folder, known)
    lines = (folder / "mtragun_reference.jsonl").read_text("utf-8").splitlines()
    talks = [row for row in map(json.loads, lines) if _is_asked(row, known)]
    talks = [
        row
        for kind in ASKED
        for row in drawn([r for r in talks if r["answerability"] == [kind]], most // 2, kind)
    ]
    needed = {name for task in found for name in task.gold}
    needed |= {each["document_id"] for row in talks for each in row["contexts"]}
    others = [row for row in pool if row["_id"] not in needed]
    kept = [row for row in pool if row["_id"] in needed]
    kept += drawn(others, max(0, POOL - len(kept)), "mtrag")
    with Assistant(settings.model_copy(update={"data": data})) as assistant:
        ids = load(assistant, "mtrag", [Passage("", row["text"].strip(), "en") for row in kept])
        named = dict(zip((row["_id"] for row in kept), ids, strict=True))
        sought = [
            Case(f"{task.conversation}-{number}", "followups", "en", task.turns[-1],
                 before=task.turns[:-1], passages=tuple(named[each] for each in task.gold),
                 of=task.conversation)
            for number, task in enumerate(found)
        ]  # fmt: skip
        yield Posed(("retrieval",), assistant, sought)
        yield Posed(("conversation", "answers"), assistant, [_case(row) for row in talks])


def _is_asked(row: dict[str, Any], known: set[str]) -> bool:
    turns = [each for each in row["input"] if each["speaker"] == "user"]
    there = {each["document_id"] for each in row["contexts"]} <= known
    answerable = row["answerability"] == ["ANSWERABLE"]
    return len(turns) > 1 and there and bool(row["contexts"] or not answerable)


def _case(row: dict[str, Any]) -> Case:
    turns = [each["text"] for each in row["input"] if each["speaker"] == "user"]
    (kind,) = row["answerability"]
    reference = row["targets"][0]["text"] if kind == "ANSWERABLE" else ""
    return Case(
        row["task_id"], "followups", "en", turns[-1], before=tuple(turns[:-1]),
        status=ASKED[kind], reference=reference, of=row["conversation_id"],
    )  # fmt: skip
