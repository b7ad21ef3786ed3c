"""The interface's words: both languages whole, and set in their typography."""

import re

import pytest

from assistant.ui import words
from assistant.ui.words import choose, day, dictionary, number, place, say, say_count, share
from corpus.types import EVIDENCE_KINDS, FILE_KINDS, STAGES


def test_both_languages_say_everything_with_the_same_gaps() -> None:
    french, english = dictionary("fr"), dictionary("en")
    assert french.keys() == english.keys()
    for key, text in french.items():
        assert text, key
        assert english[key], key
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[key])), key
        assert ("|" in text) == ("|" in english[key]), key


def test_every_kind_and_stage_has_its_words() -> None:
    for language in words.LANGUAGES:
        for key in (
            *(f"{prefix}_{kind}" for kind in EVIDENCE_KINDS for prefix in ("kind", "says")),
            *(f"{prefix}_{kind}" for kind in FILE_KINDS for prefix in ("file", "n")),
            *(f"stage_{stage}" for stage in STAGES),
        ):
            assert words.has(language, key), key


def test_french_punctuation_never_breaks_from_its_word() -> None:
    for key, text in dictionary("fr").items():
        assert not re.search(r" [?!;:»]|« |'", text), key
    assert say("fr", "welcome") == "Que voulez-vous comprendre\u202f?"


def test_english_has_no_french_spaces() -> None:
    for key, text in dictionary("en").items():
        assert "\u202f" not in text, key
        assert not re.search(r" [?!;:]|[«»]", text), key


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("fr", "fr"),
        ("fr-FR", "fr"),
        ("FR-be", "fr"),
        ("en-GB", "en"),
        ("fry", "en"),
        ("de", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_the_browser_chooses_the_language(tag: str | None, language: str) -> None:
    assert choose(tag) == language


def test_numbers_and_dates() -> None:
    assert number("fr", 4210) == "4\u202f210"
    assert number("en", 4210) == "4,210"
    assert number("fr", -1.5, 2) == "−1,5"
    assert share("fr", 0.318) == "31,8\u202f%"
    assert share("en", 0.32) == "32%"
    assert day("fr", "2025-08-01") == "1er août 2025"
    assert day("en", "2025-08-01") == "1 August 2025"
    assert day("en", None) == ""
    assert say_count("fr", "n_citations", 0) == "0 citation"
    assert say_count("en", "n_citations", 0) == "0 citations"


def test_a_place_is_said_in_words() -> None:
    assert place("fr", {"row": 214}) == "ligne 214"
    assert place("en", {"row": 3, "sheet": "Avis"}) == "sheet “Avis”, row 3"
    assert place("fr", {"heading": "A", "page": 3}) == "page 3, section «\u202fA\u202f»"
    assert place("en", {"slide": 4}) == "slide 4"


def test_values_are_not_read_as_gaps() -> None:
    assert say("en", "at_heading", v="{v} {0} {n}") == "section “{v} {0} {n}”"
