"""What every format is read into: the blocks of a document in reading order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

BlockKind = Literal["heading", "paragraph", "item", "row"]

BULLET = "•"
_SPACES = re.compile(r"[ \t\u2000-\u200a\u3000]+")
_HIDDEN = re.compile(r"[\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff\x00-\x08\x0e-\x1f\x7f]")
_MARK = re.compile(
    r"(?P<mark>[•·▪▫■□‣⁃◦●○►➤✓✔*+–—-]|\d{1,2}[.)](?!\s*\d)|[a-z]\))\s+(?P<text>\S.*)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, list item or table row.

    ``level`` is a heading's depth, from 1; ``page`` is counted from 1, 0 where there are none;
    ``mark`` is what an item starts with in the output (``•`` or its number).
    """

    kind: BlockKind
    text: str
    level: int = 0
    page: int = 0
    mark: str = ""

    @property
    def line(self) -> str:
        """The text as it stands in a piece, with its list mark."""
        return f"{self.mark} {self.text}" if self.kind == "item" else self.text


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a format's reader found.

    ``declared`` holds what the file says of itself: title, author, publisher, sponsor, date,
    as far as it does; it is ``trusted`` where a person wrote that for this document, unlike the
    properties of an office file, which are often a template's. ``structured`` is False where
    headings must be guessed. ``hidden`` counts by kind what its readers would not see.
    """

    blocks: tuple[Block, ...]
    declared: Mapping[str, str] = field(default_factory=dict)
    structured: bool = True
    trusted: bool = False
    hidden: Mapping[str, int] = field(default_factory=dict)


def clean(text: str) -> str:
    """One line: hidden characters out, runs of spaces as one; no-break spaces are kept."""
    return _SPACES.sub(" ", _HIDDEN.sub("", text).replace("\n", " ")).strip()


def paragraph(text: str, page: int = 0) -> Block:
    """The block of a line of text: an item where it starts with a list mark."""
    text = clean(text)
    marked = _MARK.fullmatch(text)
    if marked is None:
        return Block("paragraph", text, page=page)
    mark = marked["mark"]
    return Block("item", marked["text"], page=page, mark=mark if mark[0].isalnum() else BULLET)


def unmarked(block: Block) -> Block:
    """The item as the paragraph that it was before its mark was taken off."""
    return replace(block, kind="paragraph", text=block.line, mark="")
