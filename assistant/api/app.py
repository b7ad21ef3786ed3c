"""The app factory: routes, guards, the background work and, if asked for, the UI."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from secrets import token_hex

from fastapi import FastAPI

from assistant.api.guard import BodyLimit, Guard
from assistant.api.problems import add_problem_handlers
from assistant.api.routes import router
from assistant.api.work import Work
from assistant.core import Assistant
from assistant.quiet import no_telemetry


def create_app(
    assistant: Assistant,
    *,
    ui: bool = True,
    host: str = "127.0.0.1",
    port: int = 7860,
    instance: str | None = None,
    allowed_hosts: Sequence[str] = (),
) -> FastAPI:
    """The app over ``assistant``, which stays the caller's to close.

    ``instance`` is what ``/healthz`` gives, so that a client knows whom it speaks to.
    ``allowed_hosts`` are names under which the app may be reached beside loopback and ``host``.
    While the app runs, ``app.state.work`` embeds what is pending.
    """
    no_telemetry()
    work = Work(assistant)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        work.start()
        yield
        work.close()

    # The interactive pages would load their scripts from a CDN.
    app = FastAPI(
        title="Ancrage",
        summary="A conversational CX research assistant.",
        version=version("ancrage"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.assistant = assistant
    app.state.work = work
    app.state.instance = instance or token_hex(16)
    app.add_middleware(BodyLimit, max_upload_mb=assistant.settings.max_upload_mb)
    # Added last, so asked first.
    app.add_middleware(Guard, host=host, allowed_hosts=allowed_hosts)
    add_problem_handlers(app)
    app.include_router(router())
    if ui:
        from assistant.ui import mount

        app = mount(app, assistant, host, port, work.wake)
    return app
