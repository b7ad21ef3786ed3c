from pathlib import Path

import pytest

from corpus.demo.measures import measure
from corpus.errors import InputError
from evals.worlds import gold_store


def test_a_store_of_a_world_gives_the_figures_of_that_world(tmp_path: Path) -> None:
    store = gold_store(tmp_path / "new", seed=5, customers=400, without=["loud-customer"])
    truth = {row.name: row.value for row in measure(400, 5, ["loud-customer"])}

    (counted,) = store.sql(
        "SELECT count(*) AS records, count(DISTINCT customer_key) AS people FROM records"
    )
    (events,) = store.sql("SELECT count(*) AS n FROM events WHERE kind = 'late_delivery'")
    (nps,) = store.sql(
        "SELECT 100.0 * (count_if(value >= 9) - count_if(value <= 6)) / count(*) AS value "
        "FROM scores JOIN records ON records.id = record_id WHERE scores.kind = 'nps' "
        "AND date BETWEEN DATE '2026-04-01' AND DATE '2026-06-30'"
    )
    (delay,) = store.sql(
        "SELECT count(DISTINCT record_id) AS n FROM mentions JOIN coded USING (record_id) "
        "WHERE theme = 'delivery-delay' AND polarity = '-'"
    )

    assert counted["records"] == truth["records"]
    assert counted["people"] == truth["customers.who_answered"]
    assert events["n"] == truth["events.kind.late_delivery"]
    assert nps["value"] == pytest.approx(truth["nps.2026-Q2"])
    assert delay["n"] == truth["theme.delivery-delay.negative"]
    store.close()


def test_spans_are_those_of_the_passages(tmp_path: Path) -> None:
    store = gold_store(tmp_path, customers=200)
    (row,) = store.sql(
        "SELECT count(*) AS n, count_if(span_end <= length(text)) AS within FROM mentions "
        "JOIN passages ON passages.id = passage_id"
    )
    assert row["n"] == row["within"] > 0
    store.close()


def test_a_cause_that_is_not_planted_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        gold_store(tmp_path, without=["weather"])
