"""What happens in the list of conversations: find, reopen, rename, delete."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import gradio as gr

from assistant.ui import answer as show
from assistant.ui import chips, history
from assistant.ui.charts.choose import charts
from assistant.ui.charts.parts import Told
from assistant.ui.charts.show import show as show_charts
from assistant.ui.events import Events, Update, live_of, log_of
from assistant.ui.safe import esc
from assistant.ui.session import MOST_TURNS, Session
from assistant.ui.words import say, say_count
from corpus.errors import AncrageError, InputError, NotFoundError
from corpus.metrics.types import Ask

Json = Mapping[str, Any]

CORRECTED = ("intent", "themes", "by")
"""What of a reading a chip can change, beside its limits."""


class HistoryEvents:
    """The handlers of the list; ``events`` are those of the conversation beside it."""

    def __init__(self, events: Events) -> None:
        self.events = events
        self.assistant = events.assistant

    def open(self, session: Session) -> Update:
        """Give the list its words: the head and the list."""
        return history.head(session.language), self.listed(session, "")

    def listed(self, session: Session, sought: str) -> str:
        """The conversations whose title has the words that are sought."""
        found = self.assistant.conversations(sought)
        sought_any = bool(sought.strip())
        return history.listed(session.language, found, session.conversation, sought=sought_any)

    def find(self, session: Session, event: gr.EventData) -> Update:
        """The list, and the words that are sought from now on."""
        sought = str(event._data.get("title", ""))
        return self.listed(session, sought), sought

    def reopen(self, session: Session, sought: str, event: gr.EventData) -> Update:
        """One conversation as it was: the list, and what ``Events.restart`` gives."""
        try:
            found = self.assistant.conversation(str(event._data.get("id", "")))
        except NotFoundError:
            return self._gone(session, sought)
        language = session.language
        session = replace(session.afresh(), conversation=found["id"])
        menus = self.events.menus(session)
        rated = {
            str(each["answer_id"]): str(each["verdict"])
            for each in self.assistant.ratings(found["id"])
        }
        for turn in found["turns"][-MOST_TURNS:]:
            session = session.begin()
            session = self._turn(session, f"turn-{session.count}", turn, menus, rated)
        opened = say(language, "history_opened", n=say_count(language, "n_questions", found["n"]))
        return (
            self.listed(session, sought),
            log_of(session),
            live_of(session, busy=False),
            esc(opened),
            gr.skip(),
            session,
            gr.update(visible=True),
            gr.update(visible=False),
            gr.update(visible=True),
        )

    def _turn(
        self, session: Session, key: str, turn: Json, menus: chips.Menus, rated: Mapping[str, str]
    ) -> Session:
        """The session with a turn on screen, its answer as it was given."""
        language, question, given = session.language, str(turn["question"]), turn["answer"]
        if not given:
            body = history.not_kept(language, turn["made"])
            return replace(session, live=show.turn(language, key, question, body))
        body = history.given(language, turn["made"]) + show.answer(
            language,
            key,
            given,
            by_meaning=self.events.by_meaning,
            chips=chips.show(menus, key, given["understood"]),
            charts=self._charts(given["facts"], menus),
            verdict=rated.get(str(given["id"]), ""),
        )
        reading = turn["reading"]
        # Asked again with one chip changed, the rest stays as it was understood.
        corrected = {name: reading[name] for name in CORRECTED} | reading["limits"]
        asked = chips.asked(question, given["understood"], corrected)
        session = session.answered(key, asked)
        return replace(session, live=show.turn(language, key, question, body))

    def _charts(self, facts: Sequence[Json], menus: chips.Menus) -> str:
        """The pictures of kept facts, the series that they are from only where it is the same."""
        told = Told(menus.language, menus.codebook)

        def as_given(name: str, ask: Ask) -> Sequence[Json]:
            try:
                whole = self.assistant.facts(name, ask)
            except AncrageError:
                return ()
            now = {_figure(fact): fact["value"] for fact in whole}
            kept = [fact for fact in facts if fact["replay"] == whole[0]["replay"]] if whole else []
            same = all(now.get(_figure(fact), ...) == fact["value"] for fact in kept)
            return whole if kept and same else ()

        return show_charts(menus.language, charts(facts, told, as_given))

    def rename(self, session: Session, sought: str, event: gr.EventData) -> str:
        """The list, with a conversation called otherwise."""
        data = event._data
        # What cannot be called so keeps its title, which the list shows.
        with suppress(KeyError, InputError, NotFoundError):
            self.assistant.rename_conversation(str(data["id"]), str(data["title"]))
        return self.listed(session, sought)

    def delete(self, session: Session, sought: str, event: gr.EventData) -> Update:
        """The list without a conversation, and a new one where it was on screen."""
        key = str(event._data.get("id", ""))
        try:
            self.assistant.delete_conversation(key)
        except NotFoundError:
            return self._gone(session, sought)
        if key != session.conversation:
            deleted = esc(say(session.language, "history_deleted"))
            return (self.listed(session, sought), *(gr.skip(),) * 2, deleted, *(gr.skip(),) * 5)
        return (self.listed(session.afresh(), sought), *self.events.restart(session))

    def _gone(self, session: Session, sought: str) -> Update:
        sentence = esc(say(session.language, "history_gone"))
        return (self.listed(session, sought), *(gr.skip(),) * 2, sentence, *(gr.skip(),) * 5)


def _figure(fact: Json) -> tuple[object, ...]:
    """What a fact is of, by which it is found among those of its analysis."""
    return (fact["name"], *sorted(fact["about"].items()))
