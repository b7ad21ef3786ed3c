"""Candidate themes at every door: proposed again by their seed, and accepted, merged, dismissed."""

import json
import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import uvicorn
import yaml
from fastapi.testclient import TestClient

from assistant.api import create_app
from assistant.cli import main
from assistant.client import RemoteAssistant
from assistant.core import Assistant
from corpus.coding import proposals
from corpus.errors import InputError, NotFoundError
from corpus.files import RawFile
from corpus.settings import Settings

SUBJECTS = (
    ("fr", "parking souterrain complet dimanche", "parking"),
    ("en", "electric car charger often broken", "charger"),
    ("fr", "wifi du salon très lent", "wifi"),
    ("en", "background music really too loud", "music"),
)
"""What the codebook has no theme for, and a word that tells it."""

EACH, NOISE = 40, 220
"""Records about each subject, and records about nothing in common."""

CODEBOOK = """
name: shop
groups:
  people: {en: People, fr: Gens}
  money: {en: Money, fr: Argent}
themes:
  - id: staff
    group: people
    label: {en: Staff, fr: Personnel}
    definition: {en: How the staff are., fr: Comment est le personnel.}
    patterns: {en: [staff], fr: [personnel]}
    examples:
      en: [{text: great staff, polarity: "+"}, {text: the staff was rude, polarity: "-"}]
      fr: [{text: un personnel super, polarity: "+"}]
  - id: refund
    group: money
    label: {en: Refund, fr: Remboursement}
    definition: {en: How soon a refund comes., fr: Quand vient un remboursement.}
    patterns: {en: [refund], fr: [remboursement]}
    examples:
      en: [{text: the refund took months, polarity: "-"}, {text: a great refund, polarity: "+"}]
      fr: [{text: le remboursement a pris des mois, polarity: "-"}]
  - id: price
    group: money
    label: {en: Price, fr: Prix}
    definition: {en: How high a price is., fr: La hauteur du prix.}
    patterns: {en: [price], fr: [prix]}
    examples:
      en: [{text: a great price, polarity: "+"}, {text: the price was a scandal, polarity: "-"}]
      fr: [{text: un prix odieux, polarity: "-"}]
"""

VERSION = 2
"""The version of the codebook with these themes."""

Run = Callable[..., tuple[int, Any, str]]


def table(said: list[tuple[str, str]]) -> bytes:
    lines = ["id;client;langue;avis"]
    lines += [f"R{n};C{n};{language};{text}." for n, (language, text) in enumerate(said)]
    return "\n".join(lines).encode()


def told(seed: int, each: int, noise: int) -> list[tuple[str, str]]:
    """Records, each with words of its own."""
    draw = random.Random(seed)

    def word() -> str:
        return "".join(draw.choice("bdfglmnprstvz") + draw.choice("aeiou") for _ in range(3))

    about = [(lang, f"{text} {word()}") for _ in range(each) for lang, text, _ in SUBJECTS]
    other = [("en" if n % 2 else "fr", " ".join(word() for _ in range(5))) for n in range(noise)]
    return about + other


def settings(directory: Path) -> Settings:
    return Settings(data=directory, embeddings="hashed-words")


def made(directory: Path, name: str) -> Path:
    """A data directory in which a file of that name is coded."""
    with Assistant(settings(directory)) as assistant:
        assert assistant.load_codebook(CODEBOOK, "shop")["version"] == VERSION
        assistant.ingest(RawFile(name, table(told(5, EACH, NOISE))), origin=f"/{name}")
        assistant.code()
    return directory


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("base") / "data", "avis.csv")


