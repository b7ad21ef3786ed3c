"""What a claim says of its figures, against what the figures are: theme, way, order and sense."""

import re
from collections.abc import Iterator, Mapping, Sequence

from assistant.types import Fact
from assistant.verify.evidence import Themes
from assistant.verify.numbers import FRACTION, TOLERANCE
from assistant.verify.numerals import Number, fractions_in, in_digits, read
from assistant.verify.terms import Terms, figure_pairs, terms_of, valence_pairs

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

_UPWARD = re.compile(r"\bvers le haut\b|\bupwards?\b")
_DOWNWARD = re.compile(r"\bvers le bas\b|\bdownwards?\b")
"""Ways of two words, told in one: « hausse », « baisse »."""

_SIGN = re.compile(r"(?:^|[\s(])([−+-])$")

_THAN = re.compile(r"\b(?:que|than)\b")
_MOST = re.compile(
    r"\b(?:almost|nearly) (?:all|every\w*)\b|\bmost (?:of|customers|people|buyers)\b|"
    r"\bla plupart\b|\bpresque (?:tous|toutes)\b|\bla majorité\b|\bthe majority\b",
    re.IGNORECASE,
)
_FEW = re.compile(
    r"\b(?:hardly|almost|nearly) (?:any|no)\w*\b|\bpresque (?:personne|aucun\w*)\b|"
    r"\bune minorité\b|\ba minority\b",
    re.IGNORECASE,
)
"""Words that say of how many, where one share is told."""

_REST_FIRST = re.compile(
    r"\b(?:les autres|(?:the|all) others)\b[^.;]*?\b(?:contre|against|versus|vs)\b",
    re.IGNORECASE,
)
"""What a difference to the rest begins with, where it is told the other way round."""

_FROM_TO = re.compile(
    r"(?<!moins )(?<!plus )(?<!davantage )\b(?:de|from)\s[^.;]{0,40}?\b(?:à|to)\s"
)
_AGAINST = re.compile(r"\b(?:contre|against|versus|vs)\b")
_CLAUSE_END = re.compile(r"[.;,()]|\s(?:et|mais|and|but|contre|against)\s")

_SENTENCE_END = re.compile(r"[.!?;]\s")

HALF = 0.5
"""What most is more than."""

ROUNDED = 0.006
"""How far a percentage without decimals may be from its share."""


def fault(claim: str, facts: Sequence[Fact], themes: Themes) -> str | None:
    """Why a claim says something else than its figures; None where nothing shows it.

    ``themes`` are the words by which each theme is named, of any theme that a claim may name.
    """
    if not facts:
        return None
    words = _one_word(claim)
    told = terms_of(words)
    claim = in_digits(words, told.language)
    return (
        _other_theme(told, facts, themes.get(told.language, {}))
        or _other_way(claim, told, facts)
        or _other_order(claim, told, facts)
        or _other_sense(claim, words, told, facts)
        or _other_subject(claim, told, facts)
        or _other_quantity(claim, facts)
    )


def _one_word(claim: str) -> str:
    claim = _HIGHER.sub("supérieur", _LOWER.sub("inférieur", claim))
    return _UPWARD.sub("hausse", _DOWNWARD.sub("baisse", claim))


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
    numbers = [n for n in read(claim, told.language) if _is_value(n, facts)]
    # Behind it stands its interval, whose bound may be the same with the other sign.
    signs = [sign[1] for n in numbers[:1] if (sign := _SIGN.search(claim[: n.start]))]
    if value is not None and signs:
        # The sign tells the way, as in "the largest gap is −10 points".
        right = all((sign == "+") == (value > 0) for sign in signs)
        return None if right else "its figure goes the other way"
    texts = {_around(_SENTENCE_END, claim, number) for number in numbers} or {claim}
    sides = {side for text in texts for side in _way(terms_of(text, told.language))}
    if value is None or len(sides) != 1:
        return None
    if _REST_FIRST.search(claim):
        value = -value
    return None if value * sides.pop() >= 0 else "its figure goes the other way"


