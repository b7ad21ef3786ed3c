"""What people ask an analysis for is done, or refused with the reason."""

import pytest

from assistant.analyses import facts_of
from assistant.answers.book import FactBook
from corpus.codebook import starting_codebook
from corpus.errors import InputError
from corpus.metrics import analyses, is_cut_up
from corpus.metrics.types import Ask
from corpus.store import Store
from tests.corpus.worlds import Answer, fill

BOOK = starting_codebook()
SAID = [
    Answer(
        f"c{n}",
        9 if n % 3 else 2,
        {"price": "-"} if n % 2 else {},
        channel="web" if n % 4 else "app",
    )
    for n in range(160)
]


@pytest.fixture
def store(tmp_path):
    with_answers = Store(tmp_path / "store.duckdb")
    fill(with_answers, SAID)
    yield with_answers
    with_answers.close()


@pytest.mark.parametrize("name", [name for name in analyses() if not is_cut_up(name)])
def test_what_cannot_be_cut_up_is_refused_and_not_given_whole(store, name):
    with pytest.raises(InputError, match=f"The analysis {name} is not cut up"):
        facts_of(store, BOOK, name, Ask(by="channel"), "en")


def test_what_can_be_cut_up_gives_each_part(store):
    found = facts_of(store, BOOK, "score", Ask(by="channel"), "en")
    assert {fact.about["channel"] for fact in found} == {"web", "app"}
    assert all("--by channel" in fact.replay for fact in found)


def test_a_fact_of_a_cut_up_question_is_given_again_by_its_command(store):
    # Given a question by channel, in the answer to which stands a figure that is not cut up
    book = FactBook(store, BOOK, "en")
    fact = book.use(book.run("themes", Ask(by="channel"))[0])
    assert "--by" not in fact.replay
    assert fact.value == facts_of(store, BOOK, "themes", Ask(), "en")[0].value
