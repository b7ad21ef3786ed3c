"""PDF into blocks: lines joined into paragraphs, page by page, without headers and footers."""

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Any

from pypdf import PdfReader

from corpus.documents.blocks import Block, Parsed, clean, paragraph
from corpus.documents.pdf_unseen import without_unseen
from corpus.documents.plain import looks_like_heading
from corpus.errors import InputError
from corpus.hidden import Found, characters

_EDGE_LINES = 3
_LARGER = 1.12
_HEADING_AT_MOST = 160
_FINAL = re.compile(r"[.!?…:;»”\")\]]\s*\Z")
_HYPHEN = re.compile(r"(?P<head>[^\W\d_]+)[-\u00ad‐]\Z")
_NUMBERED = re.compile(r"\d{1,2}[.)] ")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page: its largest type size in points, whether it is bold, its height."""

    text: str
    page: int
    size: float
    bold: bool
    height: float


def read_pdf(data: bytes, name: str) -> Parsed:
    """The blocks and properties of a PDF; raises InputError where it has no readable text."""
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    found: Found = Counter()
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError(f"{name} is protected by a password; save it without one.")
        pages = [
            _page_lines(page, number, found) for number, page in enumerate(reader.pages, start=1)
        ]
        declared = _declared(reader)
    except InputError:
        raise
    except Exception as error:  # what a parser raises on a damaged file is not foreseeable
        raise InputError(
            f"{name} is a damaged or protected PDF ({type(error).__name__}); save it again."
        ) from error
    lines = _without_repeated(pages)
    if not any(character.isalpha() for line in lines for character in line.text):
        raise InputError(
            f"{name} has no text that can be read (is it a scan?); "
            "recognise its text first, with an OCR tool."
        )
    blocks, structured = _blocks(lines)
    return Parsed(blocks, declared, structured, hidden=found)


def _declared(reader: PdfReader) -> dict[str, str]:
    properties = reader.metadata
    if properties is None:
        return {}
    found = {"title": properties.title, "author": properties.author}
    return {field: clean(str(value)) for field, value in found.items() if value}


def _page_lines(page: Any, number: int, found: Found) -> list[_Line]:
    left, bottom, right, top = map(float, page.cropbox)
    without_unseen(page, (left, bottom, right, top), found)
    pieces: list[tuple[str, float, bool, float]] = []

    def visit(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        if not text:
            return
        scale = abs(tm[3] * cm[3]) or abs(tm[1] * cm[2]) or 1.0
        height = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        name = str((font or {}).get("/BaseFont", "")).lower()
        bold = any(word in name for word in ("bold", "black", "heavy", "semibold"))
        pieces.append((text, (size or 0.0) * scale, bold, height))

    whole = characters(page.extract_text(visitor_text=visit), found)
    lines = list(_split(pieces, number))
    if sum(len(line.text) for line in lines) < len(whole.strip()) // 2:
        return [_Line(clean(text), number, 0.0, False, 0.0) for text in whole.split("\n")]
    return lines


def _split(pieces: Sequence[tuple[str, float, bool, float]], page: int) -> Iterator[_Line]:
    text, size, bold, height = "", 0.0, True, 0.0
    for piece, piece_size, piece_bold, piece_height in (*pieces, ("\n", 0.0, True, 0.0)):
        for index, part in enumerate(piece.split("\n")):
            if index:
                yield _Line(clean(text), page, round(size, 1), bold and bool(text.strip()), height)
                text, size, bold = "", 0.0, True
            if part.strip():
                size, bold = max(size, piece_size), bold and piece_bold
                height = height if text.strip() else piece_height
            text += part


def _without_repeated(pages: Sequence[Sequence[_Line]]) -> list[_Line]:
    """The lines of all pages without page numbers and what stands at the edge of most pages.

    A running line is in no larger type than the text, and at the same height on every page.
    """
    written = [[line for line in page if line.text] for page in pages]
    body = _body_size([line for page in written for line in page])
    edges = [[line for line in _edges(page) if not _is_larger(line, body)] for page in written]
    counts = Counter(shape for page in edges for shape in {_shape(line) for line in page})
    needed = max(2, 0.5 * len(pages))
    furniture = {
        id(line)
        for page in edges
        for line in page
        if counts[_shape(line)] >= needed or re.fullmatch(r"[\d\s/|–-]+", line.text)
    }
    return [line for page in written for line in page if id(line) not in furniture]


def _edges(page: Sequence[_Line]) -> list[_Line]:
    return [*page[:_EDGE_LINES], *page[max(_EDGE_LINES, len(page) - _EDGE_LINES) :]]


def _shape(line: _Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text.casefold()), round(line.height)


def _body_size(lines: Sequence[_Line]) -> float:
    """The type size, in points, that most of the text is in."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _blocks(lines: Sequence[_Line]) -> tuple[tuple[Block, ...], bool]:
    body = _body_size(lines)
    larger = sorted({line.size for line in lines if _is_larger(line, body)}, reverse=True)
    gaps = [
        before.height - line.height
        for before, line in pairwise(lines)
        if before.page == line.page and before.height > line.height
    ]
    gap = median(gaps) if gaps else 0.0
    width = max(len(line.text) for line in lines)
    compounds = set(re.findall(r"[^\W\d_]+-[^\W\d_]+", " ".join(line.text for line in lines)))
    blocks: list[Block] = []
    before: _Line | None = None
    for line in lines:
        level = larger.index(line.size) + 1 if _is_larger(line, body) else 0
        if not level and line.bold and looks_like_heading(line.text):
            level = len(larger) + 1
        if before and blocks and _same_block(before, line, blocks[-1], level, gap, width):
            joined = _join(blocks[-1].text, line.text, compounds)
            blocks[-1] = replace(blocks[-1], text=joined)
        elif level:
            blocks.append(Block("heading", line.text, level=level, page=line.page))
        else:
            blocks.append(paragraph(line.text, line.page))
        before = line
    found = any(block.kind == "heading" for block in blocks)
    return tuple(block for block in blocks if block.text), found


def _is_larger(line: _Line, body: float) -> bool:
    return (
        line.size > body * _LARGER
        and len(line.text) <= _HEADING_AT_MOST
        and (any(character.isalpha() for character in line.text))
    )


def _same_block(
    before: _Line, line: _Line, block: Block, level: int, gap: float, width: int
) -> bool:
    """Whether a line goes on with the block of the line before it."""
    unfinished = not _FINAL.search(before.text)
    if level or block.kind == "heading":
        return (
            bool(level)
            and block.level == level
            and before.size == line.size
            and (
                before.page == line.page
                and unfinished
                and not (gap and before.height - line.height > 2.2 * max(gap, line.size))
                and not _NUMBERED.match(line.text)
            )
        )
    if paragraph(line.text).kind == "item":
        return False
    if unfinished and line.text[0].islower():
        return True
    if before.page != line.page:
        return unfinished and len(before.text) > 0.7 * width
    if gap and before.height - line.height > 1.4 * gap:
        return False
    if unfinished:
        return len(before.text) > 0.6 * width
    return len(before.text) > 0.8 * width


def _join(text: str, line: str, compounds: set[str]) -> str:
    """Two lines as one, a hyphen at the line's end undone unless the word is a compound."""
    hyphen = _HYPHEN.search(text)
    if not hyphen or not line[:1].islower():
        return f"{text} {line}"
    first = re.match(r"[^\W\d_]+", line)
    compound = f"{hyphen['head']}-{first.group() if first else ''}"
    return text + line if compound in compounds else text[:-1] + line
