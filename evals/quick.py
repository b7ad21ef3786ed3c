"""A quick run over the demo company against the figures kept for it: what every change must pass.

    python -m evals.quick [--keep]

Search is by words alone, so that the figures do not hang on the machine; the cases are a half of
those that were looked at already (the others stay a measure). Exits with 1 where a figure is worse
beyond chance and its slack, or a promise is broken; ``--keep`` keeps the figures of now instead.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from assistant.cli.evaluation import print_moves
from assistant.core import Assistant
from corpus.demo.generate import write
from corpus.files import RawFile
from corpus.settings import Settings
from evals.cases import cases
from evals.material import of_corpus
from evals.run import Result, moves, read_run, run
from evals.systems.product import Product
from evals.types import Case
from evals.world import World

KEPT = Path(__file__).with_name("quick.json")

SUITES = (
    "abstention", "actions", "answers", "conversation", "counts", "grounding", "injection",
    "privacy", "retrieval", "sentiment", "support", "themes",
)  # fmt: skip


def asked() -> list[Case]:
    """Every fourth case by its id: half of those that were looked at, see ``suites/README.md``."""
    return sorted(cases(), key=lambda case: case.id)[::4]


def quick(suites: tuple[str, ...] = SUITES, some: list[Case] | None = None) -> Result:
    """The run over the demo company, loaded anew."""
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings(data=Path(directory) / "data", embeddings="none")
        with Assistant(settings) as assistant:
            for path in write(Path(directory) / "demo"):
                assistant.ingest(RawFile.read(path), origin=path.name)
            assistant.code()
            wanted = asked() if some is None else some
            world = World(Product(assistant), assistant, wanted, of_corpus(assistant))
            return run(suites, world, ())


def without_texts(result: Result) -> dict[str, Any]:
    """The run without what is for people to look into: values alone are compared."""
    suites = [
        {
            "name": suite["name"],
            "cases": [
                {name: value for name, value in case.items() if value and name != "shown"}
                for case in suite["cases"]
                if case["values"]
            ],
        }
        for suite in result["suites"]
    ]
    return {"suites": suites, "run": {"commit": result["run"]["commit"]}}


def main() -> None:
    """Run, and keep or compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true")
    result = quick()
    if parser.parse_args().keep:
        text = json.dumps(without_texts(result), ensure_ascii=False)
        # A case a line, so that a change of a figure can be read in a diff.
        KEPT.write_text(text.replace('{"case":', '\n{"case":') + "\n", "utf-8")
        return
    moved = moves(result, read_run(KEPT))
    print_moves(moved)
    sys.exit(any(each["regressed"] for each in moved))


if __name__ == "__main__":
    main()
