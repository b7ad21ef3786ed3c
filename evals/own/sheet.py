"""The table in which people approve drafted cases, and the cases that it then holds.

Every cell but ``evidence`` and ``note`` counts and can be edited. A text that a spreadsheet would
take for a formula has an apostrophe before it, which is taken off again; a formula that somebody
put there is refused.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

from assistant.actions.files import inert
from assistant.core import LONGEST_QUESTION
from corpus.errors import InputError
from corpus.files import RawFile
from corpus.filters import read_filters
from corpus.selects import check_select
from evals.own.types import Draft
from evals.types import WITHIN, Case, Figure, Nugget, Status, Unit

COLUMNS = (
    "approved", "id", "kind", "language", "question", "before", "filters", "expect", "figures",
    "says", "never", "passages", "without", "query", "evidence", "note",
)  # fmt: skip
NEEDED = ("approved", "id", "language", "question", "expect")
YES, NO = (
    ("yes", "oui", "y", "o", "x", "1", "true", "vrai"),
    ("no", "non", "n", "0", "false", "faux"),
)

LONGEST_CELL = 30_000
"""Characters that a spreadsheet's cell can hold, nearly; what is only to be read is cut there."""

MOST_CASES = 5_000

SEPARATORS = ",;\t"

_LIVE = ("=", "+", "-", "@")
_FIGURE = re.compile(
    r"^(.*?)\s*=\s*(-?\d[\d\s\u00a0\u202f]*(?:[.,]\d+)?)\s*([a-z]+)\s*(?:±\s*([\d.]+))?$"
)


def write_sheet(drafts: Sequence[Draft]) -> bytes:
    """The drafts as CSV, in the encoding in which Excel reads accents."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for draft in drafts:
        row = _row(draft)
        writer.writerow([inert(row[name][:LONGEST_CELL]) for name in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def _row(draft: Draft) -> dict[str, str]:
    case = draft.case
    return {
        "approved": draft.approved,
        "id": case.id,
        "kind": case.kind,
        "language": case.language,
        "question": case.question,
        "before": "\n".join(case.before),
        "filters": "\n".join(case.given),
        "expect": ", ".join(status for status in case.status if status != "partial"),
        "figures": "\n".join(f"{f.what} = {f.value:.10g} {f.unit}" for f in case.figures),
        "says": "\n".join(" | ".join(nugget.any) for nugget in case.nuggets),
        "never": "\n".join(case.absent),
        "passages": "\n".join(case.passages),
        "without": "\n".join(case.without),
        "query": case.query,
        "evidence": draft.evidence,
        "note": draft.note,
    }


def read_sheet(file: RawFile) -> tuple[Case, ...]:
    """The approved cases of a table; raises InputError that names the row for what is wrong."""
    rows = list(_rows(file))
    found = [
        _case(row, f"{file.name}, row {number}")
        for number, row in rows
        if _approved(row["approved"], f"{file.name}, row {number}")
    ]
    if not found:
        raise InputError(
            f"{file.name} has no approved case; write yes in the column approved of those to keep."
        )
    ids = [case.id for case in found]
    if twice := sorted({each for each in ids if ids.count(each) > 1}):
        raise InputError(f"{file.name}: two cases have the id {twice[0]}; give each its own.")
    return tuple(found)


def _rows(file: RawFile) -> Iterator[tuple[int, dict[str, str]]]:
    text = _text(file)
    head = text.split("\n", 1)[0]
    # The heads are ours and hold no separator; what people wrote below may hold any.
    separator = max(SEPARATORS, key=head.count)
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise InputError(f"{file.name} is no table that can be read: {error}.") from None
    heads = [head.strip().lower() for head in table[0]] if table else []
    if missing := [name for name in NEEDED if name not in heads]:
        raise InputError(
            f"{file.name} has no column {missing[0]}; fill in what `ancrage eval generate` wrote."
        )
    if strange := [head for head in heads if head and head not in COLUMNS]:
        raise InputError(f"{file.name}: {strange[0][:40]!r} is no column; there are "
                         f"{', '.join(COLUMNS)}.")  # fmt: skip
    if twice := [head for head in heads if head and heads.count(head) > 1]:
        raise InputError(f"{file.name} has the column {twice[0]} twice.")
    if len(table) > MOST_CASES + 1:
        raise InputError(f"{file.name} holds more than {MOST_CASES:,} cases; split it.")
    for number, cells in enumerate(table[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(heads) and any(cell.strip() for cell in cells[len(heads) :]):
            raise InputError(f"{file.name}, row {number}: it has more cells than there are "
                             "columns; is a quotation mark or a separator lost?")  # fmt: skip
        held = dict(zip(heads, cells, strict=False))
        yield (
            number,
            {name: _plain(held.get(name, ""), name, file.name, number) for name in COLUMNS},
        )


def _text(file: RawFile) -> str:
    """The text letter for letter where it is UTF-8, else as any file's is read."""
    try:
        text = file.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return file.text
    if "\0" in text:
        raise InputError(f"{file.name} holds null characters, so it is no table.")
    return text.replace("\r\n", "\n")


