"""What those who stop complain of, against counts by pandas."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from corpus.codebook import starting_codebook
from corpus.metrics.links import compute
from corpus.metrics.types import Ask
from corpus.types import Event
from tests.corpus.worlds import Answer, fill

BOOK = starting_codebook()
START = date(2026, 1, 1)
BANK = "Banque « d'Ici » {x}"


def world(seed=4, count=600):
    """Customers whose checkout fails with one bank and who say so; account is blamed at random."""
    rng = np.random.default_rng(seed)
    answers, events, rows = [], [], []
    for number in range(count):
        who, bank = f"c{number}", BANK if number % 3 == 0 else "other"
        paid = rng.random() < (0.3 if bank == BANK else 0.9)
        blames = rng.random() < (0.5 if not paid and bank == BANK else 0.02)
        said = {"authentication": "-"} if blames else {}
        said |= {"account": "-"} if rng.random() < 0.2 else {}
        day = START + timedelta(number % 90)
        kinds = ["checkout", *(["purchase"] if paid else [])]
        events += [
            Event(kind, day, who, f"s{number}", channel="web", segments={"bank": bank})
            for kind in kinds
        ]
        answers.append(Answer(who, 8, said, date=day))
        rows.append({"bank": bank, "paid": paid, "blames": blames})
    return answers, events, pd.DataFrame(rows)


def figures(store):
    found = compute(store, BOOK, Ask().of_customers())
    for figure in found:
        value = store.sql(figure.query)[0]["value"]
        if figure.value is not None:
            assert value == pytest.approx(figure.value, abs=1e-9)
    return found


def test_a_loss_is_named_by_what_those_lost_complain_of(store):
    answers, events, table = world()
    fill(store, answers, events)
    found = figures(store)
    first = found[0]
    assert first.name == "links.difference"
    assert dict(first.about) == {
        "step": "checkout", "segment:bank": BANK, "theme": "authentication",
    }  # fmt: skip
    lost = (table.bank == BANK) & ~table.paid
    counts = (
        int(table.blames[lost].sum()), int(lost.sum()),
        int(table.blames[~lost].sum()), int((~lost).sum()),
    )  # fmt: skip
    assert first.value == pytest.approx(counts[0] / counts[1] - counts[2] / counts[3])
    assert (first.low, first.high) == pytest.approx(
        confint_proportions_2indep(*counts, method="newcomb", compare="diff")
    )
    assert not any(figure.about["theme"] == "account" for figure in found)


def test_without_events_or_words_nothing_is_linked(store):
    assert figures(store) == []
    answers, events, _ = world(count=60)
    fill(store, answers)
    assert figures(store) == []
    fill(store, [], events)
    assert figures(store) == []
