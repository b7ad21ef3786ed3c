"""A claim's clauses beside those of its evidence: where they part, and whose each number is.

Words stand in a clause of their own: what a figure, a denial or an opposite is said of is what
stands beside it there, in the claim as in the evidence.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.verify.numerals import Number, read
from assistant.verify.terms import Term, Terms, terms_of
from corpus.sentences import sentences

_EDGE = re.compile(
    r"(?<!\d)[,:](?!\d)|[;.!?|()\n](?:\s|$)|\s(?:mais|et|alors qu[e’']|bien que|parce qu[e’']|puis|"
    r"tandis que|but|and|though|although|because|while|whereas|so)\s"
)
"""Where a clause ends."""

_ASIDE = re.compile(r"\((\d[^()]{,12})\)")
"""A figure in brackets, which is told with the words before and behind."""

NEAR = 2
"""Words on either side that stand next to a word."""

_PARTICLES = frozenset("up down over under".split())
"""English words that go one way beside a figure, and none beside a verb: "gives up"."""

AWAY = 3
"""Words by which another number fits better, of which as many leave no doubt."""

_ASKED = re.compile(r"\?[\s»”\"]*$")


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause, the numbers in it, and the sentence that it belongs to, by its place."""

    terms: Terms
    numbers: tuple[Number, ...]
    sentence: int
    asked: bool


def clauses_of(text: str, language: str) -> list[Clause]:
    """The clauses of a text, in order; those without a word or a number are left out."""
    found = []
    for place, (start, end) in enumerate(sentences(text, language) or [(0, len(text))]):
        sentence = text[start:end]
        asked = bool(_ASKED.search(sentence))
        for part in _parts(sentence):
            terms, numbers = terms_of(part, language), read(part, language)
            if terms.terms or numbers:
                found.append(Clause(terms, numbers, place, asked))
    return found


def _parts(sentence: str) -> Iterator[str]:
    sentence, start = _ASIDE.sub(r" \1 ", sentence), 0
    for edge in _EDGE.finditer(sentence):
        yield sentence[start : edge.start()] + (edge[0] if edge[0][0] in ".!?" else "")
        start = edge.end()
    yield sentence[start:]


@dataclass(frozen=True, slots=True)
class Parting:
    """How a claim parts from its evidence.

    ``contrary``: an opposite stands in the place of a word, beside the same words; ``afar``: beside
    none of them; ``denied``: a word that both have is denied on one side alone; ``astray``: how
    much better the words of a percentage, or of a name, fit another.
    """

    contrary: float
    afar: float
    denied: float
    astray: float


def parting(claim: str, cited: str) -> Parting:
    """Where a claim parts from the spans that it cites."""
    said = clauses_of(claim, terms_of(claim).language)
    held = clauses_of(cited, terms_of(cited).language)
    against = [close for clause in said for close in _against(clause, held)]
    return Parting(
        float(any(against)),
        float(not all(against)),
        float(any(_denied(clause, held) for clause in said)),
        max(_astray(said, held), _names_astray(said, held)),
    )


def _names_astray(said: Sequence[Clause], held: Sequence[Clause]) -> float:
    """How much better the words told of a name fit a sentence with a name that is not told."""
    told = frozenset().union(*(clause.terms.keys for clause in said))
    whole: dict[int, list[Term]] = {}
    for clause in held:
        whole.setdefault(clause.sentence, []).extend(clause.terms.terms)
    texts = [Terms("", tuple(terms), 0) for terms in whole.values()]
    worst = 0
    for clause in said:
        for term in clause.terms.terms:
            if not term.word[0].isupper() or term is clause.terms.terms[0]:
                continue
            beside = _keys(t for t in clause.terms.terms if not t.word[0].isupper())
            own = [_matched(beside, text) for text in texts if text.keys & term.keys]
            others = [
                _matched(beside, text)
                for text in texts
                if not text.keys & term.keys
                and any(t.word[0].isupper() and not t.keys & told for t in text.terms[1:])
            ]
            if own and others:
                worst = max(worst, max(others) - max(own))
    return worst / AWAY


