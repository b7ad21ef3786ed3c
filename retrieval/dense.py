"""The dense index: Chroma, holding vectors and filters only; the text stays in the store."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings

from corpus.errors import ConfigurationError
from corpus.filters import Filters
from corpus.types import Passage
from retrieval.types import Ranked

COLLECTION = "passages"


class DenseIndex:
    """Vectors of passages under their ids, made by one embedding model and no other."""

    def __init__(self, path: Path, model: str) -> None:
        """Open or create the index in ``path``.

        Raises ConfigurationError where it holds vectors of another model than ``model``.
        """
        self._client: Any = chromadb.PersistentClient(
            str(path), settings=ChromaSettings(anonymized_telemetry=False)
        )
        self._batch = self._client.get_max_batch_size()
        self._collection: Any = self._client.get_or_create_collection(
            COLLECTION,
            embedding_function=None,
            metadata={"hnsw:space": "cosine", "model": model},
        )
        found = (self._collection.metadata or {}).get("model")
        if found != model:
            self.close()
            raise ConfigurationError(
                f"The dense index was made with {found} and the setting is {model}; run "
                "`ancrage reindex` to embed everything anew, or set ANCRAGE_EMBEDDINGS back."
            )

    def __len__(self) -> int:
        return int(self._collection.count())

    def digests_of(self, source_id: str) -> dict[str, str]:
        """The ids of the passages of a source that have a vector, and what it was made from."""
        found = self._collection.get(where={"source": source_id}, include=["metadatas"])
        return {
            passage_id: str(metadata["digest"])
            for passage_id, metadata in zip(found["ids"], found["metadatas"] or [], strict=True)
        }

    def close(self) -> None:
        """Let go of the directory, so that it can be deleted or opened anew."""
        self._client.close()

    def add(
        self,
        passages: Sequence[Passage],
        vectors: Sequence[Sequence[float]],
        digests: Sequence[str],
    ) -> None:
        """Put vectors in, in the order of their passages; known ids are replaced."""
        for start in range(0, len(passages), self._batch):
            some = passages[start : start + self._batch]
            self._collection.upsert(
                ids=[passage.id for passage in some],
                embeddings=list(vectors[start : start + self._batch]),
                metadatas=[
                    {**_metadata(passage), "digest": digests[start + i]}
                    for i, passage in enumerate(some)
                ],
            )

    def remove(self, ids: Iterable[str]) -> None:
        """Forget vectors; ids that are unknown are passed over."""
        gone = list(ids)
        for start in range(0, len(gone), self._batch):
            self._collection.delete(ids=gone[start : start + self._batch])

    def search(self, vector: Sequence[float], filters: Filters, limit: int) -> list[Ranked]:
        """The nearest passages by cosine; ``filters.source`` must hold source ids."""
        if not len(self):
            return []
        found = self._collection.query(
            query_embeddings=[list(vector)],
            n_results=limit,
            where=_where(filters),
            include=["distances"],
        )
        return [
            Ranked(passage_id, 1 - float(distance))
            for passage_id, distance in zip(
                found["ids"][0], (found["distances"] or [[]])[0], strict=True
            )
        ]

    def similarities(self, vector: Sequence[float], ids: Sequence[str]) -> dict[str, float]:
        """The cosine of ``vector`` to those of the passages that have one."""
        if not ids:
            return {}
        found = self._collection.get(ids=list(ids), include=["embeddings"])
        target = np.asarray(vector, dtype=np.float32)
        return {
            passage_id: float(np.asarray(own, dtype=np.float32) @ target)
            for passage_id, own in zip(found["ids"], found["embeddings"], strict=True)
        }


def _metadata(passage: Passage) -> dict[str, str | int | float]:
    values: dict[str, str | int | float | None] = {
        "kind": passage.kind,
        "source": passage.source_id,
        "language": passage.language,
        "stage": passage.stage,
        "channel": passage.channel,
        "date": passage.date.toordinal() if passage.date else None,
        "score": passage.score,
        **{f"segment.{name}": value for name, value in passage.segments.items()},
    }
    return {name: value for name, value in values.items() if value is not None}


def _where(filters: Filters) -> dict[str, Any] | None:
    conditions: list[dict[str, Any]] = [
        {name: {"$in": list(values)}}
        for name in ("kind", "source", "stage", "language", "channel")
        if (values := getattr(filters, name))
    ]
    conditions += [{f"segment.{name}": value} for name, value in filters.segment.items()]
    bounds = (
        ("date", "$gte", filters.since.toordinal() if filters.since else None),
        ("date", "$lte", filters.until.toordinal() if filters.until else None),
        ("score", "$gte", filters.score_min),
        ("score", "$lte", filters.score_max),
    )
    conditions += [{name: {sign: bound}} for name, sign, bound in bounds if bound is not None]
    if not conditions:
        return None
    return conditions[0] if len(conditions) == 1 else {"$and": conditions}
