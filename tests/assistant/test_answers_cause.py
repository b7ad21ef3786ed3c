"""Whether something makes customers leave is answered by what those who had it then did."""

import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from assistant.answers.choose import computed, open_desk
from assistant.answers.parts import Desk
from assistant.draft import Draft
from assistant.reading.read import read
from assistant.research import of_effects
from assistant.verify import verify
from corpus.codebook import starting_codebook
from corpus.filters import Filters
from corpus.store import Store
from corpus.types import Event
from tests.corpus.worlds import Answer, fill

BOOK = starting_codebook()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Half of those who complain of refunds leave, a fifth of the others, few for the price."""
    store = Store(Path(tmp_path_factory.mktemp("cause")) / "store.duckdb")
    answers, events = [], []
    for number in range(600):
        who = f"c{number}"
        theme = ("refund-delay", "price", "delivery-delay", "fit", "fit")[number % 5]
        answers.append(Answer(who, 4, {theme: "-"}, date(2026, 3, 1)))
        events += [
            Event("purchase", date(2026, month, 3), who, f"s{who}{month}") for month in (1, 2)
        ]
        events.append(Event("visit", date(2026, 8, 28), who, f"v{who}"))
        goes = {
            "refund-delay": number % 2 == 0,
            "price": number % 50 == 1,
            "delivery-delay": number % 25 == 2,
        }
        if goes.get(theme, number % 10 == 3):
            events.append(Event("churn", date(2026, 7, 1), who))
    fill(store, answers, events)
    return store


def told(store: Store, question: str) -> tuple[Desk, str]:
    desk = open_desk(store, BOOK, read(question, store, BOOK), Filters(kind=("feedback",)), Draft())
    assert computed(desk)
    draft = desk.draft
    _, dropped = verify(draft.claims, draft.citations, desk.book.made, store, [question])
    assert dropped == []
    return desk, re.sub(r" \[[cf]\d+\]", "", draft.markdown())


def _left(store: Store, theme: str) -> tuple[float, float]:
    """The shares that left among those who complain and among the others, by pandas."""
    gone = pd.DataFrame(store.sql("SELECT DISTINCT customer_key FROM events WHERE kind = 'churn'"))
    said = pd.DataFrame(
        store.sql(
            "SELECT r.customer_key, m.theme FROM records r JOIN mentions m ON m.record_id = r.id"
        )
    )
    lost = said["customer_key"].isin(gone["customer_key"])
    own = said["theme"] == theme
    return float(lost[own].mean()), float(lost[~own].mean())


@pytest.mark.parametrize(
    ("question", "start"),
    [
        (
            "Are customers leaving because of refunds?",
            "Yes, the two go together: after complaining",
        ),
        ("Les clients partent-ils à cause des remboursements ?", "Oui, les deux vont ensemble"),
    ],
)
def test_yes_where_those_who_had_it_leave_more(store: Store, question: str, start: str) -> None:
    desk, text = told(store, question)
    assert text.startswith(start)
    own, rest = _left(store, "refund-delay")
    facts = {fact.name: fact.value for fact in desk.book.made}
    assert facts["loss.left"] == pytest.approx(own)
    assert facts["loss.left-others"] == pytest.approx(rest)
    lead = desk.draft.claims[0].text.replace("\u00a0", "")
    assert f"{100 * own:.0f}%" in lead
    assert f"{100 * rest:.0f}%" in lead
    # It goes together, which is said not to be a cause; and no action is called for by it.
    assert re.search("need not be a cause|n’est pas causer", text)
    assert not desk.causes


def test_no_where_they_leave_less(store: Store) -> None:
    assert told(store, "Are customers leaving because of prices?")[1].startswith("No: ")


def test_nothing_shows_it_where_the_interval_holds_one(store: Store) -> None:
    text = told(store, "Do late deliveries make customers leave?")[1]
    assert text.startswith("Nothing here shows it: ")


def test_an_open_question_keeps_its_causes(store: Store) -> None:
    text = told(store, "Why do customers leave because of refunds?")[1]
    assert not text.startswith(("Yes", "No"))


@pytest.mark.parametrize(
    ("text", "finds"),
    [
        ("Three in ten abandon their basket when fees appear on the last page.", True),
        ("Un client sur deux ne revient pas après un remboursement tardif.", True),
        ("Les frais représentaient en général 15 % du prix, port en sus.", False),
        ("We suggest asking five hundred buyers when the fees are shown.", False),
        ("L’enquête recueille une intention ; elle n’a observé aucun achat.", False),
    ],
)
def test_research_stands_beside_a_cause_where_it_finds_what_people_do(text, finds):
    assert of_effects(text) is finds
