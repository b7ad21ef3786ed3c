"""What there is to choose from: the values that customers' records have, and no others."""

from corpus.choices import choices
from corpus.store import Store
from tests.conftest import AVIS, Load

STAFF = "id;date;voix;canal;avis\nE1;2020-01-01;employee;intranet;Les clients sont pressés.\n"


def test_the_values_of_customers_the_most_frequent_first(store: Store, load_into: Load) -> None:
    load_into(store, AVIS)
    load_into(store, STAFF, "equipe.csv")
    found = choices(store)
    assert found.source == ("avis.csv",)
    assert found.channel[0] == "web"
    assert set(found.channel) == {"web", "boutique", "app"}
    assert set(found.stage) >= {"delivery", "purchase", "support"}
    assert found.segment == {"pays": ("France", "Belgique")}
    assert (str(found.first), str(found.last)) == ("2026-01-10", "2026-05-14")


def test_an_empty_store_has_nothing_to_choose_from(store: Store) -> None:
    found = choices(store)
    assert (found.source, found.segment, found.first) == ((), {}, None)
