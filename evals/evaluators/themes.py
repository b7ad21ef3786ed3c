"""How well the demo company's texts are coded: themes by text, and the shares they add up to.

The truth is what the writers of the texts marked in them. Kappa is Cohen's, alpha Krippendorff's
for two coders and nominal values, both over text × theme decisions.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from evals.demo_texts import coded_texts
from evals.types import Metric, Row
from evals.world import World

Rows = Sequence[Mapping[str, float]]


def _sum(rows: Rows, name: str) -> float:
    return sum(row[name] for row in rows)


def f1(rows: Rows) -> float:
    """Micro F1 over all decisions."""
    right = 2 * _sum(rows, "right")
    return right / max(right + _sum(rows, "missed") + _sum(rows, "extra"), 1)


def kappa(rows: Rows) -> float:
    """Cohen's kappa of the decisions, pooled over themes."""
    right, missed, extra = (_sum(rows, name) for name in ("right", "missed", "extra"))
    whole = right + missed + extra + _sum(rows, "neither")
    ours, theirs = (right + extra) / whole, (right + missed) / whole
    chance = ours * theirs + (1 - ours) * (1 - theirs)
    return ((whole - missed - extra) / whole - chance) / (1 - chance)


def alpha(rows: Rows) -> float:
    """Krippendorff's alpha of the decisions, pooled over themes."""
    right, missed, extra = (_sum(rows, name) for name in ("right", "missed", "extra"))
    units = right + missed + extra + _sum(rows, "neither")
    yes = 2 * right + missed + extra
    values = 2 * units
    expected = 2 * yes * (values - yes) / (values * (values - 1))
    return 1 - (missed + extra) / units / expected


def _made(name: str, means: str, of: Callable[[Rows], float]) -> Metric:
    return Metric(name, means, slack=0.02, of=of, needs=("right", "missed", "extra", "neither"))


METRICS = (
    _made("f1", "agreement of the themes coded with those marked, text by text", f1),
    _made("kappa", "the same beyond chance (Cohen)", kappa),
    _made("alpha", "the same beyond chance (Krippendorff)", alpha),
    Metric(
        "share-error", "points by which a text's number of themes is off", "lower", slack=0.1
    ),
)  # fmt: skip


def rows(world: World) -> Iterator[Row]:
    """A row for each text of the demo company; another system codes nothing."""
    if world.system.name != "ancrage":
        return
    book = world.assistant.coding.codebook()[1]
    themes = {theme.id for theme in book.themes}
    for text, said in coded_texts(world.assistant):
        ours = {each.theme for each in said}
        marked = {each.theme for each in text.mentions} & themes
        values = {
            "right": float(len(ours & marked)),
            "missed": float(len(marked - ours)),
            "extra": float(len(ours - marked)),
            "neither": float(len(themes - ours - marked)),
            "share-error": float(abs(len(ours) - len(marked))),
        }
        shown = {"coded": sorted(ours), "marked": sorted(marked), "text": text.passage}
        name = f"text-{text.number}"
        yield Row(name, text.language, text.writer or name, values, shown=shown)
