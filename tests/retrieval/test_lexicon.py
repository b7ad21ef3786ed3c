"""The bilingual lexicon: every word can be looked up, and translations go both ways."""

from collections import Counter
from importlib import resources

import pytest
import yaml

from corpus.analysis import stems
from retrieval.lexicon import translations

GROUPS = yaml.safe_load(
    resources.files("retrieval").joinpath("lexicon.yaml").read_text(encoding="utf-8")
)


def test_groups_hold_words_of_both_languages() -> None:
    assert GROUPS
    for group in GROUPS:
        assert group.keys() == {"fr", "en"}
        assert group["fr"]
        assert group["en"]


def test_no_group_is_given_twice() -> None:
    seen = Counter((frozenset(group["fr"]), frozenset(group["en"])) for group in GROUPS)
    assert [group for group, times in seen.items() if times > 1] == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_word_has_one_stem(language: str) -> None:
    found = {word: stems(word, language) for group in GROUPS for word in group[language]}
    assert {word: its for word, its in found.items() if len(its) != 1} == {}


@pytest.mark.parametrize(
    ("word", "language", "expected"),
    [
        ("remboursement", "fr", "refund"),
        ("sinistre", "fr", "claim"),
        ("résiliation", "fr", "cancellation"),
        ("serveuse", "fr", "waitress"),
        ("fidélité", "fr", "loyalty"),
        ("comportement", "fr", "behavior"),
        ("comportement", "fr", "behaviour"),
        ("avis", "fr", "review"),
        ("bondé", "fr", "crowded"),
        ("refunds", "en", "remboursement"),
        ("lounges", "en", "salon"),
        ("premiums", "en", "cotisation"),
        ("rudeness", "en", "impolitesse"),
        ("churn", "en", "attrition"),
        ("cleanliness", "en", "propreté"),
        ("left", "en", "partir"),
    ],
)
def test_translates(word: str, language: str, expected: str) -> None:
    other = "en" if language == "fr" else "fr"
    (stem,), (translated,) = stems(word, language), stems(expected, other)
    assert translated in translations(stem, language)


def test_no_word_misleads() -> None:
    (avis,), (notice,) = stems("avis", "fr"), stems("notice", "en")
    assert notice not in translations(avis, "fr")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_unknown_word_has_no_translation(language: str) -> None:
    assert translations("xyzzy", language) == ()
