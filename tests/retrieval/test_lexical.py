"""The lexical index: words, stems and filters."""

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.filters import Filters
from corpus.types import Passage
from retrieval.lexical import LexicalIndex
from retrieval.query import query_terms

Make = Callable[..., Passage]


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    return LexicalIndex(tmp_path / "lexical")


def find(index: LexicalIndex, text: str, language: str = "fr", **given: object) -> list[str]:
    return [r.id for r in index.search(query_terms(text, language), Filters(**given), 10)]


def test_french_words_are_found_by_their_stem(index: LexicalIndex, passage: Make) -> None:
    index.update([], [passage("a", "Les livraisons étaient retardées."), passage("b", "Parfait.")])
    assert find(index, "livraison retardée") == ["a"]
    assert find(index, "LIVRAISONS") == ["a"]


def test_english_words_are_found_by_their_stem(index: LexicalIndex, passage: Make) -> None:
    index.update([], [passage("a", "Refunds were delayed.", language="en")])
    assert find(index, "delay of a refund", "en") == ["a"]


def test_accents_and_typography_do_not_matter(index: LexicalIndex, passage: Make) -> None:
    index.update([], [passage("a", "L’œuvre déçoit, c’est l'été.")])
    assert find(index, "oeuvre") == find(index, "œuvre") == find(index, "l’ete") == ["a"]


def test_stop_words_find_nothing(index: LexicalIndex, passage: Make) -> None:
    index.update([], [passage("a", "Le colis est là.")])
    assert find(index, "que le la les de nous") == []
    assert find(index, "") == find(index, "?!") == []


def test_a_name_is_found_in_every_language(index: LexicalIndex, passage: Make) -> None:
    index.update(
        [],
        [
            passage("fr", "Décathlon répond vite."),
            passage("en", "Decathlon answers fast.", language="en"),
            passage("nl", "Decathlon antwoordt snel.", language="nl"),
        ],
    )
    assert sorted(find(index, "Decathlon")) == ["en", "fr", "nl"]


def test_the_lexicon_carries_a_word_into_the_other_language(
    index: LexicalIndex, passage: Make
) -> None:
    index.update([], [passage("a", "Le remboursement tarde."), passage("b", "Le vendeur sourit.")])
    assert find(index, "refund", "en") == ["a"]


def test_the_rarer_word_counts_more(index: LexicalIndex, passage: Make) -> None:
    common = [passage(f"c{n}", "colis colis reçu") for n in range(9)]
    index.update([], [*common, passage("rare", "vendeur aimable reçu")])
    assert find(index, "colis vendeur")[0] == "rare"


def test_removing_a_source_forgets_its_passages_only(index: LexicalIndex, passage: Make) -> None:
    index.update([], [passage("a", "colis"), passage("b", "colis", source_id="autre-2")])
    index.update(["avis-1"], [])
    assert find(index, "colis") == ["b"]
    assert len(index) == 1


def test_an_update_puts_new_passages_for_old_ones(index: LexicalIndex, passage: Make) -> None:
    index.update([], [passage("a", "colis")])
    index.update(["avis-1"], [passage("a", "vendeur")])
    assert (find(index, "colis"), find(index, "vendeur"), len(index)) == ([], ["a"], 1)


def test_counts_and_frequencies(index: LexicalIndex, passage: Make) -> None:
    index.update([], [passage("a", "colis", channel="web"), passage("b", "colis vendeur")])
    assert index.frequency("fr", "colis") == 2
    assert index.count([("fr", "colis"), ("fr", "vendeur")], Filters()) == 2
    assert index.count([("fr", "colis")], Filters(channel=("web",))) == 1


def test_a_filter_value_is_taken_as_it_is(index: LexicalIndex, passage: Make) -> None:
    index.update(
        [],
        [
            passage("a", "colis", channel="web=app", segments={"pays": "Côte d'Ivoire"}),
            passage("b", "colis", channel="web"),
        ],
    )
    assert find(index, "colis", channel=("web=app",)) == ["a"]
    assert find(index, "colis", segment={"pays": "Côte d'Ivoire"}) == ["a"]
    assert find(index, "colis", channel=("*",)) == []


def test_it_is_there_when_opened_again(index: LexicalIndex, passage: Make, tmp_path: Path) -> None:
    index.update([], [passage("a", "colis")])
    assert find(LexicalIndex(tmp_path / "lexical"), "colis") == ["a"]


def test_one_that_cannot_be_read_is_made_anew(tmp_path: Path, passage: Make) -> None:
    (tmp_path / "lexical").mkdir()
    (tmp_path / "lexical" / "meta.json").write_text("{}")
    index = LexicalIndex(tmp_path / "lexical")
    index.update([], [passage("a", "colis")])
    assert find(index, "colis") == ["a"]
