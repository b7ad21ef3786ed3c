"""Feedback tables of every kind, through ``read``, ``claims`` and ``choose``."""

import csv
import io
import json
import zipfile
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import AncrageError, InputError
from corpus.files import RawFile
from corpus.importers import choose, feedback
from corpus.types import Imported, Score

SHARED = Path(__file__).parents[3] / "shared" / "data"


def load(content: str, name: str = "avis.csv", /, **mapping: str) -> Imported:
    return feedback.read(RawFile(name, content.encode()), mapping)


def table(header: str, /, *rows: str, **mapping: str) -> Imported:
    return load("\n".join([header, *rows]) + "\n", **mapping)


def shared(*parts: str) -> RawFile:
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the shared data folder is not there: {path}")
    return RawFile.read(path)


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


# --- which column is which


def test_french_headers() -> None:
    found = table(
        "N° avis;Date de l'avis;Canal;Identifiant client;Pays;Note;Titre;Commentaire client",
        "A1;14/05/2025;Web;C1;France;2;Trop cher;La livraison coûte plus cher que l'article.",
        "A2;15/05/2025;App;C2;France;5;;Rien à dire, tout était parfait du début à la fin.",
        "A3;16/05/2025;Web;C3;Belgique;4;Bien;Le vendeur a pris le temps de me conseiller.",
    )
    assert found.mapping == {
        "id": "N° avis",
        "date": "Date de l'avis",
        "channel": "Canal",
        "customer": "Identifiant client",
        "segment:Pays": "Pays",
        "score:Note": "Note",
        "title": "Titre",
        "text": "Commentaire client",
    }
    first = found.records[0]
    assert (first.id, first.title, first.customer, first.channel) == (
        "A1",
        "Trop cher",
        "C1",
        "Web",
    )
    assert first.date == date(2025, 5, 14)
    assert first.scores == (Score("Note", 2.0, 1.0, 5.0, "stars"),)
    assert first.segments == {"Pays": "France"}
    assert first.locator == {"row": 2}


def test_english_headers() -> None:
    found = table(
        "review_id,created_at,user_email,country,star_rating,review_title,review_text,lang",
        "9,2024-02-01T10:00:00Z,a@b.com,US,1,Lost,They lost my parcel and nobody answers.,en",
        "7,2024-02-28T10:00:00Z,c@d.com,US,5,Great,It came a day early and well packed.,en-GB",
    )
    assert found.mapping["text"] == "review_text"
    assert found.mapping["title"] == "review_title"
    assert found.mapping["customer"] == "user_email"
    assert found.mapping["language"] == "lang"
    assert [r.language for r in found.records] == ["en", "en"]
    assert [r.date for r in found.records] == [date(2024, 2, 1), date(2024, 2, 28)]
    assert found.records[1].scores[0].kind == "stars"


def test_text_is_found_by_its_values_where_no_name_says_it() -> None:
    found = table(
        "q17,grp",
        "I gave up at the payment page because of the fees,new",
        "The shop assistant was patient and very kind to me,new",
        "Nothing works on my phone since the last update,old",
        "I would buy here again without thinking twice about it,old",
    )
    assert found.mapping["text"] == "q17"


LIKED = ("La livraison est venue le jour dit", "Un conseiller aimable et patient", "Rien du tout")
WRONG = (
    "Les frais ne sont pas annoncés",
    "Le site plante sur mon téléphone",
    "Attente trop longue",
)


def test_open_questions_are_text_though_they_speak_of_a_score() -> None:
    header = "Recommanderiez-vous notre banque ? (0 à 10);Pourquoi cette note ?;Agence"
    # The same words come back, as they do in short answers.
    rows = [f"{i % 11};{WRONG[i % 3]} {i % 13};{('Lille', 'Nantes')[i % 2]}" for i in range(200)]
    found = table(header, *rows)
    assert found.mapping["text"] == "Pourquoi cette note ?"
    assert found.mapping["segment:Agence"] == "Agence"


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("Qu’avez-vous aimé ?", "Que pourrions-nous améliorer ?"),
        ("What did you like most?", "What could we do better?"),
        ("Commentaire positif", "Commentaire négatif"),
        ("Positive_Review", "Negative_Review"),
        ("Pros", "Cons"),
    ],
)
def test_both_of_two_open_questions_are_read(good: str, bad: str) -> None:
    rows = [f"{LIKED[i % 3]} {i};{WRONG[i % 3]} {i};{i % 5 + 1}" for i in range(30)]
    found = table(f"{good};{bad};Note", *rows)
    assert found.mapping == {"text": f"{good}+{bad}", "score:Note": "Note"}
    assert found.records[4].text == f"{LIKED[1]} 4\n{WRONG[1]} 4"


