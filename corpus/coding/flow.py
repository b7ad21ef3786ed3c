"""Coding behind ingest: whatever is not coded yet, in the state that the coder is in."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cache
from threading import Event, Lock

import numpy as np

from corpus.codebook import Codebook, write_codebook
from corpus.coding import judgements, ledger, model_codes
from corpus.coding.ledger import Pending
from corpus.coding.mentions import Coder, Correction, Mention, Text, corrected, staged
from corpus.coding.polarity import PolarityCoder
from corpus.coding.proposals import Proposal, proposals, undismissed
from corpus.coding.themes import ThemeCoder, Vectors
from corpus.coding.vectors import digest, keep_vectors, known_vectors
from corpus.store import Store

Progress = Callable[[int, int], None]

BATCH = 100
"""Passages coded and kept at a time."""

COMPARED = 500
"""Coded passages on which a change of the codebook is shown before it is applied."""

MOST_UNSAID = 5_000
"""Passages coded with nothing that are looked through for what the codebook lacks."""

_UNTAUGHT: dict[tuple[str, str], ThemeCoder] = {}
"""The last coder that learned from a codebook alone, by the codebook and the embedder."""


class Coding:
    """The coding of one store.

    ``embed`` gives the unit vectors of texts, None where there is no embedder; ``model`` names
    it. ``embedded`` counts the clauses for which it was asked: what coding costs.
    """

    def __init__(
        self,
        store: Store,
        embed: Callable[[Sequence[str]], Sequence[Sequence[float]] | None],
        model: str,
    ) -> None:
        self.store, self._ask, self._model = store, embed, model
        self.embedded = 0
        self._coder: tuple[tuple[str, int], Coder] | None = None
        self._discovered: tuple[tuple[object, ...], list[Proposal]] | None = None
        self._marks: dict[int, str] = {}
        self._running = Lock()

    def codebook(self) -> tuple[int, Codebook]:
        """The version in use, and the codebook."""
        return judgements.current_codebook(self.store)

    def state(self) -> str:
        """What the codes depend on: the codebook, people, chat models, the embedder."""
        version, codebook = self.codebook()
        said: list[object] = [
            [asdict(each) for each in judgements.corrections(self.store)],
            [
                [each.record_id, each.coder, dict(each.themes)]
                for each in judgements.labels(self.store)
            ],
        ]
        # Only where there are any, so that a store without them is not coded anew.
        said += [marks] if (marks := model_codes.marks(self.store, version)) else []
        taught = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12]
        return f"{version}:{self._mark(version, codebook)}:{taught}:{self._model}"

    def _mark(self, version: int, codebook: Codebook) -> str:
        """What tells the codebooks of one version apart: the one to start with grows."""
        if version not in self._marks:
            written = write_codebook(codebook).encode()
            self._marks[version] = hashlib.sha256(written).hexdigest()[:12]
        return self._marks[version]

    def progress(self) -> tuple[int, int]:
        """How many passages are coded in the present state, and how many there are."""
        return self._done(self.state())

    def _done(self, state: str) -> tuple[int, int]:
        whole = ledger.count_codable(self.store)
        return whole - ledger.count_pending(self.store, state), whole

    def run(self, progress: Progress | None = None, stop: Event | None = None) -> None:
        """Code what is not coded in the present state, until done or until ``stop`` is set."""
        with self._running:
            state = self.state()
            version, codebook = self.codebook()
            said: dict[str, list[Correction]] = {}
            for correction in judgements.corrections(self.store):
                said.setdefault(correction.passage_id, []).append(correction)
            fitted = cache(lambda: self._fitted(state))
            while not (stop and stop.is_set()):
                batch = ledger.next_pending(self.store, state, BATCH)
                if not batch:
                    return
                found = [
                    corrected(mentions, said.get(each.passage_id, ()))
                    for each, mentions in zip(
                        batch, self._found(batch, version, codebook, fitted), strict=True
                    )
                ]
                ledger.keep_mentions(
                    self.store, state, version, list(zip(batch, found, strict=True))
                )
                if progress:
                    progress(*self._done(state))

    def _found(
        self,
        batch: Sequence[Pending],
        version: int,
        codebook: Codebook,
        fitted: Callable[[], Coder],
    ) -> list[list[Mention]]:
        """What a chat model found in each text, where one coded it, else what the coder finds."""
        known = model_codes.found_by_models(self.store, version, [each.digest for each in batch])
        others = [
            Text(each.text, each.language, each.stage) for each in batch if each.digest not in known
        ]
        coded = iter(fitted().code(others) if others else ())
        return [
            staged(known[each.digest], codebook, each.stage)
            if each.digest in known
            else next(coded)
            for each in batch
        ]

    def compare(self, codebook: Codebook) -> dict[str, object]:
        """What a codebook changes: its themes, and which records would move on a sample.

        A record moves where its set of themes would be another one.
        """
        _, before = self.codebook()
        old, new = ({theme.id: theme for theme in each.themes} for each in (before, codebook))
        sample = ledger.sample_coded(self.store, self.state(), COMPARED)
        coder = Coder(
            codebook,
            ThemeCoder(codebook, judgements.lessons(self.store, codebook), self.vectors),
            PolarityCoder(codebook, [], self.vectors),
        )
        found = coder.code([Text(each.text, each.language, each.stage) for each, _ in sample])
        moved = [
            {
                "passage_id": each.passage_id,
                "before": sorted(themes),
                "after": sorted({mention.theme for mention in mentions}),
            }
            for (each, themes), mentions in zip(sample, found, strict=True)
            if set(themes) != {mention.theme for mention in mentions}
        ]
        return {
            "added": sorted(new.keys() - old.keys()),
            "removed": sorted(old.keys() - new.keys()),
            "changed": sorted(each for each in new.keys() & old.keys() if new[each] != old[each]),
            "compared": len(sample),
            "moved": moved,
        }

    def discover(self, seed: int) -> list[Proposal]:
        """Themes that what is coded with nothing seems to be about, for a person to judge.

        What was found last is kept, since a decision about it would cluster again.
        """
        state = self.state()
        found = tuple(ledger.unsaid(self.store, state, MOST_UNSAID))
        last = self._discovered
        if last is None or last[0] != (state, seed, found):
            last = (state, seed, found), proposals(found, self.vectors, seed)
            self._discovered = last
        return undismissed(last[1], judgements.dismissals(self.store))

    def nearest(self, texts: Sequence[str], languages: Sequence[str]) -> str:
        """The theme that these clauses are about most probably, however improbable it is."""
        _, codebook = self.codebook()
        coder = self._theme_coder(codebook)
        return coder.ids[int(coder.probabilities(texts, languages).sum(axis=0).argmax())]

    def _fitted(self, state: str) -> Coder:
        learned = state, ledger.count_rated(self.store)
        if self._coder is None or self._coder[0] != learned:
            _, codebook = self.codebook()
            themes = self._theme_coder(codebook)
            polarity = PolarityCoder(codebook, ledger.rated(self.store), self.vectors)
            self._coder = learned, Coder(codebook, themes, polarity)
        return self._coder[1]

    def _theme_coder(self, codebook: Codebook) -> ThemeCoder:
        """The coder of themes; what learned from the codebook alone serves every store."""
        taught = judgements.lessons(self.store, codebook)
        if taught:
            return ThemeCoder(codebook, taught, self.vectors)
        name = digest(write_codebook(codebook)), self._model
        if name not in _UNTAUGHT:
            _UNTAUGHT.clear()
            _UNTAUGHT[name] = ThemeCoder(codebook, [], self.vectors)
        return _UNTAUGHT[name].with_vectors(self.vectors)

    def vectors(self, texts: Sequence[str]) -> Vectors | None:
        """The unit vectors of clauses, each made once and kept; None without an embedder."""
        names = [digest(text) for text in texts]
        known = known_vectors(self.store, self._model, list(set(names)))
        missing = {name: text for name, text in zip(names, texts, strict=True) if name not in known}
        if missing:
            made = self._ask(list(missing.values()))
            if made is None:
                return None
            self.embedded += len(missing)
            fresh = {
                # As they are kept, so that the same clause is coded the same tomorrow.
                name: np.asarray(vector, dtype=np.float16).astype(np.float32)
                for name, vector in zip(missing, made, strict=True)
            }
            keep_vectors(self.store, self._model, fresh)
            known |= fresh
        return np.array([known[name] for name in names], dtype=np.float32).reshape(len(texts), -1)
