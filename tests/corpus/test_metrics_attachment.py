"""What is said and done of each attachment behaviour, against the same counted row by row."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from corpus.codebook import Codebook, starting_codebook
from corpus.metrics import attachment as analysis
from corpus.metrics.types import Ask, Figure
from corpus.store import Store
from corpus.types import Event
from tests.corpus.worlds import Answer, fill

FIRST = dt.date(2025, 1, 1)
ALL = Ask()
BOOK = starting_codebook()
OF = {theme.id: theme.behaviour for theme in BOOK.themes}
THEMES = ("price", "refund-delay", "site-usability", "payment", "staff-attitude", "promotions")


def day(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number)


def world(people: int = 200, seed: int = 7) -> tuple[list[Answer], list[Event]]:
    """People who speak of a few themes, buy, send back, leave."""
    random = Random(seed)
    answers, events = [], []
    for number in range(people):
        who = f"c{number}"
        for _ in range(random.choice((0, 1, 2, 3))):
            said = {theme: random.choice("+-0") for theme in random.sample(THEMES, 2)}
            score = random.choice((None, 3, 8, 9, 10))
            answers.append(Answer(who, score, said, day(random.randrange(400))))
        for order in range(random.choice((0, 1, 2, 4))):
            start, session = random.randrange(400), f"{who}-{order}"
            late = random.random() < 0.4
            events.append(Event("purchase", day(start), who, session, 50.0))
            kind = "late_delivery" if late else "delivery"
            events.append(Event(kind, day(start + 5), who, session))
            if random.random() < 0.3:
                events.append(Event("return", day(start + 8), who, session, -50.0))
        if random.random() < 0.3:
            events.append(Event("churn", day(random.randrange(100, 400)), who, f"{who}-x"))
    return answers, [*events, Event("visit", day(420))]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "store.duckdb")
    yield made
    made.close()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Figure]]:
    """The figures of the world."""
    made = Store(tmp_path_factory.mktemp("world") / "store.duckdb")
    fill(made, *world())
    yield attachment(made)
    made.close()


def attachment(store: Store, ask: Ask = ALL, book: Codebook = BOOK) -> list[Figure]:
    figures = analysis.compute(store, book, ask.of_customers())
    for each in figures:
        row = store.sql(each.query)[0]
        if each.value is not None:
            assert row["value"] == pytest.approx(each.value, abs=1e-9), each.name
    return figures


def named(figures: Sequence[Figure], name: str, **about: str) -> Figure:
    [found] = [
        each
        for each in figures
        if each.name == f"attachment.{name}" and about.items() <= dict(each.about).items()
    ]
    return found


def test_behaviours_are_those_of_the_codebook(store: Store) -> None:
    fill(store, [Answer(f"c{n}", 5, {"price": "-"}) for n in range(40)])
    renamed = tuple(
        replace(theme, behaviour="anchors" if theme.id == "price" else None)
        for theme in BOOK.themes
    )
    figures = attachment(store, book=replace(BOOK, themes=renamed))
    assert {f.about["behaviour"] for f in figures if "behaviour" in f.about} == {"anchors"}
    assert named(figures, "negative", behaviour="anchors").value == 1.0
    none = tuple(replace(theme, behaviour=None) for theme in BOOK.themes)
    assert not any(
        "behaviour" in f.about for f in attachment(store, book=replace(BOOK, themes=none))
    )


@pytest.mark.parametrize("behaviour", ["no-regret", "make-it-easy", "positive-associations"])
@pytest.mark.parametrize(("measure", "sign"), [("positive", "+"), ("negative", "-")])
def test_said_is_the_share_of_those_who_wrote(
    full: list[Figure], behaviour: str, measure: str, sign: str
) -> None:
    answers, _ = world()
    heard = {answer.customer for answer in answers}
    speak = {
        answer.customer
        for answer in answers
        for theme, polarity in (answer.said or {}).items()
        if OF[theme] == behaviour and polarity == sign
    }
    figure = named(full, measure, behaviour=behaviour)
    assert (figure.numerator, figure.denominator) == (len(speak), len(heard))
    interval = proportion_confint(len(speak), len(heard), method="wilson")
    assert (figure.low, figure.high) == pytest.approx(interval)


@pytest.mark.parametrize("side", ["blame", "praise"])
def test_done_is_what_follows_within_the_window(full: list[Figure], side: str) -> None:
    answers, events = world()
    behaviour = "no-regret"
    counts = {deed: [0, 0] for deed in ("bought", "returned", "left", "promoted")}
    for who in {answer.customer for answer in answers}:
        days: dict[str, list[dt.date]] = {"+": [], "-": [], "0": []}
        own = [answer for answer in answers if answer.customer == who]
        for answer in own:
            for theme, polarity in (answer.said or {}).items():
                if OF[theme] == behaviour and answer.date:
                    days[polarity].append(answer.date)
        if side == "praise" and days["-"]:
            continue
        spoke = min(days["-" if side == "blame" else "+"], default=None)
        did = [(event.kind, event.date) for event in events if event.customer == who]
        if spoke is None or any(kind == "churn" and date <= spoke for kind, date in did):
            continue
        if (day(420) - spoke).days >= 180:
            for deed, wanted in (("bought", "purchase"), ("returned", "return"), ("left", "churn")):
                counts[deed][1] += 1
                counts[deed][0] += any(
                    kind == wanted and 0 < (date - spoke).days <= 180 for kind, date in did
                )
        rated = [(answer.date, answer.score) for answer in own if answer.score is not None]
        dates = [date for date, _ in rated if date]
        if dates and max(dates) >= spoke:
            # Two answers on one day: the later record counts, which the fixture's order gives.
            score = [score for date, score in rated if date == max(dates)][-1]
            counts["promoted"][1] += 1
            counts["promoted"][0] += score >= 9
    for deed, (numerator, denominator) in counts.items():
        figure = named(full, f"{deed}_after_{side}", behaviour=behaviour)
        assert figure.denominator == denominator, deed
        if figure.withheld is None:
            assert figure.numerator == numerator, deed
    assert counts["bought"][0] >= 10


def test_repurchase_is_compared_by_how_the_first_experience_went(full: list[Figure]) -> None:
    _, events = world()
    sides: dict[bool, list[bool]] = {True: [], False: []}
    for who in {event.customer for event in events if event.customer}:
        own = [event for event in events if event.customer == who]
        ends: dict[dt.date, bool] = {}
        for session in {event.session for event in own if event.kind != "churn"}:
            mine = [event for event in own if event.session == session]
            last = max(event.date for event in mine)
            ends[last] = ends.get(last, False) or any(e.kind == "late_delivery" for e in mine)
        if not ends or (day(420) - min(ends)).days < 180:
            continue
        again = any(
            event.kind == "purchase" and 0 < (event.date - min(ends)).days <= 180 for event in own
        )
        sides[ends[min(ends)]].append(again)
    wrong, smooth = sides[True], sides[False]
    for name, side in (("incident", wrong), ("smooth", smooth)):
        figure = named(full, f"repurchase_after_{name}")
        assert (figure.numerator, figure.denominator) == (sum(side), len(side))
    gap = named(full, "repurchase_gap")
    assert gap.value == pytest.approx(sum(wrong) / len(wrong) - sum(smooth) / len(smooth))
    interval = confint_proportions_2indep(
        sum(wrong), len(wrong), sum(smooth), len(smooth), method="newcomb", compare="diff"
    )
    assert (gap.low, gap.high) == pytest.approx(interval)


def test_returned_and_lapsed_are_of_buyers_and_of_those_who_came(full: list[Figure]) -> None:
    _, events = world()
    returned, lapsed = [], []
    for who in {event.customer for event in events if event.customer}:
        own = [event for event in events if event.customer == who]
        kinds = {event.kind for event in own}
        if "purchase" in kinds:
            returned.append("return" in kinds)
        early = {event.date for event in own if event.date <= day(240)}
        if len(early) >= 2 and "churn" not in kinds:
            lapsed.append(max(event.date for event in own) <= day(240))
    for name, flags in (("returned", returned), ("lapsed", lapsed)):
        figure = named(full, name)
        assert (figure.numerator, figure.denominator) == (sum(flags), len(flags))


def test_promoters_are_counted_by_everyones_latest_answer(store: Store) -> None:
    early = [Answer(f"c{n}", 10, None, day(1)) for n in range(40)]
    late = [Answer(f"c{n}", 9 if n < 12 else 2, None, day(2)) for n in range(40)]
    fill(store, late + early)
    figure = named(attachment(store), "promoters")
    assert (figure.numerator, figure.denominator) == (12, 40)


def test_a_loud_customer_counts_once(store: Store) -> None:
    answers = [Answer(f"c{n}", 5, {"price": "-" if n % 2 else "+"}) for n in range(60)]
    fill(store, answers)
    before = [(f.name, f.about, f.value, f.n) for f in attachment(store)]
    fill(store, answers + [answers[1]] * 40)
    assert [(f.name, f.about, f.value, f.n) for f in attachment(store)] == before


@pytest.mark.parametrize(
    "answers",
    [
        [],
        [Answer(None, None, {"price": "-"}, None)] * 3,
        [Answer("one", 5, {"price": "-"})] * 50,
        [Answer(f"c{n}", 5, {"price": "-"}) for n in range(29)],
    ],
)
@pytest.mark.parametrize(
    "events",
    [[], [Event("churn", FIRST, "one")], [Event("purchase", FIRST, "c1"), Event("visit", FIRST)]],
)
def test_little_or_odd_data_is_withheld_and_no_error(
    store: Store, answers: list[Answer], events: list[Event]
) -> None:
    if answers or events:
        fill(store, answers, events)
    for each in attachment(store):
        assert each.value is None
        assert each.withheld
