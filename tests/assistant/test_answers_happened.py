"""What changed at a part or a stage in a period; what no corpus tells."""

import pytest

from assistant.answers import beyond, happened
from tests.assistant.test_answers_deeds import asked, world  # noqa: F401


def test_a_carrier_before_and_since(world):  # noqa: F811
    for question in (
        "What changed at Vélocis in July 2026?",
        "Qu’est-ce qui a changé chez Vélocis en juillet 2026 ?",
    ):
        desk = asked(world, question)
        assert happened.compose(desk), question
        facts = {f.name: f for f in desk.book.made if f.about.get("incident") == "late_delivery"}
        before, after = facts["effect.rate-before"], facts["effect.rate-after"]
        late = [f.numerator / f.denominator for f in (before, after)]
        assert late == pytest.approx([before.figure, after.figure])
        assert after.figure < before.figure
        assert facts["effect.rate"].unit == "share-points"
        assert "Vélocis" in desk.draft.claims[0].text


def test_a_bank_has_what_its_sessions_came_to(world):  # noqa: F811
    desk = asked(world, "What changed at Banque Ondine in March 2026?")
    assert happened.compose(desk)
    refused = [f for f in desk.book.made if f.about.get("incident") == "payment_failed"]
    assert {f.name for f in refused} == {"effect.rate-before", "effect.rate-after"}


def test_a_stage_has_the_breaks_of_the_period_alone(world):  # noqa: F811
    desk = asked(world, "Que s’est-il passé en mars 2026 au moment du paiement ?")
    assert happened.compose(desk)
    dated = {f.about["since"][:7] for f in desk.book.made if "since" in f.about}
    assert dated == {"2026-03"}


@pytest.mark.parametrize(
    "question",
    [
        "Why did the NPS fall in July 2026?",
        "What changed at Acme in July 2026?",
        "What do customers say about Vélocis?",
    ],
)
def test_other_questions_are_left_to_others(world, question):  # noqa: F811
    desk = asked(world, question)
    assert not happened.compose(desk)
    assert not desk.draft.claims


@pytest.mark.parametrize(
    ("question", "there"),
    [
        ("Quel sera notre NPS au premier trimestre 2027 ?", True),
        ("How many parcels will Vélocis deliver late next Christmas?", True),
        ("What percentage of our e-mails are opened?", True),
        ("Combien nous coûte un appel à l’assistance ?", True),
        ("Combien de clients se plaignent des coûts de livraison ?", False),
        ("What was our NPS last Christmas?", False),
        ("How many complain about e-mails?", False),
        ("How many complain about the e-mails we sent?", False),
        ("How many customers say they will leave?", False),
        ("Combien disent que leur colis sera en retard ?", False),
    ],
)
def test_what_no_corpus_tells(world, question, there):  # noqa: F811
    desk = asked(world, question)
    assert (beyond.tell(desk) is not None) is there
    assert bool(desk.draft.claims) is there
