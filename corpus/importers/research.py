"""Reports and articles: TXT, Markdown, HTML, PDF and DOCX, cut along their own headings."""

import csv
import json
from collections.abc import Mapping
from dataclasses import replace
from statistics import median

from corpus.documents import read_document
from corpus.documents.about import FIELDS
from corpus.documents.dates import read_date
from corpus.documents.markup import looks_like_html, looks_like_markdown
from corpus.errors import InputError
from corpus.files import RawFile
from corpus.types import Imported

_SAMPLE_LINES = 200
_DELIMITERS = "\t;|,"


def claims(file: RawFile) -> float:
    """How sure it is, from 0 to 1, that the file is a document to read.

    0.9 for PDF and DOCX; 0.7 to 0.8 for Markdown and web pages; 0.5 for prose; 0 for tables,
    JSON, YAML and what is not text.
    """
    try:
        if file.format in ("pdf", "docx"):
            return 0.9
        if file.format != "text":
            return 0.0
        text = file.text
    except InputError:
        return 0.0
    if looks_like_html(text):
        return 0.8
    lines = [line for line in text.split("\n")[:_SAMPLE_LINES] if line.strip()]
    if not lines or _is_data(text, lines):
        return 0.0
    if looks_like_markdown(text):
        return 0.8 if file.suffix in (".md", ".markdown") else 0.7
    if file.suffix in (".md", ".markdown"):
        return 0.7
    return 0.5 if _is_prose(lines) else 0.0


def read(file: RawFile, mapping: Mapping[str, str]) -> Imported:
    """The document that a file holds; ``mapping`` overrides what is known of it.

    ``rows_read`` counts its pieces. Raises InputError for a file that cannot be read, that holds
    nothing to cite, or for a field that documents do not have.
    """
    overrides = _overrides(mapping)
    document = replace(read_document(file), **overrides)  # type: ignore[arg-type]
    return Imported(
        kind="research",
        rows_read=len(document.pieces),
        mapping=dict(mapping),
        document=document,
    )


def _overrides(mapping: Mapping[str, str]) -> dict[str, object]:
    unknown = sorted(set(mapping) - set(FIELDS))
    if unknown:
        raise InputError(
            f"A document has no field {', '.join(unknown)}; those to set are {', '.join(FIELDS)}."
        )
    overrides: dict[str, object] = {field: value.strip() for field, value in mapping.items()}
    if "date" in mapping:
        overrides["date"] = read_date(mapping["date"])
        if overrides["date"] is None:
            raise InputError(
                f"The date {mapping['date']!r} is not understood; write it as 2024-05-31."
            )
    return overrides


def _is_data(text: str, lines: list[str]) -> bool:
    """Whether the text is JSON, a YAML map or a table rather than something to read."""
    first = lines[0].strip()
    if first[0] in "{[":
        try:
            json.loads(first)
            return True
        except (ValueError, RecursionError):
            if first[0] == "{" or first in ("[", "[{"):
                return True
    return _is_yaml(text, lines) or any(_is_table(lines, mark) for mark in _DELIMITERS)


def _is_yaml(text: str, lines: list[str]) -> bool:
    """Whether most lines are ``key: value`` or belong to one."""
    if text.startswith("---\n") and looks_like_markdown(text):
        return False
    outer = [line.partition(":")[0] for line in lines if line[0] not in " -#"]
    if len(set(outer)) < len(outer):  # speakers come again and again; keys do not
        return False
    keys = sum(_is_yaml_line(line) for line in lines)
    return keys > 0.7 * len(lines)


def _is_yaml_line(line: str) -> bool:
    key, colon, rest = line.strip().removeprefix("- ").partition(":")
    return bool(colon) and (not rest or rest[0] == " ") and " " not in key.strip('"') and bool(key)


def _is_table(lines: list[str], mark: str) -> bool:
    """Whether the lines have the same number of cells, more than one."""
    try:
        rows = list(csv.reader(lines, delimiter=mark))
    except csv.Error:
        return False
    widths = [len(row) for row in rows if row]
    if not widths or len(rows) < 2:
        return False
    if any(len(cell) > 60 or cell.rstrip()[-1:] in tuple(".!?…") for cell in rows[0] if cell):
        return False  # no header says a sentence
    width = widths[0]
    needed = 3 if mark == "," else 2
    return width >= needed and sum(found == width for found in widths) >= 0.8 * len(widths)


def _is_prose(lines: list[str]) -> bool:
    """Whether some lines are sentences, and the typical one is not a word or a number."""
    words = [len(line.split()) for line in lines]
    return (
        max(words) >= 6
        and median(words) >= 2
        and any(mark in line for line in lines for mark in ".!?…")
    )
