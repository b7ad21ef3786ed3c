"""Search over the store: both indexes, following the records by id, fused by rank."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice, zip_longest
from pathlib import Path
from threading import Event, RLock

from langchain_core.embeddings import Embeddings

from corpus import tables as t
from corpus.filters import Filters
from corpus.store import Store
from retrieval.dense import DenseIndex
from retrieval.embeddings import batch_of
from retrieval.fusion import fuse
from retrieval.lexical import LexicalIndex
from retrieval.query import query_terms
from retrieval.types import Hit, Mode, Ranked

DEPTH = 100
"""How deep each ranking goes before the two are fused."""

BROAD = 0.1
"""A filter that keeps this share of the passages is broad."""

QUESTIONS_KEPT = 256
"""Vectors of questions kept, since one answer searches several times."""

Progress = Callable[[int, int], None]
"""Called with how many passages have a vector, and how many there are."""


CLAUSES = 64
"""Clauses embedded at a time: they are short, and the engine that fills waits for no question."""


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
        self._directory, self._store, self.model = directory, store, model
        self._embeddings, self._filler = embeddings, filler or embeddings
        self._questions: dict[str, list[float]] = {}
        self._lock = RLock()
        self._open()

    def _open(self) -> None:
        self.lexical = LexicalIndex(self._directory / "lexical")
        self.dense = DenseIndex(self._directory / "dense", self.model) if self._embeddings else None

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
            if stale and self.dense is not None:
                self.dense.remove(self.dense.digests() - set(self._store.digests()))

    def embed(self, progress: Progress | None = None, stop: Event | None = None) -> None:
        """Give every text its vector; ``stop`` ends it between batches.

        A text that was known keeps its vector, wherever it stands now.
        """
        if self.dense is None or self._filler is None:
            return
        wanted = self._store.digests()
        known = self.dense.digests()
        missing = [digest for digest in wanted if digest not in known]
        size = batch_of(self._filler)
        for start in range(0, len(missing), size):
            if stop and stop.is_set():
                return
            batch = missing[start : start + size]
            texts = self._store.texts(batch)
            vectors = self._filler.embed_documents(list(texts.values())) if texts else []
            made = dict(zip(texts, vectors, strict=True))
            with self._lock:
                # What was removed meanwhile has no text any more, and gets no vector.
                kept = [digest for digest in self._store.texts(batch) if digest in made]
                self.dense.add(kept, [made[digest] for digest in kept])
            if progress:
                done = min(start + size, len(missing))
                progress(len(wanted) - len(missing) + done, len(wanted))

    @property
    def embedded_share(self) -> float:
        """The share of the texts that have a vector, 0 to 1; 0 without an embedder."""
        total = self._store.count_texts()
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
            if not filters.source:
                return []
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
        passages = {p.id: p for p in self._store.passages([r.id for r in ranked])}
        if mode == "fused" and dense:
            unknown = {i: p.digest for i, p in passages.items() if i not in by_meaning}
            scores = self._similarities(text, list(set(unknown.values())))
            by_meaning |= {i: scores[d] for i, d in unknown.items() if d in scores}
        return [
            Hit(passages[r.id], r.score, by_words.get(r.id), by_meaning.get(r.id))
            for r in ranked
            if r.id in passages
        ]

    def _search_dense(self, text: str, filters: Filters, limit: int) -> list[Ranked]:
        vector = self.embed_question(text)
        if self.dense is None or vector is None or not len(self.dense):
            return []
        if not filters.as_dict():
            return self._passages_of(self.dense.search(vector, limit), filters, limit)
        kept, total = self._store.count(t.passages, filters), self._store.count(t.passages)
        if not kept:
            return []
        if kept >= BROAD * total:
            # Looking further down the whole is quicker than naming so many texts.
            nearest = self.dense.search(vector, 2 * limit * total // kept)
            found = self._passages_of(nearest, filters, limit)
            if len(found) == min(limit, kept):
                return found
        within = self._store.digests(filters)
        return self._passages_of(self.dense.search(vector, limit, within), filters, limit)

    def _passages_of(self, ranked: list[Ranked], filters: Filters, limit: int) -> list[Ranked]:
        """The passages with these texts: of each text one, then of each a second, and so on."""
        ids = self._store.ids_of([r.id for r in ranked], filters)
        turns = zip_longest(*([Ranked(i, r.score) for i in ids.get(r.id, ())] for r in ranked))
        return list(islice((each for turn in turns for each in turn if each), limit))

    def _similarities(self, text: str, digests: list[str]) -> dict[str, float]:
        vector = self.embed_question(text)
        if self.dense is None or vector is None:
            return {}
        return self.dense.similarities(vector, digests)

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

    def embed_behind(self, texts: Sequence[str]) -> list[list[float]] | None:
        """The same for work that nobody waits for: by the engine that fills the index."""
        if self._filler is None:
            return None
        found: list[list[float]] = []
        for start in range(0, len(texts), CLAUSES):
            found += self._filler.embed_documents(list(texts[start : start + CLAUSES]))
        return found


def drop_indexes(directory: Path) -> None:
    """Delete the indexes of a data directory that no index has open; the records stay."""
    for name in ("lexical", "dense"):
        if (directory / name).exists():
            shutil.rmtree(directory / name)


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
