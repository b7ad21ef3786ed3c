"""Candidate themes, on points planted where they should be found."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from corpus.coding.discover import (
    FEWEST_RECORDS,
    FEWEST_TEXTS,
    SMALLEST,
    STABLE,
    Clause,
    Floats,
    candidates,
)

DIMENSIONS = 64
SUBJECTS = {
    "parking": ("parking payant", "places", "barrière"),
    "wifi": ("wifi lent", "connexion", "réseau"),
    "badge": ("badge refusé", "portique", "entrée"),
}
FILLERS = "lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril".split()


def unit(vectors: np.ndarray) -> Floats:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def like_e5(directions: np.ndarray) -> Floats:
    """Vectors that all point one way, as those of e5 do: their cosines are above 0.75."""
    common = np.zeros(directions.shape[1])
    common[0] = 2.0
    return unit(common + unit(directions))


def planted(each: int = 20, noise: int = 60) -> tuple[list[Clause], Floats]:
    """Three subjects of ``each`` clauses, in turn, then ``noise`` clauses about nothing."""
    random = np.random.default_rng(5)
    centres = random.normal(size=(len(SUBJECTS), DIMENSIONS))
    clauses, directions = [], []
    for number in range(each):
        for subject, (words, centre) in enumerate(zip(SUBJECTS.values(), centres, strict=True)):
            fillers = random.choice(FILLERS, size=1 + number % 4)
            text = " ".join([*words, str(number), *fillers])
            clauses.append(Clause(text, "fr", f"{subject}-{number}", None))
            directions.append(centre + 0.5 * random.normal(size=DIMENSIONS))
    for number in range(noise):
        text = " ".join([f"divers{number}", *random.choice(FILLERS, size=1 + number % 5)])
        clauses.append(Clause(text, "fr", f"noise-{number}", None))
        directions.append(random.normal(size=DIMENSIONS))
    return clauses, like_e5(np.array(directions))


def noise(size: int, seed: int) -> tuple[list[Clause], Floats]:
    random = np.random.default_rng(seed)
    texts = [" ".join([f"n{i}", *random.choice(FILLERS, size=1 + i % 5)]) for i in range(size)]
    clauses = [Clause(text, "fr", str(i), None) for i, text in enumerate(texts)]
    return clauses, like_e5(random.normal(size=(size, DIMENSIONS)))


def test_planted_subjects_are_found_and_noise_is_not() -> None:
    clauses, vectors = planted()
    assert (vectors[:60] @ vectors[:60].T).min() > 0.6
    found = candidates(clauses, vectors, 1)
    subjects = {clauses[candidate.central[0]].record[0] for candidate in found}
    assert len(found) == 3
    assert subjects == {"0", "1", "2"}
    for candidate in found:
        assert candidate.size == candidate.records == 20
        assert candidate.stability > 0.95
        own = clauses[candidate.central[0]].record[0]
        shown = (*candidate.central, *candidate.borderline)
        assert {clauses[index].record[0] for index in shown} == {own}
        assert len(candidate.central) == 10
        assert len(candidate.borderline) == 5
        assert len(set(shown)) == 15


@pytest.mark.parametrize("size", [60, 200, 400])
@pytest.mark.parametrize("seed", [1, 2])
def test_noise_is_not_proposed(size: int, seed: int) -> None:
    assert candidates(*noise(size, seed), seed) == []


def test_noise_is_unstable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.coding.discover.STABLE", 0.0)
    # In so few dimensions some points are near each other by chance.
    clauses, _ = noise(300, 1)
    points = np.random.default_rng(2).uniform(-1, 1, size=(300, 16))
    found = candidates(clauses, like_e5(points), 1)
    assert found
    assert np.mean([candidate.stability for candidate in found]) < STABLE - 0.1


def test_the_same_seed_gives_the_same() -> None:
    clauses, vectors = planted()
    assert candidates(clauses, vectors, 3) == candidates(clauses, vectors, 3)


def test_labels_are_of_the_clauses_own_words() -> None:
    clauses, vectors = planted()
    for candidate in candidates(clauses, vectors, 1):
        own = " ".join(list(SUBJECTS.values())[int(clauses[candidate.central[0]].record[0])])
        terms = candidate.label.split(", ")
        assert len(terms) == 3
        assert all(term in own for term in terms)
        assert candidate.words["fr"][:3] == tuple(terms)


def test_stop_words_are_no_label_but_stand_inside_a_term() -> None:
    clauses, vectors = planted()
    clauses = [
        replace(clause, text=f"c'est pour le temps d’attente avec nous {number}")
        if clause.record[0] == "0"
        else clause
        for number, clause in enumerate(clauses)
    ]
    found = candidates(clauses, vectors, 1)
    own = [each for each in found if clauses[each.central[0]].record[0] == "0"]
    assert [each.words["fr"] for each in own] in ([("attente", "temps")], [("temps d'attente",)])


def test_a_label_has_the_language_of_most_and_words_are_by_language() -> None:
    clauses, vectors = planted()
    english = {"0": "car park full", "1": "slow network", "2": "gate refused"}
    clauses = [
        replace(clause, text=f"{english[clause.record[0]]} {number}", language="en")
        if number < 60 and number % 4 == 0
        else clause
        for number, clause in enumerate(clauses)
    ]
    found = candidates(clauses, vectors, 1)
    assert len(found) == 3
    for candidate in found:
        own = clauses[candidate.central[0]].record[0]
        assert set(candidate.words["en"]) <= {*english[own].split(), *[english[own]]} | {
            "car park",
            "park full",
            "slow network",
            "gate refused",
        }
        assert candidate.label == ", ".join(candidate.words["fr"][:3])


def test_copies_of_a_text_are_no_theme() -> None:
    clauses, vectors = noise(60, 3)
    campaign = [Clause("Boycottez ce magasin !", "fr", f"copy-{i}", None) for i in range(40)]
    away = np.random.default_rng(9).normal(size=(1, DIMENSIONS))
    copies = np.repeat(like_e5(away), 40, axis=0)
    assert candidates([*clauses, *campaign], np.vstack([vectors, copies]), 1) == []


def test_copies_make_a_theme_larger() -> None:
    clauses, vectors = planted()
    copies = [replace(clauses[0], text=clauses[0].text.upper(), record=f"0-c{i}") for i in range(9)]
    found = candidates(
        [*clauses, *copies], np.vstack([vectors, np.repeat(vectors[:1], 9, axis=0)]), 1
    )
    assert [(candidate.size, candidate.records) for candidate in found] == [
        (29, 29),
        (20, 20),
        (20, 20),
    ]
    texts = [[*clauses, *copies][index].text.lower() for index in found[0].central]
    assert len(set(texts)) == len(texts)


def test_central_clauses_are_of_different_records() -> None:
    clauses, vectors = planted()
    clauses = [
        replace(clause, record=f"0-{int(clause.record[2:]) // 3}")
        if clause.record[:2] == "0-"
        else clause
        for clause in clauses
    ]
    candidate = next(
        each
        for each in candidates(clauses, vectors, 1)
        if clauses[each.central[0]].record[0] == "0"
    )
    assert candidate.records == len(candidate.central) == 7
    assert len({clauses[index].record for index in candidate.central}) == 7


def test_a_theme_of_few_records_is_not_proposed() -> None:
    clauses, vectors = planted()
    clauses = [
        replace(clause, record=f"0-{int(clause.record[2:]) % (FEWEST_RECORDS - 1)}")
        if clause.record[:2] == "0-"
        else clause
        for clause in clauses
    ]
    found = candidates(clauses, vectors, 1)
    assert {clauses[each.central[0]].record[0] for each in found} == {"1", "2"}


def test_a_small_theme_is_not_proposed() -> None:
    clauses, vectors = planted(noise=0)
    kept = [
        i for i, clause in enumerate(clauses) if clause.record[0] != "0" or i < 3 * (SMALLEST - 1)
    ]
    found = candidates([clauses[i] for i in kept], vectors[kept], 1)
    assert len(found) == 2


def dated(clauses: list[Clause], days: list[int]) -> list[Clause]:
    return [
        replace(clause, date=date(2025, 1, 1) + timedelta(days=day))
        for clause, day in zip(clauses, days, strict=True)
    ]


def test_trend() -> None:
    clauses, vectors = planted()
    # Parking comes at the end, wifi at the start, badges all the time as the noise does.
    begins = {"0": 200, "1": 0}
    days = [
        begins[clause.record[0]] + number % 60
        if clause.record[0] in begins
        else (number * 37) % 260
        for number, clause in enumerate(clauses)
    ]
    clauses = dated(clauses, days)
    trends = {
        clauses[candidate.central[0]].record[0]: candidate.trend
        for candidate in candidates(clauses, vectors, 1)
    }
    rising, falling, flat = trends["0"], trends["1"], trends["2"]
    assert rising
    assert falling
    assert flat
    assert (rising.direction, falling.direction, flat.direction) == (1, -1, 0)
    assert rising.first == falling.last == 0
    assert rising.last == pytest.approx(0.5, abs=0.15)


def test_no_trend_with_few_dates_and_none_within_a_day() -> None:
    clauses, vectors = planted()
    assert all(candidate.trend is None for candidate in candidates(clauses, vectors, 1))
    few = [*dated(clauses[:19], [*range(19)]), *clauses[19:]]
    assert all(candidate.trend is None for candidate in candidates(few, vectors, 1))
    for candidate in candidates(dated(clauses, [0] * len(clauses)), vectors, 1):
        assert candidate.trend
        assert candidate.trend.direction == 0
        assert candidate.trend.first == candidate.trend.last == pytest.approx(20 / 120)


def test_few_texts_give_nothing() -> None:
    clauses, vectors = planted()
    assert candidates([], np.zeros((0, DIMENSIONS), np.float32), 1) == []
    assert candidates(clauses[: FEWEST_TEXTS - 1], vectors[: FEWEST_TEXTS - 1], 1) == []


def test_vectors_that_are_all_the_same_give_nothing() -> None:
    clauses, vectors = planted()
    assert candidates(clauses, np.repeat(vectors[:1], len(clauses), axis=0), 1) == []


def test_neither_the_language_nor_the_length_of_a_text_is_a_theme() -> None:
    random = np.random.default_rng(4)
    directions = random.normal(size=(200, DIMENSIONS))
    long = np.arange(200) % 4 < 2
    english = np.arange(200) % 2 == 0
    directions += 2 * np.outer(long, random.normal(size=DIMENSIONS))
    directions += 2 * np.outer(english, random.normal(size=DIMENSIONS))
    clauses = [
        Clause(
            " ".join([f"n{i}", *random.choice(FILLERS, size=20 if long[i] else 3)]),
            "en" if english[i] else "fr",
            str(i),
            None,
        )
        for i in range(200)
    ]
    assert candidates(clauses, like_e5(directions), 1) == []


def test_more_texts_than_are_compared_join_their_theme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.coding.discover.MOST_CLUSTERED", 80)
    clauses, vectors = planted()
    found = candidates(clauses, vectors, 1)
    assert [candidate.records for candidate in found] == [20, 20, 20]
