"""What to do about the causes that an answer tells: its two to five best actions."""

from collections.abc import Mapping
from typing import Any

from assistant.actions.fitting import situation_of
from assistant.actions.frameworks import Framework, framework_of
from assistant.actions.life import lives
from assistant.actions.match import Decided, Proposal, chosen, place_of, propose
from assistant.actions.tell import as_action, weeks_of
from assistant.answers.causes import false_friends
from assistant.answers.parts import Desk, decimal
from assistant.words import Words

MOST, ASKED = 4, 5
"""Actions of an answer that tells why, and of one that tells what to do."""

UNPROVEN = ("no-gap", "small")
"""Why an action is set aside though nothing speaks against it: little shows what it brings."""

LONGEST_TRIAL = 52
"""Weeks; nobody waits longer for a trial."""


def compose(desk: Desk) -> list[dict[str, Any]]:
    """Write the actions under the answer, each with what it may bring; gives them as data.

    What was dismissed, or is not for now, is not proposed; what is under way is said to be.
    """
    if not desk.causes:
        return []
    decided = Decided.of(lives(desk.store))
    friends = false_friends(desk)
    every = [
        list(propose(cause, situation_of(desk.store, cause.theme), decided))
        for cause in desk.causes
        if cause.theme not in friends
    ]
    found = [[each for each in proposals if _timely(desk, each)] for proposals in every]
    if desk.reading.intent == "do" and not any(found):
        # Whoever asks what to do where nothing is rated gets what little shows the use of.
        found = [
            [each for each in proposals if place_of(each)[1] in UNPROVEN] for proposals in every
        ]
    picked = chosen(found, ASKED if desk.reading.intent == "do" else MOST)
    if not picked:
        return []
    weeks, framework = weeks_of(desk.store), framework_of(desk.store)
    desk.draft.heading(desk.said.say("head_actions"))
    actions = []
    for number, proposal in enumerate(picked, start=1):
        language = desk.reading.language
        action = as_action(proposal, number, desk.book, framework, language, weeks)
        actions.append(action)
        _action(desk, proposal, action, framework)
    return actions


def _timely(desk: Desk, each: Proposal) -> bool:
    """Whether it is for now or, where its theme was asked about, not known to be useless."""
    place, reason = place_of(each)
    asked = each.cause.theme in desk.ask.themes
    return place != "not-now" or (asked and reason in UNPROVEN)


def given(actions: Any) -> list[str]:
    """The library's own words, which sentences about its actions may draw on."""
    if isinstance(actions, Mapping):
        return [text for each in actions.values() for text in given(each)]
    if isinstance(actions, list):
        return [text for each in actions for text in given(each)]
    return [str(actions)]


def _action(desk: Desk, proposal: Proposal, action: dict[str, Any], framework: Framework) -> None:
    """All of it where the question is what to do; else its name, its cause, what it may bring."""
    said, asked = desk.said, desk.reading.intent == "do"
    cause = desk.theme(action["cause"])
    parts = [said.say("action_short", title=action["title"], cause=cause)]
    if asked:
        behaviour = framework.label(action["behaviour"], said.language)
        parts = [
            said.say("action", title=action["title"], does=_ended(action["does"])),
            said.say("action_why", cause=cause, behaviour=behaviour),
        ]
    if action["status"] in ("accepted", "running", "measured"):
        parts.append(said.say(f"action_{action['status']}", **_since(said, proposal)))
    if action["not_now"] in UNPROVEN:
        parts.append(said.say("action_unproven"))
    weeks = action["test"].get("weeks")
    tried = weeks and weeks <= LONGEST_TRIAL
    expected = action["expected"]
    # What no trial could ever show at this traffic is not worth reading where why was asked.
    if expected and expected["high"] > 0 and (asked or tried or expected["unit"] == "count"):
        prior = proposal.causal
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


def _since(said: Words, proposal: Proposal) -> dict[str, str]:
    """Since when an action is what it is."""
    assert proposal.life is not None
    days = {"accepted": "accepted", "running": "started", "measured": "measured"}
    day = getattr(proposal.life, days[proposal.life.status])
    return {"month": said.day(day)}


def _within(text: str) -> str:
    """``text`` within a sentence: without its capital, unless that is of an abbreviation."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
