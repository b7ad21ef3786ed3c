"""Which interventions fit a cause, where it is felt and in what setting.

Those that name the theme are weighed by what they may be expected to remove of the cause, by how
directly they answer the theme (the first that they name, a later one), and by whether they act at
the stage; not by the words of the complaints, so that French and English ones call for the same.
What worked here comes before what worked elsewhere, and what did not work here after it. One that
supposes a setting of which the complaints say nothing, while they speak of another, is left out:
nobody who insures sends parcels. Some themes bring their setting along: who waits in a line stands
somewhere.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from assistant.actions.library import interventions
from assistant.actions.outcomes import Learned
from assistant.actions.types import Intervention
from corpus.codebook import LANGUAGES
from corpus.metrics.relations import quoted
from corpus.store import Store

POOL = 200
"""Complaints that are read of a cause."""

PRESENT = 0.1
"""A setting is there where this share of the complaints speaks of it."""

DIRECT = (1.0, 0.6, 0.4)
"""What an intervention counts by the place at which it names the theme; further ones the last."""

ELSEWHERE = 0.6
"""What one counts that acts at other stages."""

LEAST, MOST = 2, 5
"""How few, where there are as many, and how many are worth a thought for one cause."""

WORTH = 1 / 3
"""What one must be worth beside the best of them."""

_EFFORT = {"S": 0, "M": 1, "L": 2}


@dataclass(frozen=True, slots=True)
class Situation:
    """A cause as it is met: its theme, the stage where most meet it, the complaints by language."""

    theme: str
    stage: str | None
    texts: tuple[tuple[str, str], ...]


def situation_of(store: Store, theme: str) -> Situation:
    """The situation of a theme in a store: its most frequent stage, and some of its complaints."""
    # Ids in order, so that the same ones are read each time.
    rows = store.sql(
        "SELECT language, place AS stage, text FROM quotable WHERE polarity = '-' "
        f"AND theme = {quoted(theme)} AND voice NOT IN ('employee', 'leader') "
        f"ORDER BY passage_id, span_start LIMIT {POOL}"
    )
    stages = [row["stage"] for row in rows if row["stage"]]
    stage = max(sorted(set(stages)), key=stages.count, default=None)
    return Situation(theme, stage, tuple((row["language"], row["text"]) for row in rows))


def best(
    situation: Situation,
    learned: Mapping[str, Learned] | None = None,
    without: Collection[str] = (),
) -> list[Intervention]:
    """The interventions that fit, the best first, but those ``without``: ``LEAST`` to ``MOST``.

    Those are left out that by the library are worth little beside the best of them.
    """
    present = _settings(situation)
    fitting = [
        each
        for each in interventions()
        if situation.theme in each.causes and _supposed(each, present) and each.id not in without
    ]
    directness = {each.id: _directness(each, situation) for each in fitting}
    worth = {each.id: _middle(each) * directness[each.id] for each in fitting}
    heaviest = sorted(worth.values(), reverse=True)
    least = min(WORTH * heaviest[0], heaviest[LEAST - 1]) if len(heaviest) >= LEAST else 0.0
    known = learned or {}

    def order(each: Intervention) -> tuple[int, float, int, str]:
        outcome = known.get(each.id)
        tier = {"worked": 0, "failed": 2}.get(outcome.verdict if outcome else "", 1)
        share = outcome.middle if outcome else _middle(each)
        return tier, -share * directness[each.id], _EFFORT[each.effort], each.id

    kept = [each for each in fitting if worth[each.id] >= least]
    return sorted(kept, key=order)[:MOST]


def _middle(each: Intervention) -> float:
    return (each.prior.low + each.prior.high) / 2


def _directness(each: Intervention, situation: Situation) -> float:
    """How directly it answers the theme, and whether it does so where that is felt."""
    place = DIRECT[min(each.causes.index(situation.theme), len(DIRECT) - 1)]
    return place * (1.0 if situation.stage in (None, *each.stages) else ELSEWHERE)


# Settings ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Setting:
    """How a setting shows, and against which others it speaks.

    What is ``spoken`` of is there only where it shows.
    """

    words: Mapping[str, re.Pattern[str]]
    themes: frozenset[str]
    against: frozenset[str]
    spoken: bool


def _supposed(each: Intervention, present: set[str]) -> bool:
    """Whether what an intervention supposes is there, or nothing speaks against it."""
    if each.supposes is None or each.supposes in present:
        return True
    known = _known_settings()
    if known[each.supposes].spoken:
        return False
    return not any(each.supposes in known[name].against for name in present)


def _settings(situation: Situation) -> set[str]:
    """The settings that the theme brings along, and those that the complaints speak of."""
    folded = [(language, _folded(text)) for language, text in situation.texts]
    least = max(1.0, PRESENT * len(folded))
    return {
        name
        for name, known in _known_settings().items()
        if situation.theme in known.themes
        or sum(_speaks(text, known.words.get(language)) for language, text in folded) >= least
    }


def _speaks(text: str, words: re.Pattern[str] | None) -> bool:
    return words is not None and bool(words.search(text))


@cache
def _known_settings() -> Mapping[str, _Setting]:
    text = files("assistant.actions").joinpath("settings.yaml").read_text("utf-8")
    content: Mapping[str, Mapping[str, Any]] = yaml.load(text, yaml.CSafeLoader)
    return {
        name: _Setting(
            {each: re.compile(rf"\b(?:{'|'.join(own[each])})") for each in LANGUAGES},
            frozenset(own.get("themes", ())),
            frozenset(own.get("against", ())),
            own.get("spoken", False),
        )
        for name, own in content.items()
    }


def _folded(text: str) -> str:
    """In lower case and without accents."""
    return unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
