"""What a claim says of its figures, against what the figures are: theme, way, order and sense."""

import re
from collections.abc import Iterator, Mapping, Sequence

from assistant.types import Fact
from assistant.verify.evidence import Themes
from assistant.verify.numbers import FRACTION, Number, fractions_in, in_digits, read
from assistant.verify.terms import Terms, figure_pairs, terms_of

_DIFFERENCES = re.compile(
    r"difference|\.break$|compare\.|\.trend$|change\.(?!before|after|written)"
)
"""The names of facts whose sign says which way something went."""

_LOWER = re.compile(
    r"\bplus (?:bas|basses?|faibles?|petite?s?|rares?)\b|"
    r"\bmoins (?:hauts?|hautes?|élevée?s?|fréquente?s?)\b"
)
_HIGHER = re.compile(r"\bplus (?:hauts?|hautes?|élevée?s?|grande?s?|fortes?|fréquente?s?)\b")
"""Comparatives of two words, told in one: « inférieur », « supérieur »."""

_FROM_TO = re.compile(r"\b(?:de|from)\s[^.;]{0,40}?\b(?:à|to)\s")
_AGAINST = re.compile(r"\b(?:contre|against|versus|vs)\b")
_CLAUSE_END = re.compile(r"[.;,()]|\s(?:et|mais|and|but|contre|against)\s")

_SENTENCE_END = re.compile(r"[.!?]\s")

ROUNDED = 0.006
"""How far a percentage without decimals may be from its share."""


def fault(claim: str, facts: Sequence[Fact], themes: Themes) -> str | None:
    """Why a claim says something else than its figures; None where nothing shows it.

    ``themes`` are the words by which each theme is named, of any theme that a claim may name.
    """
    if not facts:
        return None
    claim = _HIGHER.sub("supérieur", _LOWER.sub("inférieur", claim))
    told = terms_of(claim)
    claim = in_digits(claim, told.language)
    return (
        _other_theme(told, facts, themes.get(told.language, {}))
        or _other_way(claim, told, facts)
        or _other_order(claim, told, facts)
        or _other_sense(claim, told, facts)
    )


def _other_theme(
    told: Terms, facts: Sequence[Fact], themes: Mapping[str, frozenset[str]]
) -> str | None:
    """A claim that names a theme in full names the one that its figures are of."""
    own = {fact.about.get("theme", "") for fact in facts}
    if "" in own or not themes:
        return None
    keys = told.keys
    named = {theme for theme, words in themes.items() if words and words <= keys}
    labels: frozenset[str] = frozenset().union(*(themes.get(theme, frozenset()) for theme in own))
    strange = {theme for theme in named if themes[theme] - labels}
    if not strange or named & own:
        return None
    # A name of one word may be said by the way (« le prix »), where one's own is said shortly.
    shared = frozenset().union(*(themes[theme] for theme in strange))
    if any(len(themes[theme]) > 1 for theme in strange) or not (labels - shared) & keys:
        return "its figure is of another theme"
    return None


def _other_way(claim: str, told: Terms, facts: Sequence[Fact]) -> str | None:
    """A difference above nought is told as a rise or as more, one below as a fall or as less."""
    if len(facts) != 1 or not _DIFFERENCES.search(facts[0].name):
        return None
    value = facts[0].value
    sides = _way(told)
    if value is None or len(sides) != 1:
        return None
    return None if value * sides.pop() >= 0 else "its figure goes the other way"


def _other_order(claim: str, told: Terms, facts: Sequence[Fact]) -> str | None:
    """Of two figures of one unit, "more … A against B" puts the larger first, "rises from" last."""
    numbers = [n for n in read(claim, told.language) if _is_value(n, facts)]
    before = [f.value for f in facts if "before" in f.name and f.value is not None]
    after = [f.value for f in facts if "after" in f.name and f.value is not None]
    if len(numbers) != 2 or len(facts) < 2 or _SENTENCE_END.search(claim):
        return None
    first, second = numbers
    from_to = bool(_FROM_TO.search(claim[: second.start]))
    if from_to and before and after and first.value != second.value:
        rises = after[0] > before[0]
        if (second.value > first.value) != rises:
            return "its figures stand the other way round"
    # What follows the figures speaks of something else: "may not be the same any more".
    sides = _way(terms_of(claim[: second.end], told.language))
    if len(sides) != 1 or first.value == second.value:
        return None
    side = sides.pop()
    if from_to:
        return None if (second.value - first.value) * side > 0 else "its figures go the other way"
    if _AGAINST.search(claim[first.end : second.start]) or re.search(
        r"\b(?:que?|than)\b", claim[: second.start]
    ):
        return None if (first.value - second.value) * side > 0 else "its figures go the other way"
    return None


