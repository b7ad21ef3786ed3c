"""How a step of a purchase goes over time, told of who stops or who goes on."""

import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from assistant.answers import sure
from assistant.answers.choose import computed, open_desk
from assistant.answers.parts import Desk
from assistant.draft import Draft
from assistant.reading.types import Intent, Limits, Reading
from assistant.verify import verify
from corpus.codebook import starting_codebook
from corpus.filters import Filters
from corpus.metrics import compute
from corpus.metrics.types import Ask
from corpus.store import Store
from corpus.types import Event
from tests.corpus.worlds import Answer, fill

START = date(2025, 1, 1)
TURN = date(2025, 8, 1)


def _events() -> list[Event]:
    """A year of checkouts; from August on half of those with one bank stop, as none did before."""
    rng = np.random.default_rng(5)
    found = []
    for number in range(3000):
        day = START + timedelta(number % 365)
        of = {"banque": "Ondine" if number % 2 else "autre"}
        stops = 0.2 + (0.5 if number % 2 and day >= TURN else 0.0)
        kinds = ["cart", "checkout", *([] if rng.random() < stops else ["purchase"])]
        found += [
            Event(
                kind, day, f"c{number % 400}", f"s{number}", channel="web", segments=of,
                stage="selection" if kind == "cart" else "purchase",
            )
            for kind in kinds
        ]  # fmt: skip
    return found


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(Path(tmp_path_factory.mktemp("steps")) / "store.duckdb")
    fill(store, [Answer(f"c{i}", 7, {"payment@purchase": "-"}) for i in range(40)], _events())
    return store


def desk_of(
    store: Store, text: str, language: str, intent: Intent = "trend", by: str | None = None
) -> Desk:
    reading = Reading(text, language, intent, limits=Limits(stages=("purchase",)), by=by)
    return open_desk(store, starting_codebook(), reading, Filters(kind=("feedback",)), Draft())


def told(desk: Desk) -> str:
    assert computed(desk)
    sure.compose(desk)
    draft = desk.draft
    _, dropped = verify(
        draft.claims, draft.citations, desk.book.made, desk.store, [" ".join(desk.said.months)]
    )
    assert [each.text for each in dropped] == []
    return re.sub(r" \[f\d+\]", "", draft.markdown())


def _shares(store: Store) -> pd.Series:
    """The share of the checkouts of each month that end in a purchase, by pandas."""
    events = pd.DataFrame(store.sql("SELECT kind, session, date FROM events"))
    events["month"] = events["date"].astype(str).str[:7]
    kinds = events.groupby(["session", "month"])["kind"].agg(set).reset_index()
    begun = kinds[kinds["kind"].map(lambda each: "checkout" in each)]
    return begun["kind"].map(lambda each: "purchase" in each).groupby(begun["month"]).mean()


def test_the_course_of_a_step_is_that_of_its_sessions(store: Store) -> None:
    figures = compute(
        "trend", store, starting_codebook(), Ask(Filters(stage=("purchase",)), by="month")
    )
    shown = {
        f.about["month"]: f
        for f in figures
        if f.name == "trend.share" and f.about.get("step") == "checkout"
    }
    assert {month: f.value for month, f in shown.items()} == pytest.approx(dict(_shares(store)))
    for figure in shown.values():
        assert store.sql(figure.query)[0]["value"] == pytest.approx(figure.value)
    turned = [f for f in figures if f.name == "trend.break" and "step" in f.about]
    assert [f.about["since"] for f in turned] == ["2025-08-01"]


def test_who_stops_is_told_where_that_is_asked(store: Store) -> None:
    text = told(desk_of(store, "How does checkout abandonment evolve?", "en"))
    lead = text.split("\n")[0]
    assert lead.startswith("Since August 2025, more checkouts started end without a purchase: ")
    after = 1 - _shares(store)["2025-08":].mean()
    assert f"{100 * after:.0f}%" in lead
    # With what the change goes, and nothing of who wrote: no voice is in these figures.
    assert "with “banque: Ondine”, the share that goes on has fallen" in text
    assert "wrote" not in text


def test_the_same_in_french_and_by_quarter(store: Store) -> None:
    desk = desk_of(store, "taux d’abandon au paiement par trimestre", "fr", by="quarter")
    text = told(desk)
    # Four quarters show no break; months do.
    assert text.startswith("Depuis août 2025, davantage de paiements commencés n’aboutissent pas")
    assert re.search(r"- 1er trimestre 2025\u00a0: \d+\u00a0% \(sur", text)
    assert not re.search(r" [;:?!%»]|« ", text)


def test_a_basket_is_followed_at_its_own_stage(store: Store) -> None:
    text = told(desk_of(store, "Comment évolue l’abandon de panier ?", "fr"))
    assert "des paniers remplis s’arrêtent là" in text