def test_a_question_with_options_is_no_text_and_columns_left_out_are_told() -> None:
    options = ("Oui, tout de suite et sans attendre", "Non, pas avant un bon moment")
    rows = [f"{WRONG[i % 3]} {i};{options[i % 2]};{i * 7}" for i in range(60)]
    found = table("Pourquoi ?;Quel délai vous a été annoncé ?;Solde interne", *rows)
    assert found.mapping["text"] == "Pourquoi ?"
    assert found.unused == ("Quel délai vous a été annoncé ?", "Solde interne")


def test_machine_translations_are_neither_text_nor_segments() -> None:
    rows = [
        f"Message original numéro {i} avec assez de mots,Original message number {i} with words,x"
        for i in range(30)
    ]
    found = table("avis,avis_en_machine,autre", *rows)
    assert found.mapping == {"text": "avis"}
    found = table("avis_en_machine,avis,autre", *rows)
    assert found.mapping["text"] == "avis"


def test_one_column() -> None:
    found = table("Verbatim", "Très bien, merci", '"Bof, cher"', "", "Long")
    assert [r.text for r in found.records] == ["Très bien, merci", "Bof, cher", "Long"]
    assert [r.locator["row"] for r in found.records] == [2, 3, 5]
    assert found.rows_read == 3


def test_one_column_of_unquoted_texts_with_commas() -> None:
    found = table("Commentaire", "Très bien, merci", "Bof, cher", "Non, jamais")
    assert [r.text for r in found.records] == ["Très bien, merci", "Bof, cher", "Non, jamais"]


def test_repeated_ids_are_no_ids() -> None:
    found = table("id,avis", "1,bonjour à tous les vendeurs", "1,au revoir à tous les vendeurs")
    assert "id" not in found.mapping
    assert [r.id for r in found.records] == ["", ""]


@pytest.mark.parametrize(
    ("value", "voice"),
    [("Client", "customer"), ("prospect", "prospect"), ("Salarié", "employee"),
     ("Dirigeante", "leader"), ("manager", "leader"), ("customer", "customer")],
)  # fmt: skip
def test_voices(value: str, voice: str) -> None:
    found = table("voix,texte", f"{value},Nos clients aiment notre service de livraison")
    assert found.records[0].voice == voice


@pytest.mark.parametrize(
    ("value", "stage"),
    [("Paiement", "purchase"), ("checkout", "purchase"), ("Livraison", "delivery"),
     ("SAV", "support"), ("Service client", "support"), ("Fidélité", "renewal"),
     ("Choix du produit", "selection"), ("Besoin", "need"), ("Essayage", "essayage")],
)  # fmt: skip
def test_stages(value: str, stage: str) -> None:
    found = table("étape,avis", f"{value},Il a fallu attendre trop longtemps")
    assert found.records[0].stage == stage


@pytest.mark.parametrize(
    ("value", "code"), [("fr", "fr"), ("FR", "fr"), ("français", "fr"), ("en-GB", "en"),
                        ("English", "en"), ("néerlandais", "nl"), ("pt_BR", "pt")],
)  # fmt: skip
def test_languages(value: str, code: str) -> None:
    found = table("langue,avis", f"{value},Il a fallu attendre trop longtemps")
    assert found.records[0].language == code


def test_columns_that_are_no_segments() -> None:
    rows = [
        f"produit {i % 3},constant,{i},https://a.fr/{i % 3},12/0{i % 3 + 1}/2024,"
        f"Il fallait {i} jours pour recevoir le colis commandé"
        for i in range(40)
    ]
    found = table("produit,split,montant,lien,naissance,avis", *rows)
    assert found.mapping == {"text": "avis", "segment:produit": "produit"}


