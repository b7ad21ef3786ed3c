"""The cases of a suite that did worst."""

from typing import Any

Json = dict[str, Any]

WORST = 12
"""Cases of a suite that are shown."""


def worst(suite: Json) -> list[Json]:
    """The cases that failed or lost something, the worst first."""
    better = {metric["name"]: metric["better"] for metric in suite["metrics"]}

    def loss(case: Json) -> float:
        told = {name: value for name, value in case["values"].items() if name in better}
        if case["failed"] is not None:
            return 2.0
        bounded = [1 - v if better[n] == "higher" else v for n, v in told.items() if 0 <= v <= 1]
        return max(bounded, default=0.0)

    found = sorted(suite["cases"], key=loss, reverse=True)
    return [case for case in found if loss(case) > 0][:WORST]


def told(shown: Json) -> str:
    """What an evaluator shows of a case, as one line."""
    return "; ".join(
        f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in shown.items()
        if value and name != "text"
    )
