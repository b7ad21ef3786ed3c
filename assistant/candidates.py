"""From the passages that were found to the spans of text that may be quoted."""

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from math import log

import numpy as np
from numpy.typing import NDArray

from assistant.understand import Concept, Question
from corpus.addressing import near_address
from corpus.analysis import field_of, stems
from corpus.sentences import sentences
from corpus.types import EvidenceKind, Passage
from retrieval.index import SearchIndex
from retrieval.types import Hit

SHORTEST = 12
"""Characters: a shorter sentence says nothing by itself."""

JUDGING = 0.3
"""What a word such as "better" weighs beside the words that say what is better."""

LONGEST = 420
"""Characters: a longer quote is not read."""

UNKNOWN = 0.6
"""What a word that nobody uses weighs beside a word that one passage holds."""

INHERITED = 0.7
"""What the cosine of the whole passage counts for one of its sentences."""

EMBEDDED = 5
"""How many sentences are compared to the question one by one: what half a second allows."""

# Cosines of multilingual-e5-small lie close together; this is where unrelated and related
# French and English sentences lie (written down while the retrieval was measured).
UNRELATED, RELATED = 0.78, 0.90


@dataclass(frozen=True)
class Candidate:
    """A span of a passage, and how well it bears on the question.

    ``coverage`` is the share of the question's information (inverse document frequency) that
    the span holds, ``passage_coverage`` the share that its whole passage holds, ``meaning`` the
    cosine to the question of the span, or where that was not computed of its whole passage.
    """

    passage: Passage
    start: int
    end: int
    coverage: float
    meaning: float | None
    rank: int
    stems: frozenset[str]
    passage_coverage: float = 0.0
    compared: bool = False

    @property
    def text(self) -> str:
        """The span itself."""
        return self.passage.text[self.start : self.end]

    @property
    def relevance(self) -> float:
        """From 0 to 1: coverage and meaning, half each where both are known."""
        if self.meaning is None:
            return self.coverage
        trust = 1.0 if self.compared else INHERITED
        return 0.5 * self.coverage + 0.5 * trust * related(self.meaning)


def related(cosine: float) -> float:
    """A cosine on the scale from unrelated (0) to related (1)."""
    return min(1.0, max(0.0, (cosine - UNRELATED) / (RELATED - UNRELATED)))


class SentenceVectors:
    """The vectors of the sentences seen lately, so that a question asked again is quick."""

    def __init__(self, index: SearchIndex, size: int = 20_000) -> None:
        self._index, self._size = index, size
        self._known: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    def of(self, texts: Sequence[str]) -> list[NDArray[np.float32]] | None:
        """The vectors of the texts, or None where there is no embedder."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        if missing:
            vectors = self._index.embed_sentences(missing)
            if vectors is None:
                return None
            for text, vector in zip(missing, vectors, strict=True):
                self._known[text] = np.asarray(vector, dtype=np.float32)
        found = [self._known[text] for text in texts]
        for text in texts:
            self._known.move_to_end(text)
        while len(self._known) > self._size:
            self._known.popitem(last=False)
        return found


def weights(
    concepts: Sequence[Concept], index: SearchIndex, *, feedback: bool
) -> dict[Concept, float]:
    """How much each concept tells: its inverse document frequency over all passages.

    Of feedback, what people feel is known by the score rather than by the word for it.
    """
    total = len(index.lexical)

    def weight(concept: Concept) -> float:
        holding = sum(index.lexical.frequency(*pair) for pair in concept.pairs())
        if not (holding or concept.is_subject or concept.named):
            # "Why do we lose customers": nobody is quoted less for not saying "we lose".
            return 0.0
        if not (holding or concept.named):
            # One unknown verb must not outweigh all that the question names besides.
            return UNKNOWN * log(1 + total)
        slight = concept.judges or (concept.polar and feedback)
        return (JUDGING if slight else 1.0) * log(1 + total / (1 + holding))

    weighed = {concept: weight(concept) for concept in concepts}
    return {concept: found for concept, found in weighed.items() if found}


def candidates(hits: Sequence[Hit], weighing: dict[Concept, float]) -> list[Candidate]:
    """The sentences of the hits, the most relevant first, by words and by their passages' sense."""
    found = [c for rank, hit in enumerate(hits) for c in _of_passage(hit, rank, weighing)]
    return sorted(found, key=_order)


