"""Figures of what was done, against pandas: what is asked for, by what part, and what is not."""

import re
from pathlib import Path

import pandas as pd
import pytest

from assistant.answers import deeds
from assistant.answers.choose import computed, open_desk
from assistant.answers.parts import Desk
from assistant.draft import Draft
from assistant.reading.read import read
from assistant.verify import verify
from corpus.codebook import starting_codebook
from corpus.filters import Filters
from corpus.store import Store
from corpus.types import Event
from evals.worlds import gold_store
from tests.corpus.test_metrics_mishaps import events
from tests.corpus.worlds import Answer, fill

BOOK = starting_codebook()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return gold_store(tmp_path_factory.mktemp("deeds"), customers=1200)


@pytest.fixture(scope="module")
def done(world: Store) -> pd.DataFrame:
    rows = world.sql(
        "SELECT kind, date, session, customer_key AS customer, segments ->> 'transporteur' AS "
        "carrier, segments ->> 'frais' AS fee, segments ->> 'pays' AS pays FROM events"
    )
    table = pd.DataFrame(rows)
    table["date"] = pd.to_datetime(table["date"])
    return table


def asked(store: Store, question: str) -> Desk:
    reading = read(question, store, BOOK)
    return open_desk(store, BOOK, reading, Filters(kind=("feedback",)), Draft())


def tell(store: Store, question: str) -> str:
    """The answer's text; every sentence stands, and is set as its language asks."""
    desk = asked(store, question)
    assert deeds.compose(desk), question
    draft = desk.draft
    given = [question, " ".join(desk.said.months)]
    _, dropped = verify(draft.claims, draft.citations, desk.book.made, store, given)
    assert dropped == []
    text = re.sub(r" \[f\d+\]", "", draft.markdown())
    assert "{" not in text
    if desk.reading.language == "fr":
        assert not re.search(r" [;:?!%»]|« ", text)
    for fact in desk.book.made:
        if fact.value is not None and fact.unit == "share":
            assert store.sql(fact.query)[0]["value"] == pytest.approx(fact.value, abs=1e-9)
    return re.sub(r"[\u00a0\u202f]", " ", text)


def late(table: pd.DataFrame) -> tuple[int, int]:
    kinds = table["kind"]
    return (kinds == "late_delivery").sum(), kinds.isin(["delivery", "late_delivery"]).sum()


def number(value: int, language: str) -> str:
    return f"{value:,}".replace(",", " " if language == "fr" else ",")


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Combien de colis ont été livrés en retard ?", "fr"),
        ("Quelle part des commandes est livrée en retard ?", "fr"),
        ("What share of parcels arrived late?", "en"),
        ("How many late deliveries were there?", "en"),
    ],
)
def test_late_parcels_are_counted_in_the_events(world, done, question, language):
    k, n = late(done)
    text = tell(world, question)
    assert number(k, language) in text
    assert number(n, language) in text
    assert f"{100 * k / n:.0f}" in text


def test_a_carrier_a_country_or_a_period_limits_them(world, done):
    k, n = late(done[(done["carrier"] == "Vélocis") & (done["date"] < "2026-07-01")])
    text = tell(world, "What share of the parcels carried by Vélocis was late before July 2026?")
    assert f"{k:,} of {n:,}" in text
    k, n = late(done[done["pays"] == "BE"])
    assert f"{k} livraisons sur {n}" in tell(world, "Combien de livraisons belges en retard ?")


def test_parts_are_told_side_by_side(world, done):
    for question in (
        "Quelle part des livraisons de chaque transporteur arrive en retard ?",
        "Quelle part des colis arrive en retard par transporteur ?",
    ):
        text = tell(world, question)
        for carrier in ("Vélocis", "Postelia"):
            k, n = late(done[done["carrier"] == carrier])
            assert re.search(rf"{carrier} » : {100 * k / n:.0f} % \({k} sur {n},", text)
    paid = done[done["kind"] == "purchase"]["session"]
    text = tell(world, "How does checkout completion differ with and without delivery fees?")
    for fee, own in done[done["kind"] == "checkout"].groupby("fee"):
        assert f"“{fee}”: {100 * own['session'].isin(paid).mean():.0f}%" in text


def test_a_period_is_set_against_the_one_before(world, done):
    text = tell(world, "Le taux de livraisons en retard a-t-il baissé depuis juillet 2026 ?")
    since = done["date"] >= "2026-07-01"
    (k, n), (k0, n0) = late(done[since]), late(done[~since])
    assert f"{k} livraisons sur {n}" in text
    assert f"({k0} sur {number(n0, 'fr')}," in text
    assert "trimestre" in tell(world, "Quelle part des colis arrive en retard par trimestre ?")


