"""Whether the theme that moved a score is the one that its change is explained by.

Each world is drawn, customer by customer and with replacement, from the large world, so that its
own change is known. Of the two quarters that ``change`` compares only what is answered in them is
kept. Three kinds of worlds:

- ``carrier``: as planted, where those who wrote complain less of deliveries and praise them more;
- ``nothing``: with days dealt anew among the answers of a kind, so that nothing moves;
- ``one theme``: the same, and then most answers that complain of one theme, another from world to
  world, are taken out of the later quarter.

The theme (for the carrier its two) should have MOSTLY or more of ``change.explained``. What
``change`` reads from a store is counted here from the answers themselves, and its parts are those
of the product; in the first CHECKED worlds of a kind they are computed from a store too, and must
be the same.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from math import isclose
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from corpus.codebook import starting_codebook
from corpus.demo.feedback import Answer
from corpus.demo.generate import Village
from corpus.demo.planted import quarter
from corpus.metrics import compute
from corpus.metrics._change_themes import Division, Mark, divided, frequent
from corpus.metrics._oaxaca import Products, decompose
from corpus.metrics.types import Ask
from evals.coverage.frames import net
from evals.coverage.nulls import DELIVERY, MOSTLY, dealt
from evals.coverage.sums import QUARTERS
from evals.worlds import store_of

TAKEN = 0.9
"""The share of the answers complaining of the theme that is taken out."""
OFTEN = 0.03
"""Only themes that so many of those who wrote and scored complain of are moved."""
CHECKED = 3
TONES = {"-": "complaints", "+": "praise"}
KINDS = ("carrier", "nothing", "one theme")


@dataclass(frozen=True, slots=True)
class Found:
    """What was planted in a world, who wrote and scored there, and what the change is explained by.

    ``parts`` are the themes' beyond chance, each with its variance and its p-value.
    """

    kind: str
    themes: tuple[str, ...]
    people: int
    moved: float
    parts: Mapping[str, tuple[float, float, float]]

    @property
    def share(self) -> float | None:
        """The planted themes' part of what is explained; None where nothing is."""
        whole = sum(value for value, _, _ in self.parts.values())
        own = sum(self.parts[theme][0] for theme in self.themes if theme in self.parts)
        return own / whole if whole else None


@cache
def _people(whole: "Large") -> list[list[Answer]]:
    """What each customer who ever wrote answered in the two quarters, and each nameless answer."""
    own: dict[str, list[Answer]] = defaultdict(list)
    for answer in whole.answers:
        if quarter(answer.day) in QUARTERS:
            own[answer.customer or answer.id].append(answer)
    return [given for given in own.values() if any(each.text for each in given)]


class Large:
    """The answers of the large world and how many customers it has; equal only to itself."""

    def __init__(self, whole: Village) -> None:
        self.answers, self.customers = whole.answers, len(whole.lives)


def drawn(whole: "Large", customers: int, random: Random) -> list[Answer]:
    """As many customers drawn with replacement: what those who wrote answered."""
    people = _people(whole)
    count = sum(random.random() < len(people) / whole.customers for _ in range(customers))
    return [
        replace(answer, customer=f"P{number}", id=f"{answer.id}.{number}")
        for number, given in enumerate(random.choices(people, k=count))
        for answer in given
    ]


def taken(answers: Sequence[Answer], theme: str, random: Random) -> list[Answer]:
    """The answers without most of those that complain of the theme in the later quarter."""
    return [
        answer
        for answer in answers
        if not (
            quarter(answer.day) == QUARTERS[1]
            and answer.text
            and answer.text.says(theme, "-")
            and random.random() < TAKEN
        )
    ]


def world(number: int, kind: str, customers: int, seed: int, whole: "Large") -> Found:
    """What is found in the world of a number."""
    random = Random(f"{seed}/{kind}/{number}")  # noqa: S311
    answers: Sequence[Answer] = drawn(whole, customers, random)
    themes: tuple[str, ...] = DELIVERY if kind == "carrier" else ()
    if kind != "carrier":
        answers = dealt(Village([], [], answers, []), random).answers
    if kind == "one theme":
        every = _often(whole)
        themes = (every[number % len(every)],)
        answers = taken(answers, themes[0], random)
    sizes, moved, division = _division(answers)
    parts = {theme: division.themes[theme] for theme in division.clear}
    if number < CHECKED:
        shown, counted = _shown(answers), {theme: value for theme, (value, _, _) in parts.items()}
        if shown.keys() != counted.keys() or any(
            not isclose(shown[theme], value) for theme, value in counted.items()
        ):
            raise ValueError(f"world {number} of {kind}: a store gives {shown}, not {counted}")
    return Found(kind, themes, sum(sizes), moved, parts)


