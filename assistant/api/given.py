"""What a request is given of the app: the Assistant, its threads, the work behind the requests."""

from functools import partial
from typing import Annotated, Any

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import Depends, Request, Response

from assistant.api.work import Work
from assistant.core import Assistant

AT_ONCE = 4
"""Answers and queries worked on at a time; others wait their turn."""

_places = CapacityLimiter(AT_ONCE)


def _assistant(request: Request) -> Assistant:
    found: Assistant = request.app.state.assistant
    return found


def _work(request: Request) -> Work:
    found: Work = request.app.state.work
    return found


TheAssistant = Annotated[Assistant, Depends(_assistant)]
TheWork = Annotated[Work, Depends(_work)]


async def blocking(function: Any, *arguments: Any, **options: Any) -> Any:
    """Run blocking work in a thread, at most ``AT_ONCE`` at a time."""
    return await run_sync(partial(function, *arguments, **options), limiter=_places)


def as_attachment(content: bytes, name: str, media: str) -> Response:
    """A file to be saved, and never to be shown within the app's own origin."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media, headers=headers)
