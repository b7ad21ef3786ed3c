"""What runs behind the requests: loading uploads one after the other, and embedding."""

import logging
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from secrets import token_hex
from threading import Condition, Event, Thread
from typing import Any, Literal

from assistant.core import Assistant
from corpus.errors import AncrageError, BusyError, NotFoundError
from corpus.files import RawFile
from corpus.types import FileKind

JOBS_KEPT = 200
"""Ended jobs are forgotten beyond these; what they loaded is in the sources."""

JOBS_WAITING = 4
"""Each holds its files in memory, so more are refused."""

JobState = Literal["waiting", "loading", "embedding", "done", "failed"]

_log = logging.getLogger(__name__)


@dataclass
class Upload:
    """One file to load, with what the importer is told."""

    file: RawFile
    origin: str
    kind: FileKind | None
    mapping: Mapping[str, str]


@dataclass
class Job:
    """The loading of one upload's files; ``round`` is the embedding that covers them."""

    id: str
    total: int
    loading: bool = False
    files: list[dict[str, Any]] = field(default_factory=list)
    failed: int = 0
    round: int = 0

    @property
    def ended(self) -> bool:
        """Whether every file was tried."""
        return self.total == len(self.files)


class Work:
    """One thread that embeds and codes, and one that loads, over one Assistant."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._loader: ThreadPoolExecutor | None = None
        self._thread: Thread | None = None
        # Rounds of embedding and coding: one is wanted at start and whenever something was loaded.
        self._changed = Condition()
        self._wanted, self._done, self._held = 1, 0, 0
        self._closing = self._running = False
        self._interrupt = Event()
        self._error: str | None = None

    def start(self) -> None:
        """Begin to embed what is pending, and to take jobs."""
        self._loader = ThreadPoolExecutor(1, "ancrage-load")
        self._thread = Thread(target=self._embed, name="ancrage-embed", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop both: loading after the file under way, embedding after the batch under way."""
        with self._changed:
            self._closing = True
            self._interrupt.set()
            self._changed.notify_all()
        if self._loader:
            self._loader.shutdown(cancel_futures=True)
        if self._thread:
            self._thread.join()

    # Embedding -------------------------------------------------------------------------------

    def wake(self) -> None:
        """Say that there is something new to embed."""
        self._next_round()

    def _next_round(self) -> int:
        with self._changed:
            self._wanted += 1
            self._changed.notify_all()
            return self._wanted

    @property
    def embedding(self) -> tuple[Literal["running", "idle", "failed"], str | None]:
        """What the embedding thread does, and why it failed if it did."""
        with self._changed:
            if self._done < self._wanted:
                return "running", None
            return ("failed", self._error) if self._error else ("idle", None)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the embedding thread still, since the index is about to be dropped under it."""
        with self._changed:
            self._held += 1
            self._interrupt.set()
            self._changed.wait_for(lambda: not self._running)
        try:
            yield
        finally:
            with self._changed:
                self._held -= 1
            self.wake()

    def _embed(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._closing or (self._done < self._wanted and not self._held)
                )
                if self._closing:
                    return
                target = self._wanted
                self._interrupt.clear()
                self._running = True
            error = self._embed_once()
            with self._changed:
                self._running = False
                if not self._interrupt.is_set():
                    self._done, self._error = target, error
                self._changed.notify_all()

    def _embed_once(self) -> str | None:
        try:
            # Before what may take hours, and after it for what it changes.
            self._assistant.derive(self._interrupt)
            self._assistant.count(self._interrupt)
            self._assistant.embed(stop=self._interrupt)
            self._assistant.code(stop=self._interrupt)
            self._assistant.count(self._interrupt)
        except AncrageError as error:
            return str(error)
        except Exception:
            # The embedder may be a remote service; search by words goes on without it.
            _log.exception(
                "Embedding or coding failed; it is tried again when something is loaded."
            )
            return "Embedding or coding failed; the server's log says why."
        return None

    # Jobs ------------------------------------------------------------------------------------

    def submit(self, uploads: Sequence[Upload]) -> Job:
        """Queue files for loading; raises BusyError where too many jobs wait already."""
        waiting = sum(not job.ended for job in self._jobs.values())
        if waiting >= JOBS_WAITING or not self._loader:
            raise BusyError(f"{waiting} uploads are waiting already; try again when they are done.")
        job = Job(token_hex(8), len(uploads))
        self._jobs[job.id] = job
        for job_id in [j.id for j in self._jobs.values() if j.ended][:-JOBS_KEPT]:
            del self._jobs[job_id]
        self._loader.submit(self._load, job, uploads)
        return job

    def _load(self, job: Job, uploads: Sequence[Upload]) -> None:
        job.loading = True
        for upload in uploads:
            if self._closing:
                return
            try:
                result = self._assistant.ingest(
                    upload.file, origin=upload.origin, kind=upload.kind, mapping=upload.mapping
                ).as_dict()
            except AncrageError as error:
                result = {"source": upload.file.name, "status": "failed", "error": str(error)}
            except Exception:
                _log.exception("Loading %s failed.", upload.file.name)
                sentence = f"{upload.file.name} could not be loaded; the server's log says why."
                result = {"source": upload.file.name, "status": "failed", "error": sentence}
            job.failed += result["status"] == "failed"
            # The round is set first: a job is never seen as done before it is embedded.
            job.round = self._next_round()
            job.files.append(result)

    def report(self, job_id: str) -> dict[str, Any]:
        """The job as JSON values; raises NotFoundError. One failed file makes it ``failed``."""
        job = self._jobs.get(job_id)
        if job is None:
            raise NotFoundError(f"No job has the id {job_id}; ended ones are forgotten in time.")
        files = list(job.files)
        return {
            "id": job.id,
            "state": self._state(job),
            "counts": {
                "files": job.total,
                "files_done": len(files) - job.failed,
                "files_failed": job.failed,
                **{
                    name: sum(file.get(name, 0) for file in files)
                    for name in ("rows_read", "rows_loaded", "rows_quarantined")
                },
            },
            "files": files,
            "embedded_share": self._assistant.index.embedded_share,
        }

    def _state(self, job: Job) -> JobState:
        if not job.ended:
            return "loading" if job.loading else "waiting"
        if job.failed:
            return "failed"
        with self._changed:
            return "embedding" if self._done < job.round else "done"
