"""How much a chat model can hold: what it is given of the evidence, and what it may write.

A model on one's own machine often holds a tenth of what a hosted one does. It is then given the
sentences of the composed answer in the place of their evidence, no tools, and asked for three.
"""

from dataclasses import dataclass

import httpx
from langchain_core.language_models import BaseChatModel

from corpus.settings import Settings

SMALLEST = 12_000
"""Tokens of context that instructions, tools, evidence and an answer together need."""

PATIENCE = 2.0
"""Seconds for which a server is waited for that is asked how much its model holds."""

DECLARED = ("max_model_len", "max_context_length", "context_length", "context_window", "n_ctx")
"""What servers call it in what ``/models`` gives: vLLM, LM Studio, others, llama.cpp."""


@dataclass(frozen=True)
class Room:
    """Tokens of the evidence and of the answer, and how many sentences that has.

    ``brief`` says that the evidence is the composed answer's own sentences.
    """

    evidence: int
    answer: int
    claims: int
    brief: bool = False


WIDE = Room(evidence=4_500, answer=2_500, claims=14)


def room_of(context: int | None) -> Room:
    """What fits into so many tokens of context; where nobody says how many, all of it."""
    if context is None or context >= SMALLEST:
        return WIDE
    most = min(400, context // 10)
    return Room(evidence=most, answer=most, claims=3, brief=True)


def context_of(name: str, settings: Settings, model: BaseChatModel) -> int | None:
    """The tokens that a model holds, as the setting, its package or its server declares."""
    if settings.chat_context:
        return settings.chat_context
    if settings.chat_url:
        return _at_server(name.removeprefix("openai:"), settings.chat_url)
    declared: int | None = (model.profile or {}).get("max_input_tokens")
    return declared


def _at_server(name: str, url: str) -> int | None:
    try:
        response = httpx.get(f"{url.rstrip('/')}/models", timeout=PATIENCE)
        listed = [each for each in response.json()["data"] if isinstance(each, dict)]
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        # Not every server lists its models; what it holds is then for the setting to say.
        return None
    named = [each for each in listed if each.get("id") == name]
    for each in named or listed[:1]:
        told = {**(each.get("meta") or {}), **each}
        found: list[int] = [told[key] for key in DECLARED if isinstance(told.get(key), int)]
        if found:
            return min(found)
    return None
