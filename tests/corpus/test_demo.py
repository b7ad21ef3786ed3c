"""The demo company: its texts and labels, its world, and the truth told of it."""

import csv
import json
from collections import Counter, defaultdict
from contextlib import closing
from datetime import date

import pytest

from corpus.demo.generate import villages, write
from corpus.demo.measures import measure
from corpus.demo.planted import causes, period
from corpus.demo.texts import texts
from corpus.demo.truth import truth
from corpus.errors import InputError
from corpus.files import RawFile
from corpus.ingest import ingest
from corpus.privacy import redact
from corpus.store import Store
from corpus.types import STAGES
from evals.demo import differences


@pytest.fixture(scope="module")
def village():
    return next(villages())


@pytest.fixture(scope="module")
def rows():
    return {row["name"]: row for row in truth()["rows"]}


# The texts --------------------------------------------------------------------------------------


def test_six_hundred_different_texts_two_thirds_of_them_french():
    said = texts()
    plain = Counter(" ".join(text.passage.lower().split()) for text in said if not text.campaign)
    assert len(plain) >= 600
    assert [text for text, count in plain.items() if count > 1] == []
    languages = Counter(text.language for text in said)
    assert set(languages) == {"fr", "en", "nl"}
    assert 0.6 < languages["fr"] / len(said) < 0.75
    assert {text.kind for text in said} == {
        "review", "nps", "csat", "ticket", "chat", "exit", "popup",
    }  # fmt: skip
    assert len({text.number for text in said}) == len(said)


def test_what_had_to_be_among_them_is():
    said = texts()
    assert sum(text.loud for text in said) == 40
    assert sum(text.injection for text in said) >= 3
    assert sum(text.campaign for text in said) >= 10
    assert any(len(text.passage.split()) == 1 for text in said)
    assert any(not text.mentions for text in said)
    mixed = [t for t in said if {"+", "-"} <= {mention.polarity for mention in t.mentions}]
    assert len(mixed) > 60
    assert any("[" in text.text for text in said)
    assert any(text.country == "BE" for text in said)


def test_labels_are_of_the_lists_and_spans_are_words_of_the_text():
    for text in texts():
        assert text.stage in STAGES
        assert 1 <= text.score <= 5
        last = 0
        for mention in sorted(text.mentions, key=lambda each: each.start):
            span = text.passage[mention.start : mention.end]
            assert last <= mention.start < mention.end <= len(text.passage)
            assert span == span.strip() != ""
            assert mention.stage in STAGES
            last = mention.end
        assert not {"{", "}", "|"} & set(text.passage)


def test_the_redactor_has_nothing_left_to_do():
    # Else the spans of the labels would not be those of the stored text.
    for text in texts():
        assert redact(text.passage) == text.passage


# The world --------------------------------------------------------------------------------------


def test_its_size_and_its_variety(village):
    assert len(village.lives) == 3_000
    assert len(village.answers) == 6_000
    events = [event for event, _ in village.events()]
    assert 60_000 <= len(events) < 60_100
    assert {answer.channel for answer in village.answers} == {"web", "magasin", "téléphone", "chat"}
    assert {life.segment for life in village.lives} == {"nouveau", "régulier", "fidèle"}
    assert {answer.stage for answer in village.answers} - {""} == set(STAGES)
    assert any(not event.customer for event in events)
    first, last = period()
    assert all(first <= event.day <= last for event in events)
    assert all(first <= answer.day <= last for answer in village.answers)


def test_each_text_is_said_once_by_somebody_it_suits(village):
    said = [answer for answer in village.answers if answer.text]
    assert sorted(answer.text.number for answer in said) == [text.number for text in texts()]
    assert village.lost == []
    lives = {life.id: life for life in village.lives}
    strangers = 0
    for answer in said:
        text = answer.text
        assert text.after is None or answer.day >= text.after
        assert text.before is None or answer.day <= text.before
        if answer.customer:
            life = lives[answer.customer]
            assert text.country in (None, life.country)
            assert text.segment in (None, life.segment)
            assert not life.silent
            strangers += life.language != text.language
            if life.left and text.kind != "exit":
                assert answer.day <= life.left
    assert strangers <= 0.01 * len(said)


@pytest.mark.parametrize(
    ("theme", "incident"),
    [("checkout-fees", "checkout-fees"), ("authentication", "authentication"),
     ("refund-delay", "refund-delay"), ("account", "account")],
)  # fmt: skip
def test_who_complains_has_met_what_the_complaint_is_about(village, theme, incident):
    lives = {life.id: life for life in village.lives}
    met = told = 0
    for answer in village.answers:
        if answer.text and answer.customer and answer.text.says(theme, "-"):
            told += 1
            met += any(
                each.theme == incident and (each.noticed or each.day) <= answer.day
                for each in lives[answer.customer].incidents
            )
    assert told > 20
    assert met >= 0.9 * told


def test_the_same_seed_gives_the_same_world_and_another_another():
    def rows(seed):
        return [
            (answer.id, answer.customer, answer.day, answer.score)
            for village in villages(200, seed)
            for answer in village.answers
        ]

    assert rows(5) == rows(5)
    assert rows(5) != rows(6)


@pytest.mark.parametrize("size", [1, 40, 700, 3_300])
def test_any_size(size):
    world = list(villages(size))
    answers = [answer for village in world for answer in village.answers]
    lives = [life for village in world for life in village.lives]
    assert len(lives) == size == len({life.id for life in lives})
    assert len(answers) == len({answer.id for answer in answers}) <= 2 * size
    assert len(answers) >= 1.5 * size - 2
    sessions = defaultdict(set)
    for village in world:
        for event, _ in village.events():
            sessions[event.session].add(event.customer)
    assert all(len(owners) == 1 for owners in sessions.values())


