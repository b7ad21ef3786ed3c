"""The verifier itself: what evidence carries told from what it does not, as people judged.

``auroc`` is how its score ranks; ``ece`` and ``brier`` say whether the score means what it says
(expected calibration error over five bins; Naeini and others 2015, Obtaining Well Calibrated
Probabilities Using Bayesian Binning). Agreement is that of keeping a claim with people's judgement.
"""

from collections.abc import Iterator

import numpy as np
from scipy.stats import rankdata

from corpus.coding import agreement
from corpus.coding.agreement import Counts
from evals.statistics import Columns
from evals.types import Measure, Metric, Row
from evals.world import World

BINS = 5


def auroc(columns: Columns) -> float:
    """The area under the ROC curve; not a number where all or none is carried.

    Pairs of one carried and one not in order, half of those that are even (Mann and Whitney 1947).
    """
    carried = columns["carried"] == 1
    many, others = int(carried.sum()), int((~carried).sum())
    if not many or not others:
        return float("nan")
    before = rankdata(columns["score"])[carried].sum() - many * (many + 1) / 2
    return float(before / (many * others))


def ece(columns: Columns) -> float:
    """The expected calibration error."""
    scores, carried = columns["score"], columns["carried"]
    bins = np.clip((scores * BINS).astype(int), 0, BINS - 1)
    inside = [bins == number for number in np.unique(bins)]
    gaps = [each.mean() * abs(scores[each].mean() - carried[each].mean()) for each in inside]
    return float(sum(gaps))


def kappa(columns: Columns) -> float:
    """Cohen's kappa of keeping with people's judgement; 0 where chance explains all."""
    return agreement.cohen_kappa(_counts(columns)) or 0.0


def _counts(columns: Columns) -> Counts:
    keeps, carried = columns["keeps"] == 1, columns["carried"] == 1
    cells = (keeps & carried, keeps & ~carried, ~keeps & carried, ~keeps & ~carried)
    return Counts(*(float(each.sum()) for each in cells))


def _made(name: str, means: str, of: Measure, *needs: str, lower: bool = False) -> Metric:
    return Metric(name, means, "lower" if lower else "higher", 0.03, of, ("carried", *needs))


METRICS = (
    _made("auroc", "how its score ranks what is carried above what is not", auroc, "score"),
    _made("ece", "how far its score is from the share that is carried", ece, "score", lower=True),
    Metric("brier", "mean square by which its score is off", "lower", slack=0.03),
    _made("kappa", "agreement of what it keeps with people, beyond chance", kappa, "keeps"),
    Metric("kept", "of the claims that are carried, the share that it keeps", slack=0.03),
    Metric("caught", "of the claims that are not carried, the share that it drops", slack=0.03),
    Metric("elsewhere", "of true claims that cite another passage, the share that it drops"),
)


def rows(world: World) -> Iterator[Row]:
    """A row for each claim that people judged."""
    for claim in world.material.checked():
        carried = float(claim.carried)
        values = {
            "score": claim.score,
            "carried": carried,
            "keeps": float(claim.kept),
            "brier": (claim.score - carried) ** 2,
        }
        if claim.carried:
            values["kept"] = float(claim.kept)
        elif claim.altered == "elsewhere":
            values["elsewhere"] = float(not claim.kept)
        else:
            values["caught"] = float(not claim.kept)
        shown = {"text": claim.text, "altered": claim.altered}
        yield Row(claim.name, claim.language, claim.group, values, shown=shown)
