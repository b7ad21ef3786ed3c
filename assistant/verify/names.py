"""Names: a brand, a place or a person of a claim stands in its evidence."""

import re

from babel import Locale

from assistant.reading.countries import code_of, names
from assistant.reading.text import plain_words
from assistant.verify.dates import MONTHS
from assistant.verify.numerals import read
from assistant.verify.terms import is_word, keys_of, terms_of
from assistant.words import ANSWER_LANGUAGES
from corpus.analysis import stems
from corpus.sentences import sentences

_NAME = re.compile(r"(?:(?<=[\w,;:’'()] )|(?<=\w[’'])|(?<=\())[A-ZÉÈÀÂÊÎÔÛÇ][\w’'.&-]+")
"""A capital within a sentence; what begins one may be any word."""

_FIRST = re.compile(r"([A-ZÉÈÀÂÊÎÔÛÇ][^\W\d_]{3,})(?![’'-]?\w)")
_FORMED = re.compile(r"(?:ing|ed|ly|ment|tion|ant|ers|ants|ées?|és?|er|ir)$")
"""How words end that are formed from others: « Renvoyer », "Seeing"."""

_QUARTER = re.compile(r"[QT][1-4]")
_POSSESSIVE = re.compile(r"[’']s?$")

_COMMON = frozenset("CEO CRM CSAT CES CX FAQ GPS HR ID IT KPI NPS OK PC PDF PIN SMS TV URL".split())
"""Initials that name nobody."""

_OF_A_PLACE = re.compile(
    r"(?:ish|ians?|ans?|ese|ais|aise|aises|ois|oise|oises|ien|iens|ienne|iennes)$"
)
"""How words end that say where somebody is from."""


def names_in(text: str) -> list[str]:
    """The names within the sentences of a text; months are dates and no names."""
    found = (_POSSESSIVE.sub("", name.strip(".’'")) for name in _NAME.findall(text))
    return [
        name
        for name in found
        if not (name.lower() in MONTHS or name in _COMMON or _QUARTER.fullmatch(name))
    ]


def fault(claim: str, evidence: str, *, leading: bool = False) -> str | None:
    """Why a name of the claim is not carried by its evidence; None where all are.

    With ``leading``, words that begin a sentence and are none that the product knows are names too.
    """
    for name in (*names_in(claim), *(_leading(claim) if leading else ())):
        parts = [part for part in name.split("-") if part[:1].isupper()]
        if not all(
            _stands(p, evidence) or _same_place(p, evidence) or _translated(p, evidence)
            for p in parts or [name]
        ):
            return f"the name {name} stands in none of its evidence"
    return None


def _leading(claim: str) -> list[str]:
    """The words that begin a sentence and can only be names: « Nielsen affirme que … »."""
    language = terms_of(claim).language
    found = []
    for start, end in sentences(claim, language):
        first = _FIRST.match(claim, start, end)
        if first and not (_FORMED.search(first[1]) or read(first[1], language)):
            own = stems(first[1], language)
            if own and not any(is_word(stem, language) for stem in own):
                found.append(first[1])
    return found


def _stands(name: str, text: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE))


def _translated(name: str, evidence: str) -> bool:
    """Whether what is a common word too, as days are, stands there in the other language."""
    keys = {key for key in keys_of(name.lower(), "en") if key.startswith("fr:")}
    return bool(keys) and bool(keys & terms_of(evidence, "fr").keys)


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
        if any(f" language {c} " in held for c in own):
            return True
        for other in ANSWER_LANGUAGES if own else ():
            begins = [_beginning(n) for c, n in Locale(other).languages.items() if c in own]
            if any(len(b) > 3 and f" {b}" in held for b in begins):
                return True
    return False


def _beginning(name: str) -> str:
    """All but the end of a language's name: « néerlandais », « néerlandophone » begin alike."""
    plain = plain_words(name)
    return plain[: -3 if len(plain) > 7 else -2]
