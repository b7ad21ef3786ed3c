"""Cases drafted from a corpus, approved in a table, and asked: through the command line."""

import csv
import io
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cli import main
from assistant.testing import ScriptedEndpoint
from corpus.errors import InputError
from corpus.files import RawFile
from evals.own.generate import dealt
from evals.own.sheet import read_sheet, write_sheet
from evals.own.types import Draft
from evals.types import Case, Figure, Nugget

THINGS = {
    "fr": [("un casque", "mon casque"), ("une tente", "la tente"), ("un ballon", "ce ballon"),
           ("une gourde", "ma gourde"), ("un vélo", "le vélo"), ("une selle", "la selle")],
    "en": [("a helmet", "my helmet"), ("a tent", "the tent"), ("a saddle", "this saddle"),
           ("a bottle", "the bottle"), ("a kayak", "my kayak"), ("a strap", "the strap")],
}  # fmt: skip
SAID = {
    "fr": "J'ai acheté {0}, mais {1} est arrivé en mauvais état. Commande n° {2} toujours ouverte.",
    "en": "I bought {0}, and {1} was in bad shape when it came. Order {2} is still open.",
}
ELSE = {
    "fr": "Rien à signaler, tout s'est bien passé avec la commande {0}.",
    "en": "Nothing to report, all went well with order {0}.",
}


@pytest.fixture(scope="module", autouse=True)
def data(tmp_path_factory):
    tmp_path = tmp_path_factory.mktemp("own")
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANCRAGE_EMBEDDINGS", "none")
    monkeypatch.setenv("ANCRAGE_DATA", str(tmp_path / "data"))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)
    rows = []
    for language, things in THINGS.items():
        for n in range(48):
            text = SAID[language].format(*things[n % 6], n) if n < 24 else ELSE[language].format(n)
            rows.append(f'{language}{n};2026-0{1 + n % 3}-10;{1 + n % 5};"{text}"')
    (tmp_path / "avis.csv").write_text("id;date;note;avis\n" + "\n".join(rows), "utf-8")
    assert main(["ingest", "avis.csv"]) == 0
    yield tmp_path / "data"
    monkeypatch.undo()


def drafted(*options):
    assert main(["eval", "generate", "own.csv", "-n", "16", "--force", *options]) == 0
    return list(csv.DictReader(io.StringIO(Path("own.csv").read_text("utf-8-sig"))))


def approved(rows, **changed):
    """The table with its rows approved, or as ``changed`` says, written as somebody saves it."""
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys(), delimiter=";")
    writer.writeheader()
    writer.writerows({**row, "approved": "oui", **changed} for row in rows)
    Path("own.csv").write_text(out.getvalue(), "utf-8")


def ran(capsys, *options):
    capsys.readouterr()
    code = main(["eval", *options, "--cases", "own.csv", "--json", "run.json"])
    said = capsys.readouterr()
    if code:
        return code, said.err
    found = json.loads(Path("run.json").read_text("utf-8"))
    return code, {suite["name"]: suite for suite in found["suites"]}


def test_drafts_are_dealt_among_kinds_and_languages_and_the_same_for_a_seed():
    rows = drafted("--seed", "4")
    counted = Counter((row["kind"], row["language"]) for row in rows)
    assert counted == {
        ("lookup", "fr"): 4, ("lookup", "en"): 4, ("counts", "fr"): 2, ("counts", "en"): 2,
        ("unanswerable", "fr"): 2, ("unanswerable", "en"): 2,
    }  # fmt: skip
    assert rows == drafted("--seed", "4")
    assert rows != drafted("--seed", "5")
    assert not any(row["approved"] for row in rows)
    assert all(row["question"].endswith("?") for row in rows)
    # French articles follow from what stands before the noun.
    asked = " ".join(row["question"] for row in drafted("-n", "40") if row["language"] == "fr")
    assert "de la gourde" in asked or "avec la gourde" in asked
    assert "de le" not in asked


def test_a_lookup_is_answered_by_its_passages_and_an_approved_table_runs(capsys):
    rows = drafted()
    lookups = [row for row in rows if row["kind"] == "lookup"]
    assert all(row["note"] in row["evidence"].lower() for row in lookups)
    approved(rows)
    code, suites = ran(capsys, "retrieval", "abstention", "counts")
    assert code == 0
    assert suites["retrieval"]["n"] == len(lookups)
    assert suites["counts"]["n"] == sum(row["kind"] == "counts" for row in rows)
    assert suites["abstention"]["failed"] == 0


def test_evidence_is_out_of_reach_of_the_run_and_stays_in_the_store(capsys):
    rows = [row for row in drafted("--kind", "unanswerable") if row["kind"] == "unanswerable"]
    assert all(row["expect"] == "abstained" and row["without"] for row in rows)
    approved(rows)
    _, suites = ran(capsys, "abstention", "--baseline", "bm25")
    (refused,) = [m for m in suites["abstention"]["metrics"] if m["name"] == "refused"]
    assert refused["value"] >= 0.8
    assert refused["n"] == len(rows)
    # With the evidence within reach the same questions are answered.
    approved(rows, without="")
    _, suites = ran(capsys, "abstention")
    (refused,) = [m for m in suites["abstention"]["metrics"] if m["name"] == "refused"]
    assert refused["value"] <= 0.5
    assert main(["sql", "SELECT count(*) AS n FROM passages", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"n": 96}]


