"""DOCX into blocks: heading styles, lists, tables."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

import docx
from docx.table import Table

from corpus.documents.blocks import BULLET, Block, Parsed, clean, paragraph
from corpus.documents.word_unseen import without_unseen
from corpus.errors import InputError
from corpus.hidden import Found

LARGEST = 500_000_000
"""Bytes that a file may take once unzipped."""

_HEADING = re.compile(r"(?:heading|titre|überschrift|kop) ?(?P<level>\d)", re.IGNORECASE)


def read_docx(data: bytes, name: str) -> Parsed:
    """The blocks and properties of a DOCX file; raises InputError where it is damaged or huge."""
    found: Found = Counter()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unzipped = sum(part.file_size for part in archive.infolist())
        if unzipped > LARGEST:
            raise InputError(
                f"{name} would take {unzipped // 1_000_000:,} MB unzipped, more than the "
                f"{LARGEST // 1_000_000} MB that are read; split it."
            )
        document = docx.Document(io.BytesIO(data))
        without_unseen(document, found)
        blocks = tuple(block for block in _blocks(document) if block.text)
        properties = document.core_properties
        declared = {"title": properties.title, "author": properties.author}
    except InputError:
        raise
    except Exception as error:  # what a parser raises on a damaged file is not foreseeable
        raise InputError(
            f"{name} is a damaged DOCX file ({type(error).__name__}); save it again."
        ) from error
    kept = {
        field: clean(value) for field, value in declared.items() if value and value != "python-docx"
    }
    structured = any(block.kind == "heading" for block in blocks)
    return Parsed(blocks, kept, structured, hidden=found)


def _blocks(document: Any) -> Iterator[Block]:
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            yield from _rows(part)
            continue
        style = part.style.name or "" if part.style is not None else ""
        heading = _HEADING.match(style)
        if heading or style == "Title":
            level = int(heading["level"]) + 1 if heading else 1
            yield Block("heading", clean(part.text), level=level)
        elif (style.startswith("List") and style != "List Paragraph") or _numbered(part):
            yield Block("item", clean(part.text), mark=BULLET)
        else:
            for line in part.text.split("\n"):
                yield paragraph(line)


def _numbered(part: Any) -> bool:
    properties = part._p.pPr
    return properties is not None and properties.numPr is not None


def _rows(table: Table) -> Iterator[Block]:
    for row in table.rows:
        cells: list[str] = []
        previous = None
        for cell in row.cells:
            # A merged cell comes once for each column that it spans.
            if cell._tc is not previous:
                cells.append(clean(cell.text))
            previous = cell._tc
        if any(cells):
            yield Block("row", " | ".join(cells))
