"""The sums of a village that the quantities are made of, family by family."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from evals.coverage.frames import Frames
from evals.coverage.lost import incidents, outcomes
from evals.coverage.truth import Sums, Values, key

STEPS = ("visit", "search", "cart", "account", "checkout", "purchase")
QUARTERS = ("2026-Q2", "2026-Q3")
"""The two last full ones: what ``change`` compares where no period is asked for."""
SEGMENTS = ("nouveau", "régulier", "fidèle")
PARTS = ("pays", "segment")

Quantity = tuple[str, tuple[str, Values]]


def sums(tables: Frames) -> Sums:
    """The sums of all quantities that the village has something of."""
    return dict(
        quantity
        for family in (_themes, _scores, _change, _contrasts, _funnel, _silent, _compared)
        for quantity in family(tables)
    ) | dict([*outcomes(tables), *incidents(tables)])


def _of(name: str, formula: str, *values: float, **about: str) -> Quantity:
    return key(name, about), (formula, np.array(values, dtype=float))


def _cut(name: str, formula: str, values: tuple[float, ...], about: dict[str, str]) -> Quantity:
    return key(name, about), (formula, np.array(values, dtype=float))


def _people(said: pd.DataFrame) -> pd.DataFrame:
    """One row for a person and a theme: whether they said good or bad of it."""
    return said.groupby(["theme", "who"], as_index=False)[["good", "bad"]].any()


def _themes(tables: Frames) -> Iterator[Quantity]:
    heard = tables.answers.loc[tables.answers["written"], "who"].nunique()
    for theme, found in _people(tables.said).groupby("theme"):
        about = {"theme": str(theme)}
        good, bad = found["good"], found["bad"]
        yield _of("themes.share", "ratio", len(found), heard, **about)
        yield _of("themes.negative", "ratio", (bad & ~good).sum(), heard, **about)
        yield _of("themes.positive", "ratio", (good & ~bad).sum(), heard, **about)


def _quarter(days: "pd.Series[pd.Timestamp]") -> "pd.Series[str]":
    return days.dt.year.astype(str) + "-Q" + days.dt.quarter.astype(str)


def _scores(tables: Frames) -> Iterator[Quantity]:
    scored = tables.answers.dropna(subset=["score"])
    scored = scored.assign(quarter=_quarter(scored["day"]))
    for scale, found in scored.groupby("scale"):
        for by, column in ((None, None), ("quarter", "quarter"), ("segment:segment", "segment")):
            parts = found.groupby(column) if column else [(None, found)]
            for value, part in parts:
                kind = part["kind"].iloc[0]
                about = {"scale": str(scale)} | ({by: str(value)} if by else {})
                worth = (part["score"] >= 4).sum() if kind == "csat" else part["worth"].sum()
                name = kind if kind in ("nps", "csat") else "mean"
                yield _cut(f"score.{name}", "ratio", (worth, len(part)), about)


def _change(tables: Frames) -> Iterator[Quantity]:
    answers = tables.answers.assign(quarter=_quarter(tables.answers["day"]))
    nps = answers[answers["scale"].eq("nps") & answers["score"].notna()]
    about = {"scale": "nps", "before": QUARTERS[0], "after": QUARTERS[1]}
    sides = [nps[nps["quarter"] == name] for name in QUARTERS]
    (s0, n0), (s1, n1) = ((side["worth"].sum(), len(side)) for side in sides)
    yield _of("change.before", "ratio", s0, n0, **about)
    yield _of("change.after", "ratio", s1, n1, **about)
    yield _of("change.difference", "gap", s1, n1, s0, n0, **about)
    wrote = []
    for name, side in zip(QUARTERS, sides, strict=True):
        heard = answers.loc[answers["written"] & answers["quarter"].eq(name), "who"]
        means = side[side["who"].isin(heard)].groupby("who")["worth"].mean()
        wrote.append((means.sum(), len(means)))
    yield _of("change.written", "gap", *wrote[1], *wrote[0], **about)
    cells = {
        segment: [
            x
            for side in sides
            for own in [side[side["segment"] == segment]]
            for x in (len(own), own["worth"].sum())
        ]
        for segment in SEGMENTS
    }
    for measure in ("mix", "rate"):
        flat = [x for segment in SEGMENTS for x in cells[segment]]
        yield _of(f"change.{measure}", measure, *flat, **about, segment="segment")
        for segment in SEGMENTS:
            ordered = [segment, *(other for other in SEGMENTS if other != segment)]
            values = tuple(x for each in ordered for x in cells[each])
            own_about = {**about, "segment:segment": segment}
            yield _cut(f"change.segment-{measure}", f"first-{measure}", values, own_about)


def _contrasts(tables: Frames) -> Iterator[Quantity]:
    """The mean of those who mention a theme, or only complain of it, less that of the others."""
    people = _people(tables.said)
    complain = people[people["bad"] & ~people["good"]]
    coded = tables.answers[tables.answers["written"]].dropna(subset=["score"])
    for scale, found in coded.groupby("scale"):
        worth = found.groupby("who")["worth"].mean()
        whole = worth.sum(), len(worth)
        for measure, speaking in (("contrast", people), ("blame", complain)):
            for theme, own in speaking.groupby("theme"):
                s, n = (mine := worth[worth.index.isin(own["who"])]).sum(), len(mine)
                about = {"theme": str(theme), "scale": str(scale)}
                yield _of(f"themes.{measure}", "gap", s, n, whole[0] - s, whole[1] - n, **about)


def _silent(tables: Frames) -> Iterator[Quantity]:
    known = tables.events[tables.events["customer"] != ""]
    lost = known["kind"].eq("churn").groupby(known["customer"]).any()
    silent = ~lost.index.isin(tables.answers["customer"])
    k1, n1, k0, n0 = (lost & silent).sum(), silent.sum(), (lost & ~silent).sum(), (~silent).sum()
    yield _of("silent.left", "ratio", k1, k1 + k0)
    yield _of("silent.leaving", "ratio", k1, n1)
    yield _of("silent.leaving-heard", "ratio", k0, n0)
    yield _of("silent.difference", "gap", k1, n1, k0, n0)


def _compared(tables: Frames) -> Iterator[Quantity]:
    nps = tables.answers[tables.answers["scale"].eq("nps") & tables.answers["score"].notna()]
    for column in PARTS:
        by = f"segment:{column}"
        written = tables.answers[tables.answers["written"]].dropna(subset=[column])
        said = tables.said.dropna(subset=[column])
        for value in sorted(written[column].unique()):
            means = [
                side.groupby("who")["worth"].mean()
                for side in (
                    nps[nps[column] == value],
                    nps[nps[column].notna() & nps[column].ne(value)],
                )
            ]
            flat = tuple(x for side in means for x in (side.sum(), len(side)))
            yield _cut("compare.score", "gap", flat, {by: value, "scale": "nps"})
            here = written[column] == value
            ours, theirs = written.loc[here, "who"].nunique(), written.loc[~here, "who"].nunique()
            for theme, found in said.groupby("theme"):
                own = found[column] == value
                k1, k0 = found.loc[own, "who"].nunique(), found.loc[~own, "who"].nunique()
                about = {by: value, "theme": str(theme)}
                yield _cut("compare.share", "gap", (k1, ours, k0, theirs), about)


# Sessions ------------------------------------------------------------------------------------


def _funnel(tables: Frames) -> Iterator[Quantity]:
    events = tables.events
    web = events[events["kind"].isin(STEPS) & events["channel"].eq("web")]
    place = web["kind"].map({step: number for number, step in enumerate(STEPS)})
    grouped = web.assign(place=place).groupby("session")
    sessions = grouped.agg(customer=("customer", "max"), day=("day", "min"), last=("place", "max"))
    for number, step in enumerate(STEPS[:-1]):
        of = web[web["kind"] == step].groupby("session")[["pays", "segment", "frais", "banque"]]
        reached = sessions.join(of.first(), how="inner")
        went = reached["last"] > number
        yield _of("funnel.rate", "ratio", went.sum(), len(went), step=step)
        for column in ("pays", "segment", "frais", "banque"):
            known = reached[column].notna()
            for value in sorted(reached[column].dropna().unique()):
                own = reached[column] == value
                k1, n1 = (went & own).sum(), own.sum()
                k0, n0 = (went & known & ~own).sum(), (known & ~own).sum()
                about = {"step": step, f"segment:{column}": value}
                yield _cut("funnel.difference", "gap", (k1, n1, k0, n0), about)
                yield _cut("funnel.part", "ratio", (k1, n1), about)
                yield _cut("funnel.part-others", "ratio", (k0, n0), about)
    yield from _came_back(sessions, events)


def _came_back(sessions: pd.DataFrame, events: pd.DataFrame) -> Iterator[Quantity]:
    week = pd.Timedelta(days=7)
    lost = sessions[
        sessions["customer"].ne("")
        & sessions["last"].lt(len(STEPS) - 1)
        & (sessions["day"] + week <= events["day"].max())
    ]
    bought = events[events["kind"].eq("purchase") & events["customer"].ne("")]
    pairs = lost.reset_index().merge(bought[["customer", "day"]], on="customer")
    near = pairs[(pairs["day_y"] >= pairs["day_x"]) & (pairs["day_y"] <= pairs["day_x"] + week)]
    back = lost.index.isin(near["session"])
    for number, step in enumerate(STEPS[:-1]):
        own = lost["last"] == number
        yield _of("funnel.came-back", "ratio", (own & back).sum(), own.sum(), step=step)
