"""The doors of themes: the command line, the API, and the client of another process."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient

from assistant.api import create_app
from assistant.cli import main
from assistant.client import RemoteAssistant
from assistant.core import Assistant
from corpus.errors import InputError, NotFoundError
from corpus.files import RawFile
from corpus.filters import Filters
from corpus.settings import Settings

COMMAND = [sys.executable, "-c", "import sys; from assistant.cli import main; sys.exit(main())"]

CONTRACT = {
    *("id", "label", "n", "customers", "share", "low", "high", "corrected"),
    *("polarity", "trend", "kappa"),
}

FRENCH = (
    ("Le prix est beaucoup trop cher pour ce que c'est", 1),
    ("La livraison est arrivée avec dix jours de retard", 1),
    ("Le vendeur a été aimable et souriant", 5),
    ("Le remboursement a pris trois semaines", 2),
    ("L'application plante à chaque ouverture", 1),
    ("Le papier cadeau était déchiré", 2),
)
ENGLISH = (
    ("Good value for money, the price is fair", 5),
    ("The delivery was two weeks late", 1),
    ("The staff were friendly and polite", 5),
    ("The refund never reached my account", 1),
    ("The app crashes whenever I log in", 2),
    ("The gift wrap was lovely", 5),
)
FRENCH_ENDS = ("", ", voilà", ", hélas je le dis", ", et ma sœur le pense", ", comme prévu")
ENGLISH_ENDS = ("", ", as ever", ", so my sister thinks", ", and that is that", ", to be plain")

THEMES = ("price", "delivery-delay", "staff-attitude", "refund-delay", "site-reliability")
"""Those of the starting codebook that are kept here, since fewer are learned sooner."""

VERSION = 2
"""The version of the codebook with these themes."""

GIFTS = {
    "id": "gift-wrap",
    "group": "delivery",
    "label": {"fr": "Emballage cadeau", "en": "Gift wrap"},
    "definition": {"fr": "Le papier cadeau.", "en": "The gift wrap."},
    "patterns": {"fr": ["papier cadeau"], "en": ["gift wrap"]},
    "examples": {
        "fr": [{"text": "le papier cadeau était très joli", "polarity": "+"}],
        "en": [{"text": "they forgot the gift wrap", "polarity": "-"}],
    },
}

Run = Callable[..., tuple[int, Any, str]]


def reviews(count: int) -> str:
    """Reviews, half French and half English, each of another customer but for the last two."""
    lines = ["id;date;client;canal;pays;note;avis"]
    for number in range(count):
        half, turn = divmod(number, 2)[0], number // 12
        texts, ends = (FRENCH, FRENCH_ENDS) if number % 2 else (ENGLISH, ENGLISH_ENDS)
        text, rating = texts[half % 6]
        day = f"2026-{1 + number % 6:02d}-{1 + number % 28:02d}"
        place = "France" if number % 4 else "Suisse"
        channel = "web" if number % 3 else "boutique"
        words = f"{text}{ends[turn % 5]}."
        customer = min(number, count - 2)
        lines.append(f"R{number};{day};C{customer};{channel};{place};{rating};{words}")
    return "\n".join(lines) + "\n"


def made(directory: Path, count: int) -> Path:
    """A data directory with reviews, coded with a short codebook."""
    with Assistant(Settings(data=directory, embeddings="none")) as assistant:
        book = yaml.safe_load(assistant.export_codebook())
        book["themes"] = [theme for theme in book["themes"] if theme["id"] in THEMES]
        short = yaml.safe_dump(book, allow_unicode=True, sort_keys=False)
        assert assistant.load_codebook(short, "short")["version"] == VERSION
        assistant.ingest(RawFile("avis.csv", reviews(count).encode()), origin="/avis.csv")
        assistant.code()
    return directory


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("base") / "data", 60)


@pytest.fixture
def data(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test's own copy of the data directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANCRAGE_EMBEDDINGS", "none")
    monkeypatch.setenv("ANCRAGE_DATA", str(tmp_path / "data"))
    return Path(shutil.copytree(base, tmp_path / "data"))


@pytest.fixture
def run(data: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command: its code, its document if it has one (else its text), its stderr."""

    def run(*arguments: str) -> tuple[int, Any, str]:
        capsys.readouterr()
        code = main(list(arguments))
        out, err = capsys.readouterr()
        return code, json.loads(out) if out and "--json" in arguments else out, err

    return run


