"""Numbers as people write them in tables: 4,5 · 4/5 · ★★★★ · 5 - Très satisfait · 1 234,56 €."""

import re
from dataclasses import dataclass
from functools import lru_cache

from corpus.importers.words import phrases, words

_NUMBER = r"[+\-−–]?\d{1,12}(?:[.,]\d{1,15})?"
_BARE = re.compile(_NUMBER + r"$")
_OUT_OF = re.compile(
    rf"({_NUMBER})\s*(?:/|sur|out of|of)\s*(\d{{1,3}})(?:\.0)?(?:\s*[^\W\d_]{{1,10}}\.?)?$", re.I
)
_STARS_NAMED = re.compile(rf"({_NUMBER})\s*(?:étoiles?|etoiles?|stars?|★|⭐)\ufe0f?$", re.I)
_STARS_DRAWN = re.compile(r"[★⭐☆✩✰\ufe0f\s]+$")
_PERCENT = re.compile(rf"({_NUMBER})\s*%$")
_LABELLED = re.compile(rf"({_NUMBER})\s*[-–—:.)(=]+\s*[^\W\d_][^\d]*$")
_CURRENCY = re.compile(r"[€$£¥]|\b(?:eur|usd|gbp|chf|cad|euros?|dollars?)\b", re.I)
_SPACES = re.compile(r"[\s\u00a0\u202f']+")


@dataclass(frozen=True, slots=True)
class Reading:
    """A score as written; ``top`` is the end of its scale where the text says it."""

    value: float
    top: float | None = None


def is_number(text: str) -> bool:
    """Whether ``text`` is one bare number."""
    return _BARE.match(text) is not None


@lru_cache(maxsize=65_536)
def reading(text: str) -> Reading | None:
    """The score that ``text`` is, or None."""
    if len(text) > 60:
        return None
    if _BARE.match(text):
        return Reading(_value(text))
    if found := _OUT_OF.match(text):
        top = float(found[2])
        return Reading(_value(found[1]), top) if top in (3, 4, 5, 6, 7, 10, 20, 100) else None
    if found := _STARS_NAMED.match(text):
        return Reading(_value(found[1]), 5)
    if _STARS_DRAWN.match(text):
        full = text.count("★") + text.count("⭐")
        drawn = full + sum(text.count(c) for c in "☆✩✰")
        return Reading(full, max(5, drawn)) if drawn <= 10 else None
    if found := _PERCENT.match(text):
        return Reading(_value(found[1]), 100)
    if found := _LABELLED.match(text):
        return Reading(_value(found[1]))
    return None


@lru_cache(maxsize=65_536)
def yes_or_no(text: str) -> float | None:
    """1 for yes, 0 for no, in French and English words or digits; else None."""
    if _BARE.match(text):
        value = _value(text)
        return value if value in (0, 1) else None
    parts = words(text)
    if parts in phrases("scores", "yes"):
        return 1.0
    return 0.0 if parts in phrases("scores", "no") else None


def amount(text: str) -> float | None:
    """A sum of money or a count in French or English writing; None for anything else.

    Of a comma and a dot the last is the decimal one; a lone comma is, unless three digits
    follow it.
    """
    bare = _SPACES.sub("", _CURRENCY.sub("", text)).replace("−", "-")
    if "," in bare and "." in bare:
        thousands, decimal = (",", ".") if bare.rfind(".") > bare.rfind(",") else (".", ",")
        bare = bare.replace(thousands, "").replace(decimal, ".")
    elif "," in bare:
        grouped = re.fullmatch(r"[+-]?\d{1,3}(?:,\d{3})+", bare)
        bare = bare.replace(",", "" if grouped else ".")
    return float(bare) if re.fullmatch(r"[+-]?\d{1,15}(?:\.\d{1,15})?", bare) else None


def without_decimals(text: str) -> str:
    """``123.0``, as tools write whole numbers of a column with gaps, is ``123``."""
    return text[:-2] if text.endswith(".0") and text[:-2].isdigit() else text


def _value(text: str) -> float:
    return float(text.replace(",", ".").replace("−", "-").replace("–", "-"))
