"""Baseline: the pipeline of LangChain's tutorial on retrieval, over the same corpus and embedder.

A recursive splitter (1,000 characters, 200 of them shared), Chroma, the four nearest parts; with a
chat model, its answer to them, else the parts themselves.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import chromadb
import numpy as np
from chromadb.config import Settings
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from assistant.core import Assistant
from corpus.passages import text_digest
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
        vectors = self._vectors(assistant, {part for _, part in parts})
        client = chromadb.EphemeralClient(Settings(anonymized_telemetry=False))
        # Named by the corpus: within a process, all such clients share their collections.
        self._index = client.create_collection(uuid4().hex, embedding_function=None)
        most = client.get_max_batch_size()
        for at in range(0, len(parts), most):
            some = parts[at : at + most]
            self._index.add(
                ids=[str(at + number) for number in range(len(some))],
                embeddings=[vectors[text] for _, text in some],
                documents=[text for _, text in some],
                metadatas=[{"passage": identity} for identity, _ in some],
            )

    def _vectors(self, assistant: Assistant, texts: set[str]) -> dict[str, Any]:
        """The vector of each part; the product's index has those of parts that are passages."""
        names = {text_digest(text): text for text in texts}
        dense = assistant.index.dense
        known = dense.vectors(list(names)) if dense is not None else {}
        found: dict[str, Any] = {names[digest]: vector for digest, vector in known.items()}
        missing = [text for text in sorted(texts) if text not in found]
        made = self._embeddings.embed_documents(missing) if missing else []
        return found | dict(zip(missing, np.asarray(made, dtype=np.float32), strict=True))

    def answer(self, asked: Asked) -> Answered:
        """The nearest parts to the last question, as it stands."""
        found = self._nearest(asked.question, SHOWN)
        return as_answer(
            ((identity, part, self._rows[identity]["text"]) for identity, part in found),
            self._rows,
        )

    def search(self, asked: Asked, limit: int) -> Iterator[str]:
        """The passages whose parts are nearest to the last question, each once."""
        found = self._nearest(asked.question, 2 * limit)
        return iter(dict.fromkeys(identity for identity, _ in found))

    def _nearest(self, query: str, limit: int) -> list[tuple[str, str]]:
        found = self._index.query(
            query_embeddings=[self._embeddings.embed_query(query)],  # type: ignore[arg-type]
            n_results=limit,
        )
        passages = [str(each["passage"]) for each in (found["metadatas"] or [[]])[0]]
        return list(zip(passages, (found["documents"] or [[]])[0], strict=True))
