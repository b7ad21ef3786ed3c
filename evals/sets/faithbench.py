"""FaithBench: summaries by chat models, of which people said what their document does not carry."""

from collections.abc import Iterator
from pathlib import Path

from assistant.core import Assistant
from corpus.settings import Settings
from evals.material import Material
from evals.sample import drawn
from evals.sets import Posed
from evals.support.checked import of_summaries
from evals.support.summaries import faithbench

SUITES = ("support",)
MOST = 300


def posed(folder: Path, data: Path, settings: Settings, most: int) -> Iterator[Posed]:
    """The summaries drawn; those that annotators only doubted are left out."""
    found = drawn(list(faithbench(folder / "faithbench.jsonl")), most, "faithbench")
    with Assistant(settings.model_copy(update={"data": data})) as assistant:
        yield Posed(SUITES, assistant, material=Material(checked=lambda: of_summaries(found)))
