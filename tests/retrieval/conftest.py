"""Passages and embedders for the tests of the indexes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
from langchain_core.embeddings import Embeddings

from corpus.store import Store
from corpus.types import Passage
from retrieval.embeddings import HashedWords
from retrieval.index import SearchIndex


@pytest.fixture(scope="session")
def passage() -> Callable[..., Passage]:
    """Makes a passage of a text, with what else is told of it."""

    def make(id: str, text: str = "un texte", **given: object) -> Passage:
        usual = {
            "kind": "feedback",
            "source_id": "avis-1",
            "source": "avis.csv",
            "parent": id,
            "language": "fr",
            "locator": {"row": 1},
            "date": date(2026, 1, 10),
        }
        return Passage(id=id, text=text, **{**usual, **given})

    return make


class CountingWords(HashedWords):
    """Hashed words that remember which passages they were asked to embed."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.seen += texts
        return super().embed_documents(texts)


@pytest.fixture
def embedder() -> CountingWords:
    return CountingWords()


@pytest.fixture
def open_index(tmp_path: Path, store: Store) -> Iterator[Callable[..., SearchIndex]]:
    """Opens the index of ``store``, whose directory is ``tmp_path``; closes it in the end."""
    with ExitStack() as stack:

        def open(embeddings: Embeddings | None = None, model: str = "hashed-words") -> SearchIndex:
            index = SearchIndex(tmp_path, store, embeddings, model)
            stack.callback(index.close)
            return index

        yield open
