"""A chat model that says what a script says, over HTTP on loopback, for tests and trials.

It speaks OpenAI's chat API as a server of one's own does, so that what is tried is the whole way:
the provider's package, its retries, the agent, the verifier. ``analyst`` plays one that reads its
evidence well; the other steps are what models do wrong.
"""

import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from typing import Any

Body = Mapping[str, Any]
Reply = str | int | Mapping[str, Any] | Iterator[str] | None
"""The text of an answer, a status that refuses, a whole message, its pieces as they come, or None
for silence. Pieces that raise ConnectionError are a stream that dies."""

Step = Callable[[Any], Reply]

PATIENCE = 30.0
"""Seconds for which a silent step keeps a request waiting, unless the endpoint is closed."""


class ScriptedEndpoint:
    """Answers each request by the next step of its script; the last one stays.

    A step is given what ``read`` makes of the request's body, by default the body itself.
    """

    def __init__(self, *script: Step, read: Callable[[Body], Any] = lambda body: body) -> None:
        self.script = list(script)
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.prompt_tokens = 1_000
        self.context: int | None = None
        self.retry_after = "0"
        self.broken = 0
        self._ended = threading.Event()
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                """The models that there are, and what they hold where ``context`` says it."""
                held = {} if endpoint.context is None else {"max_model_len": endpoint.context}
                self._send(200, {"object": "list", "data": [{"id": "ours:1b", **held}]})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                endpoint.asked.append(body)
                endpoint.keys.append(self.headers["authorization"])
                script = endpoint.script
                reply = (script.pop(0) if len(script) > 1 else script[0])(read(body))
                if reply is None:
                    endpoint._ended.wait(PATIENCE)
                    return
                if isinstance(reply, int):
                    error = {"message": f"no: {body}", "type": "x"}
                    self._send(reply, {"error": error})
                elif self.path.endswith("/embeddings"):
                    self._send(200, json.loads(str(reply)))
                elif body.get("stream"):
                    self._stream(body, reply)
                else:
                    reply = reply if isinstance(reply, str | Mapping) else "".join(reply)
                    self._send(200, _content(body, reply, endpoint.prompt_tokens))

            def _send(self, status: int, values: Mapping[str, Any]) -> None:
                content = json.dumps(values).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                if status == 429:
                    self.send_header("retry-after", endpoint.retry_after)
                self.end_headers()
                self.wfile.write(content)

            def _stream(self, body: Body, reply: str | Mapping[str, Any] | Iterator[str]) -> None:
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.send_header("transfer-encoding", "chunked")
                self.end_headers()
                try:
                    for chunk in _chunks(body, reply, endpoint.prompt_tokens):
                        line = f"data: {chunk}\n\n".encode()
                        self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
                        self.wfile.flush()
                    self.wfile.write(b"0\r\n\r\n")
                except ConnectionError:
                    # It dies, or nobody reads any more.
                    endpoint.broken += 1
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                """Nothing is logged: the texts of a corpus are nobody's log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop listening, and let go of requests that wait."""
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()


PIECE = 24
"""Characters of a piece of a streamed answer."""


def _content(body: Body, reply: str | Mapping[str, Any], prompt: int) -> dict[str, Any]:
    message = {"content": reply} if isinstance(reply, str) else dict(reply)
    reason = "tool_calls" if message.get("tool_calls") else "stop"
    said = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": reason}
    return {**_head(body, "chat.completion"), "choices": [said], "usage": _usage(prompt)}


def _chunks(
    body: Body, reply: str | Mapping[str, Any] | Iterator[str], prompt: int
) -> Iterator[str]:
    """The same as the lines of a stream."""
    reason = "stop"
    if isinstance(reply, Mapping):
        calls = reply.get("tool_calls") or ()
        said = {"tool_calls": [{"index": n, **each} for n, each in enumerate(calls)]}
        deltas: Iterable[Mapping[str, Any]] = [said]
        reason = "tool_calls"
    else:
        cut = range(0, len(reply), PIECE) if isinstance(reply, str) else ()
        pieces = [reply[n : n + PIECE] for n in cut] if isinstance(reply, str) else reply
        deltas = ({"content": piece} for piece in pieces)
    head = _head(body, "chat.completion.chunk")
    for delta in chain([{"role": "assistant", "content": ""}], deltas):
        yield json.dumps({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
    yield json.dumps({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
    if (body.get("stream_options") or {}).get("include_usage"):
        yield json.dumps({**head, "choices": [], "usage": _usage(prompt)})
    yield "[DONE]"


def _head(body: Body, kind: str) -> dict[str, Any]:
    return {"id": "c1", "object": kind, "created": 1, "model": body["model"]}


def _usage(prompt: int) -> dict[str, int]:
    return {"prompt_tokens": prompt, "completion_tokens": 100, "total_tokens": prompt + 100}


# What a model sees and says ------------------------------------------------------------------


def evidence(body: Body) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The facts and the passages that a request holds, wherever they stand in it."""
    text = "\n".join(str(message.get("content") or "") for message in body["messages"])
    lines = [json.loads(line) for line in re.findall(r'^\{"id": .*\}$', text, re.MULTILINE)]
    return (
        [each for each in lines if each["id"].startswith("f")],
        [each for each in lines if each["id"].startswith("p")],
    )


def claim(
    kind: str,
    text: str = "",
    quotes: Sequence[tuple[str, str]] = (),
    facts: Sequence[str] = (),
) -> dict[str, Any]:
    """One claim as a model is asked for it; ``quotes`` are ids of passages and their words."""
    citations = [{"passage": passage, "quote": quote} for passage, quote in quotes]
    return {"kind": kind, "text": text, "citations": citations, "facts": list(facts)}


def claims(*each: Mapping[str, Any]) -> str:
    """An answer of these claims."""
    return json.dumps({"claims": list(each)}, ensure_ascii=False)


def vectors(body: Body, dimensions: int = 8) -> str:
    """What an endpoint of embeddings answers: a vector of its own for each input."""
    given = body["input"] if isinstance(body["input"], list) else [body["input"]]
    made = [
        [float(n == place % dimensions) for n in range(dimensions)] for place in range(len(given))
    ]
    data = [{"object": "embedding", "index": n, "embedding": each} for n, each in enumerate(made)]
    usage = {"prompt_tokens": len(given), "total_tokens": len(given)}
    return json.dumps({"object": "list", "data": data, "model": body["model"], "usage": usage})


def call(tool: str, **arguments: Any) -> dict[str, Any]:
    """A message that asks for a tool."""
    function = {"name": tool, "arguments": json.dumps(arguments)}
    return {"content": None, "tool_calls": [{"id": "t1", "type": "function", "function": function}]}


def first_sentence(passage: Mapping[str, Any]) -> str:
    """The first sentence of a passage's text, as it stands there."""
    body = str(passage["text"]).split("\n", 1)[-1]
    return re.split(r"(?<=[.!?…])\s", body, maxsplit=1)[0]


def analyst(body: Body) -> str:
    """Reads its evidence well: each fact told with its value, and two quotes of customers."""
    facts, passages = evidence(body)
    told = [
        claim("finding", f"{each['fact']}: {each['value']:g} {each['unit']}.", (), [each["id"]])
        for each in facts
    ]
    heard = [each for each in passages if each["kind"] == "feedback"]
    quotes = [claim("quote", "", [(each["id"], first_sentence(each))]) for each in heard[:2]]
    return claims(*told[:8], *quotes)