@pytest.fixture
def data(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test's own copy of the data directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANCRAGE_EMBEDDINGS", "hashed-words")
    monkeypatch.setenv("ANCRAGE_DATA", str(tmp_path / "data"))
    return Path(shutil.copytree(base, tmp_path / "data"))


@pytest.fixture
def assistant(data: Path) -> Iterator[Assistant]:
    with Assistant(settings(data)) as assistant:
        yield assistant


@pytest.fixture
def client(assistant: Assistant) -> Iterator[TestClient]:
    app = create_app(assistant, ui=False, allowed_hosts=["testserver"])
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def run(data: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command: its code, its document if it has one (else its text), its stderr."""

    def run(*arguments: str) -> tuple[int, Any, str]:
        capsys.readouterr()
        code = main(list(arguments))
        out, err = capsys.readouterr()
        return code, json.loads(out) if out and "--json" in arguments else out, err

    return run


def about(candidates: list[dict[str, Any]], word: str) -> dict[str, Any]:
    """The candidate that this word tells."""
    (found,) = [each for each in candidates if word in each["label"]]
    return found


def labels(candidates: list[dict[str, Any]]) -> set[str]:
    """The words that tell the subjects which are proposed."""
    return {w for _, _, w in SUBJECTS for each in candidates if w in each["label"]}


def words_of(candidate: dict[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(each["text"] for each in candidate["central"]))


def passage_of(candidate: dict[str, Any]) -> str:
    return str(candidate["central"][0]["passage_id"])


def theme(assistant: Assistant, identity: str) -> dict[str, Any]:
    """The theme as the codebook in use has it."""
    book = yaml.safe_load(assistant.export_codebook())
    (found,) = [each for each in book["themes"] if each["id"] == identity]
    return dict(found)


def passages(assistant: Assistant, identity: str) -> set[str]:
    return {each["passage_id"] for each in assistant.theme_records(identity, limit=100)}


def kept(assistant: Assistant) -> dict[str, Any]:
    """All that a decision could change."""
    return {
        "doctor": assistant.doctor()["codebook"],
        "codebook": assistant.export_codebook(),
        "themes": assistant.themes(),
        "candidates": assistant.discover_themes(),
        "dismissed": assistant.sql("SELECT count(*) AS n FROM dismissals"),
    }


@contextmanager
def served(assistant: Assistant) -> Iterator[str]:
    """The address of a server of the assistant's, on a port of its own."""
    app = create_app(assistant, ui=False)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def is_problem(response: Any, status: int) -> bool:
    document = response.json()
    return (
        response.status_code == document["status"] == status
        and response.headers["content-type"] == "application/problem+json"
        and len(document["detail"]) > 20
    )


def test_a_seed_gives_the_same_ids_and_the_clauses_alone_make_them(data, assistant, tmp_path):
    first = assistant.discover_themes()
    ids = [each["id"] for each in first]
    assert labels(first) == {word for _, _, word in SUBJECTS}
    assert len(set(ids)) == len(ids) == len(SUBJECTS)
    by_words = {words_of(each): each["id"] for each in first}
    assert {words_of(each): each["id"] for each in assistant.discover_themes(9)} == by_words
    assistant.close()
    with Assistant(settings(data)) as again:
        assert again.discover_themes() == first
    # The same words in another file are other passages, in another order.
    with Assistant(settings(made(tmp_path / "other", "other.csv"))) as elsewhere:
        found = elsewhere.discover_themes()
    assert not {passage_of(each) for each in found} & {passage_of(each) for each in first}
    same = [each for each in found if words_of(each) in by_words]
    assert len(same) > 1
    assert all(each["id"] == by_words[words_of(each)] for each in same)


def test_a_decision_does_not_cluster_again_and_new_records_do(assistant, monkeypatch):
    seen, cluster = [], proposals.candidates
    monkeypatch.setattr(
        proposals, "candidates", lambda *given: seen.append(given) or cluster(*given)
    )
    before = about(assistant.discover_themes(), "charger")
    assistant.judge_candidate(about(assistant.discover_themes(), "wifi")["id"], "dismiss")
    assert len(seen) == 1
    assistant.discover_themes(1)
    assert len(seen) == 2
    assistant.ingest(RawFile("more.csv", table(told(6, 10, 0))), origin="/more.csv")
    assistant.code()
    assert about(assistant.discover_themes(1), "charger")["size"] > before["size"]
    assert len(seen) == 3


def test_an_accepted_candidate_is_a_theme_that_codes_its_clauses(assistant):
    candidate = about(assistant.discover_themes(), "charger")
    done = assistant.judge_candidate(
        candidate["id"], "accept", label={"en": " Cœur  of the Chargers! "}
    )
    assert (done["decision"], done["theme"]) == ("accept", "coeur-of-the-chargers")
    assert done["version"] == assistant.doctor()["codebook"] == VERSION + 1
    (moved,) = [each for each in done["changed"] if each["id"] == done["theme"]]
    (total,) = [each for each in assistant.themes() if each["id"] == done["theme"]]
    assert (moved["before"], moved["after"]) == (0, total["n"])
    assert total["n"] >= candidate["records"]

    made = theme(assistant, done["theme"])
    assert made["label"] == {"fr": "Cœur of the Chargers!", "en": "Cœur of the Chargers!"}
    assert made["group"] in ("people", "money")
    assert made["definition"]["en"].startswith("Cœur of the Chargers!: ")
    central = [each["text"] for each in candidate["central"]]
    assert [each["text"] for each in made["examples"]["en"]] == central
    assert {each["polarity"] for each in made["examples"]["en"]} == {"0"}

    coded = passages(assistant, done["theme"])
    assert {each["passage_id"] for each in candidate["central"]} <= coded
    charger = {
        row["id"]
        for row in assistant.sql("SELECT id FROM passages WHERE text LIKE '%car charger%'")
    }
    assert len(charger & coded) == EACH
    assert assistant.doctor()["coded_share"] == 1
    assert "charger" not in labels(assistant.discover_themes())


def test_a_theme_takes_its_own_words_the_group_that_is_given_and_no_id_of_before(assistant):
    before = assistant.export_codebook()
    wifi = about(assistant.discover_themes(), "wifi")
    first = assistant.judge_candidate(wifi["id"], "accept", group="money")
    own = theme(assistant, first["theme"])
    assert own["label"]["fr"] == own["label"]["en"] == wifi["label"]
    assert own["group"] == "money"
    assert len(own["examples"]["fr"]) == len(wifi["central"])
    assistant.load_codebook(before, "the one before")
    assistant.code()
    charger = about(assistant.discover_themes(), "charger")
    again = assistant.judge_candidate(charger["id"], "accept", label={"fr": wifi["label"]})
    assert again["theme"] == f"{first['theme']}-2"
    chosen = about(assistant.discover_themes(), "parking")
    # "none" is what people write where a record is about no theme.
    done = assistant.judge_candidate(chosen["id"], "accept", label={"en": "None"})
    assert done["theme"] == "none-2"


def test_a_merged_candidate_is_examples_of_the_theme(assistant):
    candidate = about(assistant.discover_themes(), "parking")
    central = {each["passage_id"] for each in candidate["central"]}
    assert not central & passages(assistant, "staff")
    examples = theme(assistant, "staff")["examples"]
    done = assistant.judge_candidate(candidate["id"], "merge", into="staff")
    assert (done["decision"], done["theme"], done["version"]) == ("merge", "staff", VERSION + 1)
    (moved,) = [each for each in done["changed"] if each["id"] == "staff"]
    assert moved["after"] >= moved["before"] + len(central)
    assert central <= passages(assistant, "staff")
    grown = theme(assistant, "staff")["examples"]
    assert grown["en"] == examples["en"]
    assert [each["text"] for each in grown["fr"]] == [
        *(each["text"] for each in examples["fr"]),
        *(each["text"] for each in candidate["central"]),
    ]
    assert "parking" not in labels(assistant.discover_themes())


def test_what_is_dismissed_stays_away(data, assistant):
    candidate = about(assistant.discover_themes(), "music")
    done = assistant.judge_candidate(candidate["id"], "dismiss")
    assert done == {"decision": "dismiss", "theme": None, "version": VERSION, "changed": []}
    left = {"parking", "charger", "wifi"}
    assert labels(assistant.discover_themes()) == left
    assert labels(assistant.discover_themes(4)) == left
    with pytest.raises(NotFoundError):
        assistant.judge_candidate(candidate["id"], "accept")
    assistant.close()
    with Assistant(settings(data)) as again:
        assert labels(again.discover_themes(4)) == left
        again.ingest(RawFile("more.csv", table(told(8, 3, 0))), origin="/more.csv")
        again.code()
        assert labels(again.discover_themes()) == left
        # It would be another candidate by now, though most of its clauses are the same.
        with again.store.writing() as connection:
            connection.exec_driver_sql("DELETE FROM dismissals")
        assert about(again.discover_themes(), "music")["id"] != candidate["id"]


def test_a_renamed_theme_keeps_its_id_and_what_people_said_of_it(assistant):
    candidate = about(assistant.discover_themes(), "music")
    said = candidate["central"][0]
    assistant.correct(said["passage_id"], 0, len(said["text"]), "staff", holds=True, polarity="-")
    before = passages(assistant, "staff")
    assert said["passage_id"] in before
    done = assistant.rename_theme("staff", {"fr": "Vendeurs"})
    assert (done["decision"], done["theme"], done["version"]) == ("rename", "staff", VERSION + 1)
    assert done["changed"] == []
    assert theme(assistant, "staff")["label"] == {"en": "Staff", "fr": "Vendeurs"}
    (total,) = [each for each in assistant.themes() if each["id"] == "staff"]
    assert total["label"]["fr"] == "Vendeurs"
    assert passages(assistant, "staff") == before
    assert assistant.doctor()["coded_share"] == 1
    assert assistant.rename_theme("staff", {"fr": "Vendeurs"})["version"] == VERSION + 1


def test_what_cannot_be_done_changes_nothing(assistant):
    candidate = about(assistant.discover_themes(), "music")["id"]
    before = kept(assistant)
    judge = assistant.judge_candidate
    for error, words, wrong in (
        (NotFoundError, "no candidate theme nothing", lambda: judge("nothing", "dismiss")),
        (NotFoundError, "with the seed -1", lambda: judge(candidate, "dismiss", seed=-1)),
        (NotFoundError, "no theme nothing", lambda: judge(candidate, "merge", into="nothing")),
        (InputError, "merged into", lambda: judge(candidate, "merge")),
        (InputError, "merged into", lambda: judge(candidate, "merge", into="")),
        (InputError, "not adopt", lambda: judge(candidate, "adopt")),
        (InputError, "no theme to merge", lambda: judge(candidate, "accept", into="staff")),
        (InputError, "no label", lambda: judge(candidate, "dismiss", label={"en": "Music"})),
        (InputError, "no group", lambda: judge(candidate, "accept", group="nothing")),
        (InputError, "empty", lambda: judge(candidate, "accept", label={"en": " "})),
        (InputError, "empty", lambda: judge(candidate, "accept", label={})),
        (InputError, "not in nl", lambda: judge(candidate, "accept", label={"nl": "Muziek"})),
        (InputError, "at most", lambda: judge(candidate, "accept", label={"en": "a" * 101})),
        (NotFoundError, "no theme none", lambda: assistant.rename_theme("none", {"en": "A"})),
        (InputError, "empty", lambda: assistant.rename_theme("staff", {"en": ""})),
        (InputError, "seed", lambda: assistant.discover_themes(-1)),
    ):
        with pytest.raises(error, match=words):
            wrong()
    assert kept(assistant) == before


def test_the_command_line_judges_and_renames(run):
    proposed = run("themes", "discover", "--json")[1]
    found = {word: about(proposed, word) for _, _, word in SUBJECTS}
    code, out, _ = run("themes", "discover")
    assert code == 0
    assert all(each["id"] in out for each in found.values())

    code, out, _ = run("themes", "dismiss", found["music"]["id"])
    assert (code, out) == (0, "It will not be proposed again.\n")
    assert "music" not in labels(run("themes", "discover", "--json")[1])

    named = ("--fr", "Bornes", "--en", "Chargers", "--group", "money")
    code, done, _ = run("themes", "accept", found["charger"]["id"], *named, "--json")
    assert (code, done["theme"], done["version"]) == (0, "chargers", VERSION + 1)
    (made,) = [each for each in run("themes", "--json")[1] if each["id"] == "chargers"]
    assert (made["label"], made["group"]) == ({"fr": "Bornes", "en": "Chargers"}, "money")

    wifi = about(run("themes", "discover", "--seed", "3", "--json")[1], "wifi")["id"]
    code, out, _ = run("themes", "merge", wifi, "--into", "staff", "--seed", "3")
    assert code == 0
    assert f"version {VERSION + 2} of the codebook" in out
    assert "staff: " in out
    assert "→" in out
    assert run("themes", "rename", "chargers", "--fr", "Recharge")[0] == 0
    (made,) = [each for each in run("themes", "--json")[1] if each["id"] == "chargers"]
    assert made["label"] == {"fr": "Recharge", "en": "Chargers"}

    for wrong, expected in (
        (("accept", "nothing"), 1),
        (("merge", wifi), 2),
        (("merge", found["parking"]["id"], "--into", "nothing"), 1),
        (("rename", "chargers"), 2),
        (("rename", "nothing", "--en", "A"), 1),
    ):
        code, out, error = run("themes", *wrong)
        assert (code, out) == (expected, "")
        assert len(error.splitlines()) == 1
    assert run("doctor", "--json")[1]["codebook"] == VERSION + 3


def test_the_api_judges_and_tells_problems(client, assistant):
    found = client.get("/v1/themes/candidates").json()["candidates"]
    music, charger = (
        f"/v1/themes/candidates/{about(found, w)['id']}" for w in ("music", "charger")
    )
    before = kept(assistant)
    for address, body, status in (
        ("/v1/themes/candidates/nothing", {"decision": "dismiss"}, 404),
        (music, {"decision": "merge", "into": "nothing"}, 404),
        (music, {"decision": "merge"}, 400),
        (music, {"decision": "accept", "label": {}}, 400),
        (music, {"decision": "accept", "group": "nothing"}, 400),
        (music, {"decision": "adopt"}, 422),
        (music, {}, 422),
        (music, {"decision": "accept", "label": {"nl": "Muziek"}}, 422),
        (music, {"decision": "accept", "labels": {"en": "Music"}}, 422),
    ):
        response = client.post(address, json=body)
        assert is_problem(response, status), (body, response.text)
    for name, body, status in (
        ("nothing", {"label": {"en": "A"}}, 404),
        ("staff", {"label": {}}, 400),
        ("staff", {}, 422),
        ("staff", {"label": {"en": "A"}, "id": "b"}, 422),
    ):
        assert is_problem(client.patch(f"/v1/themes/{name}", json=body), status)
    assert is_problem(client.get("/v1/themes/candidates", params={"seed": -1}), 400)
    assert kept(assistant) == before

    body = {"decision": "accept", "label": {"fr": "Bornes"}, "group": "people", "seed": 0}
    done = client.post(charger, json=body)
    assert done.status_code == 200
    assert (done.json()["theme"], done.json()["version"]) == ("bornes", VERSION + 1)
    renamed = client.patch("/v1/themes/bornes", json={"label": {"en": "Chargers"}}).json()
    assert renamed["version"] == VERSION + 2
    assert theme(assistant, "bornes")["label"] == {"fr": "Bornes", "en": "Chargers"}


def test_the_client_decides_as_the_assistant_does(data, base, tmp_path):
    def decided(assistant: Any) -> list[Any]:
        found = assistant.discover_themes(2)
        given = [found]
        for word, decision, more in (
            ("music", "dismiss", {}),
            ("charger", "accept", {"label": {"en": "Chargers"}, "group": "money"}),
        ):
            candidate = about(found, word)["id"]
            given.append(assistant.judge_candidate(candidate, decision, seed=2, **more))
        parking = about(assistant.discover_themes(), "parking")["id"]
        given.append(assistant.judge_candidate(parking, "merge", into="staff"))
        given.append(assistant.rename_theme("chargers", {"fr": "Bornes"}))
        for error, wrong in (
            (NotFoundError, ("nothing", "dismiss")),
            (InputError, (about(found, "wifi")["id"], "merge")),
        ):
            with pytest.raises(error) as raised:
                assistant.judge_candidate(*wrong)
            given.append(str(raised.value))
        return json.loads(json.dumps([*given, assistant.themes(), assistant.export_codebook()]))

    with Assistant(settings(Path(shutil.copytree(base, tmp_path / "here")))) as assistant:
        here = decided(assistant)
    with (
        Assistant(settings(data)) as assistant,
        served(assistant) as url,
        RemoteAssistant(url) as remote,
    ):
        assert decided(remote) == here
