"""Which cells of a workbook are written so that nobody sees them."""

import re
from collections.abc import Mapping
from typing import Any
from zipfile import ZipFile

from lxml import etree

from corpus.hidden import WHITE, colour, near

_CELL = re.compile(rb"<c\s(?P<attributes>[^>]*)>")
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_STYLE = re.compile(rb"\bs=[\"'](\d{1,6})[\"']")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Place = tuple[int, int]
"""A cell's row and column, from 0."""


def unseen_cells(archive: ZipFile) -> Mapping[str, frozenset[Place]]:
    """By the name of a sheet, its cells in white on nothing, or with a format that shows nothing.

    Hidden rows and columns are not among them: a filter that was left on hides rows that count.
    """
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    styles = _unseen_styles(_parsed(archive.read("xl/styles.xml")))
    if not styles:
        return {}
    targets = {
        str(each.get("Id")): str(each.get("Target"))
        for each in _parsed(archive.read("xl/_rels/workbook.xml.rels"))
    }
    found = {}
    for sheet in _parsed(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        target = targets.get(str(sheet.get(_RELATION)), "").lstrip("/").removeprefix("xl/")
        if f"xl/{target}" in names:
            cells = frozenset(_cells(archive.read(f"xl/{target}"), styles))
            found[str(sheet.get("name"))] = cells
    return found


def _parsed(xml: bytes) -> Any:
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))


def _unseen_styles(sheet: Any) -> frozenset[bytes]:
    """The numbers, as cells have them, of the styles in which nothing is seen."""
    fonts = [_white(font.find(f"{_MAIN}color")) for font in sheet.iterfind(f"{_MAIN}fonts/*")]
    fills = [_is_bare(fill) for fill in sheet.iterfind(f"{_MAIN}fills/*")]
    blank = {
        each.get("numFmtId")
        for each in sheet.iterfind(f"{_MAIN}numFmts/*")
        if re.fullmatch(r";;;?", each.get("formatCode", "").strip())
    }
    found = set()
    for number, style in enumerate(sheet.iterfind(f"{_MAIN}cellXfs/*")):
        font, fill = (int(style.get(name, 0)) for name in ("fontId", "fillId"))
        white = font < len(fonts) and fonts[font] and (fill >= len(fills) or fills[fill])
        if white or style.get("numFmtId") in blank:
            found.add(str(number).encode())
    return frozenset(found)


def _white(said: Any) -> bool:
    if said is None:
        return False
    if said.get("theme") is not None:
        return bool(said.get("theme") == "0" and not said.get("tint"))
    ink = colour(f"#{said.get('rgb', '')[-6:]}")
    return ink is not None and near(ink, WHITE)


def _is_bare(fill: Any) -> bool:
    pattern = fill.find(f"{_MAIN}patternFill")
    if pattern is None:
        return False
    ground = pattern.find(f"{_MAIN}fgColor")
    return pattern.get("patternType", "none") == "none" or _white(ground)


def _cells(xml: bytes, styles: frozenset[bytes]) -> set[Place]:
    found = set()
    for cell in _CELL.finditer(xml):
        style, place = _STYLE.search(cell["attributes"]), _PLACE.search(cell["attributes"])
        if style and place and style[1] in styles:
            column = 0
            for letter in place[1]:
                column = column * 26 + letter - 64
            found.add((int(place[2]) - 1, column - 1))
    return found
