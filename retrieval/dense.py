"""The dense index: Chroma, holding one vector for each distinct text and nothing else.

The ids are digests of the texts; which passages have a text, and which of them a filter keeps, is
the store's to say. Feedback is full of « Très bien »: as vectors of their own, hundreds of equal
texts cut the others off from the graph that the nearest are looked up in.
"""

from collections.abc import Iterable, Sequence, Set
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings
from numpy.typing import NDArray

from corpus.errors import ConfigurationError
from retrieval.types import Ranked

COLLECTION = "texts"

EXACT = 500
"""Up to so many texts are compared one by one: quicker than the graph, and it misses none."""


class DenseIndex:
    """Vectors of texts under their digests, made by one embedding model and no other."""

    def __init__(self, path: Path, model: str) -> None:
        """Open or create the index in ``path``.

        Raises ConfigurationError where it holds vectors of another model than ``model``.
        """
        self._client: Any = chromadb.PersistentClient(
            str(path), settings=ChromaSettings(anonymized_telemetry=False)
        )
        self._known: set[str] | None = None
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

    def close(self) -> None:
        """Let go of the directory, so that it can be deleted or opened anew."""
        self._client.close()

    def digests(self) -> Set[str]:
        """The texts that have a vector: read once, for this process alone writes."""
        if self._known is None:
            known: set[str] = set()
            for offset in range(0, len(self), self._batch):
                page = self._collection.get(include=[], limit=self._batch, offset=offset)
                known.update(page["ids"])
            self._known = known
        return self._known

    def add(self, digests: Sequence[str], vectors: Sequence[Sequence[float]]) -> None:
        """Put vectors in, in the order of their texts' digests; known ones are replaced."""
        if self._known is not None:
            self._known.update(digests)
        for start in range(0, len(digests), self._batch):
            end = start + self._batch
            self._collection.upsert(
                ids=list(digests[start:end]), embeddings=list(vectors[start:end])
            )

    def remove(self, digests: Iterable[str]) -> None:
        """Forget vectors; digests that are unknown are passed over."""
        gone = list(digests)
        if self._known is not None:
            self._known.difference_update(gone)
        for start in range(0, len(gone), self._batch):
            self._collection.delete(ids=gone[start : start + self._batch])

    def search(
        self, vector: Sequence[float], limit: int, within: Sequence[str] | None = None
    ) -> list[Ranked]:
        """The nearest texts by cosine, of all or of those ``within``; their ids are digests."""
        if not len(self) or (within is not None and not within):
            return []
        if within is not None and len(within) <= EXACT:
            ranked = [Ranked(d, score) for d, score in self.similarities(vector, within).items()]
            return sorted(ranked, key=lambda r: (-r.score, r.id))[:limit]
        if within is not None:
            # Chroma refuses ids that it does not know, as those of texts not embedded yet.
            within = [digest for digest in within if digest in self.digests()]
            if not within:
                return []
        found = self._collection.query(
            query_embeddings=[list(vector)],
            n_results=limit,
            ids=within,
            include=["distances"],
        )
        return [
            Ranked(digest, 1 - float(distance))
            for digest, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def similarities(self, vector: Sequence[float], digests: Sequence[str]) -> dict[str, float]:
        """The cosine of ``vector`` to those of the texts that have one."""
        found = self.vectors(digests)
        if not found:
            return {}
        scores = np.array(list(found.values())) @ np.asarray(vector, dtype=np.float32)
        return dict(zip(found, map(float, scores), strict=True))

    def vectors(self, digests: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors of those of the texts that have one."""
        found = self._collection.get(ids=list(digests), include=["embeddings"]) if digests else None
        if not found or not found["ids"]:
            return {}
        return dict(zip(found["ids"], np.asarray(found["embeddings"], np.float32), strict=True))
