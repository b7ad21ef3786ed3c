"""The actions' page as HTML: impact against effort, and the board by status."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.actions.files import FORMS
from assistant.ui.answer import trouble
from assistant.ui.charts.impact import chart, concerned
from assistant.ui.charts.parts import Told
from assistant.ui.charts.show import show
from assistant.ui.safe import esc
from assistant.ui.themes import label_of
from assistant.ui.words import UiLanguage, has, say, say_count
from corpus.codebook import Codebook

Json = Mapping[str, Any]

TABLES = ("csv", "evidence", "jira")
"""The forms that are all CSV, which are told apart by their words."""

LANES = ("running", "accepted", "measured", "quick-win", "project", "innovation", "not-now",
         "dismissed")  # fmt: skip
"""The board from what is under way to what was set aside; proposals are parted by their place."""


def waiting(language: UiLanguage) -> str:
    """What stands in for the board until it is there."""
    words = esc(say(language, "actions_waiting"))
    return f'<p class="waiting" lang="{language}"><span class="dots"></span>{words}</p>'


def failed(language: UiLanguage, sentence: str) -> str:
    """Why there is no board."""
    return f'<div lang="{language}">{trouble(sentence)}</div>'


def impact(language: UiLanguage, codebook: Codebook, found: Json) -> str:
    """Impact against effort, with its table."""
    open_ones = [each for each in found["actions"] if each["status"] != "dismissed"]
    facts = {fact["id"]: fact for fact in found["facts"]}
    drawn = chart(language, Told(language, codebook), open_ones, facts)
    return show(language, [drawn] if drawn else [])


def board(language: UiLanguage, codebook: Codebook, found: Json, opened: str | None = None) -> str:
    """Every action as a card, in the lane of its status or, if it is proposed, of its place."""
    actions = found["actions"]
    if not actions:
        none = f'<p class="note">{esc(say(language, "actions_none"))}</p>'
        return f'<div class="board" lang="{language}">{none}</div>'
    lanes = "".join(_lanes(language, codebook, actions, opened))
    framework = say(language, "framework", source=found["framework"]["source"])
    return (
        f'<div class="board" lang="{language}"><p class="quiet">{esc(say(language, "board_how"))}'
        f'</p>{_files(language)}{lanes}<p class="quiet">{esc(framework)}</p></div>'
    )


def _files(language: UiLanguage) -> str:
    """The links to the board as files."""
    links = " ".join(
        f'<a class="plain" download href="./v1/actions/file?format={form}&amp;language={language}">'
        f"{esc(say(language, f'actions_{form}') if form in TABLES else form.upper())}</a>"
        for form in FORMS
    )
    return f'<p class="canvas-files"><span>{esc(say(language, "journey_take"))}</span>{links}</p>'


def _lanes(
    language: UiLanguage, codebook: Codebook, actions: Sequence[Json], opened: str | None
) -> Iterator[str]:
    for lane in LANES:
        own = [each for each in actions if _lane(each) == lane]
        if own:
            cards = "".join(_card(language, codebook, each, each["id"] == opened) for each in own)
            yield (
                f'<section class="lane lane-{lane}"><h3>{esc(say(language, f"lane_{lane}"))} '
                f'<span class="theme-n">{esc(say_count(language, "n_actions", len(own)))}</span>'
                f"</h3><ul>{cards}</ul></section>"
            )


def _lane(action: Json) -> str:
    return str(action["horizon"] if action["status"] == "proposed" else action["status"])


def _card(language: UiLanguage, codebook: Codebook, action: Json, here: bool) -> str:
    reached = action["impact"]
    number = concerned(language, reached) if reached else say(language, "cause_gone")
    parts = [
        say(language, f"effort_{action['effort']}") if action["effort"] else "",
        owner(language, action["owner"]),
    ]
    reason = ""
    if action["not_now"]:
        reason = say(language, f"not_now_{action['not_now']}")
    elif action["status"] == "dismissed":
        reason = str(action["reason"] or "")
    elif action["outcome"]:
        reason = say(language, f"verdict_{action['outcome']['verdict']}")
    shown = f'<span class="card-reason">{esc(reason)}</span>' if reason else ""
    return (
        f'<li class="card{" is-open" if here else ""}"><span class="card-number">'
        f'{action["number"]}</span><div><button type="button" data-event="action" '
        f'data-id="{esc(action["id"])}" aria-pressed="{str(here).lower()}">'
        f"{esc(action.get('title') or action['id'])}</button>"
        f'<span class="card-cause">{esc(label_of(language, codebook, action["cause"]))}</span>'
        f'<span class="card-more"><strong>{esc(number)}</strong> · '
        f"{' · '.join(esc(part) for part in parts if part)}</span>{shown}</div></li>"
    )


def owner(language: UiLanguage, name: str | None) -> str:
    """Who sees to it: the library's trades by their names, others as they were written."""
    key = f"owner_{name}"
    return say(language, key) if name and has(language, key) else name or ""
