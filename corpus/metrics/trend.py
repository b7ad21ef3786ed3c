"""How themes, records and a score went over time: by period, where they broke, what stands out.

Of each theme asked for the people (each once a period) who mention it, those who only complain of
it (``only`` "complaints"), and their shares of those who wrote in the period. Where no theme is
asked for, the number of records and the score with most answers instead, and of all themes the
breaks and the anomalies alone. Where a stage is asked about and no theme, the steps of it that the
events have too (``step``): of the sessions that reach one, the share that goes on. Periods are
weeks, months or quarters (``by``), or chosen by the span. One that the data do not cover whole is
marked ``incomplete`` and left out of breaks and anomalies. No season is looked for: nothing here
claims one.

``trend.break`` is the level after a break less the level before it, from the break before to the
next one, and ``trend.anomaly`` a single period less the others of its level; see ``_breaks``. Both
are corrected for all series searched. As the break's place is chosen where it is largest, its
interval is a little too short. A break says when, not why.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from corpus.codebook import Codebook
from corpus.metrics import statistics
from corpus.metrics._breaks import Break, Series, breaks, flat, outliers
from corpus.metrics._periods import (
    GRAINS,
    Period,
    Span,
    followed_scale,
    periods,
    span,
)
from corpus.metrics._steps_course import step_series, stepped
from corpus.metrics._stretches import Counted, Stretch, interval
from corpus.metrics.relations import Scale, counted, cut, query, quoted
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Base, Figure, Unit, Withheld
from corpus.store import Store
from corpus.types import FEWEST

SUMMARY = (
    "Counts, shares and the score by week, month or quarter; breaks with their date, anomalies."
)

CUT_UP = True

DAYS_BY_WEEK = 183
DAYS_BY_MONTH = 4 * 366


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """Breaks, then anomalies, then the series period by period."""
    covered = span(store, ask)
    steps = [] if ask.themes else _stepped(store, ask)
    if covered is None and not steps:
        text = query(store, ask, "records", "SELECT count(*) AS n, min(date) AS first FROM scope")
        return [
            Figure(
                "trend.count", {}, None, "count", "records", 0, "count", text, withheld="no-dates"
            )
        ]
    courses = [*steps, *([_told(store, codebook, ask, covered)] if covered else [])]
    tests = sum(len(course.searched) for course in courses)
    random = np.random.default_rng(ask.seed)
    turned: list[Figure] = []
    odd: list[Figure] = []
    for course in courses:
        broken, single = course.trend.search(course.searched, tests, random)
        turned += broken
        odd += single
    shown = [f for each in courses for series in each.main for f in each.trend.figures(series)]
    return [*turned, *odd, *shown]


@dataclass(frozen=True, slots=True)
class _Course:
    """Series over the same periods: those told period by period, and those searched for breaks."""

    trend: "_Trend"
    main: list[Counted]
    searched: list[Counted]


def _told(store: Store, codebook: Codebook, ask: Ask, covered: Span) -> _Course:
    """What was said and scored."""
    trend = _over(store, ask, covered)
    themes = trend.themes({theme.id for theme in codebook.themes})
    main = themes if ask.themes else trend.overall()
    # What is said by fewer than a cell needs would be withheld.
    spoken = [each for each in themes if sum(row["k"] for row in each.rows) >= FEWEST_IN_CELL]
    return _Course(trend, main, spoken if ask.themes else [*main, *spoken])


def _stepped(store: Store, ask: Ask) -> list[_Course]:
    """What was done at the stages asked about."""
    covered = stepped(store, ask) if ask.filters.stage else None
    if covered is None:
        return []
    trend = _over(store, ask, covered)
    series = step_series(store, ask, trend.grain, trend.every)
    return [_Course(trend, series, series)]


def _over(store: Store, ask: Ask, covered: Span) -> "_Trend":
    days = (covered.last - covered.first).days
    chosen = "week" if days < DAYS_BY_WEEK else "month" if days < DAYS_BY_MONTH else "quarter"
    grain = ask.by if ask.by in GRAINS else chosen
    every = periods(grain, covered.first, covered.last)
    return _Trend(store, ask, grain, every, [covered.covers(period) for period in every])


@dataclass(frozen=True, slots=True)
class _Trend:
    store: Store
    ask: Ask
    grain: str
    every: list[Period]
    whole: list[bool]

    # Series ----------------------------------------------------------------------------------

    def themes(self, known: set[str]) -> list[Counted]:
        """Each theme's people in those who wrote, by period; the most frequent first."""
        base = counted(self.store, self.ask)
        # Days are cut into periods as numbers, and periods named once they are few.
        period, first = cut(self.grain, date="first"), f"date_trunc('{self.grain}', date) AS first"
        text = query(
            self.store,
            self.ask,
            base,
            f"SELECT {period} AS period, n FROM (SELECT first, count(*) AS n FROM (SELECT DISTINCT "
            f"who, {first} FROM scope WHERE coded) GROUP BY first)",
        )
        # The same of whatever theme.
        heard = self.store.kept.get(("heard", text), lambda: self.store.sql(text))
        sizes = {row["period"]: int(row["n"]) for row in heard}
        said = self._rows(
            base,
            f"SELECT theme, {period} AS period, mentions, complaints FROM (SELECT theme, first, "
            "count(*) AS mentions, count_if(complain) AS complaints FROM (SELECT theme, who, "
            f"{first}, bool_or(bad AND NOT good) AS complain FROM said WHERE date IS NOT NULL "
            "GROUP BY ALL) GROUP BY ALL) ORDER BY theme",
        )
        # Whoever speaks in two periods counts in each.
        people = f"SELECT count(DISTINCT (who, {cut(self.grain)}))"
        found = []
        for theme, group in groupby(said, key=lambda row: str(row["theme"])):
            rows = {row["period"]: row for row in group}
            for measure, kept in (("mentions", ""), ("complaints", " AND bad AND NOT good")):
                if theme not in known:
                    continue
                about = {"theme": theme} | ({"only": "complaints"} if kept else {})
                found.append(
                    Counted(
                        kind="share",
                        about=about,
                        unit="share",
                        base=base,
                        total=f"{people} FROM said WHERE theme = {quoted(theme)}{kept}",
                        weight=f"{people} FROM scope WHERE coded",
                        rows=[
                            {
                                "k": int(rows[each.name][measure]) if each.name in rows else 0,
                                "n": sizes.get(each.name, 0),
                            }
                            for each in self.every
                        ],
                    )
                )
        return sorted(found, key=lambda each: -sum(row["k"] for row in each.rows))

    def overall(self) -> list[Counted]:
        """The number of records, and the main score where there is one."""
        period = cut(self.grain, date="day")
        counts = self._rows(
            "records",
            f"SELECT {period} AS period, sum(n) AS n FROM "
            "(SELECT date AS day, count(*) AS n FROM scope GROUP BY date) GROUP BY 1",
        )
        numbers = {row["period"]: int(row["n"]) for row in counts}
        found = [
            Counted(
                kind="count",
                about={"of": "records"},
                unit="count",
                base="records",
                total="SELECT count(*) FROM scope WHERE true",
                weight="",
                rows=[
                    {"k": numbers.get(each.name, 0), "n": (each.last - each.first).days + 1}
                    for each in self.every
                ],
            )
        ]
        scale = followed_scale(self.store, self.ask, "records")
        return found if scale is None else [*found, self._score(scale)]

    def _score(self, scale: Scale) -> Counted:
        rows = self._rows(
            "records",
            f"SELECT {cut(self.grain, date='day')} AS period, sum(n) AS n, sum(k) AS k, "
            "sum(squares) AS squares FROM (SELECT date AS day, count(*) AS n, sum(worth) AS k, "
            f"sum(worth * worth) AS squares FROM rated WHERE {scale.same()} GROUP BY date) "
            "GROUP BY 1",
        )
        by_period = {row["period"]: row for row in rows}
        none = {"n": 0, "k": 0.0, "squares": 0.0}
        answers = f"FROM rated WHERE {scale.same()}"
        return Counted(
            kind="mean",
            about=scale.about(),
            unit=scale.unit,
            base="records",
            total=f"SELECT sum(worth) {answers}",
            weight=f"SELECT count(*) {answers}",
            rows=[by_period.get(each.name, none) for each in self.every],
            scale=scale,
        )

    def _rows(self, base: Base, body: str) -> list[dict[str, Any]]:
        return self.store.sql(query(self.store, self.ask, base, body))

    # Period by period ------------------------------------------------------------------------

    def figures(self, series: Counted) -> list[Figure]:
        """The series itself: a count for each period, and a share, or a score."""
        found = []
        for at, period in enumerate(self.every):
            about = {**series.about, self.grain: period.name}
            if not self.whole[at]:
                about["incomplete"] = "yes"
            found += [self._figure(series, name, about, at) for name in _NAMES[series.kind]]
        return found

    def _figure(self, series: Counted, name: str, about: dict[str, str], at: int) -> Figure:
        row, within = series.rows[at], self._within(at, at + 1)
        n = int(row["n"] if series.kind != "count" else row["k"])
        value: float
        unit: Unit = "count"
        low: float | None = None
        high: float | None = None
        withheld: Withheld | None = None
        if name == "trend.count":
            value, text = row["k"], f"SELECT ({series.total} AND {within}) AS value"
            method = f"{series.base} counted, each once a period"
        else:
            text = f"SELECT ({series.total} AND {within}) / ({series.weight} AND {within}) AS value"
            withheld = self._withheld(series, row)
            value = row["k"] / max(n, 1)
            unit = series.unit
            method = "share, Wilson interval" if unit == "share" else "mean of the answers"
            if not withheld:
                low, high = interval(series, Stretch([row], within))
        return Figure(
            name=name,
            about=about,
            value=None if withheld else value,
            unit=unit,
            base=series.base,
            n=n,
            method=method,
            query=self._query(series, text),
            numerator=None if withheld or series.kind == "mean" else row["k"],
            denominator=row["n"] if series.kind == "share" else None,
            low=low,
            high=high,
            withheld=withheld,
        )

    def _withheld(self, series: Counted, row: dict[str, Any]) -> Withheld | None:
        if row["n"] < FEWEST:
            return "few"
        return "few-in-cell" if series.kind == "share" and row["k"] < FEWEST_IN_CELL else None

    def _within(self, first: int, last: int) -> str:
        start, end = self.every[first].first, self.every[last - 1].last
        return f"date BETWEEN DATE '{start}' AND DATE '{end}'"

    def _query(self, series: Counted, text: str) -> str:
        return query(self.store, self.ask, series.base, text)

    # Breaks and anomalies --------------------------------------------------------------------

    def search(
        self, searched: list[Counted], tests: int, random: np.random.Generator
    ) -> tuple[list[Figure], list[Figure]]:
        """The breaks of some series and their anomalies, among ``tests`` series searched."""
        # Only the first and the last period can be incomplete.
        kept = [at for at, whole in enumerate(self.whole) if whole]
        start = kept[0] if kept else 0
        turned: list[Figure] = []
        parts: list[tuple[Counted, int, Series]] = []
        for series in searched:
            rows = [series.rows[at] for at in kept]
            numbers = Series(
                series.kind,
                np.array([row["k"] for row in rows], dtype=float),
                np.array([row["n"] for row in rows], dtype=float),
            )
            found = breaks(numbers, tests, random)
            turned += [figure for each in found for figure in self._break(series, each, start)]
            parts += [(series, start + first, part) for first, part in flat(numbers, found)]
        single = outliers([part for _, _, part in parts], tests * len(kept))
        odd = [
            figure
            for (series, first, part), found_at in zip(parts, single, strict=True)
            for at, p in found_at
            for figure in self._anomaly(series, first, len(part.total), at, p)
        ]
        return turned, odd

    def _break(self, series: Counted, each: Break, start: int) -> list[Figure]:
        first, at, last = start + each.first, start + each.at, start + each.last
        about = {
            **series.about,
            self.grain: self.every[at].name,
            "since": self.every[at].first.isoformat(),
        }
        before = Stretch(series.rows[first:at], self._within(first, at))
        after = Stretch(series.rows[at:last], self._within(at, last))
        gap = self._gap("trend.break", series, about, after, before, each.p)
        if gap is None:
            return []
        return [
            gap,
            self._stretch("trend.break-before", series, about, before),
            self._stretch("trend.break-after", series, about, after),
        ]

    def _anomaly(self, series: Counted, first: int, count: int, at: int, p: float) -> list[Figure]:
        here = first + at
        about = {**series.about, self.grain: self.every[here].name}
        alone = self._within(here, here + 1)
        level = series.rows[first : first + count]
        others = Stretch(
            level[:at] + level[at + 1 :], f"{self._within(first, first + count)} AND NOT {alone}"
        )
        gap = self._gap(
            "trend.anomaly", series, about, Stretch([series.rows[here]], alone), others, p
        )
        return [gap] if gap else []

    def _gap(
        self,
        name: str,
        series: Counted,
        about: dict[str, str],
        here: Stretch,
        there: Stretch,
        p: float,
    ) -> Figure | None:
        """One stretch's level less another's; None where a share would be withheld."""
        bounds: tuple[float, float] | tuple[None, None] = (None, None)
        if series.kind == "share":
            if min(here.n, there.n) < FEWEST or max(here.k, there.k) < FEWEST_IN_CELL:
                return None
            bounds = statistics.share_difference(
                int(here.k), int(here.n), int(there.k), int(there.n)
            )
            method = "difference of shares, Newcombe interval"
        elif min(len(here.rows), len(there.rows)) > 1 or series.kind == "mean":
            low, high, _ = statistics.difference(here.moments(series), there.moments(series))
            bounds, method = (low, high), "difference of means, Welch interval"
        else:
            method = "a period's count less the mean of the others"
        return Figure(
            name=name,
            about=about,
            value=here.level(series) - there.level(series),
            unit=series.unit,
            base=series.base,
            n=int(here.n + there.n if series.kind != "count" else here.k + there.k),
            method=f"{method}, {_TESTS[name]}",
            query=self._query(
                series, f"SELECT {here.text(series)} - {there.text(series)} AS value"
            ),
            low=bounds[0],
            high=bounds[1],
            p=p,
        )

    def _stretch(
        self, name: str, series: Counted, about: dict[str, str], stretch: Stretch
    ) -> Figure:
        low, high = interval(series, stretch)
        return Figure(
            name=name,
            about=about,
            value=stretch.level(series),
            unit=series.unit,
            base=series.base,
            n=int(stretch.n if series.kind != "count" else stretch.k),
            method="level over the periods of one stretch",
            query=self._query(series, f"SELECT {stretch.text(series)} AS value"),
            numerator=None if series.kind == "mean" else stretch.k,
            denominator=stretch.n if series.kind == "share" else len(stretch.rows),
            low=low,
            high=high,
        )


_NAMES = {
    "share": ("trend.count", "trend.share"),
    "count": ("trend.count",),
    "mean": ("trend.score",),
}
_TESTS = {
    "trend.break": "likelihood ratio, periods shuffled, Bonferroni p",
    "trend.anomaly": "exact test against the others, Bonferroni p",
}