@pytest.mark.parametrize(
    ("header", "row", "fields"),
    [
        (
            "Review Id,Review User Id,Review Created (UTC),Review Title,Review Content,"
            "Review Stars,Company Reply",
            "1a,u1,2024-03-05 10:11:00,Bad,They never answered me.,1,We are sorry to hear this now",
            ["id", "customer", "date", "title", "text", "score:Review Stars"],
        ),
        (
            "reviewerID,overall,verified,reviewText,summary,unixReviewTime,vote",
            "A1,5.0,True,Works as described and fits well.,Great,1514764800,3",
            ["customer", "score:overall", "text", "title", "date"],
        ),
        (
            "Quelle est la probabilité que vous recommandiez nos vins ?,Pourquoi ?,Date",
            "9,Les vendeurs connaissent leurs produits,2024-01-05",
            [
                "score:Quelle est la probabilité que vous recommandiez nos vins ?",
                "text",
                "date",
            ],
        ),
        (
            "voix;fonction;réponse;date",
            "Direction;DG;Tout va bien selon nos chiffres;12 mai 2025",
            ["voice", "text", "date"],
        ),
    ],
)
def test_exports_of_others(header: str, row: str, fields: list[str]) -> None:
    assert sorted(table(header, row).mapping) == sorted(fields)


# --- scores


def test_scores_with_their_scales_overall_first() -> None:
    rows = [f"{i % 5 + 1},{i % 11},{i % 2},{i % 5 + 1},{i % 7 + 1},1000{i},2023" for i in range(40)]
    found = table("accueil_rating,nps,recommended,csat,effort,montant,annee", *rows)
    names = [s.name for s in found.records[0].scores]
    assert names == ["nps", "csat", "effort", "accueil_rating", "recommended"]
    assert {(s.name, s.minimum, s.maximum, s.kind) for r in found.records for s in r.scores} == {
        ("nps", 0, 10, "nps"),
        ("csat", 1, 5, "csat"),
        ("effort", 1, 7, "ces-2"),
        ("accueil_rating", 1, 5, "stars"),
        ("recommended", 0, 1, "binary"),
    }


@pytest.mark.parametrize(
    ("name", "values", "scale"),
    [
        ("note", ["1", "5", "3"], (1, 5, "stars")),
        ("rating", ["9", "3", "10"], (1, 10, "rating")),
        ("note /10", ["1", "5", "3"], (1, 10, "rating")),
        ("note_sur_20", ["12", "5", "3"], (0, 20, "rating")),
        ("csat", ["80", "95", "40"], (0, 100, "csat")),
        ("satisfaction (1-7)", ["2", "5", "3"], (1, 7, "csat")),
        ("CES", ["1", "5", "3"], (1, 5, "ces-1")),
        ("ces", ["1", "7", "3"], (1, 7, "ces-2")),
        ("ces_2", ["1", "5", "3"], (1, 7, "ces-2")),
        ("Effort (1 = très facile, 7 = très difficile)", ["1", "7", "3"], (1, 7, "ces-1")),
        ("effort: 1 very difficult - 7 very easy", ["1", "7", "3"], (1, 7, "ces-2")),
        ("Effort (1 = very hard, 5 = very easy)", ["1", "5", "3"], (1, 5, "ces-2")),
        ("effort, 5 = high effort", ["1", "5", "3"], (1, 5, "ces-1")),
        ("Probabilité de recommander", ["1", "5", "3"], (0, 10, "nps")),
        ("recommandé", ["oui", "non", "oui"], (0, 1, "binary")),
        ("étoiles", ["4 étoiles", "★★★☆☆", "★★"], (1, 5, "stars")),
        ("note", ["4,5", "3,0", "2,5"], (1, 5, "stars")),
    ],
)
def test_kind_and_scale(name: str, values: list[str], scale: tuple[object, ...]) -> None:
    found = table(f"{name};avis", *(f"{v};Un avis comme un autre" for v in values))
    assert {(s.minimum, s.maximum, s.kind) for r in found.records for s in r.scores} == {scale}
    assert all(r.scores for r in found.records)


