"""The figures of a world of the demo company, counted from the rows that it is written as.

Nothing is read from what only the generator knows: an analysis of the files, with the labels of
the texts, can find each of them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean, median

from corpus.demo.doings import ONDINE, SLOW, Event
from corpus.demo.feedback import PREFIX, Answer
from corpus.demo.generate import CUSTOMERS, FEEDBACK, SEED, villages
from corpus.demo.planted import plan, quarter

LANDMARK = date(2026, 5, 1)
"""Incidents before this day, leaving from it on: so that nobody's leaving hides the incidents."""

PLANTED_THEMES = (
    "checkout-fees", "authentication", "account", "refund-delay", "delivery-delay", "price",
)  # fmt: skip

DELIVERED = ("delivery", "late_delivery")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: a share of ``numerator`` in ``denominator``, a mean of ``n``, or a count."""

    name: str
    value: float
    numerator: int | None = None
    denominator: int | None = None
    n: int | None = None

    def counts(self) -> dict[str, int]:
        """What the value was made from."""
        given = (("numerator", self.numerator), ("denominator", self.denominator), ("n", self.n))
        return {name: value for name, value in given if value is not None}


@dataclass(frozen=True, slots=True)
class World:
    """The rows of one world, events grouped as the analyses need them."""

    answers: Sequence[Answer]
    events: Sequence[Event]
    by_session: dict[str, list[Event]]
    by_customer: dict[str, list[Event]]


def measure(
    customers: int = CUSTOMERS, seed: int = SEED, without: Collection[str] = ()
) -> list[Row]:
    """All figures of a world, in a fixed order.

    Raises InputError where ``without`` names a cause that is not planted.
    """
    world = _world(customers, seed, without)
    return [row for part in _PARTS for row in part(world)]


def _world(customers: int, seed: int, without: Collection[str]) -> World:
    answers: list[Answer] = []
    events: list[Event] = []
    for village in villages(customers, seed, without):
        answers += village.answers
        events += [event for event, _ in village.events()]
    by_session: dict[str, list[Event]] = defaultdict(list)
    by_customer: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_session[event.session].append(event)
        if event.customer:
            by_customer[event.customer].append(event)
    return World(answers, events, by_session, by_customer)


def _share(name: str, numerator: int, denominator: int) -> Row:
    return Row(name, numerator / denominator, numerator, denominator)


def _count(name: str, value: int) -> Row:
    return Row(name, value)


# What there is ---------------------------------------------------------------------------------


def _counts(world: World) -> Iterator[Row]:
    said = [answer for answer in world.answers if answer.text]
    named = {answer.customer for answer in world.answers if answer.customer}
    yield _count("records", len(world.answers))
    yield _count("records.with_text", len(said))
    yield _count("customers", len(named | world.by_customer.keys()))
    yield _count("customers.who_answered", len(named))
    yield _count("customers.who_wrote", len({a.customer for a in said if a.customer}))
    yield _count("events", len(world.events))
    for prefix, (file, _) in FEEDBACK.items():
        yield _count(f"records.{file}", sum(PREFIX[a.kind] == prefix for a in world.answers))
    yield from _counted("records.channel", (a.channel for a in world.answers))
    yield from _counted("records.segment", (a.segment for a in world.answers))
    yield from _counted("records.stage", (a.stage for a in world.answers))
    yield from _counted("texts.language", (a.text.language for a in said if a.text))
    yield from _counted("events.kind", (event.kind for event in world.events))


def _counted(name: str, values: Iterable[str]) -> Iterator[Row]:
    for value, count in sorted(Counter(values).items()):
        if value:
            yield _count(f"{name}.{value}", count)


# Scores ----------------------------------------------------------------------------------------


def _nps(name: str, scores: Sequence[int]) -> Row:
    net = sum(score >= 9 for score in scores) - sum(score <= 6 for score in scores)
    return Row(name, 100 * net / len(scores), net, len(scores))


def _scores(world: World) -> Iterator[Row]:
    by_quarter: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for answer in world.answers:
        if answer.kind == "nps" and answer.score is not None:
            by_quarter[quarter(answer.day)][answer.segment].append(answer.score)
    for name, segments in sorted(by_quarter.items()):
        yield _nps(f"nps.{name}", [score for scores in segments.values() for score in scores])
        for segment, scores in sorted(segments.items()):
            yield _nps(f"nps.{name}.{segment}", scores)
    yield from _kitagawa(by_quarter["2026-Q2"], by_quarter["2026-Q3"])
    by_team: dict[str, list[int]] = defaultdict(list)
    for answer in world.answers:
        if answer.team and answer.score is not None:
            by_team[answer.team].append(answer.score)
    for team, scores in sorted(by_team.items()):
        yield Row(f"ces.{team}", fmean(scores), n=len(scores))
    by_order: dict[str, list[int]] = defaultdict(list)
    for answer in world.answers:
        if answer.order and answer.score is not None:
            how = ["middle"] * answer.order.middle + ["ending"] * answer.order.ending
            by_order["+".join(how) or "fine"].append(answer.score)
    for ways, scores in sorted(by_order.items()):
        yield Row(f"csat.order.{ways}", fmean(scores), n=len(scores))


def _kitagawa(before: dict[str, list[int]], after: dict[str, list[int]]) -> Iterator[Row]:
    """The change of the NPS from the second to the third quarter of 2026, by segment.

    Kitagawa (1955), at the midpoint: mix is each segment's change of weight times its mean level,
    rate its change of level times its mean weight; the two add up to the change.
    """
    totals = [sum(map(len, side.values())) for side in (before, after)]
    mix = rate = 0.0
    for segment in before:
        weights = [
            len(side[segment]) / total for side, total in zip((before, after), totals, strict=True)
        ]
        levels = [_nps("", side[segment]).value for side in (before, after)]
        mix += (weights[1] - weights[0]) * (levels[0] + levels[1]) / 2
        rate += (levels[1] - levels[0]) * (weights[0] + weights[1]) / 2
    yield Row("nps.change", mix + rate)
    yield Row("nps.change.mix", mix)
    yield Row("nps.change.rate", rate)


# What people did -------------------------------------------------------------------------------


def _funnel(world: World) -> Iterator[Row]:
    steps: Counter[str] = Counter()
    completed: dict[str, list[bool]] = defaultdict(list)
    stopped = []
    since = plan()["causes"]["authentication"]["since"]
    for events in world.by_session.values():
        kinds = {event.kind: event for event in events if event.channel == "web"}
        if "visit" not in kinds:
            continue
        steps.update(kinds.keys() & {"visit", "search", "cart", "account", "checkout", "purchase"})
        if "account" in kinds and kinds["account"].customer:
            stopped.append("checkout" not in kinds)
        if "checkout" in kinds:
            checkout = kinds["checkout"]
            paid = "purchase" in kinds
            fees = {"payants": "late", "offerts": "none"}[checkout.about["frais"]]
            completed[f"fees.{fees}"].append(paid)
            bank = "ondine" if checkout.about["banque"] == ONDINE else "others"
            when = "after" if checkout.day >= since else "before"
            completed[f"bank.{bank}.{when}"].append(paid)
    for step in ("visit", "search", "cart", "account", "checkout", "purchase"):
        yield _count(f"funnel.{step}", steps[step])
    for name, outcomes in sorted(completed.items()):
        yield _share(f"completion.{name}", sum(outcomes), len(outcomes))
    yield _share("account.stops", sum(stopped), len(stopped))


def _deliveries(world: World) -> Iterator[Row]:
    since = plan()["causes"]["delivery-partner"]["since"]
    portal = plan()["causes"]["returns-portal"]["since"]
    late: dict[str, list[bool]] = defaultdict(list)
    waits: dict[str, list[int]] = defaultdict(list)
    for events in world.by_session.values():
        days = {event.kind: event.day for event in events}
        for event in events:
            if event.kind in DELIVERED and "purchase" in days:
                when = "after" if days["purchase"] >= since else "before"
                late[f"{event.about['transporteur']}.{when}"].append(event.kind == "late_delivery")
        if "refund" in days:
            when = "after" if days["return"] >= portal else "before"
            waits[when].append((days["refund"] - days["return"]).days)
    for name, outcomes in sorted(late.items()):
        yield _share(f"late.{name}", sum(outcomes), len(outcomes))
    shares = {name: fmean(outcomes) for name, outcomes in late.items()}
    yield Row(
        "late.effect",
        shares["Vélocis.after"]
        - shares["Vélocis.before"]
        - (shares["Postelia.after"] - shares["Postelia.before"]),
    )
    for when, found in sorted(waits.items()):
        yield _share(f"refund.slow.{when}", sum(wait > SLOW for wait in found), len(found))
        yield Row(f"refund.days.{when}", median(found), n=len(found))


# Leaving ---------------------------------------------------------------------------------------


def _incidents(events: Sequence[Event], before: date) -> int:
    """What went wrong for a customer before a day, as the events tell it."""
    sessions: dict[str, dict[str, Event]] = defaultdict(dict)
    for event in events:
        if event.day < before:
            sessions[event.session][event.kind] = event
    found = 0
    for kinds in sessions.values():
        checkout = kinds.get("checkout")
        failed = "payment_failed" in kinds
        unpaid = checkout is not None and "purchase" not in kinds and not failed
        found += failed
        found += unpaid and checkout is not None and checkout.about["frais"] == "payants"
        found += "account" in kinds and checkout is None
        found += "out_of_stock" in kinds
        found += "late_delivery" in kinds
        found += "refund" in kinds and (kinds["refund"].day - kinds["return"].day).days > SLOW
    return found


def _leaving(world: World) -> Iterator[Row]:
    left = {event.customer: event.day for event in world.events if event.kind == "churn"}
    answered = {answer.customer for answer in world.answers}
    known = world.by_customer.keys()
    yield _share("left", len(left), len(known))
    yield _share("left.silent", len(left.keys() - answered), len(left))
    yield _share("left.among_silent", len(left.keys() - answered), len(known - answered))
    yield _share("left.among_heard", len(left.keys() & answered), len(known & answered))
    outcomes: dict[str, list[bool]] = defaultdict(list)
    for customer, events in world.by_customer.items():
        gone = left.get(customer)
        if events[0].day >= LANDMARK or (gone and gone < LANDMARK):
            continue
        number = _incidents(events, LANDMARK)
        outcomes["3+" if number > 2 else str(number)].append(gone is not None)
    for number_of, gone_ones in sorted(outcomes.items()):
        yield _share(f"left.after_incidents.{number_of}", sum(gone_ones), len(gone_ones))
    yield _share("faded", *_faded(world, left.keys()))


def _faded(world: World, left: Iterable[str]) -> tuple[int, int]:
    """Of customers who came twice or more in the first half year and keep their account, how many
    did not come in the last."""
    early, late = date(2025, 11, 1), date(2026, 5, 1)
    gone = set(left)
    came = faded = 0
    for customer, events in world.by_customer.items():
        visits = [event.day for event in events if event.kind == "visit"]
        if customer not in gone and sum(day < early for day in visits) >= 2:
            came += 1
            faded += not any(day >= late for day in visits)
    return faded, came


# Themes ----------------------------------------------------------------------------------------


def _themes(world: World) -> Iterator[Row]:
    said = [(answer, answer.text) for answer in world.answers if answer.text]
    left = {event.customer for event in world.events if event.kind == "churn"}
    for theme in sorted({mention.theme for _, text in said for mention in text.mentions}):
        about = [(a, t) for a, t in said if any(m.theme == theme for m in t.mentions)]
        yield _share(f"theme.{theme}.records", len(about), len(said))
        yield _count(f"theme.{theme}.customers", len({a.customer for a, _ in about if a.customer}))
        yield _count(f"theme.{theme}.negative", sum(t.says(theme, "-") for _, t in about))
        yield _count(f"theme.{theme}.positive", sum(t.says(theme, "+") for _, t in about))
    writers = {a.customer for a, t in said if a.customer and t.kind != "exit"}
    for theme in PLANTED_THEMES:
        complained = {
            a.customer for a, t in said if a.customer and t.kind != "exit" and t.says(theme, "-")
        }
        others = writers - complained
        if not complained:
            continue
        yield _share(f"theme.{theme}.left", len(complained & left), len(complained))
        yield _share(f"theme.{theme}.others_left", len(others & left), len(others))
    loudest = Counter(a.customer for a, _ in said if a.customer).most_common(1)[0][1]
    yield _count("loudest.texts", loudest)
    yield _count("texts.campaign", sum(text.campaign for _, text in said))
    yield _count("texts.injection", sum(text.injection for _, text in said))


_PARTS: tuple[Callable[[World], Iterator[Row]], ...] = (
    _counts, _scores, _funnel, _deliveries, _leaving, _themes,
)  # fmt: skip
