"""How well the search finds: nDCG@10 and recall@5 over a set in BEIR's layout.

    python -m evals.retrieval FOLDER [--most N]

FOLDER holds ``corpus.jsonl`` (_id, title, text), ``queries.jsonl`` (_id, text) and ``qrels.tsv``
(query-id, corpus-id, score). The set is loaded and searched through the product's own door, in a
data directory that is deleted afterwards. Prints one JSON document; the intervals are percentile
bootstraps over questions.
"""

import argparse
import csv
import json
import tempfile
from collections.abc import Mapping, Sequence
from math import log2
from pathlib import Path

import numpy as np

from assistant.core import Assistant
from corpus.files import RawFile
from corpus.settings import Settings
from retrieval.types import MODES, Mode


def ndcg_at(k: int, ranked: Sequence[str], gold: Mapping[str, int]) -> float:
    """Normalised discounted cumulative gain with linear gains (Järvelin and Kekäläinen 2002)."""
    gain = sum(gold.get(item, 0) / log2(rank + 2) for rank, item in enumerate(ranked[:k]))
    ideal = sorted(gold.values(), reverse=True)[:k]
    return gain / sum(value / log2(rank + 2) for rank, value in enumerate(ideal))


def recall_at(k: int, ranked: Sequence[str], gold: Mapping[str, int]) -> float:
    """The share of the relevant items that stand among the first ``k``."""
    return len(set(ranked[:k]) & set(gold)) / len(gold)


def interval(values: Sequence[float], seed: int = 0, rounds: int = 1000) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of the mean."""
    sample = np.asarray(values)
    generator = np.random.default_rng(seed)
    picks = generator.integers(0, len(sample), (rounds, len(sample)))
    low, high = np.percentile(sample[picks].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def measure(folder: Path, most: int | None = None) -> dict[str, object]:
    """Load the set, ask every question in every mode, and score the rankings."""
    with (folder / "qrels.tsv").open(encoding="utf-8") as lines:
        gold: dict[str, dict[str, int]] = {}
        for row in csv.DictReader(lines, delimiter="\t"):
            gold.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    lines_ = (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [q for q in map(json.loads, lines_) if q["_id"] in gold][:most]
    with (
        tempfile.TemporaryDirectory() as directory,
        Assistant(Settings(data=Path(directory))) as assistant,
    ):
        corpus = RawFile.read(folder / "corpus.jsonl")
        loaded = assistant.ingest(corpus, origin="corpus", kind="feedback")
        assistant.embed()
        scores = {
            mode: _score(assistant, questions, gold, mode, loaded.source.id) for mode in MODES
        }
    return {
        "set": folder.name,
        "passages": loaded.source.rows_loaded,
        "questions": len(questions),
        "modes": scores,
    }


def _score(
    assistant: Assistant,
    questions: Sequence[Mapping[str, str]],
    gold: Mapping[str, Mapping[str, int]],
    mode: Mode,
    source_id: str,
) -> dict[str, dict[str, float]]:
    found: dict[str, list[float]] = {"ndcg@10": [], "recall@5": []}
    for question in questions:
        hits = assistant.search(question["text"], limit=20, mode=mode)
        # A passage id is the source's id, a colon and the record's own id, then a piece number.
        ranked = list(
            dict.fromkeys(
                str(hit["passage_id"]).removeprefix(f"{source_id}:").split("^")[0] for hit in hits
            )
        )
        found["ndcg@10"].append(ndcg_at(10, ranked, gold[question["_id"]]))
        found["recall@5"].append(recall_at(5, ranked, gold[question["_id"]]))
    report = {}
    for name, values in found.items():
        low, high = interval(values)
        report[name] = {"value": round(float(np.mean(values)), 4), "low": low, "high": high}
    return report


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int)
    given = parser.parse_args()
    print(json.dumps(measure(given.folder, given.most), indent=2))
