"""Where people stop on the way to a purchase, asked without naming a step, against pandas."""

import pandas as pd
import pytest

from assistant.answers import way
from assistant.reading.read import read
from tests.assistant.test_answers_deeds import BOOK, asked, world  # noqa: F401

ORDER = ("visit", "search", "cart", "account", "checkout", "purchase")


@pytest.fixture(scope="module")
def lost(world):  # noqa: F811
    """By step, how many sessions of the web reached it and how many stopped there."""
    rows = pd.DataFrame(world.sql("SELECT kind, session FROM events WHERE channel = 'web'"))
    rows = rows[rows["kind"].isin(ORDER)]
    rows["at"] = rows["kind"].map(ORDER.index)
    last = rows.groupby("session")["at"].max()
    return {
        step: (rows.loc[rows["kind"] == step, "session"].nunique(), int((last == at).sum()))
        for at, step in enumerate(ORDER)
    }


@pytest.mark.parametrize(
    "question",
    [
        "Où s’arrêtent les prospects ?",
        "À quelle étape perd-on le plus de monde ?",
        "At which step do we lose most people?",
        "Where do visitors drop off?",
    ],
)
def test_every_step_is_told_and_the_worst_first(world, lost, question):  # noqa: F811
    desk = asked(world, question)
    assert way.compose(desk), question
    facts = {(f.name, f.about["step"]): f for f in desk.book.made}
    for step in ORDER[:-1]:
        reached, stopped = lost[step]
        assert facts["funnel.step", step].value == reached
        assert facts["funnel.lost", step].value == stopped
    lead = desk.draft.claims[0]
    worst = max(ORDER[:-1], key=lambda step: lost[step][1])
    ids = {fact.id: fact.about["step"] for fact in desk.book.made}
    assert {ids[each] for each in lead.facts} == {worst}


def test_whose_visits_they_are_is_told_where_prospects_are_asked_about(world):  # noqa: F811
    of = "vos données ne disent pas lesquelles sont de prospects"
    told = {}
    for question in ("Où s’arrêtent les prospects ?", "Où s’arrêtent les visites ?"):
        desk = asked(world, question)
        assert way.compose(desk)
        told[question] = of in desk.draft.markdown()
    assert list(told.values()) == [True, False]


@pytest.mark.parametrize(
    "question",
    [
        "Pourquoi perdons-nous des clients au paiement ?",
        "Where do people complain most about delivery?",
        "À quelle étape les frais font-ils fuir ?",
        "Où perd-on le plus de temps ?",
    ],
)
def test_other_questions_are_left_to_others(world, question):  # noqa: F811
    assert not way.compose(asked(world, question))


@pytest.mark.parametrize(
    "question",
    [
        "Pourquoi les clients ne reviennent-ils pas ?",
        "Pourquoi ne rachètent-ils plus ?",
        "Why don't they come back?",
        "Why do customers not buy again?",
    ],
)
def test_not_coming_back_is_leaving(world, question):  # noqa: F811
    reading = read(question, world, BOOK)
    assert (reading.intent, reading.leaving) == ("why", True)


@pytest.mark.parametrize(
    "question",
    [
        "Pourquoi les clients reviennent-ils ?",
        "Why do our customers come back?",
        "Pourquoi ne partent-ils pas ?",
    ],
)
def test_coming_back_and_not_leaving_are_staying(world, question):  # noqa: F811
    assert read(question, world, BOOK).intent == "stay"
