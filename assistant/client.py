"""The Assistant of another process: the same methods, over HTTP to the server that has the data."""

import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import quote

import httpx

from assistant.beacon import seen
from assistant.conversing import ExportForm
from assistant.journeying import Which
from assistant.streaming import received
from corpus.codebook import Polarity
from corpus.codebook.edits import Decision
from corpus.errors import AncrageError, BusyError, InputError, NotFoundError
from corpus.files import RawFile
from corpus.filters import Filters, values_of
from corpus.metrics.types import Ask
from corpus.ratings import Verdict
from corpus.types import FileKind
from retrieval.types import Mode

PATIENCE = httpx.Timeout(10, read=300, write=300)
"""Seconds; an answer may take long, finding the server may not."""

_ERRORS: dict[int, type[AncrageError]] = {400: InputError, 404: NotFoundError, 409: BusyError}


@dataclass(frozen=True, slots=True)
class Received:
    """What the server gave, under the one method of it that the doors use."""

    values: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """The values."""
        return self.values


def find_server(directory: Path) -> "RemoteAssistant | None":
    """The server that holds ``directory``, if one lives."""
    beacon = seen(directory)
    if beacon is None:
        return None
    remote = RemoteAssistant(beacon.url)
    try:
        if remote.instance() == beacon.instance:
            return remote
    except AncrageError:
        pass
    remote.close()
    return None


