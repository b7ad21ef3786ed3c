"""A span that is about another theme: said at once, and coded once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.core import Assistant
from corpus.errors import InputError, NotFoundError
from corpus.files import RawFile
from corpus.settings import Settings

TEXT = "id,comment\n" + "".join(f"{n},The price is far too high.\n" for n in range(3))


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with Assistant(Settings(data=tmp_path / "data", embeddings="none")) as assistant:
        assistant.ingest(RawFile("reviews.csv", TEXT.encode()), origin="reviews.csv")
        assistant.code()
        yield assistant


def test_the_span_moves_from_one_theme_to_the_other(assistant: Assistant) -> None:
    first = assistant.theme_records("price")[0]
    span = first["mentions"][0]
    where = first["passage_id"], span["start"], span["end"], "price"
    told = assistant.correct(*where, holds=False, polarity="-", instead="fit")
    assert {each["id"] for each in told["changed"]} >= {"price", "fit"}
    moved = {each["passage_id"]: each["mentions"] for each in assistant.theme_records("fit")}
    assert moved[first["passage_id"]][0]["polarity"] == "-"
    left = {each["passage_id"] for each in assistant.theme_records("price")}
    assert first["passage_id"] not in left


def test_what_makes_no_sense_is_refused_and_nothing_is_kept(assistant: Assistant) -> None:
    first = assistant.theme_records("price")[0]
    where = first["passage_id"], 0, 4, "price"
    with pytest.raises(InputError, match="not about the first"):
        assistant.correct(*where, holds=True, instead="fit")
    with pytest.raises(NotFoundError):
        assistant.correct(*where, holds=False, instead="moon")
    assert len(assistant.theme_records("price")) == 3
