"""A run: every suite asked of a system and of the baselines, and what it adds up to."""

import json
import platform
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from evals.evaluators import suite
from evals.statistics import Estimate, difference, estimate, mean_of
from evals.types import Case, Evaluator, Measure, Metric, Row
from evals.world import World

Result = dict[str, Any]
"""A run as JSON values: ``suites``, each with its metrics and cases, and ``run``."""


def run(
    names: Sequence[str],
    judged: World,
    baselines: Sequence[World],
    progress: Callable[[str], None] = lambda name: None,
) -> Result:
    """Run the suites named over the system judged, and over each baseline beside it."""
    found: Found = {}
    for name in names:
        progress(name)
        gather_rows(found, name, name, judged, baselines)
    state = judged.assistant.doctor()
    return made(
        found,
        judged.system.name,
        judged.assistant.settings.embeddings,
        cases=len(judged.cases),
        set=set_of(judged.cases),
        passages=state["passages"],
        **({"judge": judged.juror.about()} if judged.juror else {}),
    )


Found = dict[str, dict[str, list[Row]]]
"""The rows of each suite, of the system judged under "" and of each baseline under its name."""


def gather_rows(
    found: Found, title: str, name: str, judged: World, baselines: Iterable[World]
) -> None:
    """Add the rows of the suite ``name`` to those found under ``title``."""
    evaluator, of = suite(name), found.setdefault(title, {})
    for system, world in (("", judged), *((each.system.name, each) for each in baselines)):
        of.setdefault(system, []).extend(evaluator.rows(world))


def made(found: Found, system: str, embeddings: str, **about: Any) -> Result:
    """The run that the rows add up to."""
    suites = []
    for title, rows in found.items():
        theirs = {name: of for name, of in rows.items() if name}
        suites.append(_suite(title, evaluator_of(title), rows[""], theirs))
    told = {
        "system": system,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "version": version("ancrage"),
        "python": platform.python_version(),
        "embeddings": embeddings,
        **about,
    }
    return {"suites": suites, "run": told}


def evaluator_of(title: str) -> Evaluator:
    """The evaluator of a suite, or of one over a set: ``retrieval`` or ``retrieval: piaf_fr``."""
    return suite(title.partition(":")[0])


def set_of(cases: Iterable[Case]) -> str:
    """What tells one set of cases from another."""
    told = "\n".join(f"{case.id} {case.question}" for case in cases)
    return sha256(told.encode()).hexdigest()[:12]


def _commit() -> str | None:
    """The commit of the code that runs; None where it is not run from a repository."""
    try:
        made = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return made.stdout.strip()


def _suite(
    name: str, evaluator: Evaluator, ours: Sequence[Row], theirs: Mapping[str, Sequence[Row]]
) -> Result:
    scored = [row for row in ours if row.values]
    return {
        "name": name,
        "n": len(scored),
        "failed": sum(row.failed is not None for row in ours),
        "ineligible": sum(row.ineligible is not None for row in ours),
        "metrics": [
            told
            for metric in evaluator.METRICS
            if (told := _metric(metric, ours, theirs)) is not None
        ],
        "cases": [asdict(row) for row in ours],
    }


def _metric(
    metric: Metric, ours: Sequence[Row], theirs: Mapping[str, Sequence[Row]]
) -> Result | None:
    """A metric over the cases that have it, by language, and beside each baseline's."""
    whole = measured(metric, ours)
    if whole is None:
        return None
    languages = sorted({row.language for row in ours})
    by = {language: measured(metric, _of(ours, language)) for language in languages}
    return {
        "name": metric.name,
        "means": metric.means,
        "better": metric.better,
        **asdict(whole),
        "languages": {name: asdict(found) for name, found in by.items() if found},
        "baseline": {name: _beside(metric, ours, rows) for name, rows in theirs.items()},
    }


def _of(rows: Iterable[Row], language: str) -> list[Row]:
    return [row for row in rows if row.language == language]


def _having(metric: Metric, rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if all(name in row.values for name in metric.columns)]


def _measure(metric: Metric) -> Measure:
    return metric.of or mean_of(metric.name)


def measured(metric: Metric, rows: Iterable[Row]) -> Estimate | None:
    """A metric over the rows that have it; None where none does."""
    some = _having(metric, rows)
    if not some:
        return None
    return estimate([row.values for row in some], [row.group for row in some], _measure(metric))


def compared(metric: Metric, ours: Iterable[Row], theirs: Iterable[Row]) -> Estimate | None:
    """How much higher ours is on the cases that both have; None where there is none."""
    mine, other = ({row.case: row for row in _having(metric, rows)} for rows in (ours, theirs))
    both = [case for case in mine if case in other]
    if not both:
        return None
    return difference(
        [mine[case].values for case in both],
        [other[case].values for case in both],
        [mine[case].group for case in both],
        _measure(metric),
    )


def _beside(metric: Metric, ours: Sequence[Row], theirs: Sequence[Row]) -> Result | None:
    """A baseline's figure, and how much higher ours is on the cases that both have."""
    whole, gap = measured(metric, theirs), compared(metric, ours, theirs)
    if whole is None:
        return None
    return {**asdict(whole), "difference": asdict(gap) if gap else None}


# Against another run -------------------------------------------------------------------------


def read_run(file: Path) -> Result:
    """A run that was written before; raises InputError where the file is none."""
    try:
        found = json.loads(file.read_text("utf-8"))
        names = [each["name"] for each in found["suites"]]
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{file} is no run that `ancrage eval --json` wrote.") from None
    if not names:
        raise InputError(f"{file} holds no suite.")
    return dict(found)


def moves(now: Result, before: Result) -> list[Result]:
    """Each metric of both runs, with the paired difference and what it means.

    ``better`` and ``worse`` are beyond chance, ``noise`` is not; ``regressed`` marks what is worse
    beyond chance and by more than the metric's slack, and any breach of a promise.
    """
    earlier = {each["name"]: each for each in before["suites"]}
    found = []
    for each in now["suites"]:
        if each["name"] not in earlier:
            continue
        ours, theirs = (_rows(run) for run in (each, earlier[each["name"]]))
        for metric in evaluator_of(each["name"]).METRICS:
            gap = compared(metric, ours, theirs)
            if gap is not None:
                found.append(_move(each["name"], metric, gap))
    return found


def _move(name: str, metric: Metric, gap: Estimate) -> Result:
    up = 1 if metric.better == "higher" else -1
    low, high = sorted((up * gap.low, up * gap.high))
    told = "better" if low > 0 else "worse" if high < 0 else "noise"
    return {
        "suite": name,
        "metric": metric.name,
        **asdict(gap),
        "told": told,
        "regressed": up * gap.value < -metric.slack and (told == "worse" or metric.slack == 0),
    }


def _rows(kept: Result) -> list[Row]:
    return [Row(**each) for each in kept["cases"]]
