"""Who may call, and with how much.

There is no authentication yet, so only this machine may, and no foreign web page.
"""

import socket
from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.problems import problem

LOOPBACK = ("localhost", "127.0.0.1", "::1")
WILDCARDS = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to

LARGEST_BODY = 1_000_000
"""Bytes of any request under /v1 but an upload; the UI limits its own."""

_UPLOADS = "/v1/sources"


class Guard:
    """Refuses requests for a host that is not ours, and those that another site's page makes.

    The first stops DNS rebinding: a page of evil.example whose name is pointed at 127.0.0.1
    still says evil.example. Starlette's TrustedHostMiddleware answers in plain text and cannot
    allow every literal address, which is what binding to all interfaces needs.
    """

    def __init__(self, app: ASGIApp, host: str, allowed_hosts: Sequence[str] = ()) -> None:
        self._app = app
        self._any_address = host in WILDCARDS
        self._names = {*LOOPBACK, *map(str.lower, allowed_hosts)}
        self._names.add(socket.gethostname().lower() if self._any_address else host.lower())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or refuse one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self.is_ours(host):
            refusal = problem(400, "The request is for a host that this server does not answer as.")
        elif origin is not None and not _same_place(origin, host):
            refusal = problem(403, "Requests from another site's pages are refused.")
        else:
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refusal(scope, receive, send)

    def is_ours(self, host: str) -> bool:
        """Whether a Host header names this server."""
        place = _place(f"//{host}")
        return place is not None and (
            place[0] in self._names or (self._any_address and _is_address(place[0]))
        )


class BodyLimit:
    """Refuses bodies that are too large, by what is announced or else by what comes in."""

    def __init__(self, app: ASGIApp, max_upload_mb: int) -> None:
        self._app, self._max_upload_mb = app, max_upload_mb

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or refuse one request."""
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        uploads = scope["path"] == _UPLOADS
        limit = LARGEST_BODY + (self._max_upload_mb * 1_000_000 if uploads else 0)
        sentence = (
            f"The upload is larger than {self._max_upload_mb} MB (ANCRAGE_MAX_UPLOAD_MB)."
            if uploads
            else f"The request is larger than {LARGEST_BODY:,} bytes."
        )
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            await problem(413, sentence)(scope, receive, send)
            return
        come_in = 0

        async def counted() -> Message:
            nonlocal come_in
            message = await receive()
            come_in += len(message.get("body", b""))
            if come_in > limit:
                raise HTTPException(413, sentence)
            return message

        await self._app(scope, counted, send)


def _place(url: str) -> tuple[str, int | None] | None:
    """The host name and port of a URL; None where it has none or is malformed."""
    try:
        parts = urlsplit(url)
        if not parts.hostname or parts.username is not None:
            return None
        return parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None


def _same_place(origin: str, host: str) -> bool:
    there = _place(origin)
    scheme = origin.partition("://")[0]
    return there is not None and there == _place(f"{scheme}://{host}")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
