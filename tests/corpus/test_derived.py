"""Derived tables and kept figures never outlive what they were made from."""

from sqlalchemy import text

from corpus import tables as t
from corpus.codebook import starting_codebook
from corpus.derived import DERIVED
from corpus.metrics import compute
from corpus.metrics.types import Ask
from corpus.store import Store, bulk_insert
from corpus.types import Event
from tests.corpus.worlds import DAY, Answer, fill

BOOK = starting_codebook()
SAID = [Answer(f"c{n}", 9, {"price": "-"} if n < 20 else {}) for n in range(40)]


def speaking(store):
    (figure,) = [f for f in compute("themes", store, BOOK, Ask()) if f.name == "themes.share"]
    assert store.sql(figure.query)[0]["value"] == figure.value
    return figure.numerator


def mention(number):
    return {
        "passage_id": f"answers.csv:{number}",
        "record_id": f"answers.csv:{number}",
        "source_id": "answers.csv",
        "span_start": 0,
        "span_end": 1,
        "theme": "price",
        "polarity": "-",
        "emotions": [],
        "stage": None,
        "probability": 1.0,
        "version": 1,
        "method": "by hand",
    }


def test_what_is_written_is_counted_by_the_next_analysis(tmp_path):
    store = Store(tmp_path / "store.duckdb")
    fill(store, SAID)
    assert speaking(store) == 20

    with store.writing(changed=(t.mentions,)) as connection:
        bulk_insert(connection, t.mentions, [mention(20), mention(21)])
    assert speaking(store) == 22

    with store.writing() as connection:
        connection.execute(text("DELETE FROM mentions WHERE record_id = 'answers.csv:20'"))
    assert speaking(store) == 21

    fill(store, SAID[:15], name="more.csv")
    assert speaking(store) == 21  # the same customers said it before
    store.remove("answers.csv")
    assert compute("themes", store, BOOK, Ask())[0].withheld == "few"
    store.close()


def test_what_fails_changes_nothing(tmp_path):
    store = Store(tmp_path / "store.duckdb")
    fill(store, SAID)
    assert speaking(store) == 20
    try:
        with store.writing() as connection:
            bulk_insert(connection, t.mentions, [mention(20)])
            raise LookupError
    except LookupError:
        pass
    assert speaking(store) == 20
    store.close()


def test_a_store_opened_again_uses_them_and_builds_those_that_were_dropped(tmp_path):
    store = Store(tmp_path / "store.duckdb")
    fill(store, SAID)
    assert speaking(store) == 20
    store.close()

    store = Store(tmp_path / "store.duckdb")
    assert speaking(store) == 20
    store.close()

    store = Store(tmp_path / "store.duckdb")
    with store.writing(changed=()) as connection:
        for name in DERIVED:
            connection.execute(text(f"DROP TABLE IF EXISTS {name}"))
    assert speaking(store) == 20
    store.close()


def test_figures_are_of_the_codebook_asked_with(tmp_path):
    store = Store(tmp_path / "store.duckdb")
    fill(store, SAID)
    assert speaking(store) == 20
    fewer = BOOK.__class__(
        BOOK.name,
        BOOK.groups,
        tuple(each for each in BOOK.themes if each.id != "price"),
        BOOK.stages,
        BOOK.emotions,
    )
    assert not [f for f in compute("themes", store, fewer, Ask()) if f.name == "themes.share"]
    assert speaking(store) == 20
    store.close()


def test_customers_of_later_events_are_numbered_anew_everywhere(tmp_path):
    store = Store(tmp_path / "store.duckdb")
    fill(store, SAID)
    assert speaking(store) == 20
    # They come first in the order of keys, so that every other customer's number is another.
    left = [Event("churn", DAY, customer=f"a{n}") for n in range(40)]
    came = [Event("visit", DAY, customer=f"c{n}") for n in range(40)]
    fill(store, [], [*left, *came], name="events.csv")
    found = {figure.name: figure for figure in compute("silent", store, BOOK, Ask())}
    assert found["silent.left"].numerator == 40
    assert found["silent.leaving-heard"].denominator == 40
    assert speaking(store) == 20
    store.close()


def test_texts_that_are_named_like_derived_tables_are_texts(tmp_path):
    store = Store(tmp_path / "store.duckdb")
    fill(store, SAID, [Event("told", DAY, customer="c1"), Event("keys", DAY, customer="c2")])
    rows = store.sql("SELECT kind, count(*) AS n FROM doings GROUP BY kind ORDER BY kind")
    assert rows == [{"kind": "keys", "n": 1}, {"kind": "told", "n": 1}]
    store.close()
