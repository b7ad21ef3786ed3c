"""The addresses: each hands its request to the Assistant and gives what that gives."""

import json
import logging
from collections.abc import Iterator
from importlib.metadata import version
from itertools import chain
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Header, Query, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from sse_starlette import EventSourceResponse, ServerSentEvent

from assistant.analyses import summaries
from assistant.api.actions import add_actions
from assistant.api.bodies import (
    AskBody,
    CandidateBody,
    CodebookBody,
    CorrectionBody,
    FactsQuery,
    FiltersQuery,
    JourneyQuery,
    RecodeBody,
    RecordsQuery,
    ScoreBody,
    SearchBody,
    SqlBody,
    ThemeBody,
)
from assistant.api.conversations import add_conversations
from assistant.api.given import TheAssistant, TheWork, as_attachment, blocking
from assistant.api.problems import problem
from assistant.api.work import Upload
from assistant.journey.files import FORMS
from assistant.types import Answer
from corpus.errors import InputError, NotFoundError
from corpus.files import RawFile
from corpus.types import FileKind

EVENT_STREAM = "text/event-stream"

_log = logging.getLogger(__name__)


def quality(assistant: TheAssistant) -> dict[str, Any]:
    """Give the last evaluation with its worst cases, and the figures of each run like it."""
    from evals.history import FOLDER
    from evals.history import quality as latest

    return latest(assistant.directory / FOLDER)


# Questions -----------------------------------------------------------------------------------


async def ask(
    assistant: TheAssistant, body: AskBody, accept: Annotated[str, Header()] = ""
) -> Response:
    """Answer a question: one JSON document, or the events ``claim``… and ``answer``."""
    filters = body.filters.filters()
    options: dict[str, Any] = {
        "conversation_id": body.conversation_id,
        "chat_model": body.chat_model,
        "reading": body.reading.given(),
    }
    if EVENT_STREAM not in accept:
        answer = await blocking(assistant.ask, body.question, filters, **options)
        return JSONResponse(answer.as_dict())
    events = assistant.stream(body.question, filters, **options)
    # What is wrong with the question shows at the first event, while a problem can still be told.
    first = await blocking(next, events)
    return EventSourceResponse(_sent(chain([first], events)))


def _sent(events: Iterator[tuple[str, dict[str, Any]]]) -> Iterator[ServerSentEvent]:
    try:
        for name, data in events:
            yield ServerSentEvent(json.dumps(data, ensure_ascii=False), event=name)
    except Exception:
        _log.exception("The answer broke off.")
        broken = {"title": "Internal Server Error", "status": 500, "detail": "It broke off."}
        yield ServerSentEvent(json.dumps(broken), event="error")


async def search(assistant: TheAssistant, body: SearchBody) -> dict[str, Any]:
    """Find the best passages for a query, best first."""
    filters = body.filters.filters()
    found = await blocking(assistant.search, body.query, filters, body.limit, body.mode)
    return {"results": found}


async def passage(assistant: TheAssistant, passage_id: str) -> dict[str, Any]:
    """Give one passage with what stands around it."""
    found: dict[str, Any] = await blocking(assistant.show, passage_id)
    return found


async def sql(assistant: TheAssistant, body: SqlBody) -> Response:
    """Run one read-only SELECT; rows as objects."""
    return JSONResponse({"rows": await blocking(assistant.sql, body.query)})


async def facts(assistant: TheAssistant, query: Annotated[FactsQuery, Query()]) -> dict[str, Any]:
    """Give the facts of one analysis, the weightiest first."""
    found = await blocking(assistant.facts, query.name, query.ask(), query.label_language)
    return {"facts": found}


def fact_names() -> dict[str, Any]:
    """List the analyses, each with what it gives."""
    return {"analyses": summaries()}


# Sources -------------------------------------------------------------------------------------


def sources(assistant: TheAssistant) -> dict[str, Any]:
    """List what is loaded."""
    return {"sources": assistant.sources()}


async def add_sources(
    work: TheWork,
    response: Response,
    file: list[UploadFile],
    kind: Annotated[FileKind | None, Form()] = None,
    map: Annotated[list[str] | None, Form(description="FIELD=COLUMN")] = None,
    origin: Annotated[list[str] | None, Form(description="Where each file came from.")] = None,
) -> dict[str, Any]:
    """Load one file or several behind the request; the job says how it goes.

    A file with the ``origin`` (by default the name) of an earlier one replaces it.
    """
    mapping = dict(_pair(each) for each in map or ())
    if len(mapping) < len(map or ()):
        raise InputError("A field is mapped twice; write segment:NAME=COLUMN to name several.")
    names = [upload.filename or "upload" for upload in file]
    origins = origin or names
    if len(origins) != len(file):
        raise InputError(f"There are {len(file)} files and {len(origins)} origins; give one each.")
    job = work.submit(
        [
            Upload(RawFile(name, await upload.read()), place, kind, mapping)
            for name, place, upload in zip(names, origins, file, strict=True)
        ]
    )
    response.headers["location"] = f"/v1/jobs/{job.id}"
    return work.report(job.id)


