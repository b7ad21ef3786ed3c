"""Serving the API and the app from one process, until it is told to stop."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from secrets import token_hex
from types import FrameType

from assistant.beacon import lit
from assistant.core import Assistant
from corpus.errors import AncrageError

GRACE = 2
"""Seconds that requests under way are given at the end."""

_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to find the server then


def listen(host: str, port: int) -> socket.socket:
    """Bind the port, so that a taken one is known before anything is loaded."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AncrageError(
            f"Port {port} of {host} cannot be opened ({reason}); choose another with --port, "
            "or stop what uses it."
        ) from error


def url_of(host: str, port: int) -> str:
    """The address at which this machine finds the server."""
    name = _WILDCARDS.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def serve(
    assistant: Assistant,
    listening: socket.socket,
    host: str,
    *,
    ui: bool = True,
    announce: Callable[[str], None] = print,
) -> None:
    """Serve on a bound socket until SIGINT or SIGTERM; ``announce`` is given the address."""
    import uvicorn

    from assistant.api import create_app

    port = listening.getsockname()[1]
    instance = token_hex(16)
    app = create_app(assistant, ui=ui, host=host, port=port, instance=instance)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=GRACE,
    )
    url = url_of(host, port)

    class Announced(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            # Only from here on is a signal sure to be heard: before, it can be lost in a callback.
            announce(url)

    with lit(assistant.directory, url, instance):
        Announced(config).run(sockets=[listening])


@contextmanager
def until_stopped() -> Iterator[None]:
    """Run the body until SIGINT or SIGTERM, which end it in good order and are no failure."""

    # Otherwise the signal that uvicorn raises again when it is done would kill the process
    # before the data directory is let go of.
    def stop(*_: int | FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)
