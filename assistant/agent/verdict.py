"""A chat model's verdict: yes or no with its reason, as structured output.

For whoever judges what others wrote; a model is asked for one thing at a time. What it judges is
given as data, apart from its instructions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from langchain.agents import create_agent
from langchain.agents.structured_output import ProviderStrategy, StructuredOutputError
from langchain_core.messages import HumanMessage
from pydantic import BaseModel, ConfigDict, Field

from assistant.agent.bounds import Meter
from assistant.agent.evidence import as_line
from assistant.models import load_chat_model, problem_of
from corpus.errors import AncrageError, ModelError
from corpus.settings import Settings

MOST = 200
"""Tokens of a verdict."""


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")

    # Before the verdict: what is written first is what the verdict can follow from.
    reason: str = Field(description="Why, in one short sentence.")
    yes: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a model said, why, and the version of the instructions that it said it by."""

    yes: bool
    reason: str
    prompt: str


def version_of(prompt: str) -> str:
    """What tells one wording of instructions from another."""
    return sha256(prompt.encode()).hexdigest()[:12]


def verdict(
    name: str, settings: Settings, meter: Meter, prompt: str, material: Mapping[str, Any]
) -> Verdict:
    """Ask a model for its verdict on ``material``, by the instructions of ``prompt``.

    ``meter`` bounds and counts what it takes. Raises ModelError where no verdict comes, or none
    that can be read, ConfigurationError where none ever would.
    """
    model = load_chat_model(name, settings, MOST, timeout=meter.seconds or 1.0)
    agent: Any = create_agent(
        model,
        [],
        system_prompt=prompt,
        middleware=[meter],
        response_format=ProviderStrategy(_Given),
    )
    asked = HumanMessage(f"<material>\n{as_line(material)}\n</material>")
    try:
        given: _Given = agent.invoke({"messages": [asked]})["structured_response"]
    except AncrageError:
        raise
    except (StructuredOutputError, KeyError) as error:
        raise ModelError(f"The chat model {name} gave no verdict.") from error
    except Exception as error:  # each provider's package raises its own
        raise problem_of(name, error) from error
    return Verdict(given.yes, given.reason, version_of(prompt))
