"""The marks of a scale that a question names: "one-star", « 1 ou 2 sur 5 », "detractors"."""

import re
from collections.abc import Iterator
from functools import cache

from assistant.reading.known import Known
from assistant.reading.sayings import sayings
from assistant.reading.scores import find_score
from assistant.reading.text import Asked, Span
from assistant.reading.types import Marks
from corpus.metrics.relations import Scale

_NUMBERS = {
    word: number
    for words in (
        "zero one two three four five six seven eight nine ten",
        "zero un deux trois quatre cinq six sept huit neuf dix",
    )
    for number, word in enumerate(words.split())
} | {"une": 1, "single": 1}

_N = rf"(?:\d{{1,2}}|{'|'.join(_NUMBERS)})"
_HIGHEST = 99
"""Above every scale: what is open at its upper end goes on to the scale's."""

_LIKE_STARS = ("stars", "rating")

_OF_NPS = {"detractors": (0, 6), "passives": (7, 8), "promoters": (9, 10)}


def find_marks(asked: Asked, has: Known) -> list[tuple[Marks, Span]]:
    """The marks that the question names, on the scale that they are of, and where.

    Empty where the corpus has no such scale, or where several scales may be meant.
    """
    named = find_score(asked, has)[0]
    found: list[tuple[Marks, Span]] = []
    for first, last, kind, maximum, span in _named(asked):
        scale = _scale_of(has, named, kind, maximum, first, last)
        if scale and not any(span[0] < end and start < span[1] for _, (start, end) in found):
            first = max(scale.minimum, first)
            last = min(scale.maximum, last)
            least, most = _bounds(scale, first, last)
            of = scale.name, scale.kind, scale.maximum
            whole = scale.name in has.overall
            found.append((Marks(*of, first, last, least, most, whole), span))
    return sorted(found, key=lambda each: each[1])


def _bounds(scale: Scale, first: float, last: float) -> tuple[float, float]:
    """How good the marks are; where they go to an end of the scale, all that there is."""
    least, most = sorted(map(scale.goodness, (first, last)))
    worst, best = sorted(map(scale.goodness, (scale.minimum, scale.maximum)))
    return 0.0 if least <= worst else least, 1.0 if most >= best else most


def _scale_of(
    has: Known, named: str | None, kind: str, maximum: int | None, first: float, last: float
) -> Scale | None:
    """The scale that such marks are of: the one that is named, else the only one that has them."""
    kinds = _LIKE_STARS if kind == "stars" else (kind,)
    fitting = [
        scale
        for scale in has.scales
        if (not kind or scale.kind in kinds)
        and maximum in (None, scale.maximum)
        and first <= scale.maximum
        and last >= scale.minimum
    ]
    if named and any(scale.name == named for scale in fitting):
        return next(scale for scale in fitting if scale.name == named)
    if not kind and maximum is None:
        # Whoever gives a ten answers on a scale that ends with it, where there is one.
        ending = [scale for scale in fitting if scale.maximum == last]
        fitting = ending if len(ending) == 1 else fitting
    overall = [scale for scale in fitting if scale.name in has.overall]
    fitting = overall or fitting
    sure = bool(kind) or len({scale.name for scale in overall}) == 1
    return fitting[0] if fitting and sure else None


Named = tuple[float, float, str, int | None, Span]
"""The first and the last mark, the kind of scale and its end where they are said, and where."""


def _named(asked: Asked) -> Iterator[Named]:
    for kind, pattern in _patterns(asked.language):
        for match in pattern.finditer(asked.plain):
            if kind in _OF_NPS:
                yield *_OF_NPS[kind], "nps", None, match.span()
                continue
            first, last = _ends(match)
            out_of = match.groupdict().get("of")
            if first <= last:
                yield first, last, kind, _number(out_of) if out_of else None, match.span()


def _ends(match: re.Match[str]) -> tuple[int, int]:
    """The lowest and the highest mark that are meant; the end of the scale where it is open."""
    said = match.groupdict()
    first = _number(said["first"])
    last = _number(said["last"]) if said["last"] else first
    if said["least"] or said["more"]:
        return first, _HIGHEST
    if said["most"] or said["less"]:
        return 0, last
    if said["above"]:
        return first + 1, _HIGHEST
    return (0, first - 1) if said["below"] else (first, last)


def _number(word: str) -> int:
    return _NUMBERS[word] if word in _NUMBERS else int(word)


@cache
def _patterns(language: str) -> list[tuple[str, re.Pattern[str]]]:
    """What names marks in one language, by its word list: the kind of scale, and the pattern."""
    said = sayings(language).marks
    bounds = "".join(
        rf"(?:(?P<{name}>{said[name]}) )?" for name in ("least", "most", "above", "below")
    )
    numbers = rf"{bounds}(?P<first>{_N})(?:(?: ?[-–] ?| (?:{said['to']}) )(?P<last>{_N}))?"
    ends = rf"(?: (?:(?P<more>{said['more']})|(?P<less>{said['less']})))?"
    out_of = rf"(?:/ ?| (?:{said['out_of']}) )(?P<of>{_N})"
    behind = rf"(?=\W*$| ?[?.,;:!)]| (?:{said['behind']})\b)"
    stars = rf"[ -]?(?:{said['stars']})\b"
    ways = [
        ("stars", rf"{numbers}{stars}{ends}"),
        ("stars", rf"{numbers}{ends}{stars}"),
        ("", rf"(?:{said['given']}) {numbers}(?:{out_of})?{ends}{behind}"),
        ("", rf"{numbers}{out_of}{ends}{behind}"),
        *((name, said[name]) for name in _OF_NPS),
    ]
    return [(name, re.compile(rf"(?<!\w){way}(?!\w)")) for name, way in ways]
