"""SummEdits: summaries, and the same with one thing edited, as people judged them."""

from collections.abc import Iterator
from pathlib import Path

from assistant.core import Assistant
from corpus.settings import Settings
from evals.material import Material
from evals.sample import drawn
from evals.sets import Posed
from evals.support.checked import of_summaries
from evals.support.summaries import summedits

SUITES = ("support",)
MOST = 400


def posed(folder: Path, data: Path, settings: Settings, most: int) -> Iterator[Posed]:
    """The summaries drawn, of all domains."""
    found = drawn(list(summedits(folder)), most, "summedits")
    with Assistant(settings.model_copy(update={"data": data})) as assistant:
        yield Posed(SUITES, assistant, material=Material(checked=lambda: of_summaries(found)))
