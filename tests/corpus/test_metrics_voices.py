"""On whom a finding rests: against pandas and counts by hand."""

from datetime import date as Date

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, fisher_exact
from sqlalchemy import update
from statsmodels.stats.proportion import confint_proportions_2indep

from corpus import tables as t
from corpus.codebook import starting_codebook
from corpus.metrics import voices
from corpus.metrics.types import Ask
from corpus.store import Store
from corpus.types import Event
from tests.corpus.worlds import Answer, fill

BOOK = starting_codebook()
DAY = Date(2026, 2, 1)
NASTY = 'l\'"été" {x} %s'


def compute(store, **asked):
    figures = voices.compute(store, BOOK, Ask(**asked).of_customers())
    for each in figures:
        again = store.sql(each.query)[0]["value"]
        if each.value is not None:
            assert again == pytest.approx(each.value, abs=1e-9), each
            assert each.unit != "share" or -1 <= each.value <= 1
    return figures


def one(figures, name, **about):
    (found,) = [
        each for each in figures
        if each.name == f"voices.{name}" and about.items() <= dict(each.about).items()
    ]  # fmt: skip
    return found


def texts(store, by_number):
    """Give the records with these numbers these texts."""
    with store.writing() as connection:
        for number, text in by_number.items():
            same = t.records.c.id == f"answers.csv:{number}"
            connection.execute(update(t.records).where(same).values(text=text))


def test_the_loud_the_nameless_and_the_share_by_record(store):
    answers = [
        *[Answer("loud", said={"packaging": "-"}) for _ in range(40)],
        *[
            Answer(f"c{n}", said={"packaging": "-"} if n < 5 else {"price": "-"})
            for n in range(100)
        ],
        *[Answer(None, said={}) for _ in range(15)],
    ]
    fill(store, answers)
    figures = compute(store)
    frame = pd.DataFrame([(a.customer, "packaging" in a.said) for a in answers], columns=["c", "p"])
    assert one(figures, "customers").value == frame.c.nunique() == 101
    assert one(figures, "records").value == len(frame)
    assert one(figures, "anonymous").value == pytest.approx(frame.c.isna().mean())
    per = frame.c.value_counts()
    assert one(figures, "loudest").value == pytest.approx(per.iloc[0] / len(frame))
    # One in a hundred of 101 customers, rounded up: the two loudest.
    assert one(figures, "hundredth").value == pytest.approx(per.iloc[:2].sum() / len(frame))
    assert one(figures, "loudest-theme").value == pytest.approx(40 / 45)
    assert one(figures, "by-record").value == pytest.approx(frame.p.mean())
    assert one(figures, "duplicates").value == 0
    asked = compute(store, themes=("packaging",))
    assert (one(asked, "customers").value, one(asked, "records").value) == (6, 45)
    assert one(asked, "loudest").value == pytest.approx(40 / 45)
    assert one(asked, "by-record").value == pytest.approx(45 / 155)
    assert {each.about["theme"] for each in asked} == {"packaging"}


def test_the_hostile_and_the_empty(store):
    assert {each.value for each in compute(store)} <= {None, 0}
    fill(store, [Answer("one", said={NASTY: "-"}, segments={NASTY: NASTY}) for _ in range(3)])
    assert one(compute(store), "customers").value == 1
    withheld = one(compute(store), "loudest")
    assert (withheld.value, withheld.withheld) == (None, "few")
    assert one(compute(store, themes=(NASTY,)), "records").value == 3


