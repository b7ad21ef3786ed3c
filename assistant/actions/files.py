"""The files that actions and their evidence can be taken as.

``csv`` and ``evidence`` are the two tables, ``jira`` a table that Jira imports, ``xlsx`` a workbook
of both tables, ``md`` both as Markdown, ``pptx`` one finding a slide. A text that a spreadsheet
would take for a formula gets an apostrophe before it.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.draft import escape
from assistant.journey.layout import fact_line
from assistant.types import Fact
from assistant.words import Words, words
from corpus.errors import InputError

Json = Mapping[str, Any]
Rows = Sequence[Sequence[object]]

ACTIONS = (
    "id", "title", "status", "place", "effort", "owner", "cause", "behaviour", "concerns_low",
    "concerns_high", "concerns_of", "causal", "does", "kpi", "trial", "weeks", "note", "reason",
)  # fmt: skip
EVIDENCE = ("id", "claim", "quote", "record", "source", "date", "segment", "figure", "query")
JIRA = ("Summary", "Issue Type", "Priority", "Labels", "Description")
"""The columns; those of Jira are the names that its importer knows."""

_PRIORITIES = {"quick-win": "High", "project": "Medium", "innovation": "Low", "not-now": "Lowest"}
_LIVE = ("=", "+", "-", "@", "\t", "\r")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file: the end of its name, its media type, and what makes it of a board."""

    end: str
    media: str
    make: Callable[[Json, Words], bytes]


def as_file(found: Json, form: str, language: str, labels: Mapping[str, str]) -> bytes:
    """A board as a file, its causes by their labels; raises InputError for a form there is not."""
    if form not in FORMS:
        raise InputError(f"Actions are no {form} file; they can be {', '.join(FORMS)}.")
    named = [
        {**each, "cause": labels.get(each["cause"], each["cause"])} for each in found["actions"]
    ]
    return FORMS[form].make({**found, "actions": named}, words(language))


def say(said: Words, name: str, **values: str | int) -> str:
    """The words of what is taken along."""
    return said.say(f"actions/{name}", **values)


def inert(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_LIVE) else value


# Tables --------------------------------------------------------------------------------------


def action_rows(found: Json, said: Words) -> Iterator[list[object]]:
    """A row of ``ACTIONS`` for each action."""
    behaviours = found["framework"]["behaviours"]
    for each in found["actions"]:
        impact, test = each["impact"] or {}, each.get("test") or {}
        values = {
            **each,
            "status": say(said, f"status_{each['status']}"),
            "place": say(said, f"place_{each['horizon']}") if each["horizon"] else "",
            "effort": say(said, f"effort_{each['effort']}") if each["effort"] else "",
            "behaviour": behaviours.get(each["behaviour"], each["behaviour"]),
            "concerns_low": round(impact["low"]) if impact else "",
            "concerns_high": round(impact["high"]) if impact else "",
            "concerns_of": say(said, f"of_{impact['of']}") if impact else "",
            "causal": causal(each, said),
            "trial": test.get("how", ""),
            "weeks": test.get("weeks", ""),
        }
        yield ["" if values.get(name) is None else values.get(name, "") for name in ACTIONS]


def evidence_rows(found: Json, said: Words) -> Iterator[list[object]]:
    """A row of ``EVIDENCE`` for each quote and each figure of each action."""
    facts = {fact["id"]: fact for fact in found["facts"]}
    cited = {each["id"]: each for each in found["citations"]}
    for action in found["actions"]:
        for name in action["citations"]:
            quote = cited[name]
            yield [
                action["id"], action.get("title", ""), quote["quote"], quote["passage_id"],
                quote["source"], quote["date"] or "", "", "", "",
            ]  # fmt: skip
        for name in action["facts"]:
            fact = facts[name]
            scope = ", ".join(str(value) for value in fact["about"].values())
            yield [
                action["id"], fact["label"], "", "", "", "", scope, line(said, fact), fact["query"],
            ]  # fmt: skip


def causal(each: Json, said: Words) -> str:
    """The share that may be causal, in percent."""
    if not each["causal"]:
        return ""
    low, high = (f"{100 * each['causal'][end]:.0f}" for end in ("low", "high"))
    return say(said, "causal", low=low, high=high)


