"""The actions for the whole corpus: what the evidence calls for, and what was decided of it.

Causes are found as an answer to "why do customers leave" finds them. They come in the order of what
they weigh: first those that cost sales, by how many; then the others by the share that complains
times how much lower these score on their scale, counted half more where the stage is one of the
first three moments of truth, and a quarter more where it is an ending. The weights only order;
every part is shown.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import inf
from typing import Any

from assistant.actions.fitting import Situation, situation_of
from assistant.actions.frameworks import framework_of
from assistant.actions.library import intervention
from assistant.actions.life import Life
from assistant.actions.match import Decided, Proposal, impact, place_of, proposal, propose
from assistant.actions.tell import as_action, weeks_of, without_cause
from assistant.answers.causes import causes_of, false_friends
from assistant.answers.choose import open_desk
from assistant.answers.parts import Cause, Desk, first
from assistant.draft import Draft
from assistant.reading.types import Reading
from corpus.codebook import Codebook
from corpus.filters import Filters
from corpus.metrics.quotes import pick
from corpus.metrics.types import Figure
from corpus.store import Store

PER_CAUSE = 3
"""Proposals for a cause; what was decided of others stays beside them."""

MOMENT, ENDING = 1.5, 1.25
"""What a cause counts more at a moment of truth, and at an ending."""

MOMENTS = 3
"""Stages that are moments of truth, the weightiest (see ``metrics.journey``)."""

ENDINGS = ("delivery", "support", "renewal")
"""The stages that an experience ends with: the parcel, what came of a problem, leaving."""

QUOTES = 2

_ASKS = re.compile(
    r"\b(?:voudrai[st]|aimerai[st]|souhaiter?ai[st]|souhaite|faudrait|devri(?:ez|ons)|pourri(?:ez|ons)"
    r"|merci de|pourquoi ne pas|il suffirait|at?tends? (?:une?|que|de)|je demande|je veux"
    r"|would (?:like|be (?:nice|better|good))|should|could you|please|i (?:want|need|wish|expect)"
    r"|why (?:not|don't|can't))\b",
    re.IGNORECASE,
)
"""What makes a request of a complaint."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A cause, where it is met, and what it weighs; ``friend`` is its risk ratio if below 1."""

    cause: Cause
    situation: Situation
    moment: int | None
    ending: bool
    weight: float
    friend: Figure | None = None


def board(
    store: Store, codebook: Codebook, language: str, known: Mapping[str, Life]
) -> dict[str, Any]:
    """Every action with its facts and citations: ``actions, facts, citations, framework``.

    ``known`` is what people decided, by the action's id.
    """
    reading = Reading("", language, "why", leaving=True)
    desk = open_desk(store, codebook, reading, Filters(kind=("feedback",)), Draft())
    decided = Decided.of(known)
    causes = weighed(desk)
    weeks, framework = weeks_of(store), framework_of(store)
    rows = []
    for each in causes:
        cited = _quoted(desk, each.cause.theme)
        before = (False, False, -inf)
        for found in _proposed(each, decided):
            # Of one cause those that answer it better stay first, whatever they may concern.
            before = max(before, _order(each, found))
            rows.append((before, each, found, cited))
    # What is not for now comes last; the rest by what it may concern, sales before complaints.
    rows.sort(key=lambda row: row[0])
    actions = []
    for number, (_, each, found, cited) in enumerate(rows, start=1):
        friend = each.friend is not None
        action = as_action(
            found, number, desk.book, framework, language, weeks,
            citations=[citation for citation, _ in cited], friend=friend,
        )  # fmt: skip
        action["request"] = next((citation for citation, asks in cited if asks), None)
        action["weighs"] = _parts(desk, each)
        if each.friend is not None:
            action["facts"].append(desk.book.use(each.friend).id)
        actions.append(action)
    listed = {action["id"] for action in actions}
    actions += [
        without_cause(life, framework, len(actions) + number, language)
        for number, life in enumerate(decided.lives.values(), start=1)
        if life.id not in listed and life.status != "proposed"
    ]
    return {
        "actions": actions,
        "facts": [asdict(fact) for fact in desk.book.made],
        "citations": [asdict(citation) for citation in desk.draft.citations],
        "framework": {
            "name": framework.name,
            "source": framework.source,
            "behaviours": {name: framework.label(name, language) for name in framework.behaviours},
        },
    }


# Causes --------------------------------------------------------------------------------------


