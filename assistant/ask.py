"""From a question to its answer, each step a function that can be read and tested alone."""

from assistant.types import Answer
from corpus.filters import Filters
from corpus.store import Store
from retrieval.index import SearchIndex


def answer_question(
    store: Store,
    index: SearchIndex,
    question: str,
    filters: Filters,
    conversation_id: str | None = None,
    language: str | None = None,
) -> Answer:
    raise RuntimeError
