"""What the codebook lacks, as HTML: the candidates, and what can be decided of each."""

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.ui.answer import trouble
from assistant.ui.safe import esc
from assistant.ui.themes import ARROWS, group_of, options
from assistant.ui.words import UiLanguage, number, say, say_count, share
from corpus.codebook import LANGUAGES, Codebook

Json = Mapping[str, Any]

LONGEST_LABEL = 80
"""Characters of a new theme's name."""


def section(
    language: UiLanguage,
    codebook: Codebook,
    candidates: Sequence[Json] | None = None,
    seed: int = 0,
) -> str:
    """The section with its button and, once they were looked for, the candidates."""
    if candidates is None:
        return _whole(language, "", say(language, "lacking_look"), 0)
    if not candidates:
        found = f'<p class="note">{esc(say(language, "lacking_none"))}</p>'
    else:
        drawn = say(language, "lacking_drawn", n=number(language, seed))
        cards = "".join(_card(language, codebook, each) for each in candidates)
        found = (
            f'<p class="quiet">{esc(say_count(language, "n_candidates", len(candidates)))} '
            f'{esc(drawn)}</p><ul class="candidates">{cards}</ul>'
            f'<select class="all-themes" hidden disabled>{options(language, codebook)}</select>'
        )
    return _whole(language, found, say(language, "lacking_again"), seed + 1)


def waiting(language: UiLanguage) -> str:
    """The section while candidates are looked for."""
    note = esc(say(language, "lacking_waiting"))
    return _frame(
        language, f'<p class="waiting" role="status"><span class="dots"></span>{note}</p>'
    )


def failed(language: UiLanguage, sentence: str) -> str:
    """The section where candidates could not be looked for."""
    return _whole(language, trouble(sentence), say(language, "lacking_look"), 0)


def _whole(language: UiLanguage, found: str, button: str, seed: int) -> str:
    return _frame(
        language,
        f'{found}<button type="button" class="plain" data-event="discover" data-seed="{seed}">'
        f"{esc(button)}</button>",
    )


def _frame(language: UiLanguage, body: str) -> str:
    return (
        f'<section class="lacking" lang="{language}"><h2>{esc(say(language, "lacking"))}</h2>'
        f'<p class="quiet">{esc(say(language, "lacking_more"))}</p>{body}</section>'
    )


def _card(language: UiLanguage, codebook: Codebook, candidate: Json) -> str:
    key = str(candidate["id"])
    counts = (
        say_count(language, "n_clauses", candidate["size"]),
        say_count(language, "n_records", candidate["records"]),
        _trend(language, candidate["trend"]),
        say(language, "stability", value=number(language, candidate["stability"], 2)),
    )
    return (
        f'<li class="candidate judge" data-key="{esc(key)}" '
        f'data-waiting="{esc(say(language, "correct_sent"))}">'
        f"<h3>{esc(candidate['label'])}</h3>"
        f'<p class="quiet">{" · ".join(map(esc, counts))}</p>'
        f"{_texts(language, 'central', candidate['central'])}"
        f"{_texts(language, 'borderline', candidate['borderline'])}"
        f'<div class="judge-line">{_accept(language, codebook, candidate)}'
        f'<details class="other"><summary>{esc(say(language, "merge"))}</summary><div>'
        f'<select aria-label="{esc(say(language, "merge_which"))}"></select>'
        f"{_button('merge', say(language, 'merge_do'))}</div></details>"
        f"{_button('dismiss', say(language, 'dismiss'))}</div>"
        '<p class="verdict" role="status"></p></li>'
    )


def _accept(language: UiLanguage, codebook: Codebook, candidate: Json) -> str:
    labels = "".join(
        f"<label><span>{esc(say(language, f'label_{each}'))}</span>"
        f'<input name="{each}" maxlength="{LONGEST_LABEL}" lang="{each}" '
        f'value="{esc(", ".join(list(candidate["words"].get(each, ()))[:3]))}"></label>'
        for each in LANGUAGES
    )
    groups = "".join(
        f'<option value="{esc(group)}">{esc(group_of(language, codebook, group))}</option>'
        for group in codebook.groups
    )
    return (
        f'<details class="other"><summary>{esc(say(language, "accept"))}</summary>'
        f'<div class="accept">{labels}<label><span>{esc(say(language, "group"))}</span>'
        f'<select name="group">{groups}</select></label>'
        f"{_button('accept', say(language, 'accept_do'))}</div></details>"
    )


def _button(decision: str, words: str) -> str:
    return (
        f'<button type="button" class="plain" data-event="judge" data-decision="{decision}">'
        f"{esc(words)}</button>"
    )


def _texts(language: UiLanguage, name: str, texts: Sequence[Json]) -> str:
    if not texts:
        return ""
    listed = "".join(f"<li>{esc(each['text'])}</li>" for each in texts)
    title = esc(say_count(language, f"n_{name}", len(texts)))
    return f'<details class="texts"><summary>{title}</summary><ul>{listed}</ul></details>'


def _trend(language: UiLanguage, trend: Json | None) -> str:
    if trend is None:
        return say(language, "trend_none")
    name = {1: "up", -1: "down", 0: "flat"}[trend["direction"]]
    first, last = (share(language, trend[each]) for each in ("first", "last"))
    return f"{ARROWS[name]} {say(language, f'trend_{name}')} ({first} → {last})"
