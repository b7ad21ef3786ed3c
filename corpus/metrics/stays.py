"""Why people stay: what stands out among those who gave the best scores, and who came back.

The good end are those whose mean score, with words, lies in the best two fifths of its scale (of
an NPS: 9 and 10); the others gave the same score and a lower answer. A theme is praised by who
speaks of it well and never badly.

- ``stays.difference``: the share that praises a theme at the good end less that among the others.
- ``stays.share``: the share at the good end.
- ``stays.came-back``: where there are events, the share of those who bought or renewed within 180
  days among those who praised a theme the day they first wrote, less that among the others who
  wrote. Everybody is followed for all of these days; who had already left is not counted.

The good end praises more of everything, so what stands out is what has the greatest difference,
not what has one. Coming back owes much to who one is: loyal customers buy more often whatever they
praise, and events of customers who cannot be told apart are not seen.
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace

from scipy.stats import chi2_contingency

from corpus.codebook import Codebook
from corpus.metrics import relations, statistics
from corpus.metrics._outcome import Outcome, outcome
from corpus.metrics.relations import quoted
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Base, Figure, Withheld
from corpus.store import Store
from corpus.types import FEWEST, HIGH

SUMMARY = "What those with the best scores praise, and what those who came back had praised."

DAYS = 180
"""Who bought or renewed within so many days of the first words came back."""

_PRAISES = "HAVING bool_or(good) AND NOT bool_or(bad)"
_PRAISED = f"(SELECT who, theme FROM said GROUP BY who, theme {_PRAISES})"


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """Differences, the greatest first; shares; who came back. What is withheld comes last."""
    known = {theme.id for theme in codebook.themes}
    of = outcome(store, ask)
    found = (_of_scores(of, known) if of else []) + _of_events(store, ask, known)
    if ask.themes:
        found = [each for each in found if each.about["theme"] in ask.themes]
    return sorted(found, key=lambda each: each.value is None)


# Among the best scores ---------------------------------------------------------------------------


def _of_scores(of: Outcome, known: set[str]) -> list[Figure]:
    # Means of equal numbers may fall short of them by a rounding.
    ends = (
        f"(SELECT who, avg(goodness) >= {HIGH} - 1e-9 AS best FROM rated "
        f"WHERE coded AND {of.scale.same()} GROUP BY who)"
    )
    rows = of.store.sql(
        of.query(
            f"SELECT * FROM (WITH ends AS {ends} "
            "SELECT theme, count_if(best) AS best, count_if(NOT best) AS others FROM ends "
            f"JOIN {_PRAISED} USING (who) GROUP BY theme "
            "UNION ALL SELECT '', count_if(best), count_if(NOT best) FROM ends)"
        )
    )
    whole = next(row for row in rows if row["theme"] == "")
    n1, n2 = int(whole["best"]), int(whole["others"])
    pairs = {
        row["theme"]: _Pair(int(row["best"]), n1, int(row["others"]), n2)
        for row in rows
        if row["theme"] in known
    }
    p = _corrected(pairs)
    found = []
    for theme, pair in pairs.items():
        about = {"theme": theme, **of.scale.about()}
        praised = f"who IN (SELECT who FROM {_PRAISED} WHERE theme = {quoted(theme)})"
        of_best = f"count_if(best AND {praised}) / count_if(best)"
        of_others = f"count_if(NOT best AND {praised}) / count_if(NOT best)"
        found.append(
            _difference(
                "stays.difference",
                about,
                of.base,
                pair,
                p.get(theme),
                "share that praises it among the best scores less that among the others, "
                "Newcombe interval, Benjamini-Hochberg p",
                of.query(f"SELECT {of_best} - {of_others} AS value FROM {ends}"),
            )
        )
        few: Withheld | None = "few-in-cell" if pair.k1 < FEWEST_IN_CELL else None
        few = "few" if n1 < FEWEST else few
        low, high = (None, None) if few else statistics.wilson(pair.k1, n1)
        found.append(
            Figure(
                name="stays.share",
                about=about,
                value=None if few else pair.k1 / n1,
                unit="share",
                base=of.base,
                n=n1,
                method="share that praises it among the best scores, Wilson interval",
                query=of.query(f"SELECT {of_best} AS value FROM {ends}"),
                numerator=None if few else pair.k1,
                denominator=n1,
                low=low,
                high=high,
                withheld=few,
            )
        )
    return sorted(found, key=lambda each: (each.name, -(each.value or 0.0), each.about["theme"]))


# Among those who came back -----------------------------------------------------------------------


def _of_events(store: Store, ask: Ask, known: set[str]) -> list[Figure]:
    """What is done afterwards lies beyond the period, channel and stage of what was said."""
    ask = replace(ask, themes=(), score=None)
    first = (
        "(SELECT customer_key AS who, min(date) AS day FROM scope "
        "WHERE coded AND customer_key IS NOT NULL GROUP BY customer_key "
        f"HAVING day + {DAYS} <= (SELECT max(last) FROM customers))"
    )
    then = f"kind IN ('purchase', 'renewal') AND date > day AND date <= day + {DAYS}"
    followed = (
        f"(SELECT who, day, bool_or(coalesce({then}, false)) AS back FROM {first} "
        "LEFT JOIN deeds ON deeds.customer_key = who GROUP BY who, day "
        "HAVING NOT bool_or(coalesce(kind = 'churn' AND date <= day, false)))"
    )
    praised = (
        f"(SELECT said.who, theme FROM said JOIN {first} AS wrote "
        f"ON said.who = wrote.who AND said.date = wrote.day GROUP BY said.who, theme {_PRAISES})"
    )
    rows = store.sql(
        relations.query(
            store,
            ask,
            "customers",
            f"SELECT * FROM (WITH followed AS {followed} "
            "SELECT theme, count_if(back) AS back, count(*) AS n FROM followed "
            f"JOIN {praised} USING (who) GROUP BY theme "
            "UNION ALL SELECT '', count_if(back), count(*) FROM followed)",
        )
    )
    whole = next(row for row in rows if row["theme"] == "")
    pairs = {
        row["theme"]: _Pair(
            int(row["back"]),
            int(row["n"]),
            int(whole["back"] - row["back"]),
            int(whole["n"] - row["n"]),
        )
        for row in rows
        if row["theme"] in known
    }
    p = _corrected(pairs)
    found = []
    for theme, pair in pairs.items():
        them = f"who IN (SELECT who FROM {praised} WHERE theme = {quoted(theme)})"
        body = f"avg(back::INT) FILTER ({them}) - avg(back::INT) FILTER (NOT {them}) AS value"
        found.append(
            _difference(
                "stays.came-back",
                {"theme": theme, "days": str(DAYS)},
                "customers",
                pair,
                p.get(theme),
                "share that came back among those who praise it less that among the others, "
                "Newcombe interval, Benjamini-Hochberg p",
                relations.query(store, ask, "customers", f"SELECT {body} FROM {followed}"),
            )
        )
    return sorted(found, key=lambda each: (-(each.value or 0.0), each.about["theme"]))


# Both --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two shares: k1 of n1, and k2 of n2."""

    k1: int
    n1: int
    k2: int
    n2: int

    def test(self) -> float:
        """Pearson's p-value; 1 where everybody or nobody is counted in both."""
        table = [[self.k1, self.n1 - self.k1], [self.k2, self.n2 - self.k2]]
        if not all(map(sum, zip(*table, strict=True))):
            return 1.0
        return float(chi2_contingency(table, correction=False).pvalue)

    @property
    def withheld(self) -> Withheld | None:
        if min(self.n1, self.n2) < FEWEST:
            return "few"
        return "few-in-cell" if self.k1 < FEWEST_IN_CELL else None


def _corrected(pairs: Mapping[str, _Pair]) -> dict[str, float]:
    """The corrected p-values of the pairs that are shown (Pearson's test)."""
    found = {}
    for name, each in pairs.items():
        if each.withheld is None:
            found[name] = each.test()
    return dict(zip(found, statistics.benjamini_hochberg(list(found.values())), strict=True))


def _difference(
    name: str,
    about: Mapping[str, str],
    base: Base,
    pair: _Pair,
    p: float | None,
    method: str,
    query: str,
) -> Figure:
    few = pair.withheld
    low, high = (None, None) if few else statistics.share_difference(*astuple(pair))
    return Figure(
        name=name,
        about=about,
        value=None if few else pair.k1 / pair.n1 - pair.k2 / pair.n2,
        unit="share",
        base=base,
        n=pair.n1 + pair.n2,
        method=method,
        query=query,
        numerator=None if few else pair.k1,
        denominator=pair.n1,
        low=low,
        high=high,
        p=p,
        withheld=few,
    )
