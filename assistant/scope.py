"""What part of the corpus a question is about, when it says so by its words alone."""

import re
import unicodedata
from dataclasses import dataclass, replace

from assistant.understand import Concept, Question
from corpus.filters import Filters
from corpus.store import Store
from retrieval.index import SearchIndex

SUBJECT_SHARE = 0.25
"""A word that this share of a source's passages hold says what the source is about."""

WHOLLY = 0.75
"""A word that this share of the chosen sources' passages hold distinguishes none of them."""

AUDIENCE_SHARE = 0.03
"""The same for a word that says who is asked about: "the insured", "travellers"."""

SUBJECT_RATIO = 5
"""... provided that the other sources hold it at least this many times less often."""


@dataclass(frozen=True)
class Scope:
    """The filters of the question with what its words add, and the words used up by that.

    ``named`` are the segment values that the question names, as (segment, value); ``narrowed``
    says that the sources were chosen by its words and not by its filters.
    """

    filters: Filters
    subjects: tuple[Concept, ...]
    named: tuple[tuple[str, str], ...]
    narrowed: bool = False

    def names(self, concept: Concept) -> bool:
        """Whether the word was used up by naming a segment value."""
        return _plain(concept.word) in _words_of(self.named)


def find_scope(question: Question, filters: Filters, store: Store, index: SearchIndex) -> Scope:
    """Narrow the feedback to the sources and segments that the question is about."""
    named = () if filters.segment else _named_segments(question, store)
    if named:
        filters = replace(filters, segment=dict(named))
    used = _words_of(named)
    concepts = [c for c in question.concepts if _plain(c.word) not in used]
    if filters.source:
        return Scope(filters, (), named)
    sizes = {
        source.id: source.rows_loaded
        for source in store.sources()
        if source.kind == "feedback" and source.rows_loaded
    }
    subjects: list[Concept] = []
    chosen: set[str] = set()
    for concept in concepts if len(sizes) > 1 else ():
        shares = {
            source_id: index.lexical.count(concept.pairs(), Filters(source=(source_id,))) / size
            for source_id, size in sizes.items()
        }
        enough = AUDIENCE_SHARE if concept.audience else SUBJECT_SHARE
        about = {
            source_id
            for source_id, share in shares.items()
            if share >= enough and share * SUBJECT_RATIO >= max(shares.values())
        }
        others = [share for source_id, share in shares.items() if source_id not in about]
        if about and others and max(others) * SUBJECT_RATIO <= max(shares.values()):
            if max(shares.values()) >= WHOLLY:
                subjects.append(concept)
            chosen |= about
    if chosen:
        filters = replace(filters, source=tuple(sorted(chosen)))
    return Scope(filters, tuple(subjects), named, narrowed=bool(chosen))


def _words_of(named: tuple[tuple[str, str], ...]) -> set[str]:
    return {word for _, value in named for word in _plain(value).split()}


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"\w+", folded))


def _named_segments(question: Question, store: Store) -> tuple[tuple[str, str], ...]:
    """The segment values that the question names, each under the segment that has it most often.

    A single word counts where it is written as a name: « Affaires », not « chiffre d'affaires ».
    """
    asked = f" {_plain(question.text)} "
    names = {_plain(concept.word) for concept in question.concepts if concept.named}
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name, value in store.segment_values():
        plain = _plain(value)
        if len(plain) < 4 or plain.isdigit() or plain in taken or f" {plain} " not in asked:
            continue
        if " " not in plain and plain not in names:
            continue
        if len(plain) > len(_plain(found.get(name, ""))):
            found[name] = value
            taken.add(plain)
    return tuple(found.items())
