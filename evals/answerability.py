"""Whether the assistant knows when it cannot answer.

    python -m evals.answerability SET [SET...] [--seed 0] [--features FILE]

Each SET is ``piaf:FOLDER`` (BEIR's layout) or ``clapnq:FILE.jsonl``. Half of its passages, drawn
by the seed, are loaded; a question is answerable when the passage that answers it is among them.
Prints for each set the area under the ROC curve of the answerability score, and which share of
the answerable questions is answered and of the unanswerable ones refused. ``--features`` writes
what the score is made from, one JSON line a question, for fitting.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scipy.stats import mannwhitneyu

from assistant.abstain import answerability, features
from assistant.core import Assistant
from assistant.gather import gather
from assistant.scope import find_scope
from assistant.understand import understand
from corpus.files import RawFile
from corpus.filters import Filters
from corpus.settings import Settings

Passage = tuple[str, str, str]
"""Id, title and text."""


def piaf(folder: Path) -> tuple[list[Passage], list[tuple[str, str]]]:
    """The passages of a set in BEIR's layout, and (question, id of its passage)."""
    passages = [
        (row["_id"], row["title"], row["text"]) for row in _json_lines(folder / "corpus.jsonl")
    ]
    lines = (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    gold = {line.split("\t")[0]: line.split("\t")[1] for line in lines}
    questions = [
        (row["text"], gold[row["_id"]])
        for row in _json_lines(folder / "queries.jsonl")
        if row["_id"] in gold
    ]
    return passages, questions


def clapnq(file: Path) -> tuple[list[Passage], list[tuple[str, str]]]:
    """The passages of answerable CLAPNQ questions, and (question, id of its passage)."""
    passages, questions = [], []
    for row in _json_lines(file):
        passage = row["passages"][0]
        passages.append((str(row["id"]), passage["title"], passage["text"]))
        questions.append((row["input"], str(row["id"])))
    return passages, questions


def _json_lines(file: Path) -> Iterator[dict[str, Any]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def measure(name: str, seed: int, most: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Load half of a set and judge its questions; the report and a row a question."""
    kind, _, path = name.partition(":")
    passages, questions = {"piaf": piaf, "clapnq": clapnq}[kind](Path(path))
    chance = random.Random(seed)  # noqa: S311 - a reproducible draw, no secret
    loaded = {p[0] for p in chance.sample(passages, len(passages) // 2)}
    lines = [
        json.dumps({"id": i, "title": title, "text": text})
        for i, title, text in passages
        if i in loaded
    ]
    chance.shuffle(questions)
    rows: list[dict[str, Any]] = []
    with (
        tempfile.TemporaryDirectory() as directory,
        Assistant(Settings(data=Path(directory))) as assistant,
    ):
        file = RawFile("half.jsonl", "\n".join(lines).encode())
        assistant.ingest(file, origin=name, kind="feedback")
        assistant.embed()
        for text, gold in questions[:most]:
            question = understand(text)
            scope = find_scope(question, Filters(), assistant.store, assistant.index)
            evidence = gather(question, scope, assistant.index, assistant.vectors)
            judged = answerability(evidence, scope, assistant.store)
            rows.append(
                {
                    "set": name,
                    "question": text,
                    "answerable": gold in loaded,
                    "score": judged.score,
                    "answered": judged.reason is None,
                    **features(evidence),
                }
            )
    yes = [row for row in rows if row["answerable"]]
    no = [row for row in rows if not row["answerable"]]
    ranks = mannwhitneyu([r["score"] for r in yes], [r["score"] for r in no])
    return {
        "set": name,
        "seed": seed,
        "answerable": len(yes),
        "unanswerable": len(no),
        "auroc": round(float(ranks.statistic) / (len(yes) * len(no)), 4),
        "answered_of_answerable": round(sum(r["answered"] for r in yes) / len(yes), 4),
        "refused_of_unanswerable": round(sum(not r["answered"] for r in no) / len(no), 4),
    }, rows


def main() -> None:
    """Measure the sets that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--most", type=int, default=400)
    parser.add_argument("--features", type=Path)
    given = parser.parse_args()
    reports, rows = [], []
    for name in given.sets:
        report, of_set = measure(name, given.seed, given.most)
        reports.append(report)
        rows += of_set
    if given.features:
        given.features.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    print(json.dumps(reports, indent=2))


if __name__ == "__main__":
    main()