def _pair(text: str) -> tuple[str, str]:
    field, equals, column = text.partition("=")
    if not (field and equals and column):
        raise InputError(f"{text} is no mapping; write FIELD=COLUMN.")
    return field, column


def remove_source(assistant: TheAssistant, source_id: str) -> None:
    """Remove a source and all that it brought."""
    assistant.remove(source_id)


def job(work: TheWork, job_id: str) -> dict[str, Any]:
    """Say how the loading of an upload goes."""
    return work.report(job_id)


# Themes --------------------------------------------------------------------------------------


async def themes(
    assistant: TheAssistant, filters: Annotated[FiltersQuery, Query()]
) -> dict[str, Any]:
    """Give what feedback is about: each theme's total within the filters."""
    return {"themes": await blocking(assistant.themes, filters.filters())}


async def theme_records(
    assistant: TheAssistant,
    theme: str,
    filters: Annotated[RecordsQuery, Query()],
) -> dict[str, Any]:
    """Give the passages that mention a theme, the surest first."""
    found = await blocking(
        assistant.theme_records, theme, filters.filters(), filters.limit, filters.offset
    )
    return {"records": found}


async def discover(assistant: TheAssistant, seed: int = 0) -> dict[str, Any]:
    """Propose themes for what the codebook has none for; the same seed gives the same."""
    return {"candidates": await blocking(assistant.discover_themes, seed)}


async def judge(assistant: TheAssistant, candidate_id: str, body: CandidateBody) -> dict[str, Any]:
    """Accept, merge or dismiss a candidate theme; gives the totals that this changed."""
    found: dict[str, Any] = await blocking(
        assistant.judge_candidate,
        candidate_id,
        body.decision,
        label=body.label.label() if body.label else None,
        group=body.group,
        into=body.into,
        seed=body.seed,
    )
    return found


async def rename(assistant: TheAssistant, theme: str, body: ThemeBody) -> dict[str, Any]:
    """Give a theme another label; its id stays."""
    found: dict[str, Any] = await blocking(assistant.rename_theme, theme, body.label.label())
    return found


async def sample(assistant: TheAssistant, size: int = 300, seed: int = 0) -> Response:
    """Give records for people to code, as CSV."""
    text = await blocking(assistant.sample_themes, size, seed)
    return Response(text, media_type="text/csv; charset=utf-8")


async def score(assistant: TheAssistant, body: ScoreBody) -> dict[str, Any]:
    """Learn what somebody coded, and give how well each theme is known."""
    found = await blocking(assistant.score_themes, body.csv, body.coder, "the table")
    return {"themes": found}


async def correct(assistant: TheAssistant, body: CorrectionBody) -> dict[str, Any]:
    """Say that a span is or is not about a theme; gives the totals that this changed."""
    found: dict[str, Any] = await blocking(
        assistant.correct,
        body.passage_id,
        body.start,
        body.end,
        body.theme,
        holds=body.holds,
        polarity=body.polarity,
    )
    return found


def codebook(assistant: TheAssistant) -> dict[str, Any]:
    """Give the codebook in use, as YAML, and its version."""
    version_in_use, _ = assistant.coding.codebook()
    return {"version": version_in_use, "codebook": assistant.export_codebook()}


async def put_codebook(
    assistant: TheAssistant, work: TheWork, body: CodebookBody
) -> dict[str, Any]:
    """Tell what a codebook changes and, if ``apply``, put it in use; the coding follows behind."""
    change: dict[str, Any] = await blocking(
        assistant.load_codebook, body.codebook, "the codebook", apply=body.apply
    )
    if body.apply:
        work.wake()
    return change


async def recode_budget(assistant: TheAssistant, chat_model: str | None = None) -> dict[str, Any]:
    """Say what coding with a chat model would take; nothing is sent to it."""
    found: dict[str, Any] = await blocking(assistant.recode_budget, chat_model)
    return found


async def recode(assistant: TheAssistant, body: RecodeBody) -> dict[str, Any]:
    """Code with a chat model within a budget of tokens, then the rest offline; waits for it."""
    found: dict[str, Any] = await blocking(assistant.recode, body.chat_model, body.budget)
    return found


# The journey ---------------------------------------------------------------------------------


