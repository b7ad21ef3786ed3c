"""Coding by a chat model within a budget: what is counted, kept and used again."""

import json
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest

from corpus import tables as t
from corpus.codebook import read_codebook, starting_codebook, write_codebook
from corpus.coding import model_codes
from corpus.coding.budget import ANSWER_TOKENS, IN_A_ROW, TEXTS, Completion, estimate, spend
from corpus.coding.flow import Coding
from corpus.coding.judgements import Label, keep_codebook, keep_correction, keep_labels
from corpus.coding.mentions import BY_PERSON, Correction
from corpus.coding.scoring import known
from corpus.errors import ConfigurationError, ModelError
from corpus.store import Store
from corpus.tokens import count_tokens


def texts_in(prompt: str) -> dict[str, str]:
    part = prompt.rpartition("<texts>\n")[2].partition("</texts>")[0]
    return {str(each["id"]): each["text"] for each in map(json.loads, part.splitlines())}


class Model:
    """Says of each text that its first word is about prices, and counts as it is told to."""

    def __init__(self, rate: float = 1.0, answer_tokens: int | None = None) -> None:
        self.asked: list[tuple[str, int]] = []
        self.rate, self.answer_tokens = rate, answer_tokens

    def __call__(self, prompt: str, most: int) -> Completion:
        self.asked.append((prompt, most))
        found = {
            number: [{"quote": text.split()[0], "theme": "price", "polarity": "+"}]
            for number, text in texts_in(prompt).items()
        }
        text = json.dumps(found, ensure_ascii=False)
        took = self.answer_tokens or count_tokens(text)
        return Completion(text, round(self.rate * count_tokens(prompt)), min(most, took))


def corpus_of(load: Callable[..., Any], count: int, name: str = "avis.csv") -> None:
    rows = "".join(f"{name}-{n};Phrase numéro {n} de {name} sans rien.\n" for n in range(count))
    load("id;avis\n" + rows, name)


def mentions(store: Store) -> list[dict[str, Any]]:
    return store.sql("SELECT * FROM mentions ORDER BY passage_id, span_start, theme")


def coding(store: Store) -> Coding:
    return Coding(store, lambda texts: None, "none")


def test_the_estimate_is_what_is_sent(store: Store, load: Callable[..., Any]) -> None:
    corpus_of(load, 2 * TEXTS + 5)
    planned, model = estimate(store, "m"), Model()
    assert (planned.texts, planned.requests, planned.coded_before) == (2 * TEXTS + 5, 3, 0)
    assert planned.answer_tokens == planned.texts * ANSWER_TOKENS
    spent = spend(store, "m", model, 10**9)
    assert (spent.coded, spent.requests, spent.stopped) == (planned.texts, 3, None)
    assert spent.prompt_tokens == pytest.approx(planned.prompt_tokens, rel=0.002)
    again = estimate(store, "m")
    assert (again.texts, again.tokens, again.coded_before) == (0, 0, planned.texts)
    # Nothing is paid for twice, but another model has coded nothing.
    assert spend(store, "m", model, 10**9).requests == 0
    assert estimate(store, "other").texts == planned.texts


def test_a_text_that_stands_there_twice_is_sent_once(store, load) -> None:
    load("id;avis\n1;Le même texte.\n2;Le même texte.\n")
    assert estimate(store, "m").texts == 1


@pytest.mark.parametrize("rate", [0.8, 1.0, 1.5])
def test_the_budget_is_never_exceeded(store, load, rate: float) -> None:
    corpus_of(load, 3 * TEXTS)
    planned = estimate(store, "m")
    budget = round(planned.tokens * rate * 0.7)
    spent = spend(store, "m", Model(rate, answer_tokens=4_000), budget)
    # The first request's tokens are foreseen as ours are.
    assert spent.tokens <= budget
    assert 0 < spent.coded < planned.texts
    assert spent.coded == estimate(store, "m").coded_before
    assert f"{budget:,}" in (spent.stopped or "")
    assert not spent.failed


def test_a_budget_below_one_request_sends_nothing(store, load) -> None:
    corpus_of(load, 3)
    model = Model()
    spent = spend(store, "m", model, 500)
    assert (model.asked, spent.tokens, spent.requests) == ([], 0, 0)
    assert spent.stopped


def test_an_answer_may_be_as_long_as_what_is_left(store, load) -> None:
    corpus_of(load, 3)
    model = Model()
    budget = estimate(store, "m").tokens + 7
    spend(store, "m", model, budget)
    ((prompt, most),) = model.asked
    assert most == budget - count_tokens(prompt)


def test_it_ends_between_requests(store, load) -> None:
    corpus_of(load, 2 * TEXTS)
    stop, model = Event(), Model()
    steps: list[tuple[int, int]] = []

    def progress(done: int, whole: int) -> None:
        steps.append((done, whole))
        stop.set()

    spent = spend(store, "m", model, 10**9, progress, stop)
    assert (spent.coded, steps) == (TEXTS, [(TEXTS, 2 * TEXTS)])
    assert spent.stopped


def test_what_cannot_be_read_is_left_and_counted(store, load) -> None:
    corpus_of(load, TEXTS + 1)
    model = Model()

    def sometimes(prompt: str, most: int) -> Completion:
        done = model(prompt, most)
        return done if len(texts_in(prompt)) == 1 else Completion(done.text[:-9], 100, 10)

    spent = spend(store, "m", sometimes, 10**9)
    assert (spent.requests, spent.malformed, spent.coded) == (3, TEXTS, 1)
    assert spent.tokens > 220
    assert estimate(store, "m").texts == TEXTS


