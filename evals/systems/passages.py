"""An answer that is the passages found, as the simplest systems give it."""

from collections.abc import Iterable
from typing import Any

from evals.types import Answered

SHOWN = 4
"""Passages, as in LangChain's own tutorial."""


def as_answer(found: Iterable[tuple[str, str, str]], source: dict[str, dict[str, Any]]) -> Answered:
    """The passages (id, text shown, the passage's whole text), one claim and one citation each.

    ``source`` gives each passage's row. Such a system never abstains.
    """
    claims, citations = [], []
    for number, (identity, shown, whole) in enumerate(found, 1):
        start = whole.find(shown)
        if start < 0:
            # A splitter that strips a part's ends still leaves it in the text; nothing else does.
            raise ValueError(f"{identity} does not hold what was shown of it")
        row, name = source[identity], f"c{number}"
        citations.append(
            {
                "id": name, "passage_id": identity, "source": row["source"], "kind": row["kind"],
                "quote": shown, "start": start, "end": start + len(shown),
            }
        )  # fmt: skip
        claims.append({"text": shown, "kind": "quote", "citations": [name], "facts": []})
    return {
        "status": "answered",
        "text": "\n\n".join(f"{claim['text']} [{claim['citations'][0]}]" for claim in claims),
        "claims": claims,
        "citations": citations,
        "facts": [],
    }
