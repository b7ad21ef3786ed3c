"""The sums behind the relative risks: what customers did after they spoke, or after a mishap."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from evals.coverage.frames import Frames
from evals.coverage.truth import Values, key

Quantity = tuple[str, tuple[str, Values]]

HORIZON = pd.Timedelta(days=90)
SLOW = pd.Timedelta(days=14)
TRIED = ("cart", "checkout", "purchase", "renewal", "churn")
KINDS = ("payment_failed", "late_delivery", "out_of_stock", "checkout", "account", "purchase")
RATIOS = {"left": "risk-ratio", "bought": "bought-ratio"} | {
    name: f"{name}-ratio" for name in ("checkout", "basket")
}


def _band(count: "pd.Series[int]") -> "pd.Series[int]":
    """None, one, two or three, more."""
    return count.where(count <= 1, count.where(count > 3, 2).where(count <= 3, 4))


def _matched(cells: pd.DataFrame) -> tuple[float, float]:
    """Mantel and Haenszel's two sums over strata that have both groups."""
    both = cells[(cells["n1"] > 0) & (cells["n0"] > 0)]
    whole = both["n1"] + both["n0"]
    own = both["k1"] * both["n0"] / whole
    others = both["k0"] * both["n1"] / whole
    return float(own.sum()), float(others.sum())


def _cells(own: pd.DataFrame, others: pd.DataFrame, of: str, did: str) -> pd.DataFrame:
    """By stratum, how many are of the group and of the others, and how many of them did it."""
    sides = []
    for number, side in ((1, own), (0, others)):
        kept = side[side[of]]
        found = kept.groupby("stratum")[did].agg(["size", "sum"])
        sides.append(found.set_axis([f"n{number}", f"k{number}"], axis=1))
    return sides[0].join(sides[1], how="outer").fillna(0)


def outcomes(tables: Frames) -> Iterator[Quantity]:
    """Those who complain of a theme against those who wrote and don't."""
    events = tables.events[tables.events["customer"] != ""]
    gone = events[events["kind"] == "churn"].groupby("customer")["day"].min()
    words = tables.answers[tables.answers["written"] & ~tables.answers["exit"]]
    words = words[words["customer"].isin(events["customer"])]
    left = words["customer"].map(gone)
    words = words[left.isna() | (words["day"] < left)]
    firsts = words.groupby("customer").agg(
        since=("day", "min"), pays=("pays", "first"), segment=("segment", "first")
    )
    said = tables.said[["id", "theme", "good", "bad"]].merge(
        words[["id", "customer", "day"]], on="id"
    )
    said["since"] = said["day"].where(said["bad"])
    complaints = said.groupby(["theme", "customer"]).agg(
        good=("good", "any"), bad=("bad", "any"), since=("since", "min")
    )
    complaints = complaints[complaints["bad"] & ~complaints["good"]].reset_index()
    marks = pd.concat(
        [firsts.reset_index()[["customer", "since"]], complaints[["customer", "since"]]]
    ).drop_duplicates()
    later = _later(marks, events, tables.events["day"].max())
    later = later.merge(firsts[["pays", "segment"]], left_on="customer", right_index=True)
    quarter = later["since"].dt.to_period("Q").astype(str)
    earlier = _band(later["earlier"]).astype(str)
    later["stratum"] = later["pays"] + later["segment"] + quarter + "/" + earlier
    whole = firsts.reset_index()[["customer", "since"]].merge(later, on=["customer", "since"])
    for theme, found in complaints.groupby("theme"):
        own = found[["customer", "since"]].merge(later, on=["customer", "since"])
        others = whole[~whole["customer"].isin(found["customer"])]
        about = {"theme": str(theme)}
        for outcome, (of, did) in _OUTCOMES.items():
            cells = _cells(own, others, of, did)
            n1, k1, n0, k0 = (cells[name].sum() for name in ("n1", "k1", "n0", "k0"))
            yield key(f"loss.{RATIOS[outcome]}", about), ("ratio", np.array(_matched(cells)))
            yield key(f"loss.{outcome}", about), ("ratio", np.array([k1, n1], float))
            yield key(f"loss.{outcome}-others", about), ("ratio", np.array([k0, n0], float))


_OUTCOMES = {
    "left": ("everybody", "lost"),
    "bought": ("followed", "bought"),
    "checkout": ("checkouts", "checkouts_paid"),
    "basket": ("baskets", "baskets_paid"),
}


