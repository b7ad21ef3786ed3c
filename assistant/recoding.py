"""The part of the Assistant that codes with a chat model: what it would take, and doing it."""

from threading import Event, Lock
from typing import Any

from assistant.models import ChatModel, chosen, destination
from corpus.coding.budget import ANSWER_TOKENS, Progress, estimate, spend
from corpus.coding.flow import Coding
from corpus.errors import BusyError, InputError
from corpus.settings import Settings
from corpus.store import Store

ASSUMPTION = (
    f"Prompts are counted with cl100k_base, answers taken to have {ANSWER_TOKENS} tokens a text; "
    "requests that are repeated, and what a model thinks before it answers, come on top."
)


class Recoding:
    """What an Assistant can do with a chat model that codes."""

    settings: Settings
    store: Store
    coding: Coding
    _paying: Lock
    _ending: Event

    def recode_budget(self, chat_model: str | None = None) -> dict[str, Any]:
        """What coding with a chat model would take; nothing is sent.

        ``chat_model`` is None in what it gives where none is named or set: then it takes nothing.
        """
        name = chosen(chat_model, self.settings)
        if name is None:
            return {"chat_model": None, "texts": 0, "requests": 0, "tokens": 0}
        return {
            "chat_model": name,
            "destination": destination(name, self.settings),
            **estimate(self.store, name).as_dict(),
            "assumption": ASSUMPTION,
        }

    def recode(
        self,
        chat_model: str | None = None,
        budget: int | None = None,
        progress: Progress | None = None,
        stop: Event | None = None,
    ) -> dict[str, Any]:
        """Code with a chat model within ``budget`` tokens, then the rest offline.

        Without a chat model all is coded offline, and nothing is spent. Raises InputError for a
        model without a budget, ConfigurationError for one that cannot be used, BusyError where
        a chat model codes already.
        """
        name = chosen(chat_model, self.settings)
        if name is None:
            self.coding.run(progress, stop)
            return {"chat_model": None, "used": None, "coded_share": self._coded_share()}
        if budget is None or budget < 1:
            raise InputError("Say how many tokens may be spent: a budget of at least one.")
        if not self._paying.acquire(blocking=False):
            raise BusyError("A chat model is coding already; wait until it is done.")
        try:
            model = ChatModel(name, self.settings)
            model.check()
            spent = spend(self.store, name, model, budget, progress, stop or self._ending)
        finally:
            self._paying.release()
        self.coding.run(stop=stop or self._ending)
        return {
            "chat_model": name,
            "destination": destination(name, self.settings),
            "budget": budget,
            "used": spent.as_dict(),
            "coded_share": self._coded_share(),
        }

    def _coded_share(self) -> float:
        coded, codable = self.coding.progress()
        return round(coded / codable, 4) if codable else 1.0
