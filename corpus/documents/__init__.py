"""Research documents: reading them into blocks, what is known of them, and their pieces.

``blocks`` is what the readers of each format (``plain``, ``markup``, ``pdf``, ``word``) return;
``furniture``, ``about`` and ``notes`` tell the document from the page around it; ``pieces`` cuts.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from corpus.documents.about import About, good_title, take_about, without_tag
from corpus.documents.blocks import Block, Parsed
from corpus.documents.furniture import is_furniture, without_furniture
from corpus.documents.markup import (
    looks_like_html,
    looks_like_markdown,
    read_html,
    read_markdown,
)
from corpus.documents.notes import split_notes
from corpus.documents.pdf import read_pdf
from corpus.documents.pieces import cut
from corpus.documents.plain import guess_headings, looks_like_heading, read_plain
from corpus.documents.word import read_docx
from corpus.errors import InputError
from corpus.files import RawFile
from corpus.hidden import Found, shown
from corpus.types import Document

__all__ = ["parse", "read_document"]

_LEAD_AT_MOST = 160
_TELLING_WORDS = 3


def read_document(file: RawFile) -> Document:
    """The document that a file holds; its language is left to the caller.

    Raises InputError where the file cannot be read or holds nothing that can be cited.
    """
    parsed = parse(file)
    kept = [block for block in without_furniture(parsed.blocks) if block.text]
    lines = [block.text for block in parsed.blocks]
    blocks, about = take_about(kept, lines, parsed)
    if not parsed.structured:
        blocks = guess_headings(blocks)
    title, blocks = _take_title(blocks, parsed, about)
    blocks, notes = split_notes(blocks)
    pieces = cut(blocks)
    if not any(character.isalpha() for piece in pieces for character in piece.text):
        raise InputError(
            f"{file.name} holds no sentence that could be cited; "
            "check that it is the document and not only its menu or title."
        )
    return Document(
        title=title,
        author=about.author,
        publisher=about.publisher,
        sponsor=about.sponsor,
        date=about.date,
        language="",
        pieces=pieces,
        notes=notes,
        hidden=parsed.hidden,
    )


def parse(file: RawFile) -> Parsed:
    """The blocks of a file, by what its content is; raises InputError for what it cannot be."""
    if file.format == "pdf":
        return read_pdf(file.data, file.name)
    if file.format == "docx":
        return read_docx(file.data, file.name)
    if file.format != "text":
        raise InputError(
            f"{file.name} is a spreadsheet, not a document; load it with --kind feedback, "
            "journey or events."
        )
    if looks_like_html(file.text):
        return read_html(file.text, file.name)
    found: Found = Counter()
    text = shown(file.text, found)
    if file.suffix in (".md", ".markdown") or looks_like_markdown(text):
        return replace(read_markdown(text), hidden=found)
    return replace(read_plain(text), hidden=found)


def _take_title(
    blocks: Sequence[Block], parsed: Parsed, about: About
) -> tuple[str, tuple[Block, ...]]:
    """The title, and the blocks without it and without what stands before it."""
    declared = good_title(parsed.declared.get("title", ""), about.publisher)
    lead = _lead(blocks)
    written = [without_tag(block.text) for block in lead]
    at = _title_index(lead, written)
    if at is not None and parsed.structured and _is_section(blocks, at):
        at = None
    # The first heading of all knows better than the properties that an editor filled in.
    own = at is not None and parsed.structured and lead[at].level == 1 and not parsed.trusted
    title = written[at] if at is not None and (own or not declared) else declared
    same = [index for index, text in enumerate(written) if _same(text, title)]
    return title, tuple(blocks[same[-1] + 1 :] if same else blocks)


def _lead(blocks: Sequence[Block]) -> list[Block]:
    """The headings and short lines with which a document starts."""
    lead: list[Block] = []
    for block in blocks:
        short = block.kind == "paragraph" and looks_like_heading(without_tag(block.text) or "-")
        if len(block.text) > _LEAD_AT_MOST or not (block.kind == "heading" or short):
            break
        lead.append(block)
    return lead


def _title_index(lead: Sequence[Block], written: Sequence[str]) -> int | None:
    """Which line of the lead is the title: one said twice, else the first that says enough."""
    real = [index for index, text in enumerate(written) if text and not is_furniture(text)]
    if not real:
        return None
    top = min((block.level for block in lead if block.kind == "heading"), default=0)
    real = [index for index in real if lead[index].level == top] or real
    twice = [index for index in real if written.count(written[index]) > 1]
    # "Oracle CX" or "Customer Loyalty" above a longer line is where the page hangs, not its title.
    telling = [index for index in real if len(written[index].split()) > _TELLING_WORDS]
    return (twice or telling or real)[0]


def _is_section(blocks: Sequence[Block], at: int) -> bool:
    """Whether the first heading is one section among others: short, and others of its level."""
    heading = blocks[at]
    others = any(
        block.kind == "heading" and block.level <= heading.level for block in blocks[at + 1 :]
    )
    return others and len(heading.text.split()) <= _TELLING_WORDS


def _same(text: str, other: str) -> bool:
    return " ".join(text.split()).casefold() == " ".join(other.split()).casefold()
