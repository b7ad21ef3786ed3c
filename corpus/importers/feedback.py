"""Feedback: answers, reviews, tickets and messages, one a row of any table."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar, cast

from corpus.errors import InputError
from corpus.files import RawFile
from corpus.importers import guess, scores, tabular
from corpus.importers.columns import Column, best_table, columns_of, listing, profile
from corpus.importers.dates import day_comes_first, read_dates
from corpus.importers.numbers import without_decimals
from corpus.importers.tabular import Table
from corpus.importers.words import language, meaning, stage
from corpus.types import Imported, Quarantined, Record, Score, Voice

T = TypeVar("T")

SINGLE = ("text", "title", "id", "date", "language", "customer", "channel", "stage", "voice")
SEVERAL = ("score", "segment")

_NO_TEXT = frozenset({"", "nan", "null", "n/a", "#n/a"})


def claims(file: RawFile) -> float:
    """How sure it is that the file is a table of feedback: 0.7 with text or scores, 0.5 without.

    Only real tables are claimed: text that merely has commas is not.
    """
    if file.suffix in (".md", ".markdown", ".html", ".htm", ".yaml", ".yml"):
        return 0.0
    found = tabular.sample(file)
    sure = 0.0
    for table in found:
        columns = profile(table)
        if _usable(guess.feedback_fields(columns)):
            sure = 0.7
        if not _named_a_table(file) and not guess.recognised(columns):
            return 0.0
    return sure or (0.5 if found and _named_a_table(file) else 0.0)


def _named_a_table(file: RawFile) -> bool:
    return file.format == "xlsx" or file.suffix in (".csv", ".tsv", ".tab", ".jsonl", ".ndjson")


def read(file: RawFile, mapping: Mapping[str, str]) -> Imported:
    """The records of a table; ``mapping`` overrides the guess, as ``--map`` does.

    Raises InputError where there are no rows, no column of text or scores, or where ``mapping``
    names a field or a column that is not there. Rows with neither text, title nor score, or that
    do not fit the header, are set aside.
    """
    table, columns, fields = _chosen(file, mapping)
    dates = _dates(table, fields.get("date", ""))
    texts = _texts(table, fields.get("text", ""))
    titles = _texts(table, fields.get("title", ""))
    ids = table.values(fields.get("id"))
    if len(set(ids)) < len(ids) or "" in ids:
        # Someone else's id twice is no id; one is made from the content instead.
        fields.pop("id", None)
        ids = [""] * len(table.rows)
    customers = [without_decimals(value) for value in table.values(fields.get("customer"))]
    channels = table.values(fields.get("channel"))
    languages = _translated(table, fields.get("language", ""), language, "")
    stages = _translated(table, fields.get("stage", ""), stage, None)
    voices: list[Voice] = _translated(table, fields.get("voice", ""), _voice, "customer")
    segments = _segments(table, fields)
    score_rows = _scores(table, columns, fields, dates, mapping)

    records: list[Record] = []
    quarantined = list(table.quarantined)
    for i, locator in enumerate(table.locators):
        if not texts[i] and not titles[i] and not score_rows[i]:
            quarantined.append(Quarantined(int(locator["row"]), "neither text nor score"))
            continue
        records.append(
            Record(
                id=ids[i],
                title=titles[i],
                text=texts[i],
                date=dates[i],
                customer=customers[i] or None,
                locator=locator,
                language=languages[i],
                channel=channels[i] or None,
                voice=voices[i],
                stage=stages[i],
                segments=segments[i],
                scores=score_rows[i],
            )
        )
    return Imported(
        "feedback",
        table.rows_read,
        mapping=fields,
        records=tuple(records),
        quarantined=tuple(sorted(quarantined, key=lambda each: each.row)),
        hidden=table.hidden,
        unused=_unused(columns, fields),
    )


def _unused(columns: Sequence[Column], fields: Mapping[str, str]) -> tuple[str, ...]:
    """The columns with values that no field was read from."""
    names = [column.name for column in columns]
    used = {name for spec in fields.values() for name in columns_of(spec, names)}
    return tuple(c.name for c in columns if c.filled and c.name not in used)


def _usable(fields: Collection[str]) -> bool:
    """Whether there is anything to read."""
    return any(field == "text" or field.startswith("score:") for field in fields)


def _chosen(
    file: RawFile, mapping: Mapping[str, str]
) -> tuple[Table, list[Column], dict[str, str]]:
    """The table to read, its columns and its fields."""
    best = best_table(file, mapping, guess.feedback_fields, _usable, SINGLE, SEVERAL)
    if best is None:
        raise InputError(
            f"{file.name} has no column of text or scores among "
            f"{listing(tabular.tables(file)[0].columns)}; "
            "name one with --map text=COLUMN or --map score=COLUMN."
        )
    return best


def _texts(table: Table, spec: str) -> list[str]:
    """What was written, of several columns one below the other."""
    named = columns_of(spec, table.columns) if spec else []
    parts = [
        ["" if value.lower() in _NO_TEXT else value for value in table.column(name)]
        for name in named
    ]
    if len(parts) == 1:
        return parts[0]
    return ["\n".join(filter(None, row)) for row in zip(*parts, strict=True)] or (
        [""] * len(table.rows)
    )


def _dates(table: Table, spec: str) -> list[dt.date | None]:
    """Each row's date: of the first column that has one."""
    named = columns_of(spec, table.columns) if spec else []
    values = [table.column(name) for name in named]
    today = dt.date.today()
    told = [day_comes_first(column, today) for column in values]
    # A column that does not tell its order follows the others, else the French order.
    usual = next((each for each in told if each is not None), True)
    read = [
        read_dates(column, usual if order is None else order, today)
        for column, order in zip(values, told, strict=True)
    ]
    if not read:
        return [None] * len(table.rows)
    return [next((date for date in row if date), None) for row in zip(*read, strict=True)]


