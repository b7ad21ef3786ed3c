"""What is planted in the world of the demo company: the strengths of ``planted.yaml``."""

import copy
from collections.abc import Collection
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from corpus.errors import InputError

Plan = dict[str, Any]
"""``causes`` maps each cause's name to its strengths, plain values; the rest is as in the file."""


@cache
def _file() -> Plan:
    content: Plan = yaml.safe_load(files(__package__).joinpath("planted.yaml").read_text("utf-8"))
    return content


def causes() -> tuple[str, ...]:
    """The names of what is planted, each of which a world can do without."""
    return tuple(_file()["causes"])


def described() -> dict[str, Any]:
    """The causes as the file tells them, for the truth table."""
    return copy.deepcopy(_file()["causes"])


def plan(without: Collection[str] = ()) -> Plan:
    """The strengths to draw a world with, those named in ``without`` put out of action.

    Raises InputError for a name that is not a cause.
    """
    unknown = sorted(set(without) - set(causes()))
    if unknown:
        raise InputError(f"nothing called {unknown[0]!r} is planted; there are {listed()}.")
    drawn = copy.deepcopy(_file())
    for name, cause in drawn["causes"].items():
        way = "without" if name in without else "planted"
        drawn["causes"][name] = {
            key: value[way] if isinstance(value, dict) else value for key, value in cause.items()
        }
    return drawn


def listed() -> str:
    """The causes' names, as a sentence takes them."""
    return ", ".join(causes())


def period() -> tuple[date, date]:
    """The first and the last day of the world."""
    return _file()["period"]["first"], _file()["period"]["last"]


def quarter(day: date) -> str:
    """The calendar quarter of a day, such as ``2026-Q3``."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def months() -> list[tuple[date, date]]:
    """First and last day of each month of the world."""
    first, last = period()
    found = []
    while first <= last:
        after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
        found.append((first, min(after - timedelta(days=1), last)))
        first = after
    return found
