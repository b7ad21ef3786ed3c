"""How fast it is, at 10 thousand, 100 thousand and a million records, and what it takes up.

    python -m evals.speed [--records 10000 100000 1000000] [--data DIR] [--repeat 5]
    python -m evals.speed QUESTIONS.txt FILE... [--repeat 3] [--embedded 400]

Builds a world of each number of records in DIR, where it is not there yet, and measures it in a
process of its own: how long opening it takes, each derived table that is not up to date, and what
is counted behind a load; an answer to FIRST and to NARROWED, whole and step by step, and each
analysis, in CPU and wall time. Prints a table on stderr, and all as one JSON document.

Of an answer, ``first`` has no more kept than a server has counted behind a load and what OTHERS
asked for, ``bare`` nothing, ``again`` all. Analyses have nothing kept from the one before: of the
whole corpus, of the stage of the purchase, and of one value of a segment against another. There are
no vectors: texts of a world are not embedded. Limits of time are meant for two cores that are free:
``load`` says how many processes shared them, and CPU time is theirs to a lesser degree. The peak of
memory is that of the process, the start of Python and the open index included.

With files, loads them into a data directory that is deleted afterwards, ``repeat`` times; embeds
the first ``embedded`` passages with the bare engine and through the product, in turn, in this one
run; then asks each line of QUESTIONS.txt as often in the warm process. Figures are medians with
their range.
"""

import argparse
import json
import os
import resource
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from rich.console import Console
from rich.table import Table

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


def measured(directory: Path, records: int, repeat: int) -> dict[str, Any]:
    """All figures of a world of so many records; megabytes of memory and on disk."""
    world(directory, records).close()
    started = perf_counter()
    with Assistant(Settings(data=directory, embeddings="none")) as assistant:
        opened = perf_counter() - started
        built = deriving(assistant.store)
        cpu, wall = process_time(), perf_counter()
        assistant.count()
        counted = {"cpu": process_time() - cpu, "wall": perf_counter() - wall}
        for other in OTHERS:
            assistant.ask(other, anew=True)
        kept = assistant.store.kept
        served = partial(kept.forget, kept.keys())
        found = {
            "first": _answered(assistant, FIRST, repeat, served),
            "narrowed": _answered(assistant, NARROWED, repeat, served),
            "bare": _answered(assistant, FIRST, repeat, kept.forget),
            "again": _answered(assistant, FIRST, repeat, lambda: None),
        }
        return {
            "sizes": {
                name: assistant.sql(f"SELECT count(*) AS n FROM {name}")[0]["n"]  # noqa: S608
                for name in ("records", "mentions", "events")
            },
            "mb": {
                "store": _mb(directory / "store.duckdb"),
                "lexical": _mb(*(directory / "lexical").rglob("*")),
            },
            "opening_s": round(opened, 1),
            "deriving_s": built,
            "counting_s": {name: round(spent, 1) for name, spent in counted.items()},
            "answers_ms": found,
            "analyses_ms": _computed(assistant.store, repeat),
            "peak_mb": peak_mb(),
            "load": os.getloadavg(),
        }


def _mb(*files: Path) -> float:
    return round(sum(each.stat().st_size for each in files if each.is_file()) / 2**20, 1)


def _computed(store: Store, repeat: int) -> dict[str, dict[str, dict[str, Any]]]:
    """What each analysis takes of each part of the corpus."""
    codebook = starting_codebook()
    asks = {
        "all": Ask(),
        "purchase": Ask(filters=Filters(kind=("feedback",), stage=("purchase",))),
        "sides": Ask(
            filters=Filters(segment={"pays": "BE"}), against=Filters(segment={"pays": "FR"})
        ),
    }
    return {
        of: {
            # Two sides are what is compared, or what a change is between.
            name: timed(store.kept.forget, partial(compute, name, store, codebook, ask), repeat)
            for name in (analyses() if of != "sides" else ("compare", "change"))
        }
        for of, ask in asks.items()
    }


def _answered(
    assistant: Assistant, question: str, repeat: int, before: Callable[[], object]
) -> dict[str, Any]:
    """CPU and wall milliseconds of an answer, and wall milliseconds of its steps."""
    steps: list[dict[str, float]] = []

    def ask() -> None:
        steps.append(dict(assistant.ask(question, anew=True).timings_ms))

    found = timed(before, ask, repeat)
    laps = {name: spread([each[name] for each in steps[1:]]) for name in steps[0]}
    return {**found, "steps": laps}


def timed(before: Callable[[], object], task: Callable[[], object], repeat: int) -> dict[str, Any]:
    """CPU and wall milliseconds of a task, after a first run, with ``before`` done each time."""
    spent: list[float] = []
    waited: list[float] = []
    for turn in range(repeat + 1):
        before()
        cpu, wall = process_time(), perf_counter()
        task()
        if turn:
            spent.append(1000 * (process_time() - cpu))
            waited.append(1000 * (perf_counter() - wall))
    return {"cpu": spread(spent), "wall": spread(waited)}


def show(found: Mapping[int, Mapping[str, Any]]) -> None:
    """Print what each answer and each analysis takes, size by size, on stderr."""
    console = Console(stderr=True)
    table = Table(title="milliseconds, wall (range) and CPU", title_justify="left")
    for name in ("", *(f"{records:,} records" for records in found)):
        table.add_column(name, justify="right" if name else "left")
    every = list(found.values())
    for kind, of in (
        ("answers_ms", None),
        *(("analyses_ms", of) for of in every[0]["analyses_ms"]),
    ):
        parts = [each[kind] if of is None else each[kind][of] for each in every]
        for name in parts[0]:
            label = f"answer, {name}" if of is None else f"{name}, {of}"
            table.add_row(label, *(_cell(part[name]) for part in parts))
    for name in ("peak_mb", "opening_s"):
        table.add_row(name, *(f"{each[name]:,}" for each in every))
    for name in ("store", "lexical"):
        table.add_row(f"{name}, MB", *(f"{each['mb'][name]:,}" for each in every))
    console.print(table)


def _cell(spent: Mapping[str, Mapping[str, float]]) -> str:
    wall, cpu = spent["wall"], spent["cpu"]
    return f"{wall['median']:,.0f} ({wall['low']:,.0f}–{wall['high']:,.0f}), {cpu['median']:,.0f}"


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path, nargs="?")
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--repeat", type=int)
    parser.add_argument("--embedded", type=int, default=400)
    parser.add_argument("--records", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--data", type=Path)
    given = parser.parse_args()
    if not given.questions:
        with tempfile.TemporaryDirectory() as new:
            found = {}
            for records in given.records:
                place = (given.data or Path(new)) / str(records)
                # A process of its own has a peak of its own.
                with ProcessPoolExecutor(1, get_context("spawn")) as own:
                    found[records] = own.submit(
                        measured, place, records, given.repeat or 5
                    ).result()
        show(found)
        print(json.dumps(found, indent=2))
        return
    if not given.files:
        parser.error("name a file of questions and files to load, or neither")
    repeat = given.repeat or 3
    report: dict[str, object] = {"loading_rows_per_s": loading(given.files, repeat)}
    with (
        tempfile.TemporaryDirectory() as directory,
        Assistant(Settings(data=Path(directory))) as assistant,
    ):
        for file in given.files:
            assistant.ingest(RawFile.read(file), origin=str(file))
        report["embedding"] = embedding(assistant, given.embedded, repeat)
        assistant.embed()
        questions = given.questions.read_text(encoding="utf-8").splitlines()
        report["answering"] = answering(assistant, [q for q in questions if q.strip()], repeat)
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