def _translated(table: Table, column: str, translate: Callable[[str], T], empty: T) -> list[T]:
    """A column's values, each translated once; ``empty`` for missing ones."""
    values = table.values(column)
    known = {value: translate(value) if value else empty for value in set(values)}
    return [known[value] for value in values]


def _voice(value: str) -> Voice:
    return cast(Voice, meaning(value, "voices") or "customer")


def _segments(table: Table, fields: Mapping[str, str]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = [{} for _ in table.rows]
    for field, column in fields.items():
        base, _, name = field.partition(":")
        if base == "segment":
            for row, value in zip(found, table.values(column), strict=True):
                if value:
                    row[name] = value
    return found


def _scores(
    table: Table,
    columns: Sequence[Column],
    fields: dict[str, str],
    dates: Sequence[dt.date | None],
    mapping: Mapping[str, str],
) -> list[tuple[Score, ...]]:
    """Each row's scores, the overall one first; a guess that holds none leaves ``fields``."""
    profiles = {column.name: column for column in columns}
    found: list[tuple[int, list[Score | None]]] = []
    for field, name in list(fields.items()):
        base, _, label = field.partition(":")
        if base != "score":
            continue
        forced = label if label in scores.KINDS and label != name else ""
        of = scores.KINDS[forced] if forced else scores.family(profiles[name]) or "rating"
        values = scores.read_scores(name, of, table.column(name), dates, forced)
        if any(values):
            found.append((scores.rank(name, of), values))
        elif field in mapping or name in mapping.values():
            raise InputError(f"column {name!r} holds no scores; map another one.")
        else:
            del fields[field]
    if not found:
        return [()] * len(table.rows)
    found.sort(key=lambda each: each[0])
    return [
        tuple(score for score in row if score is not None)
        for row in zip(*(values for _, values in found), strict=True)
    ]
