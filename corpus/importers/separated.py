"""Text cut into records at commas, semicolons, tabs or bars, row by damaged row."""

import csv
from collections.abc import Iterator
from itertools import islice

from corpus.importers.words import strength

SEPARATORS = ",;\t|"

_NO_SEPARATOR = "\x1f"
_HEAD = 100_000


def separator_of(text: str, suffix: str) -> tuple[str, str]:
    """The separator of a table and the text to cut by it; no separator for what is no table."""
    declared, text = _declared(text)
    return declared or _best(text, suffix), text


def _declared(text: str) -> tuple[str, str]:
    """Excel's ``sep=;`` first line, taken at its word."""
    if text[:4].lower() == "sep=" and text[5:6] in ("\n", ""):
        # The emptied line stays, so that row numbers stay those of the file.
        return text[4], text[5:]
    return "", text


def head(text: str) -> str:
    """The first lines, enough to judge a table by."""
    return text if len(text) <= _HEAD else text[: text.rfind("\n", 0, _HEAD) + 1]


def _best(text: str, suffix: str) -> str:
    """The separator that gives the most even table, or nothing for text that is no table."""
    start = head(text)
    named = suffix in (".csv", ".tsv", ".tab")
    best, best_score = "", 0.0
    for separator in SEPARATORS:
        rows = [cells for _, cells in islice(records(start, separator), 200) if any(cells)]
        widths = [len(cells) for cells in rows]
        header = next((width for width in widths if width > 1), 0)
        if not header or (widths[0] == 1 and strength(rows[0][0], "text") > 0.6):
            # One column of texts, whatever the texts hold.
            continue
        even = sum(width == header for width in widths) / len(widths)
        # A prose line holds one comma as easily as two; a table's rows are alike. A header is
        # believed all the same, and the rows that do not fit it are set aside.
        wanted = 0.9 if not named else 0.02 if widths[0] > 1 else 0.5
        if even < wanted or (not named and len(widths) < 3):
            continue
        score = even + min(header, 50) / 1000
        if score > best_score:
            best, best_score = separator, score
    return best or (_NO_SEPARATOR if named else "")


def records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The records of a CSV text with their number, counted as a spreadsheet counts rows.

    A quote that is opened and never closed would swallow the rows after it: a record that does
    not parse strictly gives back its later lines where the next one is whole by itself. A line
    that cannot be read comes out as a single cell, which fits no table of two columns.
    """
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    start, number, width = 0, 0, 0
    while start < len(lines):
        first = start
        reader = csv.reader(_lines(lines, start), delimiter=separator, strict=True)
        try:
            for cells in reader:
                number += 1
                end = first + reader.line_num
                if (
                    len(cells) != width
                    and end > start + 1
                    and _whole(lines, start + 1, separator, width)
                ):
                    break
                yield number, cells
                start = end
                width = width or (len(cells) if len(cells) > 1 else 0)
            else:
                return
        except csv.Error:
            number += 1
        cells, used = _lenient(lines, start, separator)
        if used > 1 and width > 1:
            # The next line may have an open quote too: then its separators are counted.
            alike = lines[start + 1].count(separator) == width - 1
            if alike or _whole(lines, start + 1, separator, width):
                cells, used = [lines[start]], 1
        yield number, cells
        start += used


def _lines(lines: list[str], start: int) -> Iterator[str]:
    return (lines[i] + "\n" for i in range(start, len(lines)))


def _whole(lines: list[str], i: int, separator: str, width: int) -> bool:
    """Whether line ``i`` is a record of the right width by itself."""
    if i >= len(lines) or width < 2:
        return False
    try:
        cells = next(csv.reader([lines[i]], delimiter=separator, strict=True), [])
    except csv.Error:
        return False
    return len(cells) == width


def _lenient(lines: list[str], start: int, separator: str) -> tuple[list[str], int]:
    """A record with stray quotes, and how many lines it takes."""
    reader = csv.reader(_lines(lines, start), delimiter=separator)
    try:
        cells = next(reader)
    except csv.Error:
        return [lines[start]], 1
    # Where it ran to the end of the file, the quote was never closed.
    if reader.line_num > 1 and start + reader.line_num >= len(lines):
        return [lines[start]], 1
    return cells, reader.line_num