def _against(clause: Clause, held: Sequence[Clause]) -> Iterator[bool]:
    """The opposites on which a clause parts from where its words stand, and whether close by."""
    terms = clause.terms.terms
    for place, term in enumerate(terms):
        if term.word.lower() in _PARTICLES:
            continue
        next_to = (*terms[max(0, place - NEAR) : place], *terms[place + 1 :][:NEAR])
        for pair, side in term.sides:
            beside = _keys(t for t in terms if t is not term and not _of(t, pair))
            near = _keys(t for t in next_to if not _of(t, pair))
            fits = [
                (_fit(beside, other, held, pair), _matched(near, other.terms, pair), s == side)
                for other in _of_same_percent(clause, held) or held
                for t in other.terms.terms
                for p, s in t.sides
                if p == pair and t.word.lower() not in _PARTICLES
            ]
            best = max(((fit + close) for fit, close, _ in fits), default=0.0)
            first = [(close, same) for fit, close, same in fits if fit + close == best]
            if first and not any(same for _, same in first):
                yield any(close for close, _ in first)


def _keys(terms: Iterable[Term]) -> frozenset[str]:
    return frozenset(key for term in terms for key in term.keys)


def _of(term: Term, pair: int) -> bool:
    return any(p == pair for p, _ in term.sides)


def _fit(beside: frozenset[str], clause: Clause, held: Sequence[Clause], pair: int) -> float:
    """How many of some words stand in a clause, and half as much in its sentence."""
    near = _matched(beside, clause.terms, pair)
    around = sum(
        _matched(beside, other.terms, pair) for other in held if other.sentence == clause.sentence
    )
    return near + 0.5 * (around - near)


def _matched(keys: frozenset[str], terms: Terms, pair: int = -1) -> int:
    return sum(bool(term.keys & keys) for term in terms.terms if not _of(term, pair))


def _of_same_percent(clause: Clause, held: Sequence[Clause]) -> list[Clause]:
    """The clauses of the evidence with a percentage of this one: its sentence's, if it is alone."""
    percents = {n.value for n in clause.numbers if n.unit == "percent"}
    found = []
    for other in held:
        if any(n.unit == "percent" and n.value in percents for n in other.numbers):
            fellows = [c for c in held if c.sentence == other.sentence]
            alone = sum(n.unit == "percent" for c in fellows for n in c.numbers) == 1
            found += fellows if alone else [other]
    return found


def _denied(clause: Clause, held: Sequence[Clause]) -> bool:
    """Whether a word is denied in the claim and not where the evidence has it, or there alone.

    Each is held against where it stands beside most of the clause's other words; a clause with a
    percentage, against the one that has it too.
    """
    same = _of_same_percent(clause, held)
    if same:
        return all(bool(o.terms.denials) != bool(clause.terms.denials) for o in same)
    for term in clause.terms.terms:
        if term.sides or term.word.isdigit():
            continue
        beside = frozenset(k for t in clause.terms.terms if t is not term for k in t.keys)
        fits = [
            (_fit(beside, other, held, -1) + 2 * (t.word == term.word), t, other.terms.denials)
            for other in held
            if not other.asked
            for t in other.terms.terms
            if t.keys & term.keys
        ]
        best = max((fit for fit, *_ in fits), default=0.0)
        fellows = [(t, denials) for fit, t, denials in fits if fit == best]
        if not fellows:
            continue
        if term.denied == 1 and not any(denials for _, denials in fellows):
            return True
        if not clause.terms.denials and all(t.denied == 1 for t, _ in fellows):
            return True
    return False


def _astray(said: Sequence[Clause], held: Sequence[Clause]) -> float:
    """How much better the words of a number of the claim fit another number of the evidence."""
    worst = 0.0
    there = list(_numbered(held))
    for number, words in _numbered(said):
        keys = words.keys
        fits = [
            (_matched(keys, others), n.value == number.value)
            for n, others in there
            if n.unit == number.unit == "percent"
        ]
        same = max((fit for fit, equal in fits if equal), default=None)
        others = max((fit for fit, equal in fits if not equal), default=0)
        if same is not None:
            worst = max(worst, (others - same) / AWAY)
    return min(1.0, worst)


def _numbered(clauses: Sequence[Clause]) -> Iterator[tuple[Number, Terms]]:
    """Each number with the words that it is told with: of its clause, or of its whole sentence
    where that has no other of its unit."""
    for clause in clauses:
        fellows = [c for c in clauses if c.sentence == clause.sentence]
        for number in clause.numbers:
            alone = sum(n.unit == number.unit for c in fellows for n in c.numbers) == 1
            of = fellows if alone else [clause]
            terms = tuple(term for c in of for term in c.terms.terms)
            yield number, Terms(clause.terms.language, terms, 0)
