"""What people wrote to the demo company, each text with the labels of who wrote it.

The files in ``words/`` hold entries with the mentions marked where they stand:
``{theme polarity emotions @stage|the words}``, emotions and stage being optional. A text without
a mark is about nothing that the codebook lists, which is a legitimate label.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

Kind = Literal["review", "nps", "csat", "ticket", "chat", "exit", "popup"]
Polarity = Literal["+", "-", "0"]

_MARK = re.compile(r"\{([a-z-]+) ([-+0])((?: [a-z]+)*)(?: @([a-z]+))?\|([^{}|]+)\}")


@dataclass(frozen=True, slots=True)
class Mention:
    """A labelled span; ``start`` and ``end`` count code points of the text's ``passage``."""

    theme: str
    polarity: Polarity
    emotions: tuple[str, ...]
    stage: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Text:
    """One text, its labels, and what must hold of who wrote it and when.

    ``score`` is the overall feeling that it shows, 1 (worst) to 5. ``writer`` is shared by texts
    of one customer. ``after`` and ``before`` bound the day, both included.
    """

    number: int
    kind: Kind
    language: str
    score: int
    stage: str
    title: str
    text: str
    mentions: tuple[Mention, ...]
    country: str | None = None
    segment: str | None = None
    channel: str | None = None
    after: date | None = None
    before: date | None = None
    writer: str | None = None
    loud: bool = False
    campaign: bool = False
    injection: bool = False

    @property
    def passage(self) -> str:
        """The text as the store makes a passage of it: title, newline, text."""
        return f"{self.title}\n{self.text}" if self.title else self.text

    @property
    def emotions(self) -> frozenset[str]:
        """Those of all its mentions."""
        return frozenset(emotion for mention in self.mentions for emotion in mention.emotions)

    def says(self, theme: str, polarity: Polarity) -> bool:
        """Whether a mention of the theme has that polarity."""
        return any(m.theme == theme and m.polarity == polarity for m in self.mentions)


@cache
def texts() -> tuple[Text, ...]:
    """All texts, in the order of their numbers."""
    found = [_text(entry) for entry in _entries()]
    return tuple(sorted(found, key=lambda text: text.number))


def _entries() -> Iterator[dict[str, Any]]:
    for file in files(__package__).joinpath("words").iterdir():
        if file.name.endswith(".yaml"):
            yield from yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)


def _text(entry: dict[str, Any]) -> Text:
    known = dict(entry)
    title, in_title = _read(known.pop("title", ""), known["stage"], 0)
    offset = len(title) + 1 if title else 0
    text, in_text = _read(known.pop("text"), known["stage"], offset)
    return Text(
        title=title,
        text=text,
        mentions=(*in_title, *in_text),
        kind=known.pop("as"),
        number=known.pop("id"),
        **known,
    )


def _read(marked: str, stage: str, offset: int) -> tuple[str, list[Mention]]:
    """The plain text of a marked one, and its mentions, counted from ``offset``."""
    plain, mentions, last = "", [], 0
    for mark in _MARK.finditer(marked):
        plain += marked[last : mark.start()]
        theme, polarity, emotions, own_stage, words = mark.groups()
        start = offset + len(plain)
        plain += words
        last = mark.end()
        mentions.append(
            Mention(
                theme,
                polarity,  # type: ignore[arg-type]  # the pattern admits no other
                tuple(emotions.split()),
                own_stage or stage,
                start,
                start + len(words),
            )
        )
    return plain + marked[last:], mentions
