"""Which words set low-rated records apart from high-rated ones.

The first answer to "why do they dislike it?": no codebook is needed, the ratings that came with
the words say which words go with a bad score. Words are compared by the log-odds of the share of
records that hold them, with the whole as prior (Monroe, Colaresi and Quinn, "Fightin' Words",
Political Analysis 2008), and ranked by z-score.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import log, sqrt

from assistant.facts import HIGH, LOW
from corpus.types import Passage
from retrieval.analysis import field_of, stems

FEWEST_RECORDS = 8
"""A word held by fewer records of the side that it stands for is an accident."""

CLEARLY = 2.6
"""The z-score from which a difference is called clear: one in a hundred by chance."""

_WORD_EDGES = ".,;:!?…()[]«»“”\"'’*-–—/"


@dataclass(frozen=True)
class Contrast:
    """A word, the forms in which it stands, and how clearly the sides differ in it (z-score)."""

    field: str
    stem: str
    word: str
    forms: tuple[str, ...]
    z: float


def contrasts(
    passages: Iterable[Passage], language: str, *, low: bool, ignored: frozenset[str]
) -> list[Contrast]:
    """The words that the low (else the high) side holds more often, the clearest first.

    ``ignored`` are stems that do not count: what the source is about, and words that judge
    without naming what is judged.
    """
    sides: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    sizes = {True: 0, False: 0}
    surfaces: dict[str, Counter[str]] = {}
    capitals: Counter[str] = Counter()
    written: Counter[str] = Counter()
    for passage in passages:
        if passage.score is None or passage.language != language:
            continue
        if LOW < passage.score < HIGH:
            continue
        wanted = (passage.score <= LOW) == low
        sizes[wanted] += 1
        seen: set[str] = set()
        for raw in set(passage.text.replace("’", "'").split()):
            bare = raw.rpartition("'")[2] if language == "fr" else raw
            word = bare.strip(_WORD_EDGES).lower()
            if len(word) < 4 or not word.isalpha():
                continue
            capitals[word] += raw[0].isupper()
            written[word] += 1
            for stem in stems(word, language):
                if stem not in ignored:
                    seen.add(stem)
                    surfaces.setdefault(stem, Counter())[word] += 1
        sides[wanted].update(seen)
    if min(sizes.values()) < FEWEST_RECORDS:
        return []
    found = []
    for stem, n in sides[True].items():
        word = surfaces[stem].most_common(1)[0][0]
        # What is mostly written with a capital is a name, and no reason.
        if n >= FEWEST_RECORDS and 2 * capitals[word] < written[word]:
            forms = tuple(sorted(surfaces[stem]))
            found.append(Contrast(field_of(language), stem, word, forms, _z(stem, sides, sizes)))
    return sorted((c for c in found if c.z >= CLEARLY), key=lambda c: (-c.z, c.stem))


def _z(stem: str, sides: dict[bool, Counter[str]], sizes: dict[bool, int]) -> float:
    prior = (sides[True][stem] + sides[False][stem] + 1) / (sum(sizes.values()) + 2)

    def log_odds(side: bool) -> tuple[float, float]:
        held = sides[side][stem] + prior
        rest = sizes[side] - sides[side][stem] + (1 - prior)
        return log(held / rest), 1 / held + 1 / rest

    (one, one_variance), (other, other_variance) = log_odds(True), log_odds(False)
    return (one - other) / sqrt(one_variance + other_variance)