def test_silence_is_endured_so_often(store, load) -> None:
    corpus_of(load, (IN_A_ROW + 1) * TEXTS)
    asked: list[str] = []

    def silent(prompt: str, most: int) -> Completion:
        asked.append(prompt)
        raise ModelError("It did not answer.", sent=2)

    spent = spend(store, "m", silent, 10**9)
    assert (len(asked), spent.unanswered, spent.failed) == (IN_A_ROW, IN_A_ROW * TEXTS, True)
    assert spent.stopped == "It did not answer."
    # What was sent may be billed.
    assert spent.tokens == 2 * sum(map(count_tokens, asked))


def test_a_refusal_for_good_ends_it(store, load) -> None:
    corpus_of(load, 3 * TEXTS)

    def refused(prompt: str, most: int) -> Completion:
        raise ConfigurationError("Its key is refused.")

    spent = spend(store, "m", refused, 10**9)
    assert (spent.requests, spent.stopped, spent.failed) == (1, "Its key is refused.", True)


def test_the_models_codes_take_the_coders_place(store, load) -> None:
    load("id;étape;avis\n1;;Cadeau très cher.\n2;achat;Cadeau joli.\n3;;Le colis est en retard.\n")
    flow = coding(store)
    flow.run()
    offline, state = mentions(store), flow.state()
    spend(store, "m", Model(), 10**9)
    assert flow.state() != state
    assert flow.progress() == (0, 3)
    flow.run()
    found = mentions(store)
    assert found != offline
    assert {(each["theme"], each["method"]) for each in found} == {("price", "chat model m")}
    assert [(each["span_start"], each["span_end"]) for each in found] == [(0, 6), (0, 6), (0, 2)]
    # A stage that the theme does not have is not taken over, its own first one is.
    assert all(each["stage"] == "need" for each in found)


def test_a_store_without_them_is_in_the_state_that_it_was_in(store, load) -> None:
    flow = coding(store)
    state = flow.state()
    model_codes.keep(store, 7, "m", [("digest", [])])
    assert flow.state() == state


def test_nothing_is_a_code_too(store, load) -> None:
    load("id;avis\n1;C'est trop cher, le prix est élevé.\n")
    flow = coding(store)
    flow.run()
    assert mentions(store)
    spend(store, "m", lambda prompt, most: Completion('{"1": []}', 1, 1), 10**9)
    flow.run()
    assert mentions(store) == []


def test_people_stand_above_the_model(store, load) -> None:
    load("id;avis\n1;Cadeau très joli.\n")
    spend(store, "m", Model(), 10**9)
    flow = coding(store)
    flow.run()
    (found,) = mentions(store)
    passage = found["passage_id"]
    keep_correction(store, Correction(passage, 0, 6, "price", False))
    keep_correction(store, Correction(passage, 7, 16, "product-quality", True, "+"))
    flow.run()
    (found,) = mentions(store)
    assert (found["theme"], found["method"]) == ("product-quality", BY_PERSON)


def test_the_last_model_counts_and_an_other_codebook_asks_anew(
    store, load, monkeypatch: pytest.MonkeyPatch
) -> None:
    load("id;avis\n1;Cadeau très joli.\n")
    flow = coding(store)
    for hour, name in enumerate(("b", "a")):
        monkeypatch.setattr(model_codes, "now", lambda hour=hour: f"2026-01-01T0{hour}:00:00")
        spend(store, name, Model(), 10**9)
    flow.run()
    assert [each["method"] for each in mentions(store)] == ["chat model a"]
    book = write_codebook(starting_codebook()).replace("name: commerce", "name: ours")
    keep_codebook(store, read_codebook(book))
    assert estimate(store, "a").texts == 1
    flow.run()
    assert not any(each["method"].startswith("chat") for each in mentions(store))


def test_a_removed_source_leaves_places_alone(store, load) -> None:
    load("id;avis\n1;Dupont, ce cadeau est joli.\n")
    spend(store, "m", Model(), 10**9)
    store.remove(store.sources()[0].id)
    (left,) = store.sql("SELECT * FROM model_codes")
    assert "Dupont" not in json.dumps(left)
    assert set(left) == {"digest", "version", "model", "mentions", "made"}
    # The same text again is not paid for again.
    load("id;avis\n1;Dupont, ce cadeau est joli.\n")
    assert estimate(store, "m").texts == 0


def test_the_tables_rows_of_sources_are_not_its(store) -> None:
    assert t.model_codes not in t.BY_SOURCE


def test_reliability_is_that_of_who_coded(store, load) -> None:
    corpus_of(load, 4)
    _, book = coding(store).codebook()
    records = [row["id"] for row in store.sql("SELECT id FROM records ORDER BY id")]
    # People find prices everywhere; the offline coder, had it not learned, nowhere.
    keep_labels(store, [Label(each, "me", {"price": "+"}, 1.0, {"price": 0.0}) for each in records])
    (price,) = known(store, book, by_language=False)
    assert price.measures.recall.value == 0
    spend(store, "m", Model(), 10**9)
    (price,) = known(store, book, by_language=False)
    assert price.measures.recall.value == 1
