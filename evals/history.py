"""The runs that were made: each whole in a file, and the figures of all in one.

``history.jsonl`` holds a line for each run (what was run, when, by which commit, the figures with
n and interval), from which its course is plotted; ``ID.json`` the run itself with its cases, which
another is compared with, and the answers of those that did worst.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from evals.run import Result, read_run
from evals.types import Answered, Seen
from evals.worst import worst

Json = Mapping[str, Any]

FOLDER = "evals"
"""Within the data directory."""

LINES = "history.jsonl"
LAST = "last"
"""The name of the run that was made last."""

MOST_NAMED = 5

_FIGURE = ("name", "value", "low", "high", "n", "better")


def keep(result: Result, seen: Seen, folder: Path) -> str:
    """Keep a run; its id. Raises InputError where it cannot be written."""
    made = result["run"]
    stamp = made["at"][:19].replace(":", "").replace("T", "-")
    identity = base = f"{stamp}-{made['commit'] or made['version']}"
    number = 1
    while (folder / f"{identity}.json").exists():
        number += 1
        identity = f"{base}-{number}"
    whole = {**result, "answers": dict(_answers(result, seen))}
    line = {
        "id": identity,
        **made,
        "suites": [
            {
                **{name: suite[name] for name in ("name", "n", "failed", "ineligible")},
                "metrics": [{name: each[name] for name in _FIGURE} for each in suite["metrics"]],
            }
            for suite in result["suites"]
        ],
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{identity}.json").write_text(json.dumps(whole, ensure_ascii=False), "utf-8")
        with (folder / LINES).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError as error:
        raise InputError(f"The run cannot be kept in {folder}: {error.strerror}.") from None
    return identity


def _answers(result: Result, seen: Seen) -> Iterator[tuple[str, Result]]:
    """The question and the answer of each case that is shown as one of the worst."""
    shown = {case["case"] for suite in result["suites"] for case in worst(suite)}
    for identity in sorted(shown & seen.keys()):
        case, answer = seen[identity]
        yield identity, {"question": case.question, **_shown(answer)}


def _shown(answer: Answered | str) -> Result:
    if isinstance(answer, str):
        return {"text": answer, "status": "failed", "citations": []}
    return {name: answer[name] for name in ("text", "status", "citations")}


def runs(folder: Path) -> list[Result]:
    """The line of every run that is kept, the oldest first."""
    file = folder / LINES
    try:
        text = file.read_text("utf-8") if file.exists() else ""
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (OSError, ValueError):
        raise InputError(f"{file} cannot be read; move it away, and runs are kept anew.") from None


def find(name: str, folder: Path) -> Result:
    """A run by its file, its id, the beginning of one, or ``last``.

    Raises InputError where there is none, or several.
    """
    if Path(name).is_file():
        return read_run(Path(name))
    ids = [line["id"] for line in runs(folder)]
    wanted = ids[-1:] if name == LAST else [each for each in ids if each == name]
    wanted = wanted or [each for each in ids if each.startswith(name) or each.endswith(f"-{name}")]
    if len(wanted) == 1:
        return read_run(folder / f"{wanted[0]}.json")
    what = "several runs" if wanted else "no run"
    known = ", ".join(ids[-MOST_NAMED:]) or "none"
    raise InputError(f"There is {what} {name}: name a file, or one of those kept ({known}).")


def alike(lines: Sequence[Result], like: Json) -> list[Result]:
    """The runs of the same system over the same cases: only their figures can be compared."""
    return [
        line
        for line in lines
        if all(line.get(name) == like.get(name) for name in ("system", "set", "embeddings"))
    ]


def quality(folder: Path) -> dict[str, Any]:
    """The last run with its worst cases, and the line of each run like it."""
    lines = runs(folder)
    if not lines:
        return {"latest": None, "history": []}
    last = lines[-1]
    whole = find(last["id"], folder)
    suites = [
        {**{name: suite[name] for name in suite if name != "cases"}, "worst": worst(suite)}
        for suite in whole["suites"]
    ]
    latest = {"id": last["id"], **whole["run"], "suites": suites, "answers": whole["answers"]}
    return {"latest": latest, "history": alike(lines, last)}


def course(lines: Sequence[Json], suite: str, metric: str) -> list[tuple[Json, Json]]:
    """Each run that has a metric, with its figure."""
    return [
        (line, figure)
        for line in lines
        for each in line["suites"]
        if each["name"] == suite
        for figure in each["metrics"]
        if figure["name"] == metric
    ]


def leading(line: Json) -> list[tuple[str, str]]:
    """The first metric of each suite of a run that is a share: what its course is plotted by."""
    firsts = [(suite["name"], suite["metrics"][0]) for suite in line["suites"] if suite["metrics"]]
    return [(name, metric["name"]) for name, metric in firsts if 0 <= metric["value"] <= 1]
