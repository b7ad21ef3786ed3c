"""Coverage by family, with its own interval."""

import pandas as pd

from corpus.metrics.statistics import Clusters, independent, wilson

USUALLY = 0.9
"""A figure that fewer worlds show is withheld elsewhere for its few: what is shown is chosen.

It is shown where it came out high, so no interval made for what is not chosen can hold it.
"""


def print_coverage(table: pd.DataFrame) -> None:
    """Print a line for each family of figures.

    ``table`` has a row for a world and a figure: ``world, key, value, low, high, truth, error``.
    """
    worlds = table["world"].nunique()
    unknown = table[table["truth"].isna()]["key"].str.split("|").str[0].value_counts()
    known = table.dropna(subset=["truth"]).copy()
    known["family"] = known["key"].str.split("|").str[0]
    known["held"] = (known["low"] <= known["truth"]) & (known["truth"] <= known["high"])
    half = (known["high"] - known["low"]) / 2
    known["z"] = 1.96 * (known["value"] - known["truth"]) / half
    known["off"] = known["error"] / half
    shown = known["key"].map(known["key"].value_counts()) >= USUALLY * worlds
    print(f"{worlds} worlds; 95 % intervals; target 92 to 97 %")
    for title, kept in (
        (f"shown in {USUALLY:.0%} of worlds or more", known[shown]),
        ("shown in fewer, chosen by how they came out", known[~shown]),
    ):
        print(
            f"{title:50}\n{'family':28}{'figures':>8}{'n':>8}  coverage             "
            "low>  <high  spread  bias  truth's error"
        )
        for name, found in kept.groupby("family"):
            low, high = coverage_interval(found)
            above = (found["low"] > found["truth"]).mean()
            below = (found["high"] < found["truth"]).mean()
            print(
                f"{name!s:28}{found['key'].nunique():8}{len(found):8}  "
                f"{found['held'].mean():.3f} [{low:.3f} {high:.3f}] {above:6.3f} {below:6.3f} "
                f"{found['z'].std():6.2f} {found['z'].mean():6.2f} {found['off'].median():6.2f}"
            )
    for family, n in unknown.items():
        print(f"{family}: {n} intervals without a truth")


def coverage_interval(found: pd.DataFrame) -> tuple[float, float]:
    """Wilson's interval of a share held, for as many intervals as those of a world are worth.

    The intervals of one world go together.
    """
    by_world = found.groupby("world")["held"].agg(["size", "sum"])
    n, k = (by_world[name].to_numpy(dtype=float) for name in ("size", "sum"))
    clusters = Clusters(len(n), float(n @ n), float(n @ k), float(k @ k))
    worth = independent(int(k.sum()), int(n.sum()), clusters)
    return wilson(float(k.sum() / n.sum()) * worth, worth)