@pytest.fixture
def assistant(data: Path) -> Iterator[Assistant]:
    with Assistant(Settings(data=data, embeddings="none")) as assistant:
        yield assistant


@pytest.fixture
def client(assistant: Assistant) -> Iterator[TestClient]:
    app = create_app(assistant, ui=False, allowed_hosts=["testserver"])
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def is_problem(response: Any, status: int) -> bool:
    document = response.json()
    return (
        response.status_code == status
        and response.headers["content-type"] == "application/problem+json"
        and {"type", "title", "status", "detail"} <= set(document)
        and document["status"] == status
    )


def is_sentence(error: str) -> bool:
    return len(error.splitlines()) == 1 and error.rstrip().endswith(".")


def count(themes: list[dict[str, Any]], identity: str) -> int:
    (found,) = [theme for theme in themes if theme["id"] == identity]
    n: int = found["n"]
    return n


def with_gifts(codebook: str) -> str:
    content = yaml.safe_load(codebook)
    content["themes"].append(GIFTS)
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


def filled(sample: str, said: Callable[[str], str], most: int | None = None) -> str:
    """The sample with ``said`` of each text in its last column, for the first ``most`` rows."""
    rows = list(csv.DictReader(io.StringIO(sample.lstrip("\ufeff"))))
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0], lineterminator="\n")
    writer.writeheader()
    for row in rows[:most]:
        writer.writerow({**row, "themes": said(row["text"])})
    return out.getvalue()


def by_price(text: str) -> str:
    return "price -" if "prix" in text else "price +" if "price" in text else "none"


# The command line ----------------------------------------------------------------------------


def test_themes_are_a_list_in_the_contract_s_words(run):
    code, themes, error = run("themes", "--json")
    assert (code, error) == (0, "")
    assert all(set(theme) >= CONTRACT for theme in themes)
    assert [theme["n"] for theme in themes] == sorted((t["n"] for t in themes), reverse=True)
    (price,) = [theme for theme in themes if theme["id"] == "price"]
    assert price["label"] == {"fr": "Prix", "en": "Price"}
    assert price["n"] == 10
    assert sum(price["polarity"].values()) == price["n"]
    assert 0 < price["low"] < price["share"] < price["high"] < 1
    assert price["share"] == pytest.approx(price["customers"] / 59)
    assert price["corrected"] is False
    assert price["kappa"] is None
    code, out, _ = run("themes")
    assert code == 0
    assert "Price" in out
    assert "raw" in out


@pytest.mark.parametrize(
    ("flags", "of"),
    [
        (("--channel", "boutique"), 20),
        (("--segment", "pays=Suisse"), 15),
        (("--language", "fr"), 30),
        (("--since", "2026-06-01"), 10),
        (("--until", "2026-01-31"), 10),
        (("--score-min", "0.9"), None),
        (("--source", "avis.csv", "--kind", "feedback"), 60),
    ],
)
def test_filters_narrow(run, flags, of):
    _, themes, _ = run("themes", "--json")
    code, narrowed, _ = run("themes", "--json", *flags)
    assert code == 0
    whole = {theme["id"]: theme["n"] for theme in themes}
    assert all(theme["n"] <= whole[theme["id"]] for theme in narrowed)
    if of is not None:
        assert narrowed[0]["of"] in (of, of - 1)
    if of != 60:
        assert sum(theme["n"] for theme in narrowed) < sum(whole.values())
    if narrowed[0]["of"] < 30:
        assert {theme["share"] for theme in narrowed} == {None}


def test_wrong_filters_are_refused(run):
    assert run("themes", "--segment", "pays")[0] == 2
    assert run("themes", "--kind", "nothing")[0] == 2
    for wrong in (("--source", "nothing.csv"), ("--segment", "planete=Mars")):
        code, _, error = run("themes", *wrong)
        assert code == 1
        assert is_sentence(error)


