"""Scores: which columns hold them, of which kind, on which scale."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from corpus.importers.columns import Column
from corpus.importers.numbers import Reading, reading, yes_or_no
from corpus.importers.tabular import MISSING
from corpus.importers.words import has_word, phrases, plain, words
from corpus.types import Score, ScoreKind

Family = Literal["nps", "csat", "ces", "rating", "binary"]
"""What a name says of a score, before the values say on which scale."""

KINDS: dict[str, Family] = {
    "nps": "nps", "csat": "csat", "ces": "ces", "ces-1": "ces", "ces-2": "ces",
    "stars": "rating", "rating": "rating", "binary": "binary",
}  # fmt: skip
"""The kinds that ``--map score:KIND=COLUMN`` can name."""

_TOP = re.compile(r"(?:\bsur|/|\bout of|\bmax)\s*(3|4|5|6|7|10|20|100)(?!\d)")
_RANGE = re.compile(r"(?<!\d)(0|1)\s*(?:[-–—]|\.\.|à|a|to|\s)\s*(3|4|5|6|7|10|20|100)(?!\d)")
_CES_VERSION = re.compile(r"\bces\s*-?\s*v?([12])\b")
_ENDS = re.compile(
    r"\b(\d+)\W*(?:tres|very|extremely|vraiment|plutot)?\W*"
    r"(?:(facile|aise|simple|easy|effortless|(?:low|no|aucun|faible|peu d) ?effort)"
    r"|(?:difficile|complique|penible|hard|difficult|(?:high|much|gros|enorme?ment d) ?effort))"
)
"""What the name of a scale says of its ends: "1 = very easy, 7 = very difficult"."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a score's values lie and what they measure."""

    minimum: float
    maximum: float
    kind: ScoreKind


def family(column: Column) -> Family | None:
    """Which score the column holds by its name and values; None where it holds none."""
    name = column.name
    if not column.sample or _has(name, "surely_not"):
        return None
    if _has(name, "never") and not _has(name, "surely"):
        return None
    answers = sum(yes_or_no(value) is not None for value in column.sample) / len(column.sample)
    if _has(name, "binary") and answers >= 0.9:
        return "binary"
    if column.scores < 0.8 or column.dates > 0.5:
        return None
    values = [found for value in column.sample if (found := reading(value)) is not None]
    if not _plausible(values):
        return None
    if answers == 1 and not (column.distinct == 1 and _has(name, "rating")):
        named = any(_has(name, each) for each in ("nps", "csat", "rating"))
        return "binary" if named and column.distinct == 2 else None
    for each in ("nps", "ces", "csat"):
        if _has(name, each):
            return each
    if _has(name, "binary") and any(each.value > 5 for each in values):
        return "nps"
    if _has(name, "rating") or _has(name, "binary") or _written(values) > 0.8:
        # The same value in every row tells nothing, and is rather a constant of an export.
        return None if column.distinct == 1 and column.filled >= 20 else "rating"
    if _has(name, "aspect") and column.distinct > 2 and all(v.value <= 10 for v in values):
        return "rating"
    return None


def _has(name: str, group: str) -> bool:
    return has_word(name, "scores", group)


def _written(values: Sequence[Reading]) -> float:
    """Share of the values that say their scale themselves."""
    return sum(value.top is not None for value in values) / max(len(values), 1)


def _plausible(values: Sequence[Reading]) -> bool:
    """Whether numbers can be scores: none negative, up to 100, not all shares of one."""
    inside = sum(0 <= each.value <= 100 for each in values)
    shares = all(0 <= each.value <= 1 for each in values)
    return inside >= 0.8 * len(values) and not (
        shares and any(each.value not in (0, 1) for each in values)
    )


def rank(name: str, of: Family) -> int:
    """Where a score stands among several: NPS, the overall one, the plain note, … binary last."""
    if of == "nps":
        return 0
    if of == "binary":
        return 9
    if _has(name, "overall"):
        return 1
    if of == "rating" and words(name) in _plain_names():
        return 2
    if of in ("csat", "ces"):
        return 3 if of == "csat" else 4
    if of == "rating" and _TOP.search(_spaced(name)) and words(name)[:1] in _plain_names():
        return 2
    return 5


def _plain_names() -> tuple[tuple[str, ...], ...]:
    return phrases("scores", "rating")


def scale_of(name: str, of: Family, values: Sequence[float]) -> Scale:
    """The scale of a column by its name, else the smallest usual one that its values fill."""
    if of == "binary":
        return Scale(0, 1, "binary")
    said = _said(name)
    if of == "nps":
        return Scale(0, 10, "nps")
    if of == "ces":
        version = _CES_VERSION.search(_spaced(name))
        low, top = said or (1, _ces_top(version[1] if version else "", values))
        first = version[1] == "1" if version else top <= 5
        return Scale(low, top, "ces-1" if _hard_at_the_top(name, low, default=first) else "ces-2")
    if said:
        low, top = said
        if low == 1 and (top > 10 or (top == 10 and 0 in values)):
            low = 0
        return Scale(low, top, _kind(of, top))
    return _usual_scale(of, values)


