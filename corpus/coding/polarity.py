"""Whether a clause praises or blames, learned from the codebook and from the corpus' own ratings.

The rated records of a corpus are many and free: each of their clauses is taken to feel as the
record was rated, which is wrong often enough to need many, and right on the whole. The examples of
the codebook, whose polarity was written down, stand beside them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from corpus.codebook import Codebook, Polarity, starting_codebook
from corpus.coding.clauses import clauses
from corpus.coding.themes import Embed

PLEASANT = ("joy", "trust", "gratitude")
UNPLEASANT = ("frustration", "disappointment", "anger", "impatience", "injustice", "worry")

EXAMPLES, MEANING = 3.0, 4.0
"""What an example weighs beside a rated clause, and the vector beside the words."""

FEWEST = 40
"""Records rated well, and as many rated badly, from which a language learns from its ratings."""

UNDECIDED = 0.08
"""How near to even a clause is neutral."""


@dataclass(frozen=True, slots=True)
class Rated:
    """A text and whether it was rated well; what lies between is left out."""

    text: str
    language: str
    good: bool


class PolarityCoder:
    """How pleasant clauses are.

    A language whose ratings are too few is judged from the examples alone, which are in French and
    English: ratings in another language made it worse here (``evals.themes``).
    """

    def __init__(self, codebook: Codebook, rated: Sequence[Rated], embed: Embed) -> None:
        examples = _examples(codebook)
        self._general = _Model(examples, [], embed)
        self._own: dict[str, _Model] = {}
        for language in {each.language for each in rated}:
            here = [each for each in rated if each.language == language]
            good = sum(each.good for each in here)
            if min(good, len(here) - good) >= FEWEST:
                self._own[language] = _Model(examples, here, embed)

    def pleasant(self, texts: Sequence[str], languages: Sequence[str]) -> NDArray[np.float64]:
        """The probability of each text to praise."""
        found = np.zeros(len(texts))
        for language in set(languages):
            rows = [n for n, each in enumerate(languages) if each == language]
            model = self._own.get(language, self._general)
            found[rows] = model.pleasant([texts[row] for row in rows])
        return found

    def named(self, pleasant: float) -> Polarity:
        """``+``, ``-`` or, where it could be either, ``0``."""
        if abs(pleasant - 0.5) < UNDECIDED:
            return "0"
        return "+" if pleasant > 0.5 else "-"


class _Model:
    """A regression over words, pairs of words and meaning."""

    def __init__(
        self, examples: Sequence[tuple[str, bool]], rated: Sequence[Rated], embed: Embed
    ) -> None:
        self._embed = embed
        parts = [
            (each.text[start:end], each.good)
            for each in rated
            for start, end in clauses(each.text, each.language)
        ]
        texts = [text for text, _ in (*examples, *parts)]
        good = np.array([good for _, good in (*examples, *parts)])
        weights = np.r_[np.full(len(examples), EXAMPLES), np.ones(len(parts))]
        self._words = TfidfVectorizer(
            ngram_range=(1, 2), sublinear_tf=True, min_df=2, strip_accents="unicode"
        ).fit(texts)
        vectors = embed(texts)
        self._middle = None if vectors is None else vectors.mean(axis=0)
        # As many good as bad, whatever customers of this corpus are like.
        self._model = LogisticRegression(solver="liblinear", class_weight="balanced").fit(
            self._features(texts), good, sample_weight=weights
        )

    def pleasant(self, texts: Sequence[str]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = self._model.predict_proba(self._features(texts))[:, 1]
        return found

    def _features(self, texts: Sequence[str]) -> csr_matrix:
        parts = [self._words.transform(texts)]
        if self._middle is not None and (vectors := self._embed(texts)) is not None:
            centred = vectors - self._middle
            length = np.linalg.norm(centred, axis=1, keepdims=True)
            parts.append(csr_matrix(MEANING * centred / np.maximum(length, 1e-9)))
        return hstack(parts).tocsr()


def _examples(codebook: Codebook) -> list[tuple[str, bool]]:
    """Every example of a theme or an emotion whose feeling is clear, and whether it is good.

    Those of the starting codebook stand beside a team's own, which may be few or of one sign.
    """
    found: dict[str, bool] = {}
    for book in (starting_codebook(), codebook):
        for theme in book.themes:
            for examples in theme.examples.values():
                found |= {e.text: e.polarity == "+" for e in examples if e.polarity != "0"}
        for sign in book.emotions:
            if sign.id in (*PLEASANT, *UNPLEASANT):
                for texts in sign.examples.values():
                    found |= dict.fromkeys(texts, sign.id in PLEASANT)
    return list(found.items())
