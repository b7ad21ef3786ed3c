"""What a question leaves out, and values of which either will do: read, filtered by, told."""

import pandas as pd
import pytest

from assistant.reading import said_back
from assistant.reading.read import read
from assistant.words import words
from corpus.codebook import starting_codebook
from corpus.filters import Filters, read_filters
from corpus.metrics import compute
from corpus.metrics.types import Ask
from evals.worlds import gold_store

BOOK = starting_codebook()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return gold_store(tmp_path_factory.mktemp("either"), customers=600)


@pytest.fixture(scope="module")
def records(world):
    return pd.DataFrame(
        world.sql(
            "SELECT channel, segments ->> 'pays' AS pays, segments ->> 'segment' AS segment, "
            "source_id FROM records"
        )
    )


def counted(store, question):
    """How many records the filters of a question hold."""
    limits = read(question, store, BOOK).limits
    filters = limits.within(Filters(kind=("feedback",)))
    return compute("volume", store, BOOK, Ask(filters=filters))[0].value


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("combien de réponses hors nouveaux clients", {"fidèle", "régulier"}),
        ("How many answers from everyone but new customers?", {"fidèle", "régulier"}),
        ("Combien de réponses, sauf les fidèles et les réguliers ?", {"nouveau"}),
        ("how many answers from loyal or regular customers", {"fidèle", "régulier"}),
        (
            "Combien de réponses avons-nous de clients fidèles ou de nouveaux clients ?",
            {"fidèle", "nouveau"},
        ),
    ],
)
def test_values_left_out_and_values_of_which_either_will_do(world, records, question, kept):
    assert counted(world, question) == records["segment"].isin(kept).sum()


@pytest.mark.parametrize(
    "question",
    [
        "Combien de réponses hors Belgique et hors nouveaux clients ?",
        "How many answers outside Belgium and excluding new customers?",
    ],
)
def test_what_is_left_out_twice_over_is_left_out_both_times(world, records, question):
    kept = (records["pays"] == "FR") & records["segment"].isin({"fidèle", "régulier"})
    assert counted(world, question) == kept.sum()


@pytest.mark.parametrize(
    "question", ["Combien de réponses hors Belgique ?", "How many answers outside Belgium?"]
)
def test_of_two_values_the_other_is_meant(world, records, question):
    assert counted(world, question) == (records["pays"] == "FR").sum()


@pytest.mark.parametrize(
    "question", ["Combien de réponses sauf par téléphone ?", "how many answers except by phone"]
)
def test_a_channel_is_left_out(world, records, question):
    kept = records["channel"].notna() & (records["channel"] != "téléphone")
    assert counted(world, question) == kept.sum()


def test_what_is_left_out_is_told(world):
    for question, told in (
        ("NPS hors nouveaux clients", "tous sauf\u00a0: nouveaux clients"),
        ("NPS of everyone but new customers", "all but: new customers"),
        ("NPS of loyal or regular customers", "loyal customers or regular customers"),
    ):
        reading = read(question, world, BOOK)
        assert told in said_back(reading, BOOK, words(reading.language))


@pytest.mark.parametrize(
    "question",
    [
        "What do people say about waiting outside the store?",
        "Que disent-ils, à part le prix ?",
        "Why do people not come back?",
    ],
)
def test_where_no_value_is_named_none_is_left_out(world, question):
    assert read(question, world, BOOK).limits.excluded == {}


def test_counted_one_by_one_or_together(world):
    assert read("Combien de réponses en France et en Belgique ?", world, BOOK).by == "segment:pays"
    assert read("Combien de réponses en France ou en Belgique ?", world, BOOK).by is None


def test_filters_hold_several_values_of_a_segment(world, records):
    filters = read_filters(["segment=segment=nouveau", "segment=segment=fidèle", "segment=pays=BE"])
    assert filters.segment == {"segment": ("nouveau", "fidèle"), "pays": "BE"}
    assert filters.as_dict()["segment"] == {"segment": ["nouveau", "fidèle"], "pays": "BE"}
    kept = records["segment"].isin(["nouveau", "fidèle"]) & (records["pays"] == "BE")
    assert compute("volume", world, BOOK, Ask(filters=filters))[0].value == kept.sum()