def _hard_at_the_top(name: str, low: float, *, default: bool) -> bool:
    """Whether the high end of a scale of effort is the hard one, as its name has it."""
    for end, easy in _ENDS.findall(_spaced(name)):
        return bool(easy) == (float(end) <= low)
    return default


def _ces_top(version: str, values: Sequence[float]) -> float:
    if version:
        return 5 if version == "1" else 7
    return 5 if _above(values, 5) < 0.05 else 7


def _usual_scale(of: Family, values: Sequence[float]) -> Scale:
    # A typing error or two must not stretch the scale: beyond 10 a fifth of the values has to lie.
    if _above(values, 10) >= 0.2:
        top = 20.0 if of == "rating" and _above(values, 20) < 0.05 else 100.0
        return Scale(0, top, _kind(of, top))
    small = [value for value in values if value <= 10]
    if _above(small, 5) >= 0.05:
        if of == "csat" and _above(small, 7) < 0.05:
            return Scale(1, 7, "csat")
        return Scale(0 if 0 in small else 1, 10, _kind(of, 10))
    # On five stars a nought means "not rated", unless there are halves below one.
    return Scale(0 if any(0 < value < 1 for value in small) else 1, 5, _kind(of, 5))


def _above(values: Sequence[float], top: float) -> float:
    """Share of the values above ``top``."""
    return sum(value > top for value in values) / max(len(values), 1)


def _kind(of: Family, top: float) -> ScoreKind:
    if of == "csat":
        return "csat"
    return "stars" if top == 5 else "rating"


def _said(name: str) -> tuple[float, float] | None:
    """The scale that a column's name says: note_sur_5, note /10, satisfaction (1-7)."""
    text = _spaced(name)
    if found := _RANGE.search(text):
        return float(found[1]), float(found[2])
    found = _TOP.search(text)
    return (1.0, float(found[1])) if found else None


def _spaced(name: str) -> str:
    return plain(name).replace("_", " ")


def read_scores(
    name: str,
    of: Family,
    values: Sequence[str],
    dates: Sequence[dt.date | None],
    forced: str = "",
) -> list[Score | None]:
    """The score in each value of a column; None where there is none or it is off its scale.

    A scale written beside the number wins over the column's. ``forced`` is the kind that the
    user named. Where a source went from five points to ten (see ``_change``), each row is read
    on the scale of its date.
    """
    read: dict[str, Reading | None] = {}
    for value in dict.fromkeys(values):
        if of == "binary":
            answer = yes_or_no(value)
            read[value] = Reading(answer) if answer is not None else None
        else:
            read[value] = None if value.lower() in MISSING else reading(value)
    bare = [each.value for v in values if (each := read[v]) is not None and each.top is None]
    scale = scale_of(name, of, bare)
    if forced in ("ces-1", "ces-2", "stars", "rating") and forced in get_args(ScoreKind):
        top = {"ces-1": 5.0, "ces-2": 7.0, "stars": 5.0}.get(forced, scale.maximum)
        low = scale.minimum if scale.maximum == top else 1.0
        scale = Scale(low, top, forced)  # type: ignore[arg-type]
    zero = any(found is not None and found.top and found.value < 1 for found in read.values())

    def on(scale: Scale) -> dict[str, Score | None]:
        return {v: _score(name, of, found, scale, zero) for v, found in read.items()}

    changed = None
    if of == "rating" and not forced and not _said(name) and scale.maximum in (5, 10):
        changed = _change(read, values, dates)
    if changed is None:
        made = on(scale)
        return [made[value] for value in values]
    before, after = on(Scale(1, 5, "stars")), on(Scale(1, 10, "rating"))
    return [
        (before if date is not None and date < changed else after)[value]
        for value, date in zip(values, dates, strict=True)
    ]


def _score(name: str, of: Family, found: Reading | None, scale: Scale, zero: bool) -> Score | None:
    if found is None:
        return None
    if found.top is not None and found.top != scale.maximum:
        low = 0 if zero or of == "nps" or found.top > 10 else 1
        scale = Scale(low, found.top, scale.kind if of in ("nps", "ces") else _kind(of, found.top))
    if not scale.minimum <= found.value <= scale.maximum:
        return None
    return Score(name, found.value, float(scale.minimum), float(scale.maximum), scale.kind)


def _change(
    read: dict[str, Reading | None], values: Sequence[str], dates: Sequence[dt.date | None]
) -> dt.date | None:
    """The day on which a source went from five points to ten, if its dates show one.

    Before the first value above five there must be fifty or more, which on ten points would not
    all lie in the lower half; from then on a fifth at least lie above five.
    """
    dated = Counter(
        (date, found.value > 5)
        for value, date in zip(values, dates, strict=True)
        if date is not None
        and (found := read[value]) is not None
        and found.top is None
        and found.value <= 10
    )
    first = min((date for date, high in dated if high), default=None)
    if first is None:
        return None
    before = sum(n for (date, _), n in dated.items() if date < first)
    since = {high: sum(n for (d, h), n in dated.items() if d >= first and h == high)
             for high in (True, False)}  # fmt: skip
    if before >= 50 and since[True] >= 0.2 * sum(since.values()):
        return first
    return None
