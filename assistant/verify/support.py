"""How well the evidence of a paraphrase carries it: a calibrated score from 0 to 1.

A small logistic model over what can be told offline: how much of the claim's words, in either
language, the evidence holds; which of them say the contrary of what the evidence says; what is
denied here and not there; whether its numbers stand beside the words that it sets them beside;
and the likeness of the two by the embedder, where there is one. Its coefficients are data
(``support.json``), fitted by ``python -m evals.support --fit``.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.verify.evidence import Evidence
from assistant.verify.numbers import read
from assistant.verify.terms import Term, Terms, figure_pairs, terms_of, valence_pairs
from corpus.sentences import sentences

Embed = Callable[[Sequence[str]], Sequence[NDArray[np.float32] | Sequence[float]] | None]
"""The vectors of texts, or None where there is no embedder."""

SHORTEST = 3
"""Content words: what says less of its own beside a quotation paraphrases nothing."""

HALF = 0.5
"""A paraphrase may have this share of its words from elsewhere."""

FEW = 4
"""Sentences of evidence that are all near to any clause."""

WINDOW = 6
"""Words on either side of a number that say what it is of."""

FEATURES = (
    "thin", "thin_across", "bare", "contrary", "contrary_afar", "denied", "astray", "spirit",
    "unlike",
)  # fmt: skip
"""What the score is made from, each 0 where nothing speaks against the claim.

