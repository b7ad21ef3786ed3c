"""Which themes a clause is about: patterns, meaning and words, weighed by what is known of each.

One logistic regression for each theme over three kinds of features: the pattern hits of every
theme, the clause's vector (where there is an embedder) and its stems. It learns from the
codebook's own examples and, once there are any, from records that people labelled and codes that
they corrected. ``evals.themes`` measures it.
"""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from corpus.analysis import field_of, stems
from corpus.codebook import LANGUAGES, Codebook
from corpus.coding.clauses import units
from corpus.coding.patterns import compiled, hits

Vectors = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors | None]
"""Texts to unit vectors, a row each; None where there is no embedder."""

MEANING, PATTERNS, WORDS = 3.0, 3.0, 2.0
"""How much each kind of features weighs before the regression sees it."""

LIKELY, LIKELY_TAUGHT = 0.5, 0.3
"""The probability from which a clause is coded. From examples alone, as many themes as there are
would make each improbable, so a theme weighs as much as all the others; labelled records tell how
frequent it is. Set on one part of the data and reported on another (``evals.themes``).
"""

TAUGHT = 10
"""Labelled texts that hold a theme, from which it counts as taught."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text of which people said what it is about.

    ``holds`` are the themes it is about, ``lacks`` those it is not; of others nothing was said.
    A lesson about a ``span`` alone is of that part of the text.
    """

    text: str
    language: str
    holds: frozenset[str]
    lacks: frozenset[str]
    span: tuple[int, int] | None = None


class ThemeCoder:
    """The themes of one codebook, as learned from it and from lessons."""

    def __init__(self, codebook: Codebook, lessons: Sequence[Lesson], embed: Embed) -> None:
        self.ids = [theme.id for theme in codebook.themes]
        self._embed = embed
        self._patterns = compiled([theme.patterns for theme in codebook.themes])
        texts, languages, self._own = _examples(codebook)
        vectors = embed(texts)
        self._middle = None if vectors is None else vectors.mean(axis=0)
        self._words = TfidfVectorizer(analyzer=_terms, sublinear_tf=True)
        self._words.fit([*zip(texts, languages, strict=True)])
        self._fit(self._features(texts, languages), np.eye(len(self.ids))[self._own])
        if lessons:
            self._learn(texts, languages, lessons)

    def with_vectors(self, embed: Embed) -> "ThemeCoder":
        """The same coder, its vectors taken from elsewhere."""
        other = copy(self)
        other._embed = embed
        return other

    def probabilities(self, texts: Sequence[str], languages: Sequence[str]) -> NDArray[np.float64]:
        """For each text (row) how probably it is about each theme (column, as in ``ids``)."""
        features = self._features(texts, languages)
        found = np.column_stack(
            [
                model.predict_proba(features)[:, 1] if model else np.zeros(len(texts))
                for model in self._models
            ]
        )
        # What shows nothing at all is about nothing, however frequent a theme is.
        found[np.diff(features.indptr) == 0] = 0.0
        return found

    def _learn(
        self, texts: Sequence[str], languages: Sequence[str], lessons: Sequence[Lesson]
    ) -> None:
        """Fit again with the lessons, each theme laid on the part that it most probably is in."""
        parts = [_parts(lesson) for lesson in lessons]
        every = [part for of in parts for part in of]
        spoken = [lesson.language for lesson, of in zip(lessons, parts, strict=True) for _ in of]
        guessed = self.probabilities(every, spoken)
        place = {identity: number for number, identity in enumerate(self.ids)}
        # 1 about it, 0 not, -1 nobody said.
        known = np.full((len(every), len(self.ids)), -1)
        at = 0
        for lesson, of in zip(lessons, parts, strict=True):
            rows = slice(at, at + len(of))
            for theme in lesson.lacks & place.keys():
                known[rows, place[theme]] = 0
            for theme in lesson.holds & place.keys():
                column = place[theme]
                known[at + int(guessed[rows, column].argmax()), column] = 1
            at += len(of)
        texts, languages = [*texts, *every], [*languages, *spoken]
        self._words.fit([*zip(texts, languages, strict=True)])
        self._fit(
            self._features(texts, languages),
            np.vstack([np.eye(len(self.ids))[self._own], known]),
            (known == 1).sum(axis=0) >= TAUGHT,
        )

    def _fit(
        self,
        features: csr_matrix,
        known: NDArray[np.float64],
        taught: NDArray[np.bool_] | None = None,
    ) -> None:
        """A model for each theme (column); ``known`` is 1, 0 or, where nobody said, -1."""
        if taught is None:
            taught = np.zeros(len(self.ids), dtype=bool)
        self.least = np.where(taught, LIKELY_TAUGHT, LIKELY)
        self._models = [
            _model(features, column, taught=bool(enough))
            for column, enough in zip(known.T, taught, strict=True)
        ]

    def _features(self, texts: Sequence[str], languages: Sequence[str]) -> csr_matrix:
        found = hits(texts, languages, self._patterns, len(self.ids))
        words = self._words.transform([*zip(texts, languages, strict=True)])
        parts = [csr_matrix(PATTERNS * found), WORDS * words]
        if self._middle is not None and (vectors := self._embed(texts)) is not None:
            centred = vectors - self._middle
            length = np.linalg.norm(centred, axis=1, keepdims=True)
            parts.append(csr_matrix(MEANING * centred / np.maximum(length, 1e-9)))
        return hstack(parts).tocsr()


def _model(
    features: csr_matrix, known: NDArray[np.float64], *, taught: bool
) -> LogisticRegression | None:
    told = known >= 0
    if not (known == 1).any() or not (known == 0).any():
        return None
    # liblinear is nearly three times as quick as the default here, with the same answers.
    model = LogisticRegression(solver="liblinear", class_weight=None if taught else "balanced")
    return model.fit(features[told], known[told])


def _examples(codebook: Codebook) -> tuple[list[str], list[str], list[int]]:
    """What the codebook says of each theme, with its language and the theme's number."""
    found = [
        (text, language, number)
        for number, theme in enumerate(codebook.themes)
        for language in LANGUAGES
        for text in (
            *(example.text for example in theme.examples.get(language, ())),
            theme.definition.get(language, ""),
            *theme.includes.get(language, ()),
        )
        if text
    ]
    texts, languages, own = zip(*found, strict=True)
    return list(texts), list(languages), list(own)


def _parts(lesson: Lesson) -> list[str]:
    """The units of a lesson; its span alone where it is of one."""
    if lesson.span:
        return [lesson.text[slice(*lesson.span)]]
    spans = units(lesson.text, lesson.language)
    return [lesson.text[start:end] for start, end in spans] or [lesson.text]


def _terms(text: tuple[str, str]) -> list[str]:
    """Stems marked with their field, so that one language's words do not stand for another's."""
    words, language = text
    return [f"{field_of(language)}:{stem}" for stem in stems(words, language)]
