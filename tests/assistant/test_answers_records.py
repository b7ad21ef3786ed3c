"""Records by their kind, by period and by whose they are; and who did a thing more than once."""

import pandas as pd
import pytest

from assistant.answers import how_many, repeated
from assistant.answers.choose import open_desk
from assistant.draft import Draft
from assistant.reading.read import read
from corpus.codebook import starting_codebook
from corpus.filters import Filters
from evals.worlds import gold_store
from tests.assistant.upheld import upheld

BOOK = starting_codebook()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return gold_store(tmp_path_factory.mktemp("records"), customers=900)


@pytest.fixture(scope="module")
def records(world):
    rows = world.sql(
        "SELECT r.id, f.name AS file, voice, r.date, customer_key AS customer, channel, "
        "r.title || r.text AS words, segments ->> 'pays' AS pays, segments ->> 'equipe' AS team "
        "FROM records AS r JOIN sources AS f ON f.id = r.source_id"
    )
    table = pd.DataFrame(rows)
    table["date"] = pd.to_datetime(table["date"])
    return table


def told(store, question, composer=how_many):
    """The facts that an answer names, and its text; every sentence stands, every query replays."""
    reading = read(question, store, BOOK)
    desk = open_desk(store, BOOK, reading, Filters(kind=("feedback",)), Draft())
    assert composer.compose(desk), question
    names = [each.name for each in store.sources()]
    given = [question, " ".join(desk.said.months), *names]
    own = [claim.text for claim in desk.draft.claims]
    text = upheld(desk, store, given, computed=own)
    return desk.book.made, text


@pytest.mark.parametrize(
    ("question", "file", "kept"),
    [
        ("How many reviews do we have?", "demo-avis.csv", {}),
        ("Combien d’avis avons-nous reçus ?", "demo-avis.csv", {}),
        ("how many support cases did Charleroi handle", "demo-assistance.csv",
         {"team": "Charleroi"}),
        ("Combien de dossiers d’assistance à Lille ?", "demo-assistance.csv", {"team": "Lille"}),
        ("Combien de formulaires de départ avons-nous reçus ?", "demo-departs.jsonl", {}),
        ("Number of exit forms", "demo-departs.jsonl", {}),
        ("Combien de réponses à la question NPS en Belgique ?", "demo-nps.jsonl", {"pays": "BE"}),
    ],
)  # fmt: skip
def test_records_are_counted_by_their_kind(world, records, question, file, kept):
    rows = records[records["file"] == file]
    for column, value in kept.items():
        rows = rows[rows[column] == value]
    made, text = told(world, question)
    assert made[0].name == "volume.records"
    assert made[0].value == len(rows)
    assert file in text


def test_a_kind_of_records_is_no_stage_and_nobody_who_leaves(world):
    for question in ("How many support cases do we have?", "Combien de formulaires de départ ?"):
        reading = read(question, world, BOOK)
        assert (reading.limits.stages, reading.leaving) == ((), False)


def test_reviews_are_no_kind_where_what_they_say_is_counted(world):
    assert read("Combien d’avis parlent du prix ?", world, BOOK).limits.sources == ()


@pytest.mark.parametrize(
    "question",
    ["Combien de dossiers d’assistance par trimestre ?", "how many support cases each quarter"],
)
def test_each_period_is_counted_in_its_order(world, records, question):
    rows = records[records["file"] == "demo-assistance.csv"]
    wanted = rows.groupby(rows["date"].dt.to_period("Q")).size()
    made, text = told(world, question)
    counts = {f.about["quarter"]: f.value for f in made if f.name == "trend.count"}
    assert counts == {f"{when.year}-Q{when.quarter}": n for when, n in wanted.items()}
    assert text.count("\n- ") == len(wanted)


@pytest.mark.parametrize(
    "question",
    ["Combien de prospects ont répondu à l’enquête ?", "how many prospects answered the survey"],
)
def test_prospects_are_counted_apart(world, records, question):
    rows = records[(records["file"] == "demo-satisfaction.csv") & (records["voice"] == "prospect")]
    made, _ = told(world, question)
    assert [fact.value for fact in made] == [len(rows)]


@pytest.mark.parametrize(
    ("question", "what"),
    [
        ("combien de clients nous ont ecrit plus d'une fois", "written"),
        ("How many customers wrote to us more than once?", "written"),
        ("How many customers answered several times?", "records"),
        ("Combien de clients nous ont contactés plusieurs fois ?", "contact"),
        ("how many people bought more than once", "purchase"),
    ],
)
def test_who_did_a_thing_more_than_once(world, records, question, what):
    if what in ("records", "written"):
        rows = records[records["words"] != ""] if what == "written" else records
    else:
        rows = pd.DataFrame(world.sql("SELECT kind, customer_key AS customer FROM events"))
        rows = rows[rows["kind"] == what]
    times = rows.groupby("customer").size()
    made, _ = told(world, question, repeated)
    assert (made[0].numerator, made[0].denominator) == ((times > 1).sum(), len(times))


def test_a_mean_that_is_asked_for_is_given_before_the_share_of_the_satisfied(world):
    scores = pd.DataFrame(world.sql("SELECT value FROM scores WHERE name = 'csat'"))["value"]
    made, _ = told(world, "What is the average CSAT?")
    assert made[0].value == pytest.approx(scores.mean())
    assert made[1].value == pytest.approx((scores >= 4).mean())
