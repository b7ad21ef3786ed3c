"""SemEval-2016: sentences on restaurants, French and English, with themes and polarity by people.

Coded by the definitions of a codebook for restaurants (``evals/codebooks``), nothing taught.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.core import Assistant
from corpus.coding.mentions import Coder, Mention, Text
from corpus.coding.polarity import PolarityCoder
from corpus.coding.themes import ThemeCoder
from corpus.settings import Settings
from evals.material import Coded, Material
from evals.sample import drawn
from evals.sets import Posed
from evals.themes import caching, restaurants
from retrieval.embeddings import load_embeddings

SUITES = ("themes", "sentiment")
MOST = 400
SIGNS = {"positive": "+", "negative": "-"}


def posed(folder: Path, data: Path, settings: Settings, most: int) -> Iterator[Posed]:
    """The sentences of the split ``dev`` drawn, as many of both languages."""
    rows = [
        row
        for language in ("fr", "en")
        for row in drawn(_sentences(folder / f"{language}.jsonl"), most // 2, language)
    ]
    with Assistant(settings.model_copy(update={"data": data})) as assistant:
        yield Posed(SUITES, assistant, material=Material(coded=lambda: _coded(assistant, rows)))


def _sentences(file: Path) -> list[dict[str, Any]]:
    lines = map(json.loads, file.read_text("utf-8").splitlines())
    return [row for row in lines if row["split"] == "dev"]


def _coded(assistant: Assistant, rows: list[dict[str, Any]]) -> Iterator[Coded]:
    book, named = restaurants()
    embed = caching(load_embeddings(assistant.settings.embeddings))
    coder = Coder(book, ThemeCoder(book, [], embed), PolarityCoder(book, [], embed))
    found = coder.code([Text(row["text"], row["lang"]) for row in rows])
    themes = frozenset(theme.id for theme in book.themes)
    for row, mentions in zip(rows, found, strict=True):
        marked = [(named[each["category"]], each["polarity"]) for each in row["aspects"]]
        yield Coded(
            row["id"],
            row["lang"],
            row["id"],
            row["text"],
            themes,
            frozenset(mention.theme for mention in mentions),
            frozenset(theme for theme, _ in marked),
            tuple(_felt(mentions, marked)),
        )


def _felt(mentions: list[Mention], marked: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for theme, polarity in marked:
        ours = [each.polarity for each in mentions if each.theme == theme]
        if ours and polarity in SIGNS:
            yield ours[0], SIGNS[polarity]
