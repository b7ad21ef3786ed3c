"""Periods of the calendar, how far the data reach, and the scale that is followed over time."""

from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import timedelta

import pandas as pd

from corpus.filters import Filters
from corpus.metrics import statistics
from corpus.metrics.relations import Scale, query
from corpus.metrics.statistics import Moments
from corpus.metrics.types import Ask, Base
from corpus.store import Store

GRAINS = ("week", "month", "quarter", "year")
_FREQUENCIES = {"week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}


@dataclass(frozen=True, slots=True)
class Period:
    """A week from Monday, a month, a quarter or a year; ``name`` is what ``cut`` calls it."""

    name: str
    first: Date
    last: Date


def periods(grain: str, first: Date, last: Date) -> list[Period]:
    """The periods that have a day from ``first`` to ``last``, in order."""
    found = []
    for each in pd.period_range(first, last, freq=_FREQUENCIES[grain]):
        start = each.start_time.date()
        year, week, _ = start.isocalendar()
        names = {
            "week": f"{year}-W{week:02d}",
            "month": f"{start:%Y-%m}",
            "quarter": f"{start.year}-Q{(start.month + 2) // 3}",
            "year": f"{start.year}",
        }
        found.append(Period(names[grain], start, each.end_time.date()))
    return found


def period_name(filters: Filters) -> str:
    """What a period is called: a month, a quarter, a year, or its first and last day (ISO 8601)."""
    first, last = filters.since, filters.until
    if first and last:
        for grain in GRAINS:
            (period, *more) = periods(grain, first, last)
            if not more and (period.first, period.last) == (first, last):
                return period.name
    return f"{_day(first)}/{_day(last)}"


def _day(day: Date | None) -> str:
    return day.isoformat() if day else ".."


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last day of the data, and how many days usually lie between two of them."""

    first: Date
    last: Date
    gap: timedelta

    def covers(self, period: Period) -> bool:
        """Whether no more of the period is missing than the usual gap."""
        return self.first - self.gap <= period.first and period.last <= self.last + self.gap


def span(store: Store, ask: Ask) -> Span | None:
    """How far the data reach within the filters' dates and sources; None without dates.

    A segment or a channel that fell silent does not end the data, so other filters don't count.
    """
    kept = Filters(
        kind=ask.filters.kind,
        source=ask.filters.source,
        since=ask.filters.since,
        until=ask.filters.until,
    )
    text = query(
        store,
        replace(ask, filters=kept, themes=(), score=None),
        "records",
        "SELECT min(date) AS first, max(date) AS last, count(DISTINCT date) AS days FROM scope",
    )
    row = store.kept.get(("span", text), lambda: store.sql(text))[0]
    if row["first"] is None:
        return None
    first, last = Date.fromisoformat(row["first"]), Date.fromisoformat(row["last"])
    return Span(first, last, (last - first) // row["days"])


def followed_scale(store: Store, ask: Ask, base: Base) -> Scale | None:
    """The scale with most answers in scope; None where there are none."""
    rows = store.sql(
        query(
            store,
            ask,
            base,
            "SELECT name, kind, minimum, maximum FROM rated GROUP BY ALL "
            "ORDER BY count(*) DESC, name LIMIT 1",
        )
    )
    return Scale(**rows[0]) if rows else None


def score_interval(scale: Scale, answers: Moments) -> tuple[float, float]:
    """The interval of a level, as ``score`` gives it: of an NPS, or of a mean."""
    if scale.kind != "nps":
        return statistics.mean_interval(answers)
    # An answer is worth 100, 0 or -100: both its moments give the two counts again.
    squares = answers.variance * (answers.n - 1) + answers.n * answers.mean**2
    either, net = round(squares / 100**2), round(answers.n * answers.mean / 100)
    low, high = statistics.net_interval((either + net) // 2, (either - net) // 2, answers.n)
    return 100 * low, 100 * high
