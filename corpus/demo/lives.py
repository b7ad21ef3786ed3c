"""What the customers of the demo company live through: visits, orders, mishaps, and leaving.

Every choice that a session or a month may need is drawn first, whether it is needed or not, so
that two worlds of one seed differ only by what was dropped from one of them.
"""

from datetime import date, timedelta
from random import Random

from corpus.demo.doings import Life
from corpus.demo.planted import Plan, months, period
from corpus.demo.sessions import visit


def live(identity: str, random: Random, plan: Plan, *, loud: bool = False) -> Life:
    """Draw one customer's life. The loud customer is French, loyal, and never leaves."""
    life = _person(identity, random, plan, loud)
    leaving = plan["leaves_a_month"][life.segment]
    if life.silent:
        leaving *= plan["causes"]["silent-leavers"]["hazard"]
    if life.thrifty:
        leaving *= plan["causes"]["false-friend"]["hazard"]
    anniversary = random.randrange(12)
    number = 0
    for month, (first, last) in enumerate(months()):
        draws = [random.random() for _ in range(4)]
        for day in _visits(random, life, plan, month, first, last):
            number += 1
            visit(life, f"{identity}-{number}", day, random, plan)
        if last < life.since:
            continue
        if life.segment != "nouveau" and month % 12 == anniversary:
            _renewal(life, first + timedelta(days=int(draws[0] * 27)), draws[1])
        # Who fades just stops coming, and closes nothing.
        stays = life.loud or life.fades_from is not None
        if not stays and draws[2] < leaving * _grievance(life, last, plan):
            _leave(life, first + timedelta(days=int(draws[3] * 27)))
            break
    if not life.events:
        # Whoever has an account came once at least.
        life.happens(f"{identity}-1", life.since + timedelta(days=anniversary), "visit")
    return life


def _person(identity: str, random: Random, plan: Plan, loud: bool) -> Life:
    about = plan["customers"]
    causes = plan["causes"]
    draws = [random.random() for _ in range(9)]
    country = "FR" if loud else _pick(about["countries"], draws[0])
    segment = "fidèle" if loud else _pick(about["segments"], draws[1])
    first, last = period()
    room = (last - first).days - 60
    silent = draws[4] < causes["silent-leavers"]["share"] and not loud
    fades = segment != "nouveau" and draws[6] < causes["fading"]["share"] and not loud
    return Life(
        id=identity,
        country=country,
        language="fr" if loud else _pick(about["languages"][country], draws[2]),
        segment=segment,
        ondine=draws[3] < about["ondine"][country],
        silent=silent,
        thrifty=draws[5] < causes["false-friend"]["share"] and not silent and not loud,
        fades_from=3 + int(draws[7] * 6) if fades else None,
        since=first + timedelta(days=int(draws[8] * room)) if segment == "nouveau" else first,
        loud=loud,
    )


def _visits(
    random: Random, life: Life, plan: Plan, month: int, first: date, last: date
) -> list[date]:
    """The days of a month on which the customer comes, in order."""
    rate = plan["visits_a_month"][life.segment]
    keep = 1.0
    if life.fades_from is not None and month >= life.fades_from:
        keep = plan["causes"]["fading"]["keeps"] ** (month - life.fades_from + 1)
        rate *= keep
    found = []
    # The month is cut in six: at most one visit in each, so that draws stay in step.
    days = (last - first).days + 1
    for part in range(6):
        comes, when = random.random(), random.random()
        day = first + timedelta(days=int((part + when) * days / 6))
        if comes < rate / 6 and day >= life.since:
            found.append(day)
    return found


def _grievance(life: Life, day: date, plan: Plan) -> float:
    """By how much what went wrong so far multiplies the risk of leaving."""
    weights = plan["causes"]["incidents"]
    factor = 1.0
    for incident in life.incidents:
        if not incident.recovered and incident.day <= day:
            factor *= weights["hazard_ending" if incident.ending else "hazard_middle"]
    return factor


def _renewal(life: Life, day: date, chance: float) -> None:
    if chance < 0.85 and life.fades_from is None:
        life.happens(f"{life.id}-club-{day.year}", day, "renewal")
        life.renewals.append(day)


def _leave(life: Life, day: date) -> None:
    """Close the account; nothing of the customer comes after it."""
    life.left = day
    life.events = [event for event in life.events if event.day <= day]
    life.orders = [order for order in life.orders if order.day <= day]
    life.incidents = [incident for incident in life.incidents if incident.day <= day]
    life.contacts = [contact for contact in life.contacts if contact.day <= day]
    life.renewals = [renewal for renewal in life.renewals if renewal <= day]
    life.happens(f"{life.id}-fin", day, "churn")


def _pick(shares: dict[str, float], chance: float) -> str:
    for name, share in shares.items():
        chance -= share
        if chance < 0:
            return name
    return name
