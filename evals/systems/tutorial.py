"""Baseline: the pipeline of LangChain's tutorial on retrieval, over the same corpus and embedder.

A recursive splitter (1,000 characters, 200 of them shared), Chroma, the four nearest parts; with a
chat model, its answer to them, else the parts themselves.
"""

from collections.abc import Iterator
from typing import Any

import chromadb
from chromadb.config import Settings
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from assistant.core import Assistant
from evals.systems.passages import SHOWN, as_answer
from evals.types import Answered, Asked

PART, SHARED = 1_000, 200
"""Characters of a part, and of its overlap with the next, as in the tutorial."""


class Tutorial:
    """Everything that the corpus holds, cut up and embedded once more."""

    name = "tutorial"

    def __init__(self, assistant: Assistant, embeddings: Embeddings) -> None:
        self._embeddings = embeddings
        rows = assistant.sql("SELECT id, text, source, kind FROM passages WHERE text <> ''")
        self._rows: dict[str, dict[str, Any]] = {row["id"]: row for row in rows}
        splitter = RecursiveCharacterTextSplitter(chunk_size=PART, chunk_overlap=SHARED)
        parts = [
            (identity, part)
            for identity, row in self._rows.items()
            for part in splitter.split_text(row["text"])
        ]
        client = chromadb.EphemeralClient(Settings(anonymized_telemetry=False))
        self._index = client.create_collection("parts", embedding_function=None)
        most = client.get_max_batch_size()
        for at in range(0, len(parts), most):
            some = parts[at : at + most]
            self._index.add(
                ids=[str(at + number) for number in range(len(some))],
                embeddings=embeddings.embed_documents([text for _, text in some]),  # type: ignore[arg-type]
                documents=[text for _, text in some],
                metadatas=[{"passage": identity} for identity, _ in some],
            )

    def answer(self, asked: Asked) -> Answered:
        """The nearest parts to the last question, as it stands."""
        found = self._nearest(asked.question, SHOWN)
        return as_answer(
            ((identity, part, self._rows[identity]["text"]) for identity, part in found),
            self._rows,
        )

    def search(self, query: str, limit: int) -> Iterator[str]:
        """The passages whose parts are nearest, each once."""
        return iter(dict.fromkeys(identity for identity, _ in self._nearest(query, 2 * limit)))

    def _nearest(self, query: str, limit: int) -> list[tuple[str, str]]:
        found = self._index.query(
            query_embeddings=[self._embeddings.embed_query(query)],  # type: ignore[arg-type]
            n_results=limit,
        )
        passages = [str(each["passage"]) for each in (found["metadatas"] or [[]])[0]]
        return list(zip(passages, (found["documents"] or [[]])[0], strict=True))
