"""The sentence that shows best what a word is about."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.candidates import SHORTEST, Candidate, quotable
from assistant.contrast import Contrast
from corpus.analysis import stems
from corpus.filters import Filters
from corpus.store import Store
from corpus.types import HIGH, LOW
from retrieval.index import SearchIndex

READABLE = 60, 200
"""Characters that a telling quote has."""

READ = 30
"""Passages read for one word."""


def typical_of(
    filters: Filters,
    index: SearchIndex,
    store: Store,
    themes: Sequence[Contrast],
) -> Callable[[Contrast, int], Candidate | None]:
    """A function from a word and a side (-1 low, +1 high) to the best sentence, each used once."""
    used: set[str] = set()
    telling = {theme.stem for theme in themes[:20]}

    def typical(theme: Contrast, side: int) -> Candidate | None:
        scored = replace(filters, score_max=LOW) if side < 0 else replace(filters, score_min=HIGH)
        if scored.source:
            scored = replace(scored, source=tuple(store.source_ids(scored.source)))
            if not scored.source:
                return None
        ranked = index.lexical.search({theme.field: {theme.stem: 1.0}}, scored, READ)
        best: tuple[float, Candidate] | None = None
        for rank, passage in enumerate(store.passages([r.id for r in ranked])):
            if passage.parent in used:
                continue
            for start, end in quotable(passage):
                text = passage.text[start:end]
                here = frozenset(stems(text, passage.language))
                if len(text) < SHORTEST or theme.stem not in here:
                    continue
                within = READABLE[0] <= len(text) <= READABLE[1]
                worth = len(here & telling) + 2 * within - rank / READ
                if best is None or worth > best[0]:
                    best = worth, Candidate(passage, start, end, 1.0, None, rank, here)
        if best is None:
            return None
        used.add(best[1].passage.parent)
        return best[1]

    return typical
