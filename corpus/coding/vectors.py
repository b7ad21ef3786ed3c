"""The vectors of clauses, as the store keeps them: each is made once."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import select

from corpus import tables as t
from corpus.coding.themes import Vectors
from corpus.store import Store


def digest(text: str) -> str:
    """The name of a clause: 96 bits of SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def known_vectors(store: Store, model: str, digests: Sequence[str]) -> dict[str, Vectors]:
    """The vectors that are kept of these clauses, as one engine made them."""
    query = select(t.vectors.c.digest, t.vectors.c.vector).where(
        t.vectors.c.model == model, t.vectors.c.digest.in_(digests)
    )
    with store.reading() as connection:
        return {
            row.digest: np.frombuffer(row.vector, dtype=np.float16).astype(np.float32)
            for row in connection.execute(query)
        }


def keep_vectors(store: Store, model: str, made: Mapping[str, Vectors]) -> None:
    """Keep vectors by the names of their clauses, at half precision: 768 bytes each."""
    frame = pd.DataFrame(
        {
            "digest": list(made),
            "model": model,
            "vector": [vector.astype(np.float16).tobytes() for vector in made.values()],
        }
    )
    with store.writing(changed=()) as connection:
        raw: Any = connection.connection.dbapi_connection
        raw.register("_vectors", frame)
        try:
            raw.execute("INSERT INTO vectors SELECT digest, model, vector FROM _vectors")
        finally:
            raw.unregister("_vectors")
