"""What is proposed for situations beside what experts would accept: precision and recall.

``situations.yaml`` was written by somebody who had not seen the library: a cause, the stage, what a
customer says, the kinds of action that an expert would accept, and those that would be wrong.
``judgements.yaml`` says of each proposal which acceptable kinds it is of (by their places, from 0),
or that it is ``wrong``; an empty list is neither. A proposal that is not judged yet is told and
counts for nothing, so that a changed library shows what is to be judged. ``rendered.yaml`` has the
evidence of each in the other language, for which the same should be proposed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from statsmodels.stats.proportion import proportion_confint

from assistant.actions.fitting import MOST, Situation, best
from assistant.actions.library import intervention
from evals.material import Proposed

HERE = Path(__file__).parent
SITUATIONS = HERE / "situations.yaml"
JUDGEMENTS = HERE / "judgements.yaml"
RENDERED = HERE / "rendered.yaml"

Judged = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Scored:
    """The counts of one situation: proposals by what they are, and acceptable kinds covered."""

    id: str
    language: str
    proposed: tuple[str, ...]
    accepted: int
    wrong: int
    unjudged: tuple[str, ...]
    covered: int
    acceptable: int


def proposals_for(situation: Mapping[str, Any], most: int) -> list[str]:
    """The ids of the interventions that are proposed for a situation, the best first."""
    texts = ((situation["language"], str(situation["evidence"])),)
    met = Situation(situation["theme"], situation.get("stage"), texts)
    return [each.id for each in best(met)[:most]]


def otherwise(situation: Mapping[str, Any], rendered: Mapping[str, str]) -> dict[str, Any]:
    """The situation with its evidence in the other language."""
    language = "en" if situation["language"] == "fr" else "fr"
    return {**situation, "language": language, "evidence": rendered[situation["id"]]}


def scored(situations: Sequence[Mapping[str, Any]], judged: Judged, most: int) -> list[Scored]:
    """Each situation with the judgements of its proposals."""
    found = []
    for each in situations:
        own = judged.get(each["id"], {})
        proposed = proposals_for(each, most)
        kinds = [own[name] for name in proposed if name in own]
        covered = {place for kind in kinds if kind != "wrong" for place in kind}
        found.append(
            Scored(
                each["id"],
                each["language"],
                tuple(proposed),
                sum(kind != "wrong" and bool(kind) for kind in kinds),
                sum(kind == "wrong" for kind in kinds),
                tuple(name for name in proposed if name not in own),
                len(covered),
                len(each["acceptable"]),
            )
        )
    return found


def proposed() -> Iterator[Proposed]:
    """What is proposed for each situation, as judged."""
    situations = yaml.safe_load(SITUATIONS.read_text("utf-8"))
    for each in scored(situations, yaml.safe_load(JUDGEMENTS.read_text("utf-8")), MOST):
        yield Proposed(
            each.id,
            each.language,
            each.proposed,
            each.accepted,
            each.wrong,
            len(each.proposed) - len(each.unjudged),
            each.covered,
            each.acceptable,
        )


def print_situations(file: Path, most: int) -> None:
    """Print every situation with its proposals, then precision and recall by language."""
    situations = yaml.safe_load(file.read_text("utf-8"))
    judged = yaml.safe_load(JUDGEMENTS.read_text("utf-8")) if JUDGEMENTS.exists() else {}
    found = scored(situations, judged, most)
    for each in found:
        print(f"{each.id} ({each.language}): {each.accepted} accepted, {each.wrong} wrong, "
              f"{each.covered} of {each.acceptable} kinds")  # fmt: skip
        for name in each.proposed:
            known = intervention(name)
            mark = "?" if name in each.unjudged else judged[each.id][name]
            title = known.title["fr" if each.language == "fr" else "en"] if known else ""
            print(f"    {mark!s:10} {name}: {title}")
    if file == SITUATIONS:
        rendered = yaml.safe_load(RENDERED.read_text("utf-8"))
        same = sum(
            proposals_for(each, most) == proposals_for(otherwise(each, rendered), most)
            for each in situations
        )
        print(f"the same in French and English: {same} of {len(situations)}")
    for language in ("fr", "en", None):
        own = [each for each in found if language in (None, each.language)]
        if own:
            print(_line(language or "all", own))


def _line(name: str, own: Sequence[Scored]) -> str:
    proposed = sum(len(each.proposed) - len(each.unjudged) for each in own)
    parts = [
        (title, sum(getattr(each, count) for each in own), of)
        for title, count, of in (
            ("precision", "accepted", proposed),
            ("wrong", "wrong", proposed),
            ("recall", "covered", sum(each.acceptable for each in own)),
        )
    ]
    told = []
    for title, k, n in parts:
        low, high = proportion_confint(k, n, method="wilson") if n else (0.0, 1.0)
        told.append(f"{title} {k / n if n else 0:.2f} [{low:.2f} {high:.2f}] ({k} of {n})")
    left = sum(len(each.unjudged) for each in own)
    return f"{name:4} {len(own)} situations: {', '.join(told)}, {left} not judged"
