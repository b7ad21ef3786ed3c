"""Passages of a set loaded as the pieces of one document, for questions to be asked of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from assistant.core import Assistant
from corpus import tables as t
from corpus.passages import rows_of
from corpus.types import Document, Imported, Piece, Source


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a set: what stands above it, its text, its language."""

    title: str
    text: str
    language: str


def load(assistant: Assistant, name: str, passages: Sequence[Passage]) -> list[str]:
    """Load and embed the passages in the place of all that there was; their ids, in order.

    What was embedded before is not embedded again.
    """
    languages = [each.language for each in passages]
    main = max(set(languages), key=languages.count)
    pieces = tuple(Piece(p.title, p.text, {"heading": p.title}) for p in passages)
    imported = Imported(
        "research", len(pieces), document=Document(name, "", "", "", None, main, pieces)
    )
    rows = rows_of(imported, name, f"{name}.txt", languages)
    made = rows[t.passages]
    fingerprint = sha256("\n".join(str(row["id"]) for row in made).encode()).hexdigest()
    known = assistant.store.sources()
    if [source.fingerprint for source in known] != [fingerprint]:
        for each in known:
            assistant.store.remove(each.id)
        count = len(made)
        source = Source(
            name, f"{name}.txt", "research", fingerprint, {}, count, count, 0, main
        )  # fmt: skip
        assistant.store.replace(source, rows)
    assistant.index.follow()
    assistant.embed()
    return [str(row["id"]) for row in made]