def test_a_scale_in_the_value_wins() -> None:
    found = table("note;avis", "4/5;Un avis", "8/10;Un avis", "3;Un avis", "2 sur 5;Un avis")
    assert [(r.scores[0].value, r.scores[0].maximum) for r in found.records] == [
        (4, 5), (8, 10), (3, 5), (2, 5),
    ]  # fmt: skip


def test_a_value_off_its_scale_loses_the_score_not_the_row() -> None:
    found = table("nps,avis", "11,Bien", "9,Bien", ",Bien", "12,")
    assert [len(r.scores) for r in found.records] == [0, 1, 0]
    assert [(q.row, q.reason) for q in found.quarantined] == [(5, "neither text nor score")]
    assert found.rows_read == 4


def test_score_only_rows_are_records() -> None:
    found = table("date;client;nps", "01/02/2024;C1;9", "13/02/2024;C2;3")
    assert [r.scores[0].value for r in found.records] == [9, 3]
    assert [r.text for r in found.records] == ["", ""]


def test_a_source_that_went_from_five_points_to_ten() -> None:
    start = date(2020, 1, 1)
    rows = [f"{start + timedelta(days=i)},{i % 5 + 1},Un avis de plus" for i in range(100)]
    rows += [f"{start + timedelta(days=100 + i)},{10 - i % 10},Un avis" for i in range(40)]
    found = table("date,overall_rating,avis", *rows)
    assert {(r.scores[0].maximum, r.scores[0].kind) for r in found.records[:100]} == {(5, "stars")}
    assert {(r.scores[0].maximum, r.scores[0].kind) for r in found.records[100:]} == {
        (10, "rating")
    }


# --- dates


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["03/04/2024", "25/04/2024"], date(2024, 4, 3)),
        (["03/04/2024", "04/25/2024"], date(2024, 3, 4)),
        (["01/09/2021", "01/10/2021", "01/11/2021"], date(2021, 9, 1)),
        (["03.04.24"], date(2024, 4, 3)),
        (["2024-04-03T23:59:00+02:00"], date(2024, 4, 3)),
        (["12 mars 2024"], date(2024, 3, 12)),
        (["1er août 2023"], date(2023, 8, 1)),
        (["March 12, 2024"], date(2024, 3, 12)),
        (["lundi 12 mars 2024 à 14h05"], date(2024, 3, 12)),
        (["mars 2024"], date(2024, 3, 1)),
        (["2024-03"], date(2024, 3, 1)),
        (["45292"], date(2024, 1, 1)),
        (["1709251200"], date(2024, 3, 1)),
        (["20240301"], date(2024, 3, 1)),
        (["03/04/2024 14:02", "25/04/2024 09:00"], date(2024, 4, 3)),
        (["1970-01-01"], None),
        (["2999-01-01"], None),
    ],
)
def test_dates(values: list[str], expected: date | None) -> None:
    found = table("date;avis", *(f'"{v}";Un avis de plus' for v in values))
    assert found.records[0].date == expected


def test_a_bad_date_does_not_lose_the_row() -> None:
    found = table(
        "date;avis", "2024-01-02;Un", "hier;Deux", "2024-13-45;Trois", "2024-01-03;Quatre"
    )
    assert [r.date for r in found.records] == [date(2024, 1, 2), None, None, date(2024, 1, 3)]


def test_the_experience_comes_before_the_publication() -> None:
    found = table(
        "date_publication,date_experience,avis",
        "2024-03-13,2024-03-01,Un avis",
        "2024-03-14,,Un avis",
        "2024-03-15,2024-03-02,Un avis",
    )
    assert found.mapping["date"] == "date_experience+date_publication"
    assert [r.date and r.date.day for r in found.records] == [1, 14, 2]


def test_an_experience_date_that_is_rarely_given_is_not_taken() -> None:
    found = table("date,date_visit,avis", *(f"2024-03-1{i},,Un avis" for i in range(9)),
                  "2024-03-19,2024-01-01,Un avis")  # fmt: skip
    assert found.mapping["date"] == "date"


# --- what the user says


CORRECTED = (
    "produit,note,autre,avis",
    "velo,4,2,Un avis assez long pour être lu",
    "velo,2,3,Un autre avis assez long pour être lu",
)


