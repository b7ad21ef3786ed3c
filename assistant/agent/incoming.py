"""A model's answer while it comes in: its claims, each as soon as it is whole."""

import json
import re
from collections.abc import Callable
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler

_LIST = re.compile(r'\{\s*"claims"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")


class Incoming(BaseCallbackHandler):
    """Hands on each element of the list ``claims`` of an answer that is being written.

    ``take`` is called in the thread that reads the model, and what it raises ends the reading;
    ``check`` is called at every piece, so that no stream outlasts its answer.
    """

    raise_error = True

    def __init__(self, take: Callable[[Any], None], check: Callable[[], None]) -> None:
        self._take, self._check = take, check
        self._text, self._place = "", -1

    def on_chat_model_start(self, *_: Any, **__: Any) -> None:
        """Another request: what came in before was no answer."""
        self._text, self._place = "", -1

    def on_llm_new_token(self, token: Any, **_: Any) -> None:
        """A piece of the answer; what is no text is a call of a tool."""
        self._check()
        if isinstance(token, str) and token:
            self._text += token
            self._read()

    def whole(self, text: str) -> None:
        """The answer at its end, for what a model gave in one piece."""
        if not self._text:
            self._text = text
            self._read()

    def _read(self) -> None:
        if self._place < 0:
            begins = _LIST.search(self._text)
            if not begins:
                return
            self._place = begins.end()
        while True:
            between = _BETWEEN.match(self._text, self._place)
            start = between.end() if between else self._place
            if not self._text.startswith("{", start):
                return
            try:
                element, self._place = json.JSONDecoder().raw_decode(self._text, start)
            except json.JSONDecodeError:
                return
            self._take(element)
