"""Conversations in the store: kept, listed, called, deleted; and stores of older versions."""

import json
from pathlib import Path

import duckdb
import pytest

from corpus.conversations import (
    LONGEST_TITLE,
    Turn,
    conversation,
    conversations,
    keep_turn,
    remove,
    rename,
    turns_before,
)
from corpus.errors import NotFoundError
from corpus.store import Store


def say(store: Store, where: str, question: str, *, going_on: bool = False) -> None:
    turn = Turn(question, {"text": question}, {"text": question.upper()})
    keep_turn(store, where, turn, going_on=going_on)


def test_turns_are_kept_whole_and_in_order(store: Store) -> None:
    say(store, "a", "Pourquoi ?")
    say(store, "b", "Combien ?")
    say(store, "a", "Et ensuite ?", going_on=True)
    found = conversation(store, "a")
    assert [turn["number"] for turn in found["turns"]] == [1, 2]
    assert [turn["question"] for turn in found["turns"]] == ["Pourquoi ?", "Et ensuite ?"]
    assert found["turns"][1]["answer"] == {"text": "ET ENSUITE ?"}
    assert found["turns"][1]["reading"] == {"text": "Et ensuite ?"}
    assert (found["made"], found["changed"]) == tuple(turn["made"] for turn in found["turns"])
    assert [turn.question for turn in turns_before(store, "a", 2)] == ["Pourquoi ?", "Et ensuite ?"]
    assert [turn.reading for turn in turns_before(store, "a", 1)] == [{"text": "Et ensuite ?"}]
    # The one that was gone on with last comes first.
    assert [(each["id"], each["n"]) for each in conversations(store)] == [("a", 2), ("b", 1)]


def test_a_title_is_the_first_question_until_it_is_given_one(store: Store) -> None:
    long = (
        "Pourquoi les clients qui commandent le soir abandonnent-ils leur panier avant de payer ?"
    )
    say(store, "a", long)
    say(store, "b", "Combien\n de retours ?")
    titles = {each["id"]: each["title"] for each in conversations(store)}
    assert titles["b"] == "Combien de retours ?"
    assert len(titles["a"]) <= LONGEST_TITLE
    assert long.startswith(titles["a"].removesuffix("…"))
    assert long[len(titles["a"]) - 1] == " "
    rename(store, "a", "Le panier du soir")
    rename(store, "a", "L’été du panier")
    assert conversation(store, "a")["title"] == "L’été du panier"
    assert [each["id"] for each in conversations(store, "PANIER ete")] == ["a"]
    assert [each["id"] for each in conversations(store, "panier retours")] == []


def test_one_that_is_deleted_stays_deleted(store: Store) -> None:
    say(store, "a", "Pourquoi ?")
    say(store, "b", "Combien ?")
    rename(store, "a", "À jeter")
    remove(store, "a")
    assert [each["id"] for each in conversations(store)] == ["b"]
    # An answer that was on its way when it was deleted does not bring it back.
    say(store, "a", "Et ensuite ?", going_on=True)
    assert [each["id"] for each in conversations(store)] == ["b"]
    assert turns_before(store, "a", 1) == []
    for act in (conversation, remove, lambda s, i: rename(s, i, "x")):
        with pytest.raises(NotFoundError, match="no conversation a"):
            act(store, "a")
    say(store, "a", "Encore ?")
    assert conversation(store, "a")["title"] == "Encore ?"


def test_a_store_whose_turns_have_no_answers_opens(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    Store(path).close()
    reading = json.dumps({"text": "Pourquoi ?"})
    with duckdb.connect(str(path)) as older:
        older.execute("DROP TABLE titles")
        older.execute("ALTER TABLE turns DROP COLUMN answer")
        older.execute("ALTER TABLE turns DROP COLUMN key")
        older.execute(
            "INSERT INTO turns VALUES ('a', 1, 'Pourquoi ?', ?, '2026-05-01T08:00:00+00:00')",
            [reading],
        )
    store = Store(path)
    say(store, "a", "Et ensuite ?", going_on=True)
    rename(store, "a", "Avant")
    found = conversation(store, "a")
    store.close()
    assert (found["title"], found["made"]) == ("Avant", "2026-05-01T08:00:00+00:00")
    assert [turn["answer"] for turn in found["turns"]] == [None, {"text": "ET ENSUITE ?"}]
    again = Store(path)
    assert conversation(again, "a") == found
    again.close()
