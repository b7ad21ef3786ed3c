"""What is said in each language of the answers, and how its typography goes."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date as Date
from functools import cache
from importlib import resources
from re import Pattern
from typing import Any

import yaml

from corpus.analysis import stems

ANSWER_LANGUAGES = ("fr", "en")

NBSP = "\u00a0"
NNBSP = "\u202f"


@dataclass(frozen=True)
class Words:
    """The words of one language; see the comments in its YAML file."""

    language: str
    intents: dict[str, Pattern[str]]
    kinds: dict[str, Pattern[str]]
    negative: Pattern[str]
    positive: Pattern[str]
    own: Pattern[str]
    acts: Pattern[str]
    effects: Pattern[str]
    no_finding: Pattern[str]
    people: Pattern[str]
    good: frozenset[str]
    bad: frozenset[str]
    frame: frozenset[str]
    judging: frozenset[str]
    audience: frozenset[str]
    languages: dict[str, str]
    months: tuple[str, ...]
    _say: dict[str, str]

    def say(self, name: str, **values: str | int) -> str:
        """The sentence of that name, filled in and typeset; values are taken as they are."""
        return typeset(self._say[name], self.language).format(**values)

    def filled(self, template: str, values: Mapping[str, str]) -> str:
        """A template of another file, filled in and typeset; a gap without a value stays empty."""
        return typeset(template, self.language).format_map(defaultdict(str, values))

    def quote(self, text: str) -> str:
        """``text`` in this language's quotation marks."""
        # What is a quotation already is not put in quotation marks again.
        if text.startswith("«") and text.endswith("»"):
            return text
        return f"«{NBSP}{text}{NBSP}»" if self.language == "fr" else f"“{text}”"

    def joined(self, items: Sequence[str]) -> str:
        """Items as a list in prose."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self._say['and']} {items[-1]}"

    def either(self, items: Sequence[str]) -> str:
        """Items as alternatives in prose."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self._say['or']} {items[-1]}"

    def percent(self, share: float, places: int = 0) -> str:
        """A share between 0 and 1, rounded to a whole percentage; below one, to a tenth of it."""
        figure = f"{100 * share:.{1 if 0 < share < 0.01 else places}f}"
        figure = figure.replace(".", ",") if self.language == "fr" else figure
        return f"{figure}{NBSP}%" if self.language == "fr" else f"{figure}%"

    def figure(self, text: str) -> str:
        """A figure of a document with this language's space before the percent sign."""
        return re.sub(r"\s*%", f"{NBSP}%" if self.language == "fr" else "%", text)

    def number(self, value: int) -> str:
        """A count with this language's thousands separator."""
        separator = NNBSP if self.language == "fr" else ","
        return f"{value:,}".replace(",", separator)

    def month(self, day: str) -> str:
        """The month of a day or of a month as the store writes it: ``2026-03-01``, ``2026-03``."""
        return f"{self.months[int(day[5:7]) - 1]} {day[:4]}"

    def day(self, date: Date) -> str:
        """A date as its month and year: what a reader needs to place a study."""
        return f"{self.months[date.month - 1]} {date.year}"


def typeset(text: str, language: str) -> str:
    """Put in the spaces that French typography asks for; other languages pass unchanged."""
    if language != "fr":
        return text
    text = re.sub(r" ([;!?])", NNBSP + r"\1", text)
    text = re.sub(r" ([:%])", NBSP + r"\1", text)
    return text.replace("« ", f"«{NBSP}").replace(" »", f"{NBSP}»")


@cache
def words(language: str) -> Words:
    """The words of ``language``; English for a language that answers are not written in."""
    if language not in ANSWER_LANGUAGES:
        language = "en"
    data, answers = _file(f"{language}.yaml"), _file(f"answers.{language}.yaml")
    others = {
        f"{prefix}/{name}": text
        for prefix, file in (("canvas", "journey"), ("actions", "actions"))
        for name, text in _file(f"{file}.{language}.yaml").items()
    }
    return Words(
        language=language,
        intents={name: _pattern(pattern) for name, pattern in data["intents"].items()},
        kinds={name: _pattern(pattern) for name, pattern in data["kinds"].items()},
        negative=_pattern(data["negative"]),
        positive=_pattern(data["positive"]),
        own=_pattern(rf"\b(?:{data['own']})\b"),
        acts=_pattern(data["acts"]),
        no_finding=_pattern(data["no_finding"]),
        effects=_pattern(rf"\b(?:{data['effects']})"),
        people=_pattern(data["people"]),
        good=_stems(data["good"], language),
        bad=_stems(data["bad"], language),
        frame=_stems(data["frame"], language),
        judging=_stems(data["judging"], language),
        audience=_stems(data["audience"], language),
        languages=data["languages"],
        months=tuple(data["months"]),
        _say=data["say"] | answers | others,
    )


def tone(terms: Set[str], language: str) -> int:
    """Whether the stems of a text praise (1) or blame (-1); 0 for both, neither, or unknown."""
    said = words(language)
    if said.language != language:
        return 0
    good, bad = len(terms & said.good), len(terms & said.bad)
    return (good > bad) - (bad > good)


def _file(name: str) -> dict[str, Any]:
    text = resources.files("assistant.words").joinpath(name).read_text("utf-8")
    found: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return found


def _stems(listed: str, language: str) -> frozenset[str]:
    return frozenset(stem for word in listed.split() for stem in stems(word, language))


def _pattern(text: str) -> Pattern[str]:
    return re.compile(text, re.IGNORECASE)
