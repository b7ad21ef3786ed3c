"""How well the evidence of a paraphrase carries it: a calibrated score from 0 to 1.

A small logistic model over what can be told offline: how much of the claim's words, in either
language, the evidence holds; which of them say the contrary of what the evidence says; what is
denied here and not there; whether its numbers stand beside the words that it sets them beside;
and the likeness of the two by the embedder, where there is one. Its coefficients are data
(``support.json``), fitted by ``python -m evals.support --fit``.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.verify.clauses import parting
from assistant.verify.evidence import Evidence
from assistant.verify.terms import Term, Terms, figure_pairs, terms_of, valence_pairs
from corpus.sentences import sentences

Embed = Callable[[Sequence[str]], Sequence[NDArray[np.float32] | Sequence[float]] | None]
"""The vectors of texts, or None where there is no embedder."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a judge says of a claim: whether its evidence carries it, and why."""

    carried: bool
    reason: str


Judge = Callable[[Evidence], Judged | None]
"""A judge of paraphrases in the place of the score; None where it cannot say."""

SHORTEST = 3
"""Content words: what says less of its own beside a quotation paraphrases nothing."""

_OF_SOURCES = frozenset(
    "source sources réponse réponses donner donnent donne même mêmes dire dit disent chiffre "
    "chiffres part parts answer answers give gives same say says figure figures share "
    "shares".split()
)
"""Words that speak of sources and what they hold, rather than of what those say."""

HALF = 0.5
"""A paraphrase may have this share of its words from elsewhere."""

MOST = 12
"""Sentences of what is cited that a claim is likened to one by one."""

WEAK = "its evidence does not carry it"
"""The reason of a paraphrase whose support is too low."""

FEATURES = (
    "thin", "thin_across", "bare", "contrary", "contrary_afar", "denied", "astray", "spirit",
    "unlike",
)  # fmt: skip
"""What the score is made from, each 0 where nothing speaks against the claim.

``thin``: the evidence lacks most of its words, ``thin_across`` where the two are in two languages,
``bare``: it shares no word with it; ``contrary``, ``contrary_afar``, ``denied``, ``astray``: where
its clauses part from those of the evidence (``clauses.Parting``); ``spirit``: praise of what scored
low, or blame of what scored high; ``unlike``: how far it is from the nearest of what it cites, by
the embedder.
"""


def judge(
    claims: Sequence[Evidence], embed: Embed | None = None, other: Judge | None = None
) -> list[tuple[float, str | None]]:
    """The support of each claim, and why it is too little; 1 and None for what is no paraphrase.

    What is quoted, and what figures carry, was held against its evidence by rules. Where there is
    an ``other`` judge, it is asked first, and the score taken where it cannot say.
    """
    paraphrases = [e for e in claims if is_paraphrase(e)]
    verdicts = {id(e): told for e in paraphrases if other and (told := other(e))}
    scored = [e for e in paraphrases if id(e) not in verdicts]
    likeness = dict(zip(map(id, scored), alike(scored, embed), strict=True))
    found: list[tuple[float, str | None]] = []
    for evidence in claims:
        if told := verdicts.get(id(evidence)):
            # Its own words are a model's about hostile texts: they are not shown.
            found.append((float(told.carried), None if told.carried else WEAK))
            continue
        if id(evidence) not in likeness:
            found.append((1.0, None))
            continue
        near = likeness[id(evidence)]
        known = (evidence.quoted, evidence.besides, evidence.score, near)
        value = score(features(evidence.rest, *known), embedded=near is not None)
        found.append((value, None if value >= threshold(embedded=near is not None) else WEAK))
    return found


def is_paraphrase(evidence: Evidence) -> bool:
    """Whether a claim retells passages in words of its own, and stands on them alone."""
    if evidence.facts or not evidence.cited or evidence.claim.kind == "limit":
        return False
    quotes = any(c.quote and c.quote in evidence.claim.text for c in evidence.cited)
    # Behind the dash of a reported figure stands who published it, and not what it says.
    said = evidence.rest
    if evidence.claim.kind == "reported":
        said = said.partition(" — ")[0]
    return not quotes and len(_own_words(said)) >= SHORTEST