def test_map_corrects_the_guess() -> None:
    found = table(*CORRECTED, segment="-", **{"score:csat": "autre", "text": "Avis"})
    assert found.mapping == {"text": "avis", "score:csat": "autre", "score:note": "note"}
    assert [(s.name, s.kind) for s in found.records[0].scores] == [
        ("note", "stars"),
        ("autre", "csat"),
    ]
    found = table(*CORRECTED, text="produit+avis", score="")
    assert found.records[0].text == "velo\nUn avis assez long pour être lu"
    assert found.records[0].scores == ()


def test_the_mapping_that_was_used_gives_the_same_again() -> None:
    first = table(*CORRECTED)
    again = table(*CORRECTED, **first.mapping)
    assert again == first


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"text": "verbatim"}, ["verbatim", "produit, note, autre, avis"]),
        ({"texte": "avis"}, ["texte", "text, title, id, date"]),
        ({"text:a": "avis"}, ["text:a"]),
        ({"score": "avis"}, ["avis", "no scores"]),
    ],
)
def test_a_wrong_map_says_what_there_is(mapping: dict[str, str], words: list[str]) -> None:
    with pytest.raises(InputError) as error:
        table(*CORRECTED, **mapping)
    assert all(word in str(error.value) for word in words)


# --- files as they come


def test_no_text_column() -> None:
    with pytest.raises(InputError, match=r"avis\.csv has no column of text.*--map text=COLUMN"):
        table("id,categorie,montant", "1,velo,12.5", "2,course,80", "3,velo,11")


@pytest.mark.parametrize("text", ["id,avis\n", "id,avis", "avis\n\n\n"])
def test_header_only(text: str) -> None:
    with pytest.raises(InputError, match=r"avis.*no rows"):
        load(text)


@pytest.mark.parametrize("data", [b"", b"  \n ", b"\xef\xbb\xbf"])
def test_empty(data: bytes) -> None:
    with pytest.raises(InputError):
        feedback.read(RawFile("vide.csv", data), {})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encodings_and_separators(encoding: str, separator: str) -> None:
    rows = [["id", "avis"], ["1", "Réglé à la caisse,\r\ntrès « déçu »; l'été"], ["2", "Où ça ?"]]
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(rows)
    found = feedback.read(RawFile("avis.csv", out.getvalue().encode(encoding)), {})
    assert [r.text for r in found.records] == [
        "Réglé à la caisse,\ntrès « déçu »; l'été",
        "Où ça ?",
    ]
    assert [r.locator["row"] for r in found.records] == [2, 3]


def test_bad_rows_are_set_aside_with_the_reason() -> None:
    found = table(
        "id,note,avis",
        "1,5,Très bon accueil en magasin",
        "2,5,Très bon accueil, mais en retard",
        "3,5",
        ",,",
        "",
        "4,,",
        "5,1,Je ne reviendrai plus jamais ici",
    )
    assert [r.id for r in found.records] == ["1", "5"]
    assert [(q.row, q.reason.split(";")[0]) for q in found.quarantined] == [
        (3, "4 cells where the header has 3"),
        (4, "2 cells where the header has 3"),
        (7, "neither text nor score"),
    ]
    assert found.rows_read == len(found.records) + len(found.quarantined) == 5


def test_an_open_quote_does_not_swallow_the_rows_after_it() -> None:
    found = table(
        "id,avis,note",
        '1,"Bon accueil, vraiment",5',
        '2,"Le vendeur a dit non,1',
        '3,"Bon accueil aussi",4',
        "4,Correct dans l'ensemble,3",
        '5,"Jamais refermé,2',
    )
    assert [r.id for r in found.records] == ["1", "3", "4"]
    assert [q.row for q in found.quarantined] == [3, 6]


def test_two_open_quotes_do_not_make_one_row() -> None:
    found = table("id,avis", '1,"Jamais', '2,"refermé', "3,Correct", '4,"Bien"')
    assert [r.id for r in found.records] == ["3", "4"]
    assert [q.row for q in found.quarantined] == [2, 3]