def test_the_exported_codebook_is_no_new_version(run, tmp_path):
    code, out, _ = run("themes", "export", "livre.yaml")
    assert code == 0
    assert "livre.yaml" in out
    code, change, _ = run("themes", "load", "livre.yaml", "--json")
    assert code == 0
    assert change["version"] == VERSION
    assert (change["added"], change["removed"], change["changed"]) == ([], [], [])
    assert run("doctor", "--json")[1]["codebook"] == VERSION
    code, _, error = run("themes", "export", str(tmp_path))
    assert code == 1
    assert is_sentence(error)


def test_an_edited_codebook_tells_first_and_codes_anew(run, tmp_path):
    run("themes", "export", "livre.yaml")
    book = tmp_path / "livre.yaml"
    book.write_text(with_gifts(book.read_text("utf-8")), encoding="utf-8")

    code, change, _ = run("themes", "load", "livre.yaml", "--dry-run", "--json")
    assert code == 0
    assert change["added"] == ["gift-wrap"]
    assert (change["version"], change["applied"], change["compared"]) == (VERSION, False, 60)
    moved = [each for each in change["moved"] if "gift-wrap" in each["after"]]
    assert len(moved) == 10
    assert run("doctor", "--json")[1]["codebook"] == VERSION
    assert run("themes", "records", "gift-wrap")[0] == 1

    code, out, _ = run("themes", "load", "livre.yaml")
    assert code == 0
    assert "gift-wrap" in out
    assert f"Version {VERSION + 1} is in use." in out
    doctor = run("doctor", "--json")[1]
    assert (doctor["codebook"], doctor["coded_share"]) == (VERSION + 1, 1)
    code, records, _ = run("themes", "records", "gift-wrap", "--json")
    assert code == 0
    assert {each["passage_id"] for each in records} == {each["passage_id"] for each in moved}


def test_without_waiting_the_coding_is_left_to_recode(run, tmp_path):
    run("themes", "export", "livre.yaml")
    book = tmp_path / "livre.yaml"
    book.write_text(with_gifts(book.read_text("utf-8")), encoding="utf-8")
    assert run("themes", "load", "livre.yaml", "--no-wait", "--json")[1]["version"] == VERSION + 1
    code, themes, error = run("themes", "--json")
    assert code == 0
    assert count(themes, "gift-wrap") == 0
    assert "recode" in error
    assert run("themes", "recode", "--json")[:2] == (0, {"coded_share": 1})
    assert count(run("themes", "--json")[1], "gift-wrap") == 10


@pytest.mark.parametrize(
    "content",
    [
        "",
        "themes: [",
        "name: a\ngroups: {}\nthemes: []\n",
        "name: a\ngroups: {}\nthemes: [{id: b}]\n",
    ],
)
def test_a_bad_codebook_is_one_sentence_and_changes_nothing(run, tmp_path, content):
    before = run("themes", "--json")[1]
    (tmp_path / "bad.yaml").write_text(content)
    for flags in ((), ("--dry-run",)):
        code, out, error = run("themes", "load", "bad.yaml", *flags)
        assert (code, out) == (1, "")
        assert is_sentence(error)
        assert "bad.yaml" in error
    assert run("doctor", "--json")[1]["codebook"] == VERSION
    assert run("themes", "--json")[1] == before


def test_records_are_the_words_of_a_theme(run):
    code, records, _ = run("themes", "records", "price", "--json")
    assert code == 0
    assert len(records) == 10
    surest = [max(m["probability"] for m in each["mentions"]) for each in records]
    assert surest == sorted(surest, reverse=True)
    for each in records:
        assert each["source"] == "avis.csv"
        for mention in each["mentions"]:
            assert mention["theme"] == "price"
            words = each["text"][mention["start"] : mention["end"]].lower()
            assert "prix" in words or "price" in words or "value" in words
    assert run("themes", "records", "price", "--limit", "3", "--json")[1] == records[:3]
    code, out, _ = run("themes", "records", "price")
    assert code == 0
    assert records[0]["passage_id"] in out
    code, _, error = run("themes", "records", "nothing")
    assert code == 1
    assert is_sentence(error)
    assert run("themes", "records", "price", "--limit", "0")[0] == 2


