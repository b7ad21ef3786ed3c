"""Coding: clauses to themes and polarity, what people teach, and whatever is not coded yet."""

from dataclasses import replace
from threading import Event

import pytest

from corpus.codebook import read_codebook
from corpus.coding import judgements
from corpus.coding.flow import BATCH, Coding
from corpus.coding.judgements import Label
from corpus.coding.mentions import Coder, Correction, Text
from corpus.coding.polarity import FEWEST, PolarityCoder, Rated
from corpus.coding.themes import Lesson, ThemeCoder
from retrieval.embeddings import load_embeddings

"""Marks what the code does not do yet: the test fails as soon as it does."""

SHOP = read_codebook("""
name: shop
groups: {all: {en: Everything}}
themes:
  - id: staff
    group: all
    label: {en: Staff}
    definition: {en: How the staff are., fr: Comment est le personnel.}
    patterns: {en: [staff], fr: [personnel]}
    examples:
      en: [{text: great staff, polarity: "+"}, {text: the staff was rude, polarity: "-"}]
      fr: [{text: un personnel super, polarity: "+"}, {text: personnel odieux, polarity: "-"}]
  - id: refund
    group: all
    label: {en: Refund}
    definition: {en: How soon a refund comes., fr: Quand vient un remboursement.}
    patterns: {en: [refund], fr: [remboursement]}
    stages: [support]
    examples:
      en: [{text: the refund took months, polarity: "-"}, {text: a great refund, polarity: "+"}]
      fr: [{text: le remboursement a pris des mois, polarity: "-"},
           {text: un remboursement super, polarity: "+"}]
  - id: price
    group: all
    label: {en: Price}
    definition: {en: How high a price is., fr: La hauteur du prix.}
    patterns: {en: [price], fr: [prix]}
    examples:
      en: [{text: a great price, polarity: "+"}, {text: the price was a scandal, polarity: "-"}]
      fr: [{text: un prix super, polarity: "+"}, {text: un prix odieux, polarity: "-"}]
""")

LINES = [
    "The staff of this shop was great but the refund took months to arrive",
    "It rained the whole of Tuesday morning in our town",
    "The doorman waved at us when we came in",
]


def none(texts):
    return None


def coder(lessons=(), rated=(), codebook=SHOP):
    return Coder(
        codebook, ThemeCoder(codebook, lessons, none), PolarityCoder(codebook, rated, none)
    )


def told(text, language="en", by=None):
    (found,) = (by or coder()).code([Text(text, language)])
    return [(text[each.start : each.end], each.theme, each.polarity) for each in found]


def table(lines):
    return "id;language;review\n" + "".join(f"R{n};en;{line}\n" for n, line in enumerate(lines))


@pytest.fixture
def coding(store):
    embeddings = load_embeddings("hashed-words")
    judgements.keep_codebook(store, SHOP)
    return Coding(store, lambda texts: embeddings.embed_documents(list(texts)), "hashed-words")


def kept(store):
    return store.sql("SELECT * FROM mentions ORDER BY passage_id, span_start, theme")


def ids(store):
    return [row["id"] for row in store.sql("SELECT id FROM passages ORDER BY ordinal")]


# Themes and polarity ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "spans"),
    [
        ("Great staff but the refund took months", "en",
         ["Great staff", "but the refund took months"]),
        ("Un personnel super, mais le remboursement a pris des mois !", "fr",
         ["Un personnel super", "mais le remboursement a pris des mois !"]),
    ],
)  # fmt: skip
def test_two_themes_with_two_polarities_in_one_review(text, language, spans):
    assert told(text, language) == [(spans[0], "staff", "+"), (spans[1], "refund", "-")]


def test_none_is_an_answer():
    texts = [Text("It rained on Tuesday", "en"), Text("Great staff", "en"), Text("", "en")]
    assert [len(mentions) for mentions in coder().code(texts)] == [0, 1, 0]
    assert coder().code([]) == []


def test_what_shares_no_word_with_a_small_codebook_is_not_coded():
    staff, refund, price = SHOP.themes
    other = {"en": "How soon money comes back.", "fr": "Quand l'argent revient."}
    plain = replace(SHOP, themes=(staff, replace(refund, definition=other), price))
    assert told("xyzzy", by=coder(codebook=plain)) == []


def test_spans_are_words_of_the_text_stages_fit_and_emotions_agree():
    text = "  Great staff.\nI am furious, the refund took months ; the price was a scandal\n"
    (found,) = coder().code([Text(text, "en", stage="use")])
    assert [mention.theme for mention in found] == ["staff", "refund", "price"]
    assert [mention.stage for mention in found][:2] == ["use", "support"]
    for mention in found:
        span = text[mention.start : mention.end]
        assert span == span.strip() != ""
        assert mention.theme in span
        assert 0 < mention.probability <= 1
        assert "joy" not in mention.emotions or mention.polarity != "-"


def test_clauses_side_by_side_about_one_theme_are_one_mention():
    text = "Great staff, but the staff was rude"
    assert [span for span, theme, _ in told(text) if theme == "staff"] == [text]


