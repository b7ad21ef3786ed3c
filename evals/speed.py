"""How fast it is: loading, embedding beside the bare engine, answering, and analyses.

    python -m evals.speed QUESTIONS.txt FILE... [--repeat 3] [--embedded 400]
    python -m evals.speed --analyses [--records 6000] [--data DIR] [--repeat 5]

Loads the files into a data directory that is deleted afterwards, ``repeat`` times; embeds the
first ``embedded`` passages with the bare engine and through the product, in turn, in this one
run; then asks each line of QUESTIONS.txt as often in the warm process. Prints one JSON document
of medians with their range.

With ``--analyses``, builds a world of so many records in DIR, where it is not yet, and prints each
analysis's median CPU and wall time without anything kept from the one before, and the same of all
that the first question needs; derived tables are built by a first run that is not counted.
"""

import argparse
import json
import resource
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from assistant.core import Assistant
from corpus.codebook import starting_codebook
from corpus.files import RawFile
from corpus.filters import Filters
from corpus.metrics import analyses, compute
from corpus.metrics.quotes import pick
from corpus.metrics.types import Ask
from corpus.settings import Settings
from corpus.store import Store
from evals.worlds import gold_store
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


FIRST_QUESTION = (
    ("themes", "links", "funnel", "loss", "trend", "voices", "gaps", "score", "silent"),
    Ask(filters=Filters(kind=("feedback",), stage=("purchase",))),
)
"""What "Why are we losing customers at checkout?" runs, beside picking quotes."""


def computing(directory: Path, records: int, repeat: int) -> dict[str, object]:
    """Milliseconds of each analysis over a world of so many records; memory in megabytes."""
    path = directory / "store.duckdb"
    # A world has two records for each customer.
    store = Store(path) if path.exists() else gold_store(directory, customers=records // 2)
    codebook = starting_codebook()

    def first_question() -> None:
        names, ask = FIRST_QUESTION
        for name in names:
            compute(name, store, codebook, ask)
        for theme in ("payment", "checkout-fees"):
            pick(store, ask, theme=theme, tone="-", most=2)

    tasks: dict[str, Callable[[], object]] = {
        name: partial(compute, name, store, codebook, Ask()) for name in analyses()
    }
    tasks["first question"] = first_question
    sizes = {
        name: store.sql(f"SELECT count(*) AS n FROM {name}")[0]["n"]  # noqa: S608 - our own names
        for name in ("records", "mentions", "events")
    }
    found = {name: timed(store, task, repeat) for name, task in tasks.items()}
    store.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"sizes": sizes, "ms": found, "peak_mb": peak}


def timed(store: Store, task: Callable[[], object], repeat: int) -> dict[str, object]:
    """CPU and wall milliseconds of a task, each time with nothing kept."""
    spent: list[float] = []
    waited: list[float] = []
    for turn in range(repeat + 1):
        store.kept.forget()
        cpu, wall = process_time(), perf_counter()
        task()
        if turn:
            spent.append(1000 * (process_time() - cpu))
            waited.append(1000 * (perf_counter() - wall))
    return {"cpu": spread(spent), "wall": spread(waited)}


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path, nargs="?")
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--embedded", type=int, default=400)
    parser.add_argument("--analyses", action="store_true")
    parser.add_argument("--records", type=int, default=6_000)
    parser.add_argument("--data", type=Path)
    given = parser.parse_args()
    if given.analyses:
        with tempfile.TemporaryDirectory() as new:
            data = given.data or Path(new)
            print(json.dumps(computing(data, given.records, max(5, given.repeat)), indent=2))
        return
    if not given.files:
        parser.error("name a file of questions and files to load, or --analyses")
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
