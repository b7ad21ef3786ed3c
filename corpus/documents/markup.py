"""Markdown and HTML into blocks: their own headings, lists and tables, without the markup."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date as Date
from html import unescape
from typing import Any

import trafilatura
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.documents.blocks import BULLET, Block, Parsed, clean, paragraph
from corpus.documents.plain import read_plain
from corpus.documents.unseen import without_unseen
from corpus.errors import InputError
from corpus.hidden import Found

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FOOTNOTE = re.compile(r"^\[\^(?P<mark>\w{1,12})\]:[ \t]*(?P<text>.+)$", re.MULTILINE)
_HTML = re.compile(r"<(!doctype html|html|head|body|article|main|div|h[1-6]|p)\b[^>]{0,500}>", re.I)
_CLOSING = re.compile(r"</(html|head|body|article|main|div|h[1-6]|p|ul|title)>", re.I)
_MARKDOWN = re.compile(r"^(#{1,6} \S|\[.{1,80}\]\(\S+\)|={4,}$|```)", re.MULTILINE)
_HIDDEN = re.compile(
    r"<(script|style|template|noscript)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL | re.I
)
_TAG = re.compile(r"<[^>]*(?:>|\Z)")
_FIELDS = {
    "title": ("title", "titre"),
    "author": ("author", "authors", "auteur", "auteurs", "by"),
    "publisher": ("publisher", "éditeur", "editeur", "organisation", "organization", "company"),
    "sponsor": ("sponsor", "sponsored_by", "sponsorisé_par", "commanditaire"),
    "date": ("date", "published", "date_published", "publié", "publication_date"),
}


def looks_like_html(text: str) -> bool:
    """Whether a text is a web page or a part of one."""
    head = text[:20_000]
    if re.match(r"\s*<(!doctype html|html)\b", head, re.IGNORECASE):
        return True
    first = head.lstrip()[:1] == "<"
    return len(_CLOSING.findall(head)) >= (1 if first else 3) and bool(_HTML.search(head))


def looks_like_markdown(text: str) -> bool:
    """Whether a text uses Markdown's headings or front matter."""
    return bool(_FRONT_MATTER.match(text)) or any(
        found.group().startswith("#") for found in _MARKDOWN.finditer(text[:50_000])
    )


def read_markdown(text: str) -> Parsed:
    """The blocks of a Markdown text and what its front matter declares."""
    declared: dict[str, str] = {}
    front = _FRONT_MATTER.match(text)
    if front:
        declared = _declared(front["yaml"])
        text = text[front.end() :]
    notes = [
        Block("paragraph", f"[^{found['mark']}] {clean(found['text'])}")
        for found in _FOOTNOTE.finditer(text)
    ]
    text = _FOOTNOTE.sub("", text)
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    blocks = (*_markdown_blocks(tokens), *notes)
    structured = any(block.kind == "heading" for block in blocks)
    blocks = tuple(block for block in blocks if block.text)
    return Parsed(blocks, declared, structured, trusted=True)


def _declared(front: str) -> dict[str, str]:
    try:
        data = yaml.safe_load(front)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    if not isinstance(data, dict):
        return {}
    values = {str(key).casefold().replace(" ", "_"): value for key, value in data.items()}
    return {
        field: _written(values[name])
        for field, names in _FIELDS.items()
        for name in names[::-1]
        if name in values
    }


def _written(value: Any) -> str:
    if isinstance(value, list):  # one level: lists in lists can be made to grow without end
        return ", ".join(clean(str(part)) for part in value[:10] if isinstance(part, str))
    if isinstance(value, Date):
        return value.isoformat()[:10]
    return clean(str(value)) if isinstance(value, str | int | float) else ""


