"""What is found where there is nothing to find, beside what is found where it was planted.

Worlds without a cause tell how often the figure that names it is given beyond chance all the same.
Words that tell of a cause are bound to its dates in the texts themselves, so for what is found over
time, and between countries and teams, days and teams are dealt anew among the answers of a kind,
and countries among customers: nothing then goes with any of them. "Beyond chance" is what the
answers take for it: a corrected p below 0.05, or an interval without 0.

That the silent leave more often is found without any reason as well, always: who leaves early has
had less time to answer, see ``corpus.metrics.silent``. It is no false alarm of the interval.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from corpus.codebook import starting_codebook
from corpus.demo.feedback import Answer
from corpus.demo.generate import Village, villages
from corpus.metrics import compute
from corpus.metrics.types import Ask, Figure
from evals.coverage.frames import joined
from evals.worlds import store_of

CHANCE = 0.05
DELIVERY = ("delivery-delay", "delivery-carrier")
"""The themes that tell of the change of carrier, which moved the score."""
MOSTLY = 0.8

SETS: Mapping[str, tuple[str, ...]] = {
    "planted": (),
    "dealt": (),
    "no fees": ("checkout-fees",),
    "no refusals": ("authentication",),
    "no reasons": ("incidents", "false-friend", "silent-leavers", "fading"),
}
"""Worlds, and what they are without. Who fades never leaves and meets less, so it is a reason."""


@dataclass(frozen=True, slots=True)
class Null:
    """A finding, in which worlds it would be false, and how it is looked for."""

    name: str
    worlds: str
    analysis: str
    ask: Ask
    found: Callable[[Sequence[Figure]], bool]


def _any(name: str, **about: str) -> Callable[[Sequence[Figure]], bool]:
    """Whether a figure of the name, of these things, is beyond chance by its p-value."""

    def found(figures: Sequence[Figure]) -> bool:
        return any(
            figure.name == name
            and figure.p is not None
            and figure.p < CHANCE
            and about.items() <= dict(figure.about).items()
            for figure in figures
        )

    return found


def _theme(name: str) -> Callable[[Sequence[Figure]], bool]:
    return lambda figures: _any(name)([f for f in figures if "theme" in f.about])


def _scale(name: str) -> Callable[[Sequence[Figure]], bool]:
    return lambda figures: _any(name)([f for f in figures if "scale" in f.about])


def _away(name: str) -> Callable[[Sequence[Figure]], bool]:
    """Whether an interval of the name leaves 0 out."""
    return lambda figures: any(
        f.name == name and f.low is not None and f.high is not None and (f.low > 0 or f.high < 0)
        for f in figures
    )


_EFFORT = Ask(by="segment:equipe", score="ces_2")
_MOVE, _COUNTRY = Ask(by="segment:segment"), Ask(by="segment:pays")

NULLS = (
    Null("trend.break of a theme", "dealt", "trend", Ask(), _theme("trend.break")),
    Null("trend.anomaly of a theme", "dealt", "trend", Ask(), _theme("trend.anomaly")),
    Null("trend.break of the score", "dealt", "trend", Ask(), _scale("trend.break")),
    Null("change.difference", "dealt", "change", _MOVE, _any("change.difference")),
    Null("change.mix", "dealt", "change", _MOVE, _away("change.mix")),
    Null("change.rate", "dealt", "change", _MOVE, _away("change.rate")),
    Null("change.theme, any", "dealt", "change", _MOVE, _any("change.theme")),
    Null("compare.score by country", "dealt", "compare", _COUNTRY, _any("compare.score")),
    Null("compare.share by country, any", "dealt", "compare", _COUNTRY, _any("compare.share")),
    Null("compare.score by team", "dealt", "compare", _EFFORT, _any("compare.score")),
    Null("funnel.excess of fees", "no fees", "funnel", Ask(),
         _any("funnel.excess", **{"step": "checkout", "segment:frais": "payants"})),
    Null("funnel.excess of the bank", "no refusals", "funnel", Ask(),
         _any("funnel.excess", **{"segment:banque": "Banque Ondine"})),
    Null("funnel.change of the bank", "no refusals", "funnel", Ask(),
         _any("funnel.change", **{"segment:banque": "Banque Ondine"})),
    Null("loss.risk-ratio, any theme", "no reasons", "loss", Ask(), _any("loss.risk-ratio")),
    Null("loss.incident, any", "no reasons", "loss", Ask(), _any("loss.incident")),
    Null("silent.difference", "no reasons", "silent", Ask(), _any("silent.difference")),
)  # fmt: skip


def dealt(village: Village, random: Random) -> Village:
    """The same answers with days and teams dealt anew within each kind, countries among customers.

    What was done is left out: nothing that is asked of these worlds needs it.
    """
    kinds: dict[str, list[Answer]] = {}
    for answer in village.answers:
        kinds.setdefault(answer.kind, []).append(answer)
    names = [life.id for life in village.lives]
    countries = [life.country for life in village.lives]
    random.shuffle(countries)
    home = dict(zip(names, countries, strict=True))
    answers = []
    for given in kinds.values():
        days = [answer.day for answer in given]
        random.shuffle(days)
        teams = [answer.team for answer in given if answer.team]
        random.shuffle(teams)
        dealing = iter(teams)
        answers += [
            replace(
                answer,
                day=day,
                country=home.get(answer.customer, answer.country),
                team=next(dealing) if answer.team else "",
            )
            for answer, day in zip(given, days, strict=True)
        ]
    return Village([], [], answers, [])


def _world(number: int, customers: int, seed: int) -> dict[tuple[str, str], bool]:
    """What is found in each of the worlds of a number."""
    found: dict[tuple[str, str], bool] = {}
    for name, without in SETS.items():
        village = joined(list(villages(customers, 1_000_000 * (seed + 1) + number, without)))
        if name == "dealt":
            village = dealt(village, Random(f"{seed}/{number}"))  # noqa: S311
        looked = [null for null in NULLS if name in (null.worlds, "planted")]
        with TemporaryDirectory() as directory:
            store = store_of(Path(directory), [village])
            for (analysis, _), nulls in _by_ask(looked):
                figures = compute(analysis, store, starting_codebook(), nulls[0].ask)
                found |= {(name, null.name): null.found(figures) for null in nulls}
            store.close()
    return found


def _by_ask(nulls: Sequence[Null]) -> Iterator[tuple[tuple[str, Ask], list[Null]]]:
    """Findings that one run of an analysis tells."""
    asked: list[tuple[str, Ask]] = []
    for null in nulls:
        if (null.analysis, null.ask) not in asked:
            asked.append((null.analysis, null.ask))
    for analysis, ask in asked:
        yield (analysis, ask), [n for n in nulls if (n.analysis, n.ask) == (analysis, ask)]


def print_nulls(pool: ProcessPoolExecutor, worlds: int, customers: int, seed: int) -> None:
    """Print how often each finding is made without its cause, and with it."""
    every = list(pool.map(partial(_world, customers=customers, seed=seed), range(worlds)))
    print(f"{worlds} worlds of each kind; found beyond chance (5 % expected without)")
    for null in NULLS:
        false, planted = (
            [found[name, null.name] for found in every] for name in (null.worlds, "planted")
        )
        low, high = proportion_confint(sum(false), worlds, method="wilson")
        print(
            f"{null.name:32}{null.worlds:14}{np.mean(false):.3f} [{low:.3f} {high:.3f}]"
            f"   planted {np.mean(planted):.3f}"
        )