async def journey(
    assistant: TheAssistant,
    query: Annotated[JourneyQuery, Query()],
    accept: Annotated[str, Header()] = "",
) -> Response:
    """Give the journey canvas, as JSON or as a file by ``format`` or by what is accepted."""
    accepted = [form for form, each in FORMS.items() if each.media.split(";")[0] in accept]
    form: str = query.format or (accepted[0] if accepted else "json")
    which = "draft" if query.draft else "map"
    options: dict[str, Any] = {"map_name": query.map, "which": which}
    given = (query.ask(), query.label_language)
    if form == "json":
        return JSONResponse(await blocking(assistant.journey, *given, **options))
    content = await blocking(assistant.journey_file, form, *given, **options)
    return as_attachment(
        content, f"{'draft' if query.draft else 'journey'}.{form}", FORMS[form].media
    )


async def journey_template(
    assistant: TheAssistant, label_language: Literal["fr", "en"] = "en"
) -> Response:
    """Give the blank canvas, to be filled in and loaded."""
    name = "journey.xlsx"
    content = await blocking(assistant.journey_template, name, label_language)
    return as_attachment(content, name, FORMS["xlsx"].media)


# Upkeep --------------------------------------------------------------------------------------


def reindex(assistant: TheAssistant, work: TheWork) -> dict[str, Any]:
    """Make both indexes anew: by words at once, by meaning behind the request."""
    with work.held():
        assistant.reindex()
    return assistant.doctor()


def doctor(assistant: TheAssistant) -> dict[str, Any]:
    """Give the state of the data directory and of the parts."""
    return assistant.doctor()


async def healthz(request: Request) -> dict[str, str]:
    """Say that the process answers, and which one it is."""
    instance = request.app.state.instance
    return {"status": "ok", "instance": instance, "version": version("ancrage")}


def readyz(assistant: TheAssistant, work: TheWork) -> Response:
    """Say whether questions can be answered, and how much is embedded."""
    try:
        found = assistant.doctor()
    except Exception:
        _log.exception("The data directory cannot be read.")
        return problem(503, "The data directory cannot be read; the server's log says why.")
    state, error = work.embedding
    return JSONResponse(
        {
            "ready": True,
            "passages": found["passages"],
            "embedded": found["dense_index"],
            "embedded_share": found["embedded_share"],
            "coded_share": found["coded_share"],
            "embedding": state,
            "error": error,
        }
    )


def unknown() -> None:
    """Say so in a problem document, where the UI would answer with a page of its own."""
    raise NotFoundError("There is no such address; /openapi.json lists them.")


def router() -> APIRouter:
    """All the addresses."""
    table = APIRouter()
    add = table.add_api_route
    answer = {"model": Answer, "content": {EVENT_STREAM: {}}}

    add("/v1/ask", ask, methods=["POST"], responses={200: answer})
    add_conversations(table)
    table.add_api_route("/v1/quality", quality, methods=["GET"])
    add("/v1/search", search, methods=["POST"])
    add("/v1/passages/{passage_id}", passage, methods=["GET"])
    add("/v1/sql", sql, methods=["POST"])
    add("/v1/facts", facts, methods=["GET"])
    add("/v1/analyses", fact_names, methods=["GET"])
    add("/v1/sources", sources, methods=["GET"])
    add("/v1/sources", add_sources, methods=["POST"], status_code=202)
    add("/v1/sources/{source_id}", remove_source, methods=["DELETE"], status_code=204)
    add("/v1/jobs/{job_id}", job, methods=["GET"])
    add("/v1/themes", themes, methods=["GET"])
    add("/v1/themes/codebook", codebook, methods=["GET"])
    add("/v1/themes/candidates", discover, methods=["GET"])
    add("/v1/themes/candidates/{candidate_id}", judge, methods=["POST"])
    add("/v1/themes/sample", sample, methods=["GET"])
    add("/v1/themes/score", score, methods=["POST"])
    add("/v1/themes/corrections", correct, methods=["POST"])
    add("/v1/themes/budget", recode_budget, methods=["GET"])
    add("/v1/themes/recode", recode, methods=["POST"])
    add("/v1/themes/{theme}/records", theme_records, methods=["GET"])
    add("/v1/themes/{theme}", rename, methods=["PATCH"])
    add("/v1/themes/codebook", put_codebook, methods=["PUT"])
    add("/v1/journey", journey, methods=["GET"])
    add("/v1/journey/template", journey_template, methods=["GET"])
    add_actions(table)
    add("/v1/reindex", reindex, methods=["POST"])
    add("/v1/doctor", doctor, methods=["GET"])
    add("/healthz", healthz, methods=["GET"])
    add("/readyz", readyz, methods=["GET"])
    every = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    add("/v1/{rest:path}", unknown, methods=every, include_in_schema=False)
    return table
