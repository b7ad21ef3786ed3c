"""Sentences as people write them: in reports, and in reviews typed on a telephone."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sentences import LONGEST, sentences

_MARKS = set("•·▪▫■□‣⁃◦●○►➤✓✔*+–—-")
_LINE_START = r"(?:\A|(?<=[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]))"
_NUMBER = re.compile(_LINE_START + r"\s*(?:\d{1,2}[.)]|[a-z]\))(?=\s|\Z)")


def split(text, language="fr"):
    return [text[start:end] for start, end in sentences(text, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Il attend. Puis il part.", ["Il attend.", "Puis il part."]),
        ("M. Petit et Mme. Roy partent. Bien.", ["M. Petit et Mme. Roy partent.", "Bien."]),
        ("Un avoir, p. ex. un bon, etc. et rien.", ["Un avoir, p. ex. un bon, etc. et rien."]),
        ("Des bons, etc. Rien d’autre.", ["Des bons, etc.", "Rien d’autre."]),
        ("J. Roy a payé 3.50 € vs. 4.20 € hier.", ["J. Roy a payé 3.50 € vs. 4.20 € hier."]),
        ("Quoi !? Encore... Non.", ["Quoi !?", "Encore...", "Non."]),
        ("J'attends... et rien. Nul !!!", ["J'attends... et rien.", "Nul !!!"]),
        ("Trop long… Je pars.", ["Trop long…", "Je pars."]),
        ("très déçu. le service est nul", ["très déçu.", "le service est nul"]),
        (
            "C'est lent.Je pars. Voir www.exemple.fr ici.",
            ["C'est lent.", "Je pars.", "Voir www.exemple.fr ici."],
        ),
        ("Merci pour le service .je reviens", ["Merci pour le service .", "je reviens"]),
    ],
)
def test_french(text, expected):
    assert split(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. Doe waited. Dr. Roe did not.", ["Mr. Doe waited.", "Dr. Roe did not."]),
        ("We fly in the U.S. The rest is fine.", ["We fly in the U.S.", "The rest is fine."]),
        ("A U.S. Bank card, e.g. mine, i.e. it.", ["A U.S. Bank card, e.g. mine, i.e. it."]),
        ("Snacks, wifi etc. I liked it.", ["Snacks, wifi etc.", "I liked it."]),
        ("It cost $3.50. No. 4 was closed.", ["It cost $3.50.", "No. 4 was closed."]),
        ('He said "Go. Now." and left. Fine.', ['He said "Go. Now." and left.', "Fine."]),
        ("It was bad (see p. 3. Then p. 4). Yes.", ["It was bad (see p. 3. Then p. 4).", "Yes."]),
    ],
)
def test_english(text, expected):
    assert split(text, "en") == expected


def test_short_quotations_stay_whole_and_close_with_their_mark():
    assert split("Elle dit : « J’attends. Encore ». Il rit.") == [
        "Elle dit : « J’attends. Encore ».",
        "Il rit.",
    ]
    assert split("« Pourquoi ? » dit-elle. « Parce que ! » Il part.") == [
        "« Pourquoi ? » dit-elle.",
        "« Parce que ! »",
        "Il part.",
    ]


def test_lines_are_boundaries_and_list_marks_are_left_out():
    text = "Trois choses :\n  • le prix\n- l'attente. Oui\n2. le reste\n\n–  fin"
    assert split(text) == ["Trois choses :", "le prix", "l'attente.", "Oui", "le reste", "fin"]


def test_a_run_on_is_cut_where_it_breathes_and_only_when_overlong():
    clause = "le conseiller m'a rappelé trois fois sans jamais rien régler du tout"
    long = f"{clause} et {clause} et {clause}, mais {clause} et {clause} et {clause}"
    assert len(long) > LONGEST
    first, second = split(long)
    assert first.endswith("du tout,")
    assert second.startswith("mais ")
    assert split(f"{clause}, mais {clause}") == [f"{clause}, mais {clause}"]


def test_what_has_no_boundary_stays_whole():
    assert split("mot " * 200) == [("mot " * 200).strip()]


@given(
    st.text(st.sampled_from("aÀé 1.!?…«»“”\"'()-•,;:\n\t\u00a0M"), max_size=200) | st.text(),
    st.sampled_from(["fr", "en", "", "xx"]),
    st.sampled_from([20, 80, LONGEST]),
)
def test_spans_are_ordered_disjoint_trimmed_and_leave_out_only_spaces_and_marks(
    text, language, longest
):
    covered = set()
    last = 0
    for start, end in sentences(text, language, longest):
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        covered.update(range(start, end))
        last = end
    numbers = {index for mark in _NUMBER.finditer(text) for index in range(*mark.span())}
    for index, character in enumerate(text):
        if index not in covered and index not in numbers and not character.isspace():
            assert character in _MARKS, (index, character)


@pytest.mark.timeout(60)  # milliseconds, unless a pattern goes back and forth: then minutes
@pytest.mark.parametrize(
    "text",
    [
        "." * 100_000 + ",",
        "(a. B " * 20_000,
        "a, " * 50_000,
        '"A. B" ' * 20_000,
        "! " * 50_000,
        "« " * 50_000,
    ],
)
def test_hostile_text_does_not_hang(text):
    sentences(text, "fr")
