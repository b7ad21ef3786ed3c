"""The search as a LangChain retriever, for other people's chains."""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from corpus.filters import Filters
from corpus.language import detect_question
from corpus.types import Passage
from retrieval.index import SearchIndex
from retrieval.types import Mode


class AncrageRetriever(BaseRetriever):
    """Passages as LangChain documents, their ids and locators in the metadata."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: SearchIndex
    filters: Filters = Filters()
    limit: int = 10
    mode: Mode = "fused"

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        hits = self.index.search(query, detect_question(query), self.filters, self.limit, self.mode)
        return [
            Document(
                id=h.passage.id, page_content=h.passage.text, metadata=_about(h.passage, h.score)
            )
            for h in hits
        ]


def _about(passage: Passage, score: float) -> dict[str, Any]:
    return {
        "kind": passage.kind,
        "source": passage.source,
        "language": passage.language,
        "locator": dict(passage.locator),
        "date": passage.date.isoformat() if passage.date else None,
        "score": score,
    }
