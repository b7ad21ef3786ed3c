"""How actions are printed for a person."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from assistant.cli.output import plain
from assistant.types import SHARE_POINTS

Json = Mapping[str, Any]

_WEAK = {
    "controlled": "Its change less that of the others, which serve as the control.",
    "before-after": "With no control this is the change of the whole: whatever else changed then "
    "is in it, and where only a part was touched (`--part K=V`) it is thinned by the rest.",
}
"""What a measure is of, by its design."""


def show_actions(found: Json) -> None:
    """One line an action."""
    if not found["actions"]:
        print("The evidence calls for nothing, or nothing is coded yet.")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("id", "status", "place", "effort", "concerns", "owner"):
        table.add_column(name, overflow="fold")
    for each in found["actions"]:
        place = each["horizon"] or ""
        place += f" ({each['not_now']})" if each["not_now"] else ""
        table.add_row(
            plain(each["id"]),
            each["status"],
            place,
            each["effort"] or "",
            _concerns(each["impact"]),
            plain(each["owner"] or ""),
        )
    # In a pipe a table is as wide as its values; cut ids could not be used.
    width = None if sys.stdout.isatty() else 1_000
    Console(highlight=False, markup=False, width=width).print(table)
    print("`ancrage actions show ID` gives the evidence, the mechanism and the trial.")


def show_action(found: Json) -> None:
    """One action, part by part."""
    for each in found["actions"]:
        print(plain("\n".join(_lines(each, found))))


def _lines(each: Json, found: Json) -> Iterator[str]:
    behaviours = found["framework"]["behaviours"]
    facts = {fact["id"]: fact for fact in found["facts"]}
    yield f"{each['title']}  [{each['id']}]"
    yield f"{each['status']} · {each['horizon']} · {each['effort']} · {each['owner']}"
    if each["reason"]:
        yield f"Reason: {each['reason']}"
    if each["note"]:
        yield f"Note: {each['note']}"
    yield from (f"{name}: {day}" for name, day in each["dates"].items() if day)
    yield f"\n{each['does']}"
    yield f"Builds: {behaviours.get(each['behaviour'], each['behaviour'])}. {each['builds']}"
    for citation in found["citations"]:
        if citation["id"] in each["citations"]:
            asked = "Asked for" if citation["id"] == each["request"] else "Said"
            yield f"{asked}: “{citation['quote']}” ({citation['source']}, {citation['passage_id']})"
    yield f"Beneath it, as an interpretation: {each['need']}"
    yield f"Concerns: {_concerns(each['impact'])}"
    for name in each["facts"]:
        yield f"  {_fact(facts[name])}"
    if each["causal"]:
        low, high = (f"{100 * each['causal'][end]:.0f}" for end in ("low", "high"))
        yield f"Share that may be causal: {low} to {high}% ({each['causal']['from']})"
    mechanism = each["mechanism"]
    yield f"\n{mechanism['name']}: {mechanism['shows']}"
    yield f"What that does not show: {mechanism['not_shown']}"
    yield from (f"  {source}" for source in mechanism["sources"])
    test = each["test"]
    yield f"\nTrial ({test['design']}): {test['how']}"
    if "weeks" in test:
        yield (
            f"  {test['per_arm']:,} in each group, {test['weeks']:,} weeks at the present traffic, "
            f"to see {100 * test['detect']:+.1f} points on {100 * test['baseline']:.1f}%"
        )
    yield f"  Guardrails: {test['guardrails']}"
    yield f"Measure: {each['kpi']}"
    for name in ("prerequisites", "risks", "not_when"):
        yield f"{name.replace('_', ' ').capitalize()}: {each[name]}"
    if each["outcome"]:
        yield from _outcome(each["outcome"])


def _outcome(outcome: Json) -> Iterator[str]:
    before, after = (" to ".join(outcome[side]) for side in ("before", "after"))
    yield f"\nMeasured: {outcome['verdict']} ({outcome['design']}; {after}, before {before})"
    yield f"  {_WEAK[outcome['design']]}"
    for fact in outcome["facts"]:
        yield f"  {'→' if fact['id'] == outcome['measure'] else ' '} {_fact(fact)}"
    beside = outcome["beside"]
    for each in beside["actions"]:
        yield f"  Also begun: {each['id']} on {each['started']}"
    for each in beside["breaks"]:
        yield f"  Also broke: {', '.join(each['about'].values())}"


def _fact(fact: Json) -> str:
    share = fact["unit"] in ("share", SHARE_POINTS)

    # A share that changed by something has no parts to be counted.
    points = share and fact["denominator"] is None

    def said(value: float) -> str:
        if points:
            return f"{100 * value:+.1f} points"
        return f"{100 * value:.1f}%" if share else f"{value:,.2f}"

    interval = ""
    if fact["low"] is not None:
        interval = f" ({said(fact['low'])} to {said(fact['high'])})"
    return f"{fact['label']}: {said(fact['value'])}{interval}"


def _concerns(impact: Json | None) -> str:
    if impact is None:
        return "cause no longer found"
    low, high = (f"{impact[end]:,.0f}" for end in ("low", "high"))
    return f"{low} to {high} {impact['of']}"
