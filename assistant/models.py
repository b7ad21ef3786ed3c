"""Chat models by LangChain's names, or behind any address that speaks OpenAI's chat API.

None is used until a setting or a switch names it: a key that lies in the environment is no
consent.
"""

import os
import re
from functools import cache
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage

from corpus.coding.budget import MOST_ANSWER, Completion
from corpus.errors import ConfigurationError, InputError, ModelError
from corpus.settings import Settings
from corpus.tokens import count_tokens

TIMEOUT = 300.0
"""Seconds for which one request is waited for; models on small machines are slow."""

RETRIES = 2
"""A request that is refused for now, or lost, is sent again so often, with pauses between."""

SUGGESTED = "openai:gpt-5.4-mini"
"""A small current model, which the documentation and the app's switch name first."""

_FOR_GOOD = {401: "its key is refused", 403: "its key may not use it", 404: "there is no such one"}
"""What no other request would change, by the status that tells it."""

_KEY = re.compile(r"\b[A-Z][A-Z_]*_(?:API_KEY|TOKEN)\b")
"""The name of a variable that holds a key, in a provider's complaint that there is none."""

_BUILT_IN_URL = ("OPENAI_API_BASE", "OPENAI_BASE_URL")
"""Where else LangChain and OpenAI's own client look for the address, in this order."""


def chosen(name: str | None, settings: Settings) -> str | None:
    """The chat model that a call names, else the one that is set; None for ``none``.

    Raises InputError for what is no name of a model.
    """
    name = (settings.chat_model if name is None else name).strip()
    if name == "none":
        return None
    provider, colon, model = name.partition(":")
    if not settings.chat_url and not (provider and colon and model):
        raise InputError(
            f"{name!r} names no chat model: write PROVIDER:MODEL, such as {SUGGESTED}, "
            "or set ANCRAGE_CHAT_URL where your own server has it."
        )
    if not name:
        raise InputError("The chat model has no name.")
    return name


def destination(name: str, settings: Settings) -> str:
    """Where what the model is asked goes to, for people to read."""
    provider = name.partition(":")[0]
    elsewhere = next(filter(None, map(os.environ.get, _BUILT_IN_URL)), None)
    if settings.chat_url:
        return settings.chat_url
    return elsewhere if elsewhere and provider == "openai" else provider


def load_chat_model(
    name: str,
    settings: Settings,
    most: int,
    timeout: float | None = None,
    *,
    streaming: bool = False,
) -> BaseChatModel:
    """The model, whose answers have at most so many tokens; nothing is sent yet.

    One request is waited for ``timeout`` seconds, TIMEOUT where none is given; with ``streaming``
    callbacks are told each piece of an answer, where the model can, as it comes.

    Raises ConfigurationError where its package or its key is missing.
    """
    from langchain.chat_models import init_chat_model

    bounded: dict[str, Any] = {"timeout": timeout or TIMEOUT, "max_retries": RETRIES}
    try:
        if not settings.chat_url:
            model: BaseChatModel = init_chat_model(name, **bounded, max_tokens=most)
            return _streamed(model) if streaming else model
        model = init_chat_model(
            name.removeprefix("openai:"),
            model_provider="openai",
            base_url=settings.chat_url,
            # One's own server mostly needs none, which the client does not know.
            api_key=os.environ.get("OPENAI_API_KEY") or "none",
            use_responses_api=False,
            # Ollama and LM Studio do not know the name that OpenAI gave it since.
            extra_body={"max_tokens": most},
            **bounded,
        )
        return _streamed(model) if streaming else model
    except ImportError as error:
        package = _package(error)
        extra = "'ancrage[openai]'" if package == "langchain-openai" else package
        raise ConfigurationError(
            f"The chat model {name} needs the package {package}: pip install {extra}."
        ) from error
    except Exception as error:  # each provider's package raises its own
        key = _KEY.search(str(error))
        reason = f"set {key[0]} to its key." if key else _first_line(error)
        raise ConfigurationError(f"The chat model {name} cannot be used: {reason}") from error


def _streamed(model: BaseChatModel) -> BaseChatModel:
    """The model as one that streams whenever it is asked, and counts its tokens at the end."""
    wanted = {"streaming": True, "stream_usage": True}
    known = {key: value for key, value in wanted.items() if key in type(model).model_fields}
    return model.model_copy(update=known)


def _package(error: ImportError) -> str:
    """What to install, which LangChain's sentence ends with."""
    return str(error).rpartition("pip install ")[2].strip("`. ") or str(error)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__).rstrip(".")[:300] + "."


class ChatModel:
    """Asks one chat model; each call is one question without a conversation."""

    def __init__(self, name: str, settings: Settings) -> None:
        self.name, self._settings = name, settings
        self._loaded = cache(self._load)

    def _load(self, most: int) -> BaseChatModel:
        return load_chat_model(self.name, self._settings, most)

    def check(self) -> None:
        """Raise ConfigurationError where its package or its key is missing; sends nothing."""
        self._loaded(MOST_ANSWER)

    def __call__(self, prompt: str, most: int) -> Completion:
        """The answer, in at most ``most`` tokens.

        Raises ModelError where none comes, ConfigurationError where none ever would.
        """
        model = self._loaded(most)
        try:
            answer = model.invoke(prompt)
        except Exception as error:  # each provider's package raises its own
            raise problem_of(self.name, error) from error
        usage = answer.usage_metadata if isinstance(answer, AIMessage) else None
        text = str(answer.text)
        return Completion(
            text,
            usage["input_tokens"] if usage else count_tokens(prompt),
            usage["output_tokens"] if usage else count_tokens(text),
        )


def problem_of(name: str, error: Exception) -> ModelError | ConfigurationError:
    """The error of a provider's package in a sentence, without what was sent."""
    status = getattr(error, "status_code", None)
    if status in _FOR_GOOD:
        return ConfigurationError(
            f"The chat model {name} cannot be used: {_FOR_GOOD[status]} ({status})."
        )
    if status is not None:
        return ModelError(f"The chat model {name} refused the request ({status}).")
    sent = RETRIES + 1 if "timeout" in type(error).__name__.lower() else 0
    return ModelError(f"The chat model {name} did not answer ({type(error).__name__}).", sent)
