"""Tables, whatever they are kept in: CSV with any separator, TSV, XLSX, JSON lines.

Every value becomes text. A row that does not fit its table is set aside with the reason, and the
rows beside it are kept.
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import isfinite
from typing import Any
from weakref import WeakKeyDictionary

from corpus.errors import InputError
from corpus.files import RawFile
from corpus.importers import workbook
from corpus.types import Locator, Quarantined

SEPARATORS = ",;\t|"
MOST_COLUMNS = 2_000

_NO_SEPARATOR = "\x1f"
_HEAD = 100_000
_SAMPLE_ROWS = 200


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under named columns; ``locators`` says where each row is found.

    Rows are as long as ``columns``. Rows without any content are left out and not counted.
    """

    columns: tuple[str, ...]
    rows: list[Sequence[str]]
    locators: list[Locator]
    quarantined: tuple[Quarantined, ...] = ()

    @property
    def rows_read(self) -> int:
        """The rows with any content, those set aside included."""
        return len(self.rows) + len(self.quarantined)

    def column(self, name: str) -> list[str]:
        """The values of one column, without outer white space."""
        i = self.columns.index(name)
        return [row[i].strip() for row in self.rows]


def tables(file: RawFile) -> list[Table]:
    """The tables of a file: one, or one a sheet; raises InputError where it holds none."""
    found = _workbook(file) if file.format == "xlsx" else _text_tables(file, None)
    if not found:
        raise InputError(
            f"{file.name} is not a table with named columns (CSV, TSV, XLSX or JSON lines)."
        )
    return found


def sample(file: RawFile) -> list[Table]:
    """The first rows of each table, to judge by; empty for what is no table."""
    if file.format == "xlsx":
        return [
            Table(table.columns, table.rows[:_SAMPLE_ROWS], table.locators[:_SAMPLE_ROWS])
            for table in _workbook(file)
        ]
    return _text_tables(file, _SAMPLE_ROWS) if file.format == "text" else []


def merged(found: Sequence[Table]) -> Table:
    """Tables of the same columns as one."""
    return Table(
        found[0].columns,
        [row for table in found for row in table.rows],
        [locator for table in found for locator in table.locators],
        tuple(row for table in found for row in table.quarantined),
    )


# --- workbooks


_workbooks: WeakKeyDictionary[RawFile, list[Table]] = WeakKeyDictionary()
"""The workbooks being loaded: every importer is asked for its claim, and reading is slow."""


def _workbook(file: RawFile) -> list[Table]:
    if file not in _workbooks:
        _workbooks[file] = [
            table
            for sheet, rows in workbook.sheets(file)
            if (table := _from_records(enumerate(rows, 1), {"sheet": sheet})) is not None
        ]
    return _workbooks[file]


# --- text


def _text_tables(file: RawFile, limit: int | None) -> list[Table]:
    text = file.text
    if text.lstrip()[:1] == "{":
        lines = _json_lines(text, limit)
        return [lines] if lines is not None else []
    if text.lstrip()[:1] == "<":
        return []
    separator, text = _declared_separator(text)
    separator = separator or _separator(text, file.suffix)
    if not separator:
        return []
    records = _records(_head(text) if limit else text, separator)
    table = _from_records(islice(records, limit), {})
    return [table] if table is not None else []


def _declared_separator(text: str) -> tuple[str, str]:
    """Excel's ``sep=;`` first line, taken at its word."""
    if text[:4].lower() == "sep=" and text[5:6] in ("\n", ""):
        # The emptied line stays, so that row numbers stay those of the file.
        return text[4], text[5:]
    return "", text


def _head(text: str) -> str:
    return text if len(text) <= _HEAD else text[: text.rfind("\n", 0, _HEAD) + 1]


