"""The codebook: the editable list of what feedback is about, with definitions and examples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError

from corpus.errors import InputError

Polarity = Literal["+", "-", "0"]
Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
Behaviour = Literal["positive-associations", "make-it-easy", "no-regret", "anchors"]
Concern = Literal["effective", "easy", "emotional"]

_STRICT = ConfigDict(extra="forbid")

LARGEST = 2_000_000
"""Characters of a codebook file."""


@dataclass(frozen=True, slots=True)
class Example:
    """A clause as a customer would write it, and whether it praises or blames."""

    __pydantic_config__ = _STRICT

    text: str
    polarity: Polarity


@dataclass(frozen=True, slots=True)
class Theme:
    """One thing that feedback can be about.

    Texts are by language. ``patterns`` are words and phrases in their base forms; ``was`` names
    the themes of an earlier version that this one takes over from.
    """

    __pydantic_config__ = _STRICT

    id: str
    group: str
    label: Mapping[Language, str]
    definition: Mapping[Language, str]
    examples: Mapping[Language, tuple[Example, ...]]
    includes: Mapping[Language, tuple[str, ...]] = field(default_factory=dict)
    excludes: Mapping[Language, tuple[str, ...]] = field(default_factory=dict)
    stages: tuple[str, ...] = ()
    behaviour: Behaviour | None = None
    concerns: tuple[Concern, ...] = ()
    patterns: Mapping[Language, tuple[str, ...]] = field(default_factory=dict)
    was: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sign:
    """A stage or an emotion: what it means and the words that show it."""

    __pydantic_config__ = _STRICT

    id: str
    label: Mapping[Language, str]
    definition: Mapping[Language, str]
    patterns: Mapping[Language, tuple[str, ...]]
    examples: Mapping[Language, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Codebook:
    """The themes in two levels, and the stages and emotions told apart."""

    __pydantic_config__ = _STRICT

    name: str
    groups: Mapping[str, Mapping[Language, str]]
    themes: tuple[Theme, ...]
    stages: tuple[Sign, ...] = ()
    emotions: tuple[Sign, ...] = ()

    def theme(self, identity: str) -> Theme | None:
        """The theme of that id, if there is one."""
        return next((theme for theme in self.themes if theme.id == identity), None)


_CODEBOOK = TypeAdapter(Codebook)


def read_codebook(text: str, name: str = "the codebook") -> Codebook:
    """A codebook from its YAML; stages and emotions that it leaves out are the usual ones.

    Raises InputError, in one sentence, for what is no codebook: YAML that cannot be read, a field
    that is missing or unknown, an id twice, a group that is not listed, no example at all.
    """
    if len(text) > LARGEST:
        raise InputError(f"{name} is longer than {LARGEST:,} characters; no codebook is.")
    try:
        content = yaml.load(text, yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise InputError(f"{name} is no YAML that can be read{where}.") from None
    if not isinstance(content, dict):
        raise InputError(f"{name} is no codebook: it needs name, groups and themes.")
    content = {"stages": _usual("stages"), "emotions": _usual("emotions"), **content}
    try:
        codebook = _CODEBOOK.validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = _place(content, first["loc"])
        raise InputError(f"{name} is no codebook: {where}: {first['msg'].lower()}.") from None
    _check(codebook, name)
    return codebook


def _place(content: Any, location: Sequence[int | str]) -> str:
    """Where an error stands, with a theme's id rather than its number."""
    parts = []
    for step in location:
        try:
            content = content[step]
        except (KeyError, IndexError, TypeError):
            content = None
        named = isinstance(step, int) and isinstance(content, dict) and content.get("id")
        parts.append(str(named or step))
    return " › ".join(parts) or "it"


def _check(codebook: Codebook, name: str) -> None:
    for kind, ids in (
        ("theme", [theme.id for theme in codebook.themes]),
        ("stage", [sign.id for sign in codebook.stages]),
        ("emotion", [sign.id for sign in codebook.emotions]),
    ):
        twice = next((each for each in ids if ids.count(each) > 1), None)
        if twice:
            raise InputError(f"{name} has the {kind} {twice!r} twice.")
    if len(codebook.themes) < 2:
        raise InputError(f"{name} needs two themes at least: one tells nothing from the other.")
    stages = {sign.id for sign in codebook.stages}
    for theme in codebook.themes:
        if theme.group not in codebook.groups:
            raise InputError(
                f"{name}: the theme {theme.id!r} is of the group {theme.group!r}, "
                "which is not among the groups."
            )
        if not any(theme.examples.values()):
            raise InputError(f"{name}: the theme {theme.id!r} has no example.")
        if unknown := set(theme.stages) - stages:
            raise InputError(
                f"{name}: the theme {theme.id!r} names the stage {min(unknown)!r}, "
                "which is not among the stages."
            )


def write_codebook(codebook: Codebook) -> str:
    """The YAML that ``read_codebook`` reads as the same codebook."""
    # Nearly every store has the codebook to start with, and writing it takes most of a second.
    return _starting_text() if codebook is starting_codebook() else _written(codebook)


def _written(codebook: Codebook) -> str:
    content = _CODEBOOK.dump_python(codebook, mode="json", exclude_defaults=True)
    # Left out they would be the usual ones again.
    whole = _CODEBOOK.dump_python(codebook, mode="json", include={"stages", "emotions"})
    content |= whole
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)


@cache
def starting_codebook() -> Codebook:
    """The codebook for commerce and services that a new store begins with."""
    return read_codebook(files(__package__).joinpath("commerce.yaml").read_text("utf-8"))


@cache
def _starting_text() -> str:
    return _written(starting_codebook())


@cache
def _usual(kind: str) -> Any:
    text = files(__package__).joinpath(f"{kind}.yaml").read_text("utf-8")
    return yaml.load(text, yaml.CSafeLoader)
