"""What changed between two periods of the facts that a theme is known by: before and after.

``filters`` give the later period, ``against`` the earlier one, and ``themes`` the one theme. Of it:
how often what goes wrong with it went wrong (``effect.rate``), by events; how many of those who
wrote complain of it (``effect.complaints``); the score that most people gave (``effect.score``).
Each is the later level less the earlier, with both levels beside it.

Where ``filters`` name a segment, it is the group in which something was done, and the others are
its control: the change is that of the group less that of the others (difference in differences),
and takes away what changed for everybody. Without one it is before and after alone, and holds
whatever else changed: ``effect.mix`` tells which parts weigh more or less among those who answered.

Intervals have customers as clusters, since one may be in both periods and buy more than once.
No p-value is corrected: which figure is looked at must be decided before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from corpus.codebook import Codebook
from corpus.filters import values_of
from corpus.metrics import statistics
from corpus.metrics._behaviour import attributes, share_p
from corpus.metrics._effect_rows import INCIDENTS, of_complaints, of_incident, of_score
from corpus.metrics._periods import followed_scale
from corpus.metrics._sides import Sides
from corpus.metrics.relations import counted, quoted
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Base, Figure, Unit, Withheld
from corpus.store import Store
from corpus.types import FEWEST

SUMMARY = "Before and after, of one theme: its mishaps, complaints and score; against a control."

FEELABLE = 0.03
"""A smaller change in composition moves no finding."""


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """The mishap, the complaints, the score, each with its levels; then what else changed."""
    if ask.against is None or len(ask.themes) != 1:
        return []
    (theme,) = ask.themes
    base = counted(store, replace(ask, filters=replace(ask.filters, segment={})))
    scale = followed_scale(store, replace(ask, filters=replace(ask.filters, segment={})), base)
    facts = []
    if incident := INCIDENTS.get(theme):
        about = {"incident": incident}
        rows = of_incident(incident, ask)
        facts.append(_Fact("rate", about, "share", "events", rows))
    facts.append(
        _Fact("complaints", {"theme": theme}, "share", base, of_complaints(store, ask, base, theme))
    )
    if scale:
        rows = of_score(store, ask, base, scale)
        facts.append(_Fact("score", scale.about(), scale.unit, base, rows))
    found = [figure for fact in facts for figure in _figures(store, ask, fact)]
    return found + _mix(store, ask, base)


@dataclass(frozen=True, slots=True)
class _Fact:
    """A fact and the relation of its rows, see ``_effect_rows``."""

    name: str
    about: Mapping[str, str]
    unit: Unit
    base: Base
    rows: str


def _figures(store: Store, ask: Ask, fact: _Fact) -> list[Figure]:
    """The change and the two levels of the group; with a control, the change of the others too."""
    group = {
        f"segment:{name}": ", ".join(values_of(value))
        for name, value in ask.filters.segment.items()
    }
    about = {**fact.about, **group}
    sums = _sums(store, fact.rows)
    if not sums.n[:2].any():
        return []
    withheld = _too_few(fact, sums, controlled=bool(group))
    levels = [_level(fact, about, sums, after=after) for after in (False, True)]
    signs = _OWN - _OTHERS if group else _OWN
    change = _change(fact, f"effect.{fact.name}", about, sums, signs, withheld)
    if not group:
        return [change, *levels]
    beside = _change(fact, f"effect.{fact.name}-others", about, sums, _OTHERS, withheld)
    return [change, *levels, beside]


# From sums -----------------------------------------------------------------------------------

_CELLS = ("own AND NOT after", "own AND after", "NOT own AND NOT after", "NOT own AND after")
_OWN, _OTHERS = np.array([-1.0, 1.0, 0.0, 0.0]), np.array([0.0, 0.0, -1.0, 1.0])
"""How the levels of the cells make the change of the group, and that of the others."""

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Sums:
    """Cases and totals by cell, the products of them summed over people, and how many people.

    ``products`` has the cases of the four cells and then their totals, each by each.
    """

    n: Values
    total: Values
    products: Values
    people: int


def _sums(store: Store, rows: str) -> _Sums:
    """The sums of a relation: there may be millions of rows."""
    names = [f"{kind}{i}" for kind in ("n", "t") for i in range(len(_CELLS))]
    columns = ("n", "total")
    each = ", ".join(
        f"coalesce(sum({column}) FILTER ({cell}), 0)::DOUBLE AS {kind}{i}"
        for kind, column in zip(("n", "t"), columns, strict=True)
        for i, cell in enumerate(_CELLS)
    )
    pairs = list(combinations_with_replacement(range(len(names)), 2))
    sums = ", ".join(f"sum({name}) AS {name}" for name in names)
    products = ", ".join(f"sum({names[i]} * {names[j]}) AS p{i}_{j}" for i, j in pairs)
    row = store.sql(
        f"SELECT count(*) AS people, {sums}, {products} FROM (SELECT who, {each} FROM {rows} "
        "WHERE own IS NOT NULL GROUP BY who)"
    )[0]
    matrix = np.zeros((len(names), len(names)))
    for i, j in pairs:
        matrix[i, j] = matrix[j, i] = row[f"p{i}_{j}"] or 0.0
    values = np.array([row[name] or 0.0 for name in names])
    return _Sums(values[:4], values[4:], matrix, int(row["people"]))


def _too_few(fact: _Fact, sums: _Sums, *, controlled: bool) -> Withheld | None:
    cells = 4 if controlled else 2
    if sums.n[:cells].min() < FEWEST:
        return "few"
    # Of something that hardly ever happens in either period nothing is learnt.
    if fact.unit == "share" and sums.total[:cells].reshape(-1, 2).sum(axis=1).min() < (
        FEWEST_IN_CELL
    ):
        return "few-in-cell"
    return None


def _change(
    fact: _Fact,
    name: str,
    about: Mapping[str, str],
    sums: _Sums,
    signs: Values,
    withheld: Withheld | None,
) -> Figure:
    level = "sum(total) FILTER ({0}) / sum(n) FILTER ({0})"
    gap = " ".join(
        f"{'+' if sign > 0 else '-'} {level.format(cell)}"
        for sign, cell in zip(signs, _CELLS, strict=True)
        if sign
    )
    value = low = high = p = None
    if withheld is None:
        value, low, high, p = _estimated(sums, signs)
    controlled = np.count_nonzero(signs) == 4
    return Figure(
        name=name,
        about=about,
        value=value,
        unit=fact.unit,
        base=fact.base,
        n=int(sums.n[signs != 0].sum()),
        method="later less earlier"
        + (", less the same of the others" if controlled else "")
        + ", linearised variance with customers as clusters",
        query=f"SELECT {gap} AS value FROM {fact.rows}",
        low=low,
        high=high,
        p=p,
        withheld=withheld,
    )


def _estimated(sums: _Sums, signs: Values) -> tuple[float, float, float, float]:
    """The change, its 95 % interval and its p-value.

    The same as of weighted least squares on the four cells with cluster-robust errors, from sums:
    each person adds to the variance the square of what they add to the change.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(signs != 0, signs / sums.n, 0.0)
        level = np.where(signs != 0, sums.total / sums.n, 0.0)
    gradient = np.concatenate([-weight * level, weight])
    variance = float(gradient @ sums.products @ gradient) * sums.people / (sums.people - 1)
    value, error = float(signs @ level), sqrt(max(variance, 0.0))
    half = float(t.ppf(0.975, sums.people - 1)) * error
    p = float(2 * t.sf(abs(value) / error, sums.people - 1)) if error else float(value == 0)
    return value, value - half, value + half, p


