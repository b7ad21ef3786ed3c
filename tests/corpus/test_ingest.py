"""Loading files into the store."""

import io
import random
import zipfile

import pytest
from fpdf import FPDF

from corpus import tables as t
from corpus.errors import InputError
from corpus.files import LONGEST_LINE, RawFile
from corpus.passages import RECORD_TOKENS
from corpus.tokens import count_tokens

TABLES = (t.sources, *t.BY_SOURCE)


def contents(store) -> dict[str, list[str]]:
    """Every row of every table."""
    return {
        table.name: sorted(str(row) for row in store.sql(f"SELECT * FROM {table.name}"))
        for table in TABLES
    }


def column(store, query: str) -> list[object]:
    return [next(iter(row.values())) for row in store.sql(query)]


def pdf(text: str = "") -> bytes:
    document = FPDF()
    document.add_page()
    if text:
        document.set_font("helvetica", size=12)
        document.multi_cell(0, 8, text)
    return bytes(document.output())


def zipped() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("avis.csv", "note;avis\n5;Bien\n")
    return data.getvalue()


# Again, changed, elsewhere -------------------------------------------------------------------


def test_the_first_load_tells_what_it_did(load, avis) -> None:
    loaded = load(avis).as_dict()
    assert loaded["status"] == "loaded"
    assert (loaded["source"], loaded["kind"]) == ("avis.csv", "feedback")
    assert (loaded["rows_read"], loaded["rows_loaded"], loaded["rows_quarantined"]) == (6, 6, 0)
    assert loaded["mapping"]["text"] == "avis"


def test_the_same_file_again_changes_nothing(store, load, avis) -> None:
    first = load(avis)
    before = contents(store)
    again = load(avis)
    assert (first.status, again.status) == ("loaded", "unchanged")
    assert again.source == first.source
    assert contents(store) == before


def test_the_same_content_elsewhere_is_no_second_source(store, load, avis) -> None:
    load(avis)
    assert load(avis, "copie.csv").status == "unchanged"
    assert len(store.sources()) == 1


def test_a_changed_file_replaces_what_it_had_brought(store, load, avis) -> None:
    load(avis)
    first = load("id;note;avis\nA1;1;Le premier texte.\nA9;2;Un autre texte.\n")
    assert first.status == "replaced"
    assert column(store, "SELECT text FROM records ORDER BY id") == [
        "Le premier texte.",
        "Un autre texte.",
    ]
    assert store.count(t.passages) == 2
    assert column(store, "SELECT count(*) FROM scores") == [2]
    assert len(store.sources()) == 1


def test_a_file_changed_to_what_another_holds_is_replaced_too(store, load) -> None:
    load("note;avis\n1;Premier texte ici.\n", "a.csv")
    load("note;avis\n2;Second texte ici.\n", "b.csv")
    assert load("note;avis\n1;Premier texte ici.\n", "b.csv").status == "replaced"
    assert column(store, "SELECT text FROM records") == ["Premier texte ici."] * 2


def test_another_mapping_of_the_same_file_replaces_it(store, load) -> None:
    content = "titre;avis;autre\nA;Le texte qui compte.;Une remarque de plus.\n"
    load(content)
    assert load(content, mapping={"text": "autre"}).status == "replaced"
    assert column(store, "SELECT text FROM records") == ["Une remarque de plus."]


def test_the_same_name_from_another_place_is_another_source(store, load) -> None:
    one = load("note;avis\n1;Premier texte ici.\n", origin="/mars/avis.csv")
    two = load("note;avis\n2;Second texte ici.\n", origin="/avril/avis.csv")
    assert one.source.name == two.source.name == "avis.csv"
    assert one.source.id != two.source.id
    assert (two.status, store.count(t.records)) == ("loaded", 2)


def test_a_source_is_named_for_its_file(load) -> None:
    loaded = load("note;avis\n1;Premier texte ici.\n", "Été 2026 – Avis déçus.csv")
    assert loaded.source.id.startswith("ete-2026-avis-decus-")
    assert load("note;avis\n2;Autre texte ici.\n", "评论.csv").source.id.startswith("source-")


def test_removing_a_source_takes_all_that_it_brought(store, load, avis) -> None:
    load(avis)
    before = contents(store)
    load("note;avis\n1;Premier texte ici.\n1;2;3\n", "autre.csv")
    store.remove(next(source.id for source in store.sources() if source.name == "autre.csv"))
    assert contents(store) == before


