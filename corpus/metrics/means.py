"""The mean of each scale, whole or cut up: also of a CSAT, of which ``score`` gives the satisfied.

Means of answers, as dashboards give them, with Student's interval; scales are never mixed. An NPS
and a yes or no have no mean here: what is asked of them is another figure.
"""

from corpus.codebook import Codebook
from corpus.metrics import statistics
from corpus.metrics.relations import Scale, cut, query, quoted
from corpus.metrics.statistics import Moments
from corpus.metrics.types import Ask, Figure
from corpus.store import Store
from corpus.types import FEWEST

SUMMARY = "The mean of each scale, whole or by part, where `score` gives a share of the satisfied."

CUT_UP = True


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """``means.mean`` of each scale and part, the one with most answers first."""
    part = cut(ask.by) if ask.by else "''"
    text = (
        f"SELECT name, kind, minimum, maximum, {part} AS part, count(*) AS n, avg(value) AS mean, "
        "coalesce(var_samp(value), 0) AS variance FROM rated WHERE kind NOT IN ('nps', 'binary') "
        "GROUP BY ALL ORDER BY n DESC, name, part"
    )
    found = []
    for row in store.sql(query(store, ask, "records", text)):
        if row["part"] is None:
            continue
        scale = Scale(row["name"], row["kind"], row["minimum"], row["maximum"])
        same, about = scale.same(), scale.about()
        if ask.by:
            same += f" AND {part} = {quoted(row['part'])}"
            about |= {ask.by: row["part"]}
        moments = Moments(int(row["n"]), row["mean"], row["variance"])
        few = moments.n < FEWEST
        low, high = (None, None) if few else statistics.mean_interval(moments)
        again = f"SELECT avg(value) AS value FROM rated WHERE {same}"
        found.append(
            Figure(
                name="means.mean",
                about=about,
                value=None if few else moments.mean,
                unit="score",
                base="records",
                n=moments.n,
                method="mean, Student's interval",
                query=query(store, ask, "records", again),
                low=low,
                high=high,
                withheld="few" if few else None,
            )
        )
    return found
