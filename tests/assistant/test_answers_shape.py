"""What an answer begins with, whose words it takes, and what it does not call a change."""

import re
from datetime import date as Date
from pathlib import Path
from typing import Any

import pytest

from assistant.actions.library import interventions
from assistant.actions.match import Causal, expected
from assistant.analyses import label
from assistant.answers import choose, sure, todo, trend
from assistant.answers.parts import Cause, Desk, plural, times
from assistant.draft import Draft
from assistant.reading.types import Intent, Limits, Reading
from assistant.words import words
from corpus.codebook import starting_codebook
from corpus.filters import Filters
from corpus.metrics.types import Figure
from corpus.store import Store
from tests.corpus.worlds import Answer, fill


def desk_of(store: Store, intent: Intent, text: str = "x", language: str = "en", **kw: Any) -> Desk:
    reading = Reading(text, language, intent, **kw)
    return choose.open_desk(
        store, starting_codebook(), reading, Filters(kind=("feedback",)), Draft()
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store.duckdb")


def told(desk: Desk) -> str:
    assert choose.computed(desk)
    sure.compose(desk)
    return " ".join(claim.text for claim in desk.draft.claims)


def test_why_prospects_do_not_buy_is_in_their_words_and_counts_no_customer(store):
    # Given customers who complain of the price and none of the prospects who does
    fill(store, [Answer(f"c{i}", 3, {"price": "-"}) for i in range(60)])
    # When it is asked why prospects do not buy
    desk = desk_of(store, "why", voices=("prospect",))
    # Then nothing is said of customers in their place
    assert not choose.computed(desk)
    assert not desk.draft.claims


def test_a_theme_that_is_asked_for_as_a_stage_is_told_as_a_theme(store):
    fill(store, [Answer(f"c{i}", 3, {"price": "-"} if i < 30 else {}) for i in range(60)])
    text = told(desk_of(store, "stage", themes=("price",)))
    assert text.startswith("Price: 50%")


def test_why_begins_with_the_causes_by_name(store):
    themes = [{"price": "-"}, {"delivery-delay": "-"}]
    fill(store, [Answer(f"c{i}", 3, themes[i % 2]) for i in range(80)])
    text = told(desk_of(store, "why"))
    assert text.startswith("What weighs most: ")
    assert "“Price”" in text.split(".")[0]


def test_one_theme_asked_about_is_set_among_all(store):
    themes = [{"price": "-"}] * 20 + [{"queue": "-"}] * 30 + [{}] * 50
    fill(store, [Answer(f"c{i}", 3, each) for i, each in enumerate(themes)])
    assert "People complain more about: Queue (30%)." in told(
        desk_of(store, "do", themes=("price",))
    )
    assert "Nothing is complained about more." in told(desk_of(store, "do", themes=("queue",)))


def test_a_question_of_too_few_says_so(store):
    answers = [Answer(f"c{i}", 3, {"price": "-"}, segments={"pays": "FR"}) for i in range(60)]
    few = [Answer(f"b{i}", 3, {"price": "-"}, segments={"pays": "BE"}) for i in range(8)]
    fill(store, answers + few)
    text = told(desk_of(store, "why", limits=Limits(segment={"pays": "BE"})))
    assert text.startswith("Only 8 customers fall within the question: too few to give shares.")


def test_what_to_do_is_told_where_nothing_is_rated(store):
    fill(store, [Answer(f"c{i}", None, {"price": "-"} if i % 2 else {}) for i in range(60)])
    desk = desk_of(store, "do")
    told(desk)
    assert 2 <= len(todo.compose(desk)) <= 5
    plain = desk_of(store, "why")
    told(plain)
    assert todo.compose(plain) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("How many reviews mention hangers?", True),
        ("How many reviews mention the queue?", False),
        ("How many complain of hangers?", False),
    ],
)
def test_a_word_that_is_less_than_its_theme_is_counted_by_itself(store, text, word):
    fill(store, [Answer(f"c{i}", 3, {"queue": "-"}) for i in range(60)])
    about = "queue" if "queue" in text else "hangers"
    desk = desk_of(store, "how-many", text, themes=("queue",), about=(about,))
    assert choose.computed(desk) is not word


