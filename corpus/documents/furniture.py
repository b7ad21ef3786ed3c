"""What a page shows beside the document: found by the patterns of ``furniture.yaml``, removed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from corpus.documents.blocks import Block
from corpus.documents.notes import is_note

_LINE_AT_MOST = 600
_LONG = 250
_VERY_LONG = 500
_EDGE = " \t*_#|–—-•·"


@dataclass(frozen=True, slots=True)
class Patterns:
    """The compiled patterns and word lists of ``furniture.yaml``."""

    line: re.Pattern[str]
    tail: re.Pattern[str]
    call: re.Pattern[str]
    byline: re.Pattern[str]
    role: re.Pattern[str]
    date: re.Pattern[str]
    sponsors: tuple[re.Pattern[str], ...]
    not_names: frozenset[str]
    not_publishers: frozenset[str]


@cache
def patterns() -> Patterns:
    """The patterns, read once."""
    data: dict[str, Any] = yaml.safe_load(
        files("corpus.documents").joinpath("furniture.yaml").read_text(encoding="utf-8")
    )

    def any_of(key: str) -> str:
        return "(?:" + "|".join(f"(?:{pattern})" for pattern in data[key]) + ")"

    return Patterns(
        line=re.compile(any_of("lines"), re.IGNORECASE),
        tail=re.compile(any_of("tails") + r" ?[:!.…]*", re.IGNORECASE),
        call=re.compile(r"(?<=[.!?…»”]) +" + any_of("calls") + r"\Z", re.IGNORECASE),
        byline=re.compile(any_of("bylines") + r"(?!\w)\s*:?\s*(?P<name>.*)", re.IGNORECASE),
        role=re.compile(r"(?<!\w)" + any_of("roles") + r"(?!\w)", re.IGNORECASE),
        date=re.compile("(?:" + any_of("dates") + r"\s*)?(?P<date>\S.*)", re.IGNORECASE),
        sponsors=tuple(re.compile(pattern, re.IGNORECASE) for pattern in data["sponsors"]),
        not_names=frozenset(data["not_names"].split()),
        not_publishers=frozenset(data["not_publishers"].split()),
    )


def plain(text: str) -> str:
    """The line as the patterns expect it: plain apostrophes and spaces, nothing around it."""
    return text.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ").strip(_EDGE)


def is_furniture(text: str) -> bool:
    """Whether a whole line belongs to the page and not to the document."""
    line = plain(text)
    return len(line) <= _LINE_AT_MOST and (
        not line or bool(patterns().line.fullmatch(line) or not re.search(r"\w", line))
    )


def without_furniture(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks without lines of furniture, lists of other pages and calls to click."""
    kept = _without_tails(blocks)
    menus = _menus(kept)
    return tuple(
        _without_calls(block)
        for index, block in enumerate(kept)
        if index not in menus and not (block.kind == "paragraph" and is_furniture(block.text))
    )


def _menus(blocks: Sequence[Block]) -> set[int]:
    """The items of lists that are mostly furniture: elsewhere "• Email" may be a real item."""
    menus: set[int] = set()
    start = 0
    for end in range(1, len(blocks) + 1):
        if end < len(blocks) and blocks[end].kind == blocks[start].kind:
            continue
        found = sum(is_furniture(block.text) for block in blocks[start:end])
        if blocks[start].kind == "item" and 2 * found > end - start:
            menus.update(range(start, end))
        start = end
    return menus


def _without_calls(block: Block) -> Block:
    text = patterns().call.sub("", block.text) if block.kind == "paragraph" else block.text
    return replace(block, text=text.rstrip())


def _without_tails(blocks: Sequence[Block]) -> list[Block]:
    """Drop what follows "Sur le même thème" until the document itself goes on, or its notes."""
    kept: list[Block] = []
    index = 0
    while index < len(blocks):
        if not _starts_tail(blocks[index]):
            kept.append(blocks[index])
            index += 1
            continue
        end = _tail_end(blocks, index + 1)
        kept += [block for block in blocks[index:end] if is_note(block.text)]
        index = end
    return kept


def _starts_tail(block: Block) -> bool:
    return block.kind in ("heading", "paragraph") and bool(
        len(block.text) < 120 and patterns().tail.fullmatch(plain(block.text))
    )


def _tail_end(blocks: Sequence[Block], start: int) -> int:
    """Where the document goes on: at long prose, and at the heading just before it."""
    for index in range(start, len(blocks)):
        lengths = [
            len(block.text) if block.kind == "paragraph" else 0
            for block in blocks[index : index + 2]
        ]
        if lengths[0] >= _VERY_LONG or (min(lengths) >= _LONG and len(lengths) == 2):
            before = blocks[index - 1]
            headed = index > start and (
                before.kind == "heading"
                or (
                    before.kind == "paragraph"
                    and len(before.text) <= 120
                    and not is_furniture(before.text)
                )
            )
            return index - 1 if headed else index
    return len(blocks)