def _own_words(rest: str) -> list[Term]:
    """The words that say something: no names and numbers, and not those that speak of sources."""
    return [
        term
        for place, term in enumerate(terms_of(rest).terms)
        if not (term.word.isdigit() or (place and term.word[0].isupper()))
        and term.word.lower() not in _OF_SOURCES
    ]


def alike(claims: Sequence[Evidence], embed: Embed | None) -> list[float | None]:
    """The cosine of each claim to what it cites or the sentence of it that is nearest.

    All is asked for at once; None without embedder.
    """
    if embed is None or not claims:
        return [None] * len(claims)
    texts = [[e.rest, e.quoted, *_sentences(e.quoted)] for e in claims]
    flat = list(dict.fromkeys(text for each in texts for text in each))
    vectors = embed(flat)
    if vectors is None:
        return [None] * len(claims)
    of = dict(zip(flat, vectors, strict=True))
    return [max(float(np.dot(of[own], of[text])) for text in held) for own, *held in texts]


def _sentences(cited: str) -> list[str]:
    """The first sentences of what is cited."""
    spans = sentences(cited, terms_of(cited).language)
    return [cited[start:end] for start, end in spans[:MOST]]


def score(found: Mapping[str, float], *, embedded: bool) -> float:
    """The calibrated probability that the evidence carries the claim."""
    model = _models()[_name(embedded)]
    total = model["intercept"] + sum(model["coefficients"][name] * found[name] for name in FEATURES)
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


def threshold(*, embedded: bool) -> float:
    """The score below which a paraphrase is not said."""
    return float(_models()[_name(embedded)]["threshold"])


def _name(embedded: bool) -> str:
    return "words and meaning" if embedded else "words"


@cache
def _models() -> dict[str, Any]:
    """The two models: of words alone, and with the embedder."""
    text = resources.files(__package__).joinpath("support.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def features(
    claim: str,
    cited: str,
    known: str = "",
    goodness: float | None = None,
    likeness: float | None = None,
) -> dict[str, float]:
    """What speaks against a claim, given the spans that it cites and what is known of them."""
    said, held = terms_of(claim), terms_of(cited)
    keys = held.keys | terms_of(known).keys
    content = [t for t in said.terms if not any(pair in figure_pairs() for pair, _ in t.sides)]
    uncovered = sum(not _held(t, keys) for t in content) / max(1, len(content))
    across = said.language != held.language
    parts = parting(claim, cited)
    return {
        "thin": max(0.0, uncovered - HALF) * (not across),
        "thin_across": max(0.0, uncovered - HALF) * across,
        "bare": float(not any(term.keys & keys for term in said.terms)),
        "contrary": parts.contrary,
        "contrary_afar": parts.afar,
        "denied": parts.denied,
        "astray": parts.astray,
        "spirit": _spirit(said, goodness),
        "unlike": 0.0 if likeness is None else max(0.0, 0.9 - likeness) * 10,
    }


def _spirit(said: Terms, goodness: float | None) -> float:
    """How far a claim's praise or blame is from the score of what it cites."""
    sides = said.sides()
    valence = sum(sum(sides.get(pair, ())) for pair in valence_pairs())
    if goodness is None or not valence:
        return 0.0
    return max(0.0, (0.5 - goodness) * (1 if valence > 0 else -1)) * 2


def _held(term: Term, keys: frozenset[str]) -> bool:
    """Whether the evidence holds a word, or one that begins alike."""
    if term.keys & keys:
        return True
    stems = [key[2:] for key in term.keys if key.startswith("=:") and len(key) > 6]
    return any(key.startswith(f"=:{stem[:5]}") for stem in stems for key in keys)
