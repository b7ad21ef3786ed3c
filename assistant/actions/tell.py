"""A proposal as the doors give it: the library's words in one language, the facts by their ids."""

from collections.abc import Sequence
from typing import Any

from assistant.actions.frameworks import Framework
from assistant.actions.library import intervention
from assistant.actions.life import Life
from assistant.actions.match import Proposal, effort_of, impact, place_of, trial_size
from assistant.actions.types import Intervention
from assistant.answers.book import FactBook
from assistant.words import typeset
from corpus.codebook import Language
from corpus.metrics.types import Figure
from corpus.store import Store


def as_action(
    proposal: Proposal,
    number: int,
    book: FactBook,
    framework: Framework,
    language: str,
    weeks: float,
    *,
    citations: Sequence[str] = (),
    friend: bool = False,
) -> dict[str, Any]:
    """The proposal in the layout of an answer; the evidence is of that many weeks."""
    each = proposal.intervention
    tongue: Language = "fr" if language == "fr" else "en"
    cause, causal = proposal.cause, proposal.causal
    source = cause.cost or cause.contrast
    expected = book.derive(proposal.expected, source) if proposal.expected and source else None
    figures: list[Figure] = [cause.said, *(f for f in (cause.cost, cause.contrast) if f)]
    facts = [book.use(figure).id for figure in figures] + ([expected.id] if expected else [])
    place, not_now = place_of(proposal, friend=friend)
    concerned = impact(proposal)
    life = proposal.life
    told: dict[str, Any] = _set(_words(each, tongue), language)
    return {
        **told,
        "id": proposal.id,
        "number": number,
        "intervention": each.id,
        "behaviour": framework.behaviour_of(each),
        "stage": each.stages[0],
        "cause": cause.theme,
        "where": dict(cause.loss or {}),
        "citations": list(citations),
        "facts": facts,
        "effort": effort_of(proposal),
        "horizon": place,
        "not_now": not_now,
        "impact": {
            "value": concerned.value,
            "low": concerned.low,
            "high": concerned.high,
            "of": concerned.of,
        },
        "expected": None
        if expected is None
        else {
            "value": expected.value,
            "low": expected.low,
            "high": expected.high,
            "unit": expected.unit,
            "basis": told["causal_why"],
        },
        "causal": {"low": causal.low, "high": causal.high, "from": causal.basis},
        "owner": (life and life.owner) or each.owner,
        "test": {**told["test"], **trial_size(proposal, weeks)},
        "hand": each.hand,
        **life_of(life),
    }


def without_cause(life: Life, framework: Framework, number: int, language: str) -> dict[str, Any]:
    """An action whose cause is found no more: what was decided of it, and no evidence."""
    each = intervention(life.intervention)
    tongue: Language = "fr" if language == "fr" else "en"
    told: dict[str, Any] = _set(_words(each, tongue), language) if each else {}
    causal = (life.causal_low, life.causal_high)
    return {
        **told,
        "id": life.id,
        "number": number,
        "intervention": life.intervention,
        "behaviour": framework.behaviour_of(each) if each else None,
        "stage": each.stages[0] if each else None,
        "cause": life.cause,
        "where": {},
        "citations": [],
        "facts": [],
        "effort": life.effort or (each.effort if each else None),
        "horizon": life.horizon or (each.horizon if each else None),
        "not_now": None,
        "impact": None,
        "expected": None,
        "causal": None
        if None in causal
        else {"low": causal[0], "high": causal[1], "from": "yours"},
        "owner": life.owner or (each.owner if each else None),
        "hand": each.hand if each else None,
        "request": None,
        "weighs": None,
        **life_of(life),
    }


def _words(each: Intervention, tongue: Language) -> dict[str, Any]:
    """What the library says of an intervention; ``need`` is its interpretation, and no fact."""
    return {
        "title": each.title[tongue],
        "does": each.does[tongue],
        "builds": each.builds[tongue],
        "need": each.need[tongue],
        "mechanism": {
            "name": each.mechanism.name[tongue],
            "shows": each.mechanism.shows[tongue],
            "not_shown": each.mechanism.not_shown[tongue],
            "sources": [
                f"{s.authors} ({s.year}), {s.title}, {s.where}" for s in each.mechanism.sources
            ],
        },
        "causal_why": each.prior.why[tongue],
        "kpi": each.kpi[tongue],
        "test": {
            "design": each.trial.design,
            "how": each.trial.how[tongue],
            "guardrails": each.trial.guardrails[tongue],
        },
        "prerequisites": each.prerequisites[tongue],
        "risks": each.risks[tongue],
        "not_when": each.not_when[tongue],
    }


def life_of(life: Life | None) -> dict[str, Any]:
    """What people decided, as JSON values."""
    found = life or Life("", "", "")
    days = {
        name: day.isoformat() if (day := getattr(found, name)) else None
        for name in ("accepted", "started", "measured", "dismissed")
    }
    return {
        "status": found.status,
        "reason": found.reason or None,
        "note": found.note,
        "part": found.part,
        "dates": days,
        "outcome": dict(found.outcome) or None,
    }


def _set(value: Any, language: str) -> Any:
    """The library's words with the spaces that their language asks for."""
    if isinstance(value, str):
        return typeset(value, language)
    if isinstance(value, dict):
        return {key: _set(each, language) for key, each in value.items()}
    return [_set(each, language) for each in value] if isinstance(value, list) else value


def weeks_of(store: Store) -> float:
    """How many weeks the evidence is of: what customers did, else what they said."""
    row = store.sql(
        "SELECT date_diff('day', min(date), max(date)) / 7 AS events, "
        "(SELECT date_diff('day', min(date), max(date)) / 7 FROM records) AS records FROM events"
    )[0]
    return float(row["events"] or row["records"] or 0.0)
