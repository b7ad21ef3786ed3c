"""Whether what is coded of a theme is praise or complaint as people marked it.

Mentions that people called neither are left aside. F1 is that of complaints; kappa and alpha take
complaints and all else as the two codes.
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
    """F1 of complaints."""
    return agreement.f1(_counts(columns)) or 0.0


def kappa(columns: Columns) -> float:
    """Cohen's kappa of complaint or not."""
    return agreement.cohen_kappa(_counts(columns)) or 0.0


def alpha(columns: Columns) -> float:
    """Krippendorff's alpha of complaint or not."""
    return agreement.alpha_of_two(_counts(columns)) or 0.0


def share_error(columns: Columns) -> float:
    """Points by which the share of complaints is off."""
    counts = _counts(columns)
    whole = counts.both + counts.coder_only + counts.people_only + counts.neither
    return 100 * abs(counts.coder_only - counts.people_only) / whole


def _made(
    name: str, means: str, of: Measure, slack: float = 0.03, better: str = "higher"
) -> Metric:
    return Metric(name, means, "lower" if better == "lower" else "higher", slack, of, DECISIONS)


METRICS = (
    Metric(
        "accuracy", "mentions found whose polarity is as marked, neutral ones aside", slack=0.03
    ),
    Metric("reversed", "mentions found whose polarity is the opposite", "lower", slack=0.02),
    _made("f1", "of complaints: agreement of those coded with those marked", f1),
    _made("kappa", "the same agreement beyond chance (Cohen)", kappa),
    _made("alpha", "the same beyond chance (Krippendorff)", alpha),
    _made("share-error", "points by which the share of complaints is off", share_error, 2.0,
          "lower"),
)  # fmt: skip


def rows(world: World) -> Iterator[Row]:
    """A row for each text with a mention that was found on the words marked."""
    for text in world.material.coded():
        if not text.felt:
            reason = "no mention of it was found, or none is praise or complaint"
            yield Row(text.name, text.language, text.group, ineligible=reason)
            continue
        cells = [(ours == "-", mark == "-") for ours, mark in text.felt]
        many = len(text.felt)
        values = {
            "accuracy": sum(ours == mark for ours, mark in text.felt) / many,
            "reversed": sum(ours not in (mark, "0") for ours, mark in text.felt) / many,
            "right": float(cells.count((True, True))),
            "extra": float(cells.count((True, False))),
            "missed": float(cells.count((False, True))),
            "neither": float(cells.count((False, False))),
        }
        told = [f"{ours} for {mark}" for ours, mark in text.felt]
        yield Row(text.name, text.language, text.group, values,
                  shown={"polarity": told, "text": text.text})  # fmt: skip
