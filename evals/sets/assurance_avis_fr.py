"""French reviews of insurers: themes against labels kept in ``evals/gold``, and French to English.

Of the labels, half was looked at when the codebook was mended. For the search across languages, one
half of the reviews drawn is loaded in French and asked for with the beginning of its English
translation (a machine's), the other half the other way round.
"""

import csv
import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from assistant.core import Assistant
from corpus.codebook import starting_codebook
from corpus.coding.mentions import Coder, Text
from corpus.coding.polarity import PolarityCoder
from corpus.coding.themes import ThemeCoder
from corpus.settings import Settings
from evals.material import Coded, Material
from evals.pool import Passage, load
from evals.sample import drawn
from evals.sets import Posed
from evals.themes import caching
from evals.types import Case
from retrieval.embeddings import load_embeddings

SUITES = ("themes", "sentiment", "retrieval")
MOST = 160
ASKED = 200
"""Characters of a review that are searched with."""


def posed(folder: Path, data: Path, settings: Settings, most: int) -> Iterator[Posed]:
    """The labelled reviews coded; then the reviews to be found in the other language."""
    with (folder / "avis.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    lasting = [row for row in rows if min(len(row["avis"]), len(row["avis_en_machine"])) >= ASKED]
    pairs = drawn(lasting, most, "assurance_avis_fr")
    with Assistant(settings.model_copy(update={"data": data})) as assistant:
        material = Material(coded=lambda: _coded(assistant, rows, most))
        yield Posed(("themes", "sentiment"), assistant, material=material)
        sides = [(row["avis"], "fr", row["avis_en_machine"], "en") for row in pairs]
        sides = [(*s[2:], *s[:2]) if number % 2 else s for number, s in enumerate(sides)]
        ids = load(assistant, "avis", [Passage("", text, tongue) for text, tongue, *_ in sides])
        cases = [
            Case(f"avis-{row['id']}", "lookup", asked_in, other[:ASKED], passages=(identity,))
            for row, identity, (*_, other, asked_in) in zip(pairs, ids, sides, strict=True)
        ]
        yield Posed(("retrieval",), assistant, cases)


def _coded(assistant: Assistant, rows: list[dict[str, str]], most: int) -> Iterator[Coded]:
    """The labelled reviews; polarity is that of the stars, for every theme that both found."""
    known = {row["id"]: row for row in rows}
    text = files("evals").joinpath("gold", "insurance_themes.jsonl").read_text("utf-8")
    gold = drawn([json.loads(line) for line in text.splitlines()], most, "labels")
    book = starting_codebook()
    embed = caching(load_embeddings(assistant.settings.embeddings))
    coder = Coder(book, ThemeCoder(book, [], embed), PolarityCoder(book, [], embed))
    found = coder.code([Text(known[row["id"]]["avis"], "fr") for row in gold])
    themes = frozenset(theme.id for theme in book.themes)
    for row, mentions in zip(gold, found, strict=True):
        review, marked = known[row["id"]], frozenset(row["themes"])
        sign = {"1": "-", "2": "-", "4": "+", "5": "+"}.get(review["note"])
        felt = [(each.polarity, sign) for each in mentions if each.theme in marked and sign]
        coded = frozenset(mention.theme for mention in mentions)
        name = f"avis-{row['id']}"
        yield Coded(name, "fr", name, review["avis"], themes, coded, marked, tuple(felt))
