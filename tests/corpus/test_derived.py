"""Derived tables and kept figures never outlive what they were made from."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep

import pytest
from sqlalchemy import text

from corpus import tables as t
from corpus.bulk import bulk_insert
from corpus.codebook import starting_codebook
from corpus.derived import DERIVED
from corpus.filters import Filters
from corpus.kept import Kept
from corpus.metrics import analyses, compute, compute_all
from corpus.metrics.types import Ask
from corpus.store import Store
from corpus.types import Event as Deed
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
    left = [Deed("churn", DAY, customer=f"a{n}") for n in range(40)]
    came = [Deed("visit", DAY, customer=f"c{n}") for n in range(40)]
    fill(store, [], [*left, *came], name="events.csv")
    found = {figure.name: figure for figure in compute("silent", store, BOOK, Ask())}
    assert found["silent.left"].numerator == 40
    assert found["silent.leaving-heard"].denominator == 40
    assert speaking(store) == 20
    store.close()


def test_texts_that_are_named_like_derived_tables_are_texts(tmp_path):
    store = Store(tmp_path / "store.duckdb")
    fill(store, SAID, [Deed("told", DAY, customer="c1"), Deed("keys", DAY, customer="c2")])
    rows = store.sql("SELECT kind, count(*) AS n FROM doings GROUP BY kind ORDER BY kind")
    assert rows == [{"kind": "keys", "n": 1}, {"kind": "told", "n": 1}]
    store.close()


def test_figures_of_the_whole_corpus_are_kept_once_they_are_counted(tmp_path, monkeypatch):
    store = Store(tmp_path / "store.duckdb")
    fill(store, SAID)
    counted = {name: compute(name, store, BOOK, Ask()) for name in analyses()}
    store.kept.forget()
    compute_all(store, BOOK)

    def refuse(query):
        raise AssertionError(f"counted again: {query}")

    with monkeypatch.context() as patch:
        patch.setattr(store, "sql", refuse)
        assert {name: compute(name, store, BOOK, Ask()) for name in analyses()} == counted

    fill(store, [Answer("d", 9, {"price": "-"})], name="more.csv")
    assert speaking(store) == 21
    store.close()


def test_counting_ends_when_it_is_told_to(tmp_path, monkeypatch):
    store = Store(tmp_path / "store.duckdb")
    fill(store, SAID)

    def refuse(query):
        raise AssertionError(f"counted: {query}")

    monkeypatch.setattr(store, "sql", refuse)
    stop = Event()
    with pytest.raises(AssertionError):
        compute_all(store, BOOK, stop)
    stop.set()
    compute_all(store, BOOK, stop)
    store.close()


def test_what_looks_at_no_stage_is_the_same_at_any(tmp_path):
    store = Store(tmp_path / "store.duckdb")
    visits = [Deed("visit", DAY, None, f"s{n}") for n in range(60)]
    bought = [Deed("purchase", DAY, None, f"s{n}") for n in range(40)]
    fill(store, SAID, [*visits, *bought])
    whole = compute("funnel", store, BOOK, Ask())
    assert whole
    assert compute("funnel", store, BOOK, Ask(Filters(stage=("support",)))) == whole
    store.close()


def test_what_many_ask_for_at_once_is_made_once():
    kept, made = Kept(), []

    def make():
        made.append(1)
        sleep(0.05)
        return object()

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: kept.get(("one",), make), range(8)))
    assert len(made) == 1
    assert len(set(map(id, found))) == 1


def test_what_could_not_be_made_is_made_by_the_next():
    kept, tries = Kept(), []

    def fail():
        tries.append(1)
        sleep(0.02)
        if len(tries) < 3:
            raise ValueError("not yet")
        return "made"

    def ask(_):
        try:
            return kept.get(("one",), fail)
        except ValueError:
            return None

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(ask, range(4)))
    assert sorted(found, key=str) == [None, None, "made", "made"]
