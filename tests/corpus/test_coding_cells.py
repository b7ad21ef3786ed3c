"""Cells of a journey map are coded too, and count for nothing that is of feedback."""

import pytest

from corpus.codebook import read_codebook, write_codebook
from corpus.coding import judgements, ledger
from corpus.coding.flow import Coding
from corpus.coding.mentions import Correction
from corpus.coding.sampling import draw
from corpus.coding.totals import totals
from corpus.filters import Filters
from corpus.metrics.relations import counted, query
from corpus.metrics.types import Ask

SHOP = read_codebook("""
name: shop
groups: {all: {en: Everything}}
themes:
  - id: staff
    group: all
    label: {en: Staff}
    definition: {en: How the staff are.}
    patterns: {en: [staff]}
    examples: {en: [{text: great staff, polarity: "+"}, {text: the staff was rude, polarity: "-"}]}
  - id: price
    group: all
    label: {en: Price}
    definition: {en: How high a price is.}
    patterns: {en: [price]}
    examples: {en: [{text: a great price, polarity: "+"}, {text: an awful price, polarity: "-"}]}
""")

MAP = """\
map: A map
cells:
  - {persona: Ann, stage: purchase, step: Pay, lane: pain, text: The awful price is a shock, emotion: -2}
  - {persona: Ann, stage: purchase, step: Pay, lane: metric, text: The price per basket, emotion: 0}
"""  # noqa: E501
SAID = ["great staff", "the staff was rude", "an awful price", "the rain fell"]


@pytest.fixture
def coding(store, load):
    judgements.keep_codebook(store, SHOP)
    rows = "".join(f"{n},{text}\n" for n, text in enumerate(SAID))
    load("id,text\n" + rows, mapping={"text": "text", "id": "id"})
    coding = Coding(store, lambda texts: None, "none")
    coding.run()
    return coding


def test_cells_are_coded_and_no_total_moves(coding, store, load):
    feedback = Filters(kind=("feedback",))
    ask = Ask().of_customers()
    said = query(store, ask, counted(store, ask), "SELECT * FROM said ORDER BY ALL")

    def told():
        return (
            totals(store, SHOP, Filters()),
            totals(store, SHOP, feedback),
            draw(store, feedback, 4, 7),
            ledger.spoken(store, "price", Filters(), 9),
            ledger.unsaid(store, coding.state(), 9),
            ledger.record_ids(store),
            [each.passage_id for each, _ in ledger.sample_coded(store, coding.state(), 9)],
            store.sql(said),
        )

    before = told()
    load(MAP, "map.yaml", kind="journey")
    assert coding.progress() == (4, 5)
    coding.run()
    assert coding.progress() == (5, 5)
    assert told() == before
    (mention,) = store.sql(
        "SELECT theme, lane, cells.stage FROM mentions JOIN cells ON id = passage_id"
    )
    assert mention == {"theme": "price", "lane": "pain", "stage": "purchase"}
    (cell,) = ledger.spoken(store, "price", Filters(kind=("journey",)), 9)
    assert "awful price" in cell.text


def test_a_cell_can_be_corrected_and_leaves_with_its_map(coding, store, load):
    load(MAP, "map.yaml", kind="journey")
    coding.run()
    pain, metric = (
        store.sql(f"SELECT id FROM cells WHERE lane = '{lane}'")[0]["id"]
        for lane in ("pain", "metric")
    )
    assert (ledger.is_codable(store, pain), ledger.is_codable(store, metric)) == (True, False)
    whole = len(store.passage(pain).text)
    judgements.keep_correction(store, Correction(pain, 0, whole, "price", holds=False))
    judgements.keep_correction(store, Correction(pain, 0, whole, "staff", True, "-"))
    coding.run()
    themes = store.sql(f"SELECT theme FROM mentions WHERE passage_id = '{pain}'")
    assert themes == [{"theme": "staff"}]
    source = next(each.id for each in store.sources() if each.kind == "journey")
    store.remove(source)
    coding.run()  # what was said of the cell taught the coder, so the rest is coded anew
    assert coding.progress() == (4, 4)
    assert not store.sql(f"SELECT 1 AS one FROM mentions WHERE passage_id = '{pain}'")


def test_another_codebook_to_start_with_codes_anew(store, load, monkeypatch):
    monkeypatch.setattr(judgements, "starting_codebook", lambda: SHOP)
    rows = "".join(f"{n},{text}\n" for n, text in enumerate(SAID))
    load("id,text\n" + rows, mapping={"text": "text", "id": "id"})
    Coding(store, lambda texts: None, "none").run()
    # What a later version of the product starts with has the same number and other words.
    other = read_codebook(write_codebook(SHOP).replace("rude", "curt"))
    monkeypatch.setattr(judgements, "starting_codebook", lambda: other)
    later = Coding(store, lambda texts: None, "none")
    assert later.progress() == (0, len(SAID))
    later.run()
    assert later.progress() == (len(SAID), len(SAID))
