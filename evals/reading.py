"""How well questions are read, on questions as researchers type them.

    python -m evals.reading --demo DIR --reviews DIR [--more [--half a|b]] [--held | --show]

The directories hold stores: the demo company's, and one with the insurance and lounge reviews.
Prints, overall and by language, the share of the questions whose intent is right, that of those
whose filters are all right, and that of each field, with Wilson intervals. ``--more`` reads the
second writer's questions; by the hash of its number each is in half a, tuned on, or b, to check.
"""

import argparse
import hashlib
import json
from collections.abc import Mapping
from datetime import date as Date
from pathlib import Path
from typing import Any

from statsmodels.stats.proportion import proportion_confint

from assistant.reading import Limits, Reading, read
from corpus.codebook import Codebook
from corpus.coding.judgements import current_codebook
from corpus.store import Store

QUESTIONS = Path(__file__).parent / "questions"
TODAY = Date(2026, 11, 22)
"""The day on which the questions' periods were told."""

FILTERS = ("stages", "period", "segment", "channels", "languages", "score", "against", "by")
OTHERS = ("themes", "voices", "lacks")
NAMES = {"airline": "airline_name", "cabin": "lounge_type"}
"""Segments of the questions that the store of reviews calls otherwise."""


def main() -> None:
    """Read every question and print how many were read right."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--demo", type=Path, required=True, help="the demo company's store")
    parser.add_argument("--reviews", type=Path, required=True, help="insurance and lounge reviews")
    parser.add_argument("--more", action="store_true", help="a second writer's questions")
    parser.add_argument("--half", choices=("a", "b"), help="only this half of the questions")
    parser.add_argument("--held", action="store_true", help="the questions kept for measuring")
    parser.add_argument("--show", action="store_true", help="print what was read wrong")
    arguments = parser.parse_args()
    if arguments.held and arguments.show:
        # Once their mistakes are looked at, the held questions measure nothing.
        parser.error("--show is for the questions to tune on; --held prints figures alone")
    if arguments.held and arguments.more:
        parser.error("--held and --more are two files: give one")
    worlds = {name: _opened(getattr(arguments, name)) for name in ("demo", "reviews")}
    name = "held" if arguments.held else "more" if arguments.more else "dev"
    lines = (QUESTIONS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line) for line in lines]
    if arguments.half:
        asked = [gold for gold in asked if _half(gold["id"]) == arguments.half]
    results = []
    for gold in asked:
        store, codebook = worlds["demo" if gold["corpus"] == "demo" else "reviews"]
        reading = _read(gold, store, codebook)
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


def _half(identity: str) -> str:
    return "ab"[hashlib.sha256(identity.encode()).digest()[0] % 2]


def _opened(directory: Path) -> tuple[Store, Codebook]:
    store = Store(directory / "store.duckdb")
    return store, current_codebook(store)[1]


def _read(gold: Mapping[str, Any], store: Store, codebook: Codebook) -> Reading:
    before = None
    if gold["after"]:
        before = read(gold["after"], store, codebook, today=TODAY)
    return read(gold["question"], store, codebook, today=TODAY, before=before)


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