def line(said: Words, fact: Json) -> str:
    """A figure with its interval and its n."""
    return fact_line(said, Fact(**fact))


def _jira_rows(found: Json, said: Words) -> Iterator[list[object]]:
    for each, evidence in zip(found["actions"], _evidence_of(found, said), strict=True):
        labels = " ".join(
            str(part) for part in ("ancrage", each["cause"], each["behaviour"]) if part
        )
        about = [each.get("does", ""), *evidence, each.get("kpi", "")]
        about.append((each.get("test") or {}).get("how", ""))
        yield [
            each.get("title", each["id"]), "Task", _PRIORITIES.get(each["horizon"] or "", "Medium"),
            labels, "\n\n".join(part for part in about if part),
        ]  # fmt: skip


def _evidence_of(found: Json, said: Words) -> Iterator[list[str]]:
    facts = {fact["id"]: fact for fact in found["facts"]}
    cited = {each["id"]: each for each in found["citations"]}
    for each in found["actions"]:
        quotes = (cited[name] for name in each["citations"])
        told = [f"{said.quote(quote['quote'])} ({quote['passage_id']})" for quote in quotes]
        yield told + [line(said, facts[name]) for name in each["facts"]]


# Files ---------------------------------------------------------------------------------------


def _table(head: Sequence[str], rows: Rows) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([inert(value) for value in row] for row in rows)
    # Spreadsheets know UTF-8 by its mark.
    return text.getvalue().encode("utf-8-sig")


def _heads(said: Words, names: Sequence[str]) -> list[str]:
    return [say(said, f"column_{name}") for name in names]


def _csv(found: Json, said: Words) -> bytes:
    return _table(_heads(said, ACTIONS), list(action_rows(found, said)))


def _evidence(found: Json, said: Words) -> bytes:
    return _table(_heads(said, EVIDENCE), list(evidence_rows(found, said)))


def _jira(found: Json, said: Words) -> bytes:
    return _table(JIRA, list(_jira_rows(found, said)))


def _markdown(found: Json, said: Words) -> bytes:
    blocks = []
    for name, columns, rows in (
        ("actions", ACTIONS, action_rows(found, said)),
        ("evidence", EVIDENCE, evidence_rows(found, said)),
    ):
        lines: Rows = [_heads(said, columns), ["---"] * len(columns), *rows]
        table = "\n".join(f"| {' | '.join(_plain(each) for each in row)} |" for row in lines)
        blocks.append(f"# {say(said, f'sheet_{name}')}\n\n{table}\n")
    return "\n".join(blocks).encode()


def _plain(value: object) -> str:
    text = " ".join(str(value).split())
    return text if text == "---" else escape(text)


def _xlsx(found: Json, said: Words) -> bytes:
    import xlsxwriter

    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        for name, columns, rows in (
            ("actions", ACTIONS, action_rows(found, said)),
            ("evidence", EVIDENCE, evidence_rows(found, said)),
        ):
            sheet = book.add_worksheet(say(said, f"sheet_{name}"))
            sheet.freeze_panes(1, 2)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            for number, column in enumerate(columns):
                sheet.set_column(number, number, _WIDTHS.get(column, 14))
            sheet.write_row(0, 0, _heads(said, columns), bold)
            for number, row in enumerate(rows, start=1):
                sheet.write_row(number, 0, [inert(value) for value in row], wrap)
    return file.getvalue()


_WIDTHS = {
    "id": 26, "title": 30, "claim": 36, "does": 60, "kpi": 40, "trial": 40, "quote": 50,
    "figure": 46, "query": 60, "record": 26, "source": 22,
}  # fmt: skip
"""The widths of columns of a workbook, in characters, where they are not the usual."""


def _pptx(found: Json, said: Words) -> bytes:
    from assistant.actions.slides import slides

    return slides(found, said)


FORMS: Mapping[str, Form] = {
    "csv": Form("csv", "text/csv; charset=utf-8", _csv),
    "evidence": Form("csv", "text/csv; charset=utf-8", _evidence),
    "jira": Form("csv", "text/csv; charset=utf-8", _jira),
    "xlsx": Form("xlsx", _XLSX, _xlsx),
    "md": Form("md", "text/markdown; charset=utf-8", _markdown),
    "pptx": Form("pptx", _PPTX, _pptx),
}
