"""What can be judged: Ancrage itself, two baselines, and any endpoint that speaks OpenAI's API."""

from collections.abc import Iterable, Iterator

from assistant.core import Assistant
from corpus.errors import ConfigurationError, InputError
from evals.types import System

BASELINES = ("bm25", "tutorial")


def opened(
    assistant: Assistant, baselines: Iterable[str], endpoint: str | None = None
) -> Iterator[System]:
    """The baselines named, over the corpus that is loaded, and the peer at ``MODEL@URL``.

    Raises InputError for a name that is none, ConfigurationError where the corpus has no embedder
    that the tutorial's pipeline could use.
    """
    for name in baselines:
        yield _baseline(name, assistant)
    if endpoint:
        from evals.systems.endpoint import Endpoint

        model, found, url = endpoint.partition("@")
        if not (model and found and url):
            raise InputError("Write the endpoint as MODEL@URL, as llama@http://localhost:8000/v1.")
        yield Endpoint(url, model)


def _baseline(name: str, assistant: Assistant) -> System:
    if name == "bm25":
        from evals.systems.words import Words

        return Words(assistant)
    if name == "tutorial":
        from evals.systems.tutorial import Tutorial
        from retrieval.embeddings import load_embeddings

        embeddings = load_embeddings(assistant.settings.embeddings)
        if embeddings is None:
            raise ConfigurationError("The tutorial's pipeline needs an embedder; none is set.")
        return Tutorial(assistant, embeddings)
    raise InputError(f"There is no baseline {name}; there are {', '.join(BASELINES)}.")