def weighed(desk: Desk) -> list[Weighed]:
    """The causes of the whole corpus, the weightiest first, false friends last."""
    themes = desk.run("themes")
    complaints = sorted(
        (f for f in themes if f.name == "themes.negative"),
        key=lambda f: (-(f.value or 0), f.about["theme"]),
    )
    friends = false_friends(desk) if complaints else {}
    moments = {
        f.about["stage"]: int(f.value or 0)
        for f in desk.run("journey")
        if f.name == "journey.moment"
    }
    found = []
    # A false friend is told with the reason why nothing is done for it now.
    for cause in causes_of(desk, themes, complaints, set()) if complaints else []:
        situation = situation_of(desk.store, cause.theme)
        moment = moments.get(situation.stage or "")
        ending = situation.stage in ENDINGS
        weight = (cause.said.value or 0.0) * _gap(cause)
        weight *= MOMENT if moment and moment <= MOMENTS else 1.0
        weight *= ENDING if ending else 1.0
        friend = friends.get(cause.theme)
        found.append(Weighed(cause, situation, moment, ending, weight, friend))
    return sorted(
        found,
        key=lambda each: (
            each.friend is not None,
            -((each.cause.cost and each.cause.cost.value) or 0.0),
            -each.weight,
            -(each.cause.said.value or 0.0),
        ),
    )


def _gap(cause: Cause) -> float:
    """How much lower those who complain score, as a share of the scale; 0 where that is unclear."""
    if cause.contrast is None or cause.contrast.value is None:
        return 0.0
    points = cause.contrast.unit == "points"
    about = cause.contrast.about
    span = 200.0 if points else float(about["maximum"]) - float(about["minimum"])
    return max(0.0, -cause.contrast.value) / span if span else 0.0


def _parts(desk: Desk, each: Weighed) -> dict[str, Any]:
    """What went into the place of a cause, part by part."""
    left = first(desk.book.run("loss", desk.anywhere), "loss.excess", theme=each.cause.theme)
    return {
        "touched": each.cause.said.numerator,
        "of": each.cause.said.denominator,
        "base": each.cause.said.base,
        "gap": _gap(each.cause),
        "sales": each.cause.cost.value if each.cause.cost else None,
        "left": None if left is None else {"value": left.value, "low": left.low, "high": left.high},
        "stage": each.situation.stage,
        "moment": each.moment,
        "ending": each.ending,
        "weight": each.weight,
    }


# Proposals -----------------------------------------------------------------------------------


def _proposed(each: Weighed, decided: Decided) -> list[Proposal]:
    """The best for a cause, and those of which something was decided, the dismissed too."""
    best = propose(each.cause, each.situation, decided)[:PER_CAUSE]
    known = {found.intervention.id for found in best}
    for life in decided.lives.values():
        own = intervention(life.intervention)
        if life.cause == each.cause.theme and own and own.id not in known:
            best.append(proposal(own, each.cause, decided))
    return best


def _order(each: Weighed, found: Proposal) -> tuple[bool, bool, float]:
    place, _ = place_of(found, friend=each.friend is not None)
    sales = each.cause.cost is not None
    worth = impact(found).value if sales else each.weight * found.causal.middle
    return place == "not-now", not sales, -worth


def _quoted(desk: Desk, theme: str) -> list[tuple[str, bool]]:
    """The citations of a theme's complaints, and whether each asks for something.

    What customers ask for is quoted before what they only complain of.
    """
    ask, language = desk.ask, desk.reading.language
    picked = pick(desk.store, ask, theme=theme, tone="-", most=4 * QUOTES, language=language)
    found = []
    for quote in picked:
        if quote.kind == "against":
            continue
        passage = desk.store.passage(quote.passage_id)
        asks = bool(_ASKS.search(passage.text[quote.start : quote.end]))
        found.append((asks, quote.language == language, passage, quote))
    found.sort(key=lambda each: (not each[0], not each[1]))
    return [
        (desk.draft.cite(passage, quote.start, quote.end), asks)
        for asks, _, passage, quote in found[:QUOTES]
    ]


def only(found: Mapping[str, Any], kept: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A board with these actions alone, and what they use."""
    facts = {each for action in kept for each in action["facts"]}
    citations = {each for action in kept for each in action["citations"]}
    return {
        **found,
        "actions": list(kept),
        "facts": [each for each in found["facts"] if each["id"] in facts],
        "citations": [each for each in found["citations"] if each["id"] in citations],
    }
