"""Ancrage, asked as its doors ask it."""

from collections.abc import Iterator

from assistant.core import Assistant
from corpus.filters import read_filters
from evals.followups import as_resolved
from evals.types import Answered, Asked


class Product:
    """The loaded corpus, with or without a chat model."""

    def __init__(self, assistant: Assistant, chat_model: str | None = None) -> None:
        self.name = self.name_of(chat_model)
        self._assistant, self._model = assistant, chat_model
        self._begun: list[str] = []

    @staticmethod
    def name_of(chat_model: str | None) -> str:
        """What it is called in a run."""
        return "ancrage" if chat_model in (None, "none") else f"ancrage with {chat_model}"

    def answer(self, asked: Asked) -> Answered:
        """The answer, after the questions before it in a conversation of its own.

        It is answered anew: what an earlier version answered must not be given again.
        """
        conversation, filters = None, read_filters(asked.given)
        for question in (*asked.before, asked.question):
            said = self._assistant.ask(
                question, filters, conversation_id=conversation, chat_model=self._model, anew=True
            )
            conversation = said.conversation_id
        self._begun.append(said.conversation_id)
        return said.as_dict()

    def search(self, asked: Asked, limit: int) -> Iterator[str]:
        """The passages found, words and meaning fused; a follow-up is resolved first."""
        query = asked.question
        if asked.before:
            query = as_resolved(self._assistant, (*asked.before, query))
        hits = self._assistant.search(query, read_filters(asked.given), limit)
        return (hit["passage_id"] for hit in hits)

    def forget(self) -> None:
        """Delete the conversations that were begun: a measurement leaves none behind."""
        while self._begun:
            self._assistant.delete_conversation(self._begun.pop())
