"""The claims that the verifier is measured on: altered in one thing, halved by evidence."""

import json
from collections import Counter

from evals.support.claims import GOLD

ROWS = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]


def evidence(row):
    if "span" in row:
        return {(row["span"]["file"], row["span"]["start"])}
    if "passages" in row:
        return set(row["passages"])
    return {json.dumps([f["name"], f["numerator"], f["value"], f["about"]]) for f in row["facts"]}


def test_there_are_four_hundred_half_of_them_in_french():
    assert 2 * len(ROWS) >= 400
    languages = Counter(row["language"] for row in ROWS)
    assert abs(languages["fr"] - languages["en"]) <= 0.05 * len(ROWS)


def test_each_altered_claim_differs_from_the_true_one():
    assert all(row["text"] != row["altered"] for row in ROWS)
    assert {row["alteration"] for row in ROWS} == {"number", "name", "negation", "direction"}


def test_no_evidence_is_in_both_halves():
    halves = {half: [row for row in ROWS if row["half"] == half] for half in ("fit", "report")}
    fitted = set().union(*map(evidence, halves["fit"]))
    assert fitted.isdisjoint(set().union(*map(evidence, halves["report"])))
    assert min(map(len, halves.values())) >= 100
