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
    said = desk.said
    parts = [
        said.say("action", title=action["title"], does=_ended(action["does"])),
        said.say(
            "action_why",
            cause=desk.theme(action["cause"]),
            behaviour=desk.word("behaviour", action["behaviour"]),
        ),
    ]
    expected = action["expected"]
    if expected and expected["high"] > 0:
        prior = proposal.intervention.prior
        sales = expected["unit"] == "count"
        low, high = (
            said.number(round(expected[end])) if sales else decimal(said, expected[end], 2)
            for end in ("low", "high")
        )
        form = "action_sales" if sales else f"action_{expected['unit']}"
        parts.append(
            said.say(
                form,
                low=low,
                high=high,
                prior_low=f"{100 * prior.low:.0f}",
                prior_high=said.percent(prior.high),
            )
        )
    if weeks := action["test"].get("weeks"):
        form = "action_trial" if action["test"]["design"] == "a-b" else "action_before_after"
        form = form if weeks <= LONGEST_TRIAL else "action_long"
        parts.append(said.say(form, weeks=said.number(weeks), kpi=_within(_ended(action["kpi"]))))
    facts = [fact for fact in desk.book.made if fact.id in action["facts"]]
    desk.draft.claim("finding", " ".join(parts), style="bullet", facts=facts, bold=action["title"])


def _within(text: str) -> str:
    """``text`` within a sentence: without its capital, unless that is of an abbreviation."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
