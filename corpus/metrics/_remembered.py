"""What the later score remembers: endings, extremes and changes.

The remembering self keeps the peak, the end and little of the rest (Kahneman, Fredrickson,
Schreiber and Redelmeier 1993; Redelmeier and Kahneman 1996). Two views of it, neither of which
shows a cause:

What happened. ``journey.end`` and ``journey.middle``: by how much a score is lower where
something went wrong at the end, or in the middle, of the experience before it (see
``corpus.experiences``), the two estimated together by least squares; ``journey.end_over_middle`` is
the first less the second, negative where endings weigh more. Of each customer the latest answer on
a scale within ``WINDOW`` days after an experience. The least squares assume the same spread of
answers everywhere.

What was said. Of each customer the latest score, and the signals before it, within ``HORIZON``
days and on two days at least: a record's first score brought to -1 to 1, else how its words speak.
How the later score goes with the signal furthest from neutral (``journey.peak``), the last one
(``journey.last``), the last less the first (``journey.change``) and their mean (``journey.mean``),
as Pearson correlations with Fisher's interval. Who is content all along is so in all of them: what
tells is which correlation is larger.
"""

from dataclasses import replace
from math import atanh, sqrt, tanh
from typing import Any

import numpy as np
from scipy.stats import t

from corpus.metrics import statistics
from corpus.metrics.relations import Scale, of_all_feedback, query
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Base, Figure
from corpus.remembering import HORIZON, WINDOW, after_experience, latest, recalled
from corpus.store import Store
from corpus.types import FEWEST

_SIGNALS = {"peak": "peak", "last": "ending", "change": "ending - beginning", "mean": "average"}


def remembered(store: Store, ask: Ask, base: Base) -> list[Figure]:
    """Endings and middles on every scale that shows them; peak, last, change and mean on one."""
    found = _happened(store, ask, base)
    if base == "customers":
        found += _said(store, ask, base)
    return found


# What happened ------------------------------------------------------------------------------------


def _after(ask: Ask, base: Base, kept: str = "true") -> str:
    """Each customer's latest answer on a scale, and the experience before it."""
    if of_all_feedback(ask, base):
        return f"(SELECT * FROM answers_after WHERE {kept})"
    return after_experience(f"rated WHERE {kept}")


_SLOPE = (
    "(covar_pop(worth, {own}) * var_pop({other}) - covar_pop(worth, {other}) "
    "* covar_pop(middle, ending)) "
    "/ (var_pop(middle) * var_pop(ending) - covar_pop(middle, ending) ** 2)"
)


def _happened(store: Store, ask: Ask, base: Base) -> list[Figure]:
    rows = store.sql(
        query(
            store,
            ask,
            base,
            "SELECT name, kind, minimum, maximum, count(*) AS n, sum(middle) AS m, "
            "sum(ending) AS e, sum(middle * ending) AS me, sum(worth) AS y, "
            "sum(worth * middle) AS ym, sum(worth * ending) AS ye, sum(worth * worth) AS yy "
            f"FROM {_after(ask, base)} GROUP BY name, kind, minimum, maximum ORDER BY n DESC, name",
        )
    )
    found = [figure for row in rows for figure in _contrasts(store, ask, base, row)]
    corrected = iter(statistics.holm([each.p for each in found if each.p is not None]))
    return [each if each.p is None else replace(each, p=next(corrected)) for each in found]


def _contrasts(store: Store, ask: Ask, base: Base, row: dict[str, Any]) -> list[Figure]:
    """Ending, middle and their difference on one scale; p-values are not corrected yet."""
    fitted = _least_squares(row)
    if fitted is None:
        return []
    slopes, covariance, freedom = fitted
    scale = Scale(row["name"], row["kind"], row["minimum"], row["maximum"])
    reach = float(t.ppf(0.975, freedom))
    ending = _SLOPE.format(own="ending", other="middle")
    middle = _SLOPE.format(own="middle", other="ending")
    found = []
    for measure, weights, text, n in (
        ("end", (0, 0, 1), ending, row["e"]),
        ("middle", (0, 1, 0), middle, row["m"]),
        ("end_over_middle", (0, -1, 1), f"{ending} - {middle}", row["e"]),
    ):
        value = float(slopes @ weights)
        error = sqrt(max(0.0, float(weights @ covariance @ np.array(weights))))
        found.append(
            Figure(
                name=f"journey.{measure}",
                about={**scale.about(), "days": str(WINDOW)},
                value=value,
                unit=scale.unit,
                base="customers",
                n=int(n),
                method="least squares on what went wrong at the end and in the middle, "
                "Student's interval, Holm p",
                query=query(
                    store,
                    ask,
                    base,
                    f"SELECT {text} AS value FROM {_after(ask, base, scale.same())}",
                ),
                denominator=int(row["n"]),
                low=value - reach * error,
                high=value + reach * error,
                p=float(2 * t.sf(abs(value) / error, freedom)) if error else None,
            )
        )
    return found


