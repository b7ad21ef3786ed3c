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
from corpus.metrics._periods import GRAINS
from corpus.metrics.relations import of_all_events, parted, query, quoted
from corpus.metrics.types import Ask, Figure
from corpus.store import Store
from corpus.types import FEWEST

SUMMARY = "How often each thing was done, by how many customers, and the amounts, by any attribute."

AT_ANY_STAGE = True

CUT_UP = True

_CUTS = ("channel", *GRAINS)

_COUNTED = "FROM {done} WHERE part IS NOT NULL"
_OWNERS = (
    "SELECT kind, part, coalesce(customer_key, visit) AS owner, count(*) AS paid, "
    "sum(amount) AS total FROM {done} WHERE amount IS NOT NULL AND part IS NOT NULL GROUP BY ALL"
)
_MOMENTS = (
    "sum(paid) AS paid, sum(total) AS total, count(*) AS owners, "
    "sum(total * total) AS aa, sum(total * paid) AS ab, sum(paid * paid) AS bb"
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
    done = parted("done", by) if by else "(SELECT *, '' AS part FROM done)"
    counted, owners = (text.format(done=done) for text in (_COUNTED, _OWNERS))

    def rows(text: str) -> list[dict[str, Any]]:
        return store.sql(query(store, ask, "customers", text))

    counting = "SELECT kind, part, sum(count) AS n, count(DISTINCT customer_key) AS people"
    counting += f" {counted} GROUP BY 1, 2"
    summing = f"SELECT kind, part, {_MOMENTS} FROM ({owners}) GROUP BY 1, 2"
    if of_all_events(ask.filters) and not by:
        counting = "SELECT '' AS part, * FROM tallied"
        summing = f"{counting} WHERE owners > 0"
    counts = rows(f"SELECT * FROM ({counting}) ORDER BY n DESC, kind, part")
    amounts = {(row["kind"], row["part"]): row for row in rows(summing)}
    found: list[Figure] = []
    for row in counts:
        found += _counts(store, ask, counted, row)
        if paid := amounts.get((row["kind"], row["part"])):
            found += _amounts(store, ask, owners, paid)
    return found


def _about(ask: Ask, row: Mapping[str, Any]) -> dict[str, str]:
    return {"kind": row["kind"]} | ({ask.by: row["part"]} if ask.by else {})


def _counts(store: Store, ask: Ask, counted: str, row: Mapping[str, Any]) -> list[Figure]:
    about, n, people = _about(ask, row), int(row["n"]), int(row["people"])
    kept = f"{counted} AND kind = {quoted(row['kind'])}"
    if ask.by:
        kept += f" AND part = {quoted(row['part'])}"

    def again(expression: str) -> str:
        return query(store, ask, "customers", f"SELECT {expression} AS value {kept}")

    return [
        Figure("doings.count", about, n, "count", "events", n, "count", again("sum(count)")),
        Figure(
            "doings.customers", about, people, "count", "customers", people, "count",
            again("count(DISTINCT customer_key)"),
        ),
    ]  # fmt: skip


def _amounts(store: Store, ask: Ask, owners: str, row: Mapping[str, Any]) -> list[Figure]:
    about, total = _about(ask, row), float(row["total"])
    kept = f"FROM ({owners}) WHERE kind = {quoted(row['kind'])}"
    if ask.by:
        kept += f" AND part = {quoted(row['part'])}"

    def again(expression: str) -> str:
        return query(store, ask, "customers", f"SELECT {expression} AS value {kept}")

    return [
        _mean(about, row, again("sum(total) / sum(paid)")),
        Figure("doings.total", about, total, "money", "events", int(row["paid"]), "sum",
               again("sum(total)")),
    ]  # fmt: skip


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
