"""The share of each theme corrected by what people labelled: of records, see ``coding.scoring``.

There is a figure where enough records within the filters were labelled. A stage is not filtered
by, since people say what a record is about and not at which stage.
"""

from corpus.codebook import Codebook
from corpus.coding import judgements
from corpus.coding.scoring import corrected
from corpus.metrics.relations import query, quoted
from corpus.metrics.types import Ask, Figure
from corpus.store import Store

SUMMARY = "Share of each theme, corrected by a sample that people labelled, where there is one."


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """One figure for each theme, the most frequent first; none without labels or of a stage."""
    if ask.filters.stage or not judgements.labels(store):
        return []
    shares = corrected(store, codebook, ask.filters)
    found = [
        Figure(
            name="corrected.share",
            about={"theme": theme},
            value=share.value,
            unit="share",
            base="records",
            n=share.n,
            method="coder's share corrected by labelled records, joined Jeffreys intervals",
            query=query(
                store,
                ask,
                "records",
                f"SELECT count(DISTINCT record_id) FILTER (theme = {quoted(theme)}) AS mentioned, "
                "(SELECT count(*) FROM scope WHERE written) AS written FROM said",
            ),
            low=share.low,
            high=share.high,
            replayed="counts",
        )
        for theme, share in shares.items()
        if not ask.themes or theme in ask.themes
    ]
    return sorted(found, key=lambda each: (-(each.value or 0), each.about["theme"]))
