"""What to do about the causes that an answer tells: its two to four best actions."""

from typing import Any

from assistant.actions.match import Proposal, as_action, proposals
from assistant.answers.parts import Desk, decimal
from assistant.words import typeset

LONGEST_TRIAL = 52
"""Weeks; nobody waits longer for a trial."""


def compose(desk: Desk) -> list[dict[str, Any]]:
    """Write the actions under the answer, each with what it may bring; gives them as data."""
    chosen = proposals(desk.causes)
    if not chosen:
        return []
    weeks = _weeks(desk)
    desk.draft.heading(desk.said.say("head_actions"))
    actions = []
    for number, proposal in enumerate(chosen, start=1):
        action = as_action(proposal, number, desk.book, desk.reading.language, weeks)
        action = _set(action, desk.said.language)
        actions.append(action)
        _action(desk, proposal, action)
    return actions


def _set(value: Any, language: str) -> Any:
    """The library's words with the spaces that their language asks for."""
    if isinstance(value, str):
        return typeset(value, language)
    if isinstance(value, dict):
        return {key: _set(each, language) for key, each in value.items()}
    return [_set(each, language) for each in value] if isinstance(value, list) else value


def given(actions: list[dict[str, Any]]) -> list[str]:
    """The library's own words, which sentences about its actions may draw on."""
    return [str(action) for action in actions]


def _weeks(desk: Desk) -> float:
    """How many weeks the evidence is of: what customers did, else what they said."""
    row = desk.store.sql(
        "SELECT date_diff('day', min(date), max(date)) / 7 AS events, "
        "(SELECT date_diff('day', min(date), max(date)) / 7 FROM records) AS records FROM events"
    )[0]
    return float(row["events"] or row["records"] or 0.0)


def _action(desk: Desk, proposal: Proposal, action: dict[str, Any]) -> None:
    """All of it where the question is what to do; else its name, its cause, what it may bring."""
    said, asked = desk.said, desk.reading.intent == "do"
    cause = desk.theme(action["cause"])
    parts = [said.say("action_short", title=action["title"], cause=cause)]
    if asked:
        behaviour = desk.word("behaviour", action["behaviour"])
        parts = [
            said.say("action", title=action["title"], does=_ended(action["does"])),
            said.say("action_why", cause=cause, behaviour=behaviour),
        ]
    weeks = action["test"].get("weeks")
    tried = weeks and weeks <= LONGEST_TRIAL
    expected = action["expected"]
    # What no trial could ever show at this traffic is not worth reading where why was asked.
    if expected and expected["high"] > 0 and (asked or tried or expected["unit"] == "count"):
        prior = proposal.intervention.prior
        low, high = (
            said.number(round(expected[end]))
            if expected["unit"] == "count"
            else decimal(said, expected[end], 2)
            for end in ("low", "high")
        )
        parts.append(
            said.say(
                f"action_{'sales' if expected['unit'] == 'count' else expected['unit']}",
                low=low,
                high=high,
                prior_low=f"{100 * prior.low:.0f}",
                prior_high=said.percent(prior.high),
            )
        )
    if tried:
        form = "action_trial" if action["test"]["design"] == "a-b" else "action_before_after"
        parts.append(said.say(form, weeks=said.number(weeks)))
    elif asked and weeks:
        parts.append(said.say("action_long", kpi=_within(_ended(action["kpi"]))))
    facts = [fact for fact in desk.book.made if fact.id in action["facts"]]
    desk.draft.claim("finding", " ".join(parts), style="bullet", facts=facts, bold=action["title"])


def _within(text: str) -> str:
    """``text`` within a sentence: without its capital, unless that is of an abbreviation."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