# What cannot be read -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("vide.csv", b""),
        ("blanc.csv", b" \n\n"),
        ("renomme.csv", zipped()),
        ("sans-texte.csv", b"code;ville\n12;Lyon\n13;Lille\n"),
        ("entete.csv", b"note;avis\n"),
        ("muet.csv", b"note;avis\n;\n"),
        ("scan.pdf", pdf()),
        ("ligne.csv", b"note;avis\n1;" + b"a" * (LONGEST_LINE + 1)),
        ("ligne.txt", b"a b" * LONGEST_LINE),
        ("binaire.csv", b"\x89PNG\r\n\x1a\n"),
        ("nul.csv", b"note;avis\n1;\0\n"),
        ("casse.xlsx", b"PK\x03\x04" + b"x" * 100),
        ("casse.pdf", b"%PDF-1.4 " + b"x" * 100),
    ],
)
def test_an_unreadable_file_is_one_sentence_and_changes_nothing(
    store, load, avis, name: str, data: bytes
) -> None:
    load(avis)
    before = contents(store)
    with pytest.raises(InputError) as refused:
        load(data, name)
    message = str(refused.value)
    assert message
    assert "\n" not in message
    assert len(message) < 400
    assert contents(store) == before


def test_a_new_version_that_cannot_be_read_leaves_the_old_one(store, load, avis) -> None:
    load(avis)
    before = contents(store)
    with pytest.raises(InputError):
        load(b"")
    assert contents(store) == before


