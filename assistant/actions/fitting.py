"""Which interventions fit a cause, where it is felt and in the words in which people complain.

Those that name the theme are weighed by what they may be expected to remove of the cause, by how
directly they answer the theme (the first that they name, a later one), by whether they act at the
stage, and by the words that the complaints share with them. What worked here comes before what
worked elsewhere, and what did not work here after it. One that supposes a setting of which the
complaints say nothing, while they speak of another, is left out: nobody who insures sends parcels.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import yaml
from sklearn.feature_extraction.text import TfidfVectorizer

from assistant.actions.library import interventions
from assistant.actions.outcomes import Learned
from assistant.actions.types import Intervention
from corpus.analysis import stems
from corpus.codebook import LANGUAGES, Language
from corpus.metrics.relations import quoted
from corpus.store import Store

POOL = 200
"""Complaints that are read of a cause."""

PRESENT = 0.1
"""A setting is there where this share of the complaints speaks of it."""

DIRECT = (1.0, 0.6, 0.4)
"""What an intervention counts by the place at which it names the theme; further ones the last."""

ELSEWHERE = 0.6
"""What one counts that acts at other stages."""

_EFFORT = {"S": 0, "M": 1, "L": 2}


@dataclass(frozen=True, slots=True)
class Situation:
    """A cause as it is met: its theme, the stage where most meet it, the complaints by language."""

    theme: str
    stage: str | None
    texts: tuple[tuple[str, str], ...]


def situation_of(store: Store, theme: str) -> Situation:
    """The situation of a theme in a store: its most frequent stage, and some of its complaints."""
    # Ids in order, so that the same ones are read each time.
    rows = store.sql(
        "SELECT p.language, m.stage, p.text FROM (SELECT * FROM mentions WHERE polarity = '-' "
        f"AND theme = {quoted(theme)} ORDER BY passage_id, span_start LIMIT {POOL}) AS m "
        "JOIN passages AS p ON p.id = m.passage_id AND p.kind = 'feedback' "
        "ORDER BY m.passage_id, m.span_start"
    )
    stages = [row["stage"] for row in rows if row["stage"]]
    stage = max(sorted(set(stages)), key=stages.count, default=None)
    return Situation(theme, stage, tuple((row["language"], row["text"]) for row in rows))


def ranked(
    situation: Situation, learned: Mapping[str, Learned] | None = None
) -> list[Intervention]:
    """The interventions that fit, the best first."""
    known = learned or {}
    present = _settings(situation)
    found = [
        each
        for each in interventions()
        if situation.theme in each.causes and _supposed(each, present)
    ]
    if not found:
        return []
    alike = _affinities(situation, found)

    def order(each: Intervention) -> tuple[int, float, int, str]:
        outcome = known.get(each.id)
        share = outcome.middle if outcome else (each.prior.low + each.prior.high) / 2
        place = DIRECT[min(each.causes.index(situation.theme), len(DIRECT) - 1)]
        stage = 1.0 if situation.stage in (None, *each.stages) else ELSEWHERE
        worth = share * place * stage * (0.5 + 0.5 * alike[each.id])
        tier = {"worked": 0, "failed": 2}.get(outcome.verdict if outcome else "", 1)
        return tier, -worth, _EFFORT[each.effort], each.id

    return sorted(found, key=order)


# Settings ------------------------------------------------------------------------------------


def _supposed(each: Intervention, present: set[str]) -> bool:
    """Whether what an intervention supposes is there, or nothing speaks against it."""
    if each.supposes is None or each.supposes in present:
        return True
    # A claim is made by those who have one; the rest may go without saying.
    return each.supposes != "claims" and not present


def _settings(situation: Situation) -> set[str]:
    """The settings that the complaints speak of."""
    if not situation.texts:
        return set()
    found = set()
    folded = [_folded(text) for _, text in situation.texts]
    for name, pattern in _patterns().items():
        hits = sum(bool(pattern.search(text)) for text in folded)
        if hits >= max(1, PRESENT * len(situation.texts)):
            found.add(name)
    return found


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    text = files("assistant.actions").joinpath("settings.yaml").read_text("utf-8")
    words: Mapping[str, Mapping[str, list[str]]] = yaml.load(text, yaml.CSafeLoader)
    return {
        name: re.compile(rf"\b(?:{'|'.join(each for lists in own.values() for each in lists)})")
        for name, own in words.items()
    }


def _folded(text: str) -> str:
    """In lower case and without accents."""
    return unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()


# Words ---------------------------------------------------------------------------------------


def _affinities(situation: Situation, found: Sequence[Intervention]) -> dict[str, float]:
    """How near each is to the complaints by its words, from 0 to 1, the nearest being 1."""
    near = np.zeros(len(found))
    for language in LANGUAGES:
        texts = [text for own, text in situation.texts if own == language]
        if texts:
            vectoriser = _vectoriser(language)
            said = np.asarray(vectoriser.transform(texts).mean(axis=0))
            own = vectoriser.transform([_words(each, language) for each in found])
            near += len(texts) * np.asarray(own @ said.T).ravel()
    most = near.max()
    return {
        each.id: float(value / most) if most else 0.0
        for each, value in zip(found, near, strict=True)
    }


@cache
def _vectoriser(language: Language) -> TfidfVectorizer:
    """Weighs words by how few interventions they are of."""
    vectoriser = TfidfVectorizer(analyzer=lambda text: stems(text, language))
    return vectoriser.fit([_words(each, language) for each in interventions()])


def _words(each: Intervention, language: Language) -> str:
    return " ".join(text[language] for text in (each.title, each.does, each.need, each.builds))