def test_labelled_records_teach_a_phrase_and_unteach_another():
    doorman, clothes = "The doorman waved at us", "The staff entrance was closed"
    assert told(doorman) == []
    assert [theme for _, theme, _ in told(clothes)] == ["staff"]
    every = frozenset(theme.id for theme in SHOP.themes)
    lessons = [
        Lesson(f"{text} {day}", "en", holds, every - holds)
        for day in "today early late again twice once often always outside inside".split()
        for text, holds in (("The doorman smiled", frozenset({"staff"})),
                            ("The staff entrance is locked", frozenset()))
    ]  # fmt: skip
    taught = coder(lessons)
    assert [theme for _, theme, _ in told(doorman, by=taught)] == ["staff"]
    assert told(clothes, by=taught) == []
    assert [theme for _, theme, _ in told("a great price", by=taught)] == ["price"]


def test_a_lesson_of_a_span_is_of_that_part_alone_and_unknown_themes_teach_nothing():
    text = "The doorman waved but the lamp hummed"
    lessons = [Lesson(text, "en", frozenset({"staff", "gone"}), frozenset({"lost"}), (0, 17))] * 5
    taught = ThemeCoder(SHOP, lessons, none)
    texts = ["The doorman waved", "the lamp hummed", "xyzzy"]
    door, lamp, unheard = taught.probabilities(texts, ["en"] * 3)[:, 0]
    assert door > 0.7 > lamp == unheard


def test_polarity_learns_from_enough_ratings_of_a_language_and_of_no_other():
    rated = [
        Rated(f"{word} winkel {number}", "nl", word == "prima")
        for number in range(FEWEST)
        for word in ("prima", "belabberd")
    ]
    texts, languages = ["prima winkel", "belabberd winkel"] * 2, ["nl"] * 2 + ["en"] * 2
    untaught = PolarityCoder(SHOP, [], none)
    for given, differs in ((rated, True), (rated[1:], False)):
        learned = PolarityCoder(SHOP, given, none)
        found = learned.pleasant(texts, languages)
        assert (found[0] > 0.8 and found[1] < 0.2) == differs
        assert list(found[2:]) == list(untaught.pleasant(texts[2:], languages[2:]))
    assert [untaught.named(each) for each in (0.9, 0.5, 0.45, 0.1)] == ["+", "0", "0", "-"]


# The flow ---------------------------------------------------------------------------------------


def test_everything_is_coded_once_and_again_changes_and_embeds_nothing(load, store, coding):
    load(table(LINES))
    seen = []
    assert coding.progress() == (0, 3)
    coding.run(lambda *given: seen.append(given))
    before, asked = kept(store), coding.embedded
    assert (coding.progress(), seen) == ((3, 3), [(3, 3)])
    first, second, _ = ids(store)
    found = {(row["passage_id"], row["theme"], row["version"]) for row in before}
    assert found >= {(first, "staff", 2), (first, "refund", 2)}
    assert not any(passage == second or theme == "price" for passage, theme, _ in found)
    assert asked > 0
    coding.run()
    assert (kept(store), coding.embedded) == (before, asked)
    again = Coding(store, none, "hashed-words")
    again.run()
    assert (kept(store), again.progress(), again.embedded) == (before, (3, 3), 0)


def test_what_people_say_makes_all_pending_and_vectors_are_made_once(load, store, coding):
    load(table(LINES))
    coding.run()
    passage = store.passage(ids(store)[2])
    correction = Correction(passage.id, 0, len(passage.text), "staff", True)
    judgements.keep_correction(store, correction)
    assert coding.progress() == (0, 3)
    coding.run()
    asked = coding.embedded
    for say in (
        lambda: judgements.keep_labels(store, [Label(passage.parent, "ada", {"staff": "+"}, 1.0)]),
        lambda: judgements.keep_codebook(store, replace(SHOP, themes=SHOP.themes[:2])),
    ):
        say()
        assert coding.progress() == (0, 3)
        coding.run()
        assert coding.progress() == (3, 3)
    assert (passage.id, "staff") in [(row["passage_id"], row["theme"]) for row in kept(store)]
    assert {row["version"] for row in kept(store)} == {3}
    assert coding.embedded == asked  # every clause was known


def test_a_stop_is_honoured_between_batches_and_the_rest_is_taken_up(load, store, coding):
    load(table(f"The staff was great on day number {n}" for n in range(BATCH + 20)))
    stop = Event()
    coding.run(lambda *_: stop.set(), stop)
    assert coding.progress() == (BATCH, BATCH + 20)
    coding.run(stop=stop)
    assert len(kept(store)) == BATCH
    coding.run()
    assert len(kept(store)) == BATCH + 20


def test_a_removed_source_and_a_changed_file_lose_their_mentions(load, store, coding):
    gone = load(table(["The price of it was a great price"]), "gone.csv").source
    load(table(LINES))
    coding.run()
    store.remove(gone.id)
    assert "price" not in {row["theme"] for row in kept(store)}
    load(table([LINES[1], LINES[2]]))
    assert (kept(store), coding.progress()) == ([], (0, 2))
    load(table([LINES[1], LINES[0]]))
    coding.run()
    assert {row["passage_id"] for row in kept(store)} == {ids(store)[1]}
