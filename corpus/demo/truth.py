"""The truth of the demo company's world: figures to check any analysis against.

    python -m corpus.demo.truth > corpus/demo/truth.json

Each row has a dotted ``name``, its ``value`` in the default world, the counts or the ``n`` behind
it and, for what chance moves, the value ``expected`` over many worlds of the same plan.
``python -m evals.demo`` finds the values again in a loaded store.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from corpus.demo.generate import CUSTOMERS, SEED
from corpus.demo.measures import measure
from corpus.demo.planted import described

WORLDS, WORLDS_SEED = 100, 1
"""How many villages of which seed the expected values are pooled over."""


@cache
def truth() -> dict[str, Any]:
    """The committed table: the ``world``, what is ``planted`` in it, and the ``rows``."""
    content: dict[str, Any] = json.loads(
        files(__package__).joinpath("truth.json").read_text("utf-8")
    )
    return content


def table() -> dict[str, Any]:
    """The table as it is to be committed; the expected values take a minute or two."""
    expected = {row.name: row.value for row in measure(WORLDS * CUSTOMERS, WORLDS_SEED)}
    rows = []
    for row in measure():
        entry = {"name": row.name, "value": round(row.value, 6), **row.counts()}
        if row.counts() or row.name.startswith(("nps.change", "late.effect")):
            entry["expected"] = round(expected[row.name], 4)
        rows.append(entry)
    return {
        "fictional": True,
        "world": {"customers": CUSTOMERS, "seed": SEED},
        "planted": described(),
        "rows": rows,
    }


if __name__ == "__main__":
    print(json.dumps(table(), ensure_ascii=False, indent=1, default=str))
