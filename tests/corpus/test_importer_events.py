"""Events in CSV, XLSX and JSON lines, through ``read``, ``claims`` and ``choose``."""

import io
import json
from contextlib import suppress
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import AncrageError, InputError
from corpus.files import RawFile
from corpus.importers import choose, events
from corpus.types import Event, Imported

FRENCH = """Date;Id client;Événement;Montant;Étape;Canal;Pays
13/01/2024;C1;Visite;;Recherche;web;France
13/01/2024;C1;Ajout panier;49,90;Achat;web;France
14/01/2024;C2;Achat;1 249,90 €;Achat;magasin;Belgique
15/01/2024;C2;Résiliation;;Fidélité;web;Belgique
15/01/2024;C3;Essayage virtuel;;;app;France
bientôt;C3;Visite;;;app;France
16/01/2024;C3;;;;app;France
"""

AGGREGATES = """date,stage,segment,kind,count
2024-01-01,research,new,visit,1200
2024-01-01,purchase,new,checkout,80
2024-01-01,purchase,new,purchase,
2024-01-02,purchase,old,purchase,many
"""


def load(content: str, name: str = "e.csv", /, **mapping: str) -> Imported:
    return events.read(RawFile(name, content.encode()), mapping)


def test_french_table() -> None:
    found = load(FRENCH)
    assert found.mapping == {
        "date": "Date",
        "kind": "Événement",
        "customer": "Id client",
        "amount": "Montant",
        "stage": "Étape",
        "channel": "Canal",
        "segment:Pays": "Pays",
    }
    assert [e.kind for e in found.events] == [
        "visit",
        "cart",
        "purchase",
        "churn",
        "essayage virtuel",
    ]
    assert found.events[2] == Event(
        "purchase", date(2024, 1, 14), "C2", None, 1249.9, "purchase", "magasin",
        {"Pays": "Belgique"},
    )  # fmt: skip
    assert [(q.row, q.reason) for q in found.quarantined] == [
        (7, "no date can be read from 'bientôt'"),
        (8, "no kind"),
    ]
    assert found.rows_read == 7


def test_aggregates() -> None:
    found = load(AGGREGATES)
    assert [(e.kind, e.count, e.stage, e.customer) for e in found.events] == [
        ("visit", 1200, "research", None),
        ("checkout", 80, "purchase", None),
    ]
    assert found.events[0].segments == {"segment": "new"}
    assert [(q.row, q.reason) for q in found.quarantined] == [
        (4, "neither count nor customer"),
        (5, "'many' is not a count"),
    ]


@pytest.mark.parametrize(
    ("word", "kind"),
    [("page_view", "visit"), ("AddToCart", "cart"), ("begin_checkout", "checkout"),
     ("Commande", "purchase"), ("order", "purchase"), ("Remboursement", "refund"),
     ("Appel SAV", "contact"), ("ticket", "contact"), ("Renouvellement", "renewal"),
     ("désabonnement", "churn"), ("recherche", "search"), ("Wishlist", "wishlist")],
)  # fmt: skip
def test_kinds(word: str, kind: str) -> None:
    assert load(f"event,date,session_id\n{word},2024-01-02,s1\n").events[0].kind == kind


@pytest.mark.parametrize(
    ("text", "amount"),
    [("12.5", 12.5), ("12,5", 12.5), ("1,234.50", 1234.5), ("1.234,50 €", 1234.5),
     ("$1,234", 1234), ("-3", -3), ("gratuit", None)],
)  # fmt: skip
def test_amounts(text: str, amount: float | None) -> None:
    found = load(f'kind;date;client;montant\nachat;2024-01-02;c;"{text}"\n', amount="montant")
    assert found.events[0].amount == amount


def test_json_lines_and_workbook() -> None:
    line = json.dumps(
        {"type": "order", "timestamp": "2024-01-02T10:00:00Z", "user_id": 7, "value": 3}
    )
    found = load(line + "\n" + line, "e.jsonl")
    assert found.events[0] == Event("purchase", date(2024, 1, 2), "7", amount=3.0)
    book = openpyxl.Workbook()
    for row in (["kind", "date", "customer"], ["visit", datetime(2024, 1, 2, 3), 7.0]):
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    file = RawFile("e.xlsx", data.getvalue())
    assert events.read(file, {}).events == (Event("visit", date(2024, 1, 2), "7"),)
    assert choose(file) == "events"


def test_map_corrects_the_guess() -> None:
    content = "quoi,date,qui\nachat,2024-01-02,C1\n"
    with pytest.raises(InputError, match=r"quoi, date, qui.*--map kind=COLUMN"):
        load(content)
    found = load(content, "e.csv", kind="quoi", customer="qui")
    assert found.events == (Event("purchase", date(2024, 1, 2), "C1"),)
    assert load(content, "e.csv", **found.mapping) == found
    with pytest.raises(InputError, match="no field 'text'"):
        load(content, "e.csv", text="quoi")


@pytest.mark.parametrize("content", ["kind,date\n", "kind,date", ""])
def test_nothing_to_load(content: str) -> None:
    with pytest.raises(InputError):
        load(content)


@pytest.mark.parametrize("content", [FRENCH, AGGREGATES])
def test_claims(content: str) -> None:
    file = RawFile("e.csv", content.encode())
    assert events.claims(file) >= 0.9
    assert choose(file) == "events"


@pytest.mark.parametrize(
    "content",
    [
        "date,client,type,avis\n2024-01-02,C1,achat,Le paiement a échoué deux fois\n",
        "date,client,nps\n2024-01-02,C1,9\n",
        "date,client,type,note\n2024-01-02,C1,fidèle,4\n",
        "Une phrase, puis une autre, avec une date\net la suite, sans rien d'autre\n",
    ],
)
def test_does_not_claim(content: str) -> None:
    assert events.claims(RawFile("e.csv", content.encode())) == 0


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=200).map(lambda data: b"kind,date,count\nvisit,2024-01-01," + data),
        st.text("0123456789-/.,: janv", max_size=60).map(
            lambda t: f"kind,date,amount\nv,{t}".encode()
        ),
    )
)
def test_no_bytes_crash(data: bytes) -> None:
    for act in (events.claims, lambda file: events.read(file, {})):
        with suppress(AncrageError):
            act(RawFile("e.csv", data))