def test_a_failure_halfway_through_writing_changes_nothing(
    store, load, avis, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(avis)
    before = contents(store)
    monkeypatch.setattr("corpus.passages.RECORD_TOKENS", "not a number")
    with pytest.raises(TypeError):
        load("note;avis\n1;" + "Un long texte. " * 200 + "\n")
    assert contents(store) == before


def test_an_unknown_kind_is_refused(load, avis) -> None:
    with pytest.raises(InputError, match="Unknown kind poetry; the kinds are feedback"):
        load(avis, kind="poetry")


# Records -------------------------------------------------------------------------------------


def test_own_ids_are_kept(store, load, avis) -> None:
    source = load(avis).source
    assert column(store, "SELECT id FROM records ORDER BY id") == [
        f"{source.id}:A{n}" for n in range(1, 7)
    ]
    assert store.passage(f"{source.id}:A3").text == "Le vendeur a pris le temps de me conseiller."


def test_own_ids_that_no_address_can_hold_are_hashed(store, load) -> None:
    load("id;note;avis\na/b c;1;Premier texte ici.\nété?;2;Second texte ici.\n")
    for record_id in column(store, "SELECT id FROM records"):
        assert record_id.split(":")[1].isalnum()
        assert record_id.isascii()


ROWS = [
    "2026-01-10;C1;1;Le colis est arrivé cassé.",
    "2026-01-11;C2;2;La livraison est trop chère.",
    "2026-01-12;C3;5;Le vendeur est de bon conseil.",
    "2026-01-12;C3;5;Le vendeur est de bon conseil.",
]


def ids_by_text(store) -> set[tuple[str, str]]:
    return {(row["id"], row["text"]) for row in store.sql("SELECT id, text FROM records")}


def test_hashed_ids_survive_another_order_and_other_rows(store, load) -> None:
    header = "date;client;note;avis\n"
    load(header + "\n".join(ROWS))
    first = ids_by_text(store)
    assert len(first) == 4
    shuffled = random.Random(1).sample(ROWS, 4)
    assert shuffled != ROWS
    assert load(header + "\n".join(shuffled)).status == "replaced"
    assert ids_by_text(store) == first
    load(header + "\n".join(["2026-01-09;C9;4;Un texte tout neuf.", *shuffled]))
    assert first < ids_by_text(store)


def test_a_hashed_id_changes_with_the_text(store, load) -> None:
    load("client;note;avis\nC1;2;Un texte de départ.\n")
    first = ids_by_text(store)
    load("client;note;avis\nC1;2;Un texte corrigé.\n")
    assert not {i for i, _ in first} & {i for i, _ in ids_by_text(store)}


def test_a_score_alone_is_a_record_without_a_passage(store, load, avis) -> None:
    load(avis)
    assert store.count(t.records) == 6
    assert store.count(t.passages) == 5
    assert store.sql(
        "SELECT r.text, s.value, s.goodness FROM records r JOIN scores s ON s.record_id = r.id "
        "WHERE r.id LIKE '%:A6'"
    ) == [{"text": "", "value": 3.0, "goodness": 0.5}]


def test_a_text_alone_is_a_record_without_a_score(store, load, avis) -> None:
    source = load(avis).source
    passage = store.passage(f"{source.id}:A5")
    assert (passage.score, passage.date, passage.channel) == (None, None, None)
    assert store.scores_of([passage.parent]) == {}


def test_title_and_text_make_one_passage(store, load) -> None:
    load("titre;note;avis\nTrop cher;1;La livraison coûte plus que l'article.\n")
    assert column(store, "SELECT text FROM passages") == [
        "Trop cher\nLa livraison coûte plus que l'article."
    ]


def test_what_employees_say_is_internal(store, load) -> None:
    load("voix;note;avis\nemployé;2;Les clients se plaignent des frais.\nclient;4;Tout va bien.\n")
    assert column(store, "SELECT kind FROM passages ORDER BY ordinal") == ["internal", "feedback"]


def test_an_unmarked_short_text_gets_the_language_of_the_others(store, load) -> None:
    load("note;avis\n1;Le colis est arrivé cassé et personne ne répond.\n5;Top\n")
    assert column(store, "SELECT DISTINCT language FROM records") == ["fr"]


# Long records --------------------------------------------------------------------------------

SENTENCES = [
    f"La phrase numéro {n} raconte encore un détail de cette longue journée." for n in range(90)
]


def test_a_long_record_is_cut_at_sentence_ends(store, load) -> None:
    load("id;note;avis\nA1;1;" + " ".join(SENTENCES) + "\n")
    pieces = [passage.text for passage in store.passages_of(store.sources()[0].id)]
    assert len(pieces) > 2
    assert all(piece.endswith("journée.") for piece in pieces)
    assert all(count_tokens(piece) <= RECORD_TOKENS for piece in pieces)
    assert " ".join(pieces) == " ".join(SENTENCES)


def test_the_pieces_of_a_record_know_it(store, load) -> None:
    source = load("id;note;client;avis\nA1;1;C1;" + " ".join(SENTENCES) + "\n").source
    found = list(store.passages_of(source.id))
    assert [p.id for p in found[:2]] == [f"{source.id}:A1", f"{source.id}:A1^2"]
    assert {p.parent for p in found} == {f"{source.id}:A1"}
    assert len({(p.score, p.customer_key, p.locator["row"]) for p in found}) == 1
    assert store.count(t.records) == 1


def test_a_record_of_ordinary_length_is_never_cut(store, load) -> None:
    text = " ".join(SENTENCES[:25])
    assert count_tokens(text) < RECORD_TOKENS
    load(f"note;avis\n1;{text}\n")
    assert column(store, "SELECT text FROM passages") == [text]


# Quarantine ----------------------------------------------------------------------------------


def test_bad_rows_are_set_aside_and_counted(store, load) -> None:
    loaded = load(
        "id;note;avis\nA1;1;Un premier texte.\nA2;2;un;séparateur;de trop\nA3;;\n\n;;\n"
        "A4;5;Un dernier texte.\n"
    )
    counts = loaded.as_dict()
    assert (counts["rows_read"], counts["rows_loaded"], counts["rows_quarantined"]) == (4, 2, 2)
    assert counts["quarantine"] == [
        {"row": 3, "reason": "5 cells where the header has 3; is a quote or a separator missing?"},
        {"row": 4, "reason": "neither text nor score"},
    ]
    assert store.quarantined(loaded.source.id) == list(loaded.quarantined)


def test_a_reload_gives_the_quarantine_again(load) -> None:
    content = "id;note;avis\nA1;1;Un premier texte.\nA3;;\n"
    assert (
        load(content).quarantined == load(content).quarantined == ((3, "neither text nor score"),)
    )


# Other kinds ---------------------------------------------------------------------------------


def test_a_note_becomes_research_passages(store, load) -> None:
    loaded = load(
        "# La fidélité\n\n## Les chiffres\n\n"
        "Selon une étude, 32 % des clients partent dès la première mauvaise expérience.\n",
        "note.md",
    )
    assert loaded.source.kind == "research"
    (passage,) = store.passages_of(loaded.source.id)
    assert (passage.kind, passage.language, passage.parent) == ("research", "fr", loaded.source.id)
    assert passage.text.startswith("Les chiffres\nSelon une étude, 32 %")


def test_a_pdf_becomes_research_passages(store, load) -> None:
    load(pdf("Customers leave after one bad experience, says the study of 2018."), "study.pdf")
    (passage,) = store.passages_of(store.sources()[0].id)
    assert "one bad experience" in passage.text
    assert passage.locator["page"] == 1


def test_a_map_becomes_cells_and_their_passages(store, load) -> None:
    loaded = load(
        "map;persona;stage;step;lane;text;emotion;moment_of_truth;owner\n"
        "Achat;Léa;purchase;Paiement;pain;Les frais arrivent trop tard;-2;oui;Web\n"
        "Achat;Léa;purchase;Paiement;goal;;1;;Web\n",
        "carte.csv",
    )
    assert (loaded.source.kind, loaded.source.rows_loaded) == ("journey", 2)
    (passage,) = store.passages_of(loaded.source.id)
    assert (passage.kind, passage.stage) == ("journey", "purchase")
    assert passage.text.endswith("\nLes frais arrivent trop tard")


def test_events_are_no_passages(store, load) -> None:
    loaded = load("date,kind,customer\n2026-01-09,purchase,C1\n2026-01-10,return,C1\n", "e.csv")
    assert (loaded.source.kind, loaded.source.rows_loaded) == ("events", 2)
    assert store.count(t.passages) == 0


def test_the_shared_reviews_load_whole(store, load, shared) -> None:
    path = shared("data", "skytrax_lounge_seat", "lounge.csv")
    loaded = load(RawFile.read(path).data, path.name)
    source = loaded.source
    assert source.rows_read == source.rows_loaded + source.rows_quarantined
    assert source.rows_loaded > 2000
    assert source.language == "en"
