"""What one claim stands on: the spans that it cites, what is known of them, and its figures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from assistant.types import Citation, Claim, Fact
from assistant.verify.terms import LANGUAGES
from corpus.analysis import stems
from corpus.codebook import Codebook
from corpus.filters import values_of
from corpus.store import Store
from corpus.types import Passage

Themes = Mapping[str, Mapping[str, frozenset[str]]]
"""By language, the words of each theme's name, as keys of terms."""


@dataclass(frozen=True, slots=True)
class Known:
    """A passage's text, what else is known of it in words that a claim may use, and its score.

    ``score`` lies between 0, the worst, and 1; ``addressed`` says that it speaks to a model.
    """

    text: str
    about: str
    score: float | None
    addressed: bool = False


@dataclass
class Evidence:
    """A claim and its evidence, in the texts that the rules read.

    ``passages`` is what is known of each passage; ``common`` what any
    claim may draw on; ``repeated`` the sentence that it was to repeat, if there is one; ``rest``
    the claim without what it quotes.
    """

    claim: Claim
    cited: Sequence[Citation]
    facts: Sequence[Fact]
    passages: Mapping[str, Known]
    common: str
    repeated: str | None = None

    @property
    def exists(self) -> bool:
        """Whether everything that the claim names is there."""
        whole = len(self.claim.citations) + len(self.claim.facts)
        return len(self.cited) + len(self.facts) == whole

    @cached_property
    def rest(self) -> str:
        """The claim's own words."""
        rest = self.claim.text
        for citation in self.cited:
            rest = rest.replace(citation.quote, " ")
        return rest

    @cached_property
    def quoted(self) -> str:
        """The spans cited."""
        return "\n".join(citation.quote for citation in self.cited)

    @cached_property
    def known(self) -> str:
        """What is known of the passages cited."""
        return " ".join(f"{each.text} {each.about}" for each in self._known)

    @property
    def texts(self) -> str:
        """What the passages cited say, each in whole."""
        return "\n".join(each.text for each in self._known)

    @property
    def besides(self) -> str:
        """What is known of the passages besides their text."""
        return " ".join(each.about for each in self._known)

    @property
    def score(self) -> float | None:
        """The score of the one passage cited, if it has one."""
        return self._known[0].score if len(self._known) == 1 else None

    @property
    def addressed(self) -> bool:
        """Whether one of the passages speaks to a model rather than to the company."""
        return any(each.addressed for each in self._known)

    @property
    def _known(self) -> list[Known]:
        ids = dict.fromkeys(citation.passage_id for citation in self.cited)
        return [self.passages[identity] for identity in ids if identity in self.passages]

    @cached_property
    def about(self) -> str:
        """What is known of the passages, and what any claim may draw on."""
        return f"{self.common} {self.known}"

    @cached_property
    def words_of_facts(self) -> str:
        """The figures' labels, and what they are of and limited to, in the store's words."""
        return " ".join([*(fact.label for fact in self.facts), *_told(self.facts)])

    @property
    def own(self) -> str:
        """What the claim cites and counts, without what any claim may draw on."""
        return f"{self.quoted} {self.known} {self.words_of_facts}"

    @cached_property
    def everything(self) -> str:
        """All of it."""
        return f"{self.common} {self.own}"


def known_of(passages: Iterable[Passage], store: Store) -> dict[str, Known]:
    """What is known of each passage."""
    passages = list(passages)
    sources = {source.id: source for source in store.sources()}
    scores = store.scores_of({passage.parent for passage in passages})
    known = {}
    for passage in passages:
        source = sources.get(passage.source_id)
        if source is None:
            continue  # removed while the answer was made
        parts = [source.name, source.title, source.author, source.publisher]
        parts += [source.sponsor, *source.notes.values(), *passage.segments.values()]
        parts += [str(value) for value in passage.locator.values()]
        parts += ["language", passage.language]
        for date in (passage.date, source.date):
            parts += [date.isoformat().replace("-", " ")] if date else []
        parts += [f"{s.value:g} {s.maximum:g}" for s in scores.get(passage.parent, [])]
        known[passage.id] = Known(
            passage.text, " ".join(parts), passage.score, bool(passage.addressed)
        )
    return known


def _told(facts: Iterable[Fact]) -> Iterable[str]:
    """What facts are of and limited to, in the store's words."""
    for fact in facts:
        for name, value in (*fact.about.items(), *fact.filter.items()):
            yield name
            pairs = value.items() if isinstance(value, dict) else ()
            for key, each in pairs:
                yield from (key, *values_of(each))
            yield from map(str, value if isinstance(value, list | tuple) else [value])


@lru_cache(maxsize=8)
def _words_of(labels: tuple[tuple[str, str, str], ...]) -> Themes:
    found: dict[str, dict[str, frozenset[str]]] = {language: {} for language in LANGUAGES}
    for theme, language, label in labels:
        words = (stem for word in label.split() for stem in stems(word, language))
        found[language][theme] = frozenset(f"{language}:{stem}" for stem in words)
    return found


def themes_of(codebook: Codebook) -> Themes:
    """The words by which claims name the themes of a codebook."""
    return _words_of(
        tuple(
            (theme.id, language, label)
            for theme in codebook.themes
            for language, label in theme.label.items()
        )
    )
