"""What an answer is made from, and the page that is made of it before it is verified."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Event
from typing import TYPE_CHECKING, Any

from assistant.abstain import Answerability
from assistant.candidates import SentenceVectors
from assistant.draft import Draft
from assistant.gather import Evidence
from assistant.reading.types import Reading
from assistant.scope import Scope
from assistant.types import Claim, Dropped, Fact, Status
from assistant.understand import Question
from corpus.codebook import Codebook
from corpus.conversations import Turn
from corpus.filters import Filters
from corpus.store import Store
from corpus.types import Source
from retrieval.index import SearchIndex

if TYPE_CHECKING:  # agents take seconds to import, which only those who name a model wait for
    from assistant.agent.judge import Judge


@dataclass(frozen=True)
class Corpus:
    """What all answers are made from; ``judge`` is the chat model that judges, if one is set."""

    store: Store
    index: SearchIndex
    vectors: SentenceVectors
    codebook: Codebook
    judge: "Judge | None" = None


@dataclass(frozen=True)
class Request:
    """What is asked, and within what.

    ``corrected`` is what somebody says that the question means, see ``Reading.corrected``;
    ``language`` overrides the one that the question is in. ``whole`` is a follow-up written out so
    that it can be understood by itself.
    """

    text: str
    filters: Filters = field(default_factory=Filters)
    conversation_id: str | None = None
    language: str | None = None
    corrected: Mapping[str, Any] | None = None
    whole: str | None = None


@dataclass(frozen=True)
class Work:
    """What one answer is made from; ``asked`` are the filters given beside the question."""

    question: Question
    reading: Reading
    asked: Filters
    scope: Scope
    evidence: Evidence
    likely: Answerability
    store: Store
    index: SearchIndex
    codebook: Codebook
    sources: dict[str, Source]

    @property
    def feedback(self) -> Filters:
        """What the section of what customers say is limited to, and its facts with it."""
        return replace(self.scope.filters, kind=("feedback",))

    @property
    def counted(self) -> Filters:
        """What analyses are limited to before the question's own limits.

        Its words choose among sources of several trades; segments are the reading's to name.
        """
        return replace(self.asked, kind=("feedback",), source=self.scope.filters.source)

    @property
    def in_general(self) -> bool:
        """Whether the question asks what goes wrong or well without naming what.

        "Why do customers leave?" does: those who write the word seldom say why. So does any other
        question of leaving of which hardly anyone writes.
        """
        question, weak = self.question, self.likely.reason == "weak"
        left = [
            c
            for c in question.concepts
            if c not in self.scope.subjects
            and c.is_subject
            and not (c.act and (weak or question.intent == "why"))
        ]
        return bool(question.polarity) and all(self.scope.names(c) for c in left)


@dataclass(frozen=True)
class Page:
    """An answer before it is verified; ``reason`` is why there is none, where there is none.

    From the first of ``tail`` on the draft holds what to do, from the second on how far to trust
    it, whoever wrote the rest. ``by_model`` are the ids of the claims that a chat model wrote:
    they are verified already.
    """

    draft: Draft
    facts: list[Fact]
    status: Status
    reason: str | None = None
    computed: bool = False
    actions: list[dict[str, Any]] = field(default_factory=list)
    tail: tuple[int, int] | None = None
    by_model: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Written:
    """The page that a model wrote; ``page`` is None where it is the composed one, for ``reason``.

    ``model`` is the one that wrote it, None where none did.
    """

    page: Page | None
    model: str | None
    reason: str | None
    usage: dict[str, Any]
    dropped: Sequence[Dropped] = ()


class Stopped(Exception):
    """Nobody listens any more; the answer is not finished and not kept."""


class Listener:
    """Who waits for an answer: told of each claim of a model as soon as it is verified."""

    def __init__(self, heard: Callable[[Claim], None] = lambda _: None) -> None:
        self.heard, self._stopped = heard, Event()

    def stop(self) -> None:
        """Listen no more."""
        self._stopped.set()

    def check(self) -> None:
        """Raise Stopped where nobody listens any more."""
        if self._stopped.is_set():
            raise Stopped


Rewriter = Callable[[str, Sequence[Turn]], tuple[str | None, dict[str, Any]]]
"""From a question and the turns before it to the question written out, None where it stands by
itself or cannot be; and what that took."""

Writer = Callable[[Work, Page, Sequence[str], Listener], Written]
"""From the work, the composed page and what any sentence may draw on to what a model wrote."""


@dataclass(frozen=True)
class Hired:
    """A chat model at work: its name with where it is, and what it does for an answer."""

    name: str
    rewrite: Rewriter
    write: Writer
