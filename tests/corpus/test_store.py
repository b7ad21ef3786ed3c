"""The store: passages, filters, counts, and SQL that only reads."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from corpus import selects
from corpus import tables as t
from corpus.errors import ConfigurationError, InputError, NotFoundError
from corpus.filters import Filters
from corpus.store import Store
from corpus.types import Score


@pytest.fixture(scope="module")
def two(tmp_path_factory, load_into, avis, reviews) -> Iterator[Store]:
    """A store with the French and the English file, that no test changes."""
    store = Store(tmp_path_factory.mktemp("two") / "store.duckdb")
    load_into(store, avis)
    load_into(store, reviews, "reviews.csv")
    yield store
    store.close()


def own(ids) -> list[str]:
    """Ids as their file gave them."""
    return sorted(passage_id.split(":")[1] for passage_id in ids)


def kept(store: Store, **given: object) -> list[str]:
    return own(p.id for p in store.sample(Filters(**given), 100))


# Passages ------------------------------------------------------------------------------------


def test_a_passage_keeps_what_was_known_of_its_record(two: Store) -> None:
    (passage,) = two.sample(Filters(channel=("boutique",)), 9)
    assert passage.text == "Le vendeur a pris le temps de me conseiller."
    assert (passage.kind, passage.source, passage.language) == ("feedback", "avis.csv", "fr")
    assert (passage.date, passage.stage, passage.score) == (date(2026, 3, 12), "purchase", 1.0)
    assert dict(passage.segments) == {"pays": "Belgique"}
    assert passage.locator["row"] == 4


def test_passages_come_in_the_order_asked_for(two: Store) -> None:
    ids = [p.id for p in two.sample(Filters(), 100)]
    assert [p.id for p in two.passages([ids[3], "unknown", ids[0]])] == [ids[3], ids[0]]
    assert two.passages([]) == []


def test_an_unknown_passage_or_source_is_not_found(two: Store) -> None:
    with pytest.raises(NotFoundError, match="No passage has the id x:1"):
        two.passage("x:1")
    with pytest.raises(NotFoundError, match="No source has the id x"):
        two.remove("x")
    with pytest.raises(NotFoundError, match=r"absent\.csv; there are avis\.csv, reviews\.csv"):
        two.check_sources(["absent.csv"])
    assert two.source_ids(["absent.csv"]) == []


def test_siblings_are_the_neighbours_in_the_source(two: Store) -> None:
    passages = list(two.passages_of(two.source_ids(["avis.csv"])[0]))
    assert own(p.id for p in two.siblings(passages[2])) == ["A2", "A3", "A4"]
    assert own(p.id for p in two.siblings(passages[0], reach=2)) == ["A1", "A2", "A3"]


def test_a_sample_is_the_same_each_time(two: Store) -> None:
    first = two.sample(Filters(), 4)
    assert len(first) == 4
    assert two.sample(Filters(), 4) == first


def test_scores_of_records(two: Store) -> None:
    (source,) = two.source_ids(["avis.csv"])
    found = two.scores_of([f"{source}:A1", f"{source}:A5", "unknown"])
    assert found == {f"{source}:A1": [Score("note", 1.0, 1.0, 5.0, "stars")]}


def test_languages_sources_and_segments_in_scope(two: Store) -> None:
    assert two.languages_in_scope(Filters()) == ["fr", "en"]
    assert two.languages_in_scope(Filters(channel=("shop",))) == ["en"]
    assert two.languages_in_scope(Filters(channel=("fax",))) == []
    assert two.sources_in_scope(Filters(channel=("boutique",))) == two.source_ids(["avis.csv"])
    assert two.segment_values()[:3] == [("country", "UK"), ("pays", "France"), ("pays", "Belgique")]


# Filters -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        ({}, "A1 A2 A3 A4 A5 R1 R2 R3 R4"),
        ({"source": ("avis.csv",), "channel": ("web",)}, "A1 A2"),
        ({"source": ("avis.csv", "reviews.csv"), "stage": ("support",)}, "A4 R4"),
        ({"kind": ("feedback", "research"), "language": ("en",)}, "R1 R2 R3 R4"),
        ({"kind": ("research",)}, ""),
        ({"stage": ("purchase", "support"), "language": ("fr",)}, "A2 A3 A4"),
        ({"since": date(2026, 3, 12), "until": date(2026, 4, 13)}, "A3 A4 R3"),
        ({"since": date(2026, 4, 14)}, "R4"),
        ({"until": date(2026, 1, 10)}, "A1"),
        ({"segment": {"pays": "Belgique"}}, "A3 A4"),
        ({"segment": {"pays": "Belgique", "country": "UK"}}, ""),
        ({"score_max": 0.25}, "A1 A2 R1 R2"),
        ({"score_min": 0.75, "score_max": 0.99}, "A4 R4"),
        ({"score_min": 0.0}, "A1 A2 A3 A4 R1 R2 R3 R4"),
    ],
)
def test_what_filters_keep(two: Store, given: dict, ids: str) -> None:
    assert kept(two, **given) == ids.split()
    assert two.count(t.passages, Filters(**given)) == len(ids.split())


@pytest.mark.parametrize(
    ("given", "records"),
    [
        ({}, 10),
        ({"score_min": 0.5, "score_max": 0.5}, 1),
        ({"kind": ("feedback",)}, 10),
        ({"kind": ("internal",)}, 0),
        ({"kind": ("journey",)}, 0),
        ({"since": date(2026, 5, 1), "source": ("avis.csv",)}, 1),
    ],
)
def test_records_are_filtered_alike(two: Store, given: dict, records: int) -> None:
    assert two.count(t.records, Filters(**given)) == records


@pytest.mark.parametrize("table", [t.records, t.passages], ids=str)
@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(kind=("feedback",), source=("avis.csv",), language=("fr",), stage=("purchase",)),
        Filters(since=date(2026, 2, 1), until=date(2026, 5, 1), score_min=0.2),
        Filters(segment={"pays": "Côte d'Ivoire; DROP TABLE records"}, channel=("l'app",)),
        Filters(segment={"pays": "Belgique"}, channel=("boutique", "100%")),
    ],
)
def test_the_query_behind_a_count_gives_it_again(two: Store, table, filters: Filters) -> None:
    assert two.sql(two.count_query(table, filters)) == [{"value": two.count(table, filters)}]


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InputError, match="Unknown kind poems; the kinds are feedback"):
        Filters(kind=("poems",))


# SQL -----------------------------------------------------------------------------------------


def test_a_select_gives_rows_as_objects(two: Store) -> None:
    assert two.sql("SELECT language, count(*) AS n FROM records GROUP BY ALL ORDER BY n DESC") == [
        {"language": "fr", "n": 6},
        {"language": "en", "n": 4},
    ]


def test_values_are_json_values(two: Store) -> None:
    assert two.sql(
        "SELECT DATE '2026-01-10' AS d, 1.5::DECIMAL(4,1) AS x, 2::HUGEINT AS n, NULL AS z, [1] l"
    ) == [{"d": "2026-01-10", "x": 1.5, "n": 2, "z": None, "l": [1]}]


def test_a_comment_a_semicolon_and_with_are_fine(two: Store) -> None:
    assert two.sql(
        "-- how many\nWITH r AS (SELECT * FROM records) SELECT count(*) AS n FROM r;"
    ) == [{"n": 10}]


REFUSED = [
    "",
    "-- nothing",
    "INSERT INTO properties VALUES ('a', 'b')",
    "UPDATE records SET text = ''",
    "DELETE FROM records",
    "DROP TABLE records",
    "CREATE TABLE mine (a INT)",
    "CREATE TEMP TABLE mine AS SELECT 1",
    "SELECT 1; SELECT 2",
    "SELECT 1; DELETE FROM records",
    "COPY records TO '{folder}/out.csv'",
    "COPY records FROM '/etc/passwd'",
    "EXPORT DATABASE '{folder}/out'",
    "ATTACH '{folder}/other.duckdb'",
    "PRAGMA version",
    "PRAGMA database_list",
    "SET enable_external_access = true",
    "SELECT set_config('enable_external_access', 'true', false)",
    "RESET lock_configuration",
    "INSTALL httpfs",
    "LOAD httpfs",
    "CALL pragma_version()",
    "CHECKPOINT",
    "VACUUM",
    "BEGIN",
    "COMMIT; DELETE FROM records",
    "EXPLAIN ANALYZE DELETE FROM records",
    "PREPARE p AS DELETE FROM records",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/hostname')",
    "SELECT * FROM read_json('{folder}/a.json')",
    "SELECT * FROM read_parquet('{folder}/a.parquet')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM '{folder}/a.json'",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM query('DELETE FROM records')",
    "SELECT * FROM no_such_table",
    "SELECT no_such_column FROM records",
    "SELECT",
    "SELEC 1",
    "quels sont les avis ?",
    "SELECT 'a\n\nb' + 1",
]


@pytest.mark.parametrize("query", REFUSED)
def test_what_is_not_one_harmless_select_is_refused(two: Store, tmp_path: Path, query: str) -> None:
    (tmp_path / "a.json").write_text('{"a": 1}')
    before = [two.sql(f"SELECT * FROM {table} ORDER BY ALL") for table in t.metadata.tables]
    files = sorted(tmp_path.iterdir())
    with pytest.raises(InputError) as refused:
        two.sql(query.replace("{folder}", str(tmp_path)))
    assert str(refused.value)
    assert "\n" not in str(refused.value)
    assert [two.sql(f"SELECT * FROM {table} ORDER BY ALL") for table in t.metadata.tables] == before
    assert sorted(tmp_path.iterdir()) == files


def test_a_slow_query_is_stopped(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selects, "SQL_SECONDS", 0.2)
    with pytest.raises(InputError, match=r"took more than 0\.2 seconds"):
        store.sql("SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b")
    assert store.sql("SELECT 1 AS one") == [{"one": 1}]


def test_too_many_rows_are_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selects, "SQL_ROWS", 3)
    assert len(store.sql("SELECT * FROM range(3)")) == 3
    with pytest.raises(InputError, match="more than 3 rows"):
        store.sql("SELECT * FROM range(4)")


# The file ------------------------------------------------------------------------------------


def test_what_was_loaded_is_there_when_opened_again(tmp_path: Path, load, store, avis) -> None:
    load(avis)
    sources = store.sources()
    store.close()
    again = Store(tmp_path / "store.duckdb")
    assert again.sources() == sources
    assert again.count(t.passages) == 5
    again.close()


def test_a_file_that_is_no_store_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "store.duckdb").write_bytes(b"not a database" * 1000)
    with pytest.raises(ConfigurationError, match="cannot be opened as a store") as refused:
        Store(tmp_path / "store.duckdb")
    assert "\n" not in str(refused.value)


def test_a_store_of_another_version_is_refused(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.close()
    monkeypatch.setattr(t, "SCHEMA_VERSION", t.SCHEMA_VERSION + 1)
    with pytest.raises(ConfigurationError, match="load the sources again into a new directory"):
        Store(tmp_path / "store.duckdb")
