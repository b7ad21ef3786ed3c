"""The addresses of actions: the board, one action, what is decided of it, and the framework."""

from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from assistant.actions.files import FORMS
from assistant.actions.life import Place, Status
from assistant.actions.types import Effort
from assistant.api.bodies import Body, Day
from assistant.api.given import TheAssistant, as_attachment, blocking

Tongue = Literal["fr", "en"]
ActionsForm = Literal["csv", "evidence", "jira", "xlsx", "md", "pptx"]


class CausalBody(Body):
    """The share of the gap that may be causal."""

    low: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)


class ActionBody(Body):
    """What is decided of an action: what is left out stays, and null takes back what was set."""

    status: Status | None = None
    on: Day = None
    reason: str = ""
    owner: str | None = None
    note: str = ""
    part: str | None = None
    effort: Effort | None = None
    horizon: Place | None = None
    causal: CausalBody | None = None

    def changes(self) -> dict[str, Any]:
        """The fields that were given, as the Assistant takes them."""
        given = self.model_dump(
            exclude_unset=True, include={"owner", "note", "part", "effort", "horizon"}
        )
        if "causal" in self.model_fields_set:
            given["causal_low"] = self.causal.low if self.causal else None
            given["causal_high"] = self.causal.high if self.causal else None
        return given


class ActionsBody(ActionBody):
    """The same with the action that it is about."""

    id: str


class FrameworkBody(Body):
    """A framework of attachment, as YAML."""

    framework: str


async def actions(
    assistant: TheAssistant, language: Tongue = "en", status: Status | None = None
) -> dict[str, Any]:
    """Give what the evidence calls for and what was decided of it, with facts and citations."""
    found: dict[str, Any] = await blocking(assistant.actions, language, status)
    return found


async def actions_file(
    assistant: TheAssistant,
    format: ActionsForm = "xlsx",
    language: Tongue = "en",
    status: Status | None = None,
) -> Response:
    """Give actions with their evidence as a file."""
    content = await blocking(assistant.actions_file, format, language, status)
    known = FORMS[format]
    name = f"actions.{known.end}" if format == known.end else f"actions-{format}.{known.end}"
    return as_attachment(content, name, known.media)


async def action(
    assistant: TheAssistant, action_id: str, language: Tongue = "en"
) -> dict[str, Any]:
    """Give one action with its evidence."""
    found: dict[str, Any] = await blocking(assistant.action, action_id, language)
    return found


async def change(
    assistant: TheAssistant, action_id: str, body: ActionBody, language: Tongue = "en"
) -> dict[str, Any]:
    """Decide of an action; with the status ``measured`` it is measured. Gives the action."""
    found: dict[str, Any] = await blocking(
        assistant.change_action,
        action_id,
        status=body.status,
        on=body.on,
        reason=body.reason,
        changes=body.changes(),
        language=language,
    )
    return found


async def change_named(
    assistant: TheAssistant, body: ActionsBody, language: Tongue = "en"
) -> dict[str, Any]:
    """Decide of the action that the body names."""
    return await change(assistant, body.id, body, language)


def framework(assistant: TheAssistant) -> dict[str, Any]:
    """Give the framework of attachment in use, as YAML."""
    return {"framework": assistant.framework()}


async def put_framework(assistant: TheAssistant, body: FrameworkBody) -> dict[str, Any]:
    """Put a framework of attachment in use."""
    found: dict[str, Any] = await blocking(
        assistant.load_framework, body.framework, "the framework"
    )
    return found


def add_actions(table: APIRouter) -> None:
    """Add the addresses of actions."""
    add = table.add_api_route
    add("/v1/actions", actions, methods=["GET"])
    add("/v1/actions", change_named, methods=["PATCH"])
    add("/v1/actions/file", actions_file, methods=["GET"])
    add("/v1/actions/framework", framework, methods=["GET"])
    add("/v1/actions/framework", put_framework, methods=["PUT"])
    add("/v1/actions/{action_id}", action, methods=["GET"])
    add("/v1/actions/{action_id}", change, methods=["PATCH"])
