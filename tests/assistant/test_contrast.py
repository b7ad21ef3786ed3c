"""Which words set low-rated records apart from high-rated ones, on made-up counts."""

from math import sqrt

import pytest

from assistant.contrast import CLEARLY, FEWEST_RECORDS, contrasts
from corpus.types import Passage


def rated(text: str, score: float | None, times: int = 1, language: str = "fr") -> list[Passage]:
    return [
        Passage(
            id=f"{text}{score}{number}",
            kind="feedback",
            source_id="avis-1",
            source="avis.csv",
            parent=f"{number}",
            text=text,
            language=language,
            locator={},
            score=score,
        )
        for number in range(times)
    ]


USUAL = [
    *rated("attente du remboursement", 0.0, 30),
    *rated("dossier ouvert", 0.25, 10),
    *rated("conseiller du matin", 1.0, 30),
    *rated("dossier ouvert", 0.75, 10),
]


def words_of(found):
    return [contrast.word for contrast in found]


def test_each_side_has_its_own_words_and_what_both_hold_is_no_contrast():
    low, high = contrasts(USUAL, "fr", frozenset())
    assert set(words_of(low)) == {"attente", "remboursement"}
    assert set(words_of(high)) == {"conseiller", "matin"}


def test_the_z_score_is_that_of_the_pooled_two_proportion_test():
    low, _ = contrasts(USUAL, "fr", frozenset())
    # 30 of 40 records against none of 40: pooled 30 of 80.
    z = 0.75 / sqrt(0.375 * 0.625 * (1 / 40 + 1 / 40))
    assert [c.z for c in low] == pytest.approx([z, z])


def test_the_clearest_comes_first():
    passages = [*USUAL, *rated("remboursement", 0.0, 12)]
    low, _ = contrasts(passages, "fr", frozenset())
    assert words_of(low) == ["remboursement", "attente"]
    assert [c.z for c in low] == sorted((c.z for c in low), reverse=True)
    assert all(c.z >= CLEARLY for c in low)


def test_sides_that_are_swapped_swap_their_words():
    swapped = [p for q in USUAL for p in rated(q.text, 1 - (q.score or 0.0), 1)]
    low, high = contrasts(USUAL, "fr", frozenset())
    other_low, other_high = contrasts(swapped, "fr", frozenset())
    assert (words_of(low), words_of(high)) == (words_of(other_high), words_of(other_low))


def test_a_word_counts_once_a_record():
    often = [*rated("attente attentes l'attente d'attente", 0.0, 7), *rated("rien", 0.0, 20)]
    low, _ = contrasts([*often, *rated("accueil", 1.0, 27)], "fr", frozenset())
    assert "attente" not in words_of(low)


def test_too_few_records_are_an_accident():
    assert FEWEST_RECORDS == 10
    for few, found in ((9, []), (10, ["attente"])):
        passages = [*rated("attente", 0.0, few), *rated("accueil", 1.0, 60)]
        passages += rated("attente", 1.0, 1)
        assert words_of(contrasts(passages, "fr", frozenset())[0]) == found


def test_ignored_stems_are_no_reason():
    low, _ = contrasts(USUAL, "fr", frozenset({"rembours"}))
    assert words_of(low) == ["attente"]


def test_names_are_no_reason():
    passages = [*rated("chez Zorglub toujours attente", 0.0, 30), *rated("accueil", 1.0, 30)]
    low, _ = contrasts(passages, "fr", frozenset())
    assert "attente" in words_of(low)
    assert "zorglub" not in words_of(low)


def test_the_middle_the_unrated_and_other_languages_are_left_out():
    noise = [
        *rated("panne", 0.5, 50),
        *rated("panne", None, 50),
        *rated("panne", 0.0, 50, language="en"),
    ]
    assert contrasts([*USUAL, *noise], "fr", frozenset()) == contrasts(USUAL, "fr", frozenset())


def test_a_word_is_shown_as_it_is_mostly_written_with_all_its_forms():
    passages = [
        *rated("les remboursements,", 0.0, 20),
        *rated("l’attente du remboursement…", 0.0, 10),
        *rated("accueil", 1.0, 30),
    ]
    first = contrasts(passages, "fr", frozenset())[0][0]
    assert (first.word, first.forms) == ("remboursements", ("remboursement", "remboursements"))
    assert (first.stem, first.field) == ("rembours", "fr")


def test_short_words_and_numbers_tell_nothing():
    passages = [*rated("un 2024 bus abc123", 0.0, 30), *rated("mon chat 2025", 1.0, 30)]
    assert words_of(contrasts(passages, "fr", frozenset())[0]) == []


def test_of_nothing_there_is_no_contrast():
    assert contrasts([], "fr", frozenset()) == ([], [])