def _other_order(claim: str, told: Terms, facts: Sequence[Fact]) -> str | None:
    """Of two figures of one unit, "more … A against B" puts the larger first, "rises from" last."""
    numbers = [n for n in read(claim, told.language) if _is_value(n, facts)]
    percents = [n for n in numbers if n.unit == "percent"]
    numbers = percents if len(percents) == 2 else numbers
    before = [f.value for f in facts if "before" in f.name and f.value is not None]
    after = [f.value for f in facts if "after" in f.name and f.value is not None]
    if len(numbers) != 2 or len(facts) < 2 or _SENTENCE_END.search(claim):
        return None
    first, second = numbers
    if first.unit != second.unit:
        # A share and how many points it lies from another stand in no order.
        return None
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
    if from_to and _change(facts) * side < 0:
        return "its figures go the other way"
    if from_to:
        return None if (second.value - first.value) * side > 0 else "its figures go the other way"
    if _AGAINST.search(claim[first.end : second.start]) or re.search(
        r"\b(?:que?|than)\b", claim[first.end : second.start]
    ):
        if _compared(claim[: first.start], told.language, first, second, facts):
            side = -side
        return None if (first.value - second.value) * side > 0 else "its figures go the other way"
    return None


def _change(facts: Sequence[Fact]) -> float:
    """How much two facts of one thing at two times went up; 0 where they are not that."""
    for cut in ("month", "quarter", "week"):
        dated = [(fact.about.get(cut, ""), fact.value or 0.0) for fact in facts]
        if len(facts) == 2 and all(when for when, _ in dated):
            (_, before), (_, after) = sorted(dated)
            return after - before
    return 0.0


def _compared(
    before: str, language: str, first: Number, second: Number, facts: Sequence[Fact]
) -> bool:
    """Whether what is said to be more or less is the second figure.

    « Liked by some, complained of by more (4 % against 5 %) »: it is the one whose label has the
    sense of the clause that compares.
    """
    labels = []
    for number in (first, second):
        of = [fact for fact in facts if _is_value(number, [fact])]
        labels.append(terms_of(of[0].label).sides() if len(of) == 1 else {})
    for clause in re.split(r"[,;:]\s|\s(?:mais|but)\s", before):
        said = terms_of(clause, language)
        if not _way(said):
            continue
        for pair, sides in said.sides().items():
            if pair in valence_pairs() and [x.get(pair) for x in labels] == [
                {-s for s in sides},
                sides,
            ]:
                return True
    return False


def _other_sense(claim: str, words: str, told: Terms, facts: Sequence[Fact]) -> str | None:
    """What a label says of its share is said by the claim, or its contrary of those left over.

    « 68 % vont plus loin » may be told as « 32 % s’arrêtent », not as « 68 % s’arrêtent ».
    """
    for fact, left, clause in _bound(claim, words, told.language, facts):
        against = contrary(terms_of(clause, told.language), terms_of(fact.label))
        if _other_bound(clause, fact.label, told.language):
            against = not against
        if against is not None and against != left:
            return "its figure says the contrary"
    return None


def _other_bound(clause: str, label: str, language: str) -> bool:
    """Whether a clause bounds a number of a label from its other side: « plus de 14 jours »."""
    bounds = {number.value: number.bound for number in read(label) if number.bound}
    return any(
        number.bound == -bounds.get(number.value, 0)
        for number in read(clause, language)
        if number.bound
    )


def _other_quantity(claim: str, facts: Sequence[Fact]) -> str | None:
    """Most is more than half, hardly any less, of the one share that a claim tells."""
    if len(facts) != 1 or facts[0].unit != "share" or facts[0].value is None:
        return None
    share = facts[0].value
    numbers = [n for n in read(claim) if n.unit == "percent"]
    if numbers and all(abs(n.value / 100 - share) > ROUNDED for n in numbers):
        share = 1 - share
    if (_MOST.search(claim) and share < HALF) or (_FEW.search(claim) and share > HALF):
        return "its figure is not of so many"
    return None


