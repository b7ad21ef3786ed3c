"""Changes of a codebook that a person decides: one more theme, more examples, another label."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from corpus.codebook import (
    LANGUAGES,
    Codebook,
    Example,
    Language,
    Theme,
    read_codebook,
    write_codebook,
)
from corpus.errors import InputError

Decision = Literal["accept", "merge", "dismiss"]
"""What a person does with a candidate theme."""

LONGEST_LABEL = 100
"""Characters of a label."""

LONGEST_ID = 40
"""Characters of an id that is made from a label."""

Said = Mapping[Language, Sequence[str]]
"""Clauses or words by language."""


def checked_label(label: Mapping[str, str]) -> dict[Language, str]:
    """The label with its spaces tidied; raises InputError for one that cannot be shown."""
    if unknown := set(label) - set(LANGUAGES):
        raise InputError(f"A label is in {' or '.join(LANGUAGES)}, not in {min(unknown)}.")
    found: dict[Language, str] = {
        language: " ".join(label[language].split()) for language in LANGUAGES if language in label
    }
    if not found or not all(found.values()):
        raise InputError("The label is empty; give it in French, in English or in both.")
    if any(len(text) > LONGEST_LABEL for text in found.values()):
        raise InputError(f"A label has {LONGEST_LABEL} characters at most.")
    return found


def with_theme(
    codebook: Codebook,
    label: Mapping[Language, str],
    group: str,
    words: Said,
    clauses: Said,
    taken: Collection[str],
) -> tuple[Codebook, str]:
    """The codebook with one more theme, and the theme's id, which is none of those ``taken``.

    A label in one language serves both. Raises InputError for a group that is not there and for
    clauses in no language of a codebook.
    """
    if group not in codebook.groups:
        raise InputError(
            f"The codebook has no group {group}; there are {', '.join(codebook.groups)}."
        )
    names: dict[Language, str] = {
        language: label.get(language) or next(iter(label.values())) for language in LANGUAGES
    }
    theme = Theme(
        id=_new_id(label.get("en") or label["fr"], {*taken, *(t.id for t in codebook.themes)}),
        group=group,
        label=names,
        definition={
            language: _definition(language, names[language], words.get(language, ()))
            for language in LANGUAGES
        },
        examples=_examples(clauses),
    )
    return _read_again(replace(codebook, themes=(*codebook.themes, theme))), theme.id


def with_examples(codebook: Codebook, identity: str, clauses: Said) -> Codebook:
    """The codebook with these clauses among a theme's examples, each once."""
    fresh = _examples(clauses)

    def grown(theme: Theme) -> Theme:
        examples = dict(theme.examples)
        for language, new in fresh.items():
            old = examples.get(language, ())
            known = {example.text for example in old}
            examples[language] = (*old, *(each for each in new if each.text not in known))
        return replace(theme, examples=examples)

    themes = (grown(each) if each.id == identity else each for each in codebook.themes)
    return _read_again(replace(codebook, themes=tuple(themes)))


def relabelled(codebook: Codebook, identity: str, label: Mapping[Language, str]) -> Codebook:
    """The codebook with a theme under another label; its id stays, and so does its history."""
    themes = (
        replace(each, label={**each.label, **label}) if each.id == identity else each
        for each in codebook.themes
    )
    return _read_again(replace(codebook, themes=tuple(themes)))


def _examples(clauses: Said) -> dict[Language, tuple[Example, ...]]:
    """Examples of which nobody said whether they praise."""
    found = {
        language: tuple(Example(text, "0") for text in dict.fromkeys(texts))
        for language, texts in clauses.items()
        if texts
    }
    if not found:
        raise InputError("None of its clauses is in French or English, as a codebook's must be.")
    return found


def _definition(language: Language, label: str, words: Sequence[str]) -> str:
    """The label and the words that tell: the coder learns from it, and a person can mend it."""
    colon = " : " if language == "fr" else ": "
    return f"{label}{colon}{', '.join(words)}." if words else f"{label}."


def _new_id(label: str, taken: Collection[str]) -> str:
    plain = unicodedata.normalize("NFKD", label.replace("œ", "oe")).encode("ascii", "ignore")
    slug = re.sub(r"[^a-z0-9]+", "-", plain.decode().lower()).strip("-")
    slug = slug[:LONGEST_ID].strip("-") or "theme"
    name, number = slug, 1
    while name in taken:
        number += 1
        name = f"{slug}-{number}"
    return name


def _read_again(codebook: Codebook) -> Codebook:
    """The codebook as it will be read: what cannot be must be refused before it is kept."""
    return read_codebook(write_codebook(codebook))
