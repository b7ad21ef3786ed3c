"""Two groups set against each other: a score, and the share of each theme.

The groups are ``filters`` and ``against`` (segments, stages, channels, periods), or each value of
``by`` and all others that tell one. People count once in a group, with the mean of their answers;
who is in both groups counts in both, which the score's interval takes into account and a share's
does not: it is then a little too long. Differences are the first group's less the other's, in the
score's points or as shares of those who wrote.

A share is compared where both groups have FEWEST people who wrote and either has FEWEST_IN_CELL
who mention the theme: that nobody mentions it in one group is a finding. P-values are corrected
for all that is compared: scores after Holm, shares after Benjamini and Hochberg. A difference goes
with the group; who is in the group may be the reason.
"""

from dataclasses import dataclass, replace

from corpus.codebook import Codebook
from corpus.metrics import statistics
from corpus.metrics._paired import means, pair, sums_of_means
from corpus.metrics._periods import followed_scale
from corpus.metrics._sides import Sides, apart
from corpus.metrics.relations import Scale, counted, parted, query, quoted
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Base, Figure
from corpus.store import Store
from corpus.types import FEWEST

MOST_PARTS = 12
"""Values of a cut that are compared, the most frequent."""

SUMMARY = "Two groups or periods, or each part and the rest: score and theme shares that differ."

CUT_UP = True


@dataclass(frozen=True, slots=True)
class _Group:
    """One comparison: ``about`` whom, and the relations that it reads, with a column ``side``.

    ``side`` is 1 for the group and 0 for what it is compared with. ``answers`` has ``who, worth``,
    a row for an answer; ``writers`` ``who`` and ``mentions`` ``who, theme``, each once on a side.
    """

    about: dict[str, str]
    answers: str
    writers: str
    mentions: str


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """Differences of the score, then of shares, the largest first; none without two groups."""
    if ask.against is None and ask.by is None:
        return []
    base = counted(store, ask)
    scale = followed_scale(store, ask, base)
    groups = _two(store, ask, base, scale) if ask.against else _parts(store, ask, base, scale)
    known = {theme.id for theme in codebook.themes}
    return _scores(store, base, scale, groups) + _shares(store, base, known, groups)


def _two(store: Store, ask: Ask, base: Base, scale: Scale | None) -> list[_Group]:
    assert ask.against is not None
    sides = Sides(store, base, (replace(ask, filters=ask.against), ask))
    ours, theirs = apart(ask.filters, ask.against), apart(ask.against, ask.filters)
    return [
        _Group(
            about={"group": ours, "against": theirs},
            answers=sides.both(f"SELECT who, worth FROM rated WHERE {_kept(scale)}"),
            writers=sides.both("SELECT who FROM heard"),
            mentions=sides.both("SELECT DISTINCT who, theme FROM said"),
        )
    ]


def _kept(scale: Scale | None) -> str:
    return scale.same() if scale else "false"


def _parts(store: Store, ask: Ask, base: Base, scale: Scale | None) -> list[_Group]:
    assert ask.by is not None
    scope, said, rated = (parted(relation, ask.by) for relation in ("scope", "said", "rated"))
    rows = store.sql(
        query(
            store,
            ask,
            base,
            f"SELECT part, count(*) AS n FROM {scope} WHERE part IS NOT NULL "
            f"GROUP BY part HAVING n >= {FEWEST} ORDER BY n DESC, part LIMIT {MOST_PARTS}",
        )
    )

    def split(body: str, value: str, measured: str) -> str:
        inner = query(store, ask, base, body)
        return (
            f"(SELECT {measured}, CAST(part = {quoted(value)} AS INTEGER) AS side "
            f"FROM ({inner}) WHERE part IS NOT NULL)"
        )

    writers = f"SELECT who, part FROM {scope} WHERE coded"
    if ask.by == "stage":
        # One who speaks of a stage is among its writers, whatever the record was asked about.
        writers += " UNION SELECT who, stage AS part FROM said"
    return [
        _Group(
            about={ask.by: value, "against": "rest"},
            answers=split(
                f"SELECT who, part, worth FROM {rated} WHERE {_kept(scale)}", value, "who, worth"
            ),
            writers=split(writers, value, "DISTINCT who"),
            mentions=split(f"SELECT who, theme, part FROM {said}", value, "DISTINCT who, theme"),
        )
        for value in (row["part"] for row in rows)
    ]


