"""The corpus without some of its passages, in a copy: the store itself stays as it is."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock, Timeout
from sqlalchemy import delete, select, update

from assistant.core import Assistant
from corpus import tables as t
from corpus.errors import BusyError
from corpus.settings import Settings
from corpus.store import Store

COPIED = ("store.duckdb", "store.duckdb.wal", "secret", "lexical", "dense")
"""What of a data directory the copy needs."""


@contextmanager
def without(settings: Settings, passage_ids: Sequence[str]) -> Iterator[Assistant | None]:
    """An Assistant over a copy of the data directory that lacks these passages; None for none.

    The indexes and what was coded go with them. Raises BusyError where the directory is open.
    """
    if not passage_ids:
        yield None
        return
    with TemporaryDirectory(prefix="ancrage-") as directory:
        copy = Path(directory)
        _copy(settings.data, copy)
        store = Store(copy / "store.duckdb")
        try:
            _take_out(store, passage_ids)
        finally:
            store.close()
        with Assistant(settings.model_copy(update={"data": copy})) as assistant:
            yield assistant


def _copy(data: Path, copy: Path) -> None:
    lock = FileLock(data / "lock")
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        raise BusyError(
            f"Another process is using {data}; stop it: cases that take passages out of reach "
            "are asked over a copy."
        ) from None
    try:
        for name in COPIED:
            if (data / name).is_dir():
                shutil.copytree(data / name, copy / name)
            elif (data / name).exists():
                shutil.copy2(data / name, copy / name)
    finally:
        lock.release()


def _take_out(store: Store, passage_ids: Sequence[str]) -> None:
    gone = t.passages.c.id.in_(passage_ids)
    with store.writing() as connection:
        sources = list(connection.scalars(select(t.passages.c.source_id).where(gone).distinct()))
        parents = list(connection.scalars(select(t.passages.c.parent).where(gone).distinct()))
        connection.execute(delete(t.passages).where(gone))
        # A long record is cut into several passages, and stays with the others.
        kept = select(t.passages.c.parent).where(t.passages.c.parent.in_(parents))
        left = set(parents) - set(connection.scalars(kept))
        for column in (t.records.c.id, t.cells.c.id, t.scores.c.record_id):
            connection.execute(delete(column.table).where(column.in_(left)))
        for table in (t.mentions, t.coded):
            connection.execute(delete(table).where(table.c.passage_id.in_(passage_ids)))
        # An index follows a source whose fingerprint has changed.
        connection.execute(
            update(t.sources)
            .where(t.sources.c.id.in_(sources))
            .values(fingerprint=t.sources.c.fingerprint + " in part")
        )
