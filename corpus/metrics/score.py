"""Scores: NPS, CSAT, CES and means, whole or cut up, each scale by itself.

NPS is the share of promoters (9, 10) less that of detractors (0 to 6), in points, with the
adjusted Wald interval. A CSAT is the share of answers in the best two fifths of its scale, and so
is a yes-or-no question ("recommended"). Others are means with Student's interval. These are scores
of answers, as dashboards give them: a customer who answered twice counts twice.
"""

from collections import Counter
from typing import Any

from corpus.codebook import Codebook
from corpus.metrics import statistics
from corpus.metrics.relations import Scale, cut, query, quoted
from corpus.metrics.statistics import Moments
from corpus.metrics.types import Ask, Figure, Unit
from corpus.store import Store
from corpus.types import FEWEST

SUMMARY = "NPS, CSAT, CES and means, by segment, stage, channel or period; scales are never mixed."

CUT_UP = True

_COUNTS = (
    "count(*) AS n, avg(value) AS mean, coalesce(var_samp(value), 0) AS variance, "
    "count_if(value >= 9) AS promoters, count_if(value <= 6) AS detractors, "
    "count_if(goodness >= 0.6) AS satisfied"
)
_VALUES = {
    "nps": "100.0 * (count_if(value >= 9) - count_if(value <= 6)) / count(*)",
    "csat": "count_if(goodness >= 0.6) / count(*)",
    "binary": "count_if(goodness >= 0.6) / count(*)",
    "mean": "avg(value)",
}


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """One figure for each scale (and part, if ``ask.by``), the scale with most answers first."""
    part = f"{cut(ask.by)} AS part" if ask.by else "'' AS part"
    rows = store.sql(
        query(
            store,
            ask,
            "records",
            f"SELECT name, kind, minimum, maximum, {part}, {_COUNTS} FROM rated GROUP BY ALL",
        )
    )
    answers: Counter[str] = Counter()
    for row in rows:
        answers[row["name"]] += row["n"]
    rows.sort(key=lambda row: (-answers[row["name"]], row["name"], str(row["part"])))
    return [_figure(store, ask, row) for row in rows if row["part"] is not None]


def _figure(store: Store, ask: Ask, row: dict[str, Any]) -> Figure:
    kind = row["kind"] if row["kind"] in _VALUES else "mean"
    scale = Scale(row["name"], row["kind"], row["minimum"], row["maximum"])
    same, about = scale.same(), scale.about()
    if ask.by:
        same += f" AND {cut(ask.by)} = {quoted(row['part'])}"
        about |= {ask.by: row["part"]}
    text = query(store, ask, "records", f"SELECT {_VALUES[kind]} AS value FROM rated WHERE {same}")
    n = int(row["n"])
    few = n < FEWEST
    numerator: int | None = None
    low: float | None = None
    high: float | None = None
    unit: Unit = "score"
    if kind == "nps":
        good, bad = int(row["promoters"]), int(row["detractors"])
        low, high = (100 * each for each in statistics.net_interval(good, bad, n))
        value, numerator, unit = 100 * (good - bad) / n, good - bad, "points"
        method = "NPS, adjusted Wald interval"
    elif kind in ("csat", "binary"):
        numerator = int(row["satisfied"])
        low, high = statistics.wilson(numerator, n)
        value, unit, method = numerator / n, "share", "best two fifths, Wilson interval"
    else:
        value, method = row["mean"], "mean, Student's interval"
        if n > 1:
            low, high = statistics.mean_interval(Moments(n, row["mean"], row["variance"]))
    return Figure(
        name=f"score.{kind}",
        about=about,
        value=None if few else value,
        unit=unit,
        base="records",
        n=n,
        method=method,
        query=text,
        numerator=None if few else numerator,
        denominator=None if kind == "mean" else n,
        low=None if few else low,
        high=None if few else high,
        withheld="few" if few else None,
    )