def compare(
    question: Question,
    found: Mapping[EvidenceKind, list[Candidate]],
    vectors: SentenceVectors,
    index: SearchIndex,
) -> dict[EvidenceKind, list[Candidate]]:
    """The same, the EMBEDDED best of them compared to the question each by its own sense."""
    asked = index.embed_question(question.text)
    # Every kind has its turn, so that a long list of reviews does not push research aside.
    turns = zip_longest(*(found[kind] for kind in found))
    shortlist = [c for turn in turns for c in turn if c and len(c.passage.text) > len(c.text)]
    shortlist = shortlist[:EMBEDDED]
    compared = vectors.of([c.text for c in shortlist]) if asked is not None else None
    if compared is None:
        return dict(found)
    target = np.asarray(asked, dtype=np.float32)
    meanings = {
        (c.passage.id, c.start): float(vector @ target)
        for c, vector in zip(shortlist, compared, strict=True)
    }
    return {
        kind: sorted(
            (
                replace(c, meaning=meanings[place], compared=True)
                if (place := (c.passage.id, c.start)) in meanings
                else c
                for c in of_kind
            ),
            key=_order,
        )
        for kind, of_kind in found.items()
    }


def quotable(passage: Passage) -> list[tuple[int, int]]:
    """Where the sentences of a passage are, but for those that speak to a machine or are beside."""
    spans = list(sentences(passage.text, passage.language))
    if not passage.addressed:
        return spans
    shunned = near_address([passage.text[start:end] for start, end in spans])
    return [span for span, near in zip(spans, shunned, strict=True) if not near]


def _order(candidate: Candidate) -> tuple[float, int, int]:
    return -candidate.relevance, candidate.rank, candidate.start


def _of_passage(hit: Hit, rank: int, weighing: dict[Concept, float]) -> list[Candidate]:
    passage = hit.passage
    field = field_of(passage.language)
    whole = sum(weighing.values()) or 1.0
    # What the heading says holds for the sentences under it, if less than their own words.
    heading = _heading(passage)
    above = frozenset(stems(heading, passage.language))
    everything = frozenset(stems(passage.text, passage.language))
    held = sum(w for c, w in weighing.items() if c.within(everything, field)) / whole
    found = []
    for start, end in quotable(passage):
        text = passage.text[start:end]
        if not SHORTEST <= len(text) <= LONGEST or not re.search(r"\w{3}", text):
            continue
        if heading and start < len(heading):
            continue
        here = frozenset(stems(text, passage.language))
        covered = sum(
            weight * (1.0 if c.within(here, field) else 0.5 if c.within(above, field) else 0.0)
            for c, weight in weighing.items()
        )
        found.append(
            Candidate(
                passage,
                start,
                end,
                coverage=covered / whole,
                meaning=hit.similarity,
                rank=rank,
                stems=here,
                passage_coverage=held,
                compared=end - start == len(passage.text),
            )
        )
    return found


def _heading(passage: Passage) -> str:
    """The first line of a passage where that is not its text but says where it stands."""
    first = passage.text.partition("\n")[0]
    if passage.kind == "journey" or first == passage.locator.get("heading"):
        return first
    return ""


def alike(one: Candidate, other: Candidate) -> bool:
    """Whether two spans say nearly the same: more than half of their stems are shared."""
    union = one.stems | other.stems
    return not union or len(one.stems & other.stems) / len(union) > 0.5


def spread(found: Sequence[Candidate], most: int, least: float) -> list[Candidate]:
    """The first candidates of at least that relevance: one a customer, no near-duplicates."""
    chosen: list[Candidate] = []
    taken: set[str] = set()
    for candidate in found:
        if len(chosen) == most:
            break
        holder = candidate.passage.customer_key or candidate.passage.parent
        if (
            candidate.relevance >= least
            and holder not in taken
            and not any(alike(candidate, c) for c in chosen)
        ):
            chosen.append(candidate)
            taken.add(holder)
    return chosen
