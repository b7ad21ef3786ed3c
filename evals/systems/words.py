"""Baseline: BM25 alone, its four best passages as the answer."""

from collections.abc import Iterator

from assistant.core import Assistant
from corpus.filters import read_filters
from evals.systems.passages import SHOWN, as_answer
from evals.types import Answered, Asked


class Words:
    """The product's own lexical index, and nothing behind it."""

    name = "bm25"

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def answer(self, asked: Asked) -> Answered:
        """The best passages for the last question, as it stands."""
        hits = self._assistant.search(asked.question, read_filters(asked.given), SHOWN, "lexical")
        rows = {hit["passage_id"]: hit for hit in hits}
        return as_answer(((i, row["text"], row["text"]) for i, row in rows.items()), rows)

    def search(self, asked: Asked, limit: int) -> Iterator[str]:
        """The passages found by the words of the last question."""
        hits = self._assistant.search(asked.question, read_filters(asked.given), limit, "lexical")
        return (hit["passage_id"] for hit in hits)
