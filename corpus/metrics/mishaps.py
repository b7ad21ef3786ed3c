"""How often things go wrong, by the events: of all that could have gone so, what share did.

A late delivery is one of the deliveries; a slow refund one of the refunds with a return in their
session, more than ``sessions.SLOW`` days after it; a failed payment and an unfinished checkout are
of the sessions that reach a checkout; an account left unfinished of those that reach its creation;
an article out of stock of those that fill a basket. ``mishaps.completed`` is the share of the
sessions with a checkout that end in a purchase: the rest stops or fails there. Without a session a
customer's day stands for it. What was filtered or cut by is an attribute of the delivery, the
refund, the checkout and so on; what comes of it is looked up in all of its session's events.

Rows are what happened, not people: a customer with ten parcels counts ten times. The parts differ
in more than what they are named after.
"""

from collections.abc import Mapping
from typing import Any

from corpus.codebook import Codebook
from corpus.metrics._behaviour import share
from corpus.metrics._periods import GRAINS
from corpus.metrics.relations import cut, of_people, query, quoted
from corpus.metrics.types import Ask, Base, Figure
from corpus.sessions import COMPLETED, going_wrong
from corpus.store import Store

SUMMARY = (
    "How often deliveries, refunds, payments, baskets and accounts go wrong, by any attribute."
)

AT_ANY_STAGE = True

CUT_UP = True

_CUTS = ("channel", *GRAINS)


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """``mishaps.rate`` of each kind, then ``mishaps.completed``; each part, the largest first.

    ``about`` names the ``incident`` and, where it is cut up, the part. Empty without events, and
    for what events have not: a language, a source, a stage that was asked about.
    """
    by = ask.by
    if by and not (by in _CUTS or by.startswith("segment:")):
        return []
    part = cut(by) if by else "''"
    cases = of_people(store, ask, "cases", going_wrong())
    rows = store.sql(
        query(
            store,
            ask,
            "customers",
            f"SELECT incident, {part} AS part, sum(n) AS n, coalesce(sum(n) FILTER (hit), 0) AS k "
            f"FROM {cases} WHERE ({part}) IS NOT NULL GROUP BY 1, 2",
        )
    )
    hit = {row["incident"] for row in rows if row["k"]}
    rows = [row for row in rows if row["incident"] in hit]
    rows.sort(key=lambda row: (row["incident"] == COMPLETED, -row["n"], row["incident"],
                               row["part"]))  # fmt: skip
    return [_figure(store, ask, part, cases, row) for row in rows]


def _figure(store: Store, ask: Ask, part: str, cases: str, row: Mapping[str, Any]) -> Figure:
    incident = row["incident"]
    about = {} if incident == COMPLETED else {"incident": incident}
    kept = f"incident = {quoted(incident)}"
    if ask.by:
        about |= {ask.by: row["part"]}
        kept += f" AND ({part}) = {quoted(row['part'])}"
    base: Base = "events" if incident in ("late_delivery", "slow_refund") else "sessions"
    text = f"SELECT sum(CASE WHEN hit THEN n ELSE 0 END) / sum(n) AS value FROM {cases} WHERE "
    name = "mishaps.completed" if incident == COMPLETED else "mishaps.rate"
    found = query(store, ask, "customers", text + kept)
    return share(name, about, int(row["k"]), int(row["n"]), found, base=base)
