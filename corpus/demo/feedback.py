"""What customers of the demo company answer: scores alone, drawn from what they went through.

The answers with words are `writers.py`'s; the two together are twice as many as the customers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from corpus.demo.doings import Life, Order
from corpus.demo.planted import Plan, period, quarter
from corpus.demo.texts import Kind, Text

MEMORY = 120
"""Days for which an NPS remembers what went wrong or right."""

PREFIX: dict[Kind, str] = {
    "review": "AV", "nps": "NPS", "csat": "SAT", "popup": "SAT", "ticket": "AST", "chat": "AST",
    "exit": "DEP",
}  # fmt: skip


@dataclass(slots=True)
class Answer:
    """One row of a feedback file; ``text`` is None for a score alone, ``score`` for words alone.

    ``customer`` is empty where nobody knows who it was. ``order`` is the one that a CSAT is about.
    """

    kind: Kind
    customer: str
    day: date
    channel: str
    country: str
    segment: str
    score: int | None
    stage: str = ""
    team: str = ""
    text: Text | None = None
    order: Order | None = None
    id: str = ""


def scores_alone(lives: Sequence[Life], count: int, plan: Plan, random: Random) -> list[Answer]:
    """Draw ``count`` answers without words, in the proportions of the plan."""
    asked = [life for life in lives if not life.silent]
    numbers = {**plan["answers"], **plan["answers"]["nps"]}
    wanted, pools = [], []
    for name, pool in _pools(asked, plan, random).items():
        pools.append(pool)
        wanted.append(numbers[name])
    scale = count / sum(wanted)
    takes = [
        min(round(number * scale), len(pool)) for number, pool in zip(wanted, pools, strict=True)
    ]
    for index, pool in enumerate(pools):
        # Where one kind has too few to ask, the next ones give more; rounding likewise.
        takes[index] += max(min(count - sum(takes), len(pool) - takes[index]), -takes[index])
    return [answer for take, pool in zip(takes, pools, strict=True) for answer in pool[:take]]


def _pools(asked: Sequence[Life], plan: Plan, random: Random) -> dict[str, list[Answer]]:
    """All answers that could be asked for, in random order, by their number's name in the plan."""
    found = {
        "order": [a for life in asked for a in _of_orders(life, plan, random)],
        "review": [a for life in asked for a in _of_products(life, random)],
        "contact": [a for life in asked for a in _of_contacts(life, plan, random)],
        "popup": [_of_a_visitor(random) for _ in range(len(asked) // 3)],
        "renewal": [a for life in asked for a in _of_renewals(life, random)],
        "referral": [a for life in asked for a in _of_referrals(life, random)],
    }
    for pool in found.values():
        random.shuffle(pool)
    return {**found, **_promoters(asked, plan, random)}


def _answer(
    life: Life,
    kind: Kind,
    day: date,
    score: float,
    top: int,
    *,
    channel: str = "web",
    stage: str = "",
) -> Answer:
    low = 0 if kind == "nps" else 1
    return Answer(
        kind=kind,
        customer=life.id,
        day=day,
        channel=channel,
        country=life.country,
        segment=life.segment,
        score=max(low, min(top, round(score))),
        stage=stage,
    )


def _of_orders(life: Life, plan: Plan, random: Random) -> list[Answer]:
    """A CSAT some days after each order has ended, unless another was under way."""
    weights = plan["causes"]["incidents"]
    found = []
    for order in life.orders:
        noise, days = random.gauss(0, 0.85), random.randint(1, 3)
        day = order.ended + timedelta(days=days)
        others = (other for other in life.orders if other is not order)
        if day > life.until() or any(o.day <= day and o.ended >= order.ended for o in others):
            continue
        level = 4.5 + noise
        level += weights["csat_middle"] * order.middle + weights["csat_ending"] * order.ending
        stage = "purchase" if order.channel == "magasin" else "delivery"
        answer = _answer(life, "csat", day, level, 5, channel=order.channel, stage=stage)
        answer.order = order
        found.append(answer)
    return found


def _of_products(life: Life, random: Random) -> list[Answer]:
    found = []
    for order in life.orders:
        noise, days = random.gauss(0, 0.9), random.randint(4, 40)
        day = order.ended + timedelta(days=days)
        if day <= life.until():
            found.append(_answer(life, "review", day, 4.2 + noise, 5, channel=order.channel))
    return found


def _of_contacts(life: Life, plan: Plan, random: Random) -> list[Answer]:
    found = []
    for contact in life.contacts:
        level = 4.2 + random.gauss(0, 1.3)
        if contact.team == "Lille":
            level += plan["causes"]["support-team"]["effort"]
        kind: Kind = "chat" if contact.channel == "chat" else "ticket"
        answer = _answer(life, kind, contact.day, level, 7, channel=contact.channel)
        answer.stage, answer.team = "support", contact.team
        found.append(answer)
    return found


def _of_a_visitor(random: Random) -> Answer:
    """A visitor without an account says whether the site helped."""
    first, last = period()
    return Answer(
        kind="popup",
        customer="",
        day=first + timedelta(days=random.randrange((last - first).days + 1)),
        channel="web",
        country=random.choices(("FR", "BE"), (7, 3))[0],
        segment="",
        score=max(1, min(5, round(random.gauss(3.7, 1.1)))),
        stage=random.choices(("need", "research", "selection"), (2, 5, 3))[0],
    )


def _of_renewals(life: Life, random: Random) -> list[Answer]:
    drawn = [(day, random.gauss(4.1, 0.9)) for day in life.renewals]
    return [_answer(life, "csat", day, score, 5, stage="renewal") for day, score in drawn]


def _of_referrals(life: Life, random: Random) -> list[Answer]:
    """Loyal customers are asked once whether they told a friend of the shop, and how it went."""
    first, last = period()
    day = first + timedelta(days=random.randrange((last - first).days + 1))
    score = random.gauss(4.3, 0.8)
    if life.segment != "fidèle" or not life.since <= day <= life.until():
        return []
    return [_answer(life, "csat", day, score, 5, stage="recommendation")]


def _promoters(asked: Sequence[Life], plan: Plan, random: Random) -> dict[str, list[Answer]]:
    """For each quarter, the customers who can be asked in it, in the order in which they are."""
    by_quarter: dict[str, list[tuple[float, Answer]]] = {
        name: [] for name in plan["answers"]["nps"]
    }
    mix = plan["causes"]["survey-mix"]
    days = {name: _days(name) for name in by_quarter}
    for life in asked:
        for name, found in by_quarter.items():
            noise, when, chance = random.gauss(0, 1.9), random.random(), random.random()
            day = days[name][int(when * len(days[name]))]
            if not life.since <= day <= life.until():
                continue
            weight = mix["loyal"] if name == mix["quarter"] and life.segment == "fidèle" else 1
            # Weighted sampling without replacement (Efraimidis and Spirakis, 2006).
            key = chance ** (1 / weight)
            score = _likely(life, day, plan) + noise
            found.append((key, _answer(life, "nps", day, score, 10)))
    return {
        name: [answer for _, answer in sorted(found, key=lambda each: -each[0])]
        for name, found in by_quarter.items()
    }


def _days(name: str) -> list[date]:
    """The days of a quarter that the world has."""
    first, last = period()
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in every if quarter(day) == name]


def _likely(life: Life, day: date, plan: Plan) -> float:
    """How likely a customer is to recommend the company on that day, before chance."""
    causes = plan["causes"]
    level: float = plan["nps_level"][life.segment] - 0.4 * life.thrifty
    start = day - timedelta(days=MEMORY)
    for incident in life.incidents:
        if start <= incident.day <= day and not incident.recovered:
            level += causes["incidents"]["nps_ending" if incident.ending else "nps_middle"]
    if any(start <= c.day <= day and c.team == "Lille" for c in life.contacts):
        level += causes["support-team"]["nps"]
    if any(order.announced and start <= order.day <= day for order in life.orders):
        level += causes["delivery-partner"]["nps"]
    return level
