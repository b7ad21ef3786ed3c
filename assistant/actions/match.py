"""Which interventions the evidence calls for, and what they may bring.

A cause that the analyses found calls for the interventions that name its theme. What one may bring
is what the cause was seen to cost, times the share of it that may be causal: a stated prior of the
library's, and never a promise. No cause, no action; of a theme whose complainers leave less than
others none is proposed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

from assistant.actions.library import interventions
from assistant.actions.types import Intervention
from assistant.answers.book import FactBook
from assistant.answers.parts import Cause
from corpus.codebook import Language
from corpus.metrics.types import Figure

MOST = 4
"""Actions of one answer."""

_EFFORT = {"S": 0, "M": 1, "L": 2}


@dataclass(frozen=True, slots=True)
class Proposal:
    """An intervention for a cause; ``expected`` is what it may bring, None where nothing tells."""

    intervention: Intervention
    cause: Cause
    expected: Figure | None


def proposals(causes: Sequence[Cause]) -> list[Proposal]:
    """One intervention for each cause in turn, then a second for the heaviest, up to MOST."""
    chosen: list[Proposal] = []
    taken: set[str] = set()
    for _ in range(2):
        for cause in causes:
            ranked = [each for each in _ranked(cause) if each.id not in taken]
            if ranked and len(chosen) < MOST:
                taken.add(ranked[0].id)
                chosen.append(Proposal(ranked[0], cause, expected(ranked[0], cause)))
    return chosen


def _ranked(cause: Cause) -> list[Intervention]:
    """Those that answer the cause, the best first: to the point, likely to be causal, cheap."""
    found = [each for each in interventions() if cause.theme in each.causes]
    return sorted(
        found,
        key=lambda each: (
            each.causes.index(cause.theme),
            -(each.prior.low + each.prior.high),
            _EFFORT[each.effort],
            each.id,
        ),
    )


def expected(intervention: Intervention, cause: Cause) -> Figure | None:
    """What the intervention may bring: the cause's cost times the prior, as an interval.

    The cost is what sessions were lost beyond the others' (``funnel.excess``); else the share
    that complains times how much lower they score. The value is at the middle of the prior. Its
    query gives it again, unless that of the cost gives counts alone.
    """
    prior = intervention.prior
    middle = (prior.low + prior.high) / 2
    if cause.cost is not None and cause.cost.value is not None:
        cost = cause.cost
        low, high = max(0.0, cost.low or 0.0), max(0.0, cost.high or 0.0)
        name = "actions.sales"
        query = f"SELECT value * {middle} AS value FROM ({cost.query})"  # noqa: S608 - our own
    elif cause.contrast is not None and cause.contrast.value is not None:
        cost = cause.contrast
        share = cause.said.value or 0.0
        query = (
            f"SELECT greatest(0, -(SELECT value FROM ({cost.query}))) * "  # noqa: S608 - our own
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
        about={
            **cost.about,
            "action": intervention.id,
            "causal": f"{100 * prior.low:.0f}–{100 * prior.high:.0f} %",
        },
        value=(cost.value or 0.0) * middle,
        low=low * prior.low,
        high=high * prior.high,
        numerator=None,
        denominator=None,
        p=None,
        method=f"cost of the cause times the share that may be causal, {prior.low} to {prior.high}",
        query=query if cost.replayed == "value" else cost.query,
        replayed=cost.replayed,
    )


def trial_size(proposal: Proposal, weeks: float) -> dict[str, Any]:
    """What a trial of it needs at the present traffic: two arms, 5 % error, 80 % power.

    ``baseline`` is the share today (of the part's sessions that go through, else of those who
    write that complain), ``detect`` the change of it that the middle of the prior would make,
    ``per_arm`` how many each arm needs (two proportions, Cohen's h), ``weeks`` until there are.
    """
    cause, prior = proposal.cause, proposal.intervention.prior
    middle = (prior.low + prior.high) / 2
    if cause.cost is not None and cause.part is not None and cause.part.value is not None:
        baseline, traffic = cause.part.value, cause.part.n
        change = middle * (cause.cost.value or 0.0) / traffic
    else:
        baseline, traffic = cause.said.value or 0.0, cause.said.n
        change = -middle * baseline
    effect = proportion_effectsize(baseline + change, baseline)
    if not effect or weeks <= 0:
        return {}
    needed = ceil(NormalIndPower().solve_power(abs(effect), alpha=0.05, power=0.8))
    return {
        "baseline": baseline,
        "detect": change,
        "per_arm": needed,
        "weeks": ceil(2 * needed * weeks / traffic),
    }


def as_action(
    proposal: Proposal, number: int, book: FactBook, language: str, weeks: float
) -> dict[str, Any]:
    """The proposal in the layout of an answer; the evidence is of that many weeks."""
    each = proposal.intervention
    tongue: Language = "fr" if language == "fr" else "en"
    cause = proposal.cause
    source = cause.cost or cause.contrast
    expected = book.derive(proposal.expected, source) if proposal.expected and source else None
    figures = [cause.said, *([cause.cost] if cause.cost else [])]
    facts = [book.use(figure).id for figure in figures] + ([expected.id] if expected else [])
    return {
        "id": each.id,
        "number": number,
        "title": each.title[tongue],
        "does": each.does[tongue],
        "behaviour": each.behaviour,
        "builds": each.builds[tongue],
        "need": each.need[tongue],
        "stage": each.stages[0] if each.stages else None,
        "cause": cause.theme,
        "mechanism": {
            "name": each.mechanism.name[tongue],
            "shows": each.mechanism.shows[tongue],
            "not_shown": each.mechanism.not_shown[tongue],
            "sources": [
                f"{s.authors} ({s.year}), {s.title}, {s.where}" for s in each.mechanism.sources
            ],
        },
        "citations": [],
        "facts": facts,
        "effort": each.effort,
        "horizon": each.horizon,
        "expected": None
        if expected is None
        else {
            "value": expected.value,
            "low": expected.low,
            "high": expected.high,
            "unit": expected.unit,
            "basis": each.prior.why[tongue],
        },
        "owner": each.owner,
        "kpi": each.kpi[tongue],
        "test": {
            "design": each.trial.design,
            "how": each.trial.how[tongue],
            "guardrails": each.trial.guardrails[tongue],
            **trial_size(proposal, weeks),
        },
        "prerequisites": each.prerequisites[tongue],
        "risks": each.risks[tongue],
        "not_when": each.not_when[tongue],
        "hand": each.hand,
    }