``thin``: the evidence lacks most of its words, ``thin_across`` where the two are in two languages,
``bare``: it shares no word with it; ``contrary``: a word stands where the evidence
has its contrary beside the same words, ``contrary_afar`` beside others; ``denied``: the share of
a clause's common words that is denied on one side alone; ``astray``: a number's words fit another
number better; ``spirit``: praise of what scored low, or blame of what scored high; ``unlike``: how
far the two are apart by the embedder.
"""


def judge(claims: Sequence[Evidence], embed: Embed | None = None) -> list[tuple[float, bool]]:
    """The support of each claim, and whether it is enough; 1 for what is no paraphrase.

    What is quoted, and what figures carry, was held against its evidence by rules.
    """
    paraphrases = [e for e in claims if is_paraphrase(e)]
    likeness = dict(zip(map(id, paraphrases), alike(paraphrases, embed), strict=True))
    found = []
    for evidence in claims:
        if id(evidence) not in likeness:
            found.append((1.0, True))
            continue
        near = likeness[id(evidence)]
        known = (evidence.quoted, evidence.besides, evidence.score, near)
        value = score(features(evidence.rest, *known), embedded=near is not None)
        found.append((value, value >= threshold(embedded=near is not None)))
    return found


def is_paraphrase(evidence: Evidence) -> bool:
    """Whether a claim retells passages in words of its own, and stands on them alone."""
    if evidence.facts or not evidence.cited or evidence.claim.kind == "limit":
        return False
    quotes = any(c.quote and c.quote in evidence.claim.text for c in evidence.cited)
    return not quotes and len(terms_of(evidence.rest).terms) >= SHORTEST


def alike(claims: Sequence[Evidence], embed: Embed | None) -> list[float | None]:
    """The cosine of each claim to what it cites, all asked for at once; None without embedder."""
    if embed is None or not claims:
        return [None] * len(claims)
    texts = [text for e in claims for text in (e.rest, e.quoted)]
    vectors = embed(texts)
    if vectors is None:
        return [None] * len(claims)
    return [float(np.dot(vectors[2 * i], vectors[2 * i + 1])) for i in range(len(claims))]


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
    """What speaks against a claim, given the spans that it cites and what is known of them.

    Each clause of the claim is held against the sentences that share most words with it.
    """
    said, held = terms_of(claim), terms_of(cited)
    keys = held.keys | terms_of(known).keys
    content = [t for t in said.terms if not any(pair in figure_pairs() for pair, _ in t.sides)]
    uncovered = sum(not _held(t, keys) for t in content) / max(1, len(content))
    across = said.language != held.language
    spans = [cited[start:end] for start, end in sentences(cited, held.language)] or [cited]
    there = [terms_of(span, held.language) for span in spans]
    clauses = [terms_of(clause, said.language) for clause in _CLAUSE.split(claim)]
    parted = [_parted(clause, there) for clause in clauses if clause.terms]
    return {
        "thin": max(0.0, uncovered - HALF) * (not across),
        "thin_across": max(0.0, uncovered - HALF) * across,
        "bare": float(not any(term.keys & keys for term in said.terms)),
        "contrary": float(any(each.contrary for each in parted)),
        "contrary_afar": float(any(each.afar for each in parted)),
        "denied": max((each.denied for each in parted), default=0.0),
        "astray": astray(claim, cited),
        "spirit": _spirit(said, goodness),
        "unlike": 0.0 if likeness is None else max(0.0, 0.9 - likeness) * 10,
    }


@dataclass(frozen=True)
class _Parting:
    """Where a clause parts from the sentences nearest to it, with which it shares some words.

    ``contrary`` says that a word stands where those have its contrary, beside the same words,
    ``afar`` that it does beside others; ``denied`` is the share of what they have in common that
    is denied on one side alone.
    """

    contrary: bool
    afar: bool
    denied: float


def _parted(clause: Terms, sentences: Sequence[Terms]) -> _Parting:
    keys = clause.keys
    shared = [len(sentence.keys & keys) for sentence in sentences]
    best = max(shared, default=0)
    near = [
        sentence
        for sentence, count in zip(sentences, shared, strict=True)
        if best and (len(sentences) <= FEW or count == best)
    ]
    against = [close for _, close in _against(clause, near)]
    here = there = common = 0
    for term in clause.terms:
        fellows = [t for s in near for t in s.terms if t.keys & term.keys]
        if fellows and not term.sides:
            common += 1
            here += term.denied and not any(t.denied for t in fellows)
            there += not term.denied and all(t.denied for t in fellows)
    return _Parting(
        any(against),
        not all(against),
        max(here, there) / max(1, common),
    )


def _against(clause: Terms, near: Sequence[Terms]) -> Iterator[tuple[int, bool]]:
    """The pairs of opposites on which a clause and some sentences part, and whether close by."""
    theirs = [
        (pair, -side if term.denied else side, sentence.around(place))
        for sentence in near
        for place, term in enumerate(sentence.terms)
        for pair, side in term.sides
    ]
    for place, term in enumerate(clause.terms):
        for pair, side in term.sides:
            side = -side if term.denied else side
            beside = [(s, around) for p, s, around in theirs if p == pair]
            if beside and all(s != side for s, _ in beside):
                own = clause.around(place)
                yield pair, any(own & around for _, around in beside)


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


def astray(claim: str, cited: str) -> float:
    """How much better the words about a number of the claim fit another number of the evidence."""
    told = [n for n in read(claim) if not n.words]
    there = [n for n in read(cited) if not n.words]
    worst = 0.0
    for number in told:
        own = _around(claim, number.start, number.end)
        fits = [
            (len(own & _around(cited, n.start, n.end)), n.value == number.value)
            for n in there
            if n.unit == number.unit
        ]
        same = max((fit for fit, equal in fits if equal), default=None)
        others = max((fit for fit, equal in fits if not equal), default=0)
        if same is not None and own:
            worst = max(worst, (others - same) / len(own))
    return worst


_CLAUSE = re.compile(
    r"[,;:.!?]\s|\s(?:mais|et|alors qu[e’']|bien que|parce qu[e’']|but|and|though|although|because|"
    r"while|whereas)\s?"
)
_EDGE = re.compile(r"[.;!?\n]\s")


def _around(text: str, start: int, end: int) -> frozenset[str]:
    """The keys of the words about a number, within its sentence."""
    before = _EDGE.split(text[:start])[-1]
    after = _EDGE.split(text[end:])[0]
    words = [*before.split()[-WINDOW:], *after.split()[:WINDOW]]
    return terms_of(" ".join(words), terms_of(text).language).keys
