"""Whether the assistant knows when it cannot answer.

    python -m evals.abstaining --clapnq FOLDER --pool DATA --piaf FOLDER --french-pool DATA
        --insurance DATA --lounge DATA [--rows FILE] [--fit]

``--clapnq`` and ``--piaf`` are the shared folders, ``--pool`` and ``--french-pool`` data
directories for their passages (made where they are not there); ``--insurance`` and ``--lounge``
are data directories with the shared reviews, embedded and coded. ``--rows`` keeps what was asked as
it comes; what it has is not asked again. Prints, on the half that nothing was fitted on: answered
and refused, with Wilson intervals; the risk–coverage curve and its area; whether the score means
what it says. ``--fit`` first fits the scores and their thresholds on the other half, of reviews for
people's words, of ClapNQ and PIAF for documents.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from assistant import answerability
from assistant.answerability import FEATURES, judge
from evals.abstaining.asked import Asked, piaf, pool, questions, twins
from evals.abstaining.curve import table

MODELS = Path(answerability.__file__).with_suffix(".json")

OF_DOCUMENTS = ("clapnq", "piaf")
BY_MEANING = ("meaning", "alike")

ANSWERED = 0.8
"""The share of the answerable that the threshold answers, cross-validated on the fitted half.

The reach is 0.85 while 0.8 of the unanswerable are refused; there is no such threshold. At 0.85 of
the documents' questions half of what has no answer is refused (0.50), at 0.8 two thirds (0.66)."""


def fit(asked: Sequence[Asked], of: str, names: Sequence[str]) -> dict[str, Any]:
    """A model of the fitted half; answers made of figures are none of its business."""
    kept = [e for e in asked if e.half == "fit" and not e.figures and of in e.features]
    answerable = np.array([each.answerable for each in kept])
    names = list(names)
    while True:
        values = np.array([[each.features[of][name] for name in names] for each in kept])
        model = LogisticRegression(C=3.0).fit(values, answerable)
        # More of what was asked for cannot speak against an answer, nor less of it for one.
        wrong = {
            n for n, w in zip(names, model.coef_[0], strict=True) if (w > 0) != (n != "lacking")
        }
        if not wrong:
            break
        names = [name for name in names if name not in wrong]
    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    crossed = cross_val_predict(
        LogisticRegression(C=3.0), values, answerable, cv=folds, method="predict_proba"
    )[:, 1]
    return {
        "intercept": _rounded(model.intercept_[0]),
        "coefficients": dict(zip(names, map(_rounded, model.coef_[0]), strict=True)),
        # What is likelier than not to be an answer is given.
        "threshold": _rounded(min(0.5, np.quantile(crossed[answerable], 1 - ANSWERED))),
        "fitted_on": len(kept),
    }


def _rounded(value: float) -> float:
    return round(float(value), 4)


def rejudged(asked: Iterable[Asked]) -> list[Asked]:
    """The same as the models now in the package judge them: figures stay as they were told."""
    found = []
    for each in asked:
        if each.figures or not each.features:
            found.append(each)
            continue
        named = each.status == "abstained" and each.score == 0
        value, enough = (0.0, False) if named else judge(each.features)
        told = "answered" if each.status == "abstained" else each.status
        status = told if enough else "abstained"
        found.append(replace(each, score=value, status=status))
    return found


def kept(rows: Path | None) -> list[Asked]:
    """What was asked before, as ``rows`` has it."""
    lines = rows.read_text(encoding="utf-8").splitlines() if rows and rows.exists() else ()
    return [Asked(**json.loads(line)) for line in lines]


def main() -> None:
    """Ask, fit where it is wanted, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("clapnq", "pool", "piaf", "french-pool", "insurance", "lounge", "rows"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--fit", action="store_true")
    given = parser.parse_args()
    asked = kept(given.rows)
    done = {each.key for each in asked}
    stores = {"insurance": given.insurance, "lounge": given.lounge}
    for each in chain(
        pool(given.clapnq, given.pool, done),
        piaf(given.piaf, given.french_pool, done),
        twins(stores, questions(), done),
    ):
        asked.append(each)
        if given.rows:
            with given.rows.open("a", encoding="utf-8") as rows:
                rows.write(json.dumps(asdict(each)) + "\n")
    if given.fit:
        by_words = [name for name in FEATURES if name not in BY_MEANING]
        # Of people's words a near sentence is an answer by itself, see ``ALIKE``.
        of_people = [name for name in FEATURES if name != "alike"]
        people = [each for each in asked if each.set not in OF_DOCUMENTS]
        documents = [each for each in asked if each.set in OF_DOCUMENTS]
        models = {
            "people, words": fit(people, "people", by_words),
            "people, words and meaning": fit(people, "people", of_people),
            "documents, words": fit(documents, "documents", by_words),
            "documents, words and meaning": fit(documents, "documents", FEATURES),
        }
        MODELS.write_text(json.dumps(models, indent=1) + "\n", encoding="utf-8")
        answerability._models.cache_clear()
        asked = rejudged(asked)
    report = [each for each in asked if each.half == "report"]
    reviews = [each for each in report if each.set not in OF_DOCUMENTS]
    sets = {
        **{name: [each for each in report if each.set == name] for name in OF_DOCUMENTS},
        "reviews": reviews,
        "reviews, in French": [each for each in reviews if each.language == "fr"],
        "reviews, in English": [each for each in reviews if each.language == "en"],
        "all": report,
    }
    for name, of_set in sets.items():
        if of_set:
            print(f"\n{name}: the half that nothing was fitted on")
            print("\n".join(table(of_set)))


if __name__ == "__main__":
    main()
