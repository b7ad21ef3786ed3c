"""How well texts are coded: themes by text, and the shares they add up to.

The truth is what people marked in the texts. Kappa is Cohen's, alpha Krippendorff's for two coders
and nominal values, both over text × theme decisions.
"""

from collections.abc import Iterator

from corpus.coding import agreement
from corpus.coding.agreement import Counts
from evals.statistics import Columns
from evals.types import Measure, Metric, Row
from evals.world import World

DECISIONS = ("right", "extra", "missed", "neither")


def _counts(columns: Columns) -> Counts:
    return Counts(*(float(columns[name].sum()) for name in DECISIONS))


def f1(columns: Columns) -> float:
    """Micro F1 over all decisions."""
    return agreement.f1(_counts(columns)) or 0.0


def precision(columns: Columns) -> float:
    """The part of the themes coded that people marked; 0 where none is coded."""
    return agreement.precision(_counts(columns)) or 0.0


def recall(columns: Columns) -> float:
    """The part of the themes marked that are coded; 0 where none is marked."""
    return agreement.recall(_counts(columns)) or 0.0


def kappa(columns: Columns) -> float:
    """Cohen's kappa of the decisions, pooled over themes; 0 where chance explains all."""
    return agreement.cohen_kappa(_counts(columns)) or 0.0


def alpha(columns: Columns) -> float:
    """Krippendorff's alpha of the decisions, pooled over themes; 0 where nothing varies."""
    return agreement.alpha_of_two(_counts(columns)) or 0.0


def share_error(columns: Columns) -> float:
    """The mean, over themes, of how far the share of texts coded is from that marked, in points."""
    gaps = [abs(columns[name].mean()) for name in columns if name.startswith(GAP)]
    return float(100 * sum(gaps) / columns["themes"][0])


GAP = "gap "
"""Before a theme: 1 where it is coded and not marked, -1 where it is marked and not coded."""


def _made(name: str, means: str, of: Measure) -> Metric:
    return Metric(name, means, slack=0.02, of=of, needs=DECISIONS)


METRICS = (
    _made("f1", "agreement of the themes coded with those marked, text by text", f1),
    _made("precision", "of the themes coded, the part that is marked", precision),
    _made("recall", "of the themes marked, the part that is coded", recall),
    _made("kappa", "the same agreement beyond chance (Cohen)", kappa),
    _made("alpha", "the same beyond chance (Krippendorff)", alpha),
    Metric(
        "share-error", "points by which the share of texts with a theme is off, mean over themes",
        "lower", slack=0.3, of=share_error, needs=("themes",),
    ),
)  # fmt: skip


def rows(world: World) -> Iterator[Row]:
    """A row for each text that was coded and marked."""
    for text in world.material.coded():
        right = text.coded & text.marked
        extra, missed = text.coded - text.marked, text.marked - text.coded
        values = {
            "right": float(len(right)),
            "missed": float(len(missed)),
            "extra": float(len(extra)),
            "neither": float(len(text.themes - text.coded - text.marked)),
            "themes": float(len(text.themes)),
            **{f"{GAP}{theme}": 1.0 for theme in sorted(extra)},
            **{f"{GAP}{theme}": -1.0 for theme in sorted(missed)},
        }
        shown = {"coded": sorted(text.coded), "marked": sorted(text.marked), "text": text.text}
        yield Row(text.name, text.language, text.group, values, shown=shown)
