"""Where the server of a data directory is found: a small file that it keeps there while it runs."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "server.json"


@dataclass(frozen=True, slots=True)
class Beacon:
    """``instance`` is what the server's ``/healthz`` gives, so that no other is taken for it."""

    url: str
    pid: int
    instance: str


@contextmanager
def lit(directory: Path, url: str, instance: str) -> Iterator[None]:
    """Say in ``directory`` that this process serves it, for as long as it does."""
    path = directory / FILE
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(asdict(Beacon(url, os.getpid(), instance))))
    fresh.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def seen(directory: Path) -> Beacon | None:
    """The beacon in ``directory``, which a server that was killed may have left behind."""
    try:
        return Beacon(**json.loads((directory / FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None