def _level(fact: _Fact, about: Mapping[str, str], sums: _Sums, *, after: bool) -> Figure:
    n, total = float(sums.n[int(after)]), float(sums.total[int(after)])
    shared = fact.unit == "share"
    withheld: Withheld | None = "few" if n < FEWEST else None
    low, high = statistics.wilson(int(total), int(n)) if shared and not withheld else (None, None)
    return Figure(
        name=f"effect.{fact.name}-{'after' if after else 'before'}",
        about=about,
        value=None if withheld else total / n,
        unit=fact.unit,
        base=fact.base,
        n=int(n),
        method="share, Wilson interval" if shared else "mean",
        query=f"SELECT sum(total) / sum(n) AS value FROM {fact.rows} WHERE {_CELLS[int(after)]}",
        numerator=total if shared and not withheld else None,
        denominator=n if shared else None,
        low=low,
        high=high,
        withheld=withheld,
    )


# What else changed ---------------------------------------------------------------------------


def _mix(store: Store, ask: Ask, base: Base) -> list[Figure]:
    """Which segments, channels and sources those who answered come from more than before, or less.

    Who answered in both periods counts in both.
    """
    assert ask.against is not None
    asks = tuple(
        replace(ask, filters=replace(each, segment={}), themes=())
        for each in (ask.against, ask.filters)
    )
    names = attributes(store, asks[1], "scope", "true")
    cuts = {f"segment:{name}": f"segments ->> {quoted(name)}" for name in names}
    cuts |= {"channel": "channel", "source": "source_id"}
    sides = Sides(store, base, (asks[0], asks[1]))
    found: list[tuple[str, str, tuple[int, int, int, int], str]] = []
    for cut, part in cuts.items():
        rows = sides.both(f"SELECT DISTINCT who, {part} AS part FROM scope")
        counts = store.sql(
            f"SELECT part, side, count(*) AS n FROM {rows} WHERE part IS NOT NULL GROUP BY ALL"
        )
        found += [(cut, *each) for each in _compared(counts, rows)]
    corrected = statistics.holm([share_p(*counts) for _, _, counts, _ in found])
    names_of = {source.id: source.name for source in store.sources()}
    kept = []
    for (cut, value, (k1, n1, k0, n0), text), p in zip(found, corrected, strict=True):
        if p >= 0.05 or abs(k1 / n1 - k0 / n0) < FEELABLE:
            continue
        low, high = statistics.share_difference(k1, n1, k0, n0)
        kept.append(
            Figure(
                name="effect.mix",
                about={cut: names_of.get(value, value) if cut == "source" else value},
                value=k1 / n1 - k0 / n0,
                unit="share",
                base=base,
                n=n1 + n0,
                method="later share less the earlier, Newcombe interval, Holm p",
                query=text,
                low=low,
                high=high,
                p=p,
            )
        )
    return sorted(kept, key=lambda figure: -abs(figure.value or 0.0))


def _compared(
    counts: list[dict[str, Any]], rows: str
) -> list[tuple[str, tuple[int, int, int, int], str]]:
    """Each part with its counts in both periods, the later first, and the query of the change."""
    of = {side: sum(int(row["n"]) for row in counts if row["side"] == side) for side in (0, 1)}
    if min(of.values()) < FEWEST:
        return []
    parts = sorted({row["part"] for row in counts})
    found = []
    for part in parts:
        own = {row["side"]: int(row["n"]) for row in counts if row["part"] == part}
        shares = [
            f"count(*) FILTER (side = {side} AND part = {quoted(part)}) / "
            f"count(*) FILTER (side = {side})"
            for side in (1, 0)
        ]
        text = f"SELECT {shares[0]} - {shares[1]} AS value FROM {rows} WHERE part IS NOT NULL"
        found.append((part, (own.get(1, 0), of[1], own.get(0, 0), of[0]), text))
    return found
