"""How many customers did a thing more than once: answer, write, make contact, buy.

Of the known customers who did it at all, within the filters. What is done is counted in the
events, what is said in the records; who is not known is left out, since nobody can tell whether it
was the same person.
"""

from corpus.codebook import Codebook
from corpus.metrics import statistics
from corpus.metrics.relations import of_all_events, query, quoted
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Figure
from corpus.store import Store
from corpus.types import FEWEST

SUMMARY = "How many customers answered, wrote, made contact or bought more than once."

_SAID = {"records": "", "written": " AND written"}
_COUNTS = "count(*) AS n, count_if(times > 1) AS k"


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """``repeats.share`` of ``records``, of ``written``, and of each kind of event: ``what``."""
    found: list[Figure] = []
    for what, kept in _SAID.items():
        times = (
            "SELECT customer_key, count(*) AS times FROM scope "
            f"WHERE customer_key IS NOT NULL{kept} GROUP BY 1"
        )
        row = store.sql(query(store, ask, "customers", f"SELECT {_COUNTS} FROM ({times})"))[0]
        found += _share(store, ask, what, times, row["k"], row["n"])
    done = (
        "SELECT kind, customer_key, sum(count) AS times FROM done "
        "WHERE customer_key IS NOT NULL GROUP BY 1, 2"
    )
    counts = f"SELECT kind, {_COUNTS} FROM ({done}) GROUP BY 1"
    if of_all_events(ask.filters):
        counts = "SELECT kind, people AS n, again AS k FROM tallied"
    text = f"SELECT * FROM ({counts}) ORDER BY n DESC, kind"
    for row in store.sql(query(store, ask, "customers", text)):
        times = f"SELECT * FROM ({done}) WHERE kind = {quoted(row['kind'])}"
        found += _share(store, ask, row["kind"], times, row["k"], row["n"])
    return found


def _share(store: Store, ask: Ask, what: str, times: str, k: int, n: int) -> list[Figure]:
    if not n:
        return []
    withheld = n < FEWEST or k < FEWEST_IN_CELL
    low, high = (None, None) if withheld else statistics.wilson(k, n)
    text = f"SELECT avg((times > 1)::INT) AS value FROM ({times})"
    return [
        Figure(
            name="repeats.share",
            about={"what": what},
            value=None if withheld else k / n,
            unit="share",
            base="customers",
            n=n,
            method="Wilson interval",
            query=query(store, ask, "customers", text),
            numerator=k,
            denominator=n,
            low=low,
            high=high,
            withheld=("few" if n < FEWEST else "few-in-cell") if withheld else None,
        )
    ]
