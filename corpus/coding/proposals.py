"""Candidate themes with the clauses that they were found in, to be shown and judged."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from corpus.codebook import LANGUAGES, Language
from corpus.coding.clauses import clauses
from corpus.coding.discover import Candidate, Clause, Trend, bare, candidates
from corpus.coding.ledger import Pending
from corpus.coding.themes import Embed
from corpus.coding.vectors import digest

FEWEST_UNSAID = 250
"""Clauses from which clusters are worth showing: with fewer, vectors drawn by chance with the same
spread gave as many stable clusters as real ones did."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A clause and the passage that it stands in."""

    passage_id: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A candidate theme; ``id`` depends on the texts of its central clauses and nothing else."""

    id: str
    label: str
    words: dict[str, tuple[str, ...]]
    size: int
    records: int
    trend: Trend | None
    central: tuple[Quoted, ...]
    borderline: tuple[Quoted, ...]
    stability: float

    def digests(self) -> frozenset[str]:
        """The names of its central clauses: those with the same words have the same."""
        return frozenset(digest(bare(each.text)) for each in self.central)

    def names(self) -> dict[Language, str]:
        """What to call it by its own words, where nobody gives a label."""
        own = self.words_by_language()
        return {language: ", ".join(words[:3]) for language, words in own.items()} or {
            "fr": self.label
        }

    def words_by_language(self) -> dict[Language, tuple[str, ...]]:
        """The words that tell it, in the languages of a codebook."""
        return {language: self.words[language] for language in LANGUAGES if language in self.words}

    def by_language(self) -> dict[Language, list[str]]:
        """Its central clauses in the languages of a codebook."""
        return {
            language: [each.text for each in self.central if each.language == language]
            for language in LANGUAGES
        }


def proposals(
    found: Sequence[tuple[Pending, date | None]], embed: Embed, seed: int
) -> list[Proposal]:
    """What passages coded with nothing, of these dates, seem to be about.

    None where there are too few clauses, or no embedder.
    """
    parts = [
        (each, Clause(each.text[start:end], each.language, each.record_id, day))
        for each, day in found
        for start, end in clauses(each.text, each.language)
    ]
    if len(parts) < FEWEST_UNSAID:
        return []
    vectors = embed([clause.text for _, clause in parts])
    if vectors is None:
        return []
    quoted = [Quoted(each.passage_id, clause.text, clause.language) for each, clause in parts]
    every = [clause for _, clause in parts]
    return [_proposal(each, quoted) for each in candidates(every, vectors, seed)]


def undismissed(
    proposed: Sequence[Proposal], dismissed: Collection[frozenset[str]]
) -> list[Proposal]:
    """Those that are not, by most of their central clauses, one that somebody dismissed."""
    return [
        each
        for each in proposed
        if not any(2 * len(each.digests() & gone) > len(each.digests()) for gone in dismissed)
    ]


def _proposal(candidate: Candidate, quoted: Sequence[Quoted]) -> Proposal:
    central = tuple(quoted[index] for index in candidate.central)
    return Proposal(
        id=digest("\n".join(sorted({bare(each.text) for each in central})))[:10],
        label=candidate.label,
        words=dict(candidate.words),
        size=candidate.size,
        records=candidate.records,
        trend=candidate.trend,
        central=central,
        borderline=tuple(quoted[index] for index in candidate.borderline),
        stability=candidate.stability,
    )
