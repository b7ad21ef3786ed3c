"""The command line, through its one public door."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from assistant.cli import main, opening

AVIS = """id_client;date;titre;avis;note;canal
C1;12/03/2026;Frais cachés;Les frais de livraison apparaissent au paiement. J'ai abandonné.;2;web
C2;13/03/2026;Très bien;Livraison rapide et colis soigné, je recommande.;5;web
C3;14/04/2026;;Le paiement par carte échoue à chaque fois, c'est pénible.;1;web
C4;15/04/2026;;;;
C5;15/04/2026;Retour;Le retour a été simple et remboursé en trois jours.;4;magasin
"""

HEAVY = ("chromadb", "duckdb", "fastapi", "gradio", "httpx", "langchain", "pandas", "sqlalchemy")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANCRAGE_EMBEDDINGS", "none")
    monkeypatch.setenv("ANCRAGE_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def avis(tmp_path: Path) -> Path:
    path = tmp_path / "avis.csv"
    path.write_text(AVIS, encoding="utf-8")
    return path


@pytest.fixture
def loaded(avis: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["ingest", str(avis)]) == 0
    capsys.readouterr()
    return avis


def documented(capsys: pytest.CaptureFixture[str]) -> object:
    """The one JSON document on stdout."""
    return json.loads(capsys.readouterr().out)


def test_ingest_prints_the_mapping_the_counts_and_the_reasons(avis, capsys):
    assert main(["ingest", str(avis)]) == 0
    out = capsys.readouterr().out
    assert "feedback, loaded" in out
    assert "text ← avis" in out
    assert "customer ← id_client" in out
    assert "5 rows read, 4 loaded, 1 quarantined" in out
    assert "row 5: " in out


def test_ingest_as_json_says_the_same(avis, capsys):
    assert main(["ingest", str(avis), "--json"]) == 0
    report = documented(capsys)
    (file,) = report["files"]
    assert file["status"] == "loaded"
    assert file["mapping"]["text"] == "avis"
    assert (file["rows_read"], file["rows_loaded"], file["rows_quarantined"]) == (5, 4, 1)
    assert [each["row"] for each in file["quarantine"]] == [5]

    assert main(["ingest", str(avis), "--json"]) == 0
    assert documented(capsys)["files"][0]["status"] == "unchanged"


def test_a_wrong_guess_is_corrected_with_map(avis, capsys):
    assert main(["ingest", str(avis), "--map", "text=titre", "--kind", "feedback", "--json"]) == 0
    assert documented(capsys)["files"][0]["mapping"]["text"] == "titre"
    assert main(["sql", "SELECT count(*) AS n FROM records WHERE text = 'Retour'", "--json"]) == 0
    assert documented(capsys) == [{"n": 1}]


def test_a_file_that_fails_does_not_stop_the_others(avis, tmp_path, capsys):
    (tmp_path / "vide.csv").write_text("")
    assert main(["ingest", "nulle-part.csv", "vide.csv", str(avis), "--json"]) == 1
    captured = capsys.readouterr()
    report = json.loads(captured.out)
    assert [file["status"] for file in report["files"]] == ["failed", "failed", "loaded"]
    assert "nulle-part.csv does not exist; check the path." in captured.err
    assert "vide.csv is empty" in captured.err
    assert "Traceback" not in captured.err


def test_an_answer_as_json_cites_what_show_opens(loaded, capsys):
    question = "Que disent les clients du paiement ?"
    assert main(["ask", question, "--json"]) == 0
    answer = documented(capsys)
    assert answer["question"] == question
    assert answer["language"] == "fr"
    assert answer["citations"]
    for citation in answer["citations"]:
        assert main(["show", citation["passage_id"], "--json"]) == 0
        passage = documented(capsys)
        assert passage["text"][citation["start"] : citation["end"]] == citation["quote"]
        assert passage["source"] == citation["source"] == "avis.csv"


def test_an_answer_for_a_person_numbers_its_citations(loaded, capsys):
    assert main(["ask", "Que disent les clients du paiement ?"]) == 0
    out = capsys.readouterr().out
    assert "[c1] avis.csv · feedback · row" in out
    passage_id = out.split("ancrage show ")[1].split()[0]
    assert main(["show", passage_id]) == 0
    assert "paiement" in capsys.readouterr().out


def test_the_flags_are_the_filters(loaded, capsys):
    flags = ["--kind", "feedback", "--source", "avis.csv", "--language", "fr", "--channel", "web"]
    flags += ["--since", "2026-04-01", "--until", "2026-04-30", "--score-max", "0.5"]
    assert main(["ask", "Que dit-on du paiement ?", "--json", *flags]) == 0
    answer = documented(capsys)
    assert {c["quote"] for c in answer["citations"]} <= {
        "Le paiement par carte échoue à chaque fois, c'est pénible."
    }
    assert answer["evidence"]["records_in_scope"] == 1


def test_customers_words_do_not_command_the_terminal(loaded, capsys):
    words = "chr(27) || '[31mrouge' || chr(7) || chr(157)"
    assert main(["sql", f"SELECT {words} AS text"]) == 0
    out = capsys.readouterr().out
    assert "rouge" in out
    assert not set(out) & {"\x1b", "\x07", "\x9d"}


def test_sql_gives_rows_as_objects(loaded, capsys):
    query = "SELECT channel, count(*) AS n FROM records GROUP BY 1 ORDER BY 1"
    assert main(["sql", query, "--json"]) == 0
    assert documented(capsys) == [{"channel": "magasin", "n": 1}, {"channel": "web", "n": 3}]
    assert main(["sql", query]) == 0
    assert "magasin" in capsys.readouterr().out


def test_sources_are_listed_and_removed(loaded, capsys):
    assert main(["sources", "--json"]) == 0
    (source,) = documented(capsys)["sources"]
    assert source["name"] == "avis.csv"
    assert main(["sources"]) == 0
    assert source["id"] in capsys.readouterr().out
    assert main(["sources", "remove", source["id"]]) == 0
    capsys.readouterr()
    assert main(["sources", "--json"]) == 0
    assert documented(capsys) == {"sources": []}
    assert main(["sources", "remove", source["id"]]) == 1


def test_reindex_makes_both_indexes_with_the_model_of_now(loaded, monkeypatch, capsys):
    assert main(["doctor", "--json"]) == 0
    before = documented(capsys)
    assert before["healthy"]
    assert before["dense_index"] == 0
    monkeypatch.setenv("ANCRAGE_EMBEDDINGS", "hashed-words")
    assert main(["reindex", "--json"]) == 0
    state = documented(capsys)
    assert state["lexical_index"] == state["dense_index"] == before["passages"]
    assert main(["reindex", "--no-wait", "--json"]) == 0
    assert documented(capsys)["dense_index"] == 0


def test_ingest_embeds_unless_told_not_to_wait(avis, monkeypatch, capsys):
    monkeypatch.setenv("ANCRAGE_EMBEDDINGS", "hashed-words")
    assert main(["ingest", str(avis), "--no-wait", "--json"]) == 0
    assert documented(capsys)["embedded_share"] == 0
    assert main(["ask", "Que dit-on du paiement ?", "--json"]) == 0
    assert documented(capsys)["citations"]
    assert main(["ingest", str(avis), "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["embedded_share"] == 1
    assert "Embedding" in captured.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", "x", "--nope"],
        ["ask", "x", "--since", "2026-02-30"],
        ["ask", "x", "--kind", "rumour", "--json"],
        ["ask", "x", "--score-min", "2"],
        ["ask", "x", "--segment", "pays"],
        ["ask", "  "],
        ["ask"],
        ["ingest"],
        ["ingest", "a.csv", "--kind", "rumour"],
        ["ingest", "a.csv", "--map", "text"],
        ["serve", "--port", "70000"],
        ["sources", "forget"],
        ["nope"],
    ],
)
def test_a_wrong_call_is_2(arguments, data, capsys):
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.strip().splitlines()) == 1
    assert not data.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "nothing:here"],
        ["sql", "DROP TABLE records"],
        ["sql", "SELECT nothing FROM records", "--json"],
        ["ask", "x", "--source", "nothing.csv", "--json"],
        ["ask", "x", "--chat-model", "gpt-5"],
        ["sources", "remove", "nothing"],
        ["doctor", "--data", "/proc/nothing"],
    ],
)
def test_a_failure_is_one_sentence_and_1(arguments, loaded, capsys):
    assert main(arguments) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.strip().splitlines()) == 1
    assert "Traceback" not in captured.err


def test_debug_shows_where_an_error_came_from(loaded, capsys):
    assert main(["show", "nothing:here", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_an_unknown_setting_is_named(monkeypatch, capsys):
    monkeypatch.setenv("ANCRAGE_EMBEDINGS", "none")
    assert main(["sources"]) == 1
    assert "ANCRAGE_EMBEDINGS" in capsys.readouterr().err


def test_a_directory_that_stays_busy_is_told(loaded, data, monkeypatch, capsys):
    monkeypatch.setattr(opening, "PATIENCE", 0.2)
    with FileLock(data / "lock"):
        assert main(["sources"]) == 1
    assert "Another process is using" in capsys.readouterr().err
    assert main(["sources"]) == 0


def test_demo_loads_once(monkeypatch, capsys):
    assert main(["demo", "--no-serve"]) == 0
    captured = capsys.readouterr()
    assert "fictional" in captured.err
    assert captured.out.count(", loaded (") >= 9
    assert main(["demo", "--no-serve"]) == 0
    out = capsys.readouterr().out
    assert ", loaded (" not in out
    assert out.count(", unchanged (") >= 9


def test_the_command_is_there_and_imports_little():
    done = subprocess.run(
        [Path(sys.executable).with_name("ancrage"), "--help"], capture_output=True
    )
    assert done.returncode == 0
    assert b"ingest" in done.stdout
    script = (
        "import sys, assistant.cli.commands; print([m for m in sys.argv[1:] if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script, *HEAVY], capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_one_document_and_nothing_else_on_stdout(loaded):
    command = [sys.executable, "-c", "import sys; from assistant.cli import main; sys.exit(main())"]
    done = subprocess.run(
        [*command, "ask", "Que dit-on du paiement ?", "--json"], capture_output=True, text=True
    )
    assert done.returncode == 0
    assert json.loads(done.stdout)["citations"]
    done = subprocess.run([*command, "show", "nothing"], capture_output=True, text=True)
    assert done.returncode == 1
    assert (done.stdout, done.stderr) == ("", "No passage has the id nothing.\n")