GONE = {
    "checkout-fees": lambda figure: (
        abs(figure["completion.fees.late"] - figure["completion.fees.none"]) < 0.05
    ),
    "authentication": lambda figure: "events.kind.payment_failed" not in figure,
    "account": lambda figure: figure["account.stops"] == 0,
    "refund-delay": lambda figure: figure["refund.slow.after"] == 0,
    "support-team": lambda figure: abs(figure["ces.Lille"] - figure["ces.Charleroi"]) < 1,
    "delivery-partner": lambda figure: abs(figure["late.effect"]) < 0.12,
    "silent-leavers": lambda figure: figure["left.silent"] < 0.45,
    "loud-customer": lambda figure: figure["loudest.texts"] < 10,
    "incidents": lambda figure: abs(figure["csat.order.ending"] - figure["csat.order.fine"]) < 0.25,
}


@pytest.mark.parametrize("cause", causes())
def test_a_dropped_cause_is_gone_and_the_rest_stays(cause, rows):
    figures = {row.name: row.value for row in measure(without=(cause,))}
    assert figures["records"] == 6_000
    if cause in GONE:
        assert GONE[cause](figures)
        assert not GONE[cause]({name: row["value"] for name, row in rows.items()})
    if cause != "checkout-fees":
        assert figures["completion.fees.none"] - figures["completion.fees.late"] > 0.15


def test_a_cause_that_is_not_planted_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(InputError, match="planted"):
        write(tmp_path / "world", without=("gremlins",))
    assert not (tmp_path / "world").exists()


# The truth --------------------------------------------------------------------------------------


def test_the_table_is_that_of_the_default_world(rows):
    for figure in measure():
        assert rows[figure.name]["value"] == pytest.approx(figure.value, abs=1e-6), figure.name
        assert {name: rows[figure.name][name] for name in figure.counts()} == figure.counts()
    assert len(rows) == len(truth()["rows"])
    assert set(truth()["planted"]) == set(causes())


def test_pandas_finds_the_truth_again_in_the_loaded_store(tmp_path):
    with closing(Store(tmp_path / "store.duckdb")) as store:
        for path in write(tmp_path / "world"):
            ingest(store, RawFile.read(path), b"key", origin=str(path))
    assert differences(tmp_path / "store.duckdb") == []


def test_what_is_planted_shows_in_the_default_world(rows):
    value = {name: row["value"] for name, row in rows.items()}
    assert value["nps.change"] == pytest.approx(6, abs=0.5)
    assert value["nps.change.mix"] == pytest.approx(3, abs=0.4)
    assert value["completion.fees.late"] - value["completion.fees.none"] == pytest.approx(
        -0.24, abs=0.03
    )
    assert value["late.effect"] == pytest.approx(-0.34, abs=0.06)
    assert abs(value["refund.slow.after"] - value["refund.slow.before"]) < 0.08
    assert value["ces.Lille"] - value["ces.Charleroi"] > 1.2
    steps = [value[f"left.after_incidents.{number}"] for number in ("0", "1", "2", "3+")]
    assert steps == sorted(steps)
    assert steps[-1] > 2.5 * steps[0]
    assert value["left.silent"] > 0.5
    fine, middle, ending = (value[f"csat.order.{how}"] for how in ("fine", "middle", "ending"))
    assert fine - ending > 2 * (fine - middle) > 0
    assert value["theme.price.left"] < value["theme.price.others_left"]
    assert value["theme.checkout-fees.left"] > value["theme.checkout-fees.others_left"]
    complaints = {
        name.split(".")[1]: count for name, count in value.items() if name.endswith(".negative")
    }
    assert max(complaints, key=complaints.get) == "checkout-fees"
    assert value["loudest.texts"] == 40


def test_the_expected_values_are_near_those_of_another_world(rows):
    other = {row.name: row for row in measure(seed=77)}
    far = [
        name
        for name, row in rows.items()
        if "denominator" in row and not name.startswith("nps") and name in other
        and abs(other[name].value - row["expected"])
        > 4.5 * (row["expected"] * (1 - row["expected"]) / other[name].denominator) ** 0.5 + 1e-9
    ]  # fmt: skip
    assert far == []


# The files --------------------------------------------------------------------------------------


def test_the_files_say_that_they_are_the_demos_and_hold_what_was_drawn(tmp_path, village):
    paths = write(tmp_path)
    assert all(path.name.startswith("demo-") or path.parent.name == "notes" for path in paths)
    with (tmp_path / "demo-avis.csv").open(encoding="utf-8-sig", newline="") as file:
        reviews = list(csv.DictReader(file, delimiter=";"))
    assert len(reviews) == sum(answer.kind == "review" for answer in village.answers)
    lines = (tmp_path / "demo-nps.jsonl").read_text("utf-8").splitlines()
    assert {json.loads(line)["nps"] for line in lines} == set(range(11))
    with (tmp_path / "demo-direction.csv").open(encoding="utf-8", newline="") as file:
        beliefs = list(csv.DictReader(file))
    assert len(beliefs) == 40
    assert {row["voix"] for row in beliefs} == {"leader", "employee"}
    assert len([path for path in paths if path.parent.name == "notes"]) == 12


def test_the_map_has_nine_stages_and_four_contradictions(tmp_path):
    write(tmp_path, customers=1)
    text = (tmp_path / "demo-parcours.yaml").read_text("utf-8")
    assert text.count("# contredit :") == 4
    for stage in STAGES:
        assert f"stage: {stage}" in text


def test_the_dates_of_the_plan_lie_in_its_period():
    first, last = period()
    assert (first, last) == (date(2025, 5, 1), date(2026, 10, 31))