def _division(answers: Sequence[Answer]) -> tuple[list[int], float, Division]:
    """How many wrote and scored in each quarter, how their mean moved, and its parts by theme."""
    scores: dict[tuple[str, str], list[float]] = defaultdict(list)
    said: dict[tuple[str, str], set[Mark]] = defaultdict(set)
    wrote: set[tuple[str, str]] = set()
    for answer in answers:
        person = quarter(answer.day), answer.customer
        if answer.kind == "nps" and answer.score is not None:
            scores[person].append(net(answer.score))
        if answer.text:
            wrote.add(person)
            for mention in answer.text.mentions:
                if tone := TONES.get(mention.polarity):
                    said[person].add((mention.theme, tone))
    people = [[who for who in scores if who in wrote and who[0] == name] for name in QUARTERS]
    counts: dict[Mark, list[int]] = {}
    for side, own in enumerate(people):
        for mark in (mark for who in own for mark in said[who]):
            counts.setdefault(mark, [0, 0])[side] += 1
    sizes = list(map(len, people))
    marks = frequent(counts, min(sizes))
    products = []
    for own in people:
        worth = np.array([np.mean(scores[who]) for who in own])
        bears = np.array([[mark in said[who] for mark in marks] for who in own], dtype=float)
        products.append(
            Products(
                len(own), bears.T @ bears, bears.T @ worth, float(worth.sum()), float(worth @ worth)
            )
        )
    parts = decompose(*products)
    return sizes, parts.change, divided(marks, parts)


def _shown(answers: Sequence[Answer]) -> dict[str, float]:
    """The parts by theme that ``change`` gives of a store."""
    with TemporaryDirectory() as directory:
        store = store_of(Path(directory), [Village([], [], answers, [])])
        figures = compute("change", store, starting_codebook(), Ask(by="segment:segment"))
        store.close()
    return {f.about["theme"]: f.value or 0.0 for f in figures if f.name == "change.theme"}


@cache
def _often(whole: "Large") -> tuple[str, ...]:
    """The themes that enough of those who wrote and scored complain of."""
    asked = [
        given
        for given in _people(whole)
        if any(a.kind == "nps" and a.score is not None for a in given)
    ]
    people = Counter(
        theme
        for given in asked
        for theme in {
            mention.theme
            for answer in given
            if answer.text
            for mention in answer.text.mentions
            if mention.polarity == "-"
        }
    )
    return tuple(sorted(theme for theme, n in people.items() if n >= OFTEN * len(asked)))


_LARGE: dict[str, Large] = {}
"""The large world, set before the processes part so that each has it."""


def _found(number: int, kind: str, customers: int, seed: int) -> Found:
    return world(number, kind, customers, seed, _LARGE["whole"])


def print_moved(processes: int, worlds: int, customers: int, seed: int, whole: Village) -> None:
    """Print, for each kind of world, how often the planted theme is what explains the change."""
    _LARGE["whole"] = Large(whole)
    _often(_LARGE["whole"])
    print(
        f"{worlds} worlds of each kind, drawn from {len(whole.lives)} customers, {customers} each"
    )
    with ProcessPoolExecutor(processes) as pool:
        for kind in KINDS:
            tell = partial(_found, kind=kind, customers=customers, seed=seed)
            for line in _lines(kind, list(pool.map(tell, range(worlds)))):
                print(line, flush=True)


def _rate(name: str, hits: Sequence[bool]) -> str:
    low, high = proportion_confint(sum(hits), len(hits), method="wilson")
    return f"  {name:64}{np.mean(hits):.3f} [{low:.3f} {high:.3f}] of {len(hits)}"


def _lines(kind: str, every: Sequence[Found]) -> Iterator[str]:
    people = np.median([each.people for each in every])
    moved = ", ".join(f"{v:.1f}" for v in np.quantile([e.moved for e in every], (0.25, 0.5, 0.75)))
    yield f"{kind}: median {people:.0f} who wrote and scored; quartiles of their change {moved}"
    others = [bool(each.parts.keys() - set(each.themes)) for each in every]
    yield _rate("some other theme has a part beyond chance", others)
    if kind == "nothing":
        return
    yield _rate("a planted theme has a part beyond chance", [bool(e.parts.keys() & set(e.themes))
                                                             for e in every])  # fmt: skip
    shares = [each.share for each in every if each.share is not None]
    if shares:
        enough = [share >= MOSTLY for share in shares]
        yield _rate(f"where something is explained, theirs is {MOSTLY:.0%} or more", enough)
    if kind == "one theme":
        for theme, n in sorted(Counter(each.themes[0] for each in every).items()):
            own = [each for each in every if each.themes == (theme,)]
            seen = [each.parts[theme][0] for each in own if theme in each.parts]
            most = sum((each.share or 0) >= MOSTLY for each in own)
            size = f"median part {np.median(seen):.1f}" if seen else "never seen"
            yield f"    {theme:24}{n:4} worlds, seen in {len(seen)}, mostly in {most}; {size}"
