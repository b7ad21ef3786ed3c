"""Plain text into blocks: paragraphs from blank lines or from lines, and guessed headings."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.documents.blocks import Block, Parsed, paragraph
from corpus.documents.furniture import is_furniture
from corpus.documents.notes import announces_notes, is_note

_WRAPPED_AT_MOST = 130
_LINE_AT_LEAST = 40
_HEADING_AT_MOST = 130
_HEADING_WORDS = 20
_LONG = 80
_FINAL = re.compile(r"[.!?…:;»”\")\]]\s*\Z")
_NUMBER = re.compile(r"\A\d{1,2}(?:\.\d{1,2})*[.)]?\s+(?=[^\W\d_])")
_SENTENCE_INSIDE = re.compile(r"[.…]\s+[^\W\d_]")
_OPEN_ENDED = re.compile(
    r"\b(?:par|de|du|des|d['’]|à|au|aux|en|et|ou|le|la|les|un|une|pour|avec|sur|dans|que|qui|sont|"
    r"est|suivants?|by|of|the|an?|in|on|for|with|to|and|or|are|is|that|which|include|includes)\Z",
    re.IGNORECASE,
)


def read_plain(text: str) -> Parsed:
    """The blocks of a plain text; its headings are still paragraphs."""
    lines = text.expandtabs(4).splitlines()
    return Parsed(tuple(_blocks(lines)), structured=False)


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    width = wrap_width(lines)
    waiting: list[str] = []
    for line in (*(line.rstrip() for line in lines), ""):
        if waiting and not continues(waiting[-1], line, width):
            yield paragraph(" ".join(waiting))
            waiting = []
        if line.strip():
            waiting.append(line)


def wrap_width(lines: Sequence[str]) -> int:
    """The width at which lines were broken by a program, or 0 where they were not."""
    lengths = [len(line.rstrip()) for line in lines if line.strip()]
    if not lengths or max(lengths) > _WRAPPED_AT_MOST:
        return 0
    width = max(lengths)
    near = sum(length > 0.8 * width for length in lengths)
    return width if len(lengths) > 3 and near > 0.4 * len(lengths) else 0


def continues(before: str, line: str, width: int) -> bool:
    """Whether ``line`` goes on with the sentence that was broken at the end of ``before``."""
    text = line.strip()
    if not text or paragraph(text).kind == "item":
        return False
    if text[0].islower() and len(before) >= _LINE_AT_LEAST and not _FINAL.search(before):
        return not is_furniture(text)
    # A program breaks a line only where the next word does not fit any more.
    return bool(width) and len(before) + 1 + len(text.split()[0]) > width


def guess_headings(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Turn the short lines that stand before prose into headings of level 1."""
    lone_full_stop = _full_stop_headings(blocks)
    out: list[Block] = []
    before_content = False
    for index in range(len(blocks) - 1, -1, -1):
        follows = blocks[index + 1] if index + 1 < len(blocks) else None
        line = _numbered_heading(blocks[index], blocks[index - 1] if index else None, follows)
        if line.kind == "paragraph" and (
            announces_notes(line.text)
            or index in lone_full_stop
            or (before_content and looks_like_heading(line.text) and not _leads_in(line, follows))
        ):
            out.append(replace(line, kind="heading", level=1))
            before_content = True
        else:
            out.append(blocks[index])
            before_content = _is_content(blocks[index])
    return tuple(reversed(out))


def _is_content(block: Block) -> bool:
    """Whether a heading may stand before a block; a note has none."""
    if block.kind in ("item", "row"):
        return True
    long = len(block.text) >= _LONG or bool(_FINAL.search(block.text))
    return block.kind == "paragraph" and long and not is_note(block.text)


def _leads_in(line: Block, follows: Block | None) -> bool:
    """Whether a long line before a list is the beginning of its sentence."""
    return follows is not None and follows.kind == "item" and len(line.text) > 90


def looks_like_heading(text: str) -> bool:
    """Whether a line reads like a heading: short, of one breath, not the start of a list."""
    if len(text) > _HEADING_AT_MOST or len(text.split()) > _HEADING_WORDS:
        return False
    text = _NUMBER.sub("", text)
    if not text or text[-1] in ".,;:…»”\"'’":
        return False
    if _SENTENCE_INSIDE.search(text) or _OPEN_ENDED.search(text):
        return False
    letters = sum(character.isalpha() for character in text)
    starts_well = text[0].isupper() or text[0].isdigit() or text[0] in '«“"¿'
    return (
        starts_well
        and letters >= 3
        and text.count('"') % 2 == 0
        and (text.count("«") == text.count("»"))
    )


def _numbered_heading(block: Block, before: Block | None, follows: Block | None) -> Block:
    """A numbered line between paragraphs is no list: "2. Results" is a heading."""
    alone = not any(other and other.mark[:1].isdigit() for other in (before, follows))
    if block.mark[:1].isdigit() and alone:
        return replace(block, kind="paragraph", text=block.line, mark="")
    return block


def _full_stop_headings(blocks: Sequence[Block]) -> frozenset[int]:
    """Headings that were written with a full stop, where nothing else in the text is short.

    Only believed in a text of long paragraphs that has other headings, and for one short
    sentence between two of them: elsewhere it is a short paragraph, and must stay citable.
    """
    prose = [block for block in blocks if block.kind == "paragraph"]
    headings = sum(looks_like_heading(block.text) for block in prose)
    short = [
        index
        for index, block in enumerate(blocks)
        if block.kind == "paragraph" and block.text.endswith(".") and len(block.text) <= 120
    ]
    around_long = [
        index
        for index in short
        if 0 < index < len(blocks) - 1
        and all(len(blocks[near].text) >= 200 for near in (index - 1, index + 1))
        and not _SENTENCE_INSIDE.search(blocks[index].text)
    ]
    few = len(short) == len(around_long) <= 2
    return frozenset(around_long) if few and headings >= 3 and len(prose) >= 12 else frozenset()
