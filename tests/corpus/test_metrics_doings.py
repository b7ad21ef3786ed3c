"""What was done, counted and summed, against pandas and statsmodels."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from corpus.codebook import starting_codebook
from corpus.filters import Filters
from corpus.metrics import compute
from corpus.metrics.types import Ask
from evals.worlds import gold_store

BOOK = starting_codebook()


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return gold_store(tmp_path_factory.mktemp("doings"), customers=1200)


@pytest.fixture(scope="module")
def done(store):
    rows = store.sql(
        "SELECT kind, channel, customer_key AS customer, session, amount, "
        "segments ->> 'pays' AS pays FROM events"
    )
    return pd.DataFrame(rows)


def figures(store, **asked):
    return compute("doings", store, BOOK, Ask(**asked))


def one(found, name, **about):
    (figure,) = [f for f in found if f.name == f"doings.{name}" and dict(f.about) == about]
    return figure


def test_every_kind_is_counted_with_its_customers(store, done):
    found = figures(store)
    for kind, rows in done.groupby("kind"):
        assert one(found, "count", kind=kind).value == len(rows)
        assert one(found, "customers", kind=kind).value == rows["customer"].nunique()


@pytest.mark.parametrize(("by", "column"), [("channel", "channel"), ("segment:pays", "pays")])
def test_parts_add_up(store, done, by, column):
    bought = done[(done["kind"] == "purchase") & done[column].notna()]
    found = figures(store, by=by)
    for part, rows in bought.groupby(column):
        assert one(found, "count", kind="purchase", **{by: part}).value == len(rows)
        total = one(found, "total", kind="purchase", **{by: part}).value
        assert total == pytest.approx(rows["amount"].sum())


def test_a_mean_has_the_interval_of_a_regression_clustered_by_customer(store, done):
    bought = done[done["kind"] == "purchase"]
    owner = bought["customer"].fillna(bought["session"])
    ones = np.ones(len(bought))
    fitted = sm.OLS(bought["amount"].to_numpy(float), ones).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(owner)[0]}, use_t=True
    )
    found = one(figures(store), "amount", kind="purchase")
    assert found.value == pytest.approx(fitted.params[0])
    assert (found.low, found.high) == pytest.approx(tuple(fitted.conf_int()[0]), rel=1e-6)


def test_a_mean_of_few_is_withheld_and_its_total_is_told(store, done):
    filters = Filters(since=date(2026, 10, 1), until=date(2026, 10, 4))
    found = figures(store, filters=filters)
    few = [f for f in found if f.name == "doings.amount" and f.n < 30]
    assert few
    for mean in few:
        assert (mean.value, mean.withheld) == (None, "few")
        assert one(found, "total", **dict(mean.about)).value is not None


def test_queries_give_the_values_again(store):
    for figure in figures(store, by="channel"):
        if figure.value is not None:
            assert store.sql(figure.query)[0]["value"] == pytest.approx(figure.value)


def test_what_events_have_not_gives_nothing(store):
    assert figures(store, by="language") == []
