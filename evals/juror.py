"""A chat model that says whether evidence carries a sentence, and how far people agree."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from sklearn.metrics import cohen_kappa_score

from assistant.agent.bounds import Meter
from assistant.agent.verdict import Verdict, verdict, version_of
from assistant.core import Assistant
from corpus.errors import ModelError
from evals.statistics import estimate, mean_of

SAMPLE = 30
"""Claims with human labels that it is tried on, each as it is true and as it was altered."""

LONGEST = 2_000
"""Characters of a passage that it is shown."""

TOLD = ("label", "value", "unit", "numerator", "denominator", "base", "n", "low", "high")
"""What it is shown of a fact."""

Json = Mapping[str, Any]


class Juror:
    """One chat model with one wording of its instructions."""

    def __init__(self, name: str, assistant: Assistant) -> None:
        self.name, self._assistant = name, assistant
        self._prompt = files("evals").joinpath("juror.md").read_text("utf-8")

    def carries(self, sentence: str, passages: Sequence[str], facts: Sequence[Json]) -> Verdict:
        """Whether the evidence carries the sentence; raises ModelError where it does not say."""
        material = {
            "sentence": sentence,
            "passages": [text[:LONGEST] for text in passages],
            "figures": [{name: fact.get(name) for name in TOLD} for fact in facts],
        }
        settings, store = self._assistant.settings, self._assistant.store
        meter = Meter(self.name, settings, store)
        return verdict(self.name, settings, meter, self._prompt, material)

    def about(self) -> dict[str, Any]:
        """Its name, the version of its instructions, and its agreement with people."""
        return {
            "model": self.name,
            "prompt": version_of(self._prompt),
            "agreement": self._agreement(),
        }

    def _agreement(self) -> dict[str, Any] | None:
        """The share of labelled sentences that it judges as people did, and Cohen's kappa.

        ``failed`` counts those on which it said nothing; None where it never says anything.
        """
        rows, groups, said, labelled = [], [], [], []
        failed = 0
        for claim, carried, sentence, passages, facts in _labelled(self._assistant):
            try:
                given = self.carries(sentence, passages, facts).yes
            except ModelError:
                failed += 1
                continue
            rows.append({"agrees": float(given == carried)})
            groups.append(claim)
            said.append(given)
            labelled.append(carried)
        agreed = estimate(rows, groups, mean_of("agrees")) if rows else None
        if agreed is None:
            return None
        kappa = float(cohen_kappa_score(labelled, said))
        # It is not defined where all say the same.
        return {**asdict(agreed), "kappa": kappa if kappa == kappa else None, "failed": failed}


def _labelled(
    assistant: Assistant,
) -> Iterator[tuple[str, bool, str, list[str], Sequence[Json]]]:
    """Labelled claims whose evidence is here, evenly over the file: true, then altered.

    A figure's evidence stands in the file; that of a quote is in the demo company, if it is loaded.
    """
    text = files("evals").joinpath("gold", "claims.jsonl").read_text("utf-8")
    held = {
        f"{row['source']}:{row['id'].rpartition(':')[2]}": row["text"]
        for row in assistant.sql("SELECT id, source, text FROM passages WHERE source LIKE 'demo-%'")
    }
    usable = []
    for row in map(json.loads, text.splitlines()):
        passages = [held[name] for name in row.get("passages", ()) if name in held]
        if row.get("facts") or passages:
            usable.append((row, passages))
    some = [usable[at * len(usable) // SAMPLE] for at in range(min(SAMPLE, len(usable)))]
    for row, passages in some:
        for sentence, carried in ((row["text"], True), (row["altered"], False)):
            yield row["id"], carried, sentence, passages, row.get("facts", ())
