"""Opening the data directory, or finding the server that has it open."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.client import RemoteAssistant, find_server
from assistant.core import Assistant
from corpus.errors import BusyError
from corpus.settings import Settings, load_settings

PATIENCE = 5.0
"""Seconds for which a busy directory is tried again, since short commands overlap."""


Opened = Assistant | RemoteAssistant
"""The same methods, here or in the server that holds the directory."""


def settings_for(data: Path | None) -> Settings:
    """The settings, with the data directory that the command names."""
    settings = load_settings()
    return settings.model_copy(update={"data": data}) if data else settings


@contextmanager
def opened(data: Path | None, *, drop_index: bool = False) -> Iterator[Opened]:
    """The Assistant over the data directory: here, or else in the server that holds it.

    ``drop_index`` deletes the indexes before they are opened, where they are opened here.
    Raises BusyError where another process that is no server keeps the directory for longer than
    PATIENCE.
    """
    assistant = _open(settings_for(data), drop_index)
    try:
        yield assistant
    finally:
        assistant.close()


def _open(settings: Settings, drop_index: bool) -> Opened:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return Assistant(settings, drop_index=drop_index)
        except BusyError:
            if server := find_server(settings.data.absolute()):
                return server
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
