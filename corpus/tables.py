"""The tables of the store. Indexes are derived from ``passages``, never the other way round."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

SCHEMA_VERSION = 2

metadata = MetaData()

properties = Table(
    "properties",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("mapping", JSON, nullable=False),
    Column("rows_read", BigInteger, nullable=False),
    Column("rows_loaded", BigInteger, nullable=False),
    Column("rows_quarantined", BigInteger, nullable=False),
    Column("language", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("sponsor", Text, nullable=False),
    Column("date", Date),
    Column("notes", JSON, nullable=False),
    Column("hidden", JSON),
)

records = Table(
    "records",
    metadata,
    Column("id", Text, primary_key=True),
    Column("source_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("channel", Text),
    Column("date", Date),
    Column("customer_key", Text),
    Column("voice", Text, nullable=False),
    Column("stage", Text),
    Column("segments", JSON, nullable=False),
    Column("locator", JSON, nullable=False),
)

scores = Table(
    "scores",
    metadata,
    Column("record_id", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("value", Double, nullable=False),
    Column("minimum", Double, nullable=False),
    Column("maximum", Double, nullable=False),
    Column("kind", Text, nullable=False),
    Column("goodness", Double, nullable=False),
)

cells = Table(
    "cells",
    metadata,
    Column("id", Text, primary_key=True),
    Column("source_id", Text, nullable=False),
    Column("map", Text, nullable=False),
    Column("persona", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("emotion", Integer),
    Column("moment_of_truth", Boolean, nullable=False),
    Column("owner", Text, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("source_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("date", Date, nullable=False),
    Column("customer_key", Text),
    Column("session", Text),
    Column("amount", Double),
    Column("stage", Text),
    Column("channel", Text),
    Column("segments", JSON, nullable=False),
    Column("count", BigInteger, nullable=False),
)

passages = Table(
    "passages",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("parent", Text, nullable=False),
    Column("ordinal", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("stage", Text),
    Column("channel", Text),
    Column("date", Date),
    Column("customer_key", Text),
    Column("score", Double),
    Column("segments", JSON, nullable=False),
    Column("locator", JSON, nullable=False),
    # The kind of address to a machine that the text holds, empty for none.
    Column("addressed", Text),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("source_id", Text, nullable=False),
    Column("row", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
)

codebooks = Table(
    "codebooks",
    metadata,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),
    Column("made", Text, nullable=False),
)

mentions = Table(
    "mentions",
    metadata,
    Column("passage_id", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("span_start", BigInteger, nullable=False),
    Column("span_end", BigInteger, nullable=False),
    Column("theme", Text, nullable=False),
    Column("polarity", Text, nullable=False),
    Column("emotions", JSON, nullable=False),
    Column("stage", Text),
    Column("probability", Double, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("method", Text, nullable=False),
)

coded = Table(
    "coded",
    metadata,
    Column("passage_id", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("state", Text, nullable=False),
)

corrections = Table(
    "corrections",
    metadata,
    Column("passage_id", Text, nullable=False),
    Column("span_start", BigInteger, nullable=False),
    Column("span_end", BigInteger, nullable=False),
    Column("theme", Text, nullable=False),
    Column("holds", Boolean, nullable=False),
    Column("polarity", Text),
    Column("digest", Text, nullable=False),
    Column("made", Text, nullable=False),
)

labels = Table(
    "labels",
    metadata,
    Column("record_id", Text, nullable=False),
    Column("coder", Text, nullable=False),
    Column("themes", JSON, nullable=False),
    Column("weight", Double, nullable=False),
    Column("probabilities", JSON, nullable=False),
    Column("version", BigInteger, nullable=False),
)

dismissals = Table(
    "dismissals",
    metadata,
    Column("candidate", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("made", Text, nullable=False),
)

vectors = Table(
    "vectors",
    metadata,
    Column("digest", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),
)

model_codes = Table(
    "model_codes",
    metadata,
    Column("digest", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("model", Text, nullable=False),
    Column("mentions", JSON, nullable=False),
    Column("made", Text, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("conversation_id", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("question", Text, nullable=False),
    Column("reading", JSON, nullable=False),
    Column("made", Text, nullable=False),
    Column("answer", JSON),
    Column("key", Text),
)

titles = Table(
    "titles",
    metadata,
    Column("conversation_id", Text, nullable=False),
    Column("title", Text, nullable=False),
)

ratings = Table(
    "ratings",
    metadata,
    Column("answer_id", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("made", Text, nullable=False),
)

ADDED = (turns.c.answer, turns.c.key, sources.c.hidden, passages.c.addressed)
"""Columns that older stores of this schema lack; they are added when such a store is opened."""

spending = Table(
    "spending",
    metadata,
    Column("day", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("prompt_tokens", BigInteger, nullable=False),
    Column("answer_tokens", BigInteger, nullable=False),
)

actions = Table(
    "actions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("intervention", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("owner", Text),
    Column("note", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("effort", Text),
    Column("horizon", Text),
    Column("causal_low", Double),
    Column("causal_high", Double),
    Column("part", Text),
    Column("accepted", Date),
    Column("started", Date),
    Column("measured", Date),
    Column("dismissed", Date),
    Column("expected", JSON, nullable=False),
    Column("outcome", JSON, nullable=False),
    Column("made", Text, nullable=False),
)

BY_SOURCE = (records, scores, cells, events, passages, quarantine, mentions, coded)
"""The tables whose rows belong to one source and go with it."""
