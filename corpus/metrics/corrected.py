"""The share of each theme corrected by what people labelled: of records, see ``coding.scoring``.

``corrected.share`` is of those who speak of it. People say what a record is about and not in which
tone: ``corrected.negative`` and ``corrected.positive`` share the corrected one out as the coder
shares out the records that it found, where they are enough. Their interval joins that of the
corrected share and that of the tone (Wilson), both independent, by the variance estimates
recovered from their limits (Zou and Donner 2008), on the scale of logarithms.

There is a figure where enough records within the filters were labelled. A stage is not filtered
by, since people say what a record is about and not at which stage.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import exp, hypot, log
from typing import Any

from corpus.codebook import Codebook
from corpus.coding import judgements
from corpus.coding.quantify import Share
from corpus.coding.scoring import corrected
from corpus.metrics import statistics
from corpus.metrics.relations import query, quoted
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Figure
from corpus.store import Store
from corpus.types import FEWEST

SUMMARY = "Share of each theme, corrected by a sample that people labelled, where there is one."

_TONES = {"negative": "bad AND NOT good", "positive": "good AND NOT bad"}


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """The figures of each theme, the most frequent first; none without labels or of a stage."""
    if ask.filters.stage or not judgements.labels(store):
        return []
    shares = corrected(store, codebook, ask.filters)
    if not shares:
        return []
    counts = ", ".join(f"count_if({kept}) AS {tone}" for tone, kept in _TONES.items())
    rows = store.sql(
        query(
            store,
            ask,
            "records",
            f"SELECT theme, count(*) AS n, {counts} FROM said GROUP BY theme",
        )
    )
    toned = {row["theme"]: row for row in rows}
    found: list[Figure] = []
    for theme, share in shares.items():
        if not ask.themes or theme in ask.themes:
            whole = _whole(store, ask, theme, share)
            found += [whole, *_tones(whole, toned.get(theme, {}))]
    return sorted(found, key=lambda each: (-(each.value or 0), each.about["theme"], each.name))


def _whole(store: Store, ask: Ask, theme: str, share: Share) -> Figure:
    counts = ", ".join(f"count_if(own AND {kept}) AS {tone}" for tone, kept in _TONES.items())
    return Figure(
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
            f"SELECT count_if(own) AS mentioned, {counts}, "
            "(SELECT count(*) FROM scope WHERE written) AS written "
            f"FROM (SELECT *, theme = {quoted(theme)} AS own FROM said)",
        ),
        low=share.low,
        high=share.high,
        replayed="counts",
    )


def _tones(whole: Figure, row: Mapping[str, Any]) -> Iterator[Figure]:
    """How many complain of it alone, or praise it alone."""
    n, value = int(row.get("n", 0)), whole.value or 0.0
    for tone in _TONES:
        k = int(row.get(tone, 0))
        if n < FEWEST or k < FEWEST_IN_CELL or value <= 0:
            continue
        part, (low, high) = k / n, statistics.wilson(k, n)
        below = hypot(log(value / max(whole.low or 0, 1e-6)), log(part / low))
        above = hypot(log((whole.high or value) / value), log(high / part))
        yield replace(
            whole,
            name=f"corrected.{tone}",
            value=value * part,
            low=value * part * exp(-below),
            high=min(1.0, value * part * exp(above)),
            method=f"{whole.method}, times the coder's share of that tone, limits joined",
        )
