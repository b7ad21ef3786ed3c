"""The claims that the verifier is made and measured on: altered in one thing, of other evidence."""

import json
from collections import Counter

from evals.support.claims import HALVES

ROWS = {
    half: [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    for half, file in HALVES.items()
}
ALL = [row for rows in ROWS.values() for row in rows]


def evidence(row):
    if "span" in row:
        return {(row["span"]["file"], row["span"]["start"])}
    if "passages" in row:
        return set(row["passages"])
    return {json.dumps([f["name"], f["numerator"], f["value"], f["about"]]) for f in row["facts"]}


def test_there_are_hundreds_half_of_them_in_french():
    assert 2 * len(ROWS["fit"]) >= 400
    assert 2 * len(ROWS["report"]) >= 200
    for rows in ROWS.values():
        languages = Counter(row["language"] for row in rows)
        assert abs(languages["fr"] - languages["en"]) <= 0.05 * len(rows)


def test_each_altered_claim_differs_from_the_true_one():
    assert all(row["text"] != row["altered"] for row in ALL)
    assert {row["alteration"] for row in ALL} == {"number", "name", "negation", "direction"}


def test_what_is_reported_is_of_evidence_that_nothing_was_made_on():
    made, reported = (set().union(*map(evidence, rows)) for rows in ROWS.values())
    assert len({row["id"] for row in ALL}) == len(ALL)
    assert made.isdisjoint(reported)
