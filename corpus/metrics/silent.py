"""Who left without a word: the lost who never gave any feedback, and leaving with and without it.

Heard is who answered at all, a score alone or a survey at the exit included, whenever it was.
Customers are those of the events within the filters. Who stays longer has had longer to answer,
and who answers is asked more often: the gap goes with silence, it does not follow from it. Without
events there is no figure.
"""

from corpus.codebook import Codebook
from corpus.customers import habits
from corpus.metrics import statistics
from corpus.metrics._behaviour import share, share_p
from corpus.metrics.relations import of_people, query
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Figure, Withheld
from corpus.store import Store
from corpus.types import FEWEST

SUMMARY = "Who left without a word: their share of the lost, and leaving among silent and heard."

AT_ANY_STAGE = True

_HEARD = (
    "(SELECT customer_key FROM told WHERE customer_key IS NOT NULL "
    "AND voice IN ('customer', 'prospect'))"
)
_RATE = "avg(lost::INT) FILTER ({0})"


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """The silent share of the lost; leaving among the silent, among the heard, the difference."""
    known = of_people(store, ask, "habits", habits())
    people = f"(SELECT gone AS lost, customer_key NOT IN {_HEARD} AS silent FROM {known})"

    def text(value: str, where: str = "true") -> str:
        return query(
            store, ask, "customers", f"SELECT {value} AS value FROM {people} WHERE {where}"
        )

    row = store.sql(
        query(
            store,
            ask,
            "customers",
            "SELECT count(*) FILTER (silent) AS n1, count(*) FILTER (silent AND lost) AS k1, "
            "count(*) FILTER (NOT silent) AS n0, count(*) FILTER (NOT silent AND lost) AS k0 "
            f"FROM {people}",
        )
    )[0]
    n1, k1, n0, k0 = (int(row[name]) for name in ("n1", "k1", "n0", "k0"))
    if not k1 + k0 or not n0:
        return []  # nobody left, or no feedback can be joined with the events
    return [
        share("silent.left", {}, k1, k1 + k0, text("avg(silent::INT)", "lost")),
        share("silent.leaving", {}, k1, n1, text("avg(lost::INT)", "silent")),
        share("silent.leaving-heard", {}, k0, n0, text("avg(lost::INT)", "NOT silent")),
        _difference(
            k1, n1, k0, n0, text(f"{_RATE.format('silent')} - {_RATE.format('NOT silent')}")
        ),
    ]


def _difference(k1: int, n1: int, k0: int, n0: int, text: str) -> Figure:
    withheld: Withheld | None = None
    if min(n1, n0) < FEWEST:
        withheld = "few"
    elif min(k1, k0) < FEWEST_IN_CELL:
        withheld = "few-in-cell"
    low, high = (None, None) if withheld else statistics.share_difference(k1, n1, k0, n0)
    return Figure(
        name="silent.difference",
        about={},
        value=None if withheld else k1 / n1 - k0 / n0,
        unit="share",
        base="customers",
        n=n1 + n0,
        method="share who left of the silent less of the heard, Newcombe interval",
        query=text,
        low=low,
        high=high,
        p=None if withheld else share_p(k1, n1, k0, n0),
        withheld=withheld,
    )
