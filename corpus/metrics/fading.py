"""Coming less and less: before leaving, now, and leaving by how much went wrong.

``fading.rate`` is the days on which customers came (visit or purchase) in the 91 days before they
left, per day that they came in the 91 days before those: 1 is as often as before. Those who stayed
are looked at before days of others' leaving, dealt to them in turn, so that season is the same;
``fading.ratio`` divides the two. Only who was known for the whole 182 days is counted.

``fading.now`` is the share, of the customers who came on four days or more and did not leave, who
have not come for five times their usual (median) gap. Of people who come at random that is one in
thirty-two at any moment (2 to the power of -5): the share beyond it is what fades.

``fading.by-incidents`` is leaving after a day by the number of mishaps before it (see
``_behaviour``: refused payments, late deliveries, missing stock, slow refunds, checkouts and
accounts left unfinished), ``fading.trend`` the rise for each one more. Goes with, not because of:
who does more with a company meets more mishaps.
"""

from collections.abc import Mapping
from math import exp, log, sqrt
from typing import Any

import numpy as np
from scipy.stats import norm
from statsmodels.stats.contingency_tables import Table

from corpus.codebook import Codebook
from corpus.customers import TIMES, fading_now, rates
from corpus.metrics._behaviour import landmark, share, tried_by
from corpus.metrics.relations import of_events, query
from corpus.metrics.statistics import Z
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Figure, Withheld
from corpus.sessions import MISHAPS
from corpus.store import Store
from corpus.types import FEWEST

SUMMARY = "Coming less often before leaving, who is fading now, and leaving by number of mishaps."

AT_ANY_STAGE = True

_NUMBERS = ("0", "1", "2", "3+")


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """The rates before leaving and their ratio, who is fading now, leaving by mishaps."""
    return [*_rates(store, ask), *_now(store, ask), *_by_incidents(store, ask)]


def _text(store: Store, ask: Ask, value: str, relation: str, where: str = "true") -> str:
    return query(store, ask, "customers", f"SELECT {value} AS value FROM {relation} WHERE {where}")


def _rates(store: Store, ask: Ask) -> list[Figure]:
    relation = of_events(ask, "paces", rates())
    rows = store.sql(
        query(
            store,
            ask,
            "customers",
            "SELECT lost, count(*) AS n, sum(recent) AS recent, sum(earlier) AS earlier, "
            "sum(recent * recent) AS rr, sum(earlier * earlier) AS ee, sum(recent * earlier) AS re "
            f"FROM {relation} GROUP BY lost",
        )
    )
    sums = {bool(row["lost"]): row for row in rows}
    if True not in sums or False not in sums:
        return []
    logs = {lost: _log_ratio(row) for lost, row in sums.items()}
    figures = []
    for lost, name in ((True, "fading.rate"), (False, "fading.rate-others")):
        row, found = sums[lost], logs[lost]
        text = _text(
            store, ask, "sum(recent) / nullif(sum(earlier), 0)", relation, f"lost = {lost}"
        )
        method = "days on which they came per day of the quarter before, log interval by customer"
        figures.append(_ratio(name, int(row["n"]), found, method, text, row))
    both = None
    own, others = logs[True], logs[False]
    if own and others:
        both = own[0] - others[0], sqrt(own[1] ** 2 + others[1] ** 2)
    n = sum(int(row["n"]) for row in sums.values())
    one = "sum(recent) FILTER ({0}) / nullif(sum(earlier) FILTER ({0}), 0)"
    value = f"({one.format('lost')}) / ({one.format('NOT lost')})"
    method = "rate of those who left over that of those who stayed, log interval"
    ratio = _ratio("fading.ratio", n, both, method, _text(store, ask, value, relation))
    return [ratio, *figures]


