"""What measuring an action finds, over worlds where something was mended and where nothing was.

In dealt worlds nothing changes at any date, neither the carrier, nor the bank, nor who is asked;
and days are dealt anew, among all sessions and among all answers: words are bound to dates in the
texts themselves, and customers that join in time stop more often at the checkout.
An action begins there on a day drawn at random: whatever is found of it is false. In the world as
it is planted, the carrier's change of July 2026 took this much off its late parcels, and the
returns portal of November 2025 nothing off the slow refunds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from assistant.actions.life import Life
from assistant.actions.measuring import compared
from corpus.codebook import starting_codebook
from corpus.demo.generate import Village, villages
from corpus.demo.planted import period, plan
from corpus.errors import InputError
from corpus.metrics.statistics import Z
from evals.coverage.frames import joined
from evals.worlds import store_of

QUIET = ("delivery-partner", "authentication", "survey-mix")
"""What changes at a date, which the dealt worlds are without."""

FIRST, DAYS = Date(2025, 8, 1), 365
"""Where the beginnings lie that are drawn."""

_PLANTED = plan()["causes"]["delivery-partner"]
CARRIER, PORTAL = _PLANTED["since"], plan()["causes"]["returns-portal"]["since"]
MENDED = _PLANTED["after"] - _PLANTED["before"]
"""What the carrier's change does to its late parcels."""
CARRIED = _PLANTED["share"]
"""The share of all parcels that it carries; the other carrier's stay as they were."""

GROUP = "transporteur=Vélocis"


@dataclass(frozen=True, slots=True)
class Case:
    """A measure: which worlds it is made in, of which cause, in which group, and what is true."""

    name: str
    worlds: str
    cause: str
    part: str | None = None
    start: Date | None = None
    truth: float = 0.0


CASES = (
    Case("late parcels", "dealt", "delivery-delay"),
    Case("late parcels, against the other carrier", "dealt", "delivery-delay", GROUP),
    Case("slow refunds", "dealt", "refund-delay"),
    Case("unfinished checkouts", "dealt", "checkout-fees"),
    Case("complaints of staff", "dealt", "staff-attitude"),
    Case("complaints of price", "dealt", "price"),
    Case("the carrier, against the other one", "planted", "delivery-delay", GROUP, CARRIER, MENDED),
    Case("all parcels, before and after", "planted", "delivery-delay", None, CARRIER,
         CARRIED * MENDED),
    Case("the returns portal", "planted", "refund-delay", None, PORTAL),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """One measure of a case: its value and interval, None where there was too little.

    ``measure`` is the name of the figure: where one is too little known, the next is measured.
    """

    case: str
    measure: str = ""
    value: float | None = None
    low: float = 0.0
    high: float = 0.0


KINDS = ("dealt", "planted")


def world(number: int, customers: int, seed: int, kinds: Sequence[str] = KINDS) -> list[Found]:
    """What is found in the worlds of a number."""
    random = Random(f"{seed}/{number}")  # noqa: S311
    drawn = random.randrange(2**31)
    start = FIRST + timedelta(random.randrange(DAYS))
    found: list[Found] = []
    if "planted" in kinds:
        found += _measured("planted", joined(list(villages(customers, drawn))), start)
    if "dealt" in kinds:
        quiet = joined(list(villages(customers, drawn, QUIET)))
        found += _measured("dealt", _dealt_anew(quiet, random), start)
    return found


def _dealt_anew(village: Village, random: Random) -> Village:
    """The same with the days on which sessions begin dealt among them, and those of answers too."""
    begun: dict[str, Date] = {}
    for life in village.lives:
        for event in life.events:
            begun[event.session] = min(event.day, begun.get(event.session, event.day))
    days = list(begun.values())
    random.shuffle(days)
    later = {session: day - begun[session] for session, day in zip(begun, days, strict=True)}
    last = period()[1]
    lives = [
        replace(
            life,
            events=[
                replace(event, day=event.day + later[event.session])
                for event in life.events
                if event.day + later[event.session] <= last
            ],
        )
        for life in village.lives
    ]
    # Kinds of answers come in waves and complain of different things: their mix would be a change.
    days = [answer.day for answer in village.answers]
    random.shuffle(days)
    answers = [replace(each, day=day) for each, day in zip(village.answers, days, strict=True)]
    return Village(lives, village.strangers, answers, [])


def _measured(name: str, village: Village, start: Date) -> Iterator[Found]:
    with TemporaryDirectory() as directory:
        store = store_of(Path(directory), [village])
        for case in CASES:
            if case.worlds != name:
                continue
            life = Life("", "", case.cause, "running", part=case.part, started=case.start or start)
            try:
                found = compared(store, starting_codebook(), life).measure
            except InputError:
                yield Found(case.name)
            else:
                low, high = found.low or 0.0, found.high or 0.0
                yield Found(case.name, found.name, found.value, low, high)
        store.close()


def told(found: list[Found]) -> Iterator[dict[str, Any]]:
    """Of each case: how often its interval leaves the truth out, and how often it leaves zero."""
    for case in CASES:
        own = [each for each in found if each.case == case.name]
        known = [each for each in own if each.value is not None]
        if not known:
            continue
        missed = sum(not each.low <= case.truth <= each.high for each in known)
        away = sum(each.low > 0 or each.high < 0 for each in known)
        low, high = proportion_confint(missed, len(known), method="wilson")
        yield {
            "case": case.name,
            "worlds": case.worlds,
            "truth": case.truth,
            "n": len(known),
            "too_few": len(own) - len(known),
            "missed": missed / len(known),
            "missed_low": low,
            "missed_high": high,
            "away_from_zero": away / len(known),
            "mean": sum(each.value or 0.0 for each in known) / len(known),
            "half_width": sum(each.high - each.low for each in known) / len(known) / 2,
            "spread": _spread([each.value or 0.0 for each in known]) * Z,
        }


def _spread(values: list[float]) -> float:
    """The standard deviation; 0 of a single value."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
