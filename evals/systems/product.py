"""Ancrage, asked as its doors ask it."""

from collections.abc import Iterator

from assistant.core import Assistant
from corpus.filters import read_filters
from evals.types import Answered, Asked


class Product:
    """The loaded corpus, with or without a chat model."""

    def __init__(self, assistant: Assistant, chat_model: str | None = None) -> None:
        self.name = "ancrage" if chat_model in (None, "none") else f"ancrage with {chat_model}"
        self._assistant, self._model = assistant, chat_model

    def answer(self, asked: Asked) -> Answered:
        """The answer, after the questions before it in a conversation of its own."""
        conversation, filters = None, read_filters(asked.given)
        for question in asked.before:
            said = self._assistant.ask(
                question, filters, conversation_id=conversation, chat_model=self._model
            )
            conversation = said.conversation_id
        return self._assistant.ask(
            asked.question, filters, conversation_id=conversation, chat_model=self._model
        ).as_dict()

    def search(self, query: str, limit: int) -> Iterator[str]:
        """The passages found, words and meaning fused."""
        return (hit["passage_id"] for hit in self._assistant.search(query, limit=limit))