def _least_squares(row: dict[str, Any]) -> tuple[Any, Any, int] | None:
    """Level, middle and ending by least squares, with their covariance, from cross products.

    None where fewer than ten have one of them or neither, or where they are always together.
    """
    n, m, e, me = (int(row[name]) for name in ("n", "m", "e", "me"))
    if n < FEWEST or min(m, e, n - m - e + me) < FEWEST_IN_CELL:
        return None
    products = np.array([[n, m, e], [m, m, me], [e, me, e]], dtype=float)
    if np.linalg.matrix_rank(products) < 3:
        return None
    totals = np.array([row["y"], row["ym"], row["ye"]])
    inverse = np.linalg.inv(products)
    slopes = inverse @ totals
    freedom = n - 3
    spread = max(0.0, row["yy"] - float(slopes @ totals)) / freedom
    return slopes, spread * inverse, freedom


# What was said ------------------------------------------------------------------------------------


_SIGNALS_OF_ONE = (
    "(SELECT record_id, coalesce(2 * goodness - 1, tone) AS signal FROM (SELECT record_id, "
    "min_by(goodness, rank) AS goodness FROM rated GROUP BY record_id) FULL JOIN "
    "(SELECT record_id, sum(tone) / sum(n) AS tone FROM mentioned GROUP BY record_id) "
    "USING (record_id))"
)
"""Those of ``signalled`` where the scores are those of one name."""


def _signals(scale: Scale, ask: Ask, base: Base) -> str:
    """One row for each one with a later score: ``worth, peak, beginning, ending, average``."""
    if of_all_feedback(ask, base):
        return f"(SELECT * FROM recalled WHERE {scale.same()})"
    of_one = f"(SELECT who, date, signal FROM scope JOIN {_SIGNALS_OF_ONE} USING (record_id))"
    last = latest(f"rated WHERE {scale.same()} AND date IS NOT NULL")
    return recalled(of_one if ask.score else "signalled", last)


def _said(store: Store, ask: Ask, base: Base) -> list[Figure]:
    """On the scale that most answered on."""
    answered = "rated WHERE date IS NOT NULL GROUP BY ALL ORDER BY count(DISTINCT who)"
    if of_all_feedback(ask, base):
        answered = "latest_answers WHERE day IS NOT NULL GROUP BY ALL ORDER BY count(*)"
    text = f"SELECT name, kind, minimum, maximum FROM {answered} DESC, name LIMIT 1"
    scales = store.sql(query(store, ask, base, text))
    if not scales:
        return []
    scale = Scale(**scales[0])
    signals = _signals(scale, ask, base)
    # DuckDB gives no number, rather than none, where one side is constant.
    correlated = {
        name: f"CASE WHEN var_pop(worth) > 0 AND var_pop({column}) > 0 "
        f"THEN corr(worth, {column}) END"
        for name, column in _SIGNALS.items()
    }
    columns = ", ".join(f"{text} AS {name}" for name, text in correlated.items())
    row = store.sql(query(store, ask, base, f"SELECT count(*) AS n, {columns} FROM {signals}"))[0]
    n = int(row["n"])
    found = []
    for name, text in correlated.items():
        value = row[name]
        known = n >= FEWEST and value is not None
        low, high = _fisher(value, n) if known else (None, None)
        found.append(
            Figure(
                name=f"journey.{name}",
                about={**scale.about(), "days": str(HORIZON)},
                value=value if known else None,
                unit="weight",
                base=base,
                n=n,
                method="Pearson correlation with the later score, Fisher's interval",
                query=query(store, ask, base, f"SELECT {text} AS value FROM {signals}"),
                low=low,
                high=high,
                withheld=None if known else "few" if n < FEWEST else "undefined",
            )
        )
    return found


def _fisher(correlation: float, n: int) -> tuple[float, float]:
    """The interval of a correlation of n pairs (Fisher 1921)."""
    if abs(correlation) >= 1:
        return correlation, correlation
    middle, half = atanh(correlation), statistics.Z / sqrt(n - 3)
    return tanh(middle - half), tanh(middle + half)
