"""M-ABSA: sentences on hotels, food and courses and their French translation, with polarity.

A sentence counts where all that people marked in it is of one polarity; its categories are none of
the codebook's themes, so themes are not measured. The polarity is told by the codebook's examples.

For the search a pair is parted: one half of the French sentences is loaded and looked for by their
English ones, the other the other way about. A sentence is a longer question than people ask.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.core import Assistant
from corpus.codebook import starting_codebook
from corpus.coding.polarity import PolarityCoder
from corpus.settings import Settings
from evals.material import Coded, Material
from evals.pool import Passage, load
from evals.sample import drawn
from evals.sets import Posed
from evals.themes import caching, feeling
from evals.types import Case
from retrieval.embeddings import load_embeddings

SUITES = ("sentiment", "retrieval")
MOST = 400
SHORTEST = 6
"""Words of a sentence that can be told from others."""
SIGNS = {"positive": "+", "negative": "-"}


def posed(folder: Path, data: Path, settings: Settings, most: int) -> Iterator[Posed]:
    """Pairs of sentences drawn, each in both languages."""
    lines = (folder / f"{folder.name}.jsonl").read_text("utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["split"] != "train" and _sign(row)]
    pairs = drawn(sorted({row["id"] for row in rows}), most // 2, "m_absa_fr_en")
    kept = [row for row in rows if row["id"] in set(pairs)]
    with Assistant(settings.model_copy(update={"data": data})) as assistant:
        coded = Material(coded=lambda: _coded(assistant, kept))
        yield Posed(("sentiment",), assistant, material=coded)
        yield Posed(("retrieval",), assistant, _across(assistant, rows, most // 2))


def _across(assistant: Assistant, rows: list[dict[str, Any]], most: int) -> list[Case]:
    """Sentences of one language as questions for those of the other, which are loaded."""
    pairs: dict[str, dict[str, str]] = {}
    for row in rows:
        pairs.setdefault(row["id"], {})[row["lang"]] = row["text"]
    long = {
        name: texts
        for name, texts in pairs.items()
        if len(texts) == 2 and all(len(text.split()) >= SHORTEST for text in texts.values())
    }
    names = drawn(sorted(long), most, "m_absa_fr_en")
    asked = [("fr", "en") if at % 2 else ("en", "fr") for at in range(len(names))]
    passages = [
        Passage("", long[name][other], other) for name, (_, other) in zip(names, asked, strict=True)
    ]
    ids = load(assistant, "m_absa", passages)
    return [
        Case(name, "lookup", own, long[name][own], passages=(identity,))
        for name, (own, _), identity in zip(names, asked, ids, strict=True)
    ]


def _sign(row: dict[str, Any]) -> str | None:
    told = {each["polarity"] for each in row["triplets"]}
    return SIGNS.get(told.pop()) if len(told) == 1 else None


def _coded(assistant: Assistant, rows: list[dict[str, Any]]) -> Iterator[Coded]:
    coder = PolarityCoder(
        starting_codebook(), [], caching(load_embeddings(assistant.settings.embeddings))
    )
    for language in ("fr", "en"):
        own = [row for row in rows if row["lang"] == language]
        scores = feeling(coder, [row["text"] for row in own], language)
        for row, score in zip(own, scores, strict=True):
            ours, marked = "+" if score > 0 else "-", str(_sign(row))
            none: frozenset[str] = frozenset()
            yield Coded(
                f"{row['id']} {language}", language, row["id"], row["text"], none, none, none,
                ((ours, marked),),
            )  # fmt: skip
