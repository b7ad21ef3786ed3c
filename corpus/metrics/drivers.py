"""What goes with a score: for each complaint two measures side by side, and for rated aspects.

A predictor is a theme that somebody complains of: spoken of badly and never well. Mention at all
mixes praise with complaint (what half praise and half curse would drive nothing), and over the
demo company complaints find more of what was planted. Praise is looked at by ``stays``.

- ``drivers.impact``: p·(S of those who complain - S of the others), p being their share: the mean
  score less what it is without them. A frequent small trouble and a rare large one weigh alike.
- ``drivers.weight``: Johnson's relative weight, a share of the variance that all the complaints
  explain together: what themes that come together have in common is shared out among them.
- ``drivers.r2``: how much that is (adjusted R²). Where all of them together explain no more than
  chance would, the weights are withheld: shares of nothing.
- ``drivers.agreement``: Spearman's correlation of the two orders; ``drivers.gap``: the ranks that
  a theme is higher in the weights (lower: negative), where that is a third of the list.
- ``drivers.aspect-weight``, ``drivers.aspect-r2``: the same, of the ratings of aspects beside the
  overall score, over those who rated each of the aspects that nine in ten rate.

Complaint and score come from one person at one time: they go together, and neither is the cause
for that. What costs points need not make anyone leave. A tone that the coder heard wrongly, or
partly from the score, makes all of this look stronger or weaker than it is. Weights of a score of
two values are those of a linear probability.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import sqrt

from scipy.stats import rankdata, spearmanr, t

from corpus.codebook import Codebook
from corpus.metrics import _johnson, statistics
from corpus.metrics._aspects import rated_aspects
from corpus.metrics._outcome import Outcome, outcome
from corpus.metrics.relations import answered, quoted
from corpus.metrics.statistics import Moments
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Figure, Withheld
from corpus.store import Store
from corpus.types import FEWEST

SUMMARY = "What goes with a score: each complaint's impact and relative weight, and rated aspects."

FOR_EACH = 10
"""So many must have answered for each predictor of a regression (Harrell 2015)."""

_CHANCE = 0.05
_COMPLAINTS = (
    "(SELECT who, theme FROM said GROUP BY who, theme HAVING bool_or(bad) AND NOT bool_or(good))"
)


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """Impacts, the costliest first; weights; how the two agree; the weights of rated aspects.

    What is withheld comes last. All themes take part whichever are asked for; what is given of a
    theme is kept to those.
    """
    of = outcome(store, ask)
    if of is None:
        return []
    groups = _groups(of, {theme.id for theme in codebook.themes})
    impacts = _impacts(of, groups)
    found = impacts + _of_themes(of, impacts) + _of_aspects(of)
    if ask.themes:
        found = [each for each in found if each.about.get("theme", ask.themes[0]) in ask.themes]
    return sorted(found, key=lambda each: each.value is None)


# Impact ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Group:
    n: int
    total: float
    squares: float

    def less(self, part: "_Group") -> "_Group":
        return _Group(self.n - part.n, self.total - part.total, self.squares - part.squares)

    def moments(self) -> Moments:
        mean = self.total / self.n
        variance = max(0.0, self.squares - self.n * mean * mean) / (self.n - 1)
        return Moments(self.n, mean, variance)


def _groups(of: Outcome, known: set[str]) -> dict[str, _Group]:
    """The answers of those who complain of each theme, and under "" those of everybody."""
    sums = (
        "count(*) AS n, coalesce(sum(worth), 0) AS total, "
        "coalesce(sum(worth * worth), 0) AS squares"
    )
    rows = of.store.sql(
        of.query(
            f"SELECT * FROM (WITH answer AS ({answered(of.scale)}) "
            f"SELECT theme, {sums} FROM answer JOIN {_COMPLAINTS} USING (who) GROUP BY theme "
            f"UNION ALL SELECT '', {sums} FROM answer)"
        )
    )
    return {
        row["theme"]: _Group(int(row["n"]), row["total"], row["squares"])
        for row in rows
        if row["theme"] in known | {""}
    }


def _impacts(of: Outcome, groups: Mapping[str, _Group]) -> list[Figure]:
    groups = dict(groups)
    whole = groups.pop("")
    reasons = {theme: _too_few(own.n, whole.n) for theme, own in groups.items()}
    pairs = {
        theme: (own.moments(), whole.less(own).moments())
        for theme, own in groups.items()
        if reasons[theme] is None
    }
    tests = [statistics.difference(*pair)[2] for pair in pairs.values()]
    corrected = dict(zip(pairs, statistics.benjamini_hochberg(tests), strict=True))
    found = []
    for theme, own in groups.items():
        value, low, high = _impact(*pairs[theme]) if theme in pairs else (None, None, None)
        others = f"who NOT IN (SELECT who FROM {_COMPLAINTS} WHERE theme = {quoted(theme)})"
        found.append(
            Figure(
                name="drivers.impact",
                about={"theme": theme, **of.scale.about()},
                value=value,
                unit=of.scale.unit,
                base=of.base,
                n=whole.n,
                method="share of those who complain of it times their mean less the others', "
                "delta method, Benjamini-Hochberg p",
                query=of.query(
                    f"SELECT avg(worth) - avg(worth) FILTER ({others}) AS value "
                    f"FROM {answered(of.scale)}"
                ),
                numerator=None if value is None else own.n,
                denominator=whole.n,
                low=low,
                high=high,
                p=corrected.get(theme),
                withheld=reasons[theme],
            )
        )
    return sorted(
        found, key=lambda each: (each.value is None, each.value or 0.0, each.about["theme"])
    )


def _too_few(own: int, whole: int) -> Withheld | None:
    if whole < FEWEST:
        return "few"
    return "few-in-cell" if min(own, whole - own) < FEWEST_IN_CELL else None


def _impact(own: Moments, rest: Moments) -> tuple[float, float, float]:
    """p·(own mean - rest mean), p being own's share, and its interval by the delta method.

    Share and contrast are independent in large samples: the variance is that of the contrast times
    p² and that of the share times the contrast². Student's t has the freedom of the smaller group.
    """
    n = own.n + rest.n
    p, gap = own.n / n, own.mean - rest.mean
    of_gap = own.variance / own.n + rest.variance / rest.n
    error = sqrt(p * p * of_gap + gap * gap * p * (1 - p) / n)
    half = float(t.ppf(0.975, min(own.n, rest.n) - 1)) * error
    return p * gap, p * gap - half, p * gap + half


# Weights ---------------------------------------------------------------------------------------


def _of_themes(of: Outcome, impacts: Sequence[Figure]) -> list[Figure]:
    """The weights of those complaints that have an impact, and how the two orders agree."""
    costs = {each.about["theme"]: each.value for each in impacts if each.value is not None}
    often = sorted(
        (-(each.numerator or 0), each.about["theme"]) for each in impacts if each.value is not None
    )
    n = impacts[0].n if impacts else 0
    themes = [theme for _, theme in often[: n // FOR_EACH]]
    if not themes:
        return []
    which = " ".join(f"WHEN {quoted(theme)} THEN {i}" for i, theme in enumerate(themes, start=1))
    predictors = f"(SELECT who, CASE theme {which} END AS i FROM {_COMPLAINTS} WHERE i IS NOT NULL)"
    products = partial(_johnson.sparse, answered(of.scale), predictors, len(themes))
    r2, weights = _explained(of, "", products, [{"theme": theme} for theme in themes])
    given = [each for each in weights if each.value is not None]
    return [*weights, r2, *_agreement(given, costs)]


def _of_aspects(of: Outcome) -> list[Figure]:
    found = rated_aspects(of, FOR_EACH)
    if found is None:
        return []
    products = partial(_johnson.dense, found.table, len(found.names))
    r2, weights = _explained(of, "aspect-", products, [{"aspect": name} for name in found.names])
    return [*weights, r2]


def _explained(
    of: Outcome,
    prefix: str,
    products: Callable[..., str],
    abouts: Sequence[Mapping[str, str]],
) -> tuple[Figure, list[Figure]]:
    """R², and the weights, the greatest first."""
    size, seed = len(abouts), of.ask.seed
    rows = of.store.sql(of.query(products(seed)))
    got = _johnson.explain(rows, size, seed)
    text = of.query(
        "SELECT list(i ORDER BY i, j) AS i, list(j ORDER BY i, j) AS j, "
        f"list(total ORDER BY i, j) AS total FROM ({products()})"
    )
    few: Withheld | None = "few" if got.n < max(FEWEST, FOR_EACH * size) else None
    undefined: Withheld | None = few or (None if got.p < 1 else "undefined")
    chance: Withheld | None = few or (None if got.p < _CHANCE else "undefined")
    r2 = Figure(
        name=f"drivers.{prefix}r2",
        about=of.scale.about(),
        value=None if undefined else got.r2,
        unit="share",
        base=of.base,
        n=got.n,
        method=f"adjusted R² of {size} predictors, bootstrap interval, F test",
        query=text,
        low=None if undefined else got.low,
        high=None if undefined else got.high,
        p=None if undefined else got.p,
        withheld=undefined,
        replayed="counts",
    )
    weights = [
        Figure(
            name=f"drivers.{prefix}weight",
            about={**about, **of.scale.about()},
            value=None if chance else share,
            unit="weight",
            base=of.base,
            n=got.n,
            method="Johnson's relative weight, share of R², bootstrap interval",
            query=text,
            low=None if chance else low,
            high=None if chance else high,
            withheld=chance,
            replayed="counts",
        )
        for about, share, low, high in zip(abouts, got.shares, got.lows, got.highs, strict=True)
    ]
    return r2, sorted(weights, key=lambda each: -(each.value or 0.0))


def _agreement(weights: Sequence[Figure], costs: Mapping[str, float]) -> list[Figure]:
    """How the order of the weights agrees with that of the impacts' sizes, and who is moved."""
    size = len(weights)
    if size < 3:
        return []
    themes = [each.about["theme"] for each in weights]
    sizes = [abs(costs[theme]) for theme in themes]
    by_weight = rankdata([-(each.value or 0.0) for each in weights])
    by_impact = rankdata([-each for each in sizes])
    if len(set(by_weight)) == 1 or len(set(by_impact)) == 1:
        # What all weigh alike has no order to agree with.
        return []
    value = float(spearmanr(by_weight, by_impact).statistic)
    agreement = replace(
        weights[0],
        name="drivers.agreement",
        about={name: each for name, each in weights[0].about.items() if name != "theme"},
        value=value,
        unit="ratio",
        method=f"Spearman's correlation of {size} themes' weights and sizes of impact",
        low=None,
        high=None,
    )
    gaps = [
        replace(
            each,
            name="drivers.gap",
            value=float(impact - weight),
            unit="count",
            method=f"rank by impact less rank by weight, of {size}",
            low=None,
            high=None,
        )
        for each, weight, impact in zip(weights, by_weight, by_impact, strict=True)
        if abs(impact - weight) >= max(2, size / 3)
    ]
    return [agreement, *sorted(gaps, key=lambda each: -abs(each.value or 0.0))]
