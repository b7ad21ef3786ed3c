"""What a column looks like, and which column is taken for which field."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from corpus.errors import InputError
from corpus.files import RawFile
from corpus.importers import dates, numbers
from corpus.importers.tabular import MISSING, Table, merged, tables
from corpus.importers.words import words

SAMPLE = 2_000
"""Rows that are looked at closely; counts of distinct values are over all rows."""

_URL = re.compile(r"(?:https?://|www\.|/)\S+$")
_EMAIL = re.compile(r"\S+@\S+\.\S+$")


@dataclass(frozen=True)
class Column:
    """A column's name and what its values are like; shares are of the values that are there."""

    name: str
    sample: tuple[str, ...]
    rows: int
    filled: int
    distinct: int

    @cached_property
    def chars(self) -> float:
        """Mean length in characters."""
        return sum(map(len, self.sample)) / max(len(self.sample), 1)

    @cached_property
    def words(self) -> float:
        """Mean number of words."""
        return sum(len(value.split()) for value in self.sample) / max(len(self.sample), 1)

    @cached_property
    def distinctness(self) -> float:
        """Different values per value."""
        return self.distinct / max(self.filled, 1)

    @cached_property
    def dates(self) -> float:
        """Share that is written like a date."""
        return self._share(dates.looks_like_date)

    @cached_property
    def numbers(self) -> float:
        """Share that is a bare number."""
        return self._share(numbers.is_number)

    @cached_property
    def scores(self) -> float:
        """Share that reads as a score."""
        return self._share(lambda value: numbers.reading(value) is not None)

    @cached_property
    def codes(self) -> float:
        """Share that is an address of the web or of a mailbox, or structured data."""
        return self._share(
            lambda value: bool(
                value.startswith(("[{", "{")) or _URL.match(value) or _EMAIL.match(value)
            )
        )

    @cached_property
    def wordy(self) -> bool:
        """Whether the values are words at all, rather than numbers, dates or codes."""
        return bool(self.sample) and max(self.dates, self.numbers, self.codes) < 0.5

    def _share(self, test: Callable[[str], bool]) -> float:
        return sum(map(test, self.sample)) / len(self.sample) if self.sample else 0.0


def profile(table: Table) -> list[Column]:
    """The columns of a table, seen through at most ``SAMPLE`` rows spread evenly."""
    step = max(1, -(-len(table.rows) // SAMPLE))
    found = []
    for name, values in zip(table.columns, _by_column(table), strict=True):
        counts = set(values)
        blank = {value for value in counts if value.strip().lower() in MISSING}
        filled = sum(value not in blank for value in values) if blank else len(values)
        sample = [v.strip() for v in values[::step] if v not in blank]
        if not sample and filled:
            sample = [v.strip() for v in values if v not in blank][:SAMPLE]
        found.append(Column(name, tuple(sample), len(values), filled, len(counts) - len(blank)))
    return found


def _by_column(table: Table) -> Iterable[Sequence[str]]:
    return zip(*table.rows, strict=True) if table.rows else ([] for _ in table.columns)


def mapped(
    guess: Mapping[str, str],
    mapping: Mapping[str, str],
    columns: Sequence[str],
    single: Iterable[str],
    several: Iterable[str] = (),
) -> dict[str, str]:
    """The guess corrected by what the user said, as field to column.

    ``FIELD=COLUMN`` takes the column from whatever it was guessed to be; ``FIELD=-`` drops the
    guess. Fields of ``several`` can be given more than once, as ``score:NAME``; columns joined
    by ``+`` are several columns. Raises InputError for an unknown field or column.
    """
    single, several = tuple(single), tuple(several)
    said: dict[str, str] = {}
    kept = dict(guess)
    for field, value in mapping.items():
        base, _, label = field.strip().partition(":")
        if base not in (several if label else (*single, *several)):
            listed = ", ".join((*single, *(f"{name}, {name}:NAME" for name in several)))
            raise InputError(f"--map has no field {field!r}; the fields are {listed}.")
        if value.strip() in ("", "-"):
            drop = field.strip()
            kept = {
                key: column
                for key, column in kept.items()
                if key != drop
                and not (base in several and not label and key.startswith(base + ":"))
            }
            continue
        named = columns_of(value, columns)
        if base in several and not label:
            said |= {f"{base}:{column}": column for column in named}
        else:
            said[field.strip()] = "+".join(named)
    taken = {column for value in said.values() for column in columns_of(value, columns)}
    for key, value in kept.items():
        left = [column for column in columns_of(value, columns) if column not in taken]
        if left and key not in said:
            said[key] = "+".join(left)
    return said


def columns_of(value: str, columns: Sequence[str]) -> list[str]:
    """The columns that ``A`` or ``A+B`` names, whatever their case; raises InputError."""
    exact = _find(value, columns)
    if exact is not None:
        return [exact]
    parts = [(part, _find(part, columns)) for part in value.split("+")]
    for part, column in parts:
        if column is None:
            raise InputError(
                f"there is no column {part.strip()!r}; the columns are {listing(columns)}."
            )
    return [column for _, column in parts if column is not None]


def _find(name: str, columns: Sequence[str]) -> str | None:
    name = name.strip()
    if name in columns:
        return name
    alike = [column for column in columns if words(column) == words(name)] if name else []
    return alike[0] if len(alike) == 1 and words(name) else None


def listing(columns: Sequence[str]) -> str:
    """Column names for a message, the first twenty."""
    more = len(columns) - 20
    return ", ".join(columns[:20]) + (f" and {more} more" if more > 0 else "")


Guess = Callable[[Sequence[Column]], dict[str, str]]


def best_table(
    file: RawFile,
    mapping: Mapping[str, str],
    guess: Guess,
    usable: Callable[[Collection[str]], bool],
    single: Iterable[str],
    several: Iterable[str],
) -> tuple[Table, list[Column], dict[str, str]] | None:
    """The longest table of a file whose fields are ``usable``, its columns and its fields.

    Sheets of the same columns are put together. None where no table will do; raises InputError
    for a file that is no table or holds no rows, and for a mapping that fits none.
    """
    found = tables(file)
    if not any(table.rows_read for table in found):
        raise InputError(
            f"{file.name} has a header ({listing(found[0].columns)}) and no rows under it; "
            "there is nothing to load."
        )
    tried: list[tuple[Table, list[Column], dict[str, str]]] = []
    problem = ""
    for names in dict.fromkeys(table.columns for table in found if table.rows_read):
        table = merged([each for each in found if each.columns == names])
        columns = profile(table)
        try:
            fields = mapped(guess(columns), mapping, names, single, several)
        except InputError as error:
            problem = problem or str(error)
            continue
        if usable(fields):
            tried.append((table, columns, fields))
    if tried:
        return max(tried, key=lambda each: each[0].rows_read)
    if problem:
        raise InputError(f"{file.name}: {problem}")
    return None
