"""An intervention of the library, as its YAML files hold it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict

Text = Mapping[Literal["fr", "en"], str]
"""The same in both languages of the answers."""

Owner = Literal[
    "product", "payments", "logistics", "service", "marketing", "data", "stores", "legal"
]
Effort = Literal["S", "M", "L"]
Horizon = Literal["quick-win", "project", "innovation"]
Hand = Literal["automate", "person", "both"]
Design = Literal["a-b", "before-after"]
Setting = Literal["goods", "contract", "claims", "shop", "points", "card", "bot", "papers"]
"""What there must be for an intervention to make sense: goods that are sent, a contract that runs,
claims under it, a place that people come to, points that are collected, cards that are paid with, a
machine that answers, papers that are asked for."""

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Publication:
    """A real publication, told so that a reader can find it."""

    __pydantic_config__ = _STRICT

    authors: str
    year: int
    title: str
    where: str


@dataclass(frozen=True, slots=True)
class Mechanism:
    """Why it should work: what its sources show, and what they do not."""

    __pydantic_config__ = _STRICT

    name: Text
    shows: Text
    not_shown: Text
    sources: tuple[Publication, ...]


@dataclass(frozen=True, slots=True)
class Prior:
    """The share of the contrast seen between those touched and the others that may be causal.

    A judgement, not a measure: ``why`` says what it rests on; people change it.
    """

    __pydantic_config__ = _STRICT

    low: float
    high: float
    why: Text


@dataclass(frozen=True, slots=True)
class Trial:
    """How one finds out whether it worked."""

    __pydantic_config__ = _STRICT

    design: Design
    how: Text
    guardrails: Text


@dataclass(frozen=True, slots=True)
class Intervention:
    """Something that can be done.

    ``causes`` are themes of the starting codebook, the one that it answers best first, ``stages``
    where it acts; ``supposes`` is the setting without which it is beside the point. ``behaviour``
    is the attachment behaviour that it builds and ``builds`` how. ``need`` is what may lie beneath
    what customers ask for: an interpretation, and said to be one. ``kpi`` is what it moves,
    ``not_when`` when to leave it.
    """

    __pydantic_config__ = _STRICT

    id: str
    title: Text
    does: Text
    causes: tuple[str, ...]
    stages: tuple[str, ...]
    behaviour: str
    builds: Text
    need: Text
    mechanism: Mechanism
    prior: Prior
    owner: Owner
    effort: Effort
    horizon: Horizon
    hand: Hand
    prerequisites: Text
    risks: Text
    not_when: Text
    kpi: Text
    trial: Trial
    supposes: Setting | None = None
