"""The lexical index: tantivy, with a stemmed field for each of French and English."""

import shutil
from collections.abc import Iterable, Sequence
from datetime import date as Date
from pathlib import Path
from typing import Any

from tantivy import (
    Document,
    FieldType,
    Index,
    Occur,
    Query,
    Schema,
    SchemaBuilder,
    Searcher,
)

from corpus.analysis import STEMMED, analyser, field_of
from corpus.filters import Filters, values_of
from corpus.types import Passage
from retrieval.types import Ranked

FIELDS = (*STEMMED, "other")

Terms = dict[str, dict[str, float]]
"""Field to term to weight: what a question looks for in each language's field."""


def _schema() -> Schema:
    builder = SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for field in FIELDS:
        builder.add_text_field(field, tokenizer_name=field, index_option="freq")
    builder.add_text_field("tag", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("date", fast=True, indexed=True)
    builder.add_float_field("score", fast=True, indexed=True)
    return builder.build()


def _tag(name: str, value: str) -> str:
    return f"{name}={value}"


def _day(date: Date) -> int:
    return date.toordinal()


class LexicalIndex:
    """BM25 over passages, in a directory that can be deleted at any time."""

    def __init__(self, path: Path) -> None:
        """Open or create the index in ``path``; one that cannot be read is made anew."""
        path.mkdir(parents=True, exist_ok=True)
        self._schema = _schema()
        try:
            self._index = Index(self._schema, str(path))
        except ValueError:
            shutil.rmtree(path)
            path.mkdir()
            self._index = Index(self._schema, str(path))
        for field in FIELDS:
            self._index.register_tokenizer(field, analyser(field))

    def __len__(self) -> int:
        return self._searcher().num_docs

    def _searcher(self) -> Searcher:
        return self._index.searcher()

    def update(self, removed: Iterable[str], added: Iterable[Passage]) -> None:
        """Forget the sources with the ids ``removed``, then take in the passages ``added``."""
        writer = self._index.writer(heap_size=64_000_000, num_threads=1)
        for source_id in removed:
            writer.delete_documents_by_term("tag", _tag("source", source_id))
        for passage in added:
            writer.add_document(_document(passage))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def search(self, terms: Terms, filters: Filters, limit: int) -> list[Ranked]:
        """The best passages by BM25; ``filters.source`` must hold source ids."""
        wanted = [
            (Occur.Should, Query.boost_query(Query.term_query(self._schema, field, term), weight))
            for field, weights in terms.items()
            for term, weight in weights.items()
        ]
        if not wanted:
            return []
        query = self._filtered(Query.boolean_query(wanted), filters)
        searcher = self._searcher()
        hits = searcher.search(query, limit, count=False).hits
        return [Ranked(searcher.doc(address)["id"][0], float(score)) for score, address in hits]

    def frequency(self, field: str, term: str) -> int:
        """How many passages hold a term of a field."""
        return self._searcher().doc_freq(field, term)

    def count(self, terms: Sequence[tuple[str, str]], filters: Filters) -> int:
        """How many passages within the filters hold any of the (field, term) pairs."""
        wanted = [
            (Occur.Should, Query.term_query(self._schema, field, term)) for field, term in terms
        ]
        query = self._filtered(Query.boolean_query(wanted), filters)
        found: Any = self._searcher().search(query, 1)  # its stub lacks `count`
        return int(found.count)

    def _filtered(self, query: Query, filters: Filters) -> Query:
        conditions = [
            self._any([_tag(name, value) for value in values])
            for name in ("kind", "source", "stage", "language", "channel")
            if (values := getattr(filters, name))
        ]
        conditions += [
            self._any([_tag(f"segment.{name}", each) for each in values_of(value)])
            for name, value in filters.segment.items()
        ]
        if filters.since or filters.until:
            conditions.append(
                Query.range_query(
                    self._schema,
                    "date",
                    FieldType.Integer,
                    _day(filters.since) if filters.since else 0,
                    _day(filters.until) if filters.until else _day(Date.max),
                )
            )
        if filters.score_min is not None or filters.score_max is not None:
            conditions.append(
                Query.range_query(
                    self._schema,
                    "score",
                    FieldType.Float,
                    0.0 if filters.score_min is None else filters.score_min,
                    1.0 if filters.score_max is None else filters.score_max,
                )
            )
        return Query.boolean_query(
            [(Occur.Must, query)]
            + [(Occur.Must, Query.const_score_query(each, 0.0)) for each in conditions]
        )

    def _any(self, tags: Sequence[str]) -> Query:
        return Query.term_set_query(self._schema, "tag", list(tags))


def _document(passage: Passage) -> Document:
    document = Document()
    document.add_text("id", passage.id)
    text = passage.text.replace("œ", "oe").replace("’", "'")
    document.add_text(field_of(passage.language), text)
    tags = {"kind": passage.kind, "source": passage.source_id, "language": passage.language}
    for name, value in (*tags.items(), ("stage", passage.stage), ("channel", passage.channel)):
        if value:
            document.add_text("tag", _tag(name, value))
    for name, value in passage.segments.items():
        document.add_text("tag", _tag(f"segment.{name}", value))
    if passage.date:
        document.add_integer("date", _day(passage.date))
    if passage.score is not None:
        document.add_float("score", passage.score)
    return document
