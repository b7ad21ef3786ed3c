"""The words of ``columns.yaml``: which field a name names, which stage or voice a value is."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Words = tuple[str, ...]

_ARTICLES = frozenset("de du des la le les l d the of a an et and your votre vos my mon".split())
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+")


@cache
def vocabulary() -> Mapping[str, Any]:
    """The word lists as they stand in the file."""
    path = Path(__file__).with_name("columns.yaml")
    content: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def plain(text: str) -> str:
    """Lower case without accents: ``Étape`` becomes ``etape``."""
    spread = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "Oe"))
    return "".join(c for c in spread if not unicodedata.combining(c)).lower()


@cache
def words(text: str) -> Words:
    """The words that names are compared by: no case, accent, article or plural ``s``."""
    found = _WORD.findall(plain(_CAMEL.sub(" ", text[:200])))
    kept = [word for word in found if word not in _ARTICLES] or found
    return tuple(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in kept)


def holds(phrase: Words, name: Words) -> bool:
    """Whether ``phrase`` stands in ``name``, its words one after the other."""
    size = len(phrase)
    return any(name[i : i + size] == phrase for i in range(len(name) - size + 1))


@cache
def phrases(*path: str) -> tuple[Words, ...]:
    """The word list at ``path`` of the vocabulary, each entry as words."""
    content: Any = vocabulary()
    for key in path:
        content = content.get(key, []) if isinstance(content, Mapping) else []
    return tuple(words(str(entry)) for entry in content)


def has_word(name: str, *path: str) -> bool:
    """Whether ``name`` holds one of the phrases at ``path``."""
    parts = words(name)
    return any(holds(phrase, parts) for phrase in phrases(*path))


@cache
def strength(name: str, field: str) -> float:
    """How well ``name`` names ``field``: 0 not at all, to 1 for its first and whole word."""
    parts = words(name)
    spec = vocabulary()["fields"][field]
    listed = phrases("fields", field, "names")
    rank = {phrase: i / 1000 for i, phrase in reversed(list(enumerate(listed)))}
    if parts in rank:
        return 1 - rank[parts]
    if any(holds(phrase, parts) for phrase in phrases("fields", field, "never")):
        return 0.0
    fillers = {word for phrase in phrases("fields", field, "fillers") for word in phrase}
    for drop in (fillers, fillers - {word for phrase in listed for word in phrase}):
        core = tuple(word for word in parts if word not in drop)
        if core in rank:
            return 0.8 - rank[core]
    if all(word in fillers for word in parts):
        named = [rank[(word,)] for word in parts if (word,) in rank]
        if named:
            return 0.8 - min(named)
    if spec.get("within"):
        inside = [rank[phrase] for phrase in listed if holds(phrase, parts)]
        if inside:
            return 0.5 - min(inside)
    return 0.0


@cache
def meaning(value: str, kind: str) -> str | None:
    """The key of the list ``kind`` (stages, voices, lanes, kinds, languages) that ``value`` is.

    The whole value counts first, then the longest listed phrase that it holds.
    """
    parts = words(value)
    best: tuple[int, str] | None = None
    for name in vocabulary()[kind]:
        for phrase in (words(str(name)), *phrases(kind, name)):
            if phrase == parts:
                return str(name)
            if holds(phrase, parts) and (best is None or len(phrase) > best[0]):
                best = (len(phrase), str(name))
    return best[1] if best else None


def stage(value: str) -> str | None:
    """The usual stage that a source's word stands for, else that word in lower case."""
    return (meaning(value, "stages") or value.strip().lower()) if value.strip() else None


def language(value: str) -> str:
    """The two-letter code of a language's code or name, else nothing."""
    code = re.split(r"[-_]", value.strip().lower())[0]
    if code in _ISO_639_1:
        return code
    parts = words(value)
    for name in vocabulary()["languages"]:
        if parts[:1] in phrases("languages", name):
            return str(name)
    return ""


_ISO_639_1 = frozenset(
    "aa ab af am ar as ay az ba be bg bn bo br bs ca ce co cs cy da de dz el en eo es et eu fa fi "
    "fj fo fr fy ga gd gl gn gu ha he hi hr hu hy id is it ja jv ka kk km kn ko ku ky la lb ln lo "
    "lt lv mg mi mk ml mn mr ms mt my nb ne nl nn no oc or pa pl ps pt qu rm ro ru rw sa sd sg si "
    "sk sl sm sn so sq sr ss st su sv sw ta te tg th tk tl tn to tr ts tt ug uk ur uz vi vo wo xh "
    "yi yo za zh zu".split()
)
