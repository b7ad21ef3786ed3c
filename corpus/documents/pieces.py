"""Cutting a document's blocks into citable pieces: by section, then by tokens."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.documents.blocks import Block
from corpus.sentences import sentences
from corpus.tokens import count_tokens
from corpus.types import Piece

MOST_TOKENS = 350
"""Tokens (cl100k) that a piece may have."""

FEWEST_TOKENS = 60
"""Tokens under which the last piece of a section takes something from its neighbour."""

SEPARATOR = " › "
_LONGEST_SENTENCE = 1200
_LONGEST_RUN = 500


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is kept together where it fits: a paragraph, or a list with the line before it.

    ``number`` is that of its first paragraph in the document; ``glue`` is what joins it to the
    unit before it when they share a piece.
    """

    text: str
    number: int
    page: int
    glue: str = "\n\n"


def cut(blocks: Sequence[Block]) -> tuple[Piece, ...]:
    """The pieces of a document, in order; ``blocks`` hold its headings but not its title."""
    return tuple(
        piece for heading, units in _sections(blocks) for piece in _section_pieces(heading, units)
    )


def _sections(blocks: Sequence[Block]) -> Iterator[tuple[str, list[_Unit]]]:
    path: list[Block] = []
    units: list[_Unit] = []
    number = 1
    index = 0
    while index < len(blocks):
        block = blocks[index]
        if block.kind == "heading":
            yield _joined(path), units
            units = []
            path = [above for above in path if above.level < block.level] + [block]
            index += 1
            continue
        end = _unit_end(blocks, index)
        group = blocks[index:end]
        units.append(_Unit("\n".join(part.line for part in group), number, block.page))
        # A list counts as one paragraph, the line before it as another.
        number += 2 if block.kind == "paragraph" and len(group) > 1 else 1
        index = end
    yield _joined(path), units


def _joined(path: Iterable[Block]) -> str:
    return SEPARATOR.join(block.text for block in path)


def _unit_end(blocks: Sequence[Block], start: int) -> int:
    """The end of the paragraph, or of the list or table, that starts at ``start``."""
    first = blocks[start]
    end = start + 1
    following = blocks[end].kind if end < len(blocks) else "heading"
    kind = first.kind
    if kind == "paragraph" and following in ("item", "row") and _announces(first.text):
        kind = following
    while kind in ("item", "row") and end < len(blocks) and blocks[end].kind == kind:
        end += 1
    return end


def _announces(text: str) -> bool:
    """Whether a line leads into a list: it ends with a colon, or does not end at all."""
    return text.endswith(":") or (len(text) < 200 and text[-1].isalnum())


def _section_pieces(heading: str, units: Sequence[_Unit]) -> list[Piece]:
    whole = [part for unit in units for part in _fitting(unit)]
    groups: list[list[_Unit]] = []
    for unit in whole:
        if groups and count_tokens(_text([*groups[-1], unit])) <= MOST_TOKENS:
            groups[-1].append(unit)
        else:
            groups.append([*_lead_in(groups, unit), unit])
    _feed_last(groups)
    return [_piece(heading, group) for group in groups]


def _lead_in(groups: list[list[_Unit]], unit: _Unit) -> list[_Unit]:
    """Take the line that announces ``unit`` from the end of the last group, if both fit."""
    if not groups or len(groups[-1]) < 2 or not groups[-1][-1].text.endswith(":"):
        return []
    if count_tokens(_text([groups[-1][-1], unit])) > MOST_TOKENS:
        return []
    return [groups[-1].pop()]


def _feed_last(groups: list[list[_Unit]]) -> None:
    """Give a tiny last piece what the piece before it can spare."""
    if len(groups) < 2:
        return
    before, last = groups[-2], groups[-1]
    while count_tokens(_text(last)) < FEWEST_TOKENS and len(before) > 1:
        longer = [before[-1], *last]
        if count_tokens(_text(longer)) > MOST_TOKENS:
            return
        before.pop()
        last[:] = longer


def _text(units: Sequence[_Unit]) -> str:
    first, *others = units
    return first.text + "".join(unit.glue + unit.text for unit in others)


def _piece(heading: str, units: Sequence[_Unit]) -> Piece:
    locator: dict[str, str | int] = {"heading": heading} if heading else {}
    locator["paragraph"] = units[0].number
    if units[0].page:
        locator["page"] = units[0].page
    return Piece(heading, _text(units), locator)


def _fitting(unit: _Unit) -> Iterator[_Unit]:
    """The unit, or its parts where it exceeds the bound: lines of a list, then sentences."""
    if _fits(unit.text):
        yield unit
        return
    lines = unit.text.split("\n")
    if len(lines) > 1:
        for index, line in enumerate(lines):
            part = replace(unit, text=line, glue="\n" if index else unit.glue)
            yield from _fitting(part)
        return
    for index, sentence in enumerate(_whole_sentences(unit.text)):
        yield replace(unit, text=sentence, glue=" " if index else unit.glue)


def _fits(text: str) -> bool:
    """Whether a text is within the bound; counted only where that is not plain."""
    return len(text) <= MOST_TOKENS * 8 and count_tokens(text) <= MOST_TOKENS


def _whole_sentences(text: str) -> Iterator[str]:
    """The sentences of a line; what is no sentence at all is cut at spaces, then anywhere."""
    spans = sentences(text, "", longest=_LONGEST_SENTENCE)
    start = 0
    for index, (_, end) in enumerate(spans):
        # From the end of one to the end of the next, so that dashes and marks are kept.
        end = len(text) if index == len(spans) - 1 else end
        yield from _runs(text[start:end].strip())
        start = end


def _runs(sentence: str) -> Iterator[str]:
    while not _fits(sentence):
        at = sentence.rfind(" ", _LONGEST_RUN // 2, _LONGEST_RUN)
        at = at if at > 0 else _shortest_run(sentence)
        yield sentence[:at].strip()
        sentence = sentence[at:].strip()
    if sentence:
        yield sentence


def _shortest_run(sentence: str) -> int:
    """How much of a run without spaces fits; one code point is at most a few tokens."""
    return _LONGEST_RUN if _fits(sentence[:_LONGEST_RUN]) else MOST_TOKENS // 8
