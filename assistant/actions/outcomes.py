"""What was measured here, and what it says of the share of a cause that an intervention removes.

Both are taken for normal distributions, and their mean counts each by its precision (one over its
variance). What was measured has its 95 % interval; the library's prior is a judgement, so its
interval is taken for one standard deviation on either side. What was measured exactly therefore
takes the prior's place, and what was measured loosely hardly moves it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, Literal

from assistant.actions.library import intervention
from assistant.actions.life import Life
from assistant.actions.types import Intervention
from corpus.metrics.statistics import Z

Verdict = Literal["worked", "failed", "unclear"]

LEAST_SPREAD = 0.01
"""The standard error of what is taken for exact."""


@dataclass(frozen=True, slots=True)
class Learned:
    """The share of a cause that an intervention may remove, and how it came out here."""

    low: float
    high: float
    verdict: Verdict

    @property
    def middle(self) -> float:
        """The middle of the interval."""
        return (self.low + self.high) / 2


def learned(lives: Collection[Life]) -> dict[str, Learned]:
    """What was learnt of each intervention that was measured here, by its id.

    Of one measured for several causes all counts; it worked if it did for one, and failed if it
    did for all.
    """
    found: dict[str, list[Mapping[str, Any]]] = {}
    for life in lives:
        if life.status == "measured" and life.outcome.get("share"):
            found.setdefault(life.intervention, []).append(life.outcome)
    return {
        name: _combined(each, outcomes)
        for name, outcomes in found.items()
        if (each := intervention(name))
    }


def _combined(each: Intervention, outcomes: list[Mapping[str, Any]]) -> Learned:
    spread = (each.prior.high - each.prior.low) / 2
    estimates = [(each.prior.low + spread, spread)]
    for outcome in outcomes:
        low, high = outcome["share"]["low"], outcome["share"]["high"]
        estimates.append(((low + high) / 2, max((high - low) / 2 / Z, LEAST_SPREAD)))
    mean, error = pooled(estimates)
    # The interval is told as the prior's is: one standard deviation on either side.
    low, high = (min(1.0, max(0.0, end)) for end in (mean - error, mean + error))
    verdicts = {outcome["verdict"] for outcome in outcomes}
    verdict: Verdict = "unclear"
    if "worked" in verdicts:
        verdict = "worked"
    elif verdicts == {"failed"}:
        verdict = "failed"
    return Learned(low, high, verdict)


def pooled(estimates: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The mean of estimates, each with its standard error, by precision, and its own error."""
    weights = [1 / error**2 for _, error in estimates]
    mean = sum(w * value for w, (value, _) in zip(weights, estimates, strict=True)) / sum(weights)
    return mean, 1 / sqrt(sum(weights))
