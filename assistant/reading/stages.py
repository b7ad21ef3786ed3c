"""Stages of the journey that a question names, as places: « au paiement », "the delivery stage"."""

import re
from dataclasses import dataclass
from functools import lru_cache
from re import Pattern

from assistant.reading.sayings import Sayings, StageWords, sayings, whole
from assistant.reading.text import Asked, Span, plain_words
from corpus.codebook import Sign


@dataclass(frozen=True, slots=True)
class NamedStage:
    """A stage that a stretch names. ``says`` is how texts show it, if the word is narrower.

    ``place`` says that it is named as a place in the journey, which a theme's name is not.
    """

    stage: str
    span: Span
    word: Span
    says: str
    place: bool


_JOURNEY = re.compile(r"\b(?:(?:of|in) the journey|du parcours|which stage|quelle etape)\b")
"""Beside these a word that may be a stage is one: "which moment of the journey, choice or …"."""


def find_stages(asked: Asked, stages: tuple[Sign, ...]) -> list[NamedStage]:
    """Every way in which the question may name a stage; the caller chooses among them."""
    found: list[NamedStage] = []
    journey = _JOURNEY.search(asked.plain)
    for words, names, placed in _patterns(asked.language, _own(stages, asked.language)):
        if words.stage not in {sign.id for sign in stages}:
            continue
        alone = words.alone if journey else None
        for pattern, place in ((placed, True), (names, False), (alone, False)):
            if pattern is None:
                continue
            for match in pattern.finditer(asked.plain):
                word = match.span()
                if place:
                    word = match.span("word" if match["word"] else "word2")
                found.append(NamedStage(words.stage, match.span(), word, words.says, place))
    return _longest(found)


def _longest(found: list[NamedStage]) -> list[NamedStage]:
    kept: list[NamedStage] = []
    for each in sorted(found, key=lambda one: (one.span[0] - one.span[1], not one.says, one.span)):
        if not any(each.span[0] < o.span[1] and o.span[0] < each.span[1] for o in kept):
            kept.append(each)
    return sorted(kept, key=lambda each: each.span)


def _own(stages: tuple[Sign, ...], language: str) -> tuple[tuple[str, str], ...]:
    """The labels of the codebook's stages that the word list does not know."""
    listed = {words.stage for words in sayings(language).stages}
    return tuple(
        (sign.id, plain_words(label))
        for sign in stages
        if sign.id not in listed
        for label in {*sign.label.values(), sign.id}
        if plain_words(label)
    )


_Ways = tuple[StageWords, Pattern[str] | None, Pattern[str] | None]


@lru_cache(maxsize=32)
def _patterns(language: str, own: tuple[tuple[str, str], ...]) -> list[_Ways]:
    said = sayings(language)
    listed = [*said.stages, *(StageWords(stage, whole(label), None) for stage, label in own)]
    return [(words, words.names, _placed(words, said)) for words in listed]


def _placed(words: StageWords, said: Sayings) -> Pattern[str] | None:
    """The stage's words after one for a place, or beside « étape »."""
    each = [pattern.pattern for pattern in (words.names, words.alone) if pattern]
    if not each:
        return None
    any_of = "|".join(each)
    articles = r"(?:la |le |les |l'|du |de la |de l'|de |d'|the |their |our |a |an |un |une )?"
    before = rf"(?:(?:{said.place}) ?{articles})?(?:{said.stage_words}) {articles}"
    return whole(
        rf"(?:{before}|(?:{said.place}) ?{articles})(?P<word>{any_of})"
        rf"|(?P<word2>{any_of}) (?:{said.stage_words})"
    )
