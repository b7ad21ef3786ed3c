"""Names: a brand, a place or a person of a claim stands in its evidence."""

import re

from babel import Locale

from assistant.reading.countries import code_of, names
from assistant.reading.text import plain_words
from assistant.verify.dates import MONTHS
from assistant.words import ANSWER_LANGUAGES

_NAME = re.compile(r"(?:(?<=[\w,;:’'()] )|(?<=\w[’'])|(?<=\())[A-ZÉÈÀÂÊÎÔÛÇ][\w’'.&-]+")
"""A capital within a sentence; what begins one may be any word."""

_QUARTER = re.compile(r"[QT][1-4]")
_POSSESSIVE = re.compile(r"[’']s?$")

_COMMON = frozenset("CEO CRM CSAT CES CX FAQ GPS HR ID IT KPI NPS OK PC PDF PIN SMS TV URL".split())
"""Initials that name nobody."""

_OF_A_PLACE = re.compile(r"(?:ish|ian|an|ese|ais|aise|aises|ois|oise|oises|ien|iens|ienne|iennes)$")
"""How words end that say where somebody is from."""


def names_in(text: str) -> list[str]:
    """The names within the sentences of a text; months are dates and no names."""
    found = (_POSSESSIVE.sub("", name.strip(".’'")) for name in _NAME.findall(text))
    return [
        name
        for name in found
        if not (name.lower() in MONTHS or name in _COMMON or _QUARTER.fullmatch(name))
    ]


def fault(claim: str, evidence: str) -> str | None:
    """Why a name of the claim is not carried by its evidence; None where all are."""
    for name in names_in(claim):
        parts = name.split("-")
        if not (all(_stands(part, evidence) for part in parts) or _same_place(name, evidence)):
            return f"the name {name} stands in none of its evidence"
    return None


def _stands(name: str, text: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE))


def _same_place(name: str, evidence: str) -> bool:
    """Whether a country or a language stands there in another language, or by its code."""
    plain, held = plain_words(name), f" {plain_words(evidence)} "
    code = code_of("GB" if name == "UK" else name)
    if (of := _OF_A_PLACE.search(name)) and len(stem := name[: of.start()]) > 3:
        # « Turkish » is of Turkey: a name there begins as it does.
        return bool(re.search(rf"\b{re.escape(stem)}", evidence))
    if code and re.search(rf"\b{code}\b", evidence):
        return True
    for language in ANSWER_LANGUAGES:
        if code and any(f" {n} " in held for n, c in names(language).items() if c == code):
            return True
        own = {c for c, n in Locale(language).languages.items() if plain_words(n) == plain}
        for other in ANSWER_LANGUAGES if own else ():
            # « français », "Norwegian" inflect: all but the end is looked for.
            begins = [plain_words(n)[:-2] for c, n in Locale(other).languages.items() if c in own]
            if any(len(b) > 3 and f" {b}" in held for b in begins):
                return True
    return False
