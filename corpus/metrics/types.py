"""What an analysis is asked and what it gives, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from corpus.filters import Filters

Base = Literal["customers", "records", "sessions", "events", "cells"]
Unit = Literal["count", "share", "points", "score", "ratio", "money", "days", "weight", "p-value"]
Withheld = Literal["few", "few-in-cell", "no-score", "no-events", "no-dates", "no-map", "undefined"]

FEWEST_IN_CELL = 10
"""A share that fewer than this many hold is withheld."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What an analysis is asked for.

    ``filters`` limit whose feedback is looked at; ``against`` is what it is compared with, in the
    analyses that compare (the other segment, the earlier period). ``by`` cuts it up: ``stage``,
    ``channel``, ``language``, ``source``, ``week``, ``month``, ``quarter``,
    ``year`` or ``segment:NAME``.
    ``themes`` keeps these themes alone, ``score`` the scale of that name. ``seed`` gives every
    draw again. ``assumptions`` are numbers that no data gives, by their names in the analyses that
    need them.
    """

    filters: Filters = field(default_factory=Filters)
    against: Filters | None = None
    by: str | None = None
    themes: tuple[str, ...] = ()
    score: str | None = None
    seed: int = 0
    assumptions: Mapping[str, float] = field(default_factory=dict)

    def of_customers(self) -> "Ask":
        """The same of what customers and prospects say, where no kind of evidence is asked for."""
        if self.filters.kind:
            return self
        kind = ("feedback",)
        against = replace(self.against, kind=kind) if self.against else None
        return replace(self, filters=replace(self.filters, kind=kind), against=against)


@dataclass(frozen=True, slots=True)
class Figure:
    """One computed figure.

    ``name`` is ``analysis.measure`` and ``about`` what it is of: theme, segment, stage, channel,
    period, step, behaviour, scale and so on, each a word of the store's. ``value`` is None where it
    is withheld, and then ``withheld`` says why. Shares lie between 0 and 1; ``points`` are those of
    a net score (-100 to 100) or of its scale. ``low`` and ``high`` bound the 95 % interval that
    ``method`` names. ``p`` is corrected for the comparisons made beside it.

    ``query`` is one SELECT: its first row's ``value`` is the value again or, where SQL cannot give
    that (``replayed`` is then "counts"), its columns are the counts that the value is made from.
    """

    name: str
    about: Mapping[str, str]
    value: float | None
    unit: Unit
    base: Base
    n: int
    method: str
    query: str
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    withheld: Withheld | None = None
    replayed: Literal["value", "counts"] = "value"
