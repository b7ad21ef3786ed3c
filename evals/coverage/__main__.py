"""How often the 95 % intervals of the analyses hold the truth, over worlds of the demo company.

    python -m evals.coverage [--worlds 200] [--customers 3000] [--seed 0] [--processes 2]
    python -m evals.coverage --sampled
    python -m evals.coverage --nulls
    python -m evals.coverage --moved --customers 60000

The truth of a figure is what it tends to under the generator, counted by pandas from the
generator's objects over as many other worlds (of seeds that are not reported); its own error is
told as a share of the intervals' half-widths. Every world says each of the 828 texts at most once:
1,000 customers say a third of them, drawn without replacement. What hangs on the texts alone
(themes, contrasts) then varies by the root of two thirds of what a sample's would, and an interval
that holds 95 % of samples holds 98.4 % of worlds (all of them with 3,000 customers). Visits without
an account, with which the generator fills up to 20 events a customer, are drawn anew, as many as
come by chance: else there are the fewer of them the more customers do, which no sample has.

``--sampled`` is the honest test of what hangs on texts: each world is a simple random sample of the
customers, the nameless sessions and the nameless answers of one large world, whose own value is the
truth.

A share that fewer than ten hold is withheld. One that is near ten is shown in those worlds alone
where it came out high, and its interval holds the less often the rarer it is shown, whatever the
interval: such figures are counted apart from those that nine worlds in ten show.

``--nulls`` counts what is found in worlds without the cause; see ``evals.coverage.nulls``.

``--moved`` asks whether the theme that was made to move is what a change is explained by; see
``evals.coverage.moved``.
"""

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from corpus.codebook import starting_codebook
from corpus.demo.generate import CUSTOMERS, Village, villages
from corpus.demo.sessions import stranger
from corpus.metrics import compute
from corpus.metrics.types import Ask, Figure
from corpus.store import Store
from evals.coverage.frames import frames, joined
from evals.coverage.moved import print_moved
from evals.coverage.nulls import print_nulls
from evals.coverage.report import print_coverage
from evals.coverage.sums import sums
from evals.coverage.truth import Sums, Truth, counted, key, pooled
from evals.worlds import store_of

ASKED = (
    ("themes", Ask()),
    ("score", Ask()),
    ("score", Ask(by="quarter")),
    ("score", Ask(by="segment:segment")),
    ("change", Ask(by="segment:segment")),
    ("loss", Ask()),
    ("funnel", Ask()),
    ("silent", Ask()),
    ("compare", Ask(by="segment:pays")),
    ("compare", Ask(by="segment:segment")),
)
POPULATION = 20
"""How many villages the large world has that samples are drawn from."""
NAMELESS = 2.0
"""Visits without an account for each customer: about as many as the generator fills up with."""
TRUTHS = "truth"
"""What sets the seeds of the truth apart from those of the worlds reported."""


def figures(store: Store) -> Iterator[Figure]:
    """Every figure with an interval that the analyses give of a store."""
    for name, ask in ASKED:
        yield from (f for f in compute(name, store, starting_codebook(), ask) if f.low is not None)


def _seed(*parts: object) -> int:
    return Random("/".join(map(str, parts))).randrange(2**31)  # noqa: S311


def world(number: int, customers: int, seed: int) -> Village:
    """One of the worlds reported, with as many visits without an account as come by chance."""
    own = _seed(seed, number)
    drawn = joined(list(villages(customers, own)))
    visits = int(np.random.default_rng(own).poisson(NAMELESS * customers))
    names = (f"A-{each}" for each in range(visits))
    strangers = [event for name in names for event in stranger(name, Random(f"{own}/{name}"))]  # noqa: S311
    return replace(drawn, strangers=strangers)


@cache
def population(seed: int) -> Village:
    """The large world that samples are drawn from."""
    return joined(list(villages(POPULATION * CUSTOMERS, _seed(seed, TRUTHS))))


def sample(number: int, customers: int, seed: int) -> Village:
    """Customers of the large world with all they did and said, and as much of the nameless."""
    whole = population(seed)
    random = Random(f"{seed}/{number}")  # noqa: S311
    lives = random.sample(whole.lives, customers)
    kept = {life.id for life in lives}
    share = customers / len(whole.lives)
    sessions = sorted({event.session for event in whole.strangers})
    strangers = set(random.sample(sessions, round(share * len(sessions))))
    nameless = [answer for answer in whole.answers if not answer.customer]
    some = {answer.id for answer in random.sample(nameless, round(share * len(nameless)))}
    return Village(
        lives,
        [event for event in whole.strangers if event.session in strangers],
        [a for a in whole.answers if a.customer in kept or a.id in some],
        [],
    )


def _intervals(
    number: int, customers: int, seed: int, sampled: bool
) -> list[tuple[int, str, float, float, float]]:
    drawn = (sample if sampled else world)(number, customers, seed)
    with TemporaryDirectory() as directory:
        store = store_of(Path(directory), [drawn])
        found = [
            (number, key(f.name, f.about), f.value, f.low, f.high)
            for f in figures(store)
            if f.value is not None and f.low is not None and f.high is not None
        ]
        store.close()
    return found


def _other_world(number: int, customers: int, seed: int) -> Sums:
    return sums(frames(world(number, customers, _seed(seed, TRUTHS))))


def truths(pool: ProcessPoolExecutor, given: argparse.Namespace) -> dict[str, Truth]:
    """What every figure should be."""
    if given.sampled:
        return counted(sums(frames(population(given.seed))))
    others = partial(_other_world, customers=given.customers, seed=given.seed)
    return pooled(pool.map(others, range(given.worlds)))


def main() -> None:
    """Print the coverage of each family of figures, or what is found without the causes."""
    assert __doc__
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--worlds", type=int, default=200)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--sampled", action="store_true", help="samples of one large world")
    parser.add_argument("--nulls", action="store_true", help="worlds without the causes")
    parser.add_argument("--moved", action="store_true", help="worlds where one theme moves")
    parser.add_argument("--keep", type=Path, help="a CSV file for every interval")
    given = parser.parse_args()
    if given.moved:
        whole = population(given.seed)
        print_moved(given.processes, given.worlds, given.customers, given.seed, whole)
        return
    with ProcessPoolExecutor(given.processes) as pool:
        if given.nulls:
            print_nulls(pool, given.worlds, given.customers, given.seed)
            return
        tell = partial(
            _intervals, customers=given.customers, seed=given.seed, sampled=given.sampled
        )
        known = truths(pool, given)
        rows = [row for found in pool.map(tell, range(given.worlds)) for row in found]
    table = pd.DataFrame(rows, columns=["world", "key", "value", "low", "high"])
    table["truth"] = table["key"].map({name: truth.value for name, truth in known.items()})
    table["error"] = table["key"].map({name: truth.error for name, truth in known.items()})
    if given.keep:
        table.to_csv(given.keep, index=False)
    print_coverage(table)


if __name__ == "__main__":
    main()