def _plain(cell: str, column: str, file: str, number: int) -> str:
    cell = cell.strip()
    if cell[:1] == "'" and cell[1:2] in _LIVE:
        return cell[1:]
    if cell[:1] in _LIVE and column not in ("evidence", "note") and not _is_number(cell):
        raise InputError(
            f"{file}, row {number}: {column} begins with {cell[0]!r}, as a formula does; write "
            "the text itself, or an apostrophe before it."
        )
    return cell


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"[-+]?[\d.,]+", cell) is not None


def _approved(cell: str, place: str) -> bool:
    told = cell.lower()
    if told and told not in (*YES, *NO):
        raise InputError(f"{place}: approved is yes or no, not {cell[:40]!r}.")
    return told in YES


def _case(row: Mapping[str, str], place: str) -> Case:
    if not 1 <= len(row["question"]) <= LONGEST_QUESTION:
        raise InputError(f"{place}: the question is empty or too long.")
    if row["language"] not in ("fr", "en"):
        raise InputError(f"{place}: language is fr or en, not {row['language'][:20]!r}.")
    given = tuple(_lines(row["filters"]))
    query = row["query"].rstrip("; ")
    try:
        read_filters(given)
        if query:
            check_select(query)
    except InputError as error:
        raise InputError(f"{place}: {error}") from None
    figures = tuple(_figure(line, place) for line in _lines(row["figures"]))
    if query and len(figures) != 1:
        raise InputError(f"{place}: a query gives one figure; say which, as NPS = 12 score.")
    return Case(
        id=row["id"] or place,
        kind=row["kind"] or "own",
        language=row["language"],
        question=row["question"],
        before=tuple(_lines(row["before"])),
        status=_status(row["expect"], place),
        figures=figures,
        nuggets=tuple(
            Nugget(tuple(each.strip() for each in line.split("|") if each.strip()))
            for line in _lines(row["says"])
        ),
        absent=tuple(_lines(row["never"])),
        passages=tuple(_lines(row["passages"])),
        given=given,
        without=tuple(_lines(row["without"])),
        query=query,
    )


def _lines(cell: str) -> Iterator[str]:
    return (line.strip() for line in cell.split("\n") if line.strip())


def _status(cell: str, place: str) -> tuple[Status, ...]:
    told: list[Any] = [each for each in re.split(r"[\s,;]+", cell.lower()) if each]
    if not told or any(each not in get_args(Status) for each in told):
        raise InputError(f"{place}: expect says answered, abstained or clarify, not {cell[:40]!r}.")
    return tuple(dict.fromkeys([*told, *(["partial"] if "answered" in told else [])]))


def _figure(line: str, place: str) -> Figure:
    read = _FIGURE.match(line)
    if not read or read[3] not in get_args(Unit):
        raise InputError(
            f"{place}: {line[:60]!r} is no figure; write it as NPS = 12 score, with one of the "
            f"units {', '.join(get_args(Unit))}."
        )
    unit: Any = read[3]
    value = float(re.sub(r"\s", "", read[2]).replace(",", "."))
    return Figure(read[1] or "figure", value, unit, float(read[4] or WITHIN[unit]))


def with_gold(
    cases: Sequence[Case], sql: Callable[[str], list[dict[str, Any]]]
) -> tuple[Case, ...]:
    """The cases with what their queries give; raises InputError where one gives no value."""
    return tuple(_counted(case, sql) if case.query else case for case in cases)


def _counted(case: Case, sql: Callable[[str], list[dict[str, Any]]]) -> Case:
    try:
        rows = sql(case.query)
    except InputError as error:
        raise InputError(f"The query of {case.id}: {error}") from None
    value = rows[0].get("value") if rows else None
    if not isinstance(value, int | float):
        raise InputError(f"The query of {case.id} gives no number in a column named value.")
    (figure,) = case.figures
    return replace(case, figures=(replace(figure, value=float(value)),))
