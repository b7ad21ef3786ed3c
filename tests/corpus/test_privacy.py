"""What identifies a person never reaches the store."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.privacy import customer_key, redact, secret

EMAILS = """
jean.dupont@exemple.fr  JEAN+avis@ex-emple.co.uk  é.à@mél.fr  o'neil@example.com  a_b@c.d.be
""".split()

PHONES = """\
06 12 34 56 78
0612345678
06.12.34.56.78
06-12-34-56-78
06/12/34/56/78
06–12–34–56–78
06‑12‑34‑56‑78
06\u00a012\u00a034\u00a056\u00a078
06\u202f12\u202f34\u202f56\u202f78
0 612 345 678
6 12 34 56 78
33612345678
+33 6 12 34 56 78
+33612345678
+33 (0)6 12 34 56 78
+33.6.12.34.56.78
(+33) 6 12 34 56 78
0033 6 12 34 56 78
01 42 68 53 00
06 39 98 12 34
0 800 12 34 56
0470 12 34 56
0470/12.34.56
0470/12 34 56
+32 470 12 34 56
0032 470 12 34 56
02 511 12 34
02/511.12.34
+32 2 511 12 34
020 7946 0958
(020) 7946 0958
020-7946-0958
+44 20 7946 0958
07400 123456
07911 123456
+44 (0)7400 123456
+447911123456
0161 496 0000
(212) 555-0123
""".splitlines()

CARDS = """\
4111 1111 1111 1111
4111-1111-1111-1111
4111\u00a01111\u00a01111\u00a01111
4111111111111111
5555 5555 5555 4444
3782 822463 10005
3056 930902 5904
""".splitlines()

OTHERS = """\
1 234,56 €
12 345 678 €
12\u202f345\u202f678 €
250.000.000 habitants
£12,345.67
de 300 000 à 400 000, ou 300 000 - 400 000
45 000 / 50 000
12 045 678 901 €
12/03/2026
2026-03-12
2026-03-12T14:30:00
12.03.2026
12 03 2026 14 30
20260312
du 01/02/2024 au 03/02/2024
01.02.2024-03.02.2024
08 12 2024 - 10 12 2024
2019-2020
2018/2019/2020
2015 - 2016 - 2017
2019 2020 2021
75011 Paris, 59000 Lille
75011 59000
SW1A 1AA
commande 4500123456
commande n° 12345678
facture 2026-000123456
CMD-20260312-0001
order #1029384756
colis 6A12345678901
SIREN 732 829 320
SIRET 732 829 320 00074
ISBN 978-2-07-036822-8
version 10.0.19045.3803
4/5 3/5 2/5 5/5
05/10 06/10 07/10 08/10
08.00-12.00 14.00-18.00
3.1415926535
0.123456789
4111 1111 1111 1112
""".splitlines()


@pytest.mark.parametrize("email", EMAILS)
def test_emails(email: str) -> None:
    assert redact(f"Écrivez à {email}, merci.") == "Écrivez à [email], merci."


@pytest.mark.parametrize("phone", PHONES)
def test_phone_numbers(phone: str) -> None:
    assert redact(phone).strip("()") == "[phone]"
    assert redact(f"Le {phone}. Merci") in ("Le [phone]. Merci", "Le ([phone]. Merci")


@pytest.mark.parametrize("card", CARDS)
def test_card_numbers(card: str) -> None:
    assert redact(f"ma carte {card} est refusée") == "ma carte [card] est refusée"


@pytest.mark.parametrize("text", OTHERS)
def test_other_numbers_stay(text: str) -> None:
    assert redact(text) == text
    assert redact(f"Vu : {text}. Voilà") == f"Vu : {text}. Voilà"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("06 12 34 56 78 / 01 42 68 53 00", "[phone] / [phone]"),
        ("0612345678 0687654321", "[phone] [phone]"),
        ("le 12/03/2026 0612345678", "le 12/03/2026 [phone]"),
        ("0612345678 2026-03-12", "[phone] 2026-03-12"),
        ("75011 01 42 68 53 00", "75011 [phone]"),
        ("4111 1111 1111 1111 12/27", "[card] 12/27"),
        ("4111111111111111 0612345678", "[card] [phone]"),
        ("0612345678,jean@exemple.fr", "[phone],[email]"),
    ],
)
def test_neighbours_are_told_apart(text: str, redacted: str) -> None:
    assert redact(text) == redacted


def test_the_word_before_tells_a_number_without_prefix() -> None:
    assert redact("dossier 612345678") == "dossier 612345678"
    assert redact("tél : 612345678") == "tél : [phone]"
    assert redact("my phone is 212 555 0123") == "my phone is [phone]"


MESSY = st.lists(
    st.one_of(
        st.sampled_from([*EMAILS, *PHONES, *CARDS, *OTHERS, "tél ", "phone: ", "[phone]"]),
        st.text("0123456789+() .-/@,[]a", max_size=12),
    ),
    max_size=8,
).map("".join)


@given(MESSY)
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@given(st.text(st.characters(exclude_categories=("Nd", "Cs"), exclude_characters="@")))
def test_text_without_digits_or_at_signs_is_untouched(text: str) -> None:
    assert redact(text) == text


@given(st.integers(0, 9_999_999))
def test_numbers_of_seven_digits_or_fewer_are_untouched(number: int) -> None:
    assert redact(f"{number} clients") == f"{number} clients"


@given(st.dates(), st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"]))
def test_dates_are_untouched(date, form: str) -> None:
    text = f"{date:%d}/{date:%m}/2024 puis {date.replace(year=2000).strftime(form)} à 10:30"
    assert redact(text) == text


# Customers -----------------------------------------------------------------------------------


def test_a_customer_has_one_key_whatever_the_case_and_space() -> None:
    assert customer_key("Jean@Exemple.fr ", b"k") == customer_key("jean@exemple.fr", b"k")
    assert customer_key("C1", b"k") != customer_key("C2", b"k")


def test_another_secret_gives_another_key() -> None:
    assert customer_key("C1", b"k") != customer_key("C1", b"other")


def test_the_secret_is_made_once_and_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    made = secret(path)
    assert len(made) == 32
    assert secret(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def customers(store) -> dict[str, str]:
    """Each text with its customer's key."""
    rows = store.sql("SELECT text, customer_key FROM records WHERE customer_key IS NOT NULL")
    return {row["text"]: row["customer_key"] for row in rows}


