"""How a question was read, as chips that can be changed or removed; the question is asked again.

A chip is a field of the reading and one value of it. Changing one gives what ``Assistant.ask``
takes as ``reading``: only the fields that somebody corrected.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date
from typing import Any

from assistant.reading.types import INTENTS
from assistant.ui.safe import esc
from assistant.ui.themes import label_of
from assistant.ui.words import UiLanguage, day, has, say
from corpus.choices import Choices
from corpus.codebook import Codebook
from corpus.filters import values_of

Json = Mapping[str, Any]

_FILTERS = {"stages": "stage", "channels": "channel", "languages": "language"}
"""The fields of a reading that hold several values, and the filters that they become."""

BANDS = ("low", "high")
PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked, how it was understood, and what was corrected of that."""

    question: str
    understood: Json
    corrected: Json


def asked(question: str, understood: Json, corrected: Json) -> Asked:
    """The same from an answer; a follow-up that was written out stays so when asked again."""
    whole = understood.get("whole")
    return Asked(question, understood, {**corrected, "text": whole} if whole else corrected)


@dataclass(frozen=True, slots=True)
class Menus:
    """What the chips can be changed to."""

    language: UiLanguage
    codebook: Codebook
    choices: Choices

    def fields(self) -> list[str]:
        """The fields that can be limited, in the order in which they are offered."""
        segments = [f"segment:{name}" for name in self.choices.segment]
        return ["themes", "stages", PERIOD, *segments, "channels", "languages", "score"]

    def values(self, field: str) -> Sequence[str]:
        """The values of a field that there are."""
        if field == "intent":
            return INTENTS
        if field == "themes":
            return [theme.id for theme in self.codebook.themes]
        if field == "score":
            return BANDS
        if field.startswith("segment:"):
            return self.choices.segment.get(field.removeprefix("segment:"), ())
        return getattr(self.choices, _FILTERS[field]) if field in _FILTERS else ()

    def name(self, field: str, value: str) -> str:
        """A value as the reader calls it."""
        if field == "themes":
            return label_of(self.language, self.codebook, value)
        prefix = {"stages": "stage", "languages": "language"}.get(field, field)
        key = f"{prefix}_{value}"
        own = field in ("intent", "score", "stages", "languages") and has(self.language, key)
        return say(self.language, key) if own else value

    def title(self, field: str) -> str:
        """What a field is called."""
        own, _, segment = field.partition(":")
        return segment or say(self.language, f"chip_{own}")


# What was understood -------------------------------------------------------------------------


def chips(understood: Json) -> list[tuple[str, str]]:
    """The fields of the reading and their values, one pair a chip."""
    filters = understood.get("filters") or {}
    found = [("intent", str(understood["intent"]))] if understood.get("intent") else []
    found += [("themes", theme) for theme in understood.get("themes") or ()]
    found += [("stages", stage) for stage in filters.get("stage", ())]
    since, until = filters.get("since") or "", filters.get("until") or ""
    if since or until:
        found.append((PERIOD, f"{since}/{until}"))
    for name, value in (filters.get("segment") or {}).items():
        first, *rest = values_of(value)
        found.append((f"segment:{name}", f"{first} + {len(rest)}" if rest else first))
    for field in ("channels", "languages"):
        found += [(field, value) for value in filters.get(_FILTERS[field], ())]
    for side, band in (("score_max", "low"), ("score_min", "high")):
        found += [("score", band)] if filters.get(side) is not None else []
    return found


def corrected(asked: Asked, menus: Menus, field: str, old: str, new: str) -> dict[str, Any]:
    """What was corrected so far, with ``old`` of a field become ``new``; either may be empty.

    Raises ValueError for a field or a value that there is not.
    """
    if field == PERIOD:
        since, slash, until = new.partition("/")
        days = {"since": since, "until": until}
        if not (slash or not new):
            raise ValueError(f"{new!r} is no period.")
        return {**asked.corrected, **{name: _day(value) for name, value in days.items()}}
    if new and new not in menus.values(field):
        raise ValueError(f"{new!r} is no value of {field}.")
    there = [value for name, value in chips(asked.understood) if name == field]
    if field in ("intent", "score"):
        return {**asked.corrected, field: new or ("other" if field == "intent" else None)}
    if field.startswith("segment:"):
        filters = asked.understood.get("filters") or {}
        segment = dict(filters.get("segment") or {})
        segment.pop(name := field.removeprefix("segment:"), None)
        return {**asked.corrected, "segment": segment | ({name: new} if new else {})}
    if field != "themes" and field not in _FILTERS:
        raise ValueError(f"A reading has no {field}.")
    values = [new if value == old else value for value in there]
    values += [new] if old not in there else []
    return {**asked.corrected, field: list(dict.fromkeys(filter(None, values)))}


