"""Countries as questions name them: « en Belgique », "Belgian customers"."""

from collections.abc import Sequence
from functools import cache

from babel import Locale

from assistant.reading.text import plain_words
from assistant.words import ANSWER_LANGUAGES

MOSTLY = 0.6
"""A segment whose values are countries in this share is one of countries."""


_CODES = ("BE", "CH", "FR", "GB", "LU", "NL", "UK", "US")
"""Codes that nothing else is written like, of the countries around."""


@cache
def names(language: str) -> dict[str, str]:
    """The names of countries in a language, plain, with their ISO codes."""
    territories = Locale(language).territories
    return {
        plain_words(name): code
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in ("ZZ", "EU", "UN", "EZ", "QO")
    }


@cache
def code_of(value: str) -> str | None:
    """The ISO code of a value that is one, or a country's name; None for what is neither."""
    plain = plain_words(value)
    if len(value) == 2 and value.isupper() and value in Locale("en").territories:
        return value
    for language in ANSWER_LANGUAGES:
        if plain in names(language):
            return names(language)[plain]
    return None


def code_as_written(word: str) -> str | None:
    """A country's code that is written as one: "FR" against "BE"."""
    return {"UK": "GB"}.get(word, word) if word in _CODES else None


def of_countries(values: Sequence[str]) -> bool:
    """Whether these are countries."""
    return sum(code_of(value) is not None for value in values) >= MOSTLY * len(values) > 0
