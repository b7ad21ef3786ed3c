"""What part of the corpus a question is about, when it says so by its words alone."""

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.understand import Concept, Question
from assistant.words import ANSWER_LANGUAGES
from corpus.analysis import stems
from corpus.filters import Filters, alternatives
from corpus.store import Store
from retrieval.index import SearchIndex
from retrieval.lexicon import translations

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
        return _names(concept, _words_of(self.named))


def find_scope(question: Question, filters: Filters, store: Store, index: SearchIndex) -> Scope:
    """Narrow the feedback to the sources and segments that the question is about."""
    named = () if filters.segment else _named_segments(question, store)
    if named:
        filters = replace(filters, segment=alternatives(named))
    used = _words_of(named)
    concepts = [c for c in question.concepts if not _names(c, used)]
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
    """The words of the values and of what they are values of: "the team of Lille"."""
    return {word for pair in named for each in pair for word in _plain(each).split()}


def _names(concept: Concept, used: set[str]) -> bool:
    """Whether a concept is one of these words, or a form of one."""
    forms = {term for _, term in concept.pairs()}
    return _plain(concept.word) in used or any(forms & _stems(word) for word in used)


def _stems(text: str) -> set[str]:
    return {stem for language in ANSWER_LANGUAGES for stem in stems(text, language)}


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"\w+", folded))


def _named_segments(question: Question, store: Store) -> tuple[tuple[str, str], ...]:
    """The segment values that the question names, each under the segment that has it most often.

    A single word counts where it is written as a name: « Affaires », not « chiffre d'affaires »;
    or in any form beside the word for people: « les nouveaux clients », "loyal customers".
    """
    asked = f" {_plain(question.text)} "
    names = {_plain(concept.word) for concept in question.concepts if concept.named}
    kinds_of_people = _beside_people(question)
    found: dict[str, list[str]] = {}
    taken: set[str] = set()
    for name, value in store.segment_values():
        plain = _plain(value)
        if len(plain) < 4 or plain.isdigit() or plain in taken:
            continue
        written = f" {plain} " in asked and (" " in plain or plain in names)
        of_people = " " not in plain and not kinds_of_people.isdisjoint(_stems(value))
        if not (written or of_people):
            continue
        # Of « Assurance » and « Direct Assurance » the longer one is meant; other values are
        # alternatives.
        of_name = [each for each in found.get(name, []) if not _within(each, value)]
        if not any(_within(value, each) for each in of_name):
            found[name] = [*of_name, value]
            taken.add(plain)
    return tuple((name, value) for name, values in found.items() for value in values)


def _within(one: str, other: str) -> bool:
    """Whether the words of one value stand in another."""
    return f" {_plain(one)} " in f" {_plain(other)} "


def _beside_people(question: Question) -> set[str]:
    """The index terms, in each language of answers, of the words next to one for customers."""
    people = question.words.people
    words = re.findall(r"[^\W_]+", question.text)
    beside = {
        word
        for pair in pairwise(words)
        for word, other in (pair, pair[::-1])
        if people.fullmatch(other)
    }
    return {
        form
        for word in beside
        for stem in stems(word, question.language)
        for form in (stem, *translations(stem, question.language))
    }