def test_what_is_expected_of_a_count_is_what_its_query_gives_today(capsys):
    rows = drafted("--kind", "counts", "-n", "4", "--language", "fr")
    (row,) = [row for row in rows if "count(*) AS value" in row["query"]][:1]
    approved([row], figures="réponses = 999999 count")
    _, suites = ran(capsys, "counts")
    assert "999999" not in json.dumps(suites)
    approved([row], query="SELECT 'x' AS value")
    assert "no number" in ran(capsys, "counts")[1]
    approved([row], query="DROP TABLE records")
    assert "row 2" in ran(capsys, "counts")[1]


def test_a_table_with_approvals_is_not_written_over(capsys):
    drafted()
    assert main(["eval", "generate", "own.csv"]) == 2
    assert "--force" in capsys.readouterr().err
    assert main(["eval", "generate", "new.csv", "--kind", "limericks"]) == 1
    assert "limericks" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changed", "says_why"),
    [
        ({"question": '=HYPERLINK("http://x")'}, "formula"),
        ({"approved": "maybe"}, "yes or no"),
        ({"expect": ""}, "expect says"),
        ({"expect": "anything"}, "expect says"),
        ({"figures": "many"}, "no figure"),
        ({"filters": "planet=mars"}, "planet"),
        ({"language": "nl"}, "fr or en"),
        ({"question": ""}, "empty"),
    ],
)
def test_a_hostile_or_wrong_cell_is_told_with_its_row(capsys, changed, says_why):
    rows = drafted("--kind", "lookup", "-n", "2")
    approved(rows[:1], **changed)
    code, said = ran(capsys, "abstention")
    assert code == 1
    assert says_why in said
    assert "row 2" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("text", "says_why"),
    [
        ("question,id\nWhy?,a\n", "no column approved"),
        ("", "no column approved"),
        ("approved\0,id", "null"),
        ("approved,id,language,question,expect,shell\nyes,a,en,Why?,answered,x\n", "no column; "),
        ("approved,id,language,question,expect,id\nyes,a,en,Why?,answered,a\n", "twice"),
        ("approved,id,language,question,expect\n,a,en,Why?,answered\n", "no approved case"),
        ("approved,id,language,question,expect\nyes,a,en,Why?,answered,b,c\n", "more cells"),
        ("approved,id,language,question,expect\n" + 2 * "yes,a,en,Why?,answered\n", "the id a"),
    ],
)
def test_a_table_that_is_none_is_refused_in_a_sentence(text, says_why):
    with pytest.raises(InputError, match=says_why):
        read_sheet(RawFile("own.csv", text.encode()))


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30
)


@given(
    TEXTS.filter(lambda text: text[0] != "'"),
    st.lists(TEXTS.filter(lambda text: text[0] != "'"), max_size=3),
    st.floats(-1e6, 1e6).map(lambda value: round(value, 2)),
)
def test_what_is_written_is_read_again(text, several, value):
    case = Case(
        id="a", kind="own", language="fr", question=text, before=tuple(several),
        figures=(Figure("NPS", value, "score", 0.05),), passages=tuple(several),
        nuggets=(Nugget(("a word", "another")),), absent=tuple(several),
    )  # fmt: skip
    written = write_sheet([Draft(case, "x", "", "yes")])
    assert read_sheet(RawFile("own.csv", written)) == (case,)


@given(st.integers(0, 500), st.dictionaries(st.text(max_size=3), st.floats(0.1, 9), min_size=1))
def test_a_number_is_dealt_whole_and_in_proportion(number, weights):
    found = dealt(number, weights)
    assert sum(found.values()) == number
    total = sum(weights.values())
    assert all(abs(n - number * weights[name] / total) <= 1 for name, n in found.items())


def test_a_chat_model_words_lookups_and_what_cannot_be_answered_is_left_out(monkeypatch):
    asked = {
        "French": "Dans quel état les articles arrivent-ils chez nos clients ?",
        "English": "In what shape do the things that people order arrive?",
    }

    def step(body):
        text = json.dumps(body["messages"])
        if "You check a test" in text:
            return json.dumps(
                {"reason": "It is told.", "yes": "casque" not in text and "helmet" not in text}
            )
        return next(question for language, question in asked.items() if language in text)

    endpoint = ScriptedEndpoint(step)
    try:
        monkeypatch.setenv("ANCRAGE_CHAT_URL", endpoint.url)
        rows = drafted("--kind", "lookup", "--chat-model", "ours:1b", "-n", "2")
    finally:
        endpoint.close()
    assert {row["question"].replace("\u202f", " ") for row in rows} == set(asked.values())
    assert not any({"casque", "helmet"} & {*row["evidence"].split()} for row in rows)
    assert all("ours:1b" in row["note"] for row in rows)
