"""In which period there was most of something, and figures year by year, against pandas."""

import re

import pandas as pd
import pytest

from assistant.answers import when
from assistant.answers.choose import computed, open_desk
from assistant.core import Assistant
from assistant.draft import Draft
from assistant.reading import marks_named
from assistant.reading.read import read
from assistant.words import words
from corpus.codebook import starting_codebook
from corpus.files import RawFile
from corpus.filters import Filters
from corpus.settings import Settings
from evals.worlds import gold_store
from tests.assistant.upheld import upheld

BOOK = starting_codebook()
MONTHS = {language: words(language).months for language in ("fr", "en")}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return gold_store(tmp_path_factory.mktemp("when"), customers=900)


@pytest.fixture(scope="module")
def events(world):
    rows = world.sql("SELECT kind, date, amount FROM events WHERE count IS NULL OR count = 1")
    return _dated(pd.DataFrame(rows))


@pytest.fixture(scope="module")
def scored(world):
    rows = world.sql(
        "SELECT s.name AS scale, value, r.date FROM scores AS s JOIN records AS r "
        "ON r.id = s.record_id"
    )
    return _dated(pd.DataFrame(rows))


def _dated(frame):
    days = pd.to_datetime(frame["date"])
    return frame.assign(month=days.dt.strftime("%Y-%m"), year=days.dt.year)


def told(store, question):
    """The answer in text, with every sentence verified and every figure found again."""
    desk = open_desk(store, BOOK, read(question, store, BOOK), Filters(kind=("feedback",)), Draft())
    assert computed(desk), question
    marks = desk.reading.limits.marks
    given = [
        question,
        " ".join(desk.said.months),
        *([marks_named(marks, desk.said)] if marks else []),
    ]
    own = [claim.text for claim in desk.draft.claims]
    return upheld(desk, store, given, computed=own)


def month(name, language):
    year, number = name.split("-")
    return f"{MONTHS[language][int(number) - 1]} {year}"


def lead(text):
    return text.split("\n")[0]


@pytest.mark.parametrize(
    ("question", "kind", "language"),
    [
        ("Which month had the most purchases?", "purchase", "en"),
        ("Quel mois a eu le plus de retours ?", "return", "fr"),
        ("In which month did we lose the most customers?", "churn", "en"),
    ],
)
def test_the_month_with_most_of_what_was_done_comes_first(world, events, question, kind, language):
    counts = events[events["kind"] == kind].groupby("month").size()
    best = counts[counts == counts.max()].index
    told_first = lead(told(world, question)).lower()
    assert all(month(name, language).lower() in told_first for name in best)
    assert str(counts.max()) in told_first


@pytest.mark.parametrize(
    ("question", "language", "end"),
    [
        ("Quel mois a eu la plus mauvaise note de NPS ?", "fr", "min"),
        ("Which month had the highest NPS?", "en", "max"),
    ],
)
def test_the_month_with_the_best_or_the_worst_score(world, scored, question, language, end):
    nps = scored[scored["scale"] == "nps"]
    points = nps["value"].map(lambda mark: 100 * ((mark >= 9) - (mark <= 6)))
    by_month = points.groupby(nps["month"]).agg(["mean", "size"])
    enough = by_month[by_month["size"] >= 30]["mean"]
    name = enough.idxmin() if end == "min" else enough.idxmax()
    assert month(name, language).lower() in lead(told(world, question)).lower()


@pytest.mark.parametrize(
    "question", ["Quel mois a eu le plus de réclamations ?", "Which month had the most complaints?"]
)
def test_complaints_of_whatever_kind_are_answers_with_low_marks(world, scored, question):
    # Of the scale that most answered on, the two lowest fifths of it.
    language = "fr" if "mois" in question else "en"
    scale = scored["scale"].value_counts().idxmax()
    low = scored[(scored["scale"] == scale) & (scored["value"] <= 4)]
    counts = low.groupby("month").size()
    best = counts[counts == counts.max()].index
    told_first = lead(told(world, question)).lower()
    assert all(month(name, language).lower() in told_first for name in best)


@pytest.mark.parametrize("question", ["NPS par an", "What is the NPS per year?"])
def test_a_score_is_told_year_by_year(world, scored, question):
    nps = scored[scored["scale"] == "nps"]
    points = nps["value"].map(lambda mark: 100 * ((mark >= 9) - (mark <= 6)))
    text = told(world, question)
    for year, value in points.groupby(nps["year"]).mean().items():
        line = next(line for line in text.split("\n") if line.startswith(f"- {year}"))
        shown = int(re.search(r"NPS (?:de|of) ([−-]?\d+)", line)[1].replace("−", "-"))
        assert abs(shown - value) < 1


def test_amounts_are_summed_year_by_year(world, events):
    text = told(world, "Chiffre d’affaires par an")
    sums = events[events["kind"] == "purchase"].groupby("year")["amount"].sum()
    for year, total in sums.items():
        line = next(line for line in text.split("\n") if line.startswith(f"- {year}"))
        digits = re.sub(r"\D", "", line.split(":")[1].split(",")[0])
        assert int(digits) == round(total)


def test_why_a_month_was_the_worst_is_asked_for_its_reasons(world):
    question = "Pourquoi le pire mois a-t-il eu la plus mauvaise note ?"
    desk = open_desk(world, BOOK, read(question, world, BOOK), Filters(kind=("feedback",)), Draft())
    assert not when.compose(desk)


def answered(directory, rows, question):
    """The answer to a question on a table of dates and stars."""
    content = pd.DataFrame(rows).to_csv(index=False).encode()
    with Assistant(Settings(data=directory, embeddings="none")) as assistant:
        assistant.ingest(RawFile("reviews.csv", content), origin="reviews.csv")
        assistant.code()
        return assistant.ask(question)


def reviews(**low):
    """Forty reviews of each month, of which so many have a single star."""
    return [
        {
            "date": f"2026-{int(name[1:]):02d}-{day % 28 + 1:02d}",
            "stars": 1 if day < bad else 5,
            "review": f"Number {day} of month {name}.",
        }
        for name, bad in low.items()
        for day in range(40)
    ]


@pytest.mark.parametrize(("bad", "chance"), [(19, True), (2, False)])
def test_an_order_within_chance_is_told_as_such(tmp_path, bad, chance):
    rows = reviews(m3=20, m4=bad, m5=1)
    answer = answered(tmp_path, rows, "Which month had the most complaints?")
    assert answer.status == "answered"
    assert not answer.dropped
    assert "March 2026 comes first, with 20 of 40" in answer.text
    assert ("may be chance" in answer.text) == chance


@pytest.mark.parametrize(
    "question", ["Which month had the most complaints?", "Quel mois a eu la plus mauvaise note ?"]
)
def test_without_dates_it_is_said_that_there_are_none(tmp_path, question):
    rows = [{key: row[key] for key in ("stars", "review")} for row in reviews(m3=20, m4=3)]
    answer = answered(tmp_path, rows, question)
    assert answer.status == "abstained"
    assert "date" in answer.abstained_because


def test_complaints_are_counted_by_low_marks_and_not_all_answers(tmp_path):
    answer = answered(tmp_path, reviews(m3=20, m4=3), "How many complaints do we have?")
    assert "23 of 80" in answer.text