def _day(text: str) -> str | None:
    return Date.fromisoformat(text).isoformat() if text else None


# As HTML -------------------------------------------------------------------------------------


def show(menus: Menus, key: str, understood: Json) -> str:
    """The chips of the turn with that element id, and a last one that adds a limit."""
    title = esc(say(menus.language, "reading"))
    shown = "".join(_chip(menus, field, value) for field, value in chips(understood))
    return (
        f'<div class="reading" role="group" aria-label="{title}" data-turn="{esc(key)}">'
        f"{shown}{_adding(menus)}</div>"
    )


def _chip(menus: Menus, field: str, value: str) -> str:
    language = menus.language
    title, name = menus.title(field), _named(menus, field, value)
    # An intent says itself what it is.
    said = "" if field == "intent" else f'<span class="pick-field">{esc(title)}</span> '
    body = _dates(menus, value) if field == PERIOD else _options(menus, field, value)
    drop = say(language, "chip_remove", what=f"{title}, {name}")
    removing = (
        ""
        if field == "intent"
        else '<button type="button" class="pick-drop" data-event="again" '
        f'data-field="{esc(field)}" data-old="{esc(value)}" data-value="" '
        f'aria-label="{esc(drop)}" title="{esc(drop)}">'
        '<span aria-hidden="true">×</span></button>'
    )
    return (
        f'<span class="pick pick-{esc(field.partition(":")[0])}"><details><summary '
        f'aria-label="{esc(say(language, "chip_change", what=f"{title}, {name}"))}">'
        f'{said}<span class="pick-value">{esc(name)}</span></summary>'
        f'<div class="pick-menu">{body}</div></details>{removing}</span>'
    )


def _named(menus: Menus, field: str, value: str) -> str:
    if field != PERIOD:
        return menus.name(field, value)
    since, _, until = value.partition("/")
    days = [day(menus.language, each) for each in (since, until)]
    if since and until:
        return say(menus.language, "period_between", since=days[0], until=days[1])
    key, shown = ("period_since", days[0]) if since else ("period_until", days[1])
    return say(menus.language, key, day=shown)


def _options(menus: Menus, field: str, current: str) -> str:
    return "<ul>" + "".join(_buttons(menus, field, current)) + "</ul>"


def _buttons(menus: Menus, field: str, current: str) -> Iterator[str]:
    for value in menus.values(field):
        here = ' aria-current="true"' if value == current else ""
        yield (
            f'<li><button type="button" data-event="again" data-field="{esc(field)}" '
            f'data-old="{esc(current)}" data-value="{esc(value)}"{here}>'
            f"{esc(menus.name(field, value))}</button></li>"
        )


def _dates(menus: Menus, current: str) -> str:
    language, choices = menus.language, menus.choices
    since, _, until = current.partition("/")
    bounds = f'min="{choices.first}" max="{choices.last}"' if choices.first else ""
    fields = "".join(
        f"<label><span>{esc(say(language, name))}</span>"
        f'<input type="date" name="{name}" value="{esc(value)}" {bounds}></label>'
        for name, value in (("since", since), ("until", until))
    )
    return (
        f'<div class="pick-dates">{fields}<button type="button" class="plain" '
        f'data-event="again" data-field="{PERIOD}" data-old="{esc(current)}">'
        f"{esc(say(language, 'chip_apply'))}</button></div>"
    )


def _adding(menus: Menus) -> str:
    """The chip that limits the question by what it does not name."""
    groups = "".join(
        f'<details class="pick-group"><summary>{esc(menus.title(field))}</summary>{body}</details>'
        for field in menus.fields()
        if (body := _dates(menus, "") if field == PERIOD else _any_options(menus, field))
    )
    return (
        '<span class="pick pick-add"><details><summary>'
        f"{esc(say(menus.language, 'chip_add'))}</summary>"
        f'<div class="pick-menu">{groups}</div></details></span>'
    )


def _any_options(menus: Menus, field: str) -> str:
    return _options(menus, field, "") if menus.values(field) else ""