def test_stray_quotes_inside_a_cell() -> None:
    found = table("id;avis", '1;"Il a dit "non" et voilà"', '2;Le "service" est lent')
    assert "non" in found.records[0].text
    assert found.records[1].text == 'Le "service" est lent'


def test_a_title_line_above_the_header() -> None:
    found = table("Export du 12 mars", "", "id;avis", "1;Très bien, merci beaucoup")
    assert found.records[0].text == "Très bien, merci beaucoup"
    assert found.records[0].locator == {"row": 4}


def test_json_lines() -> None:
    lines = [
        json.dumps({"_id": "a", "text": "Le site est lent\nle soir", "user": {"id": 7}, "note": 2}),
        "{broken",
        json.dumps({"_id": "b", "text": "Rien à dire de particulier", "user": {"id": 8}}),
        "",
        "[1, 2]",
    ]
    found = load("\n".join(lines), "avis.jsonl")
    assert [(r.id, r.customer, r.locator["row"]) for r in found.records] == [
        ("a", "7", 1),
        ("b", "8", 3),
    ]
    assert found.records[0].text == "Le site est lent\nle soir"
    assert found.records[0].scores[0].value == 2
    assert [q.row for q in found.quarantined] == [2, 5]


def test_workbook() -> None:
    header = ["Date", "Note", "Avis", "Client"]
    data = workbook(
        Aide=[["Comment lire ce fichier"]],
        Janvier=[header, [datetime(2024, 1, 5), 4, "Bon conseil en rayon", 12.0],
                 [None, None, None, None], [date(2024, 1, 6), 2, "Attente trop longue", 13]],
        Fevrier=[header, [datetime(2024, 2, 5, 9, 30), 5, "Livraison en avance", 12]],
    )  # fmt: skip
    file = RawFile("avis.xlsx", data)
    found = feedback.read(file, {})
    assert [dict(r.locator) for r in found.records] == [
        {"sheet": "Janvier", "row": 2},
        {"sheet": "Janvier", "row": 4},
        {"sheet": "Fevrier", "row": 2},
    ]
    assert [r.customer for r in found.records] == ["12", "13", "12"]
    assert found.records[2].date == date(2024, 2, 5)
    assert feedback.claims(file) > 0.5


def test_damaged_and_exploding_workbooks(monkeypatch: pytest.MonkeyPatch) -> None:
    data = workbook(A=[["avis"], ["bien"]])
    with pytest.raises(InputError):
        feedback.read(RawFile("a.xlsx", data[: len(data) // 2]), {})
    monkeypatch.setattr("corpus.importers.workbook.LARGEST_UNZIPPED", 1_000_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 1_000_001)
    with pytest.raises(InputError, match="1 GB"):
        feedback.read(RawFile("bombe.xlsx", out.getvalue()), {})


def test_a_sheet_that_reaches_to_the_last_cell() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "avis"
    book.active["XFD1048576"] = "loin"
    data = io.BytesIO()
    book.save(data)
    with pytest.raises(InputError, match="reaches too far"):
        feedback.read(RawFile("loin.xlsx", data.getvalue()), {})


# --- claims


PROSE = "\n".join(
    [
        "Nous avons interrogé, en mars, trente clients.",
        "La livraison, disent-ils, arrive tard.",
        "Le prix, en revanche, convient.",
        "Rien, pour finir, ne les retient.",
    ]
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("note.txt", PROSE),
        ("note.md", PROSE),
        ("note.html", f"<html><body><p>{PROSE}</p></body></html>"),
        ("tableau.md", "| a | b |\n|---|---|\n| texte | deux |\n| trois | quatre |\n"),
    ],
)
def test_prose_is_not_claimed(name: str, text: str) -> None:
    assert feedback.claims(RawFile(name, text.encode())) == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "id,avis\n1,Très bien\n2,Très mal\n"),
        ("a.txt", "id;avis;note\n1;Très bien;5\n2;Très mal;1\n3;Bof;3\n"),
        ("a.csv", "avis\nTrès bien\n"),
        ("a.jsonl", '{"text": "Le colis est arrivé en retard"}\n{"text": "Bien reçu hier"}\n'),
        ("a.csv", "date,nps\n2024-01-01,9\n2024-01-02,3\n"),
        ("a.csv", "id,montant\n1,3\n"),
    ],
)
def test_tables_are_claimed_and_chosen(name: str, text: str) -> None:
    file = RawFile(name, text.encode())
    assert feedback.claims(file) >= 0.5
    assert choose(file) == "feedback"


