"""What an answer by a chat model may take: time, tokens and money, for an answer and for a day."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from langchain.agents.middleware import AgentMiddleware
from langchain.agents.middleware.types import ModelRequest, ModelResponse
from langchain_core.messages import AIMessage, BaseMessage

from corpus.errors import ModelError
from corpus.settings import Settings
from corpus.spending import keep_spent, spent_on
from corpus.store import Store
from corpus.tokens import count_tokens

ROOM = 400
"""Tokens that must be left for a model to write anything."""


class NoBudget(ModelError):
    """Nothing is left of what an answer or a day may take."""


class TooLong(ModelError):
    """The time that an answer may take is over."""


class Meter(AgentMiddleware[Any, Any, Any]):
    """Lets a model be asked while time, tokens and money are left, and writes down what it took."""

    def __init__(self, name: str, settings: Settings, store: Store) -> None:
        super().__init__()
        self._model, self._settings, self._store = name, settings, store
        self._until = perf_counter() + settings.chat_seconds
        self.requests = self.prompt_tokens = self.answer_tokens = 0

    @property
    def seconds(self) -> float:
        """What is left of the answer's time."""
        return max(0.0, self._until - perf_counter())

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], ModelResponse[Any]]
    ) -> ModelResponse[Any]:
        """Ask the model once, if there is room for it."""
        system = [request.system_message] if request.system_message else []
        about = [*system, *request.messages]
        self.allow(about)
        response = handler(request)
        self.add(about, response.result)
        return response

    def check(self) -> None:
        """Raise TooLong where the answer's time is over."""
        if not self.seconds:
            raise TooLong("The answer's time is over.")

    def allow(self, messages: Sequence[BaseMessage]) -> None:
        """Raise NoBudget or TooLong where these messages may not be sent any more."""
        self.check()
        wanted = _tokens(messages) + ROOM
        today = spent_on(self._store, _today())
        used = self.prompt_tokens + self.answer_tokens
        if used + wanted > self._settings.chat_answer_tokens:
            raise NoBudget("The answer's tokens are used up.")
        if today.tokens + wanted > self._settings.chat_day_tokens:
            raise NoBudget("The day's tokens are used up.")
        most = self._settings.chat_day_money
        if most is not None and self._cost(today.prompt_tokens, today.answer_tokens) >= most:
            raise NoBudget("The day's money is used up.")

    def add(self, sent: Sequence[BaseMessage], answered: Sequence[BaseMessage]) -> None:
        """Write down what one request took, by the model's own count where it gives one."""
        usage = next(
            (m.usage_metadata for m in answered if isinstance(m, AIMessage) and m.usage_metadata),
            None,
        )
        prompt = usage["input_tokens"] if usage else _tokens(sent)
        answer = usage["output_tokens"] if usage else _tokens(answered)
        self.requests += 1
        self.prompt_tokens += prompt
        self.answer_tokens += answer
        keep_spent(self._store, _today(), self._model, prompt, answer)

    def as_dict(self) -> dict[str, Any]:
        """What the answer took; ``cost`` in the currency of the prices that are set."""
        used: dict[str, Any] = {
            "requests": self.requests,
            "prompt_tokens": self.prompt_tokens,
            "answer_tokens": self.answer_tokens,
        }
        if self._settings.chat_price_in is not None:
            used["cost"] = round(self._cost(self.prompt_tokens, self.answer_tokens), 6)
        return used

    def _cost(self, prompt: int, answer: int) -> float:
        price_in, price_out = self._settings.chat_price_in, self._settings.chat_price_out
        return (prompt * (price_in or 0.0) + answer * (price_out or 0.0)) / 1e6


def _tokens(messages: Sequence[BaseMessage]) -> int:
    return sum(count_tokens(f"{m.text}{getattr(m, 'tool_calls', '') or ''}") for m in messages)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
