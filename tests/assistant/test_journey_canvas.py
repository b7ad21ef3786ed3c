"""The canvas over a small world: what it holds, what it stands on, and its doors."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.api import create_app
from assistant.cli import main
from assistant.core import Assistant
from corpus.errors import InputError, NotFoundError
from corpus.files import RawFile
from corpus.filters import Filters
from corpus.metrics.types import Ask
from corpus.settings import Settings

MAP = """
map: Achat en ligne
cells:
  - {stage: Achat, lane: Objectif, text: "Payer vite", persona: Inès, owner: Équipe paiement}
  - {stage: Achat, lane: Pensées, text: "« Les frais sont clairs, je suis rassurée. »", emotion: 2}
  - {stage: Achat, lane: Irritants, text: "Les cadeaux sont mal emballés", emotion: -1}
  - {stage: Essayage, lane: Coulisses, text: "=1+1", moment_of_truth: oui}
  - {stage: Livraison, lane: Canal, text: "Message du transporteur"}
"""

SAID = (
    ("achat", "Des frais de port découverts au moment de payer, c'est inadmissible", 1),
    ("livraison", "Livraison en retard de dix jours, personne ne répond", 2),
    ("livraison", "Livraison rapide et livreur aimable, parfait", 5),
)
FEW = ("usage", "La qualité du produit est mauvaise, il a cassé à la première utilisation", 1)
BELIEF = "Nos clients trouvent le paiement en ligne simple et rapide, je n'ai jamais eu de plainte."


def reviews() -> bytes:
    """Forty customers for each saying, half in each country; five for the few; one employee."""
    text = io.StringIO()
    table = csv.writer(text, delimiter=";")
    table.writerow(["id", "date", "client", "canal", "étape", "pays", "note", "voix", "avis"])
    rows = [(stage, f"{said} ({n})", note) for stage, said, note in SAID for n in range(40)]
    rows += [(FEW[0], f"{FEW[1]} ({n})", FEW[2]) for n in range(5)]
    for n, (stage, said, note) in enumerate(rows):
        country = "Belgique" if n % 2 else "France"
        day = f"2026-0{1 + n % 6}-1{n % 9}"
        table.writerow([n, day, f"C{n}", "web", stage, country, note, "client", said])
    table.writerow([999, "2026-03-01", "E1", "web", "achat", "France", "", "salarié", BELIEF])
    return text.getvalue().encode()


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    data = tmp_path_factory.mktemp("journey") / "data"
    with Assistant(Settings(data=data, embeddings="none")) as assistant:
        assistant.ingest(RawFile("avis.csv", reviews()), origin="avis.csv")
        assistant.ingest(RawFile("carte.yaml", MAP.encode()), origin="carte.yaml")
        assistant.code()
        yield assistant


@pytest.fixture(scope="module")
def canvas(assistant: Assistant) -> dict[str, Any]:
    return assistant.journey(language="fr")


def field(canvas: dict[str, Any], stage: str, lane: str, kind: str | None = None) -> list[Any]:
    return [
        cell
        for cell in canvas["cells"]
        if (cell["stage"], cell["lane"]) == (stage, lane) and kind in (None, cell["kind"])
    ]


def test_it_is_plain_json(canvas: dict[str, Any]) -> None:
    assert json.loads(json.dumps(canvas))["title"] == "Parcours client\u00a0: Achat en ligne"
    assert canvas["maps"] == ("Achat en ligne",)


def test_stages_go_across_and_the_maps_own_stand_where_the_map_has_them(
    canvas: dict[str, Any],
) -> None:
    stages = [stage["id"] for stage in canvas["stages"]]
    assert [each for each in stages if each in ("purchase", "essayage", "delivery")] == [
        "purchase",
        "essayage",
        "delivery",
    ]
    lanes = [lane["id"] for lane in canvas["lanes"]]
    assert lanes.index("goal") < lanes.index("coulisses") < lanes.index("said")
    assert lanes.index("emotion") < lanes.index("pain") < lanes.index("owner")


def test_the_maps_words_are_its_own_and_exact(assistant: Assistant, canvas: dict[str, Any]) -> None:
    cited = {citation["id"]: citation for citation in canvas["citations"]}
    of_map = [c for c in canvas["cells"] if c["kind"] == "journey" and c["citations"]]
    assert len(of_map) == 5
    for cell in of_map:
        (citation,) = (cited[each] for each in cell["citations"])
        assert citation["kind"] == "journey"
        assert citation["quote"] == cell["text"]
        text = assistant.show(citation["passage_id"])["text"]
        assert text[citation["start"] : citation["end"]] == cell["text"]
    assert field(canvas, "essayage", "coulisses")[0]["truth"]
    assert [each["text"] for each in field(canvas, "purchase", "owner")] == ["Équipe paiement"]


def test_kinds_of_evidence_stay_apart(canvas: dict[str, Any]) -> None:
    cited = {citation["id"]: citation for citation in canvas["citations"]}
    seen = set()
    for cell in canvas["cells"]:
        for each in cell["citations"]:
            assert cited[each]["kind"] == cell["kind"]
            seen.add(cell["kind"])
    assert seen == {"journey", "feedback", "internal"}
    (belief,) = field(canvas, "purchase", "belief")
    assert "paiement" in belief["text"]


def test_every_number_is_a_fact_that_replays(assistant: Assistant, canvas: dict[str, Any]) -> None:
    facts = {fact["id"]: fact for fact in canvas["facts"]}
    assert facts
    for cell in canvas["cells"]:
        if cell["value"] is not None:
            assert cell["facts"]
            fact = facts[cell["facts"][0]]
            assert (cell["value"], cell["low"], cell["n"]) == (
                fact["value"],
                fact["low"],
                fact["n"],
            )
            value = assistant.sql(fact["query"])[0].get("value")
            assert value is None or value == pytest.approx(fact["value"])
    for mark in (*canvas["marks"], *canvas["gaps"]):
        assert set(mark["facts"]) <= facts.keys()


def test_every_quote_is_a_span(assistant: Assistant, canvas: dict[str, Any]) -> None:
    for citation in canvas["citations"]:
        text = assistant.show(citation["passage_id"])["text"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_the_curve_has_the_customers_and_the_map(canvas: dict[str, Any]) -> None:
    (told,) = field(canvas, "purchase", "emotion", "feedback")
    (assumed,) = field(canvas, "purchase", "emotion", "journey")
    assert told["value"] < 0 < assumed["value"]
    assert told["low"] <= told["value"] <= told["high"]
    assert told["n"] >= 40
    assert assumed["text"] == "La carte suppose +0,25"


def test_of_few_nothing_is_numbered(canvas: dict[str, Any]) -> None:
    cells = [c for c in canvas["cells"] if c["stage"] == "use"]
    assert cells
    assert [c["value"] for c in cells if c["lane"] in ("pain", "loss", "moment")] == []
    assert all(c["value"] is None for c in cells if c["lane"] == "emotion")
    (said,) = field(canvas, "use", "said")
    assert "Trop peu de clients" in said["text"]
    assert "%" not in said["text"]


def test_a_complaint_has_its_share_and_somebodys_words(canvas: dict[str, Any]) -> None:
    fees = field(canvas, "purchase", "pain", "feedback")[0]
    assert fees["theme"] == "checkout-fees"
    assert fees["text"].startswith("Frais découverts au paiement\u00a0:")
    delay = field(canvas, "delivery", "pain", "feedback")[0]
    assert delay["theme"] == "delivery-delay"
    # All forty say the same, and nobody's words stand on the canvas twice.
    passages = [c["passage_id"] for c in canvas["citations"]]
    assert len(set(passages)) == len(passages)
    assert [c for c in canvas["citations"] if "en retard" in c["quote"]]


def test_actions_are_proposed_for_what_hurts_and_told_apart_from_the_map(
    assistant: Assistant, canvas: dict[str, Any]
) -> None:
    pains = {cell["theme"] for cell in field(canvas, "purchase", "pain", "feedback")}
    proposed = field(canvas, "purchase", "opportunity")
    assert proposed
    assert {cell["kind"] for cell in proposed} == {"action"}
    assert {cell["theme"] for cell in proposed} <= pains
    assert all(cell["facts"] and cell["n"] for cell in proposed)
    # Of what was decided the canvas tells; what was dismissed it does not propose again.
    (first, *_) = [each for each in assistant.actions("fr")["actions"]
                   if each["title"] in proposed[0]["text"]]  # fmt: skip
    assistant.change_action(first["id"], status="accepted")
    after = field(assistant.journey(language="fr"), "purchase", "opportunity")
    assert after[0]["text"] == f"{proposed[0]['text']} (acceptée)"
    assistant.change_action(first["id"], status="dismissed", reason="Déjà fait")
    after = field(assistant.journey(language="fr"), "purchase", "opportunity")
    assert not [cell for cell in after if first["title"] in cell["text"]]
    assistant.change_action(first["id"], status="proposed")


def test_gaps_are_marked_on_what_they_concern(canvas: dict[str, Any]) -> None:
    gaps = {gap["id"]: gap for gap in canvas["gaps"]}
    pain = field(canvas, "purchase", "pain", "feedback")[0]
    assert [gaps[each]["kind"] for each in pain["gaps"]] == ["unmapped"]
    (assumed,) = field(canvas, "purchase", "emotion", "journey")
    assert [gaps[each]["kind"] for each in assumed["gaps"]] == ["emotion"]
    assert "c’est l’opposé" in gaps[assumed["gaps"][0]]["text"]


def test_what_is_noticed_is_marked_on_the_curve(canvas: dict[str, Any]) -> None:
    kinds = [mark["kind"] for mark in canvas["marks"]]
    assert "moment" in kinds
    assert kinds[-1] == "ending"
    change = next(mark for mark in canvas["marks"] if mark["kind"] == "change")
    assert change["up"]
    assert "Achat" in change["text"]
    assert "Livraison" in change["text"]


def test_two_segments_are_compared(assistant: Assistant) -> None:
    french, belgian = (Filters(segment={"pays": each}) for each in ("France", "Belgique"))
    found = assistant.journey(Ask(filters=french, against=belgian), "fr")
    assert "France" in found["about"]
    assert "Belgique" in found["about"]
    told = [c for c in found["cells"] if c["lane"] == "emotion" and c["against"]]
    # Of the purchase twenty speak on each side; of the delivery forty do.
    assert [cell["stage"] for cell in told] == ["delivery"]
    facts = {fact["id"]: fact for fact in found["facts"]}
    ours, theirs = (facts[each] for each in told[0]["facts"])
    assert ours["filter"] != theirs["filter"]
    assert told[0]["against"]["value"] == theirs["value"]


def test_stages_can_be_chosen(assistant: Assistant) -> None:
    found = assistant.journey(Ask(filters=Filters(stage=("delivery",))), "en")
    assert [stage["id"] for stage in found["stages"]] == ["delivery"]
    assert found["title"] == "Customer journey: Achat en ligne"


def test_a_map_that_is_not_there_is_told(assistant: Assistant) -> None:
    with pytest.raises(NotFoundError, match="Achat en ligne"):
        assistant.journey(map_name="Autre")
    with pytest.raises(InputError, match="fr or en"):
        assistant.journey(language="de")


# The draft -----------------------------------------------------------------------------------


def test_a_draft_is_cited_or_computed_and_invents_nothing(assistant: Assistant) -> None:
    found = assistant.journey(language="fr", which="draft")
    assert found["draft"]
    assert found["title"] == "Brouillon tiré du corpus, à corriger"
    assert not [cell for cell in found["cells"] if cell["kind"] == "journey"]
    written = [row for row in found["rows"] if row["text"]]
    assert written
    assert all(row["citations"] or row["facts"] for row in written)
    assert {row["map"] for row in found["rows"]} == {"Brouillon à corriger"}
    empty = {row["lane"] for row in found["rows"] if not row["text"]}
    assert {"goal", "touchpoint", "opportunity"} <= empty
    assert not empty & {row["lane"] for row in written}
    few = [row for row in found["rows"] if row["stage"] == "use"]
    assert not [row for row in few if row["text"]]
    assert "Trop peu" in few[0]["evidence"]


def test_a_draft_loads_back_as_a_map(assistant: Assistant, tmp_path: Path) -> None:
    found = assistant.journey(language="fr", which="draft")
    data = assistant.journey_file("xlsx", language="fr", which="draft")
    with Assistant(Settings(data=tmp_path / "other", embeddings="none")) as other:
        loaded = other.ingest(RawFile("brouillon.xlsx", data), origin="brouillon.xlsx").as_dict()
        assert (loaded["kind"], loaded["rows_quarantined"]) == ("journey", 0)
        written = [row for row in found["rows"] if row["text"]]
        rows = other.sql("SELECT stage, lane, text, emotion FROM cells ORDER BY rowid")
        assert [tuple(row.values()) for row in rows] == [
            (row["stage"], row["lane"], row["text"], row["emotion"]) for row in written
        ]
        assert other.sql("SELECT count(*) AS n FROM records")[0]["n"] == 0


def test_a_map_is_the_same_after_its_workbook_is_loaded(
    assistant: Assistant, tmp_path: Path
) -> None:
    data = assistant.journey_file("xlsx", language="fr")
    cells = (
        "SELECT map, persona, stage, step, lane, text, emotion, moment_of_truth, owner "
        "FROM cells ORDER BY rowid"
    )
    with Assistant(Settings(data=tmp_path / "other", embeddings="none")) as other:
        other.ingest(RawFile("carte.xlsx", data), origin="carte.xlsx")
        assert other.sql(cells) == assistant.sql(cells)


def test_the_blank_canvas_is_filled_in_and_loaded(assistant: Assistant, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    data = assistant.journey_template("carte.xlsx", "fr")
    with Assistant(Settings(data=tmp_path / "other", embeddings="none")) as other:
        blank = other.ingest(RawFile("carte.xlsx", data), origin="carte.xlsx").as_dict()
        assert (blank["kind"], blank["rows_read"], blank["quarantine"]) == ("journey", 0, [])
        book = openpyxl.load_workbook(io.BytesIO(data))
        assert "ancrage ingest carte.xlsx" in str(book["Mode d’emploi"]["A2"].value)
        sheet = book["Carte"]
        header = [cell.value for cell in sheet[1]]
        text, lane = header.index("Texte") + 1, header.index("Voie") + 1
        first = next(
            row for row in range(2, sheet.max_row) if sheet.cell(row, lane).value == "irritant"
        )
        sheet.cell(first, text).value = "Des frais à la fin"
        sheet.cell(first, header.index("Émotion") + 1).value = -2
        filled = io.BytesIO()
        book.save(filled)
        loaded = other.ingest(
            RawFile("carte.xlsx", filled.getvalue()), origin="carte.xlsx"
        ).as_dict()
        assert loaded["rows_loaded"] == 1
        (row,) = other.sql("SELECT stage, lane, text, emotion FROM cells")
        assert row == {"stage": "need", "lane": "pain", "text": "Des frais à la fin", "emotion": -2}


# Doors ---------------------------------------------------------------------------------------


def test_the_api_gives_every_form(assistant: Assistant) -> None:
    app = create_app(assistant, ui=False, allowed_hosts=["testserver"])
    with TestClient(app, raise_server_exceptions=False) as client:
        found = client.get("/v1/journey", params={"label_language": "fr"}).json()
        assert found["map"] == "Achat en ligne"
        for form, beginning in (("xlsx", b"PK"), ("svg", b"<?xml"), ("md", b"# Parcours")):
            sent = client.get("/v1/journey", params={"format": form, "label_language": "fr"})
            assert sent.content.startswith(beginning), form
            assert f'filename="journey.{form}"' in sent.headers["content-disposition"]
        accepted = client.get("/v1/journey", headers={"Accept": "text/markdown"})
        assert accepted.headers["content-type"].startswith("text/markdown")
        draft = client.get("/v1/journey", params={"draft": True}).json()
        assert draft["draft"] is True
        compared = client.get(
            "/v1/journey",
            params={"segment": "pays=France", "against": "segment=pays=Belgique"},
        ).json()
        assert compared["against"] == {"segment": {"pays": "Belgique"}}
        blank = client.get("/v1/journey/template", params={"label_language": "fr"})
        assert blank.content.startswith(b"PK")
        assert client.get("/v1/journey", params={"map": "Autre"}).status_code == 404
        assert client.get("/v1/journey", params={"format": "docx"}).status_code == 422
        assert client.get("/v1/journey", params={"segment": "x=y"}).status_code == 404


def test_the_command_line_writes_what_its_names_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANCRAGE_EMBEDDINGS", "none")
    monkeypatch.setenv("ANCRAGE_DATA", "data")
    Path("avis.csv").write_bytes(reviews())
    Path("carte.yaml").write_text(MAP, encoding="utf-8")
    assert main(["ingest", "avis.csv", "carte.yaml", "--json"]) == 0
    capsys.readouterr()

    assert main(["journey", "show", "--json", "--label-language", "fr"]) == 0
    assert json.loads(capsys.readouterr().out)["map"] == "Achat en ligne"
    assert main(["journey"]) == 0
    assert "Parcours client" in capsys.readouterr().out
    for name, beginning in (("a.xlsx", b"PK"), ("a.md", b"# "), ("a.json", b"{")):
        assert main(["journey", "draft", "-o", name]) == 0
        assert Path(name).read_bytes().startswith(beginning)
    assert main(["journey", "template", "vide.xlsx"]) == 0
    assert Path("vide.xlsx").read_bytes().startswith(b"PK")
    capsys.readouterr()
    assert main(["journey", "show", "-o", "a.docx"]) == 2
    assert ".xlsx" in capsys.readouterr().err
    assert main(["journey", "template", "vide.csv"]) == 2
    assert main(["journey", "show", "--map", "Autre"]) == 1