def test_refunds_payments_accounts_and_buying_again(world, done):
    days = done.pivot_table(index="session", columns="kind", values="date", aggfunc="max")
    slow = (days["refund"] - days["return"]).dt.days.dropna() > 14
    text = tell(world, "What share of refunds takes more than 14 days?")
    assert f"{slow.sum()} of {len(slow)} refunds" in text
    failed = days.loc[days["checkout"].notna(), "payment_failed"].notna().sum()
    assert f"{failed} have their payment refused" in tell(world, "How many payments failed?")
    there = days.notna()
    stopped = (there["account"] & ~there["checkout"] & ~there["purchase"]).sum()
    text = tell(world, "Combien de sessions s'arrêtent à la création du compte ?")
    assert f"{stopped} s’arrêtent là" in text
    assert "180" in tell(world, "What share of customers buys again within 180 days?")


def test_leaving_after_it_or_without_a_word(world, done):
    text = tell(world, "Quelle part des clients livrés en retard est partie ensuite ?")
    assert text.startswith("Après « livraison en retard »")
    gone = set(done[done["kind"] == "churn"]["customer"])
    rows = world.sql("SELECT DISTINCT customer_key AS who FROM records WHERE voice = 'customer'")
    heard = {row["who"] for row in rows}
    silent = set(done["customer"].dropna()) - heard
    text = tell(world, "Do customers who never answered leave more than those who did?")
    assert f"{len(silent & gone)} customers of {len(silent):,}" in text
    text = tell(world, "Quelle part de nos clients est partie ?")
    assert f"{len(gone)} clients sur les" in text


@pytest.mark.parametrize(
    "question",
    [
        "Combien de clients se plaignent des livraisons en retard ?",
        "Pourquoi les livraisons sont-elles en retard ?",
        "How many payments failed because of the app?",
        "How many refunds took more than 30 days?",
        "What share of deliveries by Chronopost were late?",
        "Combien de clients rachètent dans les 90 jours ?",
        "How many customers left because of price?",
        "Do late deliveries annoy customers?",
        "What is the NPS of customers whose delivery was late?",
        "Combien de réponses avons-nous reçues ?",
        "Quelle part des clients mécontents est partie ?",
        "How many deliveries are there?",
    ],
)
def test_what_is_not_surely_of_deeds_is_left_alone(world, question):
    desk = asked(world, question)
    assert not deeds.compose(desk)
    assert desk.draft.claims == []


def test_too_few_are_told_so_and_without_events_there_is_no_answer(tmp_path: Path):
    store = Store(tmp_path / "store.duckdb")
    fill(store, [Answer(f"c{i}", 9, {"price": "-"}) for i in range(40)])
    assert not deeds.compose(asked(store, "Combien de colis ont été livrés en retard ?"))
    parcels = [Event("delivery", pd.Timestamp("2026-02-01").date(), f"c{i}") for i in range(40)]
    gone = [Event("late_delivery", pd.Timestamp("2026-02-01").date(), f"c{i}") for i in range(3)]
    fill(store, [Answer("c1", 9, {})], [*parcels, *gone])
    text = tell(store, "Combien de colis ont été livrés en retard ?")
    assert text.strip() == "Trop peu de cas pour une part (moins de dix sur 43)."


def test_hostile_names_are_names(tmp_path: Path):
    store = Store(tmp_path / "store.duckdb")
    fill(store, [Answer("c1", 9, {})], events())
    desk = asked(store, "Quelle part des colis arrive en retard par transporteur ?")
    assert computed(desk)
    assert len(desk.draft.claims) == 2


@pytest.mark.parametrize(
    "question",
    [
        "Do Belgian or French customers finish their checkout more often?",
        "Les paiements aboutissent-ils plus souvent chez les Belges ou chez les Français ?",
    ],
)
def test_two_values_are_parts_side_by_side(world: Store, done: pd.DataFrame, question: str) -> None:
    text = tell(world, question)
    checkouts = done[done["kind"] == "checkout"]
    bought = set(done.loc[done["kind"] == "purchase", "session"])
    for part in ("BE", "FR"):
        of = checkouts[checkouts["pays"] == part]
        share = of["session"].isin(bought).mean()
        assert re.search(rf"{part}\W+{100 * share:.0f}\s?%", text)


@pytest.mark.parametrize(
    "question", ["Which carrier is late more often?", "Quel transporteur livre le plus en retard ?"]
)
def test_which_of_the_parts_is_told_by_setting_all_out(world: Store, question: str) -> None:
    text = tell(world, question)
    assert text.index("Vélocis") < text.index("Postelia")


def test_who_leaves_most_is_told_by_part(world: Store, done: pd.DataFrame) -> None:
    text = tell(world, "Qui part le plus : les nouveaux clients ou les fidèles ?")
    assert [name in text for name in ("nouveau", "fidèle")] == [True, True]