def _markdown_blocks(tokens: list[Token]) -> Iterator[Block]:
    lists: list[list[int]] = []  # of each open list: its next number (0 for bullets)
    item_starts = False
    cells: list[str] | None = None
    for index, token in enumerate(tokens):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append([int(token.attrs.get("start", 1)) if token.tag == "ol" else 0])
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "list_item_open":
            item_starts = True
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            yield Block("row", " | ".join(cells or ()))
            cells = None
        elif token.type == "html_block":
            yield Block("paragraph", text_of_html(token.content))
        elif token.type in ("fence", "code_block"):
            yield from (Block("row", clean(line)) for line in token.content.split("\n"))
        elif token.type == "inline":
            text = clean(_inline(token))
            opened = tokens[index - 1]
            if cells is not None:
                cells.append(text)
            elif opened.type == "heading_open":
                yield Block("heading", text, level=int(opened.tag[1]))
            elif lists and item_starts:
                number = lists[-1][0]
                lists[-1][0] += 1 if number else 0
                yield Block("item", text, mark=f"{number}." if number else BULLET)
                item_starts = False
            else:
                yield paragraph(text)


def _inline(token: Token) -> str:
    parts = []
    for child in token.children or ():
        if child.type in ("text", "code_inline", "text_special"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return "".join(parts)


def text_of_html(fragment: str) -> str:
    """The text of a piece of HTML, without tags, comments, scripts and styles."""
    return clean(unescape(_TAG.sub(" ", _HIDDEN.sub(" ", fragment))))


def read_html(text: str, name: str) -> Parsed:
    """The blocks of a web page's main text and what its head declares; nothing is fetched."""
    found: Found = Counter()
    try:
        text = without_unseen(text, found)
        page: Any = trafilatura.bare_extraction(
            text,
            include_comments=False,
            include_tables=True,
            favor_recall=True,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
        if page is None:
            return replace(read_plain(trafilatura.html2txt(text)), hidden=found)
        blocks = tuple(block for block in _html_blocks(page.body) if block.text)
    except Exception as error:  # what a parser raises on a hostile page is not foreseeable
        raise InputError(
            f"{name} cannot be read as HTML ({type(error).__name__}); save it again as a web page."
        ) from error
    own = {
        "title": page.title,
        "author": page.author,
        "publisher": page.sitename,
        "date": page.date,
    }
    declared = {field: clean(value) for field, value in own.items() if value}
    structured = any(block.kind == "heading" for block in blocks)
    return Parsed(blocks, declared, structured, hidden=found)


def _html_blocks(parent: Any) -> Iterator[Block]:
    if parent.text and parent.text.strip():
        yield paragraph(parent.text)
    for element in parent:
        if element.tag == "head":
            level = re.sub(r"\D", "", element.get("rend") or "")
            yield Block("heading", _all_text(element), level=int(level[:1] or 2))
        elif element.tag == "list":
            yield from _html_list(element)
        elif element.tag == "table":
            for row in element.iter("row"):
                yield Block("row", " | ".join(_all_text(cell) for cell in row.iter("cell")))
        elif element.tag in ("p", "code") and not len(element.xpath(".//list|.//head|.//p")):
            for line in "".join(_lines(element)).split("\n"):
                yield paragraph(line)
        elif element.tag != "graphic":
            yield from _html_blocks(element)
        if element.tail and element.tail.strip():
            yield paragraph(element.tail)


def _html_list(element: Any) -> Iterator[Block]:
    ordered = element.get("rend") == "ol"
    for number, item in enumerate(element.iterchildren("item"), start=1):
        own = "".join(item.xpath("./text() | ./*[not(self::list)]//text()"))
        yield Block("item", clean(own), mark=f"{number}." if ordered else BULLET)
        for nested in item.iterchildren("list"):
            yield from _html_list(nested)


def _lines(element: Any) -> Iterator[str]:
    """The text of a paragraph; its line breaks are kept."""
    yield (element.text or "").replace("\n", " ")
    for child in element:
        if child.tag == "lb":
            yield "\n"
        else:
            yield from _lines(child)
        yield (child.tail or "").replace("\n", " ")


def _all_text(element: Any) -> str:
    return clean("".join(element.itertext()))
