"""A chat model that says what a script says, over HTTP on loopback, for tests and trials.

It speaks OpenAI's chat API as a server of one's own does, so that what is tried is the whole way:
the provider's package, its retries, the agent, the verifier. ``analyst`` plays one that reads its
evidence well; the other steps are what models do wrong.
"""

import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = Mapping[str, Any]
Reply = str | int | Mapping[str, Any] | None
"""The text of an answer, a status that refuses, a whole message, or None for silence."""

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
        self._ended = threading.Event()
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                endpoint.asked.append(body)
                endpoint.keys.append(self.headers["authorization"])
                script = endpoint.script
                reply = (script.pop(0) if len(script) > 1 else script[0])(read(body))
                if reply is None:
                    endpoint._ended.wait(PATIENCE)
                    return
                status = reply if isinstance(reply, int) else 200
                self.send_response(status)
                content = json.dumps(_content(body, reply, endpoint.prompt_tokens)).encode()
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                if status == 429:
                    self.send_header("retry-after-ms", "1")
                self.end_headers()
                self.wfile.write(content)

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


def _content(body: Body, reply: str | int | Mapping[str, Any], prompt: int) -> dict[str, Any]:
    if isinstance(reply, int):
        return {"error": {"message": f"no: {body['messages']}", "type": "x"}}
    message = {"content": reply} if isinstance(reply, str) else dict(reply)
    reason = "tool_calls" if message.get("tool_calls") else "stop"
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": body["model"],
        "choices": [
            {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": reason}
        ],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": 100,
            "total_tokens": prompt + 100,
        },
    }


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
