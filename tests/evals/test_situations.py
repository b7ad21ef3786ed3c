"""The situations that actions are judged by, in both languages."""

import pytest
import yaml

from assistant.actions.library import intervention
from evals.actions.situations import JUDGEMENTS, RENDERED, SITUATIONS, otherwise, proposals_for

ALL = yaml.safe_load(SITUATIONS.read_text("utf-8"))
JUDGED = yaml.safe_load(JUDGEMENTS.read_text("utf-8"))
IN_THE_OTHER = yaml.safe_load(RENDERED.read_text("utf-8"))


@pytest.mark.parametrize("situation", ALL, ids=lambda each: each["id"])
def test_the_same_is_proposed_whichever_language_the_evidence_is_in(situation):
    other = otherwise(situation, IN_THE_OTHER)
    assert other["language"] != situation["language"]
    assert other["evidence"] != situation["evidence"]
    found = proposals_for(situation, 5)
    assert found
    assert proposals_for(other, 5) == found


def test_every_judgement_is_of_something_that_there_is():
    kinds = {each["id"]: len(each["acceptable"]) for each in ALL}
    for name, judged in JUDGED.items():
        for proposal, verdict in judged.items():
            assert intervention(proposal), proposal
            assert verdict == "wrong" or all(0 <= place < kinds[name] for place in verdict)
