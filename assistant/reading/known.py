"""What a corpus has that a question can name; read once, and again when the corpus changes."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from weakref import WeakKeyDictionary

from assistant.reading.text import fold, stem_of, stems_of
from assistant.words import ANSWER_LANGUAGES
from corpus.metrics.relations import Scale
from corpus.store import Store
from retrieval.lexicon import translations

SPOKEN_SHARE, SPOKEN = 0.05, 30
"""A stage that no source gives is there when so many of those who wrote speak of it."""

MOST = 0.5
"""A scale is of records as a whole where it comes first in so many of them."""

WORDED_SHARE = 0.02
"""... and its narrower sense when so many of the texts use a word of it."""

MENTIONED = 3
"""Texts from which a word is a subject of its own."""


@dataclass(frozen=True)
class Known:
    """The values that the records of a store have.

    ``scores`` are names of scales with their kinds, the most frequent first; ``scales`` the same
    with their ends, ``overall`` the names of those on which records are rated as a whole, and
    ``rated`` the files whose records are rated on each, of all ``files`` with records.
    ``given`` are the stages that a record, a journey map or an event has by its source, ``spoken``
    those that customers speak of; ``coded`` says whether anything has been coded. ``answered``
    counts the answers on each scale.
    """

    segments: tuple[tuple[str, str], ...]
    channels: tuple[str, ...]
    languages: tuple[str, ...]
    scores: tuple[tuple[str, str], ...]
    given: frozenset[str]
    spoken: frozenset[str]
    coded: bool
    subjects: frozenset[str]
    answered: Mapping[str, int] = field(default_factory=dict)
    scales: tuple[Scale, ...] = ()
    overall: frozenset[str] = frozenset()
    rated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: frozenset[str] = frozenset()
    worded: dict[str, bool] = field(default_factory=dict)

    def of_files(self, files: Collection[str]) -> "Known":
        """The same with the scales of these files alone; of no files in particular, all."""
        kept = {name for name, of in self.rated.items() if not files or set(files) & set(of)}
        return replace(self, scores=tuple(each for each in self.scores if each[0] in kept))

    def has_stage(self, stage: str, says: str, store: Store) -> bool:
        """Whether the corpus has a stage, in the narrower sense that ``says`` shows if it is given.

        What a source gives is there. What is only spoken of must be spoken of in that sense: a
        stage of delivery found in reviews of insurance is no delivery of parcels.
        """
        if stage in self.given:
            return True
        if self.coded and stage not in self.spoken:
            return False
        return not says or self._says(says, store)

    def speaks_of(self, word: str, language: str, store: Store) -> bool:
        """Whether texts have a word of the question, in either language, of whatever stage."""
        stem = stem_of(fold(word), language)
        told = {word.lower(), *translations(stem, language)}
        ways = "|".join(rf"{re.escape(each)}\w{{0,3}}" for each in sorted(told) if len(each) > 3)
        return bool(ways) and self._says(ways, store, least=MENTIONED, share=0)

    def _says(
        self, says: str, store: Store, *, least: int = SPOKEN, share: float = WORDED_SHARE
    ) -> bool:
        if says not in self.worded:
            pattern = rf"\b({says})\b".replace("'", "''")
            query = (
                "SELECT count(*) AS n, count(*) FILTER "  # noqa: S608 - of the word lists
                f"(WHERE regexp_matches(lower(title || ' ' || text), '{pattern}')) AS k "
                "FROM records WHERE title <> '' OR text <> ''"
            )
            row = store.sql(query)[0]
            self.worded[says] = row["k"] >= max(least, share * row["n"])
        return self.worded[says]


_kept: WeakKeyDictionary[Store, tuple[object, Known]] = WeakKeyDictionary()
_keeping = Lock()


def known(store: Store) -> Known:
    """What the store's records have."""
    mark = _mark(store)
    with _keeping:
        kept = _kept.get(store)
    if kept and kept[0] == mark:
        return kept[1]
    found = _read(store)
    with _keeping:
        _kept[store] = mark, found
    return found


def _mark(store: Store) -> object:
    """What changes when sources come and go, and when texts are coded anew."""
    sources = tuple((each.id, each.fingerprint, each.rows_loaded) for each in store.sources())
    coded = store.sql("SELECT count(*) AS n, max(version) AS version FROM mentions")[0]
    return sources, coded["n"], coded["version"]


def _read(store: Store) -> Known:
    def column(query: str) -> tuple[str, ...]:
        return tuple(next(iter(row.values())) for row in store.sql(query))

    of = "SELECT {0} FROM records WHERE {0} <> '' GROUP BY 1 ORDER BY count(*) DESC, 1"
    given = "SELECT stage FROM {0} WHERE stage <> '' GROUP BY 1"
    spoken = store.sql(
        "SELECT stage, count(DISTINCT record_id) AS n FROM mentions WHERE stage <> '' GROUP BY 1"
    )
    wrote = store.sql("SELECT count(DISTINCT record_id) AS n FROM coded")[0]["n"]
    scores = store.sql(
        "SELECT name, kind, count(*) AS n FROM scores GROUP BY 1, 2 "
        "ORDER BY avg(rank), count(*) DESC, 1"
    )
    scales = store.sql(
        "SELECT name, kind, minimum, maximum FROM scores GROUP BY ALL ORDER BY count(*) DESC, 1, 2"
    )
    rated = store.sql(
        "SELECT s.name, list(DISTINCT f.name ORDER BY f.name) AS files, "
        "avg((rank = 0)::INT) AS whole "
        "FROM scores AS s JOIN sources AS f ON f.id = s.source_id GROUP BY 1"
    )
    return Known(
        segments=tuple(store.segment_values()),
        channels=column(of.format("channel")),
        languages=column(of.format("language")),
        scores=tuple((row["name"], row["kind"]) for row in scores),
        given=frozenset(
            stage
            for table in ("records", "cells", "events")
            for stage in column(given.format(table))
        ),
        spoken=frozenset(
            row["stage"] for row in spoken if row["n"] >= max(SPOKEN, SPOKEN_SHARE * wrote)
        ),
        coded=bool(wrote),
        answered={row["name"]: row["n"] for row in reversed(scores)},
        scales=tuple(Scale(**row) for row in scales),
        overall=frozenset(row["name"] for row in rated if row["whole"] >= MOST),
        files=frozenset(
            column(
                "SELECT name FROM sources WHERE id IN (SELECT source_id FROM records) ORDER BY 1"
            )
        ),
        rated={row["name"]: tuple(row["files"]) for row in rated},
        subjects=frozenset(
            stem
            for named in (
                *(Path(each.name).stem for each in store.sources()),
                *(segment for segment, _ in store.segment_values()),
            )
            for language in ANSWER_LANGUAGES
            for stem in stems_of(re.sub(r"\d+|_", " ", named), language)
        ),
    )


def listed(known: Known) -> Mapping[str, tuple[str, ...]]:
    """The values of each segment, the most frequent first."""
    found: dict[str, list[str]] = {}
    for name, value in known.segments:
        found.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in found.items()}
