"""Tables, whatever they are kept in: CSV with any separator, TSV, XLSX, JSON lines.

Every value becomes text. A row that does not fit its table is set aside with the reason, and the
rows beside it are kept.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from math import isfinite
from typing import Any
from weakref import WeakKeyDictionary

from corpus.errors import InputError
from corpus.files import RawFile
from corpus.importers import separated, workbook
from corpus.types import Locator, Quarantined

MOST_COLUMNS = 2_000
"""Different keys of JSON lines; every row holds a value for each."""

_SAMPLE_ROWS = 200


MISSING = frozenset({"", "nan", "null", "n/a", "#n/a", "na", "none", "-", "--", "s/o", "nr", "?"})
"""What tools and people write in a cell without a value, in lower case."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under named columns; ``locators`` says where each row is found.

    Rows are as long as ``columns``. Rows without any content are left out and not counted;
    ``hidden`` counts by kind what nobody would see, which is left out too.
    """

    columns: tuple[str, ...]
    rows: list[Sequence[str]]
    locators: list[Locator]
    quarantined: tuple[Quarantined, ...] = ()
    hidden: Mapping[str, int] = field(default_factory=dict)

    @property
    def rows_read(self) -> int:
        """The rows with any content, those set aside included."""
        return len(self.rows) + len(self.quarantined)

    def column(self, name: str) -> list[str]:
        """The values of one column, without outer white space."""
        i = self.columns.index(name)
        return [row[i].strip() for row in self.rows]

    def values(self, name: str | None) -> list[str]:
        """The values of one column, missing ones empty; all empty without a column."""
        if not name:
            return [""] * len(self.rows)
        return ["" if value.lower() in MISSING else value for value in self.column(name)]


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
        sum((Counter(table.hidden) for table in found), Counter()),
    )


# --- workbooks


_workbooks: WeakKeyDictionary[RawFile, list[Table]] = WeakKeyDictionary()
"""The workbooks being loaded: every importer is asked for its claim, and reading is slow."""


def _workbook(file: RawFile) -> list[Table]:
    if file not in _workbooks:
        _workbooks[file] = [
            replace(table, hidden={"style": unseen} if unseen else {})
            for sheet, rows, unseen in workbook.sheets(file)
            if (table := _from_records(enumerate(_trimmed(rows), 1), {"sheet": sheet})) is not None
        ]
    return _workbooks[file]


def _trimmed(rows: list[list[str]]) -> list[list[str]]:
    """Rows cut after the last column that holds anything."""
    width = max((i for row in rows for i, cell in enumerate(row, 1) if cell.strip()), default=0)
    return [row[:width] for row in rows]


# --- text


def _text_tables(file: RawFile, limit: int | None) -> list[Table]:
    text = file.text
    if text.lstrip()[:1] == "{":
        lines = _json_lines(text, limit)
        return [lines] if lines is not None else []
    if text.lstrip()[:1] == "<":
        return []
    separator, text = separated.separator_of(text, file.suffix)
    if not separator:
        return []
    records = separated.records(separated.head(text) if limit else text, separator)
    table = _from_records(islice(records, limit), {})
    return [table] if table is not None else []


def _from_records(
    records: Iterator[tuple[int, list[str]]], place: Mapping[str, str]
) -> Table | None:
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
    columns = _names(header, keep_blank="sheet" in place)
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


def _names(header: Sequence[str], keep_blank: bool) -> tuple[str, ...]:
    """Column names without blanks or doubles; in CSV, blank ones at the end are no columns."""
    cells = [" ".join(cell.split()) for cell in header]
    while not keep_blank and cells and not cells[-1]:
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
    """JSON objects, one a line; None where most lines are something else."""
    lines = ((i, line) for i, line in enumerate(text.split("\n"), 1) if line.strip())
    objects: list[tuple[int, dict[str, str]]] = []
    bad: list[Quarantined] = []
    columns: dict[str, None] = {}
    for number, line in islice(lines, limit):
        try:
            value = json.loads(line)
            cells = dict(_flat(value)) if isinstance(value, dict) else None
        except (ValueError, RecursionError):
            cells = None
        if cells is None:
            bad.append(Quarantined(number, "not a JSON object on one line"))
            continue
        columns.update(dict.fromkeys(cells))
        if len(columns) > MOST_COLUMNS:
            raise InputError(
                f"the JSON lines have more than {MOST_COLUMNS:,} different keys; "
                "keep those that are needed."
            )
        if any(cell.strip() for cell in cells.values()):
            objects.append((number, cells))
    if len(bad) > len(objects) or not columns:
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
