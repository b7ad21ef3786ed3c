"""How many gave which marks on a scale: one star, zero to six, nine and ten.

``filters.score_min`` and ``score_max`` say which marks are asked about; without them each mark of
a scale is counted. They limit the marks here and not whose answers are looked at: a share is of
all answers on the scale. The scale is ``score``, else each on which records are rated as a whole.
With ``against`` two groups are set side by side, or the marks of one group against others of its
own: how much the shares differ, and how many times one is of the other. Answers are counted, as
dashboards do it: a customer who answered twice counts twice.
"""

from dataclasses import asdict, replace
from typing import Any

from scipy.stats.contingency import relative_risk

from corpus.codebook import Codebook
from corpus.filters import Filters
from corpus.metrics import statistics
from corpus.metrics._sides import apart
from corpus.metrics.relations import Scale, cut, query, quoted
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Base, Figure, Unit
from corpus.store import Store
from corpus.types import FEWEST

SUMMARY = "How many gave which marks on a scale (one star, detractors), whole, by part or compared."

CUT_UP = True

MOST_MARKS = 11
"""Marks of a scale that are counted one by one."""

_BASE: Base = "records"


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """``marks.count`` and ``marks.share`` of each scale and part, the scale most answered first.

    ``about`` holds the scale and ``marks``, those that are counted. With ``against``, also
    ``marks.difference`` of the shares and ``marks.ratio``, of shares where the groups are others
    and of counts where the marks are.
    """
    filters = ask.filters
    if filters.score_min is None and filters.score_max is None:
        return [] if ask.against else _each_mark(store, ask)
    found = _counted(store, ask)
    if ask.against is None or ask.by:
        return found
    other = _counted(store, replace(ask, filters=ask.against, against=None))
    return found + _compared(ask, found, other)


def _whole(ask: Ask) -> Ask:
    return replace(ask, filters=_of_any_mark(ask.filters), against=None)


def _of_any_mark(filters: Filters) -> Filters:
    return replace(filters, score_min=None, score_max=None)


def _of_scale(ask: Ask) -> str:
    """Of a record that rates several things, the first is of the whole."""
    return "" if ask.score else " WHERE rank = 0"


def _rows(store: Store, ask: Ask, columns: str) -> list[dict[str, Any]]:
    part = cut(ask.by) if ask.by else "''"
    text = f"SELECT name, kind, minimum, maximum, {part} AS part, {columns} FROM rated"
    rows = store.sql(query(store, _whole(ask), _BASE, f"{text}{_of_scale(ask)} GROUP BY ALL"))
    answers: dict[str, int] = {}
    for row in rows:
        answers[row["name"]] = answers.get(row["name"], 0) + row["n"]
    rows.sort(key=lambda row: (-answers[row["name"]], row["name"], -row["n"], str(row["part"])))
    return [row for row in rows if row["part"] is not None]


def _between(filters: Filters) -> str:
    low = 0.0 if filters.score_min is None else filters.score_min
    high = 1.0 if filters.score_max is None else filters.score_max
    return f"goodness BETWEEN {low} AND {high}"


def _counted(store: Store, ask: Ask) -> list[Figure]:
    """The answers within the marks asked about, of each scale and part."""
    kept = _between(ask.filters)
    found: list[Figure] = []
    for row in _rows(store, ask, f"count(*) AS n, count_if({kept}) AS k"):
        scale = _scale(row)
        marks = _marks(scale, ask.filters)
        if marks:
            found += _figures(store, ask, row, kept, marks)
    return found


def _each_mark(store: Store, ask: Ask) -> list[Figure]:
    """Each mark of each scale, from the lowest to the highest."""
    parts: dict[tuple[Scale, str], dict[float, int]] = {}
    for row in _rows(store, ask, "value, count(*) AS n"):
        parts.setdefault((_scale(row), row["part"]), {})[row["value"]] = row["n"]
    found: list[Figure] = []
    for (scale, part), marks in parts.items():
        n = sum(marks.values())
        if len(marks) > MOST_MARKS:
            continue
        for mark, k in sorted(marks.items()):
            each = {**asdict(scale), "part": part, "n": n, "k": k}
            found += _figures(store, ask, each, f"value = {mark}", f"{mark:g}")
    return found


def _figures(
    store: Store, ask: Ask, row: dict[str, Any], kept: str, marks: str
) -> tuple[Figure, Figure]:
    k, n = int(row["k"]), int(row["n"])
    scale = _scale(row)
    about, same = scale.about() | {"marks": marks}, scale.same()
    if not ask.score:
        same += " AND rank = 0"
    if ask.by:
        about |= {ask.by: row["part"]}
        same += f" AND {cut(ask.by)} = {quoted(row['part'])}"

    def again(value: str) -> str:
        text = f"SELECT {value} AS value FROM rated WHERE {same}"
        return query(store, _whole(ask), _BASE, text)

    count = Figure("marks.count", about, k, "count", _BASE, k, "count", again(f"count_if({kept})"))
    withheld = n < FEWEST or k < FEWEST_IN_CELL
    low, high = (None, None) if withheld else statistics.wilson(k, n)
    share = Figure(
        name="marks.share",
        about=about,
        value=None if withheld else k / n,
        unit="share",
        base=_BASE,
        n=n,
        method="Wilson interval",
        query=again(f"count_if({kept}) / count(*)"),
        numerator=k,
        denominator=n,
        low=low,
        high=high,
        withheld=("few" if n < FEWEST else "few-in-cell") if withheld else None,
    )
    return count, share


