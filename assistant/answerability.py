"""How likely the evidence that was found answers the question: a calibrated score from 0 to 1.

Small logistic models over what can be told offline: how much of the question's information the best
sentence and the best passage hold, how much of it nothing loaded holds, and how near the nearest
passage is in meaning. Their coefficients are data (``answerability.json``), fitted by
``python -m evals.abstaining --fit``. An answer made of figures is judged by how many stand behind
them.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from math import exp
from typing import Any

from assistant.candidates import related
from assistant.gather import Evidence
from assistant.types import Fact
from corpus.types import EVIDENCE_KINDS, FEWEST, EvidenceKind

FEATURES = ("coverage", "passage", "lacking", "meaning", "alike")
"""What the score is made from.

``coverage``: the share of the question's information in the best sentence, ``passage``: in the
best passage; ``lacking``: the share that nothing loaded holds; ``meaning``: how near the nearest
passage is, on the scale from unrelated to related; ``alike``: how near the nearest sentence is.
"""

ALIKE = 0.75
"""From this nearness of a sentence of people's own on (1 is related), it is taken to say what was
asked in other words. On the half of the reviews that the score was fitted on, 8 questions with an
answer have one, and 1 without."""

DOCUMENTS: tuple[EvidenceKind, ...] = ("research",)
"""The kinds in which an answer stands once, if at all; elsewhere many people say it."""

Found = Mapping[str, Mapping[str, float]]
"""The features of what was found, of people's words and of documents."""


def features(evidence: Evidence) -> dict[str, dict[str, float]]:
    """What the score is made from, see FEATURES; without ``meaning`` where nothing is embedded."""
    people = tuple(kind for kind in EVIDENCE_KINDS if kind not in DOCUMENTS)
    total = sum(evidence.weighing.values()) or 1.0
    lacking = sum(evidence.weighing.get(c, 0.0) for c in evidence.missing) / total
    told: dict[str, dict[str, float]] = {}
    for name, kinds in (("people", people), ("documents", DOCUMENTS)):
        found = [c for kind in kinds for c in evidence.found.get(kind, ())]
        hits = [hit for kind in kinds for hit in evidence.hits.get(kind, ())]
        if not hits:
            continue
        told[name] = {
            "coverage": max((c.coverage for c in found), default=0.0),
            "passage": max((c.passage_coverage for c in found), default=0.0),
            "lacking": lacking,
        }
        near = [hit.similarity for hit in hits if hit.similarity is not None]
        if near:
            told[name]["meaning"] = related(max(near))
            told[name]["alike"] = max(
                (related(c.meaning) for c in found if c.compared and c.meaning), default=0.0
            )
    return told


def judge(found: Found) -> tuple[float, bool]:
    """The calibrated probability that what was found is an answer, and whether it is enough.

    People's words and documents are judged apart, and the likelier counts.
    """
    judged = [
        (_score(of, told), _score(of, told) >= _threshold(of, told)) for of, told in found.items()
    ]
    return max(judged, key=lambda each: (each[1], each[0]), default=(0.0, False))


def _score(of: str, found: Mapping[str, float]) -> float:
    model = _models()[_name(of, found)]
    total = model["intercept"] + sum(w * found[name] for name, w in model["coefficients"].items())
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


def _threshold(of: str, found: Mapping[str, float]) -> float:
    return float(_models()[_name(of, found)]["threshold"])


def by_figures(facts: Iterable[Fact]) -> float:
    """How far figures can be told: 1 where as many stand behind them as a share needs."""
    n = max((fact.n for fact in facts if fact.value is not None), default=0)
    return min(1.0, n / FEWEST)


def _name(of: str, found: Mapping[str, float]) -> str:
    return f"{of}, words and meaning" if "meaning" in found else f"{of}, words"


@cache
def _models() -> dict[str, Any]:
    """The models of people's words and of documents, each of words alone and with the embedder."""
    text = resources.files("assistant").joinpath("answerability.json").read_text(encoding="utf-8")
    return dict(json.loads(text))
