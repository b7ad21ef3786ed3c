"""How often each thing was done, by how many known customers, and what it came to.

Counts are of all that was done, prospects and nameless sessions included; a mean amount is of the
events that have one, its interval that of a ratio over customers (Cochran 1977, Sampling
Techniques, 6.4), since the purchases of one customer are alike; amounts of nobody known stand for
themselves. Amounts are in the currency of the events, which nobody told us.
"""

from collections.abc import Mapping
from math import sqrt
from typing import Any

from scipy.stats import t

from corpus.codebook import Codebook
from corpus.metrics.relations import cut, query, quoted
from corpus.metrics.types import Ask, Figure
from corpus.store import Store
from corpus.types import FEWEST

SUMMARY = "How often each thing was done, by how many customers, and the amounts, by any attribute."

AT_ANY_STAGE = True

CUT_UP = True

_CUTS = ("channel", "week", "month", "quarter")

_OWNERS = (
    "SELECT kind, {part} AS part, customer_key, coalesce(customer_key, visit) AS owner, "
    "sum(count) AS times, count(amount) AS paid, sum(amount) AS total FROM done GROUP BY ALL"
)


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """For each kind and part: ``doings.count``, ``.customers``, ``.amount`` and ``.total``.

    ``about`` names the ``kind`` and, where it is cut up, the part; the most frequent come first.
    A mean of fewer than 30 amounts is withheld. Empty for what events have not: a language, a
    source, a stage that was asked about.
    """
    by = ask.by
    if by and not (by in _CUTS or by.startswith("segment:")):
        return []
    part = cut(by) if by else "''"
    owners = _OWNERS.format(part=part)
    rows = store.sql(
        query(
            store,
            ask,
            "customers",
            "SELECT kind, part, sum(times) AS n, count(DISTINCT customer_key) AS people, "
            "sum(paid) AS paid, sum(total) AS total, count(*) FILTER (paid > 0) AS owners, "
            "sum(total * total) AS aa, sum(total * paid) AS ab, sum(paid * paid) AS bb "
            f"FROM ({owners}) WHERE part IS NOT NULL GROUP BY 1, 2 ORDER BY n DESC, kind, part",
        )
    )
    return [figure for row in rows for figure in _of(store, ask, owners, row)]


def _of(store: Store, ask: Ask, owners: str, row: Mapping[str, Any]) -> list[Figure]:
    about = {"kind": row["kind"]} | ({ask.by: row["part"]} if ask.by else {})
    kept = f"FROM ({owners}) WHERE kind = {quoted(row['kind'])}"
    if ask.by:
        kept += f" AND part = {quoted(row['part'])}"

    def again(expression: str) -> str:
        return query(store, ask, "customers", f"SELECT {expression} AS value {kept}")

    n, people, paid = int(row["n"]), int(row["people"]), int(row["paid"])
    found = [
        Figure("doings.count", about, n, "count", "events", n, "count", again("sum(times)")),
        Figure(
            "doings.customers", about, people, "count", "customers", people, "count",
            again("count(DISTINCT customer_key)"),
        ),
    ]  # fmt: skip
    if paid:
        total = float(row["total"])
        found += [
            _mean(about, row, again("sum(total) / sum(paid)")),
            Figure("doings.total", about, total, "money", "events", paid, "sum",
                   again("sum(total)")),
        ]  # fmt: skip
    return found


def _mean(about: Mapping[str, str], row: Mapping[str, Any], text: str) -> Figure:
    paid, owners = int(row["paid"]), int(row["owners"])
    few = paid < FEWEST or owners < 2
    mean = float(row["total"]) / paid
    half = 0.0
    if not few:
        squares = row["aa"] - 2 * mean * row["ab"] + mean * mean * row["bb"]
        error = sqrt(max(squares, 0.0) * owners / (owners - 1)) / paid
        half = float(t.ppf(0.975, owners - 1)) * error
    return Figure(
        name="doings.amount",
        about=about,
        value=None if few else mean,
        unit="money",
        base="events",
        n=paid,
        method="mean, interval of a ratio over customers",
        query=text,
        low=None if few else mean - half,
        high=None if few else mean + half,
        withheld="few" if few else None,
    )
