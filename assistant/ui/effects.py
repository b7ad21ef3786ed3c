"""What people's corrections did to the totals, as HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.ui.safe import esc
from assistant.ui.themes import label_of
from assistant.ui.words import UiLanguage, number, say, say_count
from corpus.codebook import Codebook

MOST_SHOWN = 5
"""Corrections that are listed, the last first, and totals that each one names."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What was said (``key`` says of which part of the page) and what came of it, in words."""

    key: str
    said: str
    state: Literal["waiting", "done", "failed"]
    text: str


def moved(
    language: UiLanguage,
    codebook: Codebook,
    changed: Sequence[Mapping[str, Any]],
    about: Sequence[str] = (),
) -> str:
    """The totals that changed, those of the themes it was ``about`` first, then the most moved."""
    if not changed:
        return say(language, "moved_none")
    ordered = sorted(
        changed,
        key=lambda each: (each["id"] not in about, -abs(each["after"] - each["before"])),
    )
    parts = [
        say(
            language,
            "moved",
            theme=label_of(language, codebook, each["id"]),
            before=number(language, each["before"]),
            after=number(language, each["after"]),
        )
        for each in ordered[:MOST_SHOWN]
    ]
    if rest := ordered[MOST_SHOWN:]:
        parts.append(say_count(language, "moved_others", len(rest)))
    return " · ".join(parts)


def effects(language: UiLanguage, made: Sequence[Effect]) -> str:
    """The last corrections and what they changed."""
    if not made:
        return ""
    items = "".join(
        f'<li class="effect effect-{each.state}" data-key="{esc(each.key)}" '
        f'data-state="{each.state}"><span>{esc(each.said)}</span>'
        f'<strong class="effect-text">{_dots(each)}{esc(each.text)}</strong></li>'
        for each in made
    )
    return (
        f'<section lang="{language}" class="effects" aria-live="polite">'
        f"<h2>{esc(say(language, 'effects'))}</h2><ol>{items}</ol></section>"
    )


def _dots(effect: Effect) -> str:
    return '<span class="dots"></span>' if effect.state == "waiting" else ""
