"""What a search gives."""

from dataclasses import dataclass
from typing import Literal, get_args

from corpus.types import Passage

Mode = Literal["fused", "lexical", "dense"]
MODES: tuple[Mode, ...] = get_args(Mode)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, and how.

    ``score`` orders the hits of one search and means nothing across searches. ``lexical`` is
    the BM25 score, None where the words did not find the passage; ``similarity`` the cosine to
    the question, None where the passage has no vector yet.
    """

    passage: Passage
    score: float
    lexical: float | None = None
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """One passage id in one index's ranking, with that index's score."""

    id: str
    score: float
