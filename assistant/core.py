"""The Assistant: everything that the command line, the API and the app can do, in one object."""

import platform
import shutil
from collections.abc import Generator, Mapping
from dataclasses import asdict
from functools import partial
from importlib.metadata import version
from threading import Event, Lock, RLock
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from assistant.acting import Acting
from assistant.analyses import facts_of
from assistant.candidates import SentenceVectors
from assistant.conversing import Conversing, check_kept
from assistant.journeying import Journeying
from assistant.judging import Judging
from assistant.models import chosen, destination
from assistant.pages import Corpus, Hired, Listener, Request
from assistant.recoding import Recoding
from assistant.streaming import streamed
from assistant.turn import answer_turn
from assistant.types import Answer
from corpus import tables as t
from corpus.choices import Choices, choices
from corpus.coding.flow import Coding
from corpus.errors import BusyError, ConfigurationError, InputError
from corpus.files import RawFile
from corpus.filters import Filters
from corpus.ingest import Loaded, ingest
from corpus.language import detect_question
from corpus.metrics import compute_all
from corpus.metrics.types import Ask
from corpus.privacy import secret
from corpus.settings import Settings
from corpus.store import Store
from corpus.types import MOST_RESULTS, FileKind
from retrieval.embeddings import load_embeddings
from retrieval.index import Progress, SearchIndex, drop_indexes
from retrieval.types import MODES, Mode

if TYPE_CHECKING:
    from assistant.agent.judge import Judge

LONGEST_QUESTION = 4_000
"""Characters."""