def _log_ratio(row: Mapping[str, Any]) -> tuple[float, float] | None:
    """The logarithm of recent / earlier and its error, customers being what is drawn.

    The variance of a ratio of two totals by its linear part (Cochran 1977, 2.11). None below the
    minima, or where nobody came in one of the periods.
    """
    n, recent, earlier = int(row["n"]), float(row["recent"]), float(row["earlier"])
    if n < FEWEST or not recent or not earlier:
        return None
    x, y = recent / n, earlier / n
    squares = float(row["rr"]) / x**2 + float(row["ee"]) / y**2 - 2 * float(row["re"]) / (x * y)
    return log(recent / earlier), sqrt(max(squares, 0.0)) / n


def _ratio(
    name: str,
    n: int,
    found: tuple[float, float] | None,
    method: str,
    text: str,
    totals: Mapping[str, Any] | None = None,
) -> Figure:
    value, error = found or (0.0, 0.0)
    withheld: Withheld | None = None if found else "few"
    p = float(2 * norm.sf(abs(value) / error)) if error and totals is None else None
    return Figure(
        name=name,
        about={},
        value=exp(value) if found else None,
        unit="ratio",
        base="customers",
        n=n,
        method=method,
        query=text,
        numerator=int(totals["recent"]) if found and totals else None,
        denominator=int(totals["earlier"]) if found and totals else None,
        low=exp(value - Z * error) if found else None,
        high=exp(value + Z * error) if found else None,
        p=p,
        withheld=withheld,
    )


def _now(store: Store, ask: Ask) -> list[Figure]:
    relation = of_events(ask, "fadings", fading_now())
    row = store.sql(
        query(
            store, ask, "customers",
            f"SELECT count(*) AS n, count_if(fading) AS k FROM {relation}",
        )
    )[0]  # fmt: skip
    if not row["n"]:
        return []
    text = _text(store, ask, "avg(fading::INT)", relation)
    return [share("fading.now", {"times": str(TIMES)}, int(row["k"]), int(row["n"]), text)]


def _by_incidents(store: Store, ask: Ask) -> list[Figure]:
    day = landmark(store, ask)
    if day is None:
        return []
    number = f"least({' + '.join(MISHAPS)}, 3)"
    people = f"(SELECT {number} AS number, lost FROM {tried_by(store, ask, day)})"
    rows = store.sql(
        query(
            store,
            ask,
            "customers",
            f"SELECT number, count(*) AS n, count_if(lost) AS k FROM {people} GROUP BY number",
        )
    )
    found = {int(row["number"]): (int(row["k"]), int(row["n"])) for row in rows}
    if not any(k for k, _ in found.values()):
        return []
    since = day.isoformat()
    figures = []
    for i, name in enumerate(_NUMBERS):
        if i in found:
            text = _text(store, ask, "avg(lost::INT)", people, f"number = {i}")
            about = {"incidents": name, "since": since}
            figures.append(share("fading.by-incidents", about, *found[i], text))
    enough = {i: pair for i, pair in found.items() if pair[1] >= FEWEST}
    if len(enough) > 1 and sum(k for k, _ in enough.values()) >= FEWEST_IN_CELL:
        figures.append(_trend(store, ask, people, enough, since))
    return figures


def _trend(
    store: Store, ask: Ask, people: str, found: Mapping[int, tuple[int, int]], since: str
) -> Figure:
    numbers = sorted(found)
    table = np.array([[found[i][0], found[i][1] - found[i][0]] for i in numbers])
    test = Table(table, shift_zeros=False).test_ordinal_association(
        row_scores=np.array(numbers), col_scores=np.array([1, 0])
    )
    n = int(table.sum())
    spread = float(np.repeat(numbers, table.sum(axis=1)).var() * n)
    value, error = float(test.statistic - test.null_mean) / spread, float(test.null_sd) / spread
    kept = f"number IN ({', '.join(map(str, numbers))})"
    return Figure(
        name="fading.trend",
        about={"since": since},
        value=value,
        unit="share",
        base="customers",
        n=n,
        method="rise of the share for each one more of 0, 1, 2, 3 or more; "
        "Cochran-Armitage test, and its error for the interval",
        query=_text(store, ask, "regr_slope(lost::INT, number)", people, kept),
        low=value - Z * error,
        high=value + Z * error,
        p=float(test.pvalue),
    )