def test_a_correction_changes_what_is_listed(run):
    first = run("themes", "records", "price", "--json")[1][0]
    passage, mention = first["passage_id"], first["mentions"][0]
    span = f"{mention['start']}:{mention['end']}"

    code, said, _ = run("themes", "correct", passage, span, "price", "--not", "--json")
    assert code == 0
    assert (said["theme"], said["holds"]) == ("price", False)
    (moved,) = [each for each in said["changed"] if each["id"] == "price"]
    assert moved["before"] == 10
    listed = run("themes", "records", "price", "--json")[1]
    assert len(listed) == moved["after"] == count(run("themes", "--json")[1], "price")
    assert passage not in {each["passage_id"] for each in listed}

    code, out, _ = run("themes", "correct", passage, span, "refund-delay", "--polarity", "-")
    assert code == 0
    assert "→" in out


def test_a_wrong_correction_is_refused(run):
    first = run("themes", "records", "price", "--json")[1][0]["passage_id"]
    for span in ("3", "3-5", "a:b", ":5", "3:-5", ""):
        code, _, error = run("themes", "correct", first, span, "price")
        assert code == 2
        assert is_sentence(error)
    assert run("themes", "correct", first, "0:5", "price", "--polarity", "x")[0] == 2
    for wrong in ((first, "0:5", "nothing"), ("none:1", "0:5", "price"), (first, "5:5", "price")):
        code, _, error = run("themes", "correct", *wrong)
        assert code == 1
        assert is_sentence(error)
    assert run("themes", "correct", first, "0:5000", "price")[0] == 1
    assert run("sql", "SELECT count(*) AS n FROM corrections", "--json")[1] == [{"n": 0}]


def test_a_sample_filled_in_gives_measures(run, tmp_path):
    code, out, _ = run("themes", "sample", "sample.csv", "--size", "60")
    assert code == 0
    assert "sample.csv" in out
    drawn = (tmp_path / "sample.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(drawn)))
    assert list(rows[0]) == ["record_id", "stands_for", "text", "themes"]
    assert sum(float(row["stands_for"]) for row in rows) == pytest.approx(60, abs=0.01)
    assert len({row["record_id"] for row in rows}) == len(rows)
    run("themes", "sample", "again.csv", "--size", "60")
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "sample.csv").read_bytes()

    code, _, error = run("themes", "score", "sample.csv")
    assert code == 1
    assert is_sentence(error)

    prices = [row["text"] for row in rows if by_price(row["text"]) != "none"]
    said = {prices[0], next(row["text"] for row in rows if row["text"] not in prices)}
    (tmp_path / "coded.csv").write_text(
        filled(drawn, lambda text: by_price(text) if text in said else ""), encoding="utf-8-sig"
    )
    code, measures, _ = run("themes", "score", "coded.csv", "--coder", "ana", "--json")
    assert code == 0
    (price,) = [m for m in measures if m["theme"] == "price" and m["language"] is None]
    assert price["n"] == sum(row["text"] in said for row in rows)
    assert price["people"] == prices.count(prices[0])
    assert {"precision", "recall", "kappa", "alpha"} <= set(price)

    kept = run("sql", "SELECT * FROM labels ORDER BY record_id", "--json")[1]
    assert len(kept) == price["n"]
    wrong = filled(drawn, lambda text: "prise -" if text == rows[13]["text"] else "none", 20)
    (tmp_path / "wrong.csv").write_text(wrong, encoding="utf-8")
    code, _, error = run("themes", "score", "wrong.csv", "--coder", "ana")
    assert code == 1
    assert is_sentence(error)
    assert "'prise -'" in error
    assert "row " in error
    assert run("sql", "SELECT * FROM labels ORDER BY record_id", "--json")[1] == kept


def test_little_data_has_no_candidates(run):
    assert run("themes", "discover", "--json")[:2] == (0, [])
    code, out, _ = run("themes", "discover")
    assert code == 0
    assert out.strip()


# The API -------------------------------------------------------------------------------------


