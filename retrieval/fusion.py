"""Reciprocal rank fusion."""

from collections.abc import Sequence

from retrieval.types import Ranked

K = 60
"""The constant of Cormack, Clarke and Büttcher (SIGIR 2009): the larger, the flatter."""


def fuse(*rankings: Sequence[Ranked], k: int = K) -> list[Ranked]:
    """Ids by the sum of ``1 / (k + rank)`` over the rankings that hold them, best first."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, ranked in enumerate(ranking, start=1):
            scores[ranked.id] = scores.get(ranked.id, 0.0) + 1 / (k + rank)
    return [Ranked(i, s) for i, s in sorted(scores.items(), key=lambda item: (-item[1], item[0]))]
