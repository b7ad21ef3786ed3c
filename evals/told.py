"""What is read off an answer's text by every suite: its words, its figures, its quotes."""

import re
from collections.abc import Iterator

from assistant.reading.text import fold
from evals.types import Answered, Figure, Nugget

QUOTED = re.compile(r"«[\s\u00a0\u202f]*(.+?)[\s\u00a0\u202f]*»|“(.+?)”", re.DOTALL)
_MARK = re.compile(r"\s*\[[cf]\d+\]")
_GROUPED = re.compile(r"(?<=\d)[\s,\u00a0\u202f](?=\d{3}(?!\d))")
_NUMBER = re.compile(r"(?<![^\W\d_])\d+(?:[.,]\d+)?")
"""A number; the 3 of Q3 or of T3 is a name's."""
EXACT = 1e-6


def plain(text: str) -> str:
    """The text without the marks of citations and facts."""
    return _MARK.sub("", text)


def says(text: str, phrases: tuple[str, ...]) -> bool:
    """Whether a text has one of the phrases, whatever its case, accents, spaces and apostrophes."""
    told = _flat(text)
    return any(_flat(phrase) in told for phrase in phrases)


def _flat(text: str) -> str:
    return " ".join(fold(text.replace("’", "'")).split())


def recalled(nuggets: tuple[Nugget, ...], text: str) -> float:
    """The share of the nuggets that a text says."""
    return sum(says(text, nugget.any) for nugget in nuggets) / len(nuggets)


def numbers(text: str) -> Iterator[tuple[float, int]]:
    """The numbers of a text, French or English, each with how many decimals it shows."""
    for whole in _NUMBER.findall(_GROUPED.sub("", plain(text))):
        mark = "." if "." in whole else ","
        yield float(whole.replace(",", ".")), len(whole.partition(mark)[2])


def shows(figure: Figure, text: str) -> bool:
    """Whether a text shows a figure, rounded as it rounds; of a share, the complement will do."""
    scale = 100 if figure.unit == "share" else 1
    sizes = [scale * abs(figure.value)]
    if figure.unit == "share":
        sizes.append(100 * (1 - figure.value))
    within = scale * figure.within + EXACT
    # Counts are told whole; what is rounded is off by half of its last digit at most.
    half = 0.0 if figure.unit == "count" else 0.5
    return any(
        abs(number - size) <= within + half * 10**-digits
        for number, digits in numbers(text)
        for size in sizes
    )


def nearest(figure: Figure, answer: Answered) -> Answered | None:
    """The fact of the figure's unit whose value lies nearest to it."""
    of = [fact for fact in answer["facts"] if size_of(fact, figure) is not None]
    return min(of, key=lambda fact: abs((size_of(fact, figure) or 0) - figure.value), default=None)


def size_of(fact: Answered, figure: Figure) -> float | None:
    """What of a fact can be the figure: its value, the count beneath it, a share's complement."""
    value, unit = fact["value"], fact["unit"]
    if figure.unit == "count":
        held = [each for each in (fact["numerator"], value if unit == "count" else None) if each]
    elif _family(figure.unit) == _family(unit) and value is not None:
        held = [value, 1 - value] if unit == "share" else [value, -value]
    else:
        return None
    return min(held, key=lambda each: abs(each - figure.value), default=None)


def _family(unit: str) -> str:
    """A level of a score and a gap between two are both in points of its scale."""
    return "points" if unit == "score" else unit
