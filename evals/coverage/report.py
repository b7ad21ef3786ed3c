"""Coverage by family, with its own interval."""

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

USUALLY = 0.9
"""A figure that fewer worlds show is withheld elsewhere for its few: what is shown is chosen."""


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
    print(
        f"{'family':28}{'figures':>8}{'n':>8}  coverage           usually shown      "
        "low>  <high  spread  bias  truth's error"
    )
    for name, found in known.groupby("family"):
        usual = found[shown[found.index]]
        low, high = coverage_interval(usual if len(usual) else found)
        share = usual["held"].mean() if len(usual) else float("nan")
        above = (found["low"] > found["truth"]).mean()
        below = (found["high"] < found["truth"]).mean()
        wide = coverage_interval(found)
        print(
            f"{name!s:28}{found['key'].nunique():8}{len(found):8}  "
            f"{found['held'].mean():.3f} [{wide[0]:.3f} {wide[1]:.3f}] "
            f"{share:.3f} [{low:.3f} {high:.3f}] {above:6.3f} {below:6.3f} "
            f"{found['z'].std():6.2f} {found['z'].mean():6.2f} {found['off'].median():6.2f}"
        )
    for family, n in unknown.items():
        print(f"{family}: {n} intervals without a truth")


def coverage_interval(found: pd.DataFrame) -> tuple[float, float]:
    """Wilson's interval of a share held, for as many intervals as those of a world are worth.

    The intervals of one world go together: n is divided by the design effect of worlds as
    clusters, where that is above one.
    """
    n, share = len(found), found["held"].mean()
    by_world = found.groupby("world")["held"].agg(["size", "sum"])
    clusters = len(by_world)
    effect = 1.0
    if 0 < share < 1 and clusters > 1:
        residuals = by_world["sum"] - share * by_world["size"]
        variance = clusters / (clusters - 1) * float((residuals**2).sum()) / n**2
        effect = max(1.0, variance / (share * (1 - share) / n))
    worth = n / effect
    low, high = proportion_confint(np.round(share * worth), np.round(worth), method="wilson")
    return float(low), float(high)