def test_a_customer_joins_across_sources(store, load, avis, reviews) -> None:
    load(avis)
    load(reviews, "reviews.csv")
    load("date,kind,customer\n2026-01-09,purchase,C1\n2026-01-09,purchase,C6\n", "events.csv")
    known = customers(store)
    colis = known["Le colis est arrivé cassé et personne ne répond."]
    assert known["The parcel came broken, and nobody answers."] == colis
    assert known["Le remboursement a été fait en trois jours."] == colis
    buyers = {row["customer_key"] for row in store.sql("SELECT customer_key FROM events")}
    assert colis in buyers
    assert len(buyers) == 2


def test_another_data_directory_has_other_keys(store, load, avis) -> None:
    load(avis)
    before = customers(store)
    store.remove(store.sources()[0].id)
    load(avis, key=b"another secret")
    assert before.keys() == customers(store).keys()
    assert not set(before.values()) & set(customers(store).values())


PERSONAL = """\
id;date;client;canal;pays;note;titre;avis
jean.dupont@exemple.fr;2026-01-10;Jean.Dupont@exemple.fr;web;France;1;De jean.dupont@exemple.fr;\
Rappelez-moi au 06 12 34 56 78 ou au +32 470 12 34 56.
marie.curie@exemple.fr;2026-01-11;CLIENT-7788;appel 0687654321;France;2;Carte;\
Ma carte 4111 1111 1111 1111 est refusée depuis hier.
"""
RAW = "dupont curie client-7788 0612345678 0687654321 0470123456 470123456 41111111".split()


def everything(store) -> str:
    """All that is in the tables of a store, in lower case and without spaces."""
    tables = [row["name"] for row in store.sql("SELECT name FROM (SHOW TABLES)")]
    assert {"records", "passages", "events", "quarantine", "sources"} <= set(tables)
    rows = [str(store.sql(f"SELECT * FROM {table}")) for table in tables]
    return "".join("".join(rows).lower().split())


def test_nothing_personal_is_in_any_table(store, load) -> None:
    load(PERSONAL)
    load(
        "date,kind,customer,session,city\n2026-01-09,purchase,CLIENT-7788,0687654321,Lyon\n",
        "events.csv",
    )
    load("map;stage;lane;text;owner\nA;Achat;pain;Joindre le 0612345678;dupont@x.fr\n", "map.csv")
    load(
        "# Rapport de jean.dupont@exemple.fr\n\nAppelez le 06 12 34 56 78 pour en savoir plus. "
        "Les clients partent dès la première mauvaise expérience, dit l'étude.\n",
        "note.md",
    )
    held = everything(store)
    assert [raw for raw in RAW if raw in held] == []
    assert "[phone]" in held


def test_nothing_personal_is_in_the_file_itself(store, load, tmp_path: Path) -> None:
    load(PERSONAL)
    store.close()
    data = b"".join(p.read_bytes() for p in tmp_path.iterdir() if p.name.startswith("store"))
    assert b"Rappelez-moi au [phone]" in data
    assert [raw for raw in ("upont@exemple", "06 12 34", "4111 1111") if raw.encode() in data] == []


def test_a_quarantine_reason_names_nobody(store, load) -> None:
    load("id;note;avis\n1;2;Très bien, merci beaucoup\njean@exemple.fr;3;4;5\n")
    (row,) = store.sql("SELECT reason FROM quarantine")
    assert "jean" not in row["reason"]