def test_the_api_gives_themes_within_filters(client, assistant):
    assert client.get("/v1/themes").json() == {"themes": assistant.themes()}
    query = {"segment": "pays=Suisse", "channel": ["web", "boutique"]}
    found = client.get("/v1/themes", params=query).json()["themes"]
    assert found == assistant.themes(
        Filters(segment={"pays": "Suisse"}, channel=("web", "boutique"))
    )
    assert found[0]["of"] == 15
    assert all(set(theme) >= CONTRACT for theme in found)


def test_the_api_takes_days(client, assistant):
    days = {"since": "2026-02-01", "until": "2026-03-31"}
    response = client.get("/v1/themes", params=days)
    assert response.status_code == 200
    assert response.json()["themes"][0]["of"] == 20
    response = client.get("/v1/themes/price/records", params=days)
    assert response.status_code == 200
    assert 0 < len(response.json()["records"]) < 10


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/v1/themes?segment=pays", 400),
        ("/v1/themes?segment=planete=Mars", 404),
        ("/v1/themes?source=nothing.csv", 404),
        ("/v1/themes?chanel=web", 422),
        ("/v1/themes?kind=nothing", 422),
        ("/v1/themes?since=hier", 422),
        ("/v1/themes?score_min=2", 422),
        ("/v1/themes/nothing/records", 404),
        ("/v1/themes/price/records?limit=0", 400),
        ("/v1/themes/price/records?limit=101", 400),
        ("/v1/themes/price/records?offset=-1", 422),
        ("/v1/themes/price/records?offset=a", 422),
        ("/v1/themes/price/records?segment=pays", 400),
        ("/v1/themes/sample?size=0", 400),
        ("/v1/themes/sample?size=a", 422),
        ("/v1/themes/candidates?seed=a", 422),
    ],
)
def test_wrong_addresses_are_problems(client, address, status):
    response = client.get(address)
    assert is_problem(response, status), response.text


def test_the_api_gives_and_takes_the_codebook(client, assistant):
    found = client.get("/v1/themes/codebook").json()
    assert found == {"version": VERSION, "codebook": assistant.export_codebook()}
    edited = with_gifts(found["codebook"])

    told = client.put("/v1/themes/codebook", json={"codebook": edited}).json()
    assert (told["version"], told["applied"], told["added"]) == (VERSION, False, ["gift-wrap"])
    assert client.get("/v1/themes/codebook").json() == found

    done = client.put("/v1/themes/codebook", json={"codebook": edited, "apply": True}).json()
    assert (done["version"], done["applied"], done["moved"]) == (VERSION + 1, True, told["moved"])
    assistant.code()
    assert count(client.get("/v1/themes").json()["themes"], "gift-wrap") == 10

    for bad in ("", "themes: [", "name: a\ngroups: {}\nthemes: []\n"):
        body = {"codebook": bad, "apply": True}
        assert is_problem(client.put("/v1/themes/codebook", json=body), 400)
    assert is_problem(client.put("/v1/themes/codebook", json={"codebok": edited}), 422)
    assert client.get("/v1/themes/codebook").json()["version"] == VERSION + 1


def test_the_api_lists_and_takes_corrections(client):
    listed = client.get("/v1/themes/price/records", params={"limit": 100}).json()["records"]
    assert len(listed) == 10
    page = client.get("/v1/themes/price/records", params={"limit": 3, "offset": 2}).json()
    assert page["records"] == listed[2:5]
    here = {"segment": "pays=Suisse"}
    assert len(client.get("/v1/themes/price/records", params=here).json()["records"]) < 10

    mention = listed[0]["mentions"][0]
    said = {
        "passage_id": listed[0]["passage_id"],
        "start": mention["start"],
        "end": mention["end"],
        "theme": "price",
        "holds": False,
    }
    for wrong, status in (
        ({"theme": "nothing"}, 404),
        ({"passage_id": "none:1"}, 404),
        ({"end": 5000}, 400),
        ({"start": -1}, 400),
        ({"polarity": "x"}, 422),
        ({"start": "a"}, 422),
        ({"hold": True}, 422),
    ):
        assert is_problem(client.post("/v1/themes/corrections", json=said | wrong), status)
    assert client.get("/v1/themes/price/records", params={"limit": 100}).json()["records"] == listed

    done = client.post("/v1/themes/corrections", json=said)
    assert done.status_code == 200
    assert {"id", "before", "after"} == set(done.json()["changed"][0])
    left = client.get("/v1/themes/price/records", params={"limit": 100}).json()["records"]
    assert said["passage_id"] not in {each["passage_id"] for each in left}


