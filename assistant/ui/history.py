"""The conversations that were held: the list beside the chat, and when an answer was given."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from assistant.conversing import LONGEST_TITLE
from assistant.ui.safe import esc
from assistant.ui.words import UiLanguage, day, say, say_count

Json = Mapping[str, Any]

MOST_LISTED = 50
"""Conversations in the list, the most recent ones; the others are found by their title."""

FORMS = ("markdown", "json")


def head(language: UiLanguage) -> str:
    """What stands above the list: its name and the search. Drawn once, so that typing goes on."""
    title = esc(say(language, "history"))
    find = esc(say(language, "history_find"))
    return (
        f'<div class="history-head" lang="{language}"><h2>{title}</h2>'
        '<button type="button" class="plain history-toggle" data-event="toggle" '
        f'aria-expanded="false" aria-controls="ancrage-talks">{title}</button>'
        f'<input type="search" class="history-find" autocomplete="off" placeholder="{find}" '
        f'aria-label="{find}"></div>'
    )


def listed(
    language: UiLanguage, found: Sequence[Json], current: str | None, *, sought: bool
) -> str:
    """The conversations that were found, the ``current`` one marked."""
    if not found:
        words = say(language, "history_none_found" if sought else "history_none")
        return _frame(language, f'<p class="quiet">{esc(words)}</p>')
    items = "".join(_item(language, each, current) for each in found[:MOST_LISTED])
    rest = len(found) - MOST_LISTED
    more = (
        f'<p class="quiet">{esc(say_count(language, "history_more", rest))}</p>' if rest > 0 else ""
    )
    return _frame(language, f"<ol>{items}</ol>{more}")


def _frame(language: UiLanguage, body: str) -> str:
    title = esc(say(language, "history"))
    return f'<nav class="talks" lang="{language}" aria-label="{title}">{body}</nav>'


def _item(language: UiLanguage, talk: Json, current: str | None) -> str:
    key, title = str(talk["id"]), str(talk["title"])
    here = ' aria-current="true"' if key == current else ""
    when = (day(language, talk["changed"]), say_count(language, "n_questions", talk["n"]))
    said = "".join(f"<span>{esc(each)}</span>" for each in when)
    return (
        f'<li class="talk" data-id="{esc(key)}">'
        f'<button type="button" class="talk-open" data-event="reopen" '
        f'title="{esc(title)}"{here}>'
        f'<span class="talk-title">{esc(title)}</span><span class="talk-when">{said}</span>'
        f"</button>{_menu(language, key, title)}</li>"
    )


def _menu(language: UiLanguage, key: str, title: str) -> str:
    label = esc(say(language, "history_menu", title=title))
    links = "".join(
        f'<a class="plain" download href="./v1/conversations/{esc(quote(key, safe=""))}/export'
        f'?form={form}">{esc(say(language, f"history_{form}"))}</a>'
        for form in FORMS
    )
    return (
        f'<details class="talk-more"><summary aria-label="{label}" title="{label}">'
        '<span aria-hidden="true">⋯</span></summary>'
        '<div class="talk-menu"><form data-event="rename"><label>'
        f"<span>{esc(say(language, 'history_title'))}</span>"
        f'<input name="title" value="{esc(title)}" required maxlength="{LONGEST_TITLE}"></label>'
        f'<button type="submit" class="plain">{esc(say(language, "history_rename"))}</button>'
        f'</form><p class="talk-export">{links}</p>'
        f'<details class="talk-drop"><summary class="plain">'
        f"{esc(say(language, 'history_drop'))}</summary>"
        f"<p>{esc(say(language, 'history_sure'))}</p>"
        '<button type="button" class="plain talk-delete" data-event="delete">'
        f"{esc(say(language, 'history_delete'))}</button></details></div></details>"
    )


def given(language: UiLanguage, made: str) -> str:
    """From when a reopened answer is."""
    words = say(language, "given_at", day=day(language, made), time=made[11:16])
    return f'<p class="given">{esc(words)}</p>'


def not_kept(language: UiLanguage, made: str) -> str:
    """What stands in the place of an answer that an older version did not keep."""
    words = say(language, "given_not", day=day(language, made))
    return f'<p class="note">{esc(words)}</p>'