def _scale(row: dict[str, Any]) -> Scale:
    return Scale(row["name"], row["kind"], row["minimum"], row["maximum"])


def _marks(scale: Scale, filters: Filters) -> str:
    """The whole marks of a scale within the bounds: "1", "0–6"; empty where there are none."""
    low = 0.0 if filters.score_min is None else filters.score_min
    high = 1.0 if filters.score_max is None else filters.score_max
    marks = [
        mark
        for mark in range(int(scale.minimum), int(scale.maximum) + 1)
        if low <= scale.goodness(mark) <= high
    ]
    if not marks:
        return ""
    return f"{marks[0]}" if len(marks) == 1 else f"{marks[0]}–{marks[-1]}"


# Side by side --------------------------------------------------------------------------------


def _compared(ask: Ask, ours: list[Figure], theirs: list[Figure]) -> list[Figure]:
    """What the two sides of each scale differ by."""
    assert ask.against is not None
    alike = _of_any_mark(ask.filters) == _of_any_mark(ask.against)
    found: list[Figure] = []
    for own in (figure for figure in ours if figure.name == "marks.share"):
        scale = {key: own.about[key] for key in ("scale", "kind", "minimum", "maximum")}
        of_scale = (each for each in theirs if scale.items() <= each.about.items())
        other = next((each for each in of_scale if each.name == "marks.share"), None)
        if other is None or own.value is None or other.value is None:
            continue
        about = dict(own.about)
        if alike:
            about["against"] = other.about["marks"]
            found.append(_of_marks(about, own, other))
            continue
        about["group"] = apart(ask.filters, ask.against)
        about["against"] = apart(ask.against, ask.filters)
        found += [_difference(about, own, other), _ratio(about, own, other)]
        found += _more(about, own, other)
    return found


def _counts(figure: Figure) -> tuple[int, int]:
    return int(figure.numerator or 0), int(figure.denominator or 0)


def _difference(about: dict[str, str], own: Figure, other: Figure) -> Figure:
    (k1, n1), (k2, n2) = _counts(own), _counts(other)
    low, high = statistics.share_difference(k1, n1, k2, n2)
    return Figure(
        name="marks.difference", about=about, value=k1 / n1 - k2 / n2, unit="share", base=_BASE,
        n=n1 + n2, method="difference of two shares, Newcombe interval",
        query=f"SELECT ({own.query}) - ({other.query}) AS value", low=low, high=high,
    )  # fmt: skip


def _ratio(about: dict[str, str], own: Figure, other: Figure) -> Figure:
    (k1, n1), (k2, n2) = _counts(own), _counts(other)
    found = relative_risk(k1, n1, k2, n2)
    interval = found.confidence_interval(0.95)
    return Figure(
        name="marks.ratio", about=about, value=float(found.relative_risk), unit="ratio", base=_BASE,
        n=n1 + n2, method="ratio of two shares, Katz interval",
        query=f"SELECT ({own.query}) / ({other.query}) AS value",
        low=float(interval.low), high=float(interval.high),
    )  # fmt: skip


def _more(about: dict[str, str], own: Figure, other: Figure) -> list[Figure]:
    """How many more answers there are of the larger group, and how many times as many."""
    if _counts(own) < _counts(other):
        own, other = other, own
        about = about | {"group": about["against"], "against": about["group"]}
    (k1, n1), (k2, n2) = _counts(own), _counts(other)
    counts = [figure.query.replace(" / count(*)", "", 1) for figure in (own, other)]

    def told(name: str, value: float, unit: Unit, sign: str) -> Figure:
        text = f"SELECT ({counts[0]}) {sign} ({counts[1]}) AS value"
        return Figure(name, about, value, unit, _BASE, n1 + n2, "counts", text)

    return [
        told("marks.more", k1 - k2, "count", "-"), told("marks.times", k1 / k2, "ratio", "/")
    ]  # fmt: skip


def _of_marks(about: dict[str, str], own: Figure, other: Figure) -> Figure:
    """How many times the answers of some marks are those of others, of the same people."""
    (k1, _), (k2, _) = _counts(own), _counts(other)
    low, high = statistics.wilson(k1, k1 + k2)
    return Figure(
        name="marks.ratio", about=about, value=k1 / k2, unit="ratio", base=_BASE, n=k1 + k2,
        method="ratio of two counts, from the Wilson interval of one's share of both",
        query=f"SELECT ({own.query}) / ({other.query}) AS value",
        low=low / (1 - low), high=high / (1 - high),
    )  # fmt: skip