# --- properties

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), min_size=1, max_size=60)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=8))
def test_any_texts_come_back_from_json_lines(texts: list[str]) -> None:
    file = RawFile("a.jsonl", "\n".join(json.dumps({"k": 1, "avis": t}) for t in texts).encode())
    found = feedback.read(file, {"text": "avis"})
    kept = [t.strip() for t in texts if t.strip().lower() not in ("", "nan", "null", "n/a", "#n/a")]
    assert [r.text for r in found.records] == kept
    assert found.rows_read == len(texts)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text("abé ,;\t|\"'\n12", min_size=1, max_size=40), min_size=1, max_size=8))
def test_any_texts_come_back_from_csv(texts: list[str]) -> None:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(
        [["id", "avis", "note"], *([f"k{i}", text, "4"] for i, text in enumerate(texts))]
    )
    found = feedback.read(RawFile("a.csv", out.getvalue().encode()), {"text": "avis"})
    assert [r.text for r in found.records] == [t.strip() for t in texts]
    assert [r.locator["row"] for r in found.records] == list(range(2, len(texts) + 2))


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text('{}[]":,;\t\n"avisnote12/é ', max_size=200).map(str.encode),
        st.binary(max_size=200).map(lambda data: b"id,avis\n1," + data),
        st.binary(max_size=100).map(lambda data: b"PK\x03\x04" + data),
    ),
    st.sampled_from(["a.csv", "a.tsv", "a.jsonl", "a.xlsx", "a.txt", "a"]),
)
def test_no_bytes_crash(data: bytes, name: str) -> None:
    for act in (feedback.claims, lambda file: feedback.read(file, {})):
        with suppress(AncrageError):
            act(RawFile(name, data))


# --- real data


@pytest.mark.shared
def test_french_insurance_reviews() -> None:
    found = feedback.read(shared("assurance_avis_fr", "avis.csv"), {})
    assert found.mapping == {
        "id": "id",
        "text": "avis",
        "score:note": "note",
        "date": "date_exp+date_publication",
        "segment:assureur": "assureur",
        "segment:produit": "produit",
    }
    assert len(found.records) == found.rows_read == 1000
    assert {s.kind for r in found.records for s in r.scores} == {"stars"}
    assert all(r.date and r.date.day == 1 for r in found.records)


@pytest.mark.shared
def test_lounge_reviews() -> None:
    found = feedback.read(shared("skytrax_lounge_seat", "lounge.csv"), {})
    assert (found.mapping["text"], found.mapping["title"]) == ("content", "title")
    assert len(found.records) == 2264
    assert found.mapping["date"] == "date"
    assert {"airline_name", "author_country"} <= set(found.records[0].segments)
    overall = [r.scores[0] for r in found.records if r.scores[0].name == "overall_rating"]
    assert len(overall) == 2259
    # The site went from five points to ten in June 2015.
    assert {s.maximum for s in overall} == {5, 10}
    assert found.records[0].scores[-1].kind == "binary"


@pytest.mark.shared
def test_seat_reviews() -> None:
    found = feedback.read(shared("skytrax_lounge_seat", "seat.csv"), {})
    assert sum(r.date is None for r in found.records) == 26
    assert {r.scores[0].maximum for r in found.records if r.scores[0].name == "overall_rating"} == {
        10
    }


@pytest.mark.shared
def test_json_lines_of_others() -> None:
    found = feedback.read(shared("piaf_fr", "corpus.jsonl"), {})
    assert found.mapping == {"id": "_id", "title": "title", "text": "text"}
    found = feedback.read(shared("semeval16_restaurants_fr_en", "fr.jsonl"), {})
    assert (found.mapping["text"], found.mapping["language"]) == ("text", "lang")
    found = feedback.read(shared("m_absa_fr_en", "m_absa_fr_en.jsonl"), {})
    assert {r.language for r in found.records} == {"fr", "en"}
    assert "segment:triplets" not in found.mapping
