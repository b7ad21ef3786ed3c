"""Make the behaviour of Foulée's customers and lay the demo company out in a directory.

Foulée is fictional. What its people say was written by hand and lies beside this module; what
they did is drawn here, from a seed, so that both can be joined by customer id. Two effects are
put in on purpose: the checkout loses many sessions, and customers who complained of late fees
leave more often than the others. A card of Banque Ondine (fictional) seldom passes online from
March 2026 on.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

START, END = date(2025, 5, 1), date(2026, 10, 31)
BANK_FAILS_FROM = date(2026, 3, 3)

FEEDBACK = ("avis.csv", "nps.jsonl")
INTERNAL = ("direction.csv",)
RESEARCH = (
    "notes/baymard-paniers-abandonnes.md",
    "notes/oracle-2012-payer-plus.md",
    "notes/pwc-2018-price-premium.md",
    "notes/service-recovery.md",
)
JOURNEY = ("parcours.yaml",)
EVENTS = "evenements.csv"

FIELDS = ("customer", "session", "date", "kind", "amount", "stage", "channel", "segment")

CUSTOMERS = tuple(f"C{number:04d}" for number in range(1, 501))
ANONYMOUS_SESSIONS = 340


def _ids(*numbers: int) -> frozenset[str]:
    return frozenset(f"C{number:04d}" for number in numbers)


# Who wrote that fees came late, and who of them paid all the same.
FEES_AND_LEFT = _ids(
    *(12, 44, 58, 67, 73, 88, 91, 103, 118, 126),
    *(139, 150, 174, 188, 197, 201, 227, 230, 233, 281),
)
FEES_BUT_PAID = _ids(31, 54, 85, 155, 162, 219, 236)
FEES = FEES_AND_LEFT | FEES_BUT_PAID

BANQUE_ONDINE = _ids(108, 115, 258, 261, 266, 272, 279, 284, 290, 294, 297)
SAID_THEY_LEFT = _ids(230, 290, 468)

STAGES = {
    "visit": "research",
    "search": "research",
    "cart": "selection",
    "checkout": "purchase",
    "purchase": "purchase",
    "return": "support",
    "contact": "support",
    "renewal": "renewal",
    "churn": "renewal",
}
SESSIONS = {"nouveau": (1, 2), "régulier": (1, 4), "fidèle": (2, 5)}
CHURN = {"nouveau": 0.13, "régulier": 0.10, "fidèle": 0.06}
RETURNS = {"nouveau": 0.10, "régulier": 0.12, "fidèle": 0.22}


@dataclass(frozen=True)
class Voice:
    """What the feedback files say of a customer: the segment, the first and the last date."""

    segment: str
    first: date
    last: date


def voices() -> dict[str, Voice]:
    """Read the customers of `avis.csv` and `nps.jsonl`."""
    said: dict[str, list[tuple[date, str]]] = {}
    for row in csv.DictReader(io.StringIO(_text("avis.csv")), delimiter=";"):
        day = datetime.strptime(row["date_avis"], "%d/%m/%Y").date()
        said.setdefault(row["id_client"], []).append((day, row["segment"]))
    for line in _text("nps.jsonl").splitlines():
        answer = json.loads(line)
        said.setdefault(answer["customer_id"], []).append(
            (date.fromisoformat(answer["date"]), answer["segment"])
        )
    said.pop("", None)
    return {
        customer: Voice(rows[0][1], min(day for day, _ in rows), max(day for day, _ in rows))
        for customer, rows in said.items()
    }


def events(seed: int = 2026) -> list[dict[str, Any]]:
    """Draw some 4,000 events of 500 customers and of anonymous sessions, in order of date.

    `amount` is in euros: positive for a purchase, negative for a return, None for the rest. A churn
    is an account closed by its owner; nothing of that customer follows it. An anonymous session
    never ends in a purchase, because the shop asks for an account first.
    """
    random = Random(seed)  # noqa: S311 (a demo, not a secret)
    known = voices()
    drawn: list[dict[str, Any]] = []
    for customer in CUSTOMERS:
        drawn += _customer(random, customer, known.get(customer))
    for number in range(1, ANONYMOUS_SESSIONS + 1):
        drawn += _anonymous(random, f"A{number:04d}")
    return sorted(drawn, key=lambda event: event["date"])


def write(directory: Path) -> list[Path]:
    """Lay the demo company out in `directory`: its paths, in the order in which to load them.

    Feedback comes first, then what the company believes, research, the journey map and the events.
    """
    paths: list[Path] = []
    for name in (*FEEDBACK, *INTERNAL, *RESEARCH, *JOURNEY):
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files(__package__).joinpath(name).read_bytes())
        paths.append(path)
    path = directory / EVENTS
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(events())
    return [*paths, path]


def _customer(random: Random, customer: str, voice: Voice | None) -> list[dict[str, Any]]:
    """One customer's life: sessions, the day of the complaint, a renewal, the end if any."""
    segment = voice.segment if voice else random.choices(tuple(SESSIONS), (40, 35, 25))[0]
    closed = _closing_day(random, customer, segment, voice)
    sessions = (f"{customer}-{number}" for number in range(1, 100))
    done: list[dict[str, Any]] = []
    for _ in range(random.randint(*SESSIONS[segment])):
        done += _session(random, customer, next(sessions), _day(random, START, END), segment)
    if voice and customer in FEES:
        done += _complaint(random, customer, next(sessions), voice.first, segment)
    if segment == "fidèle" and random.random() < 0.8:
        day = _day(random, START, END)
        done.append(_event(customer, next(sessions), day, "renewal", None, "web", segment))
    if closed:
        done = [event for event in done if event["date"] <= closed.isoformat()]
        done.append(_event(customer, next(sessions), closed, "churn", None, "web", segment))
    return done


