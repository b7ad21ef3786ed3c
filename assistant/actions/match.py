"""Which interventions the evidence calls for, and what they may bring.

A cause that the analyses found calls for the interventions that name its theme. What one may bring
is what the cause was seen to cost, times the share of it that may be causal: what somebody set it
to, else what was measured here, else a stated prior of the library's; never a promise. No cause, no
action.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, sqrt
from typing import Any, Literal

from statsmodels.stats.power import normal_sample_size_one_tail
from statsmodels.stats.proportion import proportion_effectsize

from assistant.actions.fitting import Situation, best
from assistant.actions.life import Life, Place, identity
from assistant.actions.outcomes import Learned, learned
from assistant.actions.types import Intervention
from assistant.answers.parts import Cause
from corpus.metrics.types import FEWEST_IN_CELL, Base, Figure

Basis = Literal["library", "measured", "yours"]
"""Where the share that may be causal comes from."""

NotNow = Literal["friend", "failed", "no-gap", "small"]
"""Why an action is deliberately not for now: see ``place_of``."""


@dataclass(frozen=True, slots=True)
class Causal:
    """The share of the gap that may be causal, and where it comes from."""

    low: float
    high: float
    basis: Basis

    @property
    def middle(self) -> float:
        """The middle of the interval."""
        return (self.low + self.high) / 2

    def said(self) -> str:
        """In percent, as a label has it."""
        return f"{100 * self.low:.0f}–{100 * self.high:.0f}"


@dataclass(frozen=True, slots=True)
class Impact:
    """How many sales, or people who complain, an action may concern in a period like this one."""

    value: float
    low: float
    high: float
    of: Literal["sales", "customers", "records"]


@dataclass(frozen=True, slots=True)
class Decided:
    """What people decided so far, and what was measured, which proposals must respect."""

    lives: Mapping[str, Life] = field(default_factory=dict)
    learned: Mapping[str, Learned] = field(default_factory=dict)

    @staticmethod
    def of(lives: Mapping[str, Life]) -> "Decided":
        """With what is learnt from what was measured."""
        return Decided(lives, learned(list(lives.values())))

    def dismissed(self, cause: str) -> set[str]:
        """The interventions that were dismissed for a cause."""
        return {
            life.intervention
            for life in self.lives.values()
            if life.status == "dismissed" and life.cause == cause
        }


@dataclass(frozen=True, slots=True)
class Proposal:
    """An intervention for a cause; ``expected`` is what it may bring, None where nothing tells.

    ``life`` is what people decided of it, None where nothing.
    """

    intervention: Intervention
    cause: Cause
    causal: Causal
    expected: Figure | None
    life: Life | None = None

    @property
    def id(self) -> str:
        """The same whenever the cause is found again."""
        return identity(self.intervention.id, self.cause.theme)


def propose(cause: Cause, situation: Situation, decided: Decided) -> list[Proposal]:
    """The best interventions for a cause, the best first; not those that were dismissed."""
    found = best(situation, decided.learned, decided.dismissed(cause.theme))
    return [proposal(each, cause, decided) for each in found]


def proposal(each: Intervention, cause: Cause, decided: Decided) -> Proposal:
    """One intervention for a cause."""
    life = decided.lives.get(identity(each.id, cause.theme))
    causal = causal_of(each, life, decided.learned)
    return Proposal(each, cause, causal, expected(each, cause, causal), life)


def causal_of(each: Intervention, life: Life | None, known: Mapping[str, Learned]) -> Causal:
    """The share that may be causal: somebody's own, else as measured here, else the library's."""
    if life and life.causal_low is not None and life.causal_high is not None:
        return Causal(life.causal_low, life.causal_high, "yours")
    if outcome := known.get(each.id):
        return Causal(outcome.low, outcome.high, "measured")
    return Causal(each.prior.low, each.prior.high, "library")


def chosen(found: Sequence[Sequence[Proposal]], most: int) -> list[Proposal]:
    """One proposal for each cause in turn, then another for the heaviest, up to ``most``."""
    kept: list[Proposal] = []
    taken: set[str] = set()
    for _ in range(most):
        for each in found:
            fresh = [p for p in each if p.intervention.id not in taken]
            if fresh and len(kept) < most:
                taken.add(fresh[0].intervention.id)
                kept.append(fresh[0])
    return kept


# What it may bring ---------------------------------------------------------------------------


def expected(intervention: Intervention, cause: Cause, causal: Causal) -> Figure | None:
    """What the intervention may bring: the cause's cost times the causal share, as an interval.

    The cost is what sessions were lost beyond the others' (``funnel.excess``); else the share
    that complains times how much lower they score. The value is at the middle. Its query gives it
    again, unless that of the cost gives counts alone.
    """
    middle = causal.middle
    if cause.cost is not None and cause.cost.value is not None:
        cost = cause.cost
        low, high = max(0.0, cost.low or 0.0), max(0.0, cost.high or 0.0)
        name = "actions.sales"
        query = f"SELECT value * {middle} AS value FROM ({cost.query})"
    elif cause.contrast is not None and cause.contrast.value is not None:
        cost = cause.contrast
        share = cause.said.value or 0.0
        query = (
            f"SELECT greatest(0, -(SELECT value FROM ({cost.query}))) * "
            f"(SELECT value FROM ({cause.said.query})) * {middle} AS value"
        )
        # Lower scores of some, spread over everybody who wrote.
        low, high = (share * max(0.0, -(bound or 0.0)) for bound in (cost.high, cost.low))
        cost = replace(cost, value=share * max(0.0, -(cost.value or 0.0)))
        name = "actions.score"
    else:
        return None
    return replace(
        cost,
        name=name,
        about={**cost.about, "action": intervention.id, "causal": causal.said()},
        value=(cost.value or 0.0) * middle,
        low=low * causal.low,
        high=high * causal.high,
        numerator=None,
        denominator=None,
        p=None,
        method=f"cost of the cause times the share that may be causal, {causal.low:g} to "
        f"{causal.high:g}",
        query=query if cost.replayed == "value" else cost.query,
        replayed=cost.replayed,
    )


def impact(each: Proposal) -> Impact:
    """How many it may concern: sales where those were lost, else those who complain."""
    found, causal = each.expected, each.causal
    if each.cause.cost is not None and found is not None and found.value is not None:
        return Impact(found.value, found.low or 0.0, found.high or 0.0, "sales")
    said = each.cause.said
    n = said.denominator or said.n
    low, high = (n * (bound or 0.0) for bound in (said.low, said.high))
    return Impact(
        n * (said.value or 0.0) * causal.middle,
        low * causal.low,
        high * causal.high,
        _counted(said.base),
    )


def _counted(base: Base) -> Literal["customers", "records"]:
    return "customers" if base == "customers" else "records"


def place_of(each: Proposal, *, friend: bool = False) -> tuple[Place, NotNow | None]:
    """Where an action stands between impact and effort, and why it is not for now.

    Somebody's own place stands. Not for now is what answers a theme whose complainers leave less
    than others (a false friend), what was measured here and did not work, what answers complaints
    that go with neither a lower score nor a loss, and what is no quick win and concerns fewer than
    ten.
    """
    if each.life and each.life.horizon:
        return each.life.horizon, None
    reason: NotNow | None = None
    if friend:
        reason = "friend"
    elif each.life and each.life.outcome.get("verdict") == "failed":
        reason = "failed"
    elif each.expected is None and each.cause.loss is None:
        reason = "no-gap"
    elif effort_of(each) != "S" and impact(each).high < FEWEST_IN_CELL:
        reason = "small"
    if reason:
        return "not-now", reason
    if each.intervention.horizon == "innovation":
        return "innovation", None
    return ("quick-win" if effort_of(each) == "S" else "project"), None


def effort_of(each: Proposal) -> str:
    """Somebody's own effort, else the library's."""
    return (each.life and each.life.effort) or each.intervention.effort


# How to find out -----------------------------------------------------------------------------


def trial_size(each: Proposal, weeks: float) -> dict[str, Any]:
    """What a trial of it needs at the present traffic: two arms, 5 % error, 80 % power.

    ``baseline`` is the share today (of the part's sessions that go through, else of those who
    write that complain), ``detect`` the change of it that the middle of the causal share would
    make, ``per_arm`` how many each arm needs (two proportions, Cohen's h), ``weeks`` until there
    are, with ``traffic`` of them a week.
    """
    cause, middle = each.cause, each.causal.middle
    if cause.cost is not None and cause.part is not None and cause.part.value is not None:
        baseline, traffic = cause.part.value, cause.part.n
        change = middle * (cause.cost.value or 0.0) / traffic
    else:
        baseline, traffic = cause.said.value or 0.0, cause.said.n
        change = -middle * baseline
    effect = proportion_effectsize(baseline + change, baseline)
    if not effect or weeks <= 0:
        return {}
    # The other tail adds nothing at this power; two arms, so twice the variance.
    needed = ceil(normal_sample_size_one_tail(abs(effect), 0.8, 0.05 / 2, std_null=sqrt(2)))
    return {
        "baseline": baseline,
        "detect": change,
        "per_arm": needed,
        "traffic": traffic / weeks,
        "weeks": ceil(2 * needed * weeks / traffic),
    }
