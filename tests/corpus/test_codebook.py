"""The codebook: the one a store begins with, teams' own, and what is refused."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.codebook import LARGEST, read_codebook, starting_codebook, write_codebook
from corpus.errors import InputError
from corpus.types import STAGES

"""Marks what the code does not do yet: the test fails as soon as it does."""

BAKERY = """\
name: bakery
groups: {shop: {en: The shop}}
themes:
  - id: bread
    group: shop
    label: {en: Bread}
    definition: {en: How fresh and good the bread is.}
    examples: {en: [{text: the crust was perfect, polarity: "+"}]}
  - id: queue
    group: shop
    label: {en: Queue}
    definition: {en: How long one waits to be served.}
    examples: {en: [{text: twenty minutes in line, polarity: "-"}]}
"""

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x85"))
"""Any text but a lone surrogate, which no file holds, and U+0085 (see below)."""

SIGN = "{id: s, label: {}, definition: {}, patterns: {}, examples: {}}"


# The starting codebook --------------------------------------------------------------------------


def test_its_themes_are_in_two_levels_and_every_id_is_there_once():
    codebook = starting_codebook()
    ids = [theme.id for theme in codebook.themes]
    assert 35 <= len(ids) == len(set(ids)) <= 50
    assert {theme.group for theme in codebook.themes} == set(codebook.groups)
    assert len(codebook.groups) < len(ids) / 2
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", each) for each in ids)
    assert codebook.theme("price").id == "price"
    assert codebook.theme("no-such-theme") is None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_everything_is_said_in_either_language(language):
    codebook = starting_codebook()
    assert all(label[language] for label in codebook.groups.values())
    for theme in codebook.themes:
        said = [example.text for example in theme.examples[language]]
        assert len(set(said)) == len(said) >= 5, theme.id
        assert {example.polarity for example in theme.examples[language]} > {"-"}, theme.id
        assert theme.label[language]
        assert theme.definition[language].endswith(".")
        assert theme.includes[language]
        assert theme.excludes[language]
        assert theme.patterns[language]
    for sign in (*codebook.stages, *codebook.emotions):
        assert sign.label[language]
        assert sign.patterns[language]
        assert len(sign.examples[language]) >= 3, sign.id


def test_no_example_stands_for_two_themes():
    of = [
        (example.text.lower(), theme.id)
        for theme in starting_codebook().themes
        for examples in theme.examples.values()
        for example in examples
    ]
    assert len({text for text, _ in of}) == len(of)


def test_stages_behaviours_and_concerns_are_of_the_lists_and_each_is_used():
    codebook = starting_codebook()
    assert tuple(sign.id for sign in codebook.stages) == STAGES
    assert {stage for theme in codebook.themes for stage in theme.stages} == set(STAGES)
    assert {theme.behaviour for theme in codebook.themes} == {
        "positive-associations", "make-it-easy", "no-regret", "anchors",
    }  # fmt: skip
    assert all(theme.stages and theme.concerns for theme in codebook.themes)
    concerns = {concern for theme in codebook.themes for concern in theme.concerns}
    assert concerns == {"effective", "easy", "emotional"}


def test_what_a_theme_leaves_to_another_names_a_theme():
    codebook = starting_codebook()
    ids = {theme.id for theme in codebook.themes}
    named = {
        name
        for theme in codebook.themes
        for lines in theme.excludes.values()
        for line in lines
        for name in re.findall(r"\(([a-z-]+)\)$", line)
    }
    assert len(named) > 10
    assert named <= ids


# Reading and writing ----------------------------------------------------------------------------


def test_what_is_written_reads_as_the_same():
    codebook = starting_codebook()
    assert read_codebook(write_codebook(codebook)) == codebook


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10), st.dictionaries(st.sampled_from(["fr", "en"]), WORDS))
def test_any_label_comes_back_as_it_was(number, label):
    codebook = starting_codebook()
    themes = list(codebook.themes)
    themes[number] = replace(themes[number], label=label)
    edited = replace(codebook, themes=tuple(themes))
    assert read_codebook(write_codebook(edited)) == edited


@settings(deadline=None)
@given(st.lists(WORDS, min_size=1))
def test_any_examples_and_former_names_come_back_as_they_were(texts):
    bakery = read_codebook(BAKERY)
    bread, queue = bakery.themes
    given = tuple(replace(bread.examples["en"][0], text=text) for text in texts)
    edited = replace(
        bakery, themes=(replace(bread, examples={"en": given}, was=tuple(texts)), queue)
    )
    assert read_codebook(write_codebook(edited)) == edited


def test_a_codebook_for_another_trade_is_a_few_lines_and_takes_the_usual_signs():
    bakery = read_codebook(BAKERY)
    assert [theme.id for theme in bakery.themes] == ["bread", "queue"]
    assert bakery.themes[0].stages == bakery.themes[0].concerns == ()
    assert bakery.themes[0].behaviour is None
    assert bakery.stages == starting_codebook().stages
    assert bakery.emotions == starting_codebook().emotions
    assert read_codebook(write_codebook(bakery)) == bakery


def test_stages_of_its_own_take_the_place_of_the_usual_ones():
    text = BAKERY.replace("id: bread", "id: bread\n    stages: [s]") + f"stages: [{SIGN}]\n"
    bakery = read_codebook(text)
    assert [sign.id for sign in bakery.stages] == ["s"]
    assert read_codebook(write_codebook(bakery)) == bakery


@pytest.mark.parametrize("kind", ["stages", "emotions"])
def test_a_codebook_without_signs_stays_without(kind):
    bakery = read_codebook(f"{BAKERY}{kind}: []\n")
    assert getattr(bakery, kind) == ()
    assert read_codebook(write_codebook(bakery)) == bakery


# What is refused --------------------------------------------------------------------------------


def edited(old: str, new: str) -> str:
    assert old in BAKERY
    return BAKERY.replace(old, new)


REFUSED = {
    "not YAML": (edited("groups: {", "groups: {{"), "line "),
    "a quote left open": (BAKERY + 'more: "', "line "),
    "a tag that makes objects": ("!!python/object:os.system {}", "line 1"),
    "nothing": ("", "needs name, groups and themes"),
    "a list": ("- bread\n- queue\n", "needs name, groups and themes"),
    "no name": (edited("name: bakery\n", ""), "name: "),
    "no groups": (edited("groups: {shop: {en: The shop}}\n", ""), "groups: "),
    "no themes": (BAKERY.partition("themes:")[0], "themes: "),
    "an empty list of themes": (BAKERY.partition("themes:")[0] + "themes: []", "two themes"),
    "no label": (edited("    label: {en: Queue}\n", ""), "themes › queue › label: "),
    "an unknown field": (edited("label: {en: Queue}", "colour: red"), "themes › queue › "),
    "an unknown field of the whole": (BAKERY + "colour: red\n", "colour: "),
    "a language without a coder": (edited("{en: Queue}", "{de: Schlange}"), "queue › label › de"),
    "a wrong polarity": (edited('"-"', "bad"), "queue › examples › en › 0 › polarity: "),
    "a wrong behaviour": (edited("id: queue", "id: queue\n    behaviour: x"), "queue › behaviour"),
    "a wrong concern": (edited("id: queue", "id: queue\n    concerns: [x]"), "queue › concerns"),
    "a number for a text": (edited("{en: Queue}", "{en: 3}"), "queue › label › en: "),
    "a group not listed": (edited("groups: {shop", "groups: {bar"), "of the group 'shop'"),
    "a theme twice": (edited("id: queue", "id: bread"), "the theme 'bread' twice"),
    "a stage twice": (f"{BAKERY}stages: [{SIGN}, {SIGN}]", "the stage 's' twice"),
    "an emotion twice": (f"{BAKERY}emotions: [{SIGN}, {SIGN}]", "the emotion 's' twice"),
    "a stage not listed": (edited("id: queue", "id: queue\n    stages: [use, oven]"),
                           "'queue' names the stage 'oven'"),
    "no example": (edited('[{text: twenty minutes in line, polarity: "-"}]', "[]"),
                   "'queue' has no example"),
    "too long": ("#" * (LARGEST + 1), f"{LARGEST:,} characters"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "place"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_codebook_is_refused_in_one_sentence_that_names_the_place(text, place):
    with pytest.raises(InputError) as refused:
        read_codebook(text, "mine.yaml")
    said = str(refused.value)
    assert said.startswith("mine.yaml")
    assert place in said
    assert said.endswith(".")
    assert ". " not in said
    assert "\n" not in said


@pytest.mark.parametrize("value", ["2026-13-45", "1" * 5_000], ids=["no date", "no number"])
def test_values_that_yaml_cannot_make_are_refused(value):
    with pytest.raises(InputError, match=r"^mine\.yaml"):
        read_codebook(BAKERY.replace("The shop", value), "mine.yaml")


def test_a_character_that_yaml_forbids_is_refused_in_a_whole_sentence():
    with pytest.raises(InputError) as refused:
        read_codebook("name: \x00", "mine.yaml")
    assert not str(refused.value).endswith(" .")


@settings(max_examples=200)
@given(st.text(st.sampled_from('nametheids: -[]{}"#&*!?|>\n\t\x07é'), max_size=60))
def test_whatever_is_typed_it_is_refused_as_input(text):
    with pytest.raises(InputError):
        read_codebook(text)