def _closing_day(random: Random, customer: str, segment: str, voice: Voice | None) -> date | None:
    """The day the account is closed, after the customer's last word, if it is closed."""
    chance = CHURN[segment]
    if customer in FEES:
        chance = 0.5
    elif customer in BANQUE_ONDINE:
        chance = 0.3
    if customer in SAID_THEY_LEFT:
        chance = 1.0
    earliest = voice.last if voice else START + timedelta(days=60)
    if random.random() >= chance or earliest >= END:
        return None
    return _day(random, earliest + timedelta(days=1), min(END, earliest + timedelta(days=240)))


def _session(
    random: Random, customer: str, session: str, day: date, segment: str
) -> Iterator[dict[str, Any]]:
    """One visit, online or in a shop, as far as it goes, and what follows a purchase."""
    channel = random.choices(("web", "magasin"), (85, 15))[0]
    bought = False
    if channel == "magasin":
        bought = random.random() < 0.6
        yield _event(customer, session, day, "visit", None, channel, segment)
    else:
        blocked = customer in BANQUE_ONDINE and day >= BANK_FAILS_FROM and random.random() < 0.9
        for kind in _way(random, {"nouveau": 0.42, "régulier": 0.55, "fidèle": 0.64}[segment]):
            if kind == "purchase":
                bought = not blocked
            else:
                yield _event(customer, session, day, kind, None, channel, segment)
    if bought:
        amount = _amount(random)
        yield _event(customer, session, day, "purchase", amount, channel, segment)
        later = day + timedelta(days=random.randint(4, 25))
        if random.random() < RETURNS[segment] and later <= END:
            yield _event(customer, session, later, "return", -amount, channel, segment)
    later = day + timedelta(days=random.randint(0, 20))
    if random.random() < 0.09 and later <= END:
        by = random.choices(("téléphone", "chat"), (60, 40))[0]
        yield _event(customer, session, later, "contact", None, by, segment)


def _complaint(
    random: Random, customer: str, session: str, day: date, segment: str
) -> Iterator[dict[str, Any]]:
    """The session about which a customer wrote: it reached the checkout and there saw the fees."""
    for kind in ("visit", "cart", "checkout"):
        yield _event(customer, session, day, kind, None, "web", segment)
    if customer in FEES_BUT_PAID:
        yield _event(customer, session, day, "purchase", _amount(random), "web", segment)


def _anonymous(random: Random, session: str) -> Iterator[dict[str, Any]]:
    """A session without an account: many look, some fill a cart, none can pay."""
    day = _day(random, START, END)
    for kind in _way(random, 0.0):
        yield _event("", session, day, kind, None, "web", "")


def _way(random: Random, pays: float) -> Iterator[str]:
    """How far an online session goes; `pays` is the share of checkouts that end in a purchase."""
    yield "visit"
    if random.random() < 0.55:
        yield "search"
    for kind, share in (("cart", 0.60), ("checkout", 0.66), ("purchase", pays)):
        if random.random() >= share:
            return
        yield kind


def _event(
    customer: str,
    session: str,
    day: date,
    kind: str,
    amount: float | None,
    channel: str,
    segment: str,
) -> dict[str, Any]:
    values = (customer, session, day.isoformat(), kind, amount, STAGES[kind], channel, segment)
    return dict(zip(FIELDS, values, strict=True))


def _amount(random: Random) -> float:
    """The price of an order: mostly some tens of euros, now and then a bicycle."""
    return round(min(12 + random.lognormvariate(3.7, 0.8), 1200), 2)


def _day(random: Random, first: date, last: date) -> date:
    return first + timedelta(days=random.randint(0, (last - first).days))


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8-sig")