def _separator(text: str, suffix: str) -> str:
    """The separator that gives the most even table, or nothing for text that is no table."""
    head = _head(text)
    named = suffix in (".csv", ".tsv", ".tab")
    best, best_score = "", 0.0
    for separator in SEPARATORS:
        widths = [len(cells) for _, cells in islice(_records(head, separator), 200) if any(cells)]
        header = next((width for width in widths if width > 1), 0)
        # A prose line holds one comma as easily as two; a table's rows are alike.
        wanted = 0.5 if named else 0.9
        even = sum(width == header for width in widths) / len(widths) if header else 0.0
        if even < wanted or (not named and len(widths) < 3):
            continue
        score = even + min(header, 50) / 1000
        if score > best_score:
            best, best_score = separator, score
    return best or (_NO_SEPARATOR if named else "")


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The records of a CSV text with their number, counted as a spreadsheet counts rows.

    A quote that is opened and never closed would swallow the rows after it, so a record that
    does not parse strictly gives up its later lines where the next one reads well alone.
    A line that cannot be read at all comes out as no cells but one: itself.
    """
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    start, number, width = 0, 0, 0
    while start < len(lines):
        reader = csv.reader(_lines(lines, start), delimiter=separator, strict=True)
        first = start
        try:
            for cells in reader:
                number += 1
                if len(cells) != width and start + 1 < first + reader.line_num:
                    if _reads_alone(lines, start + 1, separator, width):
                        cells = [lines[start]]
                        yield number, cells
                        start += 1
                        break
                width = width or (len(cells) if any(cells) else 0)
                yield number, cells
                start = first + reader.line_num
        except csv.Error:
            number += 1
            if _reads_alone(lines, start + 1, separator, width):
                yield number, [lines[start]]
                start += 1
            else:
                cells, used = _lenient(lines, start, separator)
                yield number, cells
                start += used


def _lines(lines: list[str], start: int) -> Iterator[str]:
    return (lines[i] + "\n" for i in range(start, len(lines)))


def _reads_alone(lines: list[str], i: int, separator: str, width: int) -> bool:
    """Whether line ``i`` is a whole record by itself."""
    if i >= len(lines) or width < 2:
        return False
    try:
        cells = next(csv.reader([lines[i]], delimiter=separator, strict=True))
    except (csv.Error, StopIteration):
        return False
    return len(cells) == width


def _lenient(lines: list[str], start: int, separator: str) -> tuple[list[str], int]:
    """A record with stray quotes, and how many lines it takes."""
    reader = csv.reader(_lines(lines, start), delimiter=separator)
    try:
        cells = next(reader)
    except csv.Error:
        return [lines[start]], 1
    if start + reader.line_num >= len(lines) and reader.line_num > 1:
        # It ran to the end of the file: the quote was never closed.
        return lines[start].replace('"', "").split(separator), 1
    return cells, reader.line_num


def _from_records(records: Iterator[tuple[int, list[str]]], place: Mapping[str, str]) -> Table | None:
    """A table from numbered records: the first with two cells filled is the header."""
    header: list[str] | None = None
    alone: list[tuple[int, list[str]]] = []
    for number, cells in records:
        filled = sum(1 for cell in cells if cell.strip())
        if filled > 1:
            header = cells
            break
        if filled:
            alone.append((number, cells))
    if header is None:
        # One column: its header stands alone.
        if not alone:
            return None
        header, records = alone[0][1], iter(alone[1:])
    columns = _names(header)
    width = len(columns)
    rows: list[Sequence[str]] = []
    locators: list[Locator] = []
    bad: list[Quarantined] = []
    for number, cells in records:
        size = len(cells)
        if size != width:
            if size > width and not any(cell.strip() for cell in cells[width:]):
                cells = cells[:width]
            elif any(cell.strip() for cell in cells):
                bad.append(Quarantined(number, _misfit(size, width)))
                continue
        if not any(cell and not cell.isspace() for cell in cells):
            continue
        rows.append(cells)
        locators.append({**place, "row": number})
    return Table(columns, rows, locators, tuple(bad))


def _misfit(size: int, width: int) -> str:
    cells = "1 cell" if size == 1 else f"{size} cells"
    return f"{cells} where the header has {width}; is a quote or a separator missing?"


def _names(header: Sequence[str]) -> tuple[str, ...]:
    """Column names without blanks or doubles; blank ones at the end are no columns."""
    cells = [" ".join(cell.split()) for cell in header]
    while cells and not cells[-1]:
        cells.pop()
    names: list[str] = []
    for i, cell in enumerate(cells, 1):
        name = cell or f"column {i}"
        base, n = name, 2
        while name in names:
            name, n = f"{base} ({n})", n + 1
        names.append(name)
    return tuple(names)


# --- JSON lines


def _json_lines(text: str, limit: int | None) -> Table | None:
    """JSON objects, one a line; None where the first lines are something else."""
    lines = ((i, line) for i, line in enumerate(text.split("\n"), 1) if line.strip())
    objects: list[tuple[int, dict[str, str]]] = []
    bad: list[Quarantined] = []
    columns: dict[str, None] = {}
    for seen, (number, line) in enumerate(islice(lines, limit)):
        try:
            value = json.loads(line)
            if not isinstance(value, dict):
                raise ValueError
        except (ValueError, RecursionError):
            # One bad line is a bad line; bad from the start is another format.
            if not objects or (seen < 20 and len(bad) >= seen / 2):
                return None
            bad.append(Quarantined(number, "not a JSON object on one line"))
            continue
        cells = dict(_flat(value))
        columns.update(dict.fromkeys(cells))
        if len(columns) > MOST_COLUMNS:
            raise InputError(f"the JSON lines have more than {MOST_COLUMNS:,} different keys.")
        if any(cell.strip() for cell in cells.values()):
            objects.append((number, cells))
    if not objects:
        return None
    names = tuple(columns)
    rows: list[Sequence[str]] = [[cells.get(name, "") for name in names] for _, cells in objects]
    return Table(names, rows, [{"row": number} for number, _ in objects], tuple(bad))


def _flat(value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Keys and text of an object, the keys of inner objects joined to their parent's by a dot."""
    for key, inner in value.items():
        if isinstance(inner, dict) and inner:
            yield from _flat(inner, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", _json_text(inner)


def _json_text(value: object) -> str:
    if isinstance(value, str):
        # Halves of a surrogate pair and nulls cannot be stored as text.
        if not value.isascii():
            value = value.encode("utf-8", "replace").decode("utf-8")
        return value.replace("\0", "")
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.15g}" if isfinite(value) else ""
    if isinstance(value, list) and all(isinstance(item, str | int | float) for item in value):
        return ", ".join(_json_text(item) for item in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)
