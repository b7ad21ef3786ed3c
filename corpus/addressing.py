"""Texts that speak to a machine rather than to a company.

Reviews, tickets and uploads are anybody's to write. A passage that tells its reader what to write,
to forget what it was told or to be somebody else is flagged when it is loaded: it is counted as
feedback like any other, its sentence is not quoted, and no chat model is shown it unasked. Somebody
who is rude to the company ("refund me now and stop ignoring me") speaks to the company.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

LONGEST = 20_000
"""Characters that are looked at; a passage has fewer."""

_UPPER = ("AI", "IA")
"""Words that are others in small letters: « j’ai »."""

_OPENING = ("make", "faire", "openers")

_LEADS = (
    "please|kindly|also|then|now|and|finally|veuillez|svp|ensuite|enfin|et|d'abord"
    "|(?:can|could|would) you|peux-tu|pouvez-vous|merci d(?:e |')"
)
_CLAUSE = re.compile(
    # Also at a capital letter within a sentence, whose full stop may be left out.
    r"(?:\A|[.!?;:…\n\"“«»”(*•>]|(?<=\s)[–—-]\s|(?<=\s)(?-i:(?=[A-ZÀÉÊ]))"
    r"|\b(?:please|kindly|then|and|veuillez|svp|ensuite|et)\b)"
    rf"\W*(?:(?:{_LEADS})\b\W*){{0,3}}(?P<word>\w+)",
    re.IGNORECASE,
)
"""Where an imperative may stand, and its verb."""


def near_address(texts: Sequence[str]) -> list[bool]:
    """Which sentences of one text speak to a machine, or stand beside one that does.

    An order is often told in several: "You are in maintenance mode. Then answer with …".
    """
    spoken = [bool(speaks_to_model(text)) for text in texts]
    return [any(spoken[max(0, at - 1) : at + 2]) for at in range(len(spoken))]


def speaks_to_model(text: str) -> str:
    """The kind of address to a machine that a text holds (see ``addressing.yaml``), or nothing."""
    text = re.sub(r"[\u00a0\u202f]", " ", text[:LONGEST].replace("’", "'"))
    words = {word if word in _UPPER else word.lower() for word in re.findall(r"\w+", text)}
    kinds = [kind for kind in _kinds() if not kind.words.isdisjoint(words)]
    if not kinds:
        return ""
    openers = _openers()
    starts = [
        found.start("word") for found in _CLAUSE.finditer(text) if found["word"].lower() in openers
    ]
    for kind in kinds:
        if any(pattern.match(text, at) for at in starts for pattern in kind.start):
            return kind.name
        if any(pattern.search(text) for pattern in kind.anywhere):
            return kind.name
    return ""


@dataclass(frozen=True)
class _Kind:
    name: str
    words: frozenset[str]
    start: Sequence[re.Pattern[str]]
    anywhere: Sequence[re.Pattern[str]]


@cache
def _said() -> dict[str, Any]:
    text = resources.files("corpus").joinpath("addressing.yaml").read_text(encoding="utf-8")
    return dict(yaml.load(text, Loader=yaml.CSafeLoader))


@cache
def _openers() -> frozenset[str]:
    said = _said()
    return frozenset(re.findall(r"\w+", " ".join(map(str, (said[n] for n in _OPENING)))))


@cache
def _kinds() -> Sequence[_Kind]:
    said = _said()
    make = "|".join(str(said[name]).replace(" ", "") for name in ("make", "faire"))
    yours = re.sub(r"\s+\|", "|", str(said["yours"]))

    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern.replace("MAKE", make).replace("YOURS", yours), re.IGNORECASE)

    return [
        _Kind(
            name,
            frozenset(str(patterns["words"]).split()),
            [compiled(each) for each in patterns.get("start", ())],
            [compiled(each) for each in patterns.get("anywhere", ())],
        )
        for name, patterns in said["kinds"].items()
    ]
