"""Which words set low-rated records apart from high-rated ones.

The first answer to "why do they dislike it?": no codebook is needed, the ratings that came with
the words say which words go with a bad score. Words are compared by the shares of the records of
either side that hold them, and ranked by the z-score of the two-proportion test.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from corpus.analysis import field_of, stems
from corpus.types import HIGH, LOW, Passage

FEWEST_RECORDS = 10
"""A word held by fewer records of the side that it stands for is an accident."""

CLEARLY = 4.0
"""The z-score from which a difference is called clear: among a thousand words compared at once, one
in twenty times would any of them reach it by chance (Bonferroni)."""

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
    passages: Iterable[Passage], language: str, ignored: frozenset[str]
) -> tuple[list[Contrast], list[Contrast]]:
    """The words that the low-rated records hold more often, and those of the high-rated ones.

    The clearest come first. ``ignored`` are stems that do not count: what the source is about,
    and words that judge without naming what is judged.
    """
    held: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    sizes = {True: 0, False: 0}
    known: dict[str, tuple[str, tuple[str, ...]]] = {}
    surfaces: defaultdict[str, Counter[str]] = defaultdict(Counter)
    capitals: Counter[str] = Counter()
    for passage in passages:
        if passage.score is None or passage.language != language or LOW < passage.score < HIGH:
            continue
        low = passage.score <= LOW
        sizes[low] += 1
        seen: set[str] = set()
        for raw in set(passage.text.replace("’", "'").split()):
            if raw not in known:
                known[raw] = _word(raw, language)
            word, its_stems = known[raw]
            capitals[word] += raw[0].isupper()
            for stem in its_stems:
                surfaces[stem][word] += 1
                seen.add(stem)
        held[low].update(seen)
    if min(sizes.values()) < FEWEST_RECORDS:
        return [], []
    found: dict[bool, list[Contrast]] = {True: [], False: []}
    for stem in held[True] | held[False]:
        word = surfaces[stem].most_common(1)[0][0]
        # What is mostly written with a capital is a name, and no reason.
        if stem in ignored or 2 * capitals[word] >= surfaces[stem][word]:
            continue
        z = _z(stem, held, sizes)
        if abs(z) >= CLEARLY and held[z > 0][stem] >= FEWEST_RECORDS:
            forms = tuple(sorted(surfaces[stem]))
            found[z > 0].append(Contrast(field_of(language), stem, word, forms, abs(z)))
    for each in found.values():
        each.sort(key=lambda contrast: (-contrast.z, contrast.stem))
    return found[True], found[False]


def _word(raw: str, language: str) -> tuple[str, tuple[str, ...]]:
    """A word without what surrounds it, and its stems; no stems for what is too short to tell."""
    bare = raw.rpartition("'")[2] if language == "fr" else raw
    word = bare.strip(_WORD_EDGES).lower()
    return word, stems(word, language) if len(word) >= 4 and word.isalpha() else ()


def _z(stem: str, held: dict[bool, Counter[str]], sizes: dict[bool, int]) -> float:
    """The z-score of the two-proportion test, pooled; positive where the low side has more."""
    low, high = held[True][stem] / sizes[True], held[False][stem] / sizes[False]
    pooled = (held[True][stem] + held[False][stem]) / sum(sizes.values())
    spread = pooled * (1 - pooled) * (1 / sizes[True] + 1 / sizes[False])
    return (low - high) / sqrt(spread) if spread else 0.0
