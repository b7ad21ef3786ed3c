"""Facts: each is given again by its query, has its interval, and is withheld where it is small."""

import shlex
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from assistant.facts import FEWEST, Facts
from corpus.filters import Filters


def table(low: int, high: int, unrated: int = 0, each: int = 1) -> str:
    """Records, ``each`` of them by one customer; every second one speaks of a refund."""
    lines = ["id;date;client;canal;note;pays;avis"]
    for number in range(low + high + unrated):
        score = "1" if number < low else "5" if number < low + high else ""
        text = "Remboursé trop tard hélas" if number % 2 else "l'été fut long et l'accueil froid"
        channel = "web" if number % 4 < 2 else "app"
        country = "France" if number % 3 else "Belgique"
        who = f"A{number};2026-0{1 + number % 9}-05;C{number // each}"
        lines.append(f"{who};{channel};{score};{country};{text}")
    return "\n".join(lines)


@pytest.fixture
def make(load, store) -> Callable[..., Facts]:
    def make(low: int, high: int, unrated: int = 0, **filters: object) -> Facts:
        load(table(low, high, unrated))
        return Facts(store, Filters(**{"kind": ("feedback",), **filters}))

    return make


def test_a_count_is_given_again_by_its_query(make, store):
    fact = make(10, 12, 3).records_in_scope("tous")
    assert (fact.value, fact.unit, fact.n, fact.label) == (25, "records", 25, "tous")
    assert (fact.numerator, fact.low, fact.high) == (None, None, None)
    assert store.sql(fact.query) == [{"value": 25}]


def test_a_share_is_given_again_by_its_query_with_its_counts(make, store):
    fact = make(10, 30).share_low("basses")
    assert (fact.numerator, fact.denominator, fact.n) == (10, 40, 40)
    assert fact.value == pytest.approx(0.25)
    assert store.sql(fact.query)[0]["value"] == pytest.approx(fact.value)
    assert shlex.split(fact.replay) == ["ancrage", "sql", fact.query, "--json"]
    assert (fact.base, fact.unit) == ("customers", "share")


def test_the_interval_is_wilson_s(make):
    fact = make(10, 30).share_low("basses")
    z, n, p = norm.ppf(0.975), 40, 0.25
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    assert (fact.low, fact.high) == pytest.approx((centre - half, centre + half))
    assert "Wilson" in fact.method


@pytest.mark.parametrize(
    ("low", "high", "given"), [(10, 20, True), (10, 19, False), (9, 21, False), (0, 0, False)]
)
def test_a_share_with_fewer_than_thirty_below_is_withheld(make, low, high, given):
    facts = make(low, high, 40)
    assert FEWEST == 30
    fact = facts.share_low("basses")
    assert (fact is not None) == given
    assert facts.made == ([fact] if given else [])


def test_records_without_a_score_are_in_no_share(make):
    fact = make(20, 20, 17).share_low("basses")
    assert fact.denominator == 40


def test_a_share_among_those_that_hold_a_word(make, store):
    facts = make(40, 40)
    fact = facts.share_low("basses", ["rembours"])
    assert (fact.numerator, fact.denominator) == (20, 40)
    assert store.sql(fact.query)[0]["value"] == pytest.approx(0.5)


def test_a_customer_counts_once_and_as_soon_as_one_record_does(load, store):
    load(table(21, 59, each=2))
    fact = Facts(store, Filters()).share_low("basses")
    # The eleventh customer wrote one of either.
    assert (fact.base, fact.numerator, fact.denominator) == ("customers", 11, 40)
    assert store.sql(fact.query)[0]["value"] == pytest.approx(11 / 40)


def test_where_few_customers_are_known_records_are_counted_and_said_to_be(load, store):
    rows = table(21, 59, each=2)
    for number in range(9):
        rows = rows.replace(f";C{number};", ";;")
    load(rows)
    fact = Facts(store, Filters()).share_low("basses")
    assert (fact.base, fact.numerator, fact.denominator) == ("records", 21, 80)


