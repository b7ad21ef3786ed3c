"""Footnotes: the lines that a marker in the text, such as ``(2)``, points to."""

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.documents.blocks import Block

NOTES = "Notes"
"""The heading under which the notes of a document can be cited."""

_NOTE = re.compile(
    r"(?P<marker>\(\d{1,3}\)|\[\^?\w{1,12}\](?=:|\s)|[¹²³⁴-⁹]+|\^\d{1,3}):?\s+(?P<text>\S.*)",
    re.DOTALL,
)
_BARE = re.compile(r"(?P<marker>\d{1,2})[ .)]\s*(?P<text>['\"«“‘]?\s?[A-ZÀ-Ý].*)", re.DOTALL)
_NOTES_HEADING = re.compile(
    r"(notes?( de bas de page)?|foot ?notes|endnotes|références?|references|sources?|"
    r"bibliographie|bibliography)( et (notes|références|sources))?\s*:?",
    re.IGNORECASE,
)


def is_note(text: str) -> bool:
    """Whether a line starts with an unmistakable marker of a note."""
    return bool(_NOTE.fullmatch(text))


def announces_notes(text: str) -> bool:
    """Whether a line is the heading of a document's notes or references."""
    return bool(_NOTES_HEADING.fullmatch(text))


def split_notes(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], dict[str, str]]:
    """The blocks with the notes last, under their heading; and the notes by marker.

    A line is a note where the text before it uses its marker. A bare number ("1 Author, Title")
    is only believed beside other notes or under a heading that announces them.
    """
    found: dict[int, tuple[str, str]] = {}
    announced: set[int] = set()
    text = ""
    under_notes = False
    for index, block in enumerate(blocks):
        if block.kind == "heading":
            under_notes = announces_notes(block.text)
            continue
        if under_notes:
            announced.add(index)
        note = _NOTE.fullmatch(block.line)
        if note and (under_notes or note["marker"] in text):
            found[index] = note["marker"], note["text"]
        else:
            text += "\n" + block.line
    for index in range(len(blocks) - 1, -1, -1):
        bare = _BARE.fullmatch(blocks[index].line) if index not in found else None
        if bare is None or blocks[index].kind in ("heading", "row"):
            continue
        beside = index + 1 in found or index - 1 in found
        if index in announced or (beside and _is_used(bare["marker"], text)):
            found[index] = bare["marker"], bare["text"]
    if not found:
        return tuple(blocks), {}
    body = [block for index, block in enumerate(blocks) if index not in found]
    while body and body[-1].kind == "heading" and announces_notes(body[-1].text):
        body.pop()
    first = blocks[min(found)]
    notes = [
        replace(blocks[index], kind="paragraph", text=blocks[index].line, mark="")
        for index in sorted(found)
    ]
    heading = Block("heading", NOTES, level=1, page=first.page)
    return (*body, heading, *notes), {found[index][0]: found[index][1] for index in sorted(found)}


def _is_used(number: str, text: str) -> bool:
    """Whether a bare number stands in the text as a marker does, after a word or a quote."""
    return bool(re.search(rf"[\w»”\"'.,!?] ?{number}(?![\w%]|[.,]\d| ?[%€$])", text))
