"""Loading a file: choose its importer, redact, cut into passages, put in the store."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import Table

from corpus import tables as t
from corpus.errors import InputError
from corpus.files import RawFile
from corpus.hidden import without_hidden
from corpus.importers import choose, importer
from corpus.language import detect, detect_all
from corpus.passages import Rows, rows_of
from corpus.privacy import sanitise
from corpus.store import Store
from corpus.types import FILE_KINDS, FileKind, Imported, Source

IMPORT_VERSION = 3
"""Raised when importers read the same file differently, so that loading it again reloads it."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What happened to one file.

    ``addressed`` counts the passages that speak to a machine; ``unused`` are the columns that
    nothing was read from, told when they are read.
    """

    source: Source
    status: Literal["loaded", "replaced", "unchanged"]
    quarantined: tuple[tuple[int, str], ...] = ()
    addressed: int = 0
    unused: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON values, as the command line and the API give it."""
        return {
            "source_id": self.source.id,
            "source": self.source.name,
            "kind": self.source.kind,
            "status": self.status,
            "mapping": dict(self.source.mapping),
            "unused": list(self.unused),
            "rows_read": self.source.rows_read,
            "rows_loaded": self.source.rows_loaded,
            "rows_quarantined": self.source.rows_quarantined,
            "quarantine": [{"row": row, "reason": reason} for row, reason in self.quarantined],
            "hidden": dict(self.source.hidden),
            "addressed": self.addressed,
        }


def ingest(
    store: Store,
    file: RawFile,
    key: bytes,
    *,
    origin: str,
    kind: FileKind | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Loaded:
    """Load one file; the store is unchanged unless the whole of it could be read.

    ``origin`` is where the file came from (its full path, or the name of an upload): a file
    with the same origin is a new version of the same source. ``key`` is the secret under which
    customers become pseudonyms. Raises InputError.
    """
    if kind is not None and kind not in FILE_KINDS:
        raise InputError(f"Unknown kind {kind}; the kinds are {', '.join(FILE_KINDS)}.")
    mapping = dict(mapping or {})
    options = json.dumps([IMPORT_VERSION, kind, sorted(mapping.items())])
    fingerprint = sha256(f"{file.fingerprint}{options}".encode()).hexdigest()
    source_id = _source_id(file.name, origin)
    known = {source.id: source for source in store.sources()}
    for source in known.values():
        # The same content from elsewhere is no second source, but a changed file is replaced.
        if source.fingerprint == fingerprint and (source.id == source_id or source_id not in known):
            quarantined = tuple(store.quarantined(source.id))
            return Loaded(source, "unchanged", quarantined, store.addressed(source.id))

    chosen = kind or choose(file)
    # Hidden characters within an address would hide it from the redactor too.
    imported = sanitise(without_hidden(importer(chosen).read(file, mapping)), key)
    # A blank canvas is a map that nobody has filled in yet, and no mistake.
    blank = imported.kind == "journey" and not imported.rows_read
    if not (blank or imported.records or imported.cells or imported.events or imported.document):
        raise InputError(
            f"None of the {imported.rows_read} rows of {file.name} could be read"
            + (f" ({imported.quarantined[0].reason})." if imported.quarantined else ".")
        )
    languages = _languages(imported)
    rows = rows_of(imported, source_id, file.name, languages)
    source = _source(imported, rows, source_id, file.name, fingerprint, languages)
    store.replace(source, rows)
    status: Literal["replaced", "loaded"] = "replaced" if source_id in known else "loaded"
    addressed = sum(bool(passage["addressed"]) for passage in rows[t.passages])
    quarantined = tuple((q.row, q.reason) for q in imported.quarantined)
    return Loaded(source, status, quarantined, addressed, imported.unused)


def _source_id(name: str, origin: str) -> str:
    stem = unicodedata.normalize("NFKD", name.rsplit(".", 1)[0]).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:40].strip("-") or "source"
    return f"{slug}-{sha256(origin.encode()).hexdigest()[:8]}"


def _languages(imported: Imported) -> list[str]:
    """The language of each record, cell or piece, detected where the file does not say."""
    if imported.records:
        found = detect_all(f"{record.title} {record.text}" for record in imported.records)
        return [r.language or found[i] for i, r in enumerate(imported.records)]
    if imported.document:
        whole = detect(" ".join(piece.text for piece in imported.document.pieces)) or "en"
        return [whole] * len(imported.document.pieces)
    whole = detect(" ".join(cell.text for cell in imported.cells)) or "en"
    return [whole] * len(imported.cells)


def _source(
    imported: Imported,
    rows: Rows,
    source_id: str,
    name: str,
    fingerprint: str,
    languages: list[str],
) -> Source:
    document = imported.document
    loaded: dict[FileKind, Table] = {
        "feedback": t.records,
        "journey": t.cells,
        "events": t.events,
        "research": t.passages,
    }
    return Source(
        id=source_id,
        name=name,
        kind=imported.kind,
        fingerprint=fingerprint,
        mapping=dict(imported.mapping),
        rows_read=imported.rows_read,
        rows_loaded=len(rows[loaded[imported.kind]]),
        rows_quarantined=len(imported.quarantined),
        language=Counter(languages).most_common(1)[0][0] if languages else "",
        title=document.title if document else "",
        author=document.author if document else "",
        publisher=document.publisher if document else "",
        sponsor=document.sponsor if document else "",
        date=document.date if document else None,
        notes=dict(document.notes) if document else {},
        hidden=dict(imported.hidden),
    )
