"""The interface's words, numbers and dates in French and English typography."""

import re
from collections.abc import Mapping
from datetime import date as Date
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml

UiLanguage = Literal["fr", "en"]

LANGUAGES: tuple[UiLanguage, ...] = ("fr", "en")

THIN = "\u202f"
"""The narrow no-break space of French punctuation and of numbers."""

_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}


def choose(tag: str | None) -> UiLanguage:
    """The interface's language for a browser's language tag: French, else English."""
    return "fr" if re.match(r"fr\b", tag or "", re.IGNORECASE) else "en"


def french(text: str) -> str:
    """Set French typography: narrow no-break spaces and typographic apostrophes."""
    text = re.sub(r" (?=[?!;:»%])|(?<=«) ", THIN, text)
    return text.replace("'", "’")


@cache
def dictionary(language: UiLanguage) -> Mapping[str, str]:
    """Every word of the interface in one language."""
    raw = yaml.safe_load(files("assistant.ui").joinpath("words.yaml").read_text(encoding="utf-8"))
    return {
        key: french(texts["fr"]) if language == "fr" else texts["en"] for key, texts in raw.items()
    }


def say(language: UiLanguage, key: str, **values: object) -> str:
    """The words for ``key``, their gaps filled with ``values`` as they are."""
    return _fill(dictionary(language)[key], values)


def has(language: UiLanguage, key: str) -> bool:
    """Whether the interface has words for ``key``."""
    return key in dictionary(language)


def say_count(language: UiLanguage, key: str, count: int) -> str:
    """``say`` for a counted noun, whose words are ``one | several``."""
    one, several = dictionary(language)[key].split(" | ")
    plural = count > 1 if language == "fr" else count != 1
    return _fill(several if plural else one, {"n": number(language, count)})


def number(language: UiLanguage, value: float, digits: int = 0) -> str:
    """A number with the language's separators; ``digits`` decimals at most."""
    text = f"{value:,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if language == "fr":
        text = text.translate({ord(","): THIN, ord("."): ",", ord("-"): "−"})
    return text.replace("-", "−")


def share(language: UiLanguage, value: float, digits: int = 1) -> str:
    """A share between 0 and 1 as a percentage."""
    return number(language, value * 100, digits) + (f"{THIN}%" if language == "fr" else "%")


def day(language: UiLanguage, iso: str | None) -> str:
    """An ISO date in words; what is no date is given back as it is."""
    try:
        date = Date.fromisoformat((iso or "")[:10])
    except ValueError:
        return iso or ""
    month = _MONTHS[language].split()[date.month - 1]
    first = "1er" if language == "fr" and date.day == 1 else str(date.day)
    return f"{first} {month} {date.year}"


def place(language: UiLanguage, locator: Mapping[str, str | int]) -> str:
    """A locator in words: « feuille « Avis », ligne 214 »."""
    order = ("sheet", "page", "heading", "speaker", "turn", "paragraph", "row", "line", "cell")
    known = [key for key in order if key in locator]
    rest = [key for key in locator if key not in order]
    return ", ".join(
        [say(language, f"at_{key}", v=locator[key]) for key in known]
        + [f"{key} {locator[key]}" for key in rest]
    )


def _fill(text: str, values: Mapping[str, object]) -> str:
    """Fill the gaps without str.format, whose mini-language must not meet corpus text."""
    return re.sub(r"\{(\w+)\}", lambda gap: str(values.get(gap[1], gap[0])), text)
