"""Errors as RFC 9457 problem documents, with nothing of the inside in them."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from corpus.errors import AncrageError, BusyError, ConfigurationError, InputError, NotFoundError

MEDIA_TYPE = "application/problem+json"

STATUS: dict[type[AncrageError], int] = {
    InputError: 400,
    NotFoundError: 404,
    BusyError: 409,
    ConfigurationError: 500,
}
"""The status of each error that is raised on purpose; the client turns it back."""


def problem(
    status: int,
    detail: str,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem document; ``errors`` says which parts of the request are wrong."""
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        content["errors"] = errors
    return JSONResponse(content, status, dict(headers or {}), MEDIA_TYPE)


def add_problem_handlers(app: FastAPI) -> None:
    """Make every error of the app's a problem document."""
    app.add_exception_handler(AncrageError, _on_purpose)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _fault)


async def _on_purpose(_: Request, error: Exception) -> JSONResponse:
    status = next((STATUS[kind] for kind in type(error).mro() if kind in STATUS), 500)
    return problem(status, str(error))


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    """The places and the reasons; never the values, which may be personal."""
    if not isinstance(error, RequestValidationError):
        raise error
    errors = [
        {
            "at": ".".join(map(str, each["loc"])),
            "detail": str(each["msg"]).removeprefix("Value error, "),
        }
        for each in error.errors()
    ]
    detail = "; ".join(f"{each['at']}: {each['detail']}" for each in errors)
    return problem(422, f"The request is not valid: {detail}.", errors=errors)


async def _http(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    return problem(error.status_code, error.detail, headers=error.headers)


async def _fault(_: Request, __: Exception) -> JSONResponse:
    return problem(500, "The server failed to answer; its log says more.")
