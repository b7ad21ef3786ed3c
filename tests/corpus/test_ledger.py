"""What is kept of coding: what people said of a changing corpus, and versions of the codebook."""

from datetime import date

import pytest

from corpus.codebook import read_codebook
from corpus.coding import judgements, ledger
from corpus.coding.flow import Coding
from corpus.coding.judgements import Label
from corpus.coding.mentions import Correction

"""Marks what the code does not do yet: the test fails as soon as it does."""

THEME = """\
  - id: {id}
    group: all
    label: {{en: {id}}}
    definition: {{en: About {id}.}}
    patterns: {{en: [{id}]}}
    examples:
      en: [{{text: great {id}, polarity: "+"}}, {{text: terrible {id}, polarity: "-"}}]
"""
HEAD = "name: shop\ngroups: {all: {en: Everything}}\nthemes:\n"
SHOP = read_codebook(HEAD + "".join(THEME.format(id=each) for each in ("staff", "refund", "price")))

SAID = ["great staff", "terrible refund. great staff", "the rain fell", "great refund", ""]
TEXT = {"text": "review"}
START = date(2026, 1, 1)


def row(number, text, day, customer="", channel="web", score=""):
    return f"R{number};en;{day};{customer};{channel};{score};{text}"


def table(rows):
    head = "id;language;date;customer;channel;rating;review"
    return "\n".join([head, *rows]) + "\n"


@pytest.fixture
def code(load, store):
    judgements.keep_codebook(store, SHOP)

    def code(content, name="avis.csv"):
        load(content, name, mapping=TEXT)
        Coding(store, lambda texts: None, "none").run()

    return code


def test_corrections_and_labels_outlive_a_reload_and_a_later_one_takes_the_place(code, load, store):
    code(table([row(0, "great staff", START)]))
    passage = store.passage(store.sql("SELECT id FROM passages ORDER BY ordinal")[0]["id"])
    first = Correction(passage.id, 0, 11, "staff", True, "+")
    label = Label(passage.parent, "ada", {"price": "-"}, 2.5)
    for each in (first, Correction(passage.id, 0, 11, "staff", False)):
        judgements.keep_correction(store, each)
    judgements.keep_labels(store, [replaced := Label(passage.parent, "ada", {}, 1.0)])
    judgements.keep_labels(store, [label, Label(passage.parent, "bob", {}, 1.0)])
    for reload in (
        table([row(0, "great staff", START), row(1, "the rain fell", START)]),
        table([row(0, "great staff", START)]),
    ):
        load(reload, mapping=TEXT)
        (correction,) = judgements.corrections(store)
        assert (correction.passage_id, correction.holds) == (passage.id, False)
        assert [each.coder for each in judgements.labels(store)] == ["ada", "bob"]
        assert label in judgements.labels(store)
        assert replaced not in judgements.labels(store)
        taught = {(each.text, each.span) for each in judgements.lessons(store, SHOP)}
        assert taught == {("great staff", (0, 11)), ("great staff", None)}
    store.remove(store.sources()[0].id)
    assert (judgements.corrections(store), judgements.lessons(store, SHOP)) == ([], [])
    load(table([row(0, "great staff", START)]), mapping=TEXT)
    assert len(judgements.corrections(store)) == 1


def test_versions_are_kept_and_the_same_again_is_none(store):
    assert judgements.current_codebook(store)[0] == 1
    smaller = read_codebook(HEAD + "".join(THEME.format(id=each) for each in ("staff", "refund")))
    assert [judgements.keep_codebook(store, each) for each in (SHOP, SHOP, smaller, SHOP)] == [
        2, 2, 3, 4,
    ]  # fmt: skip
    assert judgements.current_codebook(store) == (4, SHOP)
    kept = store.sql("SELECT version, content FROM codebooks ORDER BY version")
    assert [each["version"] for each in kept] == [1, 2, 3, 4]
    assert read_codebook(kept[2]["content"]) == smaller


def test_a_codebook_is_compared_before_it_is_applied(code, store):
    code(table(row(n, SAID[n % 4], START) for n in range(80)))
    coding = Coding(store, lambda texts: None, "none")
    refund, rain, price = (THEME.format(id=each) for each in ("refund", "rain", "price"))
    changed = read_codebook(HEAD + refund + rain + price.replace("great", "good"))
    change = coding.compare(changed)
    assert [change[each] for each in ("added", "removed", "changed", "compared")] == [
        ["rain"], ["staff"], ["price"], 80,
    ]  # fmt: skip
    assert {tuple(each["before"]) for each in change["moved"]} >= {("staff",), ()}
    assert coding.codebook() == (2, SHOP)
    assert coding.progress() == (80, 80)


def test_polarity_does_not_depend_on_the_order_of_loading(code, load, store):
    coding = Coding(store, lambda texts: None, "none")
    load(table([row(0, "the rain fell on the staff", START)]), mapping=TEXT)
    coding.run()
    load(table(
        row(n, f"{('plim', 'plam')[n % 2]} price", START, score=(5, 1)[n % 2]) for n in range(100)
    ), "later.csv", mapping=TEXT)  # fmt: skip
    coding.run()
    at_once = store.sql("SELECT passage_id, polarity FROM mentions ORDER BY ALL")
    judgements.keep_codebook(
        store, read_codebook(HEAD + "".join(THEME.format(id=each) for each in ("price", "refund")))
    )
    judgements.keep_codebook(store, SHOP)
    Coding(store, lambda texts: None, "none").run()
    assert store.sql("SELECT passage_id, polarity FROM mentions ORDER BY ALL") == at_once


def test_a_correction_of_a_text_that_changed_teaches_nothing(code, load, store):
    code(table([row(1, "great staff", START)]))
    (passage,) = store.sql("SELECT id FROM passages")
    judgements.keep_correction(store, Correction(passage["id"], 0, 11, "staff", True))
    load(table([row(1, "the rain fell on the price", START)]), mapping=TEXT)
    assert judgements.lessons(store, SHOP) == []


def test_what_was_coded_of_a_text_that_changed_meanwhile_is_not_kept(code, load, store):
    load(table([row(1, "great staff", START)]), mapping=TEXT)
    pending = ledger.next_pending(store, "state", 10)
    load(table([row(1, "the rain fell on the price", START)]), mapping=TEXT)
    ledger.keep_mentions(store, "state", 2, [(each, []) for each in pending])
    assert ledger.count_pending(store, "state") == 1


def test_labels_of_a_renamed_theme_teach_the_new_one(code, store):
    code(table([row(1, "great staff", START)]))
    parent = store.sql("SELECT parent FROM passages")[0]["parent"]
    judgements.keep_labels(store, [Label(parent, "ada", {"staff": "+"}, 1.0, version=2)])
    renamed = read_codebook(
        HEAD + THEME.format(id="refund") + THEME.format(id="team") + "    was: [staff]\n"
    )
    (lesson,) = judgements.lessons(store, renamed)
    assert lesson.holds == {"team"}


def test_what_somebody_said_of_a_span_is_obeyed(code, store):
    content = table([row(1, "the rain fell", START), row(2, "great staff", START)])
    code(content)
    rain, staff = (each["id"] for each in store.sql("SELECT id FROM passages ORDER BY ordinal"))
    judgements.keep_correction(store, Correction(rain, 0, 13, "price", True, "-"))
    judgements.keep_correction(store, Correction(staff, 0, 11, "staff", False))
    code(content)
    (mention,) = store.sql("SELECT * FROM mentions")
    found = [mention[name] for name in ("passage_id", "theme", "polarity", "span_start")]
    assert found == [rain, "price", "-", 0]
