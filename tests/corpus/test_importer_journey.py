"""Journey maps in CSV, XLSX and YAML, through ``read``, ``claims`` and ``choose``."""

import io
from contextlib import suppress

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import AncrageError, InputError
from corpus.files import RawFile
from corpus.importers import choose, journey
from corpus.types import Cell, Imported

FRENCH = """Carte;Persona;Phase;Étape;Voie;Contenu;Émotion;Moment de vérité;Responsable
Achat en ligne;Inès;Achat;Payer;Irritants;Les frais arrivent à la fin;−2;oui;Équipe paiement
Achat en ligne;Inès;Livraison;Recevoir;Actions;Elle attend le livreur;+1;;
Achat en ligne;Inès;Essayage;;Pensées;;;x;
Achat en ligne;Inès;;;Pensées;Rien;0;;
"""

ENGLISH = """map,persona,stage,step,lane,text,emotion,moment_of_truth,owner
Web,Ann,purchase,Pay,pain,"Fees come last, at payment",-2,true,Payments
Web,Ann,need,,goal,Buy shoes before the race,7,false,
"""

YAML = """
map: Achat en ligne
persona: Inès
source: atelier du 3 mars
cells:
  - stage: Achat
    lane: pain
    text: "Les frais : une surprise"
    emotion: -2
    moment_of_truth: yes
  - {stage: livraison, lane: canal, text: Courriel & SMS, emotion: +1}
  - juste du texte
"""


def load(content: str, name: str, /, **mapping: str) -> Imported:
    return journey.read(RawFile(name, content.encode()), mapping)


def test_french_table() -> None:
    found = load(FRENCH, "carte.csv")
    assert found.mapping == {
        "map": "Carte",
        "persona": "Persona",
        "stage": "Phase",
        "step": "Étape",
        "lane": "Voie",
        "text": "Contenu",
        "emotion": "Émotion",
        "moment_of_truth": "Moment de vérité",
        "owner": "Responsable",
    }
    assert found.cells == (
        Cell("Achat en ligne", "Inès", "purchase", "Payer", "pain", "Les frais arrivent à la fin",
             -2, True, "Équipe paiement", {"row": 2, "cell": "Achat · Irritants"}),
        Cell("Achat en ligne", "Inès", "delivery", "Recevoir", "doing", "Elle attend le livreur",
             1, False, "", {"row": 3, "cell": "Livraison · Actions"}),
    )  # fmt: skip
    assert [(q.row, q.reason) for q in found.quarantined] == [(4, "no text"), (5, "no stage")]
    assert found.rows_read == 4


def test_english_table() -> None:
    found = load(ENGLISH, "map.csv")
    assert [(c.stage, c.lane, c.emotion, c.moment_of_truth) for c in found.cells] == [
        ("purchase", "pain", -2, True),
        ("need", "goal", None, False),
    ]


def test_the_map_is_named_after_the_file_where_it_has_no_name() -> None:
    found = load("étape,couche,texte\nSAV,objectif,Être dépanné vite\n", "parcours SAV.csv")
    assert (found.cells[0].map, found.cells[0].stage, found.cells[0].lane) == (
        "parcours SAV", "support", "goal",
    )  # fmt: skip


def test_yaml() -> None:
    found = load(YAML, "parcours.yaml")
    assert [(c.map, c.persona, c.stage, c.lane, c.text, c.emotion) for c in found.cells] == [
        ("Achat en ligne", "Inès", "purchase", "pain", "Les frais : une surprise", -2),
        ("Achat en ligne", "Inès", "delivery", "channel", "Courriel & SMS", 1),
    ]
    assert found.cells[0].moment_of_truth
    assert found.cells[1].locator == {"row": 2, "cell": "livraison · canal"}
    assert [q.row for q in found.quarantined] == [3]


def test_yaml_list() -> None:
    found = load("- étape: Besoin\n  voie: objectif\n  texte: Courir sans mal\n", "carte.yml")
    assert [(c.map, c.stage, c.lane) for c in found.cells] == [("carte", "need", "goal")]


def test_workbook() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Lisez-moi"
    book.active.append(["Comment lire cette carte"])
    sheet = book.create_sheet("Carte")
    for row in (["Étape", "Ligne", "Texte", "Émotion"], ["Choix", "Canal", "Le site", 2]):
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    file = RawFile("carte.xlsx", data.getvalue())
    assert journey.claims(file) > 0.9
    cell = journey.read(file, {}).cells[0]
    assert (cell.stage, cell.lane, cell.emotion) == ("selection", "channel", 2)
    assert cell.locator == {"sheet": "Carte", "row": 2, "cell": "Choix · Canal"}


def test_map_corrects_the_guess() -> None:
    content = "étape,voie,a,b\nAchat,canal,Le site,Le magasin\n"
    assert load(content, "c.csv", text="b").cells[0].text == "Le magasin"
    with pytest.raises(InputError, match="étape, voie, a, b"):
        load(content, "c.csv", text="c")
    with pytest.raises(InputError, match="--map stage=COLUMN"):
        load(content, "c.csv")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("cells: &a [*a, *a]", "anchors"),
        ("a: &x [1, 2]\ncells:\n - *x\n", "anchors"),
        ("cells: [", "valid YAML at line"),
        ("cells: !!python/object:os.system x", "valid YAML"),
        ("cells: 3", "no list of cells"),
        ("juste: une phrase", "no list of cells"),
        ("cells: " + "[" * 5000, "YAML"),
        ("cells:\n - date: 2024-13-45\n", "YAML"),
    ],
)
def test_yaml_that_cannot_be_used(content: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        load(content, "carte.yaml")


def test_yaml_that_is_too_long() -> None:
    with pytest.raises(InputError, match="5 MB"):
        load("# " + "a\n# " * 2_000_000 + "\ncells: []\n", "carte.yaml")


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", FRENCH), ("a.csv", ENGLISH), ("a.yaml", YAML), ("a.txt", YAML), ("a.tsv", ENGLISH)],
)
def test_claims(name: str, content: str) -> None:
    file = RawFile(name, content.encode())
    assert journey.claims(file) > 0.9
    assert choose(file) == "journey"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "étape,avis\nAchat,Trop long pour payer\n"),
        ("a.md", "# Étapes\n\nLigne : la première\n"),
        ("a.txt", "titre: Un rapport\nligne: la première\n"),
        ("a.txt", "stage, lane\n"),
    ],
)
def test_does_not_claim(name: str, content: str) -> None:
    assert journey.claims(RawFile(name, content.encode())) == 0


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text("cels:- [{}]&*!stagelnx\n\"'1,", max_size=100).map(
            lambda s: ("cells:\n" + s).encode()
        ),
        st.binary(max_size=200).map(lambda data: b"stage,lane,text\na,b," + data),
    ),
    st.sampled_from(["a.csv", "a.yaml", "a.txt"]),
)
def test_no_bytes_crash(data: bytes, name: str) -> None:
    for act in (journey.claims, lambda file: journey.read(file, {})):
        with suppress(AncrageError):
            act(RawFile(name, data))
