"""How fast it is: loading, embedding beside the bare engine, and answering.

    python -m evals.speed QUESTIONS.txt FILE... [--repeat 3] [--embedded 400]

Loads the files into a data directory that is deleted afterwards, ``repeat`` times; embeds the
first ``embedded`` passages with the bare engine and through the product, in turn, in this one
run; then asks each line of QUESTIONS.txt as often in the warm process. Prints one JSON document
of medians with their range.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from assistant.core import Assistant
from corpus.files import RawFile
from corpus.settings import Settings
from retrieval.dense import DenseIndex
from retrieval.embeddings import BATCH, load_embeddings


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median, smallest and largest of repeated measurements, and how many there are."""
    return {
        "median": round(median(values), 4),
        "low": round(min(values), 4),
        "high": round(max(values), 4),
        "n": len(values),
    }


def loading(files: Sequence[Path], repeat: int) -> dict[str, object]:
    """Rows stored and searchable by words, a second, for each file; the first load warms up."""
    rates: dict[str, list[float]] = {file.name: [] for file in files}
    for turn in range(repeat + 1):
        with tempfile.TemporaryDirectory() as directory:
            settings = Settings(data=Path(directory), embeddings="none")
            with Assistant(settings) as assistant:
                for file in files:
                    started = perf_counter()
                    loaded = assistant.ingest(RawFile.read(file), origin=str(file))
                    if turn:
                        rates[file.name].append(
                            loaded.source.rows_loaded / (perf_counter() - started)
                        )
    return {name: spread(values) for name, values in rates.items()}


def embedding(assistant: Assistant, most: int, repeat: int) -> dict[str, object]:
    """Texts a second of the bare engine and through the product's batches into Chroma."""
    texts = assistant.store.texts(assistant.store.digests()[:most])
    engine = load_embeddings(assistant.settings.embeddings)
    if engine is None or not texts:
        return {}
    bare, through = [], []
    for turn in range(repeat):
        started = perf_counter()
        engine.embed_documents(list(texts.values()))
        bare.append(len(texts) / (perf_counter() - started))
        with tempfile.TemporaryDirectory() as directory:
            index = DenseIndex(Path(directory) / f"dense{turn}", "speed")
            digests = list(texts)
            started = perf_counter()
            for start in range(0, len(digests), BATCH):
                batch = digests[start : start + BATCH]
                index.add(batch, engine.embed_documents([texts[d] for d in batch]))
            through.append(len(texts) / (perf_counter() - started))
            index.close()
    return {
        "texts": len(texts),
        "engine_per_s": spread(bare),
        "product_per_s": spread(through),
        "ratio": spread([t / b for t, b in zip(through, bare, strict=True)]),
    }


def answering(assistant: Assistant, questions: Sequence[str], repeat: int) -> dict[str, object]:
    """Seconds for one answer in a warm process, the first time a question is asked and again."""
    assistant.ask(questions[0])
    first: list[float] = []
    again: list[float] = []
    for turn in range(repeat):
        for question in questions:
            started = perf_counter()
            assistant.ask(question)
            (again if turn else first).append(perf_counter() - started)
    return {"first_s": spread(first), **({"again_s": spread(again)} if again else {})}


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--embedded", type=int, default=400)
    given = parser.parse_args()
    report: dict[str, object] = {"loading_rows_per_s": loading(given.files, given.repeat)}
    with (
        tempfile.TemporaryDirectory() as directory,
        Assistant(Settings(data=Path(directory))) as assistant,
    ):
        for file in given.files:
            assistant.ingest(RawFile.read(file), origin=str(file))
        report["embedding"] = embedding(assistant, given.embedded, given.repeat)
        assistant.embed()
        questions = given.questions.read_text(encoding="utf-8").splitlines()
        report["answering"] = answering(
            assistant, [q for q in questions if q.strip()], given.repeat
        )
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