class RemoteAssistant:
    """What the doors use of an Assistant, done by the server at ``url``."""

    def __init__(self, url: str) -> None:
        self.url = url
        # A proxy in the environment is not for loopback.
        self._http = httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False)

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def __enter__(self) -> "RemoteAssistant":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def instance(self) -> str:
        """Which server answers."""
        return str(self._call("GET", "/healthz").get("instance"))

    # Sources ---------------------------------------------------------------------------------

    def ingest(
        self,
        file: RawFile,
        *,
        origin: str,
        kind: FileKind | None = None,
        mapping: Mapping[str, str] | None = None,
    ) -> Received:
        """Upload one file and wait until it is loaded; raises InputError if it cannot be."""
        fields: dict[str, Any] = {"origin": origin}
        if kind:
            fields["kind"] = kind
        if mapping:
            fields["map"] = [f"{field}={column}" for field, column in mapping.items()]
        files = {"file": (file.name, file.data)}
        job = self._call("POST", "/v1/sources", data=fields, files=files)
        wait = 0.02
        while job["state"] in ("waiting", "loading"):
            time.sleep(wait)
            wait = min(2 * wait, 0.5)
            job = self._call("GET", f"/v1/jobs/{job['id']}")
        (result,) = job["files"]
        if result["status"] == "failed":
            raise InputError(result["error"])
        return Received(result)

    def embed(
        self, progress: Callable[[int, int], None] | None = None, stop: Event | None = None
    ) -> None:
        """Wait while the server gives every passage its vector."""
        while not (stop and stop.is_set()):
            found = self._call("GET", "/readyz")
            if found["embedding"] == "failed":
                raise AncrageError(found["error"])
            if progress and found["embedded"]:
                progress(min(found["embedded"], found["passages"]), found["passages"])
            if found["embedding"] == "idle":
                return
            time.sleep(0.3)

    def sources(self) -> list[dict[str, Any]]:
        """Every loaded source, with the counts of what it brought."""
        found: list[dict[str, Any]] = self._call("GET", "/v1/sources")["sources"]
        return found

    def remove(self, source_id: str) -> None:
        """Remove a source and all that it brought."""
        self._call("DELETE", f"/v1/sources/{_in_path(source_id)}")

    # Questions -------------------------------------------------------------------------------

    def ask(
        self,
        question: str,
        filters: Filters | None = None,
        *,
        conversation_id: str | None = None,
        chat_model: str | None = None,
        reading: Mapping[str, Any] | None = None,
    ) -> Received:
        """Answer one question; ``reading`` corrects how it is read."""
        *_, (_, answer) = self.stream(
            question,
            filters,
            conversation_id=conversation_id,
            chat_model=chat_model,
            reading=reading,
        )
        return Received(answer)

    def stream(
        self,
        question: str,
        filters: Filters | None = None,
        *,
        conversation_id: str | None = None,
        chat_model: str | None = None,
        reading: Mapping[str, Any] | None = None,
    ) -> Generator[tuple[str, dict[str, Any]]]:
        """The answer as (event, data) pairs: ``claim`` for each verified claim, then ``answer``."""
        body = {
            "question": question,
            "filters": (filters or Filters()).as_dict(),
            "conversation_id": conversation_id,
            "chat_model": chat_model,
            "reading": dict(reading or {}),
        }
        accept = {"accept": "text/event-stream"}
        try:
            with self._http.stream("POST", "/v1/ask", json=body, headers=accept) as response:
                if not response.is_success:
                    response.read()
                    self._values(response)
                for name, data in received(response.iter_text()):
                    if name == "error":
                        raise AncrageError(data["detail"])
                    yield name, data
        except (httpx.HTTPError, ValueError) as error:
            raise self._broken(error) from error

    def search(
        self,
        query: str,
        filters: Filters | None = None,
        limit: int = 10,
        mode: Mode = "fused",
    ) -> list[dict[str, Any]]:
        """The best passages for a query, best first."""
        body = {
            "query": query,
            "filters": (filters or Filters()).as_dict(),
            "limit": limit,
            "mode": mode,
        }
        found: list[dict[str, Any]] = self._call("POST", "/v1/search", json=body)["results"]
        return found

    def show(self, passage_id: str) -> dict[str, Any]:
        """One passage with what stands around it; raises NotFoundError."""
        return self._call("GET", f"/v1/passages/{_in_path(passage_id)}")

    def sql(self, query: str) -> list[dict[str, Any]]:
        """Run one read-only SELECT over the store; rows as objects."""
        found: list[dict[str, Any]] = self._call("POST", "/v1/sql", json={"query": query})["rows"]
        return found

    # Conversations ---------------------------------------------------------------------------

    def conversations(self, title: str = "") -> list[dict[str, Any]]:
        """The conversations whose title has these words, the most recent first."""
        query = {"title": title}
        found: list[dict[str, Any]] = self._call("GET", "/v1/conversations", params=query)[
            "conversations"
        ]
        return found

    def conversation(self, conversation_id: str) -> dict[str, Any]:
        """One conversation, its answers as they were given; raises NotFoundError."""
        return self._call("GET", f"/v1/conversations/{_in_path(conversation_id)}")

    def rename_conversation(self, conversation_id: str, title: str) -> dict[str, Any]:
        """Give a conversation another title."""
        path = f"/v1/conversations/{_in_path(conversation_id)}"
        return self._call("PATCH", path, json={"title": title})

    def delete_conversation(self, conversation_id: str) -> None:
        """Delete a conversation with all its turns."""
        self._call("DELETE", f"/v1/conversations/{_in_path(conversation_id)}")

    def export_conversation(self, conversation_id: str, form: ExportForm = "markdown") -> str:
        """A conversation as a file to hand on."""
        path = f"/v1/conversations/{_in_path(conversation_id)}/export"
        return self._content("GET", path, params={"form": form}).decode()

    def rate(self, answer_id: str, verdict: Verdict, comment: str = "") -> dict[str, Any]:
        """Keep a thumb up or down on an answer, and perhaps why."""
        body = {"answer_id": answer_id, "verdict": verdict, "comment": comment}
        return self._call("POST", "/v1/ratings", json=body)

    def ratings(self) -> list[dict[str, Any]]:
        """Every rated answer with its question, the last rated first."""
        found: list[dict[str, Any]] = self._call("GET", "/v1/ratings")["ratings"]
        return found

    # Themes ----------------------------------------------------------------------------------

    def facts(
        self, name: str, ask: Ask | None = None, language: str = "en"
    ) -> list[dict[str, Any]]:
        """The facts of one analysis, the weightiest first, labelled in ``language``."""
        ask = ask or Ask()
        query = _query(ask.filters) | {
            "name": name,
            "label_language": language,
            "theme": list(ask.themes),
            "by": ask.by or [],
            "score": ask.score or [],
            "seed": ask.seed,
            "against": _against(ask),
        }
        found: list[dict[str, Any]] = self._call("GET", "/v1/facts", params=query)["facts"]
        return found

    def code(
        self, progress: Callable[[int, int], None] | None = None, stop: Event | None = None
    ) -> None:
        """Wait while the server codes what people said; it does so behind the embedding."""
        self.embed(None, stop)

    def themes(self, filters: Filters | None = None) -> list[dict[str, Any]]:
        """What feedback is about."""
        query = _query(filters)
        found: list[dict[str, Any]] = self._call("GET", "/v1/themes", params=query)["themes"]
        return found

    def theme_records(
        self, theme: str, filters: Filters | None = None, limit: int = 20, offset: int = 0
    ) -> list[dict[str, Any]]:
        """The passages that mention a theme."""
        query = {**_query(filters), "limit": limit, "offset": offset}
        path = f"/v1/themes/{_in_path(theme)}/records"
        found: list[dict[str, Any]] = self._call("GET", path, params=query)["records"]
        return found

    def correct(
        self,
        passage_id: str,
        start: int,
        end: int,
        theme: str,
        *,
        holds: bool,
        polarity: Polarity | None = None,
    ) -> dict[str, Any]:
        """Say that a span is or is not about a theme."""
        body = {
            "passage_id": passage_id,
            "start": start,
            "end": end,
            "theme": theme,
            "holds": holds,
            "polarity": polarity,
        }
        return self._call("POST", "/v1/themes/corrections", json=body)

    def recode_budget(self, chat_model: str | None = None) -> dict[str, Any]:
        """What coding with a chat model would take."""
        query = {"chat_model": chat_model} if chat_model else {}
        return self._call("GET", "/v1/themes/budget", params=query)

    def recode(
        self,
        chat_model: str | None = None,
        budget: int | None = None,
        progress: Callable[[int, int], None] | None = None,
        stop: Event | None = None,
    ) -> dict[str, Any]:
        """Code with a chat model within a budget, at the server; its progress is not told."""
        body = {"chat_model": chat_model, "budget": budget}
        # As long as the budget lasts.
        patience = httpx.Timeout(10, read=None)
        return self._call("POST", "/v1/themes/recode", json=body, timeout=patience)

    def discover_themes(self, seed: int = 0) -> list[dict[str, Any]]:
        """Candidate themes among what the codebook has no theme for."""
        found = self._call("GET", "/v1/themes/candidates", params={"seed": seed})["candidates"]
        return list(found)

    def judge_candidate(
        self,
        candidate_id: str,
        decision: Decision,
        *,
        label: Mapping[str, str] | None = None,
        group: str | None = None,
        into: str | None = None,
        seed: int = 0,
    ) -> dict[str, Any]:
        """Accept, merge or dismiss a candidate theme."""
        body = {
            "decision": decision,
            "label": None if label is None else dict(label),
            "group": group,
            "into": into,
            "seed": seed,
        }
        return self._call("POST", f"/v1/themes/candidates/{_in_path(candidate_id)}", json=body)

    def rename_theme(self, theme: str, label: Mapping[str, str]) -> dict[str, Any]:
        """Give a theme another label."""
        body = {"label": dict(label)}
        return self._call("PATCH", f"/v1/themes/{_in_path(theme)}", json=body)

    def sample_themes(self, size: int, seed: int = 0) -> str:
        """Records for people to code, as CSV."""
        query = {"size": size, "seed": seed}
        return self._content("GET", "/v1/themes/sample", params=query).decode()

    def score_themes(self, text: str, coder: str, name: str) -> list[dict[str, Any]]:
        """Learn what somebody coded, and give how well each theme is known."""
        body = {"csv": text, "coder": coder}
        found: list[dict[str, Any]] = self._call("POST", "/v1/themes/score", json=body)["themes"]
        return found

    def export_codebook(self) -> str:
        """The codebook in use, as YAML."""
        return str(self._call("GET", "/v1/themes/codebook")["codebook"])

    def load_codebook(self, text: str, name: str, *, apply: bool = True) -> dict[str, Any]:
        """What a codebook changes and, if ``apply``, put it in use."""
        body = {"codebook": text, "apply": apply}
        return self._call("PUT", "/v1/themes/codebook", json=body)

    # The journey -----------------------------------------------------------------------------

    def journey(
        self,
        ask: Ask | None = None,
        language: str | None = None,
        *,
        map_name: str | None = None,
        which: Which = "map",
    ) -> dict[str, Any]:
        """The canvas as JSON values."""
        return self._call("GET", "/v1/journey", params=_canvas(ask, language, map_name, which))

    def journey_file(
        self,
        form: str,
        ask: Ask | None = None,
        language: str | None = None,
        *,
        map_name: str | None = None,
        which: Which = "map",
    ) -> bytes:
        """The canvas as a file."""
        query = _canvas(ask, language, map_name, which) | {"format": form}
        return self._content("GET", "/v1/journey", params=query)

    def journey_template(self, filename: str, language: str = "en") -> bytes:
        """The blank canvas as a workbook."""
        query = {"label_language": language}
        return self._content("GET", "/v1/journey/template", params=query)

    # Actions ---------------------------------------------------------------------------------

    def actions(self, language: str = "en", status: str | None = None) -> dict[str, Any]:
        """What the evidence calls for, and what was decided of it."""
        query = {"language": language} | ({"status": status} if status else {})
        return self._call("GET", "/v1/actions", params=query)

    def actions_file(self, form: str, language: str = "en", status: str | None = None) -> bytes:
        """Actions with their evidence as a file."""
        query = {"language": language, "format": form} | ({"status": status} if status else {})
        return self._content("GET", "/v1/actions/file", params=query)

    def action(self, action_id: str, language: str = "en") -> dict[str, Any]:
        """One action with its evidence."""
        query = {"language": language}
        return self._call("GET", f"/v1/actions/{_in_path(action_id)}", params=query)

    def change_action(
        self,
        action_id: str,
        *,
        status: str | None = None,
        on: Date | None = None,
        reason: str = "",
        changes: Mapping[str, Any] | None = None,
        language: str = "en",
    ) -> dict[str, Any]:
        """Decide of an action."""
        body = dict(changes or {})
        if "causal_low" in body:
            ends = {"low": body.pop("causal_low"), "high": body.pop("causal_high")}
            body["causal"] = None if None in ends.values() else ends
        body |= {"status": status, "on": on and on.isoformat(), "reason": reason}
        path = f"/v1/actions/{_in_path(action_id)}"
        return self._call("PATCH", path, params={"language": language}, json=body)

    def framework(self) -> str:
        """The framework of attachment in use, as YAML."""
        return str(self._call("GET", "/v1/actions/framework")["framework"])

    def load_framework(self, text: str, name: str) -> dict[str, Any]:
        """Put a framework in use."""
        return self._call("PUT", "/v1/actions/framework", json={"framework": text})

    # Upkeep ----------------------------------------------------------------------------------

    def reindex(self) -> None:
        """Drop both indexes and make the lexical one anew."""
        self._call("POST", "/v1/reindex")

    def doctor(self) -> dict[str, Any]:
        """The state of the data directory and of the parts."""
        return self._call("GET", "/v1/doctor")

    def _content(self, method: str, path: str, **content: Any) -> bytes:
        """What the server gives that is no JSON; a problem is told as ``_call`` tells it."""
        try:
            response = self._http.request(method, path, **content)
        except httpx.HTTPError:
            response = None
        if response is not None and response.is_success:
            return response.content
        return str(self._call(method, path, **content)).encode()

    def _call(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        """The server's JSON; a problem document becomes the error that it was made from."""
        try:
            return self._values(self._http.request(method, path, **content))
        except (httpx.HTTPError, ValueError) as error:
            raise self._broken(error) from error

    def _broken(self, error: Exception) -> AncrageError:
        return AncrageError(
            f"The server at {self.url} does not answer as it should "
            f"({type(error).__name__}); stop it and start it again."
        )

    def _values(self, response: httpx.Response) -> dict[str, Any]:
        values = response.json() if response.content else {}
        if response.is_success and isinstance(values, dict):
            return values
        detail = values.get("detail") if isinstance(values, dict) else None
        raise _ERRORS.get(response.status_code, AncrageError)(
            detail or f"The server at {self.url} failed ({response.status_code})."
        )


def _in_path(value: str) -> str:
    return quote(value, safe="")


def _query(filters: Filters | None) -> dict[str, Any]:
    """The filters as an address has them."""
    values = (filters or Filters()).as_dict()
    segments = values.pop("segment", {})
    pairs = [f"{n}={v}" for n, each in segments.items() for v in values_of(each)]
    return {**values, "segment": pairs}


def _against(ask: Ask) -> list[str]:
    """What is compared with, as an address has it."""
    return [
        f"{key.replace('_', '-')}={each}"
        for key, value in _query(ask.against).items()
        for each in (value if isinstance(value, list) else [value])
    ]


def _canvas(
    ask: Ask | None, language: str | None, map_name: str | None, which: Which
) -> dict[str, Any]:
    ask = ask or Ask()
    return _query(ask.filters) | {
        "draft": which == "draft",
        "map": map_name or [],
        "label_language": language or [],
        "against": _against(ask),
    }
