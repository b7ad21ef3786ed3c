"""An answer as it comes, for who waits for it: each claim of a chat model once it is verified.

On stderr, as progress is: stdout holds the whole answer, once.
"""

from collections.abc import Generator
from contextlib import closing
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.text import Text

from assistant.cli.output import plain, warn
from assistant.streaming import Event

LAST = 6
"""Claims that stand on the screen while more come: it may be small."""


def shown(events: Generator[Event]) -> dict[str, Any]:
    """The whole answer, its claims shown as they come; on a terminal they make room for it."""
    console = Console(stderr=True, highlight=False)
    claims: list[str] = []
    with closing(events), Live(console=console, transient=True, auto_refresh=False) as live:
        for name, data in events:
            if name == "answer":
                return data
            claims.append(plain(data["text"]))
            if console.is_terminal:
                live.update(Text("\n\n".join(claims[-LAST:])), refresh=True)
            else:
                warn(claims[-1])
    raise RuntimeError("an answer ended before it was whole")