def test_a_hundred_labels_correct_the_shares(tmp_path):
    directory = made(tmp_path / "many", 130)
    with Assistant(Settings(data=directory, embeddings="none")) as assistant:
        app = create_app(assistant, ui=False, allowed_hosts=["testserver"])
        with TestClient(app, raise_server_exceptions=False) as client:
            drawn = client.get("/v1/themes/sample", params={"size": 5000})
            assert drawn.headers["content-type"].startswith("text/csv")
            table = filled(drawn.text, by_price)
            for body, status in (
                ({"csv": table.replace("price -", "prise -"), "coder": "ana"}, 400),
                ({"csv": "a,b\n1,2\n", "coder": "ana"}, 400),
                ({"csv": table}, 422),
            ):
                assert is_problem(client.post("/v1/themes/score", json=body), status)
            assert assistant.sql("SELECT count(*) AS n FROM labels") == [{"n": 0}]

            scored = client.post("/v1/themes/score", json={"csv": table, "coder": "ana"})
            assert scored.status_code == 200
            measures = {(m["theme"], m["language"]): m for m in scored.json()["themes"]}
            assert {("price", None), ("price", "fr"), ("price", "en")} <= set(measures)
            themes = client.get("/v1/themes").json()["themes"]
    (price,) = [theme for theme in themes if theme["id"] == "price"]
    truth = sum(by_price(line) != "none" for line in reviews(130).splitlines()) / 130
    assert price["corrected"] is True
    assert price["labelled"] == 130
    assert price["base"] == "records"
    assert price["of"] == 130
    # Every record is labelled, so that nothing is left to estimate.
    assert [price[name] for name in ("low", "share", "high")] == pytest.approx([truth] * 3)
    assert price["kappa"] == measures["price", None]["kappa"]
    assert price["kappa"]["value"] > 0.5


def test_the_api_has_no_candidates_in_little_data(client):
    assert client.get("/v1/themes/candidates").json() == {"candidates": []}


# Another process -----------------------------------------------------------------------------


def test_the_client_gives_what_the_assistant_gives(data):
    filters = Filters(
        segment={"pays": "Suisse"}, channel=("web",), kind=("feedback",), score_max=0.9
    )

    def given(assistant: Any) -> dict[str, Any]:
        return json.loads(
            json.dumps(
                {
                    "themes": assistant.themes(),
                    "narrowed": assistant.themes(filters),
                    "codebook": assistant.export_codebook(),
                    "records": assistant.theme_records("price"),
                    "few": assistant.theme_records("price", filters, limit=2, offset=1),
                    "sample": assistant.sample_themes(20, 3),
                    "candidates": assistant.discover_themes(),
                    "told": assistant.load_codebook(
                        with_gifts(assistant.export_codebook()), "x", apply=False
                    ),
                }
            )
        )

    with Assistant(Settings(data=data, embeddings="none")) as assistant:
        here = given(assistant)
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0"],
        cwd=data.parent,
        env={**os.environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline()
        assert line.startswith("Ancrage is at http://")
        with RemoteAssistant(line.split()[3]) as remote:
            assert given(remote) == here
            with pytest.raises(NotFoundError, match="no theme nothing"):
                remote.theme_records("nothing")
            with pytest.raises(InputError, match="size must be"):
                remote.sample_themes(0)
            with pytest.raises(InputError):
                remote.score_themes("a,b\n", "ana", "a.csv")
            first = here["records"][0]
            span = first["mentions"][0]
            remote.correct(first["passage_id"], span["start"], span["end"], "price", holds=False)
            left = remote.theme_records("price")
            assert first["passage_id"] not in {each["passage_id"] for each in left}
    finally:
        process.kill()
        process.communicate()
