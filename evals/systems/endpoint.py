"""Any system behind an endpoint that speaks OpenAI's chat API: a peer, to be put in the table."""

import openai

from corpus.errors import ModelError
from evals.types import Answered, Asked

PATIENCE = 120.0
"""Seconds for one answer."""


class Endpoint:
    """A model's name behind a URL; what it answers is text alone, so nothing of it is cited."""

    def __init__(self, url: str, model: str) -> None:
        self.name = model
        self._client = openai.OpenAI(base_url=url, timeout=PATIENCE)

    def answer(self, asked: Asked) -> Answered:
        """What it says to the whole conversation; raises ModelError where it says nothing."""
        said: list[str] = []
        for question in (*asked.before, asked.question):
            said.append(self._say(asked.before, said, question))
        return {
            "status": "answered", "text": said[-1], "claims": [], "citations": [], "facts": [],
        }  # fmt: skip

    def search(self, asked: Asked, limit: int) -> None:
        """It shows no passages."""

    def _say(self, before: tuple[str, ...], said: list[str], question: str) -> str:
        turns: list[openai.types.chat.ChatCompletionMessageParam] = []
        for asked, told in zip(before, said, strict=False):
            turns.append({"role": "user", "content": asked})
            turns.append({"role": "assistant", "content": told})
        turns.append({"role": "user", "content": question})
        try:
            made = self._client.chat.completions.create(model=self.name, messages=turns)
        except openai.OpenAIError as error:
            raise ModelError(f"{self.name} gave no answer: {error}") from error
        text = made.choices[0].message.content if made.choices else None
        if not text:
            raise ModelError(f"{self.name} gave an empty answer.")
        return text
