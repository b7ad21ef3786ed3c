"""How well questions are read, on questions as researchers type them.

    python -m evals.reading --demo DIR --reviews DIR [--set NAME] [--embeddings none] [--show]

The directories hold stores: the demo company's, and one with the insurance and lounge reviews.
``--set`` names a file of ``evals/questions``, see the README there. Prints, overall and by
language, the share of the questions whose intent is right, that of those whose filters are all
right, and that of each field, with Wilson intervals.
"""

import argparse
import json
from collections.abc import Iterator, Mapping
from datetime import date as Date
from pathlib import Path
from typing import Any

from statsmodels.stats.proportion import proportion_confint

from assistant.reading import Limits, Meaning, Reading, read
from assistant.reading.intents import EMBEDDER
from corpus.codebook import Codebook
from corpus.coding.judgements import current_codebook
from corpus.store import Store
from retrieval.embeddings import load_embeddings

QUESTIONS = Path(__file__).parent / "questions"
HELD = "-held"
"""How the names of sets end whose mistakes nobody has looked at."""

TODAY = Date(2026, 11, 22)
"""The day on which the questions' periods were told."""

FILTERS = ("stages", "period", "segment", "channels", "languages", "score", "against", "by")
OTHERS = ("themes", "voices", "lacks")
NAMES = {"airline": "airline_name", "cabin": "lounge_type"}
"""Segments of the questions that the store of reviews calls otherwise."""

World = tuple[Store, Codebook]


def main() -> None:
    """Read every question and print how many were read right."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    add_stores(parser)
    parser.add_argument("--set", default="dev", help="a file of evals/questions")
    parser.add_argument("--embeddings", choices=(EMBEDDER, "none"), default=EMBEDDER)
    parser.add_argument("--show", action="store_true", help="print what was read wrong")
    arguments = parser.parse_args()
    if arguments.set.endswith(HELD) and arguments.show:
        # Once their mistakes are looked at, the held questions measure nothing.
        parser.error("--show is for the questions to tune on; held ones give figures alone")
    worlds = opened(arguments)
    embeddings = load_embeddings(arguments.embeddings)
    meaning = embeddings.embed_query if embeddings else None
    results = []
    for gold in questions(arguments.set):
        reading = _read(gold, world_of(gold, worlds), meaning)
        wrong = {
            name: (given, wanted)
            for name, (given, wanted) in _fields(reading, gold).items()
            if given != wanted
        }
        results.append((gold, wrong))
        if arguments.show and wrong:
            print(gold["id"], gold["question"], *([f"[{gold['after']}]"] if gold["after"] else []))
            for name, (given, wanted) in wrong.items():
                print(f"    {name}: {given} for {wanted}")
    for language in ("all", "fr", "en"):
        _report(
            language, [wrong for gold, wrong in results if language in ("all", gold["language"])]
        )


def add_stores(parser: argparse.ArgumentParser) -> None:
    """Add the options that name the stores which the questions are of."""
    parser.add_argument("--demo", type=Path, required=True, help="the demo company's store")
    parser.add_argument("--reviews", type=Path, required=True, help="insurance and lounge reviews")


def opened(arguments: argparse.Namespace) -> dict[str, World]:
    """The stores that ``add_stores`` names, each with its codebook."""
    found = {}
    for name in ("demo", "reviews"):
        store = Store(getattr(arguments, name) / "store.duckdb")
        found[name] = store, current_codebook(store)[1]
    return found


def questions(name: str) -> Iterator[dict[str, Any]]:
    """The questions of a set, with what a perfect reader would understand."""
    lines = (QUESTIONS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return map(json.loads, lines)


def world_of(gold: Mapping[str, Any], worlds: Mapping[str, World]) -> World:
    """The store that a question is asked of: the demo company's, where it names none."""
    return worlds["demo" if gold.get("corpus", "demo") == "demo" else "reviews"]


def _read(gold: Mapping[str, Any], world: World, meaning: Meaning | None) -> Reading:
    before = None
    if gold["after"]:
        before = read(gold["after"], *world, today=TODAY, meaning=meaning)
    return read(gold["question"], *world, today=TODAY, before=before, meaning=meaning)


def _fields(reading: Reading, gold: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What was read and what there was to read, by field, in one form."""
    limits, against = reading.limits, gold["against"] or {}
    by = gold["by"]
    if by and by.startswith("segment:"):
        name = by.removeprefix("segment:")
        by = f"segment:{NAMES.get(name, name)}"
    return {
        "intent": (reading.intent, gold["intent"]),
        "stages": (sorted(limits.stages), sorted(gold["stages"])),
        "period": (_days(limits), (gold["since"], gold["until"])),
        "segment": (dict(limits.segment), _renamed(gold["segment"])),
        "channels": (sorted(limits.channels), sorted(gold["channels"])),
        "languages": (sorted(limits.languages), sorted(gold["languages"])),
        "score": (limits.score, gold["score"]),
        "against": (_side(reading.against), _gold_side(against)),
        "by": (reading.by, by),
        "themes": (sorted(reading.themes), sorted(gold["themes"])),
        "voices": (sorted(reading.voices), sorted(gold["voices"])),
        "lacks": (sorted(map(str.lower, reading.lacks)), sorted(map(str.lower, gold["lacks"]))),
    }


def _days(limits: Limits) -> tuple[str | None, str | None]:
    return (
        limits.since.isoformat() if limits.since else None,
        limits.until.isoformat() if limits.until else None,
    )


def _renamed(segment: Mapping[str, str]) -> dict[str, str]:
    return {NAMES.get(name, name): value for name, value in segment.items()}


def _side(against: Limits | None) -> dict[str, Any]:
    if against is None:
        return {}
    since, until = _days(against)
    return _said(
        since=since,
        until=until,
        segment=dict(against.segment),
        channels=list(against.channels),
        stages=list(against.stages),
        score=against.score,
    )


def _gold_side(against: Mapping[str, Any]) -> dict[str, Any]:
    side = dict(against)
    if "segment" in side:
        side["segment"] = _renamed(side["segment"])
    return _said(**side)


def _said(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _report(language: str, results: list[dict[str, Any]]) -> None:
    n = len(results)
    print(f"{language}: {n} questions")
    right = {"intent": sum("intent" not in wrong for wrong in results)}
    right["filters"] = sum(not wrong.keys() & set(FILTERS) for wrong in results)
    for name in (*FILTERS, *OTHERS):
        right[name] = sum(name not in wrong for wrong in results)
    for name, k in right.items():
        low, high = proportion_confint(k, n, method="wilson")
        print(f"  {name:10} {k / n:.3f}  [{low:.3f}, {high:.3f}]  {k}/{n}")


if __name__ == "__main__":
    main()