def test_a_score_too_rare_by_week_is_followed_by_month(store):
    # Given ten answers a week for five months
    days = [Date.fromordinal(Date(2026, 1, 1).toordinal() + i) for i in range(150)]
    fill(store, [Answer(f"c{i}", 9, {}, date=day) for i, day in enumerate(days * 2)])
    # When the score's course is asked for
    desk = desk_of(store, "trend", "how does the NPS go?", score="nps")
    # Then it is the score that is told, and not how many answered
    assert trend.compose(desk)
    assert desk.draft.claims[0].text.startswith("The NPS")


def test_what_is_done_comes_before_its_reasons():
    draft = Draft()
    draft.claim("finding", "First.")
    draft.heading("Causes")
    draft.claim("finding", "Second.")
    start = draft.written
    draft.heading("What to do")
    draft.claim("finding", "Third.")
    draft.bring_forward(start, draft.written)
    assert [claim.text for claim in draft.claims] == ["First.", "Third.", "Second."]
    text = draft.markdown()
    assert text.index("What to do") < text.index("Causes")


def test_a_ratio_that_rounds_to_one_keeps_a_second_decimal():
    said = words("en")
    assert [times(said, each) for each in (0.97, 1.04, 0.3, 2.16)] == ["0.97", "1.04", "0.3", "2.2"]


@pytest.mark.parametrize(
    ("language", "value", "many"),
    [("fr", 1.5, False), ("fr", 2, True), ("en", 0.8, True), ("en", 1, False), ("en", -1, False)],
)
def test_numbers_take_the_plural_of_their_language(language, value, many):
    assert plural(words(language), value, 1) is many


def test_what_an_action_may_bring_is_given_again_by_its_query(store):
    fill(
        store,
        [Answer(f"c{i}", 3 if i < 40 else 9, {"price": "-"} if i < 40 else {}) for i in range(100)],
    )
    themes = {f.name: f for f in desk_of(store, "why").run("themes") if f.about["theme"] == "price"}
    cause = Cause("price", themes["themes.negative"], contrast=themes["themes.blame"])
    action = next(each for each in interventions() if "price" in each.causes)
    figure = expected(action, cause, Causal(0.1, 0.4, "library"))
    assert isinstance(figure, Figure)
    assert figure.value
    assert store.sql(figure.query)[0]["value"] == pytest.approx(figure.value)


def test_a_break_across_sources_is_told_so(store):
    # Given one source that ends where another, with other complaints, begins
    def months(year: int) -> list[Date]:
        return [Date(year, month, day) for month in range(1, 13) for day in (5, 15, 25)]

    old = [Answer(f"a{i}", 5, {}, date=d) for i, d in enumerate(months(2024) * 2)]
    new = [Answer(f"b{i}", 5, {"price": "-"}, date=d) for i, d in enumerate(months(2025) * 2)]
    fill(store, old, name="old")
    fill(store, new, name="new")
    # When the theme's course is asked for
    desk = desk_of(store, "trend", themes=("price",))
    assert trend.compose(desk)
    # Then the rise is told with that
    text = " ".join(claim.text for claim in desk.draft.claims)
    assert "complaints have risen" in text
    assert "comes from different sources" in text


def test_labels_have_neither_loose_spaces_nor_straight_apostrophes(store):
    fill(store, [Answer(f"c{i}", 3, {"price": "-"} if i < 30 else {}) for i in range(60)])
    desk = desk_of(store, "why", language="fr")
    for name in ("volume", "score", "themes", "silent"):
        for figure in desk.run(name):
            text = label(figure, desk.codebook, desk.said)
            assert text == text.strip()
            assert "  " not in text
            assert " ," not in text
            assert "'" not in text


def test_the_librarys_words_are_set_in_french(store):
    fill(
        store,
        [
            Answer(f"c{i}", 3 if i < 40 else 9, {"payment": "-"} if i < 40 else {})
            for i in range(99)
        ],
    )
    desk = desk_of(store, "why", language="fr")
    assert choose.computed(desk)
    actions = todo.compose(desk)
    assert actions
    assert not re.search(r" [:;?!%»]|« ", str([each["title"] + each["does"] for each in actions]))
