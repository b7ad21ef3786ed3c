"""How well a follow-up finds its documents: recall@5 as asked, as resolved, as people rewrite it.

    python -m evals.followups FOLDER [--data DIR] [--mode MODE] [--dev]

FOLDER is MTRAG's (Katsis et al. 2025) with ``passage_pool.jsonl`` and, for each domain under
``retrieval_tasks``, the questions as people asked them turn by turn, their last turns, a person's
rewrites, and ``qrels_dev.tsv``. Asked are the questions whose relevant passages are all in the
pool; a first question of a conversation is as it is. What is resolved is what the product searches
for, without a model, when it is asked the turns one after the other.

``--dev`` asks follow-ups of MTRAG-UN's conversations in their place (``mtragun_reference.jsonl``,
which has no rewrites): what is tried out is tried out on those. Prints one JSON document; the
intervals are percentile bootstraps that draw whole conversations.
"""

import argparse
import csv
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.ask import resolved
from assistant.core import Assistant
from assistant.reading import read
from assistant.reading.intents import EMBEDDER
from assistant.reading.types import Reading
from corpus.files import RawFile
from corpus.settings import Settings
from evals.retrieval import recall_at
from retrieval.types import MODES, Mode

DEPTH = 5
ROUNDS = 10_000


@dataclass(frozen=True, slots=True)
class Task:
    """A question with the turns before it, a person's rewrite, and the passages that answer it."""

    conversation: str
    turns: tuple[str, ...]
    rewrite: str
    gold: Mapping[str, int]


def tasks(folder: Path, pool: set[str]) -> list[Task]:
    """The questions whose passages are all in the pool."""
    found: list[Task] = []
    for domain in sorted((folder / "retrieval_tasks").iterdir()):
        with (domain / "qrels_dev.tsv").open(encoding="utf-8") as lines:
            gold: dict[str, dict[str, int]] = {}
            for row in csv.DictReader(lines, delimiter="\t"):
                gold.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
        turns = _texts(domain / f"{domain.name}_questions.jsonl")
        rewrites = _texts(domain / f"{domain.name}_rewrite.jsonl")
        found += [
            Task(_of(key), tuple(turns[key]), rewrites[key][-1], passages)
            for key, passages in gold.items()
            if passages.keys() <= pool
        ]
    return found


def dev_tasks(folder: Path, pool: set[str]) -> list[Task]:
    """The follow-ups of the other conversations, with the passages that they were written from."""
    reported = {task.conversation for task in tasks(folder, pool)}
    lines = (folder / "mtragun_reference.jsonl").read_text(encoding="utf-8").splitlines()
    found: list[Task] = []
    for row in map(json.loads, lines):
        gold = {each["document_id"]: 1 for each in row["contexts"]}
        turns = tuple(each["text"] for each in row["input"] if each["speaker"] == "user")
        new = row["conversation_id"] not in reported and "Follow-up" in row["Multi-Turn"]
        if new and gold and gold.keys() <= pool and len(turns) > 1:
            found.append(Task(row["conversation_id"], turns, turns[-1], gold))
    return found


def _of(key: str) -> str:
    """The conversation of a question's id."""
    return key.split("<::>")[0]


def _texts(path: Path) -> dict[str, list[str]]:
    """The turns of each question, by its id."""
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {
        line["_id"]: [turn.strip() for turn in line["text"].split("|user|:") if turn.strip()]
        for line in lines
    }


def as_resolved(assistant: Assistant, turns: Sequence[str]) -> str:
    """What is searched for at the last of some turns, each read after the one before."""
    _, codebook = assistant.coding.codebook()
    index = assistant.index
    meaning = index.embed_question if index.model == EMBEDDER else None
    before: Reading | None = None
    query = ""
    for text in turns:
        reading = read(text, assistant.store, codebook, before=before, meaning=meaning)
        query, before = resolved(reading), reading
    return query


def measure(
    folder: Path, data: Path | None = None, mode: Mode = "fused", *, dev: bool = False
) -> dict[str, object]:
    """Load the pool, search for every question in each form, and compare."""
    pool = folder / "passage_pool.jsonl"
    lines = map(json.loads, pool.read_text(encoding="utf-8").splitlines())
    asked = (dev_tasks if dev else tasks)(folder, {line["_id"] for line in lines})
    with _loaded(pool, data, mode) as (assistant, source_id):
        forms: dict[str, Callable[[Task], str]] = {
            "last turn": lambda task: task.turns[-1],
            "resolved": lambda task: as_resolved(assistant, task.turns),
            "every turn": lambda task: " ".join(task.turns),
        }
        if not dev:
            forms["rewrite"] = lambda task: task.rewrite
        scores = {
            name: [_recall(assistant, form(task), task, mode, source_id) for task in asked]
            for name, form in forms.items()
        }
        share = assistant.index.embedded_share
    groups = [task.conversation for task in asked]
    changed = sum(a != b for a, b in zip(scores["resolved"], scores["last turn"], strict=True))
    compared = {"resolved less last turn": ("resolved", "last turn")}
    if not dev:
        compared["rewrite less resolved"] = ("rewrite", "resolved")
    return {
        "questions": len(asked),
        "of them follow-ups": sum(len(task.turns) > 1 for task in asked),
        "conversations": len(set(groups)),
        "mode": mode,
        "embedded_share": round(share, 4),
        f"recall@{DEPTH}": {name: _mean(values, groups) for name, values in scores.items()},
        **{
            name: _mean(_less(scores[one], scores[other]), groups)
            for name, (one, other) in compared.items()
        },
        "questions that resolving changes": changed,
    }


@contextmanager
def _loaded(pool: Path, data: Path | None, mode: Mode) -> Iterator[tuple[Assistant, str]]:
    """An Assistant with the pool, in a directory that stays only where one is named."""
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings(data=data or Path(directory))
        if mode == "lexical":
            settings = settings.model_copy(update={"embeddings": "none"})
        with Assistant(settings) as assistant:
            loaded = assistant.ingest(RawFile.read(pool), origin="pool", kind="feedback")
            assistant.embed()
            yield assistant, loaded.source.id


def _recall(assistant: Assistant, query: str, task: Task, mode: Mode, source_id: str) -> float:
    hits = assistant.search(query, limit=4 * DEPTH, mode=mode)
    ids = (str(hit["passage_id"]).removeprefix(f"{source_id}:").split("^")[0] for hit in hits)
    return recall_at(DEPTH, list(dict.fromkeys(ids)), task.gold)


def _less(one: Sequence[float], other: Sequence[float]) -> list[float]:
    return [a - b for a, b in zip(one, other, strict=True)]


def _mean(values: Sequence[float], groups: Sequence[str]) -> dict[str, float]:
    """The mean with the 95 % interval of a bootstrap over whole conversations."""
    names = sorted(set(groups))
    sums = np.array([sum(v for v, g in zip(values, groups, strict=True) if g == n) for n in names])
    counts = np.array([sum(g == n for g in groups) for n in names])
    picks = np.random.default_rng(0).integers(0, len(names), (ROUNDS, len(names)))
    means = sums[picks].sum(axis=1) / counts[picks].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    value = float(sums.sum() / counts.sum())
    return {"value": round(value, 4), "low": round(float(low), 4), "high": round(float(high), 4)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--mode", choices=MODES, default="fused")
    parser.add_argument("--dev", action="store_true")
    given = parser.parse_args()
    print(json.dumps(measure(given.folder, given.data, given.mode, dev=given.dev), indent=2))
