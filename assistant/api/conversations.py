"""The addresses of conversations: list, reopen, rename, delete, export, rate an answer."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Response

from assistant.api.bodies import RatingBody, TitleBody
from assistant.api.given import TheAssistant
from assistant.conversing import ExportForm

MEDIA = {"markdown": ("text/markdown", "md"), "json": ("application/json", "json")}
"""The media type of each form, and the end of its file's name."""


def conversations(assistant: TheAssistant, title: str = "") -> dict[str, Any]:
    """List the conversations whose title has these words, the most recent first."""
    return {"conversations": assistant.conversations(title)}


def conversation(assistant: TheAssistant, conversation_id: str) -> dict[str, Any]:
    """Give one conversation, its answers as they were given."""
    return assistant.conversation(conversation_id)


def rename(assistant: TheAssistant, conversation_id: str, body: TitleBody) -> dict[str, Any]:
    """Give a conversation another title."""
    return assistant.rename_conversation(conversation_id, body.title)


def delete(assistant: TheAssistant, conversation_id: str) -> None:
    """Delete a conversation with all its turns."""
    assistant.delete_conversation(conversation_id)


def export(
    assistant: TheAssistant, conversation_id: str, form: ExportForm = "markdown"
) -> Response:
    """Give a conversation as a file to hand on."""
    text = assistant.export_conversation(conversation_id, form)
    media, end = MEDIA[form]
    name = quote(f"conversation-{conversation_id}.{end}", safe="")
    return Response(
        text,
        media_type=f"{media}; charset=utf-8",
        headers={"content-disposition": f"attachment; filename*=UTF-8''{name}"},
    )


def rate(assistant: TheAssistant, body: RatingBody) -> dict[str, Any]:
    """Keep a thumb up or down on an answer, and perhaps why; the last one counts."""
    return assistant.rate(body.answer_id, body.verdict, body.comment)


def ratings(assistant: TheAssistant) -> dict[str, Any]:
    """List the rated answers with their questions, the last rated first."""
    return {"ratings": assistant.ratings()}


def add_conversations(table: APIRouter) -> None:
    """Add the addresses to the table of all."""
    one = "/v1/conversations/{conversation_id}"
    table.add_api_route("/v1/conversations", conversations, methods=["GET"])
    table.add_api_route(one, conversation, methods=["GET"])
    table.add_api_route(one, rename, methods=["PATCH"])
    table.add_api_route(one, delete, methods=["DELETE"], status_code=204)
    table.add_api_route(f"{one}/export", export, methods=["GET"])
    table.add_api_route("/v1/ratings", rate, methods=["POST"], status_code=201)
    table.add_api_route("/v1/ratings", ratings, methods=["GET"])
