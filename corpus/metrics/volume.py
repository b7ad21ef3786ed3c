"""How many answered, how many wrote, how many customers they are, and how many left.

Whole or by part. ``volume.left`` is the share who left, of the customers known from events of the
period and the segments asked for.
"""

from corpus.codebook import Codebook
from corpus.customers import habits
from corpus.metrics._behaviour import share
from corpus.metrics.relations import cut, of_people, query, quoted
from corpus.metrics.types import Ask, Base, Figure
from corpus.store import Store

SUMMARY = "How many answers, texts and customers there are, whole or by part; the share who left."

CUT_UP = True

_COUNTS: dict[str, tuple[Base, str]] = {
    "records": ("records", "count(*)"),
    "written": ("records", "count_if(written)"),
    "customers": ("customers", "count(DISTINCT customer_key)"),
}


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """Counts of the whole or of each part, the largest first; then the share who left."""
    part = cut(ask.by) if ask.by else "''"
    counts = ", ".join(f"{text} AS {name}" for name, (_, text) in _COUNTS.items())
    rows = store.sql(
        query(store, ask, "records", f"SELECT {part} AS part, {counts} FROM scope GROUP BY 1")
    )
    rows = sorted(
        (row for row in rows if row["part"] is not None),
        key=lambda row: (-row["records"], row["part"]),
    )
    found = []
    for row in rows:
        kept = f" WHERE {part} = {quoted(row['part'])}" if ask.by else ""
        for name, (base, text) in _COUNTS.items():
            found.append(
                Figure(
                    name=f"volume.{name}",
                    about={ask.by: row["part"]} if ask.by else {},
                    value=int(row[name]),
                    unit="count",
                    base=base,
                    n=int(row[name]),
                    method="count",
                    query=query(store, ask, "records", f"SELECT {text} AS value FROM scope{kept}"),
                )
            )
    return found if ask.by else [*found, *_voices(store, ask), *_left(store, ask)]


def _voices(store: Store, ask: Ask) -> list[Figure]:
    """The answers of those who are no customers, prospects for the most part."""
    text = "SELECT voice, count(*) AS n FROM scope WHERE voice <> 'customer' GROUP BY 1 ORDER BY 1"
    found = []
    for row in store.sql(query(store, ask, "records", text)):
        kept = f"SELECT count(*) AS value FROM scope WHERE voice = {quoted(row['voice'])}"
        again = query(store, ask, "records", kept)
        about, n = {"voice": row["voice"]}, int(row["n"])
        found.append(Figure("volume.voice", about, n, "count", "records", n, "count", again))
    return found


def _left(store: Store, ask: Ask) -> list[Figure]:
    known = of_people(store, ask, "habits", habits())
    counts = "count(*) AS n, count_if(gone) AS k"
    row = store.sql(query(store, ask, "customers", f"SELECT {counts} FROM {known}"))[0]
    if not row["k"]:
        return []
    text = query(store, ask, "customers", f"SELECT avg(gone::INT) AS value FROM {known}")
    return [share("volume.left", {}, int(row["k"]), int(row["n"]), text)]