def _other_subject(claim: str, told: Terms, facts: Sequence[Fact]) -> str | None:
    """Each figure stands beside the words of its own label, not beside those of another's.

    « 89 % en magasin et 67 % sur le web » names each by what its label alone says.
    """
    if len(facts) < 2 or len({fact.name for fact in facts}) > 1:
        return None
    labels = {fact.id: terms_of(fact.label, told.language).keys for fact in facts}
    clauses: dict[str, list[frozenset[str]]] = {}
    for number in read(claim, told.language):
        of = [fact for fact in facts if _is_value(number, [fact])]
        if len(of) == 1:
            clause = terms_of(_around(_CLAUSE_END, claim, number), told.language).keys
            clauses.setdefault(of[0].id, []).append(clause)
    for own, said in clauses.items():
        for other in clauses.keys() - {own} if not _THAN.search(claim) else ():
            mine, theirs = labels[own] - labels[other], labels[other] - labels[own]
            if any(clause & theirs for clause in said) and not any(c & mine for c in said):
                return "its figures stand beside each other's names"
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
        bool(a.denied) == bool(b.denied)
        for a in said.terms
        for b in meant.terms
        if 1 in (a.denied, b.denied) and not (a.sides or b.sides) and a.keys & b.keys
    ]
    if denied:
        return not any(denied)
    return False if shared else None


def _bound(
    claim: str, words: str, language: str, facts: Sequence[Fact]
) -> Iterator[tuple[Fact, bool, str]]:
    """Each share that a claim tells, whether as those left over, and the words told of it.

    A claim of one share tells it with all the words of its sentence; one of several, each in its
    own clause. ``words`` is the claim with its fractions, which are told in words.
    """
    shares = [
        fact
        for fact in facts
        if fact.unit in ("share", "count") and fact.value is not None
        if not _DIFFERENCES.search(fact.name)
    ]
    if len(shares) != len(facts):
        return
    told = [(number, claim) for number in read(claim, language)]
    told += [(number, words) for number in fractions_in(words, language)]
    if len(facts) == 1:
        senses = [
            (number, text, left) for number, text in told for left in _sense(number, facts[0])
        ]
        if len({left for *_, left in senses}) == 1:
            for sentence in {_around(_SENTENCE_END, text, number) for number, text, _ in senses}:
                yield facts[0], senses[0][2], sentence
        return
    for number, text in told:
        of = [(fact, left) for fact in shares for left in _sense(number, fact)]
        if len(of) == 1:
            yield (*of[0], _around(_CLAUSE_END, text, number))


def _around(edge: re.Pattern[str], claim: str, number: Number) -> str:
    """The part of a claim between two edges that a number stands in."""
    begins = [0, *(each.end() for each in edge.finditer(claim, 0, number.start))][-1]
    end = edge.search(claim, number.end)
    return claim[begins : end.start() if end else len(claim)]


def _sense(number: Number, fact: Fact) -> set[bool]:
    """Whether a number tells a share (False), or those left over (True)."""
    share = fact.figure
    if number.roughly and fact.unit == "share" and number.unit == "":
        return _counted(number, fact, TOLERANCE)
    if fact.unit == "count":
        return {False} if number.unit == "" and number.value == share else set()
    if number.unit == "":
        return _counted(number, fact, 0.0)
    value = number.value if number.unit == "ratio" else number.value / 100
    near = FRACTION if number.unit == "ratio" else ROUNDED
    apart = {False: abs(share - value), True: abs(1 - share - value)}
    return {left for left, far in apart.items() if far <= near and far < apart[not left]}


def _counted(number: Number, fact: Fact, tolerance: float) -> set[bool]:
    """Whether a number is about the count of a share (False), or of those left over (True)."""
    counts = {False: fact.numerator, True: (fact.denominator or 0) - (fact.numerator or 0)}
    told = {left for left, n in counts.items() if n and abs(n - number.value) <= tolerance * n}
    return told if len(told) == 1 or not tolerance else set()


def _way(told: Terms) -> set[int]:
    """The ways that a claim says figures go: 1 up or more, -1 down or less."""
    sides = told.sides()
    degrees = {-t.degree if t.denied else t.degree for t in told.terms if t.degree}
    return degrees.union(*(sides.get(pair, set()) for pair in figure_pairs()))


def _is_value(number: Number, facts: Sequence[Fact]) -> bool:
    """Whether a number tells the value of one of the facts."""
    for fact in facts:
        if fact.value is not None:
            value = 100 * fact.value if fact.hundredfold else fact.value
            if abs(abs(value) - number.value) <= max(0.51, ROUNDED * abs(value)):
                return True
    return False