def _other_sense(claim: str, told: Terms, facts: Sequence[Fact]) -> str | None:
    """What a label says of its share is said by the claim, or its contrary of those left over.

    « 68 % vont plus loin » may be told as « 32 % s’arrêtent », not as « 68 % s’arrêtent ».
    """
    for fact, left, clause in _bound(claim, told.language, facts):
        against = contrary(terms_of(clause, told.language), terms_of(fact.label))
        if against is not None and against != left:
            return "its figure says the contrary"
    return None


def contrary(said: Terms, meant: Terms) -> bool | None:
    """Whether one text says the contrary of what another does; None where nothing tells.

    The ways of figures are left out: they are held against the figures themselves.
    """
    own, theirs = said.sides(), meant.sides()
    shared = [
        own[pair] == theirs[pair]
        for pair in (own.keys() & theirs.keys()) - figure_pairs()
        if len(own[pair]) == len(theirs[pair]) == 1
    ]
    if not all(shared):
        return shared.count(False) % 2 == 1
    denied = [
        a.denied == b.denied
        for a in said.terms
        for b in meant.terms
        if (a.denied or b.denied) and not (a.sides or b.sides) and a.keys & b.keys
    ]
    if denied:
        return not any(denied)
    return False if shared else None


def _bound(claim: str, language: str, facts: Sequence[Fact]) -> Iterator[tuple[Fact, bool, str]]:
    """Each share that a claim tells, whether as those left over, and the words told of it.

    A claim of one share tells it with all its words; one of several, each in its own clause.
    """
    shares = [
        fact
        for fact in facts
        if fact.unit in ("share", "count") and fact.value is not None
        if not _DIFFERENCES.search(fact.name)
    ]
    if len(shares) != len(facts):
        return
    told = [*read(claim, language), *fractions_in(claim, language)]
    if len(facts) == 1:
        sides = {left for number in told for left in _sense(number, facts[0])}
        if len(sides) == 1:
            yield facts[0], sides.pop(), claim
        return
    for number in told:
        of = [(fact, left) for fact in shares for left in _sense(number, fact)]
        ends = [0, *(end.end() for end in _CLAUSE_END.finditer(claim, 0, number.start))]
        end = _CLAUSE_END.search(claim, number.end)
        clause = claim[ends[-1] : end.start() if end else len(claim)]
        if len(of) == 1:
            yield (*of[0], clause)


def _sense(number: Number, fact: Fact) -> set[bool]:
    """Whether a number tells a share (False), or those left over (True)."""
    share = fact.figure
    if fact.unit == "count":
        return {False} if number.unit == "" and number.value == share else set()
    if number.unit == "":
        counts = {False: fact.numerator, True: (fact.denominator or 0) - (fact.numerator or 0)}
        return {left for left, count in counts.items() if count and count == number.value}
    value = number.value if number.unit == "ratio" else number.value / 100
    near = FRACTION if number.unit == "ratio" else ROUNDED
    apart = {False: abs(share - value), True: abs(1 - share - value)}
    return {left for left, far in apart.items() if far <= near and far < apart[not left]}


def _way(told: Terms) -> set[int]:
    """The ways that a claim says figures go: 1 up or more, -1 down or less."""
    sides = told.sides()
    return {side for pair in figure_pairs() for side in sides.get(pair, set())}


def _is_value(number: Number, facts: Sequence[Fact]) -> bool:
    """Whether a number tells the value of one of the facts."""
    for fact in facts:
        if fact.value is not None:
            value = 100 * fact.value if fact.unit == "share" else fact.value
            if abs(abs(value) - number.value) <= max(0.51, ROUNDED * abs(value)):
                return True
    return False