def test_where_nearly_all_are_known_a_nameless_record_counts_for_a_customer(load, store):
    load(table(21, 59, each=2).replace(";C0;", ";;"))
    facts = Facts(store, Filters())
    fact = facts.share_low("basses")
    assert (fact.base, facts.anonymous) == ("customers", 2)
    assert (fact.numerator, fact.denominator) == (12, 41)


def test_a_score_alone_is_not_counted_among_those_who_may_use_a_word(load, store):
    def said(n):
        return f"remboursement lent, dossier {n}" if n < 40 else ""

    load(
        "id;date;client;note;avis\n"
        + "".join(f"{n};2026-01-05;C{n};{1 + n % 5};{said(n)}\n" for n in range(200))
    )
    facts = Facts(store, Filters())
    assert facts.scores_alone == 160
    assert facts.records_in_scope("tous").value == 40
    assert facts.share_low("basses").denominator == 200
    assert facts.share_low("basses", []).denominator == 40
    assert facts.share_low("basses", ["rembours"]).denominator == 40


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (["rembours"], 10),
        (["REMBOURS"], 10),
        (["rembourse"], 10),  # accents count for nothing
        (["tard"], 10),
        (["ete"], 10),
        (["été"], 10),
        (["accueil"], 10),
        (["bours"], 0),  # not at the beginning of a word
        (["tard", "accueil"], 20),
        (["absent"], 0),
    ],
)
def test_mentions_are_of_words_that_begin_so(make, words, value):
    assert make(10, 10).mentioning("mots", words).value == value


def test_shares_of_a_word_are_of_the_whole_word(make):
    facts = make(40, 40)
    whole = facts.share_holding("mots", ["tard"], low=True)
    part = facts.share_holding("mots", ["tar"], low=True)
    assert (whole.numerator, whole.denominator) == (20, 40)
    assert part is None
    assert facts.share_holding("mots", ["tard"], low=False).denominator == 40


@pytest.mark.parametrize(
    ("filters", "value"),
    [
        ({}, 36),
        ({"channel": ("web",)}, 18),
        ({"segment": {"pays": "Belgique"}}, 12),
        ({"since": date(2026, 5, 1)}, 20),
        ({"until": date(2026, 1, 31)}, 4),
        ({"score_max": 0.4}, 16),
        ({"language": ("en",)}, 0),
        ({"kind": ("internal",)}, 0),
        ({"source": ("avis.csv",)}, 36),
    ],
)
def test_filters_limit_what_is_counted(make, store, filters, value):
    fact = make(16, 20, **filters).records_in_scope("tous")
    assert fact.value == value
    assert store.sql(fact.query)[0]["value"] == value
    assert fact.filter == Filters(**{"kind": ("feedback",), **filters}).as_dict()


def test_facts_are_numbered_as_they_are_made(make):
    facts = make(20, 20)
    made = [facts.records_in_scope("a"), facts.mentioning("b", ["tard"]), facts.share_low("c")]
    assert [fact.id for fact in facts.made] == ["f1", "f2", "f3"]
    assert facts.made == made


@pytest.mark.parametrize("value", ["O'Brien", 'a"b', "x'; DROP TABLE records; --", "%", "\\"])
def test_values_of_filters_are_values(make, store, value):
    facts = make(20, 20, segment={"pays": value})
    fact = facts.records_in_scope("tous")
    assert fact.value == 0
    assert store.sql(fact.query)[0]["value"] == 0
    assert store.sql("SELECT count(*) AS n FROM records") == [{"n": 40}]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(words=st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=3))
def test_no_word_can_break_the_query(load, store, words):
    if not store.sources():
        load(table(5, 5))
    fact = Facts(store, Filters()).mentioning("mots", words)
    assert 0 <= fact.value <= 10
    assert store.sql(fact.query)[0]["value"] == fact.value
