"""Purchases, visits and amounts that questions ask for, against pandas; and what is left alone."""

import pandas as pd
import pytest

from assistant.answers import tallies
from tests.assistant.test_answers_deeds import BOOK, asked, world  # noqa: F401


@pytest.fixture(scope="module")
def done(world):  # noqa: F811
    return pd.DataFrame(
        world.sql(
            "SELECT kind, channel, date, customer_key AS customer, amount, "
            "segments ->> 'pays' AS pays, segments ->> 'segment' AS segment FROM events"
        )
    )


def told(store, question):
    desk = asked(store, question)
    assert tallies.compose(desk), question
    text = desk.draft.markdown()
    assert "{" not in text
    values = {f.value for f in desk.book.made if f.value is not None}
    return text.replace("\u202f", " ").replace("\u00a0", " "), values


@pytest.mark.parametrize(
    "question",
    [
        "Combien d’achats ont été faits en magasin, et combien sur le site ?",
        "How many purchases were made in the shops, and how many on the web?",
    ],
)
def test_two_channels_stand_side_by_side(world, done, question):  # noqa: F811
    bought = done[done["kind"] == "purchase"]
    _, values = told(world, question)
    assert values == {
        float((bought["channel"] == "magasin").sum()), float((bought["channel"] == "web").sum())
    }  # fmt: skip


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Combien de retours en tout ?", "return"),
        ("Combien de visites au total ?", "visit"),
        ("How many refunds have we made?", "refund"),
        ("How many deliveries were there?", "delivery"),
    ],
)
def test_a_kind_is_counted_with_its_known_customers(world, done, question, kind):  # noqa: F811
    rows = done[done["kind"] == kind]
    _, values = told(world, question)
    assert values == {float(len(rows)), float(rows["customer"].nunique())}


@pytest.mark.parametrize(
    "question",
    ["Quel est le panier moyen des clients belges ?", "What's the average order value in Belgium?"],
)
def test_a_mean_amount_of_some_is_told_beside_that_of_all(world, done, question):  # noqa: F811
    bought = done[done["kind"] == "purchase"]
    of = bought.loc[bought["pays"] == "BE", "amount"].mean(), bought["amount"].mean()
    _, values = told(world, question)
    assert sorted(values) == pytest.approx(sorted(of))


def test_revenue_by_quarter_adds_up(world, done):  # noqa: F811
    text, values = told(world, "Quel est le chiffre d’affaires par trimestre ?")
    assert sum(values) == pytest.approx(done.loc[done["kind"] == "purchase", "amount"].sum())
    assert text.index("2025") < text.index("2026")


@pytest.mark.parametrize(
    "question",
    [
        "Combien de clients se plaignent des retours ?",
        "Combien d’avis parlent des remboursements ?",
        "How many customers returned a damaged parcel?",
        "Combien de paniers abandonnés à cause des frais ?",
        "Pourquoi y a-t-il autant de retours ?",
        "How many purchases will we have next year?",
    ],
)
def test_what_is_not_wholly_understood_is_left_to_others(world, question):  # noqa: F811
    assert not tallies.compose(asked(world, question))
