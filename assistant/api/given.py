"""What a request is given of the app: the Assistant, and the work behind the requests."""

from typing import Annotated

from fastapi import Depends, Request

from assistant.api.work import Work
from assistant.core import Assistant


def _assistant(request: Request) -> Assistant:
    found: Assistant = request.app.state.assistant
    return found


def _work(request: Request) -> Work:
    found: Work = request.app.state.work
    return found


TheAssistant = Annotated[Assistant, Depends(_assistant)]
TheWork = Annotated[Work, Depends(_work)]
