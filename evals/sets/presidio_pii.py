"""Presidio's synthetic sentences with personal data marked in them, in English."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.core import Assistant
from corpus.privacy import redact
from corpus.settings import Settings
from evals.evaluators.privacy import HELD
from evals.material import Material, Redacted
from evals.sample import drawn
from evals.sets import Posed

SUITES = ("privacy",)
MOST = 1000
PLACEHOLDERS = ("[email]", "[phone]", "[card]")


def posed(folder: Path, data: Path, settings: Settings, most: int) -> Iterator[Posed]:
    """The sentences drawn, as the redactor leaves them."""
    rows = json.loads((folder / "synth_dataset_v2.json").read_text("utf-8"))
    some = drawn(rows, most, "presidio_pii")
    with Assistant(settings.model_copy(update={"data": data})) as assistant:
        made = [_redacted(row, number) for number, row in enumerate(some)]
        yield Posed(SUITES, assistant, material=Material(redacted=lambda: made))


def _redacted(row: dict[str, Any], number: int) -> Redacted:
    left = redact(row["full_text"])
    found = [(span["entity_type"], span["entity_value"] not in left) for span in row["spans"]]
    right = sum(gone for kind, gone in found if kind in HELD)
    made = sum(left.count(each) for each in PLACEHOLDERS)
    return Redacted(f"pii-{number}", "en", row["full_text"], tuple(found), max(0, made - right))