class Assistant(Judging, Recoding, Conversing, Journeying, Acting):
    """One data directory, opened by this process and no other."""

    def __init__(self, settings: Settings, *, drop_index: bool = False) -> None:
        """Open or create ``settings.data``; ``drop_index`` deletes the indexes first.

        Raises BusyError where another process has the directory, ConfigurationError where the
        settings do not fit it.
        """
        self.settings = settings
        self.directory = settings.data.absolute()
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"The data directory {settings.data} cannot be made: {error.strerror}."
            ) from error
        self._lock = FileLock(self.directory / "lock")
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise BusyError(
                f"Another process is using {settings.data}; stop it, or wait until it ends."
            ) from None
        try:
            self._key = secret(self.directory / "secret")
            self.store = Store(self.directory / "store.duckdb")
            if drop_index:
                drop_indexes(self.directory)
            self.index = SearchIndex(
                self.directory,
                self.store,
                load_embeddings(settings.embeddings),
                settings.embeddings,
                filler=load_embeddings(settings.embeddings),
            )
            self.index.follow()
        except BaseException:
            self._lock.release()
            raise
        self.vectors = SentenceVectors(self.index)
        self.coding = Coding(self.store, self.index.embed_behind, settings.embeddings)
        self._writing = RLock()
        self._paying, self._ending = Lock(), Event()

    def close(self) -> None:
        """Let go of the data directory; a chat model that codes is asked nothing more."""
        self._ending.set()
        self.index.close()
        self.store.close()
        self._lock.release()

    def __enter__(self) -> "Assistant":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Sources ---------------------------------------------------------------------------------

    def ingest(
        self,
        file: RawFile,
        *,
        origin: str,
        kind: FileKind | None = None,
        mapping: Mapping[str, str] | None = None,
    ) -> Loaded:
        """Load one file and make it searchable by words at once; ``embed`` does the rest."""
        with self._writing:
            loaded = ingest(self.store, file, self._key, origin=origin, kind=kind, mapping=mapping)
            if loaded.status != "unchanged":
                self.index.follow()
            return loaded

    def embed(self, progress: Progress | None = None, stop: Event | None = None) -> None:
        """Give every passage its vector, until done or until ``stop`` is set."""
        self.index.embed(progress, stop)

    def code(self, progress: Progress | None = None, stop: Event | None = None) -> None:
        """Code every record that is not coded yet, until done or until ``stop`` is set.

        Then what analyses count is derived, so that the first question need not wait for it.
        """
        self.coding.run(progress, stop)
        self.derive(stop)

    def derive(self, stop: Event | None = None) -> None:
        """Build what analyses count, table by table, until done or until ``stop`` is set."""
        self.store.derive(stop=stop)

    def count(self, stop: Event | None = None) -> None:
        """Compute the figures of the whole corpus, which answers then find, until ``stop`` is set.

        They are held in memory until something is loaded, coded or corrected.
        """
        compute_all(self.store, self.coding.codebook()[1], stop)

    def sources(self) -> list[dict[str, Any]]:
        """Every loaded source, with the counts of what it brought."""
        return [
            {
                "id": source.id,
                "name": source.name,
                "kind": source.kind,
                "language": source.language,
                "rows_read": source.rows_read,
                "rows_loaded": source.rows_loaded,
                "rows_quarantined": source.rows_quarantined,
                "mapping": dict(source.mapping),
                "title": source.title,
                "author": source.author,
                "publisher": source.publisher,
                "sponsor": source.sponsor,
                "date": source.date.isoformat() if source.date else None,
            }
            for source in self.store.sources()
        ]

    def choices(self) -> Choices:
        """What the feedback can be narrowed by: the values that its records have."""
        return choices(self.store)

    def remove(self, source_id: str) -> None:
        """Remove a source and all that it brought, from the store and from the indexes."""
        with self._writing:
            self.store.remove(source_id)
            self.index.follow()

    # Questions -------------------------------------------------------------------------------

    def ask(
        self,
        question: str,
        filters: Filters | None = None,
        *,
        conversation_id: str | None = None,
        language: str | None = None,
        chat_model: str | None = None,
        reading: Mapping[str, Any] | None = None,
        listener: Listener | None = None,
        anew: bool = False,
    ) -> Answer:
        """Answer one question; ``language`` overrides the one that the question is in.

        ``chat_model`` names the model that writes, ``none`` that none does; without it the setting
        says. Raises InputError for what is no name of one.

        ``reading`` corrects how it is read: ``intent``, ``themes``, ``by``, ``stages``, ``since``,
        ``until``, ``segment``, ``channels``, ``languages``, ``score``; its ``text`` is a follow-up
        written out so that it can be understood by itself. A ``conversation_id``
        that no conversation has begins one under it.

        What was answered before is given again, as long as nothing has changed that it was made
        from; ``anew`` answers it once more. ``listener`` is told each claim of a chat model as
        soon as it is verified.
        """
        question = question.strip()
        if not question:
            raise InputError("The question is empty; ask something.")
        if len(question) > LONGEST_QUESTION:
            raise InputError(f"The question is longer than {LONGEST_QUESTION:,} characters.")
        name = chosen(chat_model, self.settings)
        check_kept(conversation_id, filters, reading)
        self._check(filters)
        corrected = dict(reading or {})
        whole = corrected.pop("text", None)
        if whole is not None and not 1 <= len(whole.strip()) <= LONGEST_QUESTION:
            raise InputError("The question that is written out is empty or too long.")
        asked = Request(
            question, filters or Filters(), conversation_id, language, corrected or None, whole
        )
        judge = self._judge()
        codebook = self.coding.codebook()[1]
        corpus = Corpus(self.store, self.index, self.vectors, codebook, judge)
        hired = self._hired(name, judge) if name else None
        return answer_turn(corpus, asked, hired, listener or Listener(), anew=anew)

    def _judge(self) -> "Judge | None":
        name = chosen(self.settings.judge_model, self.settings)
        if name is None:
            return None
        from assistant.agent.judge import Judge

        return Judge(name, self.settings, self.store)

    def _hired(self, name: str, judge: "Judge | None") -> Hired:
        # Agents take seconds to import, which only those who name a model wait for.
        from assistant.agent.rewriting import rewrite
        from assistant.agent.writing import write

        return Hired(
            f"{name} at {destination(name, self.settings)}",
            partial(rewrite, name, self.settings, self.store),
            partial(write, name, self.settings, judge=judge),
        )

    def stream(
        self,
        question: str,
        filters: Filters | None = None,
        *,
        conversation_id: str | None = None,
        chat_model: str | None = None,
        reading: Mapping[str, Any] | None = None,
    ) -> Generator[tuple[str, dict[str, Any]]]:
        """The answer as (event, data) pairs: ``claim`` for each verified claim, then ``answer``."""
        return streamed(
            lambda listener: self.ask(
                question,
                filters,
                conversation_id=conversation_id,
                chat_model=chat_model,
                reading=reading,
                listener=listener,
            )
        )

    def search(
        self,
        query: str,
        filters: Filters | None = None,
        limit: int = 10,
        mode: Mode = "fused",
    ) -> list[dict[str, Any]]:
        """The best passages for a query, best first."""
        if not query.strip():
            raise InputError("The query is empty; search for something.")
        if mode not in MODES:
            raise InputError(f"Unknown mode {mode}; the modes are {', '.join(MODES)}.")
        if not 1 <= limit <= MOST_RESULTS:
            raise InputError(f"The limit must be between 1 and {MOST_RESULTS}.")
        self._check(filters)
        hits = self.index.search(query, detect_question(query), filters, limit, mode)
        return [
            {
                "passage_id": hit.passage.id,
                "score": hit.score,
                "kind": hit.passage.kind,
                "source": hit.passage.source,
                "text": hit.passage.text,
                "locator": dict(hit.passage.locator),
                "date": hit.passage.date.isoformat() if hit.passage.date else None,
            }
            for hit in hits
        ]

    def show(self, passage_id: str) -> dict[str, Any]:
        """One passage with what stands around it; raises NotFoundError."""
        passage = self.store.passage(passage_id)
        around = (
            self.store.siblings(passage)
            if passage.kind == "research"
            else [p for p in self.store.siblings(passage, 3) if p.parent == passage.parent]
        )
        return {
            "id": passage.id,
            "kind": passage.kind,
            "source": passage.source,
            "text": passage.text,
            "locator": dict(passage.locator),
            "language": passage.language,
            "date": passage.date.isoformat() if passage.date else None,
            "stage": passage.stage,
            "channel": passage.channel,
            "segments": dict(passage.segments),
            "addressed": passage.addressed,
            "scores": [
                asdict(s) for s in self.store.scores_of([passage.parent]).get(passage.parent, [])
            ],
            "context": [{"id": p.id, "text": p.text} for p in around],
        }

    def facts(
        self, name: str, ask: Ask | None = None, language: str = "en"
    ) -> list[dict[str, Any]]:
        """The facts of one analysis, the weightiest first, labelled in ``language``."""
        _, codebook = self.coding.codebook()
        found = facts_of(self.store, codebook, name, ask or Ask(), language)
        return [asdict(fact) for fact in found]

    def sql(self, query: str) -> list[dict[str, Any]]:
        """Run one read-only SELECT over the store; rows as objects."""
        return self.store.sql(query)

    # Upkeep ----------------------------------------------------------------------------------

    def reindex(self) -> None:
        """Drop both indexes and make the lexical one anew; ``embed`` fills the dense one."""
        with self._writing:
            self.index.rebuild()

    def doctor(self) -> dict[str, Any]:
        """The state of the data directory and of the parts, for a person who looks for a fault."""
        passages = self.store.count(t.passages)
        coded, codable = self.coding.progress()
        return {
            "version": version("ancrage"),
            "python": platform.python_version(),
            "data": str(self.directory),
            "disk_free_gb": round(shutil.disk_usage(self.directory).free / 1e9, 1),
            "sources": len(self.store.sources()),
            "records": self.store.count(t.records),
            "passages": passages,
            "lexical_index": len(self.index.lexical),
            "dense_index": len(self.index.dense) if self.index.dense else 0,
            "embedded_share": round(self.index.embedded_share, 4),
            "embeddings": self.settings.embeddings,
            "coded_share": round(coded / codable, 4) if codable else 1.0,
            "codebook": self.coding.codebook()[0],
            "chat_model": None if self.settings.chat_model == "none" else self.settings.chat_model,
            "healthy": len(self.index.lexical) == passages,
        }
