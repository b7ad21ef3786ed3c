"""Search over the store: the indexes follow the records, filter alike, and can be rebuilt."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import tables as t
from corpus.errors import ConfigurationError
from corpus.filters import Filters
from corpus.store import Store
from retrieval.embeddings import BATCH, HashedWords
from retrieval.index import SearchIndex

Open = Callable[..., SearchIndex]


def own(index: SearchIndex, text: str, language: str = "fr", **given: object) -> list[str]:
    """What a search finds, under the ids that the file gave."""
    return [hit.passage.id.split(":")[1] for hit in index.search(text, language, **given)]


def rows(*numbers: int, extra: str = "") -> str:
    texts = (f"A{n};{n % 5 + 1};Le colis portant le mot{n} est arrivé." for n in numbers)
    return "\n".join(["id;note;avis", *texts]) + "\n" + extra


# Following the records -----------------------------------------------------------------------


def test_a_new_source_is_found_at_once_by_its_words(load, open_index: Open, avis) -> None:
    index = open_index(HashedWords())
    assert own(index, "colis") == []
    load(avis)
    index.follow()
    assert own(index, "colis cassé") == ["A1"]
    assert len(index.lexical) == 5


def test_a_removed_source_is_found_no_more(
    store: Store, load, open_index: Open, avis, reviews
) -> None:
    index = open_index(HashedWords())
    loaded = load(avis)
    load(reviews, "reviews.csv")
    index.follow()
    index.embed()
    store.remove(loaded.source.id)
    index.follow()
    assert own(index, "colis", mode="lexical") == ["R1"]
    assert sorted(own(index, "colis", mode="dense")) == ["R1", "R2", "R3", "R4"]
    assert (len(index.lexical), len(index.dense)) == (4, 4)


def test_a_changed_file_is_found_as_it_is_now(load, open_index: Open) -> None:
    index = open_index(HashedWords())
    load(rows(1, 2, 3))
    index.follow()
    index.embed()
    load(rows(2, extra="A3;1;Le vendeur est aimable.\n"))
    index.follow()
    index.embed()
    assert own(index, "mot1", mode="lexical") == []
    assert own(index, "vendeur", limit=1) == ["A3"]
    assert (len(index.lexical), len(index.dense)) == (2, 2)


def test_following_twice_does_nothing_more(load, open_index: Open, avis, monkeypatch) -> None:
    index = open_index()
    load(avis)
    index.follow()
    monkeypatch.setattr(index.lexical, "update", None)
    index.follow()


def test_what_was_followed_is_remembered(load, open_index: Open, embedder, avis) -> None:
    index = open_index(embedder)
    load(avis)
    index.follow()
    index.embed()
    index.close()
    embedder.seen.clear()
    again = open_index(embedder)
    again.follow()
    again.embed()
    assert embedder.seen == []
    assert own(again, "colis cassé", limit=1) == ["A1"]


# Embedding -----------------------------------------------------------------------------------


def test_one_changed_record_is_one_embedding(load, open_index: Open, embedder) -> None:
    index = open_index(embedder)
    load(rows(*range(20)))
    index.embed()
    assert len(embedder.seen) == 20
    embedder.seen.clear()
    load(rows(*range(19), extra="A19;1;Un tout autre texte.\n"))
    index.follow()
    index.embed()
    assert embedder.seen == ["Un tout autre texte."]


def test_rows_in_another_order_need_no_embedding(load, open_index: Open, embedder) -> None:
    index = open_index(embedder)
    load(rows(1, 2, 3))
    index.embed()
    embedder.seen.clear()
    load(rows(3, 1, 2))
    index.embed()
    assert embedder.seen == []


def test_a_changed_score_reaches_the_filters_of_the_dense_index(load, open_index: Open) -> None:
    index = open_index(HashedWords())
    load("id;note;avis\nA1;1;Le colis est là.\nA2;5;Le vendeur est là.\n")
    index.embed()
    load("id;note;avis\nA1;5;Le colis est là.\nA2;5;Le vendeur est là.\n")
    index.embed()
    assert own(index, "colis", mode="dense", filters=Filters(score_max=0.5)) == []


def test_the_filler_embeds_passages_and_not_questions(
    tmp_path: Path, store: Store, load, avis, embedder
) -> None:
    load(avis)
    index = SearchIndex(tmp_path, store, HashedWords(), "hashed-words", filler=embedder)
    index.embed()
    assert len(embedder.seen) == 5
    assert index.embed_question("colis") == HashedWords().embed_query("colis")
    index.close()


def test_the_share_and_the_progress(load, open_index: Open) -> None:
    index = open_index(HashedWords())
    assert index.embedded_share == 0.0
    load(rows(*range(BATCH + 4)))
    seen: list[tuple[int, int]] = []
    index.embed(progress=lambda done, total: seen.append((done, total)))
    assert seen == [(BATCH, BATCH + 4), (BATCH + 4, BATCH + 4)]
    assert index.embedded_share == 1.0


def test_embedding_stops_and_resumes(load, open_index: Open, embedder) -> None:
    index = open_index(embedder)
    load(rows(*range(2 * BATCH + 3)))
    stop = Event()
    index.embed(progress=lambda *_: stop.set(), stop=stop)
    assert len(embedder.seen) == BATCH
    assert index.embedded_share == pytest.approx(BATCH / (2 * BATCH + 3))
    index.embed(stop=stop)
    assert len(embedder.seen) == BATCH
    index.embed()
    assert len(embedder.seen) == len(set(embedder.seen)) == 2 * BATCH + 3
    assert index.embedded_share == 1.0


# Searching -----------------------------------------------------------------------------------


@pytest.fixture
def loaded(load, open_index: Open, avis, reviews) -> SearchIndex:
    """Both files, embedded."""
    index = open_index(HashedWords())
    load(avis)
    load(reviews, "reviews.csv")
    index.follow()
    index.embed()
    return index


def test_modes(loaded: SearchIndex) -> None:
    (lexical,) = loaded.search("vendeur conseiller", "fr", mode="lexical", limit=1)
    assert lexical.passage.id.endswith(":A3")
    assert lexical.similarity is None
    dense = loaded.search("vendeur conseiller", "fr", mode="dense")
    assert len(dense) == 9
    assert all(hit.lexical is None for hit in dense)
    fused = loaded.search("vendeur conseiller", "fr")
    assert {hit.passage.id for hit in fused} == {hit.passage.id for hit in dense}
    assert fused[0].passage == lexical.passage
    assert fused[0].lexical == lexical.score
    assert all(hit.similarity is not None for hit in fused)


def test_the_limit(loaded: SearchIndex) -> None:
    assert len(loaded.search("le colis", "fr", limit=3)) == 3
    assert len(loaded.search("le colis", "fr", limit=500)) == 9


def test_a_source_is_named_by_file_or_id(loaded: SearchIndex) -> None:
    by_name = own(loaded, "colis", filters=Filters(source=("reviews.csv",)))
    assert sorted(by_name) == ["R1", "R2", "R3", "R4"]
    # One that was removed while an answer is made finds nothing, rather than everything.
    assert loaded.search("colis", "fr", Filters(source=("absent.csv",))) == []


def test_without_an_embedder_the_words_still_find(load, open_index: Open, avis) -> None:
    index = open_index(None, "none")
    load(avis)
    index.follow()
    index.embed()
    assert own(index, "colis cassé") == own(index, "colis cassé", mode="lexical") == ["A1"]
    assert own(index, "colis cassé", mode="dense") == []
    assert (index.dense, index.embedded_share) == (None, 0.0)
    assert index.embed_question("colis") is None
    assert index.embed_sentences(["colis"]) is None


def test_before_the_vectors_are_there_the_words_find(load, open_index: Open, avis) -> None:
    index = open_index(HashedWords())
    load(avis)
    index.follow()
    assert own(index, "colis cassé") == ["A1"]
    assert own(index, "colis cassé", mode="dense") == []


# Rebuilding ----------------------------------------------------------------------------------

QUESTIONS = [("le colis cassé", "fr"), ("the delivery fee", "en"), ("remboursement", "fr")]


def answers(index: SearchIndex) -> list[list[tuple[str, float]]]:
    return [
        [(hit.passage.id, round(hit.score, 6)) for hit in index.search(text, language, mode=mode)]
        for text, language in QUESTIONS
        for mode in ("fused", "lexical", "dense")
    ]


def test_rebuilt_indexes_find_the_same(loaded: SearchIndex) -> None:
    before = answers(loaded)
    loaded.rebuild()
    assert len(loaded.lexical) == 9
    assert loaded.embedded_share == 0.0
    loaded.embed()
    assert answers(loaded) == before


def test_deleted_directories_are_made_anew(
    loaded: SearchIndex, open_index: Open, tmp_path: Path
) -> None:
    before = answers(loaded)
    loaded.close()
    shutil.rmtree(tmp_path / "lexical")
    shutil.rmtree(tmp_path / "dense")
    again = open_index(HashedWords())
    again.follow()
    again.embed()
    assert answers(again) == before


def test_one_deleted_directory_is_made_anew(
    loaded: SearchIndex, open_index: Open, tmp_path: Path
) -> None:
    before = answers(loaded)
    loaded.close()
    shutil.rmtree(tmp_path / "lexical")
    again = open_index(HashedWords())
    again.follow()
    assert answers(again) == before


def test_another_model_is_refused_until_a_rebuild(
    loaded: SearchIndex, open_index: Open, tmp_path: Path
) -> None:
    loaded.close()
    with pytest.raises(ConfigurationError, match="`ancrage reindex`"):
        open_index(HashedWords(), "another-model")
    assert len(open_index(HashedWords()).dense) == 9


# Filters agree -------------------------------------------------------------------------------

CHANNELS = ("web", "app", "boutique", "l'appli OR 1=1", "100%")
STAGES = ("purchase", "delivery", "support")
COUNTRIES = ("France", "Belgique", "Côte d'Ivoire")
DAY = date(2026, 1, 1)


@pytest.fixture(scope="module")
def varied(tmp_path_factory, load_into) -> Iterator[tuple[Store, SearchIndex]]:
    """Sixty records that differ in everything that can be filtered, a note, and their index."""
    directory = tmp_path_factory.mktemp("varied")
    store = Store(directory / "store.duckdb")
    header = "id;date;canal;étape;pays;langue;voix;note;avis\n"
    lines = [
        ";".join(
            (
                f"A{n}",
                "" if n % 11 == 0 else (DAY + timedelta(days=n)).isoformat(),
                "" if n % 7 == 0 else CHANNELS[n % 5],
                "" if n % 5 == 0 else STAGES[n % 3],
                "" if n % 13 == 0 else COUNTRIES[n // 2 % 3],
                "en" if n % 4 == 0 else "fr",
                "employé" if n % 6 == 0 else "client",
                "" if n % 9 == 0 else str(n % 5 + 1),
                f"colis parcel un{n} deux{n} trois{n} quatre{n} cinq{n}",
            )
        )
        for n in range(60)
    ]
    load_into(store, header + "\n".join(lines[:40]))
    load_into(store, header + "\n".join(lines[40:]), "suite.csv")
    load_into(store, "# Note\n\nLe colis (parcel) est étudié dans ce rapport de 2018.\n", "n.md")
    index = SearchIndex(directory, store, HashedWords(), "hashed-words")
    index.follow()
    index.embed()
    yield store, index
    index.close()
    store.close()


def some(*values: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


DATES = st.none() | st.integers(-2, 62).map(lambda n: DAY + timedelta(days=n))
SHARES = st.none() | st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 1.0])
FILTERS = st.builds(
    Filters,
    kind=some("feedback", "internal", "research", "journey"),
    source=some("avis.csv", "suite.csv", "n.md"),
    stage=some(*STAGES, "renewal"),
    language=some("fr", "en", "nl"),
    channel=some(*CHANNELS, "fax"),
    since=DATES,
    until=DATES,
    score_min=SHARES,
    score_max=SHARES,
    segment=st.dictionaries(
        st.sampled_from(["pays", "ville"]), st.sampled_from(COUNTRIES), max_size=1
    ),
)
ALONE = [
    Filters(),
    *(Filters(kind=(kind,)) for kind in ("feedback", "internal", "research", "journey")),
    *(Filters(source=(source,)) for source in ("avis.csv", "n.md")),
    *(Filters(language=(language,)) for language in ("fr", "en", "nl")),
    *(Filters(channel=(channel,)) for channel in CHANNELS),
    *(Filters(stage=(stage,)) for stage in STAGES),
    *(Filters(segment={"pays": country}) for country in COUNTRIES),
    Filters(segment={"ville": "Lyon"}),
    Filters(since=DAY + timedelta(days=30)),
    Filters(until=DAY + timedelta(days=30)),
    Filters(since=DAY + timedelta(days=30), until=DAY + timedelta(days=30)),
    Filters(since=DAY + timedelta(days=31), until=DAY),
    *(Filters(score_min=share) for share in (0.0, 0.25, 0.3, 1.0)),
    *(Filters(score_max=share) for share in (0.0, 0.25, 0.3, 1.0)),
    Filters(score_min=0.5, score_max=0.5),
    Filters(score_min=0.8, score_max=0.2),
]


def three(store: Store, index: SearchIndex, filters: Filters) -> tuple[set[str], ...]:
    """What SQL, tantivy and Chroma keep of the passages; all of them hold the word."""
    hits = (index.search("colis parcel", "fr", filters, 100, mode) for mode in ("lexical", "dense"))
    return (
        {passage.id for passage in store.sample(filters, 100)},
        *({hit.passage.id for hit in found} for found in hits),
    )


def test_the_varied_corpus_is_what_the_filters_need(varied) -> None:
    store, index = varied
    assert store.count(t.passages) == len(index.lexical) == len(index.dense) == 61
    assert {source.name for source in store.sources()} == {"avis.csv", "suite.csv", "n.md"}
    kept = [len(three(store, index, filters)[0]) for filters in ALONE]
    assert sum(0 < n < 61 for n in kept) > 20


@pytest.mark.parametrize("filters", ALONE, ids=lambda filters: str(filters.as_dict()))
def test_each_filter_keeps_the_same_in_all_three(varied, filters: Filters) -> None:
    in_sql, in_tantivy, in_chroma = three(*varied, filters)
    assert in_tantivy == in_sql
    assert in_chroma == in_sql


@settings(max_examples=150, deadline=None)
@given(filters=FILTERS)
def test_filters_together_keep_the_same_in_all_three(varied, filters: Filters) -> None:
    store, index = varied
    in_sql, in_tantivy, in_chroma = three(store, index, filters)
    assert in_tantivy == in_sql
    assert in_chroma == in_sql
    assert store.count(t.passages, filters) == len(in_sql)
