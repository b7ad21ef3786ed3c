"""How well actions are measured, and how well they are proposed.

    python -m evals.actions [--worlds 200] [--customers 1000] [--seed 0] [--processes 2]
    python -m evals.actions --situations [FILE.yaml] [--most N]

The first measures actions in worlds whose truth is known, see ``evals.actions.worlds``. The second
prints what is proposed for each situation beside what an expert would accept and would not, and the
precision and recall of the judgements kept beside it, see ``evals.actions.situations``.
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from assistant.actions.fitting import MOST
from evals.actions.situations import SITUATIONS, print_situations
from evals.actions.worlds import KINDS, Found, told, world


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--customers", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--situations", nargs="?", type=Path, const=SITUATIONS)
    parser.add_argument("--most", type=int, default=MOST)
    options = parser.parse_args()
    if options.situations:
        print_situations(options.situations, options.most)
        return
    numbers = range(options.first, options.first + options.worlds)
    found: list[Found] = []
    with ProcessPoolExecutor(options.processes) as pool:
        work = partial(world, customers=options.customers, seed=options.seed, kinds=options.kinds)
        for each in pool.map(work, numbers):
            found += each
    for row in told(found):
        print(
            f"{row['case']:42}{row['worlds']:9}truth {row['truth']:+.3f}  "
            f"mean {row['mean']:+.4f} ± {row['spread']:.3f} (told ± {row['half_width']:.3f})  "
            f"missed {row['missed']:.3f} [{row['missed_low']:.3f} {row['missed_high']:.3f}]  "
            f"away from zero {row['away_from_zero']:.3f}  n {row['n']} (too few {row['too_few']})"
        )


if __name__ == "__main__":
    main()
