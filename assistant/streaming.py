"""An answer as it comes: each claim of a chat model once it is verified, then the whole."""

import json
import re
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import asdict
from queue import SimpleQueue
from threading import Thread
from typing import Any

from assistant.pages import Listener
from assistant.types import Answer, Claim

Event = tuple[str, dict[str, Any]]

_END, _LINE = re.compile(r"\r?\n\r?\n"), re.compile(r"\r?\n")
"""Of an event, and of a line in it: customers' words may hold other marks that end lines."""


def streamed(make: Callable[[Listener], Answer]) -> Generator[Event]:
    """(event, data) pairs: ``claim`` for each verified claim, once, then ``answer``.

    The answer is made in a thread of its own. What goes wrong there is raised here. Closed before
    its end, it has the model's stream closed, and the answer is neither finished nor kept.
    """
    came: SimpleQueue[Event | BaseException] = SimpleQueue()

    def heard(claim: Claim) -> None:
        came.put(("claim", asdict(claim)))

    listener = Listener(heard)

    def answer() -> None:
        try:
            came.put(("answer", make(listener).as_dict()))
        except BaseException as error:  # it is raised where it is read
            came.put(error)

    Thread(target=answer, name="ancrage-answer", daemon=True).start()
    told: set[str] = set()
    try:
        while True:
            event = came.get()
            if isinstance(event, BaseException):
                raise event
            name, data = event
            if name == "answer":
                yield from (("claim", each) for each in data["claims"] if each["id"] not in told)
                yield event
                return
            told.add(data["id"])
            yield event
    finally:
        listener.stop()


def received(texts: Iterable[str]) -> Iterator[Event]:
    """The events of a server, from the pieces in which its text comes."""
    rest = ""
    for text in texts:
        *whole, rest = _END.split(rest + text)
        for each in whole:
            fields = dict(line.split(": ", 1) for line in _LINE.split(each) if ": " in line)
            if "event" in fields:
                yield fields["event"], json.loads(fields["data"])
