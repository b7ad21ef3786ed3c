"""How many of a good analyst's true claims survive the whole way, from the model to the page.

    python -m evals.analyst --data DIR [--report FILE.jsonl]

Plays ``evals/gold/analyst.yaml`` over HTTP: true claims about the demo company, in prose, written
by hand from the figures and passages that a model is given, without a look at the verifier's rules.
Each answer is asked as from any server of one's own. Prints how many were said, shown and dropped
and why; a claim whose evidence was not given counts as missing, not as dropped.
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from assistant.core import Assistant
from assistant.testing import Body, ScriptedEndpoint, claim, claims, evidence
from corpus.settings import Settings

GOLD = Path(__file__).parent / "gold" / "analyst.yaml"


class Analyst:
    """Says what it was told to say, by the ids that a request gives its evidence."""

    def __init__(self) -> None:
        self.script: list[dict[str, Any]] = []
        self.missing: list[str] = []
        self.said = 0

    def __call__(self, body: Body) -> str:
        """The claims of the page whose evidence is there; nothing where one is to be rewritten."""
        if len(body["messages"]) > 2:
            return claims()
        facts, passages = evidence(body)
        ids = {each["fact"]: each["id"] for each in facts}
        found = []
        for each in self.script:
            quotes = [
                (passage["id"], quote)
                for quote in each.get("quotes", ())
                for passage in passages
                if quote in passage["text"]
            ][: len(each.get("quotes", ()))]
            named = [ids[label] for label in each.get("facts", ()) if label in ids]
            if len(named) + len(quotes) < len(each.get("facts", ())) + len(each.get("quotes", ())):
                self.missing.append(each.get("text") or each["quotes"][0])
                continue
            found.append(claim(each["kind"], each.get("text", ""), quotes, named))
        self.said = len(found)
        return claims(*found)


def main(argv: list[str]) -> int:
    """Run it; see the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--report", type=Path)
    given = parser.parse_args(argv)
    analyst, counted = Analyst(), Counter[str]()
    dropped: list[dict[str, str]] = []
    endpoint = ScriptedEndpoint(analyst)
    settings = Settings(data=given.data, chat_url=endpoint.url, chat_model="analyst")
    with Assistant(settings) as assistant:
        for page in yaml.safe_load(GOLD.read_text("utf-8")):
            analyst.script, analyst.said = page["claims"], 0
            answer = assistant.ask(page["question"], anew=True)
            counted["written"] += len(page["claims"])
            counted["said"] += analyst.said
            counted["shown"] += analyst.said - len(answer.dropped)
            dropped += [{"text": each.text, "reason": each.reason} for each in answer.dropped]
    endpoint.close()
    counted["missing"] = len(analyst.missing)
    print(json.dumps({**counted, "dropped": dropped, "absent": analyst.missing},
                     ensure_ascii=False, indent=2))  # fmt: skip
    if given.report:
        given.report.write_text(json.dumps({**counted, "dropped": dropped}), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