# Scores --------------------------------------------------------------------------------------


def _scores(store: Store, base: Base, scale: Scale | None, groups: list[_Group]) -> list[Figure]:
    if scale is None or not groups:
        return []
    rows = store.sql(
        " UNION ALL ".join(
            f"SELECT {index} AS at, * FROM ({sums_of_means(group.answers)})"
            for index, group in enumerate(groups)
        )
    )
    pairs = [pair(row) for row in sorted(rows, key=lambda row: int(row["at"]))]
    gaps = {
        at: each.gap
        for at, each in enumerate(pairs)
        if each.gap and min(each.before.n, each.after.n) >= FEWEST
    }
    corrected = dict(zip(gaps, statistics.holm([p for _, _, p in gaps.values()]), strict=True))
    figures = []
    for at, (group, each) in enumerate(zip(groups, pairs, strict=True)):
        low, high, _ = gaps.get(at, (None, None, None))
        figures.append(
            Figure(
                name="compare.score",
                about={**scale.about(), **group.about},
                value=each.value if at in gaps else None,
                # Of those who say yes or no, the means are shares.
                unit="share" if scale.kind == "binary" else scale.unit,
                base=base,
                n=each.after.n,
                method="difference of means, each person once, Welch interval, who is in both "
                "paired, Holm p",
                query=f"SELECT avg(w1) - avg(w0) AS value FROM {means(group.answers)}",
                denominator=each.before.n + each.after.n,
                low=low,
                high=high,
                p=corrected.get(at),
                withheld=None if at in gaps else "few",
            )
        )
    return sorted(figures, key=lambda each: -abs(each.value or 0.0))


# Shares --------------------------------------------------------------------------------------


def _shares(store: Store, base: Base, known: set[str], groups: list[_Group]) -> list[Figure]:
    if not groups:
        return []
    # Each one is there once on a side, and once on it for a theme.
    rows = store.sql(
        " UNION ALL ".join(
            f"SELECT {index} AS at, NULL AS theme, side, count(*) AS n "
            f"FROM {group.writers} GROUP BY side UNION ALL "
            f"SELECT {index}, theme, side, count(*) FROM {group.mentions} GROUP BY theme, side"
            for index, group in enumerate(groups)
        )
    )
    counts = {(row["at"], row["theme"], row["side"]): int(row["n"]) for row in rows}
    themes = sorted({row["theme"] for row in rows if row["theme"] in known})
    compared: list[tuple[_Group, str, tuple[int, int, int, int]]] = []
    for at, group in enumerate(groups):
        ours, theirs = (counts.get((at, None, side), 0) for side in (1, 0))
        for theme in themes:
            k1, k0 = (counts.get((at, theme, side), 0) for side in (1, 0))
            if min(ours, theirs) >= FEWEST and max(k1, k0) >= FEWEST_IN_CELL:
                compared.append((group, theme, (k1, ours, k0, theirs)))
    corrected = statistics.benjamini_hochberg(
        [statistics.shares_differ(*numbers) for _, _, numbers in compared]
    )
    figures = [
        _share(store, base, group, theme, numbers, p)
        for (group, theme, numbers), p in zip(compared, corrected, strict=True)
    ]
    return sorted(figures, key=lambda each: -abs(each.value or 0.0))


def _share(
    store: Store,
    base: Base,
    group: _Group,
    theme: str,
    numbers: tuple[int, int, int, int],
    p: float,
) -> Figure:
    k1, n1, k0, n0 = numbers
    low, high = statistics.share_difference(k1, n1, k0, n0)
    share = (
        "(SELECT count(DISTINCT who) FROM {mentions} WHERE theme = {theme} AND side = {side}) / "
        "(SELECT count(DISTINCT who) FROM {writers} WHERE side = {side})"
    )
    ours, theirs = (
        share.format(mentions=group.mentions, writers=group.writers, theme=quoted(theme), side=side)
        for side in (1, 0)
    )
    return Figure(
        name="compare.share",
        about={**group.about, "theme": theme},
        value=k1 / n1 - k0 / n0,
        unit="share",
        base=base,
        n=n1,
        method="difference of shares, Newcombe interval, Fisher's test, Benjamini-Hochberg p",
        query=f"SELECT {ours} - {theirs} AS value",
        numerator=k1,
        denominator=n1,
        low=low,
        high=high,
        p=p,
    )
