"""How many gave which marks, against pandas: whole, by part, side by side, one by one."""

import pandas as pd
import pytest

from assistant.answers import marked
from assistant.answers.choose import open_desk
from assistant.draft import Draft
from assistant.reading import marks_named
from assistant.reading.read import read
from corpus.codebook import starting_codebook
from corpus.filters import Filters
from evals.worlds import gold_store
from tests.assistant.upheld import upheld

BOOK = starting_codebook()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return gold_store(tmp_path_factory.mktemp("marked"), customers=900)


@pytest.fixture(scope="module")
def scored(world):
    rows = world.sql(
        "SELECT s.name AS scale, value, channel, r.date, segments ->> 'pays' AS pays, "
        "segments ->> 'segment' AS segment FROM scores AS s JOIN records AS r ON r.id = s.record_id"
    )
    return pd.DataFrame(rows)


def desk_of(store, question):
    reading = read(question, store, BOOK)
    return open_desk(store, BOOK, reading, Filters(kind=("feedback",)), Draft())


def told(store, question):
    """The figures that an answer names, and its text; every sentence stands."""
    desk = desk_of(store, question)
    assert marked.compose(desk), question
    sides = (desk.reading.limits, desk.reading.against)
    names = [marks_named(side.marks, desk.said) for side in sides if side and side.marks]
    given = [question, " ".join(desk.said.months), *names]
    text = upheld(desk, store, given)
    return {f.name: f for f in reversed(desk.book.made)}, text


@pytest.mark.parametrize(
    ("question", "scale", "low", "high", "segment"),
    [
        ("How many one-star reviews do we have?", "note_sur_5", 1, 1, None),
        ("Combien d’avis publiés n’ont qu’une seule étoile ?", "note_sur_5", 1, 1, None),
        ("How many published reviews have a single star?", "note_sur_5", 1, 1, None),
        ("combien d'avis a 1 ou 2 etoiles", "note_sur_5", 1, 2, None),
        ("How many reviews of 4 stars or more?", "note_sur_5", 4, 5, None),
        ("Combien d’avis à moins de trois étoiles ?", "note_sur_5", 1, 2, None),
        ("Combien de détracteurs parmi les nouveaux clients ?", "nps", 0, 6, "nouveau"),
        ("what share of loyal customers are promoters", "nps", 9, 10, "fidèle"),
        ("Quelle est la part de passifs ?", "nps", 7, 8, None),
        ("How many gave us a 10?", "nps", 10, 10, None),
        ("Combien ont mis 0 ?", "nps", 0, 0, None),
        ("Combien de notes de 1 ou 2 au CSAT ?", "csat", 1, 2, None),
    ],
)
def test_the_marks_that_are_named_are_counted_on_their_scale(
    world, scored, question, scale, low, high, segment
):
    rows = scored[scored["scale"] == scale]
    rows = rows[rows["segment"] == segment] if segment else rows
    n = int(rows["value"].between(low, high).sum())
    found, text = told(world, question)
    assert found["marks.count"].value == n
    share = found["marks.share"]
    assert (share.numerator, share.denominator) == (n, len(rows))
    assert f"{n:,}".replace(",", "\u202f") in text or f"{n:,}" in text


def test_a_share_of_few_is_withheld_and_their_number_told(world, scored):
    found, text = told(world, "Combien ont mis 0 ?")
    n = int((scored.loc[scored["scale"] == "nps", "value"] == 0).sum())
    assert n < 10, "the world has changed: choose another mark"
    assert found["marks.share"].value is None
    assert str(n) in text
    assert "%" not in text


@pytest.mark.parametrize(
    "question",
    ["Quel pays a le plus de détracteurs ?", "which country has the largest share of detractors"],
)
def test_parts_stand_in_order_with_the_first_one_named(world, scored, question):
    nps = scored[scored["scale"] == "nps"]
    shares = (nps["value"] <= 6).groupby(nps["pays"]).mean()
    _, text = told(world, question)
    lead = text.split("\n")[0]
    assert shares.idxmax() in lead
    assert shares.idxmin() not in lead


@pytest.mark.parametrize(
    ("question", "yes"),
    [
        ("Y a-t-il deux fois plus de détracteurs en Belgique qu’en France ?", False),
        ("are there more detractors in Belgium than in France?", None),
    ],
)
def test_two_groups_are_set_side_by_side(world, scored, question, yes):
    nps = scored[scored["scale"] == "nps"]
    share = (nps["value"] <= 6).groupby(nps["pays"]).mean()
    count = (nps["value"] <= 6).groupby(nps["pays"]).sum()
    found, text = told(world, question)
    assert found["marks.ratio"].value == pytest.approx(share["BE"] / share["FR"])
    assert found["marks.more"].value == count.max() - count.min()
    assert found["marks.times"].value == pytest.approx(count.max() / count.min())
    assert (text.startswith(("Non", "No")), text.startswith(("Oui", "Yes"))) == (
        yes is False,
        False,
    )


@pytest.mark.parametrize(
    "question",
    [
        "Y a-t-il trois fois plus d’avis 5 étoiles que d’avis 1 étoile ?",
        "How many 5-star reviews versus 1-star reviews?",
    ],
)
def test_two_marks_of_the_same_people_are_set_side_by_side(world, scored, question):
    stars = scored.loc[scored["scale"] == "note_sur_5", "value"]
    found, _ = told(world, question)
    assert found["marks.ratio"].value == pytest.approx((stars == 5).sum() / (stars == 1).sum())


@pytest.mark.parametrize(
    "question", ["Répartition des notes des avis publiés", "number of reviews by star rating"]
)
def test_each_mark_is_counted_by_itself(world, scored, question):
    stars = scored.loc[scored["scale"] == "note_sur_5", "value"]
    desk = desk_of(world, question)
    assert marked.compose(desk)
    counts = [f.value for f in desk.book.made if f.name == "marks.count"]
    assert counts == stars.value_counts().sort_index().tolist()


def test_over_time_parts_stand_in_their_order(world, scored):
    nps = scored[scored["scale"] == "nps"]
    quarters = pd.to_datetime(nps["date"]).dt.to_period("Q")
    desk = desk_of(world, "Évolution du nombre de détracteurs par trimestre")
    assert marked.compose(desk)
    counts = [f.value for f in desk.book.made if f.name == "marks.count"]
    assert counts == (nps["value"] <= 6).groupby(quarters).sum().tolist()


@pytest.mark.parametrize(
    "question",
    [
        "Pourquoi nos détracteurs sont-ils mécontents ?",
        "What do one-star reviews say?",
        "How many one-star reviews mention returns?",
        "Combien de clients se plaignent de la livraison ?",
        "5 jours de retard, est-ce fréquent ?",
    ],
)
def test_what_counts_no_marks_is_left_alone(world, question):
    assert not marked.compose(desk_of(world, question))
