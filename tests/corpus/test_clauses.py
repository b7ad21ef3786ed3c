"""Clauses: what is cut apart, what stays whole, and that spans can be quoted as they stand."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.coding.clauses import clauses, units
from corpus.sentences import sentences

"""Marks what the code does not do yet: the test fails as soon as it does."""

LANGUAGES = st.sampled_from(["fr", "en", "nl", "", "xx"])
TEXTS = st.text(max_size=120) | st.lists(
    st.sampled_from(
        "le prix colis est cher mais but et and puis ou sauf que however while en maar "
        ", ; … ... ! ? . - – — « » ( ) \n \t \u00a0 , .".split(" ")
    ),
    max_size=40,
).map(" ".join)  # fmt: skip


def cut(text, language="fr"):
    return [text[start:end] for start, end in clauses(text, language)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (
            "Great staff but the refund took months",
            "en",
            ["Great staff", "but the refund took months"],
        ),
        (
            "Le personnel est super, mais le remboursement a pris 3 mois !",
            "fr",
            ["Le personnel est super", "mais le remboursement a pris 3 mois !"],
        ),
        ("Cher. Très lent.", "fr", ["Cher.", "Très lent."]),
        ("Trop cher ; livraison rapide", "fr", ["Trop cher", "livraison rapide"]),
        ("Trop cher… je pars", "fr", ["Trop cher", "je pars"]),
        ("nul ! plus jamais", "fr", ["nul !", "plus jamais"]),
        ("bon prix - colis abîmé", "fr", ["bon prix", "colis abîmé"]),
        ("un porte-monnaie bien fait", "fr", ["un porte-monnaie bien fait"]),
        (
            "the site is very slow and the parcel came late",
            "en",
            ["the site is very slow", "and the parcel came late"],
        ),
        (
            "le site est lent, le colis est perdu",
            "fr",
            ["le site est lent", "le colis est perdu"],
        ),
        (
            "het personeel is aardig, maar de levering duurt lang",
            "nl",
            ["het personeel is aardig", "maar de levering duurt lang"],
        ),
        ("Le prix a doublé ALORS QUE rien n’a changé", "fr",
         ["Le prix a doublé", "ALORS QUE rien n’a changé"]),
        ("", "fr", []),
        (" \n\t ", "fr", []),
        ("!!!", "fr", ["!!!"]),
    ],
)  # fmt: skip
def test_cuts(text, language, expected):
    assert cut(text, language) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("cher et lent", "fr"),
        ("rapide, simple, efficace", "fr"),
        ("le service est lent et cher", "fr"),
        ("nice and very quick delivery today", "en"),
        ("mais le colis est arrivé", "fr"),
        ("le mobilier butte sur la porte", "fr"),
        ("a butter dish came", "en"),
        ("livré en 3,50 jours", "fr"),
        ("quoi ?!", "fr"),
    ],
)
def test_short_parts_are_not_cut_off(text, language):
    assert cut(text, language) == [text]


def test_the_conjunctions_of_one_language_do_not_cut_in_another():
    english = "the site is very slow and the parcel came late"
    assert cut(english, "fr") == [english]
    french = "le site est très lent et le colis est perdu"
    assert cut(french, "en") == [french]
    assert len(cut(french, "fr")) == 2


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\n\n"])
def test_the_lines_of_a_chat_are_apart(newline):
    lines = ["Client : mon colis est perdu", "Agent : bonjour", "Client : merci mais c'est long"]
    assert cut(newline.join(lines)) == [*lines[:2], "Client : merci", "mais c'est long"]


def test_units_are_the_clauses_and_then_the_sentences_of_several():
    text = "Trop cher. Le personnel est super, mais le colis est perdu."
    assert [text[start:end] for start, end in units(text, "fr")] == [
        "Trop cher.",
        "Le personnel est super",
        "mais le colis est perdu.",
        "Le personnel est super, mais le colis est perdu.",
    ]


@given(TEXTS, LANGUAGES)
def test_spans_are_ordered_disjoint_and_say_something(text, language):
    last = 0
    for start, end in clauses(text, language):
        assert last <= start < end <= len(text)
        assert text[start:end].strip()
        last = end


@given(TEXTS, LANGUAGES)
@example("Le personnel est super , mais le colis est perdu", "fr")
def test_spans_are_trimmed(text, language):
    for start, end in clauses(text, language):
        assert text[start:end] == text[start:end].strip()


@given(TEXTS, LANGUAGES)
def test_nothing_that_is_said_is_left_out(text, language):
    covered = {at for span in clauses(text, language) for at in range(*span)}
    for start, end in sentences(text, language):
        for at in range(start, end):
            assert at in covered or not text[at].isalnum(), text[at:]


@given(TEXTS, LANGUAGES)
def test_every_clause_is_inside_one_sentence_and_every_sentence_is_a_unit(text, language):
    whole, parts, every = sentences(text, language), clauses(text, language), units(text, language)
    for start, end in parts:
        assert any(first <= start and end <= last for first, last in whole)
    assert every[: len(parts)] == parts
    assert len(set(every)) == len(every)
    assert set(every) == {*parts, *whole}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I have not yet received my refund", "en"),
        ("I waited a while for an answer", "en"),
        ("Le but de cet achat est simple", "fr"),
    ],
)
def test_words_that_look_like_a_turn_do_not_cut(text, language):
    assert cut(text, language) == [text]


@pytest.mark.slow
@pytest.mark.timeout(120)  # seconds, unless a cut looks at all that follows: then hours
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" + " " * 20_000 + "b", id="spaces"),
        pytest.param("a;" * 30_000, id="semicolons"),
        pytest.param("a…" * 30_000, id="dots"),
    ],
)
def test_hostile_text_does_not_hang(text):
    assert clauses(text, "fr")
