"""How fast it is: loading, embedding beside the bare engine, answering, and analyses.

    python -m evals.speed QUESTIONS.txt FILE... [--repeat 3] [--embedded 400]
    python -m evals.speed --analyses [--records 6000] [--data DIR] [--repeat 5]
    python -m evals.speed --ask [--records 6000] [--data DIR] [--repeat 5]

Loads the files into a data directory that is deleted afterwards, ``repeat`` times; embeds the
first ``embedded`` passages with the bare engine and through the product, in turn, in this one
run; then asks each line of QUESTIONS.txt as often in the warm process. Prints one JSON document
of medians with their range.

With ``--analyses``, builds a world of so many records in DIR, where it is not yet, and prints how
long each derived table that is not up to date took to build and each analysis's median CPU and wall
time without anything kept from the one before: of the whole corpus, of the stage of the purchase,
and of one value of a segment against another. With ``--ask``, the same of an answer to FIRST and to
NARROWED in a process that has answered OTHERS and has counted what depends on the corpus alone, as
a server does behind a load, step by step: ``first`` has no more kept than that, ``bare`` nothing,
``again`` all. It also prints how long the lexical index took where it was not there, and its size.
There are no vectors: texts of a world are not embedded. Limits of time are meant for two cores that
are free: ``load`` says how many processes shared them, and CPU time is theirs to a lesser degree.
The peak of memory is that of the process, the start of Python and the open index included.
"""

import argparse
import json
import os
import resource
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from assistant.core import Assistant
from corpus.codebook import starting_codebook
from corpus.derived import DERIVED
from corpus.files import RawFile
from corpus.filters import Filters
from corpus.metrics import analyses, compute
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


FIRST = "Why are we losing customers at checkout?"
NARROWED = "Why are we losing customers at checkout in Belgium?"
OTHERS = ("How many customers mention delivery?", "What do customers say about returns?")


def world(directory: Path, records: int) -> Store:
    """The store in a directory, or a new one with a world of so many records."""
    path = directory / "store.duckdb"
    # A world has two records for each customer.
    return Store(path) if path.exists() else gold_store(directory, customers=records // 2)


def peak_mb() -> int:
    """The most memory that the process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def deriving(store: Store) -> dict[str, object]:
    """CPU and wall seconds of each derived table that had to be built, and of all of them."""
    found: dict[str, object] = {}
    cpu, wall = process_time(), perf_counter()
    for name in DERIVED:
        own_cpu, own_wall = process_time(), perf_counter()
        if store.derive([name]):
            spent = process_time() - own_cpu, perf_counter() - own_wall
            found[name] = {"cpu": round(spent[0], 2), "wall": round(spent[1], 2)}
    whole = {"cpu": round(process_time() - cpu, 2), "wall": round(perf_counter() - wall, 2)}
    return {"tables": found, "all": whole, "peak_mb": peak_mb()}


def computing(directory: Path, records: int, repeat: int) -> dict[str, object]:
    """Milliseconds of each analysis over a world of so many records; memory in megabytes."""
    store = world(directory, records)
    codebook = starting_codebook()
    sizes = {
        name: store.sql(f"SELECT count(*) AS n FROM {name}")[0]["n"]  # noqa: S608 - our own names
        for name in ("records", "mentions", "events")
    }
    built = deriving(store)
    asks = {
        "all": Ask(),
        "purchase": Ask(filters=Filters(kind=("feedback",), stage=("purchase",))),
        "sides": Ask(
            filters=Filters(segment={"pays": "BE"}), against=Filters(segment={"pays": "FR"})
        ),
    }
    found = {
        of: {
            name: timed(store, partial(compute, name, store, codebook, ask), repeat)
            for name in analyses()
        }
        for of, ask in asks.items()
    }
    store.close()
    return {
        "sizes": sizes,
        "deriving_s": built,
        "ms": found,
        "peak_mb": peak_mb(),
        "load": os.getloadavg(),
    }


def asking(directory: Path, records: int, repeat: int) -> dict[str, object]:
    """Milliseconds of an answer to the first question, whole and by its steps."""
    world(directory, records).close()
    started = perf_counter()
    with Assistant(Settings(data=directory, embeddings="none")) as assistant:
        opened = perf_counter() - started
        files = [each for each in (directory / "lexical").rglob("*") if each.is_file()]
        built = deriving(assistant.store)
        cpu, wall = process_time(), perf_counter()
        assistant.count()
        counted = {"cpu": process_time() - cpu, "wall": perf_counter() - wall}
        return {
            "opening_s": round(opened, 1),
            "lexical_mb": round(sum(each.stat().st_size for each in files) / 2**20, 1),
            "deriving_s": built,
            "counting_s": {name: round(spent, 1) for name, spent in counted.items()},
            "first": _answered(assistant, FIRST, repeat, _as_served),
            "narrowed": _answered(assistant, NARROWED, repeat, _as_served),
            "bare": _answered(assistant, FIRST, repeat, _forgotten),
            "again": _answered(assistant, FIRST, repeat, _as_it_is),
            "peak_mb": peak_mb(),
            "load": os.getloadavg(),
        }


def _answered(
    assistant: Assistant, question: str, repeat: int, before: Callable[[Assistant], None]
) -> dict[str, object]:
    """CPU and wall milliseconds of an answer, and wall milliseconds of its steps."""
    steps: list[dict[str, float]] = []

    def ask() -> None:
        steps.append(dict(assistant.ask(question, anew=True).timings_ms))

    found = timed(assistant.store, ask, repeat, before=lambda: before(assistant))
    laps = {name: spread([each[name] for each in steps[1:]]) for name in steps[0]}
    return {**found, "steps": laps}


def _as_served(assistant: Assistant) -> None:
    """What a server has counted behind a load, and what other questions asked for."""
    assistant.store.kept.forget()
    assistant.count()
    for other in OTHERS:
        assistant.ask(other, anew=True)


def _forgotten(assistant: Assistant) -> None:
    assistant.store.kept.forget()


def _as_it_is(assistant: Assistant) -> None:
    """All that was kept stays."""


def timed(
    store: Store,
    task: Callable[[], object],
    repeat: int,
    *,
    before: Callable[[], None] | None = None,
) -> dict[str, object]:
    """CPU and wall milliseconds of a task after a first run, each time with nothing kept.

    Unless ``before`` is done each time in the place of that.
    """
    spent: list[float] = []
    waited: list[float] = []
    for turn in range(repeat + 1):
        (before or store.kept.forget)()
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
    parser.add_argument("--ask", action="store_true")
    parser.add_argument("--records", type=int, default=6_000)
    parser.add_argument("--data", type=Path)
    given = parser.parse_args()
    if given.analyses or given.ask:
        measure = computing if given.analyses else asking
        with tempfile.TemporaryDirectory() as new:
            data = given.data or Path(new)
            print(json.dumps(measure(data, given.records, max(5, given.repeat)), indent=2))
        return
    if not given.files:
        parser.error("name a file of questions and files to load, --analyses or --ask")
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
