"""What the map assumes of a persona, and beside what customers say."""

import pytest

from assistant.answers import on_map
from tests.assistant.test_answers_deeds import asked, world  # noqa: F401


@pytest.mark.parametrize(
    ("question", "persona"),
    [
        ("D’après la carte, que ressent Marc vis-à-vis du retour gratuit ?", "Marc"),
        ("What does Camille think at the payment step?", "Camille"),
    ],
)
def test_a_persona_has_its_cells(world, question, persona):  # noqa: F811
    desk = asked(world, question)
    assert on_map.compose(desk), question
    ids = [citation.passage_id for citation in desk.draft.citations]
    listed = ", ".join(f"'{each}'" for each in ids)
    rows = world.sql(f"SELECT persona, lane FROM cells WHERE id IN ({listed})")
    assert rows
    assert all(row["persona"].startswith(persona) and row["lane"] == "thinking" for row in rows)
    assert not desk.book.made


@pytest.mark.parametrize(
    "question", ["What does Marc think of Jupiter?", "Why do customers complain about delivery?"]
)
def test_what_is_not_wholly_of_the_map_is_left(world, question):  # noqa: F811
    desk = asked(world, question)
    assert not on_map.compose(desk)
    assert not desk.draft.claims
