"""One visit to the demo company, as far as it goes, and what comes of an order."""

from collections.abc import Mapping
from datetime import date, timedelta
from math import exp
from random import Random
from statistics import NormalDist

from corpus.demo.doings import ONDINE, SLOW, Contact, Event, Incident, Life, Order
from corpus.demo.planted import Plan, period

Choices = Mapping[str, float]
"""A number from 0 to 1 for each choice that a session may need."""

_AMOUNT = NormalDist(3.95, 0.75)


def visit(life: Life, session: str, day: date, random: Random, plan: Plan) -> None:
    """Draw a visit to a shop or to the site: its events, incidents, order and contact."""
    u = {name: random.random() for name in _CHOICES}
    amount = round(min(6 + exp(_AMOUNT.inv_cdf(0.0005 + 0.999 * u["amount"])), 1400), 2)
    if u["channel"] < 0.14:
        _shop(life, session, day, amount, u)
    else:
        _online(life, session, day, amount, u, plan)
    _ask_for_help(life, session, u, plan)


_CHOICES = (
    "channel", "search", "cart", "amount", "account", "checkout", "bank", "completes", "stock",
    "carrier", "late", "lateness", "return", "returned", "slow", "refund", "contact", "asked",
    "team", "phone",
)  # fmt: skip


def _shop(life: Life, session: str, day: date, amount: float, u: Choices) -> None:
    life.happens(session, day, "visit", channel="magasin")
    if u["completes"] < 0.6:
        life.happens(session, day, "purchase", amount, channel="magasin")
        life.orders.append(Order(session, day, day, "magasin"))


def _online(life: Life, session: str, day: date, amount: float, u: Choices, plan: Plan) -> None:
    causes = plan["causes"]
    life.happens(session, day, "visit")
    if u["search"] < 0.55:
        life.happens(session, day, "search")
    if u["cart"] >= 0.72:
        return
    life.happens(session, day, "cart")
    if life.segment == "nouveau" and not life.orders:
        life.happens(session, day, "account")
        if u["account"] < causes["account"]["stops"]:
            life.incidents.append(Incident("account", day, session, ending=True))
            return
    elif u["checkout"] >= 0.85:
        return
    fees = amount < 60
    about = {"frais": "payants" if fees else "offerts"}
    about["banque"] = ONDINE if life.ondine else "autre"
    life.happens(session, day, "checkout", about=about)
    refused = causes["authentication"]
    if life.ondine and day >= refused["since"] and u["bank"] < refused["failure"]:
        life.happens(session, day, "payment_failed", about=about)
        life.incidents.append(Incident("authentication", day, session, ending=True))
        return
    completes = plan["completes"][life.segment]
    if fees:
        completes += causes["checkout-fees"]["completion"]
    if u["completes"] >= completes:
        if fees and causes["checkout-fees"]["completion"]:
            life.incidents.append(Incident("checkout-fees", day, session, ending=True))
        return
    paid = amount + (causes["checkout-fees"]["amount"] if fees else 0)
    life.happens(session, day, "purchase", round(paid, 2), about=about)
    order = Order(session, day, day, "web")
    life.orders.append(order)
    _deliver(life, order, amount, u, plan)


def _deliver(life: Life, order: Order, amount: float, u: Choices, plan: Plan) -> None:
    """The parcel, and what comes back; the last of it is the ending."""
    causes = plan["causes"]
    last = period()[1]
    if u["stock"] < 0.12:
        life.happens(order.session, order.day, "out_of_stock")
        order.middle = True
        life.incidents.append(Incident("stock", order.day, order.session, ending=False))
    partner = causes["delivery-partner"]
    carrier = "Vélocis" if u["carrier"] < partner["share"] else "Postelia"
    often = 0.05
    if carrier == "Vélocis":
        often = partner["after" if order.day >= partner["since"] else "before"]
    late = u["late"] < often
    day = order.day + timedelta(
        days=8 + int(u["lateness"] * 9) if late else 2 + int(u["lateness"] * 3)
    )
    if day > last:
        order.ended = last
        return
    kind = "late_delivery" if late else "delivery"
    life.happens(order.session, day, kind, about={"transporteur": carrier})
    order.ended = day
    order.announced = carrier == "Vélocis" and order.day >= partner["since"]
    returned = day + timedelta(days=3 + int(u["returned"] * 12))
    slow = causes["refund-delay"]["slow"]
    if returned >= causes["returns-portal"]["since"] and slow:
        slow += causes["returns-portal"]["slow"]
    wait = 21 + int(u["refund"] * 22) if u["slow"] < slow else 3 + int(u["refund"] * 7)
    refunded = returned + timedelta(days=wait)
    # Nothing comes back whose refund could fall out of the period: quick ones would be too many.
    comes_back = (
        u["return"] < plan["returns"][life.segment] and returned + timedelta(days=42) <= last
    )
    if late:
        life.incidents.append(Incident("delivery-delay", day, order.session, ending=not comes_back))
        order.middle, order.ending = order.middle or comes_back, not comes_back
    if comes_back:
        life.happens(order.session, returned, "return", -amount)
        life.happens(order.session, refunded, "refund", amount)
        order.ended = refunded
        if wait > SLOW:
            order.ending = True
            incident = Incident("refund-delay", refunded, order.session, ending=True)
            incident.noticed = returned + timedelta(days=SLOW)
            life.incidents.append(incident)


def _ask_for_help(life: Life, session: str, u: Choices, plan: Plan) -> None:
    """A call or a chat after a session, more often where something went wrong in it."""
    mishaps = [incident for incident in life.incidents if incident.session == session]
    if u["contact"] >= (0.38 if mishaps else 0.07):
        return
    event = life.events[-1]
    day = (mishaps[-1].day if mishaps else event.day) + timedelta(days=int(u["asked"] * 4))
    if day > period()[1]:
        return
    team = "Lille" if u["team"] < 0.5 else "Charleroi"
    channel = "téléphone" if u["phone"] < 0.6 else "chat"
    life.happens(session, day, "contact", channel=channel, about={"equipe": team})
    life.contacts.append(Contact(day, channel, team))
    if team == "Lille" and plan["causes"]["support-team"]["recovers"]:
        for incident in mishaps:
            incident.recovered = True


def stranger(identity: str, random: Random) -> list[Event]:
    """A visit without an account: many look, some fill a basket, none gets past the account."""
    first, last = period()
    day = first + timedelta(days=random.randrange((last - first).days + 1))
    kinds = ["visit"] + ["search"] * (random.random() < 0.5)
    for kind, share in (("cart", 0.5), ("account", 0.7)):
        if random.random() >= share:
            break
        kinds.append(kind)
    return [Event("", identity, day, kind) for kind in kinds]
