"""What feedback is about: each theme's share, how it is spoken of, and how it goes with scores.

A share is of the customers (or records) who wrote something that is coded; where the filters name
a stage, of those who speak of that stage. It is the coder's raw share; ``ancrage themes`` corrects
it where people labelled a sample.

The contrast compares those who mention a theme (``blame``: those who complain of it, with nothing
good to say) with those who wrote and don't, each once with the mean of the answers that go with
words, on the scale that most of them answered on. Its p-values are corrected after Benjamini and
Hochberg.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.codebook import Codebook
from corpus.metrics import statistics
from corpus.metrics.relations import Scale, answered, counted, heard, main_scale, query, quoted
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Base, Figure, Withheld
from corpus.store import Store
from corpus.types import FEWEST

SUMMARY = "Share of each theme, its polarity, and its score contrast."

_PEOPLE = (
    "(SELECT who, bool_or(good) AS good, bool_or(bad) AS bad FROM said WHERE theme = {theme} "
    "GROUP BY who)"
)
_KEPT = {"share": "true", "negative": "bad AND NOT good", "positive": "good AND NOT bad"}


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """Share, negative share, positive share and contrast of each theme, the most frequent first."""
    base = counted(store, ask)
    of = heard(store, ask, base)
    rows = store.sql(
        query(
            store,
            ask,
            base,
            "SELECT theme, count(*) AS share, count_if(bad AND NOT good) AS negative, "
            "count_if(good AND NOT bad) AS positive FROM (SELECT who, theme, "
            "bool_or(good) AS good, bool_or(bad) AS bad FROM said GROUP BY who, theme) "
            "GROUP BY theme ORDER BY share DESC, theme",
        )
    )
    known = {theme.id for theme in codebook.themes}
    found = [
        _share(
            store,
            ask,
            base,
            measure,
            row["theme"],
            int(row[measure]),
            of,
        )
        for row in rows
        if row["theme"] in known
        for measure in _KEPT
    ]
    return [*found, *_contrasts(store, ask, base, known)]


def _share(
    store: Store, ask: Ask, base: Base, measure: str, theme: str, numerator: int, of: int
) -> Figure:
    withheld: Withheld | None
    withheld = "few" if of < FEWEST else "few-in-cell" if numerator < FEWEST_IN_CELL else None
    low, high = (None, None) if withheld else statistics.wilson(numerator, of)
    people = _PEOPLE.format(theme=quoted(theme))
    return Figure(
        name=f"themes.{measure}",
        about={"theme": theme},
        value=None if withheld else numerator / of,
        unit="share",
        base=base,
        n=of,
        method="share, Wilson interval",
        query=query(
            store,
            ask,
            base,
            f"SELECT count(*) / (SELECT count(*) FROM heard) AS value FROM {people} "
            f"WHERE {_KEPT[measure]}",
        ),
        numerator=None if withheld else numerator,
        denominator=of,
        low=low,
        high=high,
        withheld=withheld,
    )


_SPEAKING = {
    "contrast": ("SELECT DISTINCT who, theme FROM said", "true", "those who mention it"),
    "blame": (
        "SELECT who, theme FROM said GROUP BY who, theme HAVING bool_or(bad) AND NOT bool_or(good)",
        "bad AND NOT good",
        "those who complain of it",
    ),
}


def _contrasts(store: Store, ask: Ask, base: Base, known: set[str]) -> list[Figure]:
    """How those who mention each theme score, then how those who complain of it do."""
    scale = main_scale(store, ask, base)
    if scale is None:
        return []
    sums = ", ".join(
        f"count(*) FILTER ({kept}) AS n_{measure}, sum(worth) FILTER ({kept}) AS total_{measure}, "
        f"sum(worth * worth) FILTER ({kept}) AS squares_{measure}"
        for measure, (_, kept, _) in _SPEAKING.items()
    )
    everybody = "count(*), sum(worth), sum(worth * worth)"
    rows = store.sql(
        query(
            store,
            ask,
            base,
            f"SELECT * FROM (WITH marked AS MATERIALIZED {answered(scale)} "
            f"SELECT CAST(theme AS VARCHAR) AS theme, {sums} FROM marked JOIN (SELECT who, theme, "
            "bool_or(good) AS good, bool_or(bad) AS bad FROM said GROUP BY who, theme) USING (who) "
            f"GROUP BY theme UNION ALL SELECT '', {everybody}, {everybody} FROM marked)",
        )
    )
    return [
        figure
        for measure in _SPEAKING
        for figure in _contrast(store, ask, base, scale, known, measure, rows)
    ]


def _contrast(
    store: Store,
    ask: Ask,
    base: Base,
    scale: Scale,
    known: set[str],
    measure: str,
    rows: Sequence[Mapping[str, Any]],
) -> list[Figure]:
    """The themes whose speakers score otherwise than the others, the lowest first."""
    speaking, _, who = _SPEAKING[measure]
    sums = {
        row["theme"]: _Sums(
            int(row[f"n_{measure}"]),
            row[f"total_{measure}"] or 0.0,
            row[f"squares_{measure}"] or 0.0,
        )
        for row in rows
    }
    whole = sums.pop("")
    pairs = {
        theme: (own.moments(), whole.less(own).moments())
        for theme, own in sums.items()
        if theme in known and min(own.n, whole.n - own.n) >= FEWEST_IN_CELL
    }
    gaps = {theme: statistics.difference(*pair) for theme, pair in pairs.items()}
    corrected = dict(
        zip(gaps, statistics.benjamini_hochberg([p for _, _, p in gaps.values()]), strict=True)
    )
    found = []
    for theme, (low, high, _) in gaps.items():
        own, rest = pairs[theme]
        mentioned = f"who IN (SELECT who FROM ({speaking}) WHERE theme = {quoted(theme)})"
        found.append(
            Figure(
                name=f"themes.{measure}",
                about={"theme": theme, **scale.about()},
                value=own.mean - rest.mean,
                unit=scale.unit,
                base=base,
                n=own.n,
                method=f"mean of {who} less the others', Welch interval, Benjamini-Hochberg p",
                query=query(
                    store,
                    ask,
                    base,
                    f"SELECT avg(worth) FILTER ({mentioned}) - avg(worth) FILTER (NOT {mentioned}) "
                    f"AS value FROM {answered(scale)}",
                ),
                denominator=whole.n,
                low=low,
                high=high,
                p=corrected[theme],
            )
        )
    return sorted(found, key=lambda each: (each.value or 0.0, each.about["theme"]))


@dataclass(frozen=True, slots=True)
class _Sums:
    n: int
    total: float
    squares: float

    def less(self, part: "_Sums") -> "_Sums":
        return _Sums(self.n - part.n, self.total - part.total, self.squares - part.squares)

    def moments(self) -> statistics.Moments:
        mean = self.total / self.n
        variance = max(0.0, self.squares - self.n * mean * mean) / (self.n - 1)
        return statistics.Moments(self.n, mean, variance)