def _later(marks: pd.DataFrame, events: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """What each customer did before and after a day."""
    tried = events[events["kind"].isin(TRIED) & events["customer"].isin(marks["customer"])]
    flags = pd.DataFrame({kind: tried["kind"] == kind for kind in TRIED})
    sessions = flags.assign(
        customer=tried["customer"], session=tried["session"], day=tried["day"]
    ).groupby(["customer", "session"], as_index=False)
    tries = sessions.agg({**dict.fromkeys(TRIED, "any"), "day": "min"})
    pairs = marks.merge(tries, on="customer", how="left")
    for kind in TRIED:
        pairs[kind] = pairs[kind].eq(True)
    bought = pairs["purchase"] | pairs["renewal"]
    after = pairs["day"] > pairs["since"]
    soon = after & (pairs["day"] <= pairs["since"] + HORIZON)
    pairs["earlier"] = bought & (pairs["day"] < pairs["since"])
    pairs["lost"] = pairs["churn"] & after
    pairs["bought"] = bought & soon
    pairs["checkouts"] = pairs["checkout"] & soon
    pairs["checkouts_paid"] = pairs["checkouts"] & pairs["purchase"]
    pairs["baskets"] = pairs["cart"] & soon
    pairs["baskets_paid"] = pairs["baskets"] & pairs["purchase"]
    yes = ("lost", "bought", "checkouts", "checkouts_paid", "baskets", "baskets_paid")
    found = pairs.groupby(["customer", "since"], as_index=False).agg(
        {"earlier": "sum", **dict.fromkeys(yes, "any")}
    )
    found["followed"] = found["since"] + HORIZON <= last
    return found.assign(everybody=True)


def incidents(tables: Frames) -> Iterator[Quantity]:
    """Leaving from the day at two thirds on, by what went wrong before it."""
    events = tables.events[tables.events["customer"] != ""]
    first, last = events["day"].min(), events["day"].max()
    start = first + pd.Timedelta(days=(last - first).days * 2 // 3)
    people = events.groupby("customer").agg(
        first=("day", "min"), pays=("pays", "first"), segment=("segment", "first")
    )
    gone = events[events["kind"] == "churn"].groupby("customer")["day"].min()
    people["gone"] = gone.reindex(people.index)
    people = people[(people["first"] < start) & ~(people["gone"] < start)]
    before = events[events["day"] < start]
    bought = before[before["kind"].isin(["purchase", "renewal"])].groupby("customer").size()
    band = _band(bought.reindex(people.index, fill_value=0)).astype(str)
    people = people.assign(
        lost=people["gone"].notna(), stratum=people["pays"] + people["segment"] + band
    )
    happened = _mishaps(before, events)
    for name, customers in happened.items():
        own = people.index.isin(customers)
        everybody = people.assign(everybody=True)
        cells = _cells(everybody[own], everybody[~own], "everybody", "lost")
        n1, k1, n0, k0 = (cells[each].sum() for each in ("n1", "k1", "n0", "k0"))
        about = {"incident": name}
        yield key("loss.incident", about), ("ratio", np.array(_matched(cells)))
        yield key("loss.incident-left", about), ("ratio", np.array([k1, n1], float))
        yield key("loss.incident-left-others", about), ("ratio", np.array([k0, n0], float))


def _mishaps(before: pd.DataFrame, events: pd.DataFrame) -> dict[str, "pd.Series[str]"]:
    """The customers to whom each mishap happened, as the events before the day tell it."""
    owner = before.groupby("session")["customer"].first()
    has = {kind: owner.index.isin(before.loc[before["kind"] == kind, "session"]) for kind in KINDS}
    refunded = before[before["kind"] == "refund"].groupby("session")["day"].max()
    returned = events[events["kind"] == "return"].groupby("session")["day"].max()
    slow = (refunded - returned).reindex(owner.index) > SLOW
    told = {
        "payment_failed": has["payment_failed"],
        "late_delivery": has["late_delivery"],
        "out_of_stock": has["out_of_stock"],
        "slow_refund": slow.to_numpy(),
        "unfinished_checkout": has["checkout"] & ~has["purchase"] & ~has["payment_failed"],
        "unfinished_account": has["account"] & ~has["checkout"] & ~has["purchase"],
    }
    return {name: owner[met] for name, met in told.items()}
