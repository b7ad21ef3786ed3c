"""Events: what customers did, one row each, or counted by day, stage and segment."""

import datetime as dt
from collections.abc import Mapping, Sequence

from corpus.errors import InputError
from corpus.files import RawFile
from corpus.importers import guess, tabular
from corpus.importers.columns import Column, best_table, listing, profile
from corpus.importers.dates import day_comes_first, read_dates
from corpus.importers.numbers import amount, without_decimals
from corpus.importers.tabular import Table
from corpus.importers.words import has_word, meaning, stage, strength
from corpus.types import Event, Imported, Quarantined

SINGLE = ("kind", "date", "customer", "session", "amount", "stage", "channel", "count")
SEVERAL = ("segment",)


def claims(file: RawFile) -> float:
    """How sure it is that the file is a table of events: 0.9 or 0.

    It takes a kind and a date, a customer, a session or a count, and no column of prose.
    """
    if file.suffix in (".md", ".markdown", ".html", ".htm", ".yaml", ".yml"):
        return 0.0
    for table in tabular.sample(file):
        columns = profile(table)
        fields = _guess(columns)
        if (
            {"kind", "date"} <= fields.keys()
            and fields.keys() & {"customer", "session", "count"}
            and guess.text_column(columns) is None
            and _kinds_are_known(next(c for c in columns if c.name == fields["kind"]))
        ):
            return 0.9
    return 0.0


def read(file: RawFile, mapping: Mapping[str, str]) -> Imported:
    """The events of a table; ``mapping`` overrides the guess, as ``--map`` does.

    Kinds become the usual ones where their words are known, else stay in lower case. Rows without
    a date or a kind, or with an unreadable count, are set aside. Raises InputError where there
    are no rows, or no column of dates or kinds.
    """
    table, fields = _chosen(file, mapping)
    today = dt.date.today()
    raw_dates = table.values(fields.get("date"))
    order = day_comes_first(raw_dates, today)
    dates = read_dates(raw_dates, order is not False, today)
    kinds = _kinds(table.values(fields.get("kind")))
    customers = [without_decimals(value) for value in table.values(fields.get("customer"))]
    sessions = table.values(fields.get("session"))
    amounts = _numbers(table.values(fields.get("amount")))
    counts = _numbers(table.values(fields.get("count")))
    raw_counts = table.values(fields.get("count"))
    stages = [stage(value) for value in table.values(fields.get("stage"))]
    channels = table.values(fields.get("channel"))
    segments = [
        (field.partition(":")[2], table.values(fields[field]))
        for field in fields
        if field.startswith("segment:")
    ]

    events: list[Event] = []
    bad = list(table.quarantined)
    for i, locator in enumerate(table.locators):
        date, kind, count = dates[i], kinds[i], counts[i]
        problem = ""
        if date is None:
            said = raw_dates[i]
            problem = f"no date can be read from {said[:40]!r}" if said else "no date"
        elif not kind:
            problem = "no kind"
        elif "count" in fields and not (raw_counts[i] or customers[i] or sessions[i]):
            problem = "neither count nor customer"
        elif raw_counts[i] and (count is None or count < 0 or count != int(count)):
            problem = f"{raw_counts[i][:40]!r} is not a count"
        if problem or date is None:
            bad.append(Quarantined(int(locator["row"]), problem))
            continue
        events.append(
            Event(
                kind=kind,
                date=date,
                customer=customers[i] or None,
                session=sessions[i] or None,
                amount=amounts[i],
                stage=stages[i],
                channel=channels[i] or None,
                segments={name: values[i] for name, values in segments if values[i]},
                count=1 if count is None else int(count),
            )
        )
    return Imported(
        "events",
        table.rows_read,
        mapping=fields,
        events=tuple(events),
        quarantined=tuple(sorted(bad, key=lambda each: each.row)),
        hidden=table.hidden,
    )


def _chosen(file: RawFile, mapping: Mapping[str, str]) -> tuple[Table, dict[str, str]]:
    """The table to read and its fields."""
    best = best_table(file, mapping, _guess, {"kind", "date"}.issubset, SINGLE, SEVERAL)
    if best is None:
        raise InputError(
            f"{file.name} has no column with the kind of event or none with its date among "
            f"{listing(tabular.tables(file)[0].columns)}; "
            "name them with --map kind=COLUMN and date=COLUMN."
        )
    return best[0], best[2]


def _guess(columns: Sequence[Column]) -> dict[str, str]:
    """Field to column, from names and values."""
    left = {column.name: column for column in columns if column.sample}
    fields: dict[str, str] = {}

    def take(field: str, fits: Sequence[Column]) -> None:
        named = [column for column in fits if strength(column.name, field)]
        if named:
            best = max(named, key=lambda column: strength(column.name, field))
            fields[field] = best.name
            left.pop(best.name)

    when = guess.date_columns(list(left.values()))
    if when:
        fields["date"] = when[0].name
        for column in when:
            left.pop(column.name)
    take("kind", [c for c in left.values() if c.wordy and c.words <= 4 and c.distinct <= 200])
    take("count", [c for c in left.values() if c.numbers > 0.5])
    take("customer", [c for c in left.values() if c.words <= 4])
    take("session", [c for c in left.values() if c.words < 2])
    take("amount", [c for c in left.values() if _amounts(c) > 0.8])
    take("stage", [c for c in left.values() if c.wordy and c.words <= 4])
    take("channel", [c for c in left.values() if c.wordy and c.words <= 4])
    for column in left.values():
        if guess.is_segment(column):
            fields[f"segment:{column.name}"] = column.name
    return fields


def _kinds_are_known(column: Column) -> bool:
    """Whether the name says events outright, or half the values are kinds of events."""
    known = sum(meaning(value, "kinds") is not None for value in column.sample)
    said = has_word(column.name, "kind_names")
    return said or known >= 0.5 * len(column.sample)


def _amounts(column: Column) -> float:
    return sum(amount(value) is not None for value in column.sample) / len(column.sample)


def _kinds(values: Sequence[str]) -> list[str]:
    known = {value: meaning(value, "kinds") or value.lower() for value in set(values)}
    return [known[value] for value in values]


def _numbers(values: Sequence[str]) -> list[float | None]:
    known = {value: amount(value) for value in set(values)}
    return [known[value] for value in values]