def test_a_campaign_is_found_through_its_variants(store):
    days = [Date(2026, 3, n + 1) for n in range(20)]
    fill(store, [Answer(f"c{n}", said={}, date=days[n % 20]) for n in range(40)])
    texts(
        store,
        {
            3: "NON à la fermeture du magasin de la gare de Tours ! Faites passer.",
            4: "non a la fermeture du magasin de la gare de tours, svp",
            7: "Bonjour. « NON À LA FERMETURE DU MAGASIN DE LA GARE DE TOURS ! » Copié d'une amie",
            9: "Je suis contre la fermeture du magasin de la gare de Tours, voilà tout",
            11: "Une phrase que deux personnes écrivent mot pour mot ici. Ah.",
            12: "Une phrase que deux personnes écrivent mot pour mot ici. Oh.",
            13: "Très bien.",
            14: "Très bien.",
        },
    )
    figures = compute(store)
    assert one(figures, "duplicates").value == 5
    campaign = one(figures, "campaign")
    assert campaign.value == 3
    assert dict(campaign.about) == {
        "passage": "answers.csv:3", "since": "2026-03-04", "until": "2026-03-08",
    }  # fmt: skip


def test_what_a_customer_says_again_is_no_campaign(store):
    fill(store, [Answer("one" if n < 5 else f"c{n}", said={}) for n in range(40)])
    texts(
        store, dict.fromkeys(range(5), "The very same long sentence that nobody else has written.")
    )
    figures = compute(store)
    assert one(figures, "duplicates").value == 0
    assert not [each for each in figures if each.name == "voices.campaign"]


def test_who_is_missing_against_all_known_customers(store):
    events = [
        Event(
            "visit",
            DAY,
            f"c{n}",
            channel="shop" if n % 2 else NASTY,
            segments={"pays": "BE" if n < 100 else "FR", "plan": "old"},
        )
        for n in range(400)
    ]
    later = Date(2026, 3, 1)
    events += [Event("visit", later, f"c{n}", segments={"plan": "new"}) for n in range(40)]
    wrote = [
        Answer(
            f"c{n}",
            said={},
            channel=None,
            segments={"pays": "BE", "plan": "new"} if n < 100 else {"pays": "FR"},
            date=Date(2026, 1, 1),
        )
        for n in (*range(80), *range(100, 160))
    ]
    fill(store, wrote, events)
    figures = compute(store)
    assert one(figures, "response").value == pytest.approx(140 / 400)
    belgians = one(figures, "missing", **{"segment:pays": "BE"})
    assert belgians.value == pytest.approx(80 / 140 - 100 / 400)
    assert (belgians.numerator, belgians.denominator) == (80, 140)
    low, high = confint_proportions_2indep(80, 140, 20, 260, method="newcomb", compare="diff")
    assert belgians.low == pytest.approx(low * (1 - 140 / 400))
    assert belgians.high == pytest.approx(high * (1 - 140 / 400))
    # 40 moved to the new plan after they had written: it is the latest that counts.
    plan = one(figures, "missing", **{"segment:plan": "new"})
    assert plan.value == pytest.approx(40 / 140 - 40 / 400)
    tables = [[[80, 60], [20, 240]], [[60, 80], [240, 20]], [[40, 100], [0, 260]],
              [[100, 40], [260, 0]], [[70, 70], [130, 130]], [[70, 70], [130, 130]]]  # fmt: skip
    corrected = false_discovery_control([fisher_exact(each).pvalue for each in tables])
    assert belgians.p == pytest.approx(corrected[0])
    # Half of both kinds came to the shop.
    assert not [each for each in figures if "channel" in each.about]


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False), st.integers(0, 59))
def test_a_record_again_moves_no_count_of_customers(tmp_path_factory, random, again):
    store = Store(tmp_path_factory.mktemp("voices") / "store.duckdb")
    answers = [Answer(f"c{n % 50}", said={"price": "-"} if n % 3 else {}) for n in range(60)]
    fill(store, answers)
    before = {n: one(compute(store), n).value for n in ("customers", "response", "anonymous")}
    random.shuffle(answers)
    fill(store, [*answers, answers[again]])
    figures = compute(store)
    assert {name: one(figures, name).value for name in before} == before
    assert one(figures, "records").value == 61
    store.close()
