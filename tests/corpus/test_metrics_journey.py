"""The journey's figures against the same ones counted by pandas, scipy and statsmodels."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import pearsonr, ttest_ind
from sqlalchemy import text

from corpus import tables as t
from corpus.codebook import starting_codebook
from corpus.experiences import experiences
from corpus.filters import Filters
from corpus.metrics import journey as analysis
from corpus.metrics.types import Ask, Figure
from corpus.passages import rows_of
from corpus.store import Store
from corpus.types import STAGES, Cell, Event, Imported, Source
from tests.corpus.worlds import Answer, fill

FIRST = dt.date(2026, 1, 1)
ALL = Ask()


def day(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "store.duckdb")
    yield made
    made.close()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[Figure]]]:
    """The store of the world, which no test changes, and its figures."""
    made = Store(tmp_path_factory.mktemp("world") / "store.duckdb")
    fill(made, *world())
    yield made, journey(made)
    made.close()


def world(people: int = 240, seed: int = 5) -> tuple[list[Answer], list[Event]]:
    """People with three answers each, orders of which some go wrong, and some who leave."""
    random = Random(seed)
    answers, events = [], []
    themes = ("price", "delivery-delay", "fit")
    for number in range(people):
        who, level = f"c{number}", random.gauss(6, 2)
        for when in sorted(random.sample(range(200), 3)):
            said = {
                f"{theme}@{stage}": random.choice("++--0")
                for theme in random.sample(themes, random.choice((0, 1, 2)))
                for stage in random.sample(("need", "delivery", "afterlife"), 1)
            }
            score = max(0, min(10, round(level + random.gauss(0, 2))))
            answers.append(Answer(who, score, said, day(when), stage=random.choice(STAGES)))
        start = random.randrange(200, 230)
        middle, ending = random.random() < 0.4, random.random() < 0.4
        kinds = [("purchase", 0), ("out_of_stock", 0)][: 1 + middle]
        kinds.append(("late_delivery" if ending else "delivery", 4))
        events += [Event(kind, day(start + wait), who, f"{who}-1") for kind, wait in kinds]
        csat = max(1, min(5, round(4.5 - 0.5 * middle - 1.5 * ending + random.gauss(0, 0.8))))
        answers.append(Answer(who, csat, None, day(start + 6), "csat", stage="delivery"))
        if random.random() < 0.3:
            events.append(Event("churn", day(random.randrange(20, 300)), who, f"{who}-2"))
    return answers, events


def named(figures: Sequence[Figure], name: str, **about: str) -> Figure:
    found = [
        each
        for each in figures
        if each.name == f"journey.{name}" and about.items() <= dict(each.about).items()
    ]
    assert len(found) == 1, (name, about, found)
    return found[0]


def replays(store: Store, figures: Sequence[Figure]) -> None:
    for each in figures:
        row = store.sql(each.query)[0]
        if each.value is not None and each.replayed == "value":
            assert row["value"] == pytest.approx(each.value, abs=1e-9), each.name


def journey(store: Store, ask: Ask = ALL) -> list[Figure]:
    return analysis.compute(store, starting_codebook(), ask.of_customers())


def mentions(answers: Sequence[Answer]) -> pd.DataFrame:
    rows = [
        (answer.customer, *place.split("@"), polarity, answer.date)
        for answer in answers
        for place, polarity in (answer.said or {}).items()
    ]
    return pd.DataFrame(rows, columns=["who", "theme", "stage", "polarity", "date"])


def test_shares_feelings_and_themes_are_those_of_pandas(full: tuple[Store, list[Figure]]) -> None:
    answers, _ = world()
    store, figures = full
    replays(store, figures)
    said = mentions(answers)
    heard = len({answer.customer for answer in answers if answer.said is not None})
    tones = said.polarity.map({"+": 1, "-": -1, "0": 0})
    for stage in ("need", "delivery", "afterlife"):
        here = said[said.stage == stage]
        people = here.who.nunique()
        share = named(figures, "share", stage=stage)
        assert (share.numerator, share.denominator) == (people, heard)
        bad = here[here.polarity == "-"].who.nunique()
        negative = named(figures, "negative", stage=stage)
        assert negative.value == pytest.approx(bad / people)
        feeling = named(figures, "feeling", stage=stage)
        each = tones[here.index].groupby(here.who).mean()
        assert feeling.value == pytest.approx(each.mean())
        interval = sm.stats.DescrStatsW(each).tconfint_mean()
        assert (feeling.low, feeling.high) == pytest.approx(interval)
        for theme, rows in here.groupby("theme"):
            cell = named(figures, "theme", stage=stage, theme=str(theme))
            assert cell.value == pytest.approx(rows.who.nunique() / people)
            for name, sign in (("complaint", "-"), ("praise", "+")):
                cell = named(figures, name, stage=stage, theme=str(theme))
                holding = rows[rows.polarity == sign].who.nunique()
                assert (cell.numerator, cell.denominator) == (holding, people)


def test_channels_are_shares_of_those_who_speak_of_the_stage(store: Store) -> None:
    said = {"price@need": "-"}
    channels = ["app"] * 12 + ["shop"] * 9 + [None] * 19
    fill(store, [Answer(f"c{n}", 5, said, channel=each) for n, each in enumerate(channels)])
    figures = journey(store)
    replays(store, figures)
    app = named(figures, "channel", stage="need", channel="app")
    assert (app.numerator, app.denominator) == (12, 40)
    # Nine are too few, and no channel is none.
    assert [each for each in figures if each.name == "journey.channel"] == [app]


def test_two_sides_are_compared_stage_by_stage(store: Store) -> None:
    random = Random(3)
    answers = []
    for number in range(160):
        side = "BE" if number % 2 else "FR"
        tone = random.choice("---+" if side == "BE" else "-+++")
        said = {"price@need": tone, "fit@delivery": random.choice("+-")}
        said |= {"price@use": "-"} if number < 40 else {}
        answers.append(Answer(f"c{number}", 5, said, segments={"country": side}))
    fill(store, answers)
    french, belgian = (Filters(segment={"country": side}) for side in ("FR", "BE"))
    figures = journey(store, Ask(filters=french, against=belgian))
    replays(store, figures)
    tones = {
        side: [
            {"+": 1, "-": -1}[answer.said["price@need"]]  # type: ignore[index]
            for answer in answers
            if answer.segments["country"] == side
        ]
        for side in ("FR", "BE")
    }
    gap = named(figures, "difference", stage="need")
    assert gap.value == pytest.approx(np.mean(tones["FR"]) - np.mean(tones["BE"]))
    interval = ttest_ind(tones["FR"], tones["BE"], equal_var=False).confidence_interval()
    assert (gap.low, gap.high) == pytest.approx((interval.low, interval.high))
    assert gap.p is not None
    assert gap.p < 0.001
    same = named(figures, "difference", stage="delivery")
    assert same.p is not None
    assert same.p > 0.05
    # Of the use twenty speak on each side: too few.
    assert {f.about["stage"] for f in figures if f.name == "journey.difference"} == {
        "need",
        "delivery",
    }


def test_what_the_map_assumes_is_the_mean_of_what_is_felt(store: Store) -> None:
    cells = [
        Cell("Web", "", "need", "", lane, "so", emotion, False, "", {"row": 1})
        for lane, emotion in (("thinking", -2), ("doing", 1), ("goal", 2), ("pain", None))
    ]
    rows = rows_of(Imported("journey", 4, cells=tuple(cells)), "map", "map.csv", ["en"] * 4)
    source = Source("map", "map.csv", "journey", "f", {}, 4, 4, 0, "en")
    store.replace(source, {table: rows[table] for table in (t.cells, t.passages)})
    figures = journey(store)
    replays(store, figures)
    found = named(figures, "assumed", stage="need", map="Web")
    # An aim is nobody's feeling; (-2 + 1) / 2 of two cells, on a scale that ends at 1.
    assert (found.value, found.n, found.base) == (-0.25, 2, "cells")


def test_stages_come_in_their_order_and_others_after_them(
    full: tuple[Store, list[Figure]],
) -> None:
    shares = [each.about["stage"] for each in full[1] if each.name == "journey.share"]
    assert shares == ["need", "delivery", "afterlife"]


def test_emotions_are_shares_of_those_who_speak_of_the_stage(store: Store) -> None:
    said = {"price@need": "-"}
    fill(store, [Answer(f"c{n}", 5, said) for n in range(40)])
    with store.writing() as connection:
        connection.execute(
            text(
                'UPDATE mentions SET emotions = \'["anger", "worry"]\' '
                "WHERE CAST(record_id[-1:] AS INTEGER) < 3"
            )
        )
    figures = journey(store)
    replays(store, figures)
    anger = named(figures, "emotion", stage="need", emotion="anger")
    assert (anger.numerator, anger.denominator) == (12, 40)
    assert {e.about["emotion"] for e in figures if e.name == "journey.emotion"} == {
        "anger",
        "worry",
    }


def test_memory_and_loss_are_contrasts_with_the_others(full: tuple[Store, list[Figure]]) -> None:
    answers, events = world()
    _, figures = full
    said = mentions(answers)
    scores = pd.DataFrame(
        [(a.customer, a.date, a.score) for a in answers if a.kind == "nps"],
        columns=["who", "date", "score"],
    )
    last = scores.sort_values("date").groupby("who").last()
    worth = last.score.map(lambda s: 100 if s >= 9 else -100 if s <= 6 else 0)
    gone = pd.Series({e.customer: e.date for e in events if e.kind == "churn"})
    wrote = scores.groupby("who").date.min()
    for stage in ("need", "delivery", "afterlife"):
        bad = said[(said.stage == stage) & (said.polarity == "-")].groupby("who").date.min()
        own = [w for w in bad.index if last.date[w] >= bad[w]]
        rest = worth[~worth.index.isin(bad.index)]
        memory = named(figures, "memory", stage=stage)
        test = ttest_ind(worth[own], rest, equal_var=False)
        assert memory.value == pytest.approx(worth[own].mean() - rest.mean())
        interval = test.confidence_interval()
        assert (memory.low, memory.high) == pytest.approx((interval.low, interval.high))

        stay = [w for w in bad.index if w not in gone or gone[w] > bad[w]]
        left = [w for w in stay if w in gone]
        share = named(figures, "left", stage=stage)
        assert (share.numerator, share.denominator) == (len(left), len(stay))
        others = [
            w for w in wrote.index if w not in bad.index and (w not in gone or gone[w] > wrote[w])
        ]
        loss = named(figures, "loss", stage=stage)
        assert loss.value == pytest.approx(
            len(left) / len(stay) - sum(w in gone for w in others) / len(others)
        )


def test_a_moment_of_truth_shows_the_parts_of_its_place(store: Store) -> None:
    # Delivery is spoken of badly by more, who score lower and leave more often.
    answers, events = [], []
    for number in range(120):
        who, stage = f"c{number}", ("delivery", "need", "use")[number % 3]
        score = {"delivery": 2, "need": 7, "use": 9}[stage] - number % 2
        answers.append(Answer(who, score, {f"price@{stage}": "-"}, day(number)))
        if number // 3 % {"delivery": 2, "need": 4, "use": 8}[stage] == 0:
            events.append(Event("churn", day(200), who))
    fill(store, answers, events)
    figures = journey(store)
    replays(store, figures)
    placed = [each for each in figures if each.name == "journey.moment"]
    assert [each.about["stage"] for each in placed] == ["delivery", "need", "use"]
    assert [each.value for each in placed] == [1, 2, 3]
    assert figures[: len(placed)] == placed
    for each in placed:
        row = store.sql(each.query)[0]
        memory = named(figures, "memory", stage=each.about["stage"])
        loss = named(figures, "loss", stage=each.about["stage"])
        assert row["memory"] == pytest.approx(memory.value)
        assert row["loss"] == pytest.approx(loss.value)
        assert row["spread"] == pytest.approx(float(each.about["spread"]), abs=1e-4)


def test_endings_and_middles_are_the_slopes_of_least_squares(
    full: tuple[Store, list[Figure]],
) -> None:
    answers, events = world()
    _, figures = full
    kinds = pd.DataFrame([(e.customer, e.kind) for e in events], columns=["who", "kind"])
    has = pd.crosstab(kinds.who, kinds.kind) > 0
    csat = pd.Series({a.customer: a.score for a in answers if a.kind == "csat"}, dtype=float)
    known = has.loc[csat.index]
    wrong = pd.DataFrame({"middle": known["out_of_stock"], "end": known["late_delivery"]})
    fit = sm.OLS(csat, sm.add_constant(wrong.astype(float))).fit()
    for measure in ("middle", "end"):
        figure = named(figures, measure, scale="csat")
        assert figure.value == pytest.approx(fit.params[measure])
        assert (figure.low, figure.high) == pytest.approx(tuple(fit.conf_int().loc[measure]))
    gap = fit.t_test("end - middle = 0")
    figure = named(figures, "end_over_middle", scale="csat")
    assert figure.value == pytest.approx(gap.effect.item())
    assert (figure.low, figure.high) == pytest.approx(tuple(gap.conf_int()[0]))
    assert figure.value is not None
    assert figure.value < 0


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ((("purchase", 0), ("delivery", 3)), (False, False)),
        ((("purchase", 0), ("late_delivery", 9)), (False, True)),
        ((("purchase", 0), ("late_delivery", 9), ("return", 12), ("refund", 15)), (True, False)),
        ((("purchase", 0), ("delivery", 3), ("return", 5), ("refund", 20)), (False, True)),
        ((("purchase", 0), ("delivery", 3), ("return", 5), ("refund", 19)), (False, False)),
        ((("payment_failed", 0),), (False, True)),
        ((("payment_failed", 0), ("purchase", 0)), (True, False)),
        ((("purchase", 0), ("out_of_stock", 0), ("delivery", 3)), (True, False)),
    ],
)
def test_what_went_wrong_is_an_ending_or_a_middle(
    store: Store, kinds: tuple[tuple[str, int], ...], expected: tuple[bool, bool]
) -> None:
    fill(store, events=[Event(kind, day(after), "c", "s") for kind, after in kinds])
    rows = store.sql(f"SELECT middle, ending FROM {experiences()}")
    assert [(row["middle"], row["ending"]) for row in rows] == [expected]


def test_peak_last_change_and_mean_are_correlations_with_the_later_score(store: Store) -> None:
    answers = [answer for answer in world()[0] if answer.kind == "nps"]
    fill(store, answers)
    figures = journey(store)

    def signal(score: float) -> float:
        share = score / 10
        good = (
            share * 0.4 / 0.6
            if share <= 0.6
            else 0.4 + (share - 0.6) * 0.2 / 0.3
            if share < 0.9
            else 0.6 + (share - 0.9) * 4
        )
        return 2 * good - 1

    rows = []
    for who in {answer.customer for answer in answers}:
        own = sorted((a.date, a.score) for a in answers if a.customer == who)
        before = [signal(score) for _, score in own[:-1]]
        later = own[-1][1]
        worth = 100 if later >= 9 else -100 if later <= 6 else 0
        extreme = max(sorted(before), key=lambda s: (round(abs(s), 12), -s))
        rows.append((worth, extreme, before[-1], before[-1] - before[0], np.mean(before)))
    table = np.array(rows)
    for column, measure in enumerate(("peak", "last", "change", "mean"), 1):
        figure = named(figures, measure)
        expected = pearsonr(table[:, column], table[:, 0])
        interval = expected.confidence_interval()
        assert figure.value == pytest.approx(expected.statistic)
        assert (figure.low, figure.high) == pytest.approx((interval.low, interval.high))
        assert figure.n == len(rows)


def test_a_repeated_answer_and_the_order_of_rows_move_no_share(store: Store) -> None:
    answers, events = world(100)
    fill(store, answers, events)
    before = journey(store)
    Random(1).shuffle(answers)
    fill(store, [*answers, *(a for a in answers[:60] if a.said)], events[::-1])
    after = journey(store)
    for name in ("share", "negative", "theme", "left", "loss", "end"):
        pairs = [
            {tuple(sorted(f.about.items())): f.value for f in side if f.name == f"journey.{name}"}
            for side in (before, after)
        ]
        assert pairs[0] == pytest.approx(pairs[1]), name
        assert pairs[0], name


def test_below_the_minima_figures_are_withheld_and_still_have_a_query(store: Store) -> None:
    fill(store, [Answer(f"c{n}", 5, {"price@need": "-"}) for n in range(29)])
    figures = journey(store)
    assert figures
    for each in figures:
        assert each.value is None or each.name == "journey.memory", each
        assert each.withheld
        store.sql(each.query)
    fill(store, [Answer(f"c{n}", 5, {"price@need": "-" if n < 9 else "+"}) for n in range(30)])
    assert named(journey(store), "negative", stage="need").withheld == "few-in-cell"


def test_a_stage_that_is_filtered_by_is_the_only_one(full: tuple[Store, list[Figure]]) -> None:
    store, _ = full
    figures = journey(store, Ask(filters=Filters(stage=("delivery",))))
    replays(store, figures)
    assert {f.about["stage"] for f in figures if f.name == "journey.share"} == {"delivery"}


def test_hostile_names_are_only_names(store: Store) -> None:
    hostile = 'l\'étape "{x}" ; DROP -- 😀'
    fill(store, [Answer(f"c{n}", 5 + n % 5, {f"price@{hostile}": "-+"[n % 2]}) for n in range(60)])
    figures = journey(store)
    replays(store, figures)
    assert named(figures, "negative", stage=hostile).value == 0.5


@pytest.mark.parametrize(
    "answers",
    [
        [],
        [Answer(None, 5, {"price@need": "-"}, None)] * 2,
        [Answer("one", 5, {"price@need": "-"})] * 50,
        [Answer(None, None, {"price": "-"}, None)] * 50,
        [Answer(f"c{n}", None, {"price@need": "+"}, None) for n in range(50)],
    ],
)
@pytest.mark.parametrize("events", [[], [Event("churn", FIRST, "one")], [Event("churn", FIRST)]])
def test_little_or_odd_data_is_no_error(
    store: Store, answers: list[Answer], events: list[Event]
) -> None:
    if answers or events:
        fill(store, answers, events)
    replays(store, journey(store))


def test_whoever_left_before_speaking_is_not_counted_as_leaving(store: Store) -> None:
    answers = [Answer(f"c{n}", 3, {"price@need": "-"}, day(100)) for n in range(80)]
    early = [Event("churn", day(50), f"c{n}") for n in range(20)]
    late = [Event("churn", day(150), f"c{n}") for n in range(20, 32)]
    fill(store, answers, early + late)
    left = named(journey(store), "left", stage="need")
    assert (left.numerator, left.denominator) == (12, 60)
