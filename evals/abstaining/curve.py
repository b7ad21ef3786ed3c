"""Risk and coverage: what is answered wrongly when only the likeliest questions are answered."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import brier_score_loss, roc_auc_score
from statsmodels.stats.proportion import proportion_confint

from evals.abstaining.asked import Asked

COVERAGES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)

BINS = 5
"""Of the table that tells whether a score means what it says."""


def risks(scores: NDArray[np.float64], answerable: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The share without an answer among the first 1, 2, … questions, the likeliest first.

    Questions of one score come in an order between the best and the worst: each as their mean.
    """
    order = np.argsort(-scores, kind="stable")
    wrong = (~answerable[order]).astype(float)
    ranked = scores[order]
    for value in np.unique(ranked):
        wrong[ranked == value] = wrong[ranked == value].mean()
    risk: NDArray[np.float64] = np.cumsum(wrong) / np.arange(1, len(wrong) + 1)
    return risk


def aurc(scores: NDArray[np.float64], answerable: NDArray[np.bool_]) -> float:
    """The area under the risk–coverage curve: 0 is never had where anything has no answer."""
    return float(risks(scores, answerable).mean())


def table(asked: Sequence[Asked]) -> Iterator[str]:
    """What was answered of each kind, how the score ranks them, and the curve."""
    scores = np.array([each.score for each in asked])
    answerable = np.array([each.answerable for each in asked])
    yes, no = ([each for each in asked if each.answerable == kind] for kind in (True, False))
    yield share("answerable answered", sum(each.answered for each in yes), len(yes))
    yield share("unanswerable refused", sum(not each.answered for each in no), len(no))
    partly = sum(each.status == "partial" for each in no)
    yield share("  answered in part, with what is missing", partly, len(no))
    best, chance = aurc(answerable.astype(float), answerable), 1 - answerable.mean()
    yield (
        f"AUROC {roc_auc_score(answerable, scores):.3f}, AURC {aurc(scores, answerable):.3f} "
        f"(perfect {best:.3f}, chance {chance:.3f}), "
        f"Brier {brier_score_loss(answerable, scores):.3f}"
    )
    curve = risks(scores, answerable)
    at = [(c, curve[max(0, round(c * len(curve)) - 1)]) for c in COVERAGES]
    yield "risk at coverage: " + "  ".join(f"{c:.1f}: {risk:.2f}" for c, risk in at)
    edges = np.clip((scores * BINS).astype(int), 0, BINS - 1)
    for number in range(BINS):
        if (inside := edges == number).any():
            yield (
                f"  score {number / BINS:.1f}-{(number + 1) / BINS:.1f}  n {inside.sum():3}  "
                f"said {scores[inside].mean():.2f}  was {answerable[inside].mean():.2f}"
            )


def share(name: str, count: int, of: int) -> str:
    """A share with its Wilson interval."""
    low, high = proportion_confint(count, of, method="wilson") if of else (0.0, 1.0)
    return f"{name:42} {count:3} of {of:3}  {count / max(1, of):.3f}  [{low:.3f}, {high:.3f}]"
