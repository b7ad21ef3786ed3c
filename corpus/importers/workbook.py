"""The cells of an XLSX workbook as text, without trusting what its ZIP says of itself."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Collection, Iterator
from math import isfinite

import python_calamine
from lxml import etree

from corpus.errors import InputError
from corpus.files import RawFile
from corpus.importers.unseen_cells import Place, unseen_cells

Cells = list[str]

LARGEST_UNZIPPED = 1_000_000_000
"""Bytes, over the whole archive."""

LARGEST_SHEET = 25_000_000
"""Cells, counted to the last used row and column: the reader holds the whole rectangle."""

_REFERENCE = re.compile(rb"\br=[\"']\$?([A-Z]{0,3})\$?(\d{1,7})[\"']")
_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!")


def sheets(file: RawFile) -> Iterator[tuple[str, list[Cells], int]]:
    """Each visible sheet's name and rows, from the first row; raises InputError.

    Cells that nobody sees are empty, and told by their number.
    """
    _check_size(file)
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            unseen = unseen_cells(archive)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(file.data))
        for sheet in book.sheets_metadata:
            if sheet.visible == python_calamine.SheetVisibleEnum.Visible and (
                sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            ):
                rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                cells = [[_text(cell) for cell in row] for row in rows]
                yield sheet.name, cells, _empty(cells, unseen.get(sheet.name, ()))
    except (
        python_calamine.CalamineError, etree.XMLSyntaxError, OSError, ValueError, OverflowError,
    ) as error:  # fmt: skip
        raise InputError(
            f"{file.name} cannot be read as an XLSX workbook; save it again or as CSV."
        ) from error


def _empty(cells: list[Cells], places: Collection[Place]) -> int:
    """Empty the cells at these places; how many of them held anything."""
    emptied = 0
    for row, column in places:
        if row < len(cells) and column < len(cells[row]) and cells[row][column].strip():
            cells[row][column] = ""
            emptied += 1
    return emptied


def _check_size(file: RawFile) -> None:
    """Refuse what would not fit in memory: a lying or exploding archive, a vast empty sheet."""
    damaged = InputError(f"{file.name} is a damaged XLSX workbook; save it again.")
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNZIPPED:
                raise InputError(
                    f"{file.name} unpacks to more than 1 GB; split it, or save it as CSV."
                )
            # Reading every entry checks that none is longer than it says.
            if archive.testzip() is not None:
                raise damaged
            for name in archive.namelist():
                if "/worksheets/" in name and _area(archive.read(name)) > LARGEST_SHEET:
                    raise InputError(
                        f"{file.name} has a sheet that reaches too far to be read; "
                        "delete its empty rows and columns, or save it as CSV."
                    )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise damaged from error
    except (zipfile.zlib.error, ValueError) as error:  # type: ignore[attr-defined]
        raise damaged from error


def _area(xml: bytes) -> int:
    """Cells from A1 to the last row and column that the sheet names."""
    columns: set[bytes] = set()
    last = 0
    for match in _REFERENCE.finditer(xml):
        columns.add(match[1])
        last = max(last, int(match[2]))
    return last * max((_column_number(letters) for letters in columns), default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return max(number, 1)


def _text(cell: object) -> str:
    """A cell as a person would type it; dates as ISO, whole numbers without a decimal point."""
    if isinstance(cell, str):
        return "" if cell in _ERRORS else cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{cell:.15g}" if isfinite(cell) else ""
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ") if cell.time() != dt.time() else cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return str(cell)
