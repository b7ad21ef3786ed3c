"""The store: records are the truth, and everything else can be derived from them."""

import os
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from threading import Event, Lock, RLock
from typing import Any
from uuid import uuid4

import duckdb
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    create_engine,
    delete,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, OperationalError

from corpus import tables as t
from corpus.addressing import speaks_to_model
from corpus.bulk import bulk_insert
from corpus.conditions import condition_on, on_one_line
from corpus.derived import DERIVED, VERSION, Derived
from corpus.errors import BusyError, ConfigurationError, NotFoundError
from corpus.filters import Filters
from corpus.kept import Kept
from corpus.selects import check_select, run_select
from corpus.types import Passage, Score, Source

STATE = "state"
"""The property that names the state of the store."""

MEMORY_MB = 1_200
"""What the database holds in memory at most; what is sorted beyond that goes through the disk."""


class Store:
    """One data directory's records, in a DuckDB file that one process owns."""

    def __init__(self, path: Path) -> None:
        """Open or create the file ``path``; raises BusyError where another process has it."""
        # This process alone writes, so what every question asks for is read once.
        self._sources: list[Source] | None = None
        self._segment_values: list[tuple[str, str]] | None = None
        self._version, self._caching = 0, Lock()
        self.kept = Kept()
        self._fresh: set[str] = set()
        self._deriving = RLock()
        # Without external access no query can read or write files of the machine.
        self._engine = create_engine(
            f"duckdb:///{path}",
            connect_args={
                "config": {
                    "enable_external_access": False,
                    "lock_configuration": True,
                    "memory_limit": f"{_memory_mb()}MB",
                }
            },
        )
        try:
            with self._engine.begin() as connection:
                t.metadata.create_all(connection)
                self._check_version(connection)
                _add_columns(connection)
        except (OperationalError, DBAPIError, duckdb.IOException) as error:
            if "lock" in str(error).lower():
                raise BusyError(
                    f"Another process is using {path.parent}; stop it, or wait until it ends."
                ) from None
            raise ConfigurationError(
                f"{path} cannot be opened as a store ({str(error).splitlines()[0]}); "
                "name another data directory with --data."
            ) from error

    @contextmanager
    def writing(self, changed: Collection[Table] | None = None) -> Iterator[Connection]:
        """A transaction: all of what is done in it is kept, or nothing.

        ``changed`` are the tables, among those that analyses count, that it writes in; without it
        any may have changed.
        """
        ended = [
            name
            for name, each in DERIVED.items()
            if changed is None or not each.truth().isdisjoint(changed)
        ]
        # No table is derived while what it derives from is being written.
        with self._deriving:
            with self._engine.begin() as connection:
                yield connection
                stamps = [_stamp(name) for name in ended]
                connection.execute(delete(t.properties).where(t.properties.c.name.in_(stamps)))
                if changed is None or changed:
                    connection.execute(delete(t.properties).where(t.properties.c.name == STATE))
                    connection.execute(insert(t.properties), {"name": STATE, "value": uuid4().hex})
            self._fresh.difference_update(ended)
            if changed is None or changed:
                self.kept.forget()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for queries."""
        with self._engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Release the file."""
        self._engine.dispose()

    def _check_version(self, connection: Connection) -> None:
        query = select(t.properties.c.value).where(t.properties.c.name == "schema")
        found = connection.scalar(query)
        if found is None:
            connection.execute(
                insert(t.properties), {"name": "schema", "value": str(t.SCHEMA_VERSION)}
            )
        elif int(found) != t.SCHEMA_VERSION:
            raise ConfigurationError(
                f"The data directory has schema {found} and this version needs "
                f"{t.SCHEMA_VERSION}; load the sources again into a new directory."
            )

    @property
    def state(self) -> str:
        """Another text whenever something was written that answers are made from."""
        query = select(t.properties.c.value).where(t.properties.c.name == STATE)
        with self._engine.connect() as connection:
            return connection.scalar(query) or ""

    # Sources ---------------------------------------------------------------------------------

    def sources(self) -> list[Source]:
        """Every loaded source, by name."""
        known, version = self._sources, self._version
        if known is None:
            with self._engine.connect() as connection:
                rows = connection.execute(select(t.sources).order_by(t.sources.c.name)).all()
            # What was loaded before hidden text was counted has no count.
            known = [Source(**{**row._mapping, "hidden": row.hidden or {}}) for row in rows]
            with self._caching:
                # What was read before a change must not be kept after it.
                if version == self._version:
                    self._sources = known
        return list(known)

    def _changed(self) -> None:
        with self._caching:
            self._version += 1
            self._sources = None
            self._segment_values = None

    def replace(self, source: Source, rows: dict[Table, list[dict[str, Any]]]) -> None:
        """Put ``source`` and its rows in the place of whatever it had brought before."""
        with self.writing() as connection:
            self._delete(connection, source.id)
            bulk_insert(connection, t.sources, [asdict(source)])
            for table, values in rows.items():
                bulk_insert(connection, table, values)
        self._changed()

    def remove(self, source_id: str) -> None:
        """Remove a source and all that it brought; raises NotFoundError."""
        with self.writing() as connection:
            if not connection.scalar(select(t.sources.c.id).where(t.sources.c.id == source_id)):
                raise NotFoundError(f"No source has the id {source_id}; see `ancrage sources`.")
            self._delete(connection, source_id)
        self._changed()

    def _delete(self, connection: Connection, source_id: str) -> None:
        for table in t.BY_SOURCE:
            connection.execute(delete(table).where(table.c.source_id == source_id))
        connection.execute(delete(t.sources).where(t.sources.c.id == source_id))

    def quarantined(self, source_id: str) -> list[tuple[int, str]]:
        """The rows of a source that could not be read, with their reasons."""
        query = (
            select(t.quarantine.c.row, t.quarantine.c.reason)
            .where(t.quarantine.c.source_id == source_id)
            .order_by(t.quarantine.c.row)
        )
        with self._engine.connect() as connection:
            return [(row.row, row.reason) for row in connection.execute(query)]

    # Passages --------------------------------------------------------------------------------

    def addressed(self, source_id: str) -> int:
        """How many passages of a source speak to a machine rather than to the company."""
        c = t.passages.c
        query = select(func.count()).where(c.source_id == source_id, c.addressed != "")
        with self._engine.connect() as connection:
            return connection.scalar(query) or 0

    def passage(self, passage_id: str) -> Passage:
        """One passage; raises NotFoundError."""
        found = self.passages([passage_id])
        if not found:
            raise NotFoundError(f"No passage has the id {passage_id}.")
        return found[0]

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """The passages with these ids, in this order; unknown ids are left out."""
        query = select(t.passages).where(t.passages.c.id.in_(ids))
        with self._engine.connect() as connection:
            found = {row.id: _passage(row) for row in connection.execute(query)}
        return [found[passage_id] for passage_id in ids if passage_id in found]

    def names(self, words: str) -> bool:
        """Whether any passage has these words as they are, case aside."""
        query = select(t.passages.c.id).where(t.passages.c.text.icontains(words, autoescape=True))
        with self._engine.connect() as connection:
            return connection.scalar(query.limit(1)) is not None

    def passages_of(self, source_id: str) -> Iterator[Passage]:
        """All the passages of a source, in its order."""
        query = (
            select(t.passages)
            .where(t.passages.c.source_id == source_id)
            .order_by(t.passages.c.ordinal)
        )
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                yield _passage(row)

    def digests(self, filters: Filters | None = None) -> list[str]:
        """The digests of the texts that the filters keep, each once."""
        query = select(t.passages.c.digest).distinct()
        if filters:
            query = query.where(self.where(t.passages, filters))
        with self._engine.connect() as connection:
            return list(connection.scalars(query))

    def texts(self, digests: Sequence[str]) -> dict[str, str]:
        """The texts with these digests."""
        query = select(t.passages.c.digest, t.passages.c.text).where(
            t.passages.c.digest.in_(digests)
        )
        with self._engine.connect() as connection:
            return {row.digest: row.text for row in connection.execute(query)}

    def ids_of(self, digests: Sequence[str], filters: Filters) -> dict[str, list[str]]:
        """For each of these texts the ids of the passages with it that the filters keep."""
        query = (
            select(t.passages.c.digest, t.passages.c.id)
            .where(t.passages.c.digest.in_(digests), self.where(t.passages, filters))
            .order_by(t.passages.c.source_id, t.passages.c.ordinal)
        )
        found: dict[str, list[str]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                found.setdefault(row.digest, []).append(row.id)
        return found

    def sample(self, filters: Filters, most: int) -> list[Passage]:
        """Up to ``most`` of the passages that the filters keep, the same ones each time."""
        query = (
            select(t.passages)
            .where(self.where(t.passages, filters))
            .order_by(func.md5(t.passages.c.id))
            .limit(most)
        )
        with self._engine.connect() as connection:
            return [_passage(row) for row in connection.execute(query)]

    def siblings(self, passage: Passage, reach: int = 1) -> list[Passage]:
        """The passages around one: ``reach`` neighbours on either side in the same source."""
        here = select(t.passages.c.ordinal).where(t.passages.c.id == passage.id).scalar_subquery()
        query = (
            select(t.passages)
            .where(
                t.passages.c.source_id == passage.source_id,
                t.passages.c.ordinal.between(here - reach, here + reach),
            )
            .order_by(t.passages.c.ordinal)
        )
        with self._engine.connect() as connection:
            return [_passage(row) for row in connection.execute(query)]

    def scores_of(self, record_ids: Collection[str]) -> dict[str, list[Score]]:
        """The scores of each of these records that has any, the overall one first."""
        query = (
            select(t.scores)
            .where(t.scores.c.record_id.in_(record_ids))
            .order_by(t.scores.c.record_id, t.scores.c.rank)
        )
        found: dict[str, list[Score]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                score = Score(row.name, row.value, row.minimum, row.maximum, row.kind)
                found.setdefault(row.record_id, []).append(score)
        return found

    def languages_in_scope(self, filters: Filters, least: float = 0.05) -> list[str]:
        """The languages of at least this share of the records within the filters."""
        count = func.count()
        query = (
            select(t.records.c.language, count)
            .where(self.where(t.records, filters))
            .group_by(t.records.c.language)
            .order_by(count.desc(), t.records.c.language)
        )
        with self._engine.connect() as connection:
            found = [(language, n) for language, n in connection.execute(query)]
        total = sum(n for _, n in found)
        return [language for language, n in found if n >= least * total]

    def sources_in_scope(self, filters: Filters) -> list[str]:
        """The ids of the sources that have records within the filters."""
        query = select(t.records.c.source_id).distinct().where(self.where(t.records, filters))

        def found() -> list[str]:
            with self._engine.connect() as connection:
                return sorted(connection.scalars(query))

        return list(self.kept.get(("sources in scope", repr(filters)), found))

    def segment_values(self) -> list[tuple[str, str]]:
        """Every (segment, value) that a record has, the most frequent first."""
        pair = "unnest(map_entries(CAST(segments AS MAP(VARCHAR, VARCHAR))))"
        query = text(
            f"SELECT pair.key AS name, pair.value AS value, count(*) AS n "  # noqa: S608 - no input
            f"FROM (SELECT {pair} AS pair FROM records) GROUP BY ALL ORDER BY n DESC, name, value"
        )
        known, version = self._segment_values, self._version
        if known is None:
            with self._engine.connect() as connection:
                known = [(row.name, row.value) for row in connection.execute(query)]
            with self._caching:
                if version == self._version:
                    self._segment_values = known
        return known

    def count_texts(self) -> int:
        """How many different texts the passages have."""
        query = select(func.count(t.passages.c.digest.distinct()))
        with self._engine.connect() as connection:
            return connection.scalar(query) or 0

    # Counts ----------------------------------------------------------------------------------

    def count(self, table: Table, filters: Filters | None = None) -> int:
        """How many rows of ``records`` or ``passages`` the filters keep."""
        query = select(func.count()).select_from(table)
        if filters:
            query = query.where(self.where(table, filters))

        def counted() -> int:
            with self._engine.connect() as connection:
                return connection.scalar(query) or 0

        return self.kept.get(("count", table.name, repr(filters)), counted)

    def count_query(self, table: Table, filters: Filters) -> str:
        """The SELECT behind ``count``, as text that ``sql`` runs, its column named ``value``."""
        return (
            f"SELECT count(*) AS value FROM {table.name} "  # noqa: S608 - names of our own tables
            f"WHERE {self.condition(table, filters)}"
        )

    def condition(self, table: Table, filters: Filters) -> str:
        """What the filters amount to on ``records``, ``passages`` or ``events``, as SQL text."""

        def compiled() -> str:
            condition = self.where(table, filters)
            text = condition.compile(self._engine, compile_kwargs={"literal_binds": True})
            # Line ends are between clauses only where they are not within a literal.
            return on_one_line(str(text))

        return self.kept.get(("condition", table.name, repr(filters)), compiled)

    def where(self, table: Table, filters: Filters) -> ColumnElement[bool]:
        """The condition on ``records`` or ``passages`` that the filters amount to."""
        return condition_on(table, filters, self.source_ids(filters.source))

    def source_ids(self, names: Sequence[str]) -> list[str]:
        """The ids of the sources with these names or ids; unknown ones are passed over."""
        return [source.id for source in self.sources() if {source.id, source.name} & set(names)]

    def check_sources(self, names: Sequence[str]) -> None:
        """Raise NotFoundError for a name or an id that no source has."""
        known = self.sources()
        for name in names:
            if not any(name in (source.id, source.name) for source in known):
                raise NotFoundError(
                    f"No source is called {name}; there are "
                    f"{', '.join(source.name for source in known) or 'none'}."
                )

    def check_segments(self, names: Collection[str]) -> None:
        """Raise NotFoundError for a segment that no record has."""
        known = sorted({name for name, _ in self.segment_values()})
        for name in names:
            if name not in known:
                raise NotFoundError(
                    f"No record has the segment {name}; there are {', '.join(known) or 'none'}."
                )

    # SQL -------------------------------------------------------------------------------------

    def sql(self, query: str) -> list[dict[str, Any]]:
        """Run one read-only SELECT and give its rows, with JSON values.

        Raises InputError for anything but one SELECT, for an error in it, and past what
        ``selects`` allows in seconds and rows.
        """
        check_select(query)
        self._derive(query)
        with self._engine.connect() as connection:
            return run_select(connection, query)

    def derive(self, names: Iterable[str] = tuple(DERIVED), stop: Event | None = None) -> bool:
        """Build these derived tables, until ``stop`` is set; whether any was not up to date."""
        built = [self._build(DERIVED[name]) for name in names if not (stop and stop.is_set())]
        return any(built)

    def _derive(self, query: str) -> None:
        """Build the derived tables that a query names and that are not up to date."""
        for name in DERIVED:
            if name not in self._fresh and re.search(rf"\b{name}\b", query):
                self._build(DERIVED[name])

    def _build(self, table: Derived) -> bool:
        """Build a derived table, after those that it is made of, if it is not up to date."""
        with self._deriving:
            if table.name in self._fresh:
                return False
            for each in table.of:
                if isinstance(each, str):
                    self._build(DERIVED[each])
            with self._engine.connect() as connection:
                built = _is_built(connection, table.name)
            if not built:
                definition = table.definition(self.sql)
                with self._engine.begin() as connection:
                    connection.execute(
                        text(f"CREATE OR REPLACE TABLE {table.name} AS {definition}")
                    )
                    stamp = {"name": _stamp(table.name), "value": str(VERSION)}
                    connection.execute(
                        delete(t.properties).where(t.properties.c.name == stamp["name"])
                    )
                    connection.execute(insert(t.properties), stamp)
            self._fresh.add(table.name)
            return not built


def _memory_mb() -> int:
    """MEMORY_MB, or most of what a small machine has."""
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return min(MEMORY_MB, there * 4 // 5)


def _add_columns(connection: Connection) -> None:
    """Give an older store's tables the columns that they lack; those there are stay as they are."""
    for column in t.ADDED:
        kind = column.type.compile(connection.dialect)
        connection.execute(
            text(f"ALTER TABLE {column.table.name} ADD COLUMN IF NOT EXISTS {column.name} {kind}")
        )


def _is_built(connection: Connection, name: str) -> bool:
    """Whether a derived table is there and up to date."""
    stamp = select(t.properties.c.value).where(t.properties.c.name == _stamp(name))
    there = text("SELECT 1 FROM duckdb_tables() WHERE table_name = :name").bindparams(name=name)
    return connection.scalar(stamp) == str(VERSION) and connection.scalar(there) is not None


def _stamp(name: str) -> str:
    """The property that says of which version a derived table is, while nothing has changed."""
    return f"derived {name}"


def _passage(row: Row[Any]) -> Passage:
    values = dict(row._mapping)
    del values["ordinal"]
    if values["addressed"] is None:
        # Loaded before it was told.
        values["addressed"] = speaks_to_model(values["text"])
    return Passage(**values)
