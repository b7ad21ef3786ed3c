"""Search over the store: both indexes, following the records by id, fused by rank."""

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from threading import Event, RLock

from langchain_core.embeddings import Embeddings

from corpus import tables as t
from corpus.filters import Filters
from corpus.store import Store
from corpus.types import Passage, Source
from retrieval.dense import DenseIndex
from retrieval.embeddings import BATCH
from retrieval.fusion import fuse
from retrieval.lexical import LexicalIndex
from retrieval.query import query_terms
from retrieval.types import Hit, Mode, Ranked

DEPTH = 100
"""How deep each ranking goes before the two are fused."""

QUESTIONS_KEPT = 256
"""Vectors of questions kept, since one answer searches several times."""

Progress = Callable[[int, int], None]
"""Called with how many passages have a vector, and how many there are."""


class SearchIndex:
    """The lexical and the dense index of one data directory.

    Both are derived: ``follow`` brings the lexical one up to date in seconds, ``embed`` fills
    the dense one, ``rebuild`` makes both anew.
    """

    def __init__(
        self,
        directory: Path,
        store: Store,
        embeddings: Embeddings | None,
        model: str,
        filler: Embeddings | None = None,
    ) -> None:
        """Open what is in ``directory``; ``embeddings`` None leaves the dense index out.

        ``filler`` embeds the passages in ``embeddings``' place, so that questions need not wait
        behind them where one engine serves one caller at a time.
        """
        self._directory, self._store, self._model = directory, store, model
        self._embeddings, self._filler = embeddings, filler or embeddings
        self._questions: dict[str, list[float]] = {}
        self._lock = RLock()
        self._open()

    def _open(self) -> None:
        self.lexical = LexicalIndex(self._directory / "lexical")
        self.dense = (
            DenseIndex(self._directory / "dense", self._model) if self._embeddings else None
        )

    # Following the records -------------------------------------------------------------------

    def follow(self) -> None:
        """Bring the lexical index to what the store holds, and drop the vectors of what is gone."""
        with self._lock:
            known = {source.id: source.fingerprint for source in self._store.sources()}
            state = _State(self._directory / "lexical" / "followed.json")
            stale = [s for s, fingerprint in state.items() if known.get(s) != fingerprint]
            fresh = [s for s, fingerprint in known.items() if state.get(s) != fingerprint]
            if stale or fresh:
                self.lexical.update(
                    stale + fresh, (p for s in fresh for p in self._store.passages_of(s))
                )
                state.write(known)
            if self.dense is not None:
                done = _State(self._directory / "dense" / "followed.json")
                for source_id in set(done) - set(known):
                    self.dense.remove(self.dense.digests_of(source_id))
                done.write({s: f for s, f in done.items() if s in known})

    def embed(self, progress: Progress | None = None, stop: Event | None = None) -> None:
        """Give every passage its vector, source by source; ``stop`` ends it between batches.

        Passages whose text is unchanged keep the vector that they have.
        """
        if self.dense is None or self._filler is None:
            return
        total = self._store.count(t.passages)
        done = _State(self._directory / "dense" / "followed.json")
        for source in self._store.sources():
            if done.get(source.id) == source.fingerprint:
                continue
            passages = {passage.id: passage for passage in self._store.passages_of(source.id)}
            # Known as begun, so that what is removed before the end is forgotten all the same.
            done.write({**done, source.id: ""})
            present = self.dense.digests_of(source.id)
            self.dense.remove([i for i in present if i not in passages])
            missing = [p for i, p in passages.items() if present.get(i) != digest(p)]
            for start in range(0, len(missing), BATCH):
                if stop and stop.is_set():
                    return
                batch = missing[start : start + BATCH]
                vectors = self._filler.embed_documents([p.text for p in batch])
                with self._lock:
                    if not self._holds(source):
                        break
                    self.dense.add(batch, vectors, [digest(p) for p in batch])
                if progress:
                    progress(min(len(self.dense), total), total)
                # Leaves a question that waits for the processor a moment to get it.
                time.sleep(0)
            with self._lock:
                if self._holds(source):
                    done = _State(self._directory / "dense" / "followed.json")
                    done.write({**done, source.id: source.fingerprint})

    def _holds(self, source: Source) -> bool:
        """Whether the store still has this version of a source; it may change while embedding."""
        return any(
            (known.id, known.fingerprint) == (source.id, source.fingerprint)
            for known in self._store.sources()
        )

    @property
    def embedded_share(self) -> float:
        """The share of the passages that have a vector, 0 to 1; 0 without an embedder."""
        total = self._store.count(t.passages)
        if self.dense is None or not total:
            return 0.0
        return min(1.0, len(self.dense) / total)

    def rebuild(self) -> None:
        """Drop both indexes; the lexical one is made anew at once, the dense one by ``embed``."""
        with self._lock:
            self.close()
            drop_indexes(self._directory)
            self._open()
            self.follow()

    def close(self) -> None:
        """Let go of the directories."""
        if self.dense is not None:
            self.dense.close()

    # Searching -------------------------------------------------------------------------------

    def search(
        self,
        text: str,
        language: str,
        filters: Filters | None = None,
        limit: int = 20,
        mode: Mode = "fused",
    ) -> list[Hit]:
        """The best passages for a question in ``language``, best first.

        Without an embedder, ``fused`` is lexical and ``dense`` finds nothing.
        """
        filters = filters or Filters()
        if filters.source:
            filters = replace(filters, source=tuple(self._store.source_ids(filters.source)))
        depth = max(DEPTH, limit)
        lexical = (
            self.lexical.search(query_terms(text, language), filters, depth)
            if mode != "dense"
            else []
        )
        dense = self._search_dense(text, filters, depth) if mode != "lexical" else []
        ranked = {"fused": fuse(lexical, dense), "lexical": lexical, "dense": dense}[mode][:limit]
        by_words = {r.id: r.score for r in lexical}
        by_meaning = {r.id: r.score for r in dense}
        if mode == "fused" and dense:
            by_meaning |= self._similarities(text, [r.id for r in ranked if r.id not in by_meaning])
        passages = {p.id: p for p in self._store.passages([r.id for r in ranked])}
        return [
            Hit(passages[r.id], r.score, by_words.get(r.id), by_meaning.get(r.id))
            for r in ranked
            if r.id in passages
        ]

    def _search_dense(self, text: str, filters: Filters, limit: int) -> list[Ranked]:
        vector = self.embed_question(text)
        if self.dense is None or vector is None:
            return []
        return self.dense.search(vector, filters, limit)

    def _similarities(self, text: str, ids: list[str]) -> dict[str, float]:
        vector = self.embed_question(text)
        return self.dense.similarities(vector, ids) if self.dense and vector else {}

    def embed_question(self, text: str) -> list[float] | None:
        """The vector of a question, or None without an embedder."""
        if not self._embeddings:
            return None
        if text not in self._questions:
            while len(self._questions) >= QUESTIONS_KEPT:
                self._questions.pop(next(iter(self._questions)))
            self._questions[text] = self._embeddings.embed_query(text)
        return self._questions[text]

    def embed_sentences(self, texts: list[str]) -> list[list[float]] | None:
        """The vectors of pieces of passages, or None without an embedder."""
        return self._embeddings.embed_documents(texts) if self._embeddings else None


def drop_indexes(directory: Path) -> None:
    """Delete the indexes of a data directory that no index has open; the records stay."""
    for name in ("lexical", "dense"):
        if (directory / name).exists():
            shutil.rmtree(directory / name)


def digest(passage: Passage) -> str:
    """What a vector was made from, and the filters kept beside it."""
    return sha256(
        repr(
            (
                passage.text,
                passage.kind,
                passage.language,
                passage.stage,
                passage.channel,
                passage.date,
                passage.score,
                sorted(passage.segments.items()),
            )
        ).encode()
    ).hexdigest()[:16]


class _State(dict[str, str]):
    """Which fingerprint of each source an index holds, in a file inside that index."""

    def __init__(self, path: Path) -> None:
        self._path = path
        super().__init__(json.loads(path.read_text()) if path.exists() else {})

    def write(self, values: dict[str, str]) -> None:
        temporary = self._path.with_suffix(".new")
        temporary.write_text(json.dumps(values))
        temporary.replace(self._path)
        fresh = dict(values)
        self.clear()
        self.update(fresh)
