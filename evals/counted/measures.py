"""The figures that questions ask for, counted with pandas from the tables that a store holds."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from corpus.demo.truth import truth
from evals.coverage.frames import Frames
from evals.coverage.lost import incidents
from evals.coverage.truth import FORMULAS, key
from evals.demo import SLOW

Tables = Mapping[str, pd.DataFrame]
COLUMNS = ("file", "channel", "segment", "country", "stage", "kind", "carrier")
"""What a measure can be limited to, beside its days."""


def expected(tables: Tables, wanted: Mapping[str, Any]) -> float:
    """The figure that a question's ``expect`` describes.

    Raises KeyError for a measure or a row of the truth table that there is not.
    """
    if "truth" in wanted:
        rows = {row["name"]: row["value"] for row in truth()["rows"]}
        return float(rows[wanted["truth"]])
    given = {name: value for name, value in wanted.items() if name != "measure"}
    return float(MEASURES[wanted["measure"]](tables, given))


def _kept(table: pd.DataFrame, given: Mapping[str, Any]) -> pd.DataFrame:
    for column in COLUMNS:
        if column in given:
            table = table[table[column] == given[column]]
    if "since" in given:
        table = table[table["date"] >= pd.Timestamp(given["since"])]
    if "until" in given:
        table = table[table["date"] <= pd.Timestamp(given["until"])]
    return table


def _answers(tables: Tables, given: Mapping[str, Any]) -> float:
    return len(_kept(tables["records"], given))


def _events(tables: Tables, given: Mapping[str, Any]) -> float:
    return len(_kept(tables["events"], given))


def _nps(tables: Tables, given: Mapping[str, Any]) -> float:
    scores = _kept(tables["records"], {**given, "file": "demo-nps.jsonl"})["score"].dropna()
    return 100 * ((scores >= 9).mean() - (scores <= 6).mean())


def _mean(tables: Tables, given: Mapping[str, Any]) -> float:
    return float(_kept(tables["records"], given)["score"].mean())


def _satisfied(tables: Tables, given: Mapping[str, Any]) -> float:
    """Four or five out of five, in the survey of satisfaction."""
    scores = _kept(tables["records"], {**given, "file": "demo-satisfaction.csv"})["score"].dropna()
    return (scores >= 4).mean()


def _gap(tables: Tables, given: Mapping[str, Any]) -> float:
    """The mean of one part less that of another, each customer once in a part."""
    answers = _kept(tables["records"], given)
    people = answers.groupby([given["column"], answers["customer"].fillna(answers["id"])])
    means = people["score"].mean().groupby(level=0).mean()
    return float(means[given["first"]] - means[given["second"]])


def _sessions(events: pd.DataFrame) -> pd.DataFrame:
    """One row a session, one column a kind of event, with its last date."""
    return events.pivot_table(index="session", columns="kind", values="date", aggfunc="max")


def _completed(tables: Tables, given: Mapping[str, Any]) -> float:
    """The share of online checkouts with a purchase in the session, or of those without."""
    days = _sessions(tables["events"][tables["events"]["channel"] == "web"])
    paid = days.loc[days["checkout"].notna(), "purchase"].notna().mean()
    return 1 - paid if given.get("share") == "lost" else paid


def _stopped_at_account(tables: Tables, given: Mapping[str, Any]) -> float:
    days = _sessions(tables["events"][tables["events"]["channel"] == "web"])
    return (days["account"].notna() & days["checkout"].isna() & days["purchase"].isna()).sum()


def _late(tables: Tables, given: Mapping[str, Any]) -> float:
    parcels = _kept(tables["events"], given)
    kinds = parcels.loc[parcels["kind"].isin(["delivery", "late_delivery"]), "kind"]
    return kinds.eq("late_delivery").mean()


def _slow_refunds(tables: Tables, given: Mapping[str, Any]) -> float:
    days = _sessions(tables["events"])
    return ((days["refund"] - days["return"]).dt.days.dropna() > SLOW).mean()


def _left_after(tables: Tables, given: Mapping[str, Any]) -> float:
    """Of those it happened to in the first two thirds of the period, who left in the last."""
    events = tables["events"].rename(columns={"date": "day", "country": "pays"})
    events["customer"] = events["customer"].fillna("")
    found = dict(incidents(Frames(pd.DataFrame(), pd.DataFrame(), events)))
    formula, sums = found[key("loss.incident-left", {"incident": given["mishap"]})]
    return FORMULAS[formula](sums)


def _bought_again(tables: Tables, given: Mapping[str, Any]) -> float:
    """Of buyers followed for that many days from their first purchase, who bought again in them."""
    events, window = tables["events"], pd.Timedelta(days=given["days"])
    bought = events[events["kind"] == "purchase"].dropna(subset=["customer"]).sort_values("date")
    first = bought.groupby("customer")["date"].first()
    second = bought.groupby("customer")["date"].nth(1)
    second = second.set_axis(bought.loc[second.index, "customer"]).reindex(first.index)
    followed = first + window <= events["date"].max()
    return float((second - first)[followed].le(window).mean())


def _theme(tables: Tables, given: Mapping[str, Any]) -> float:
    """Of those who wrote (a nameless text counts for one), who said it, by the texts' labels."""
    written = _kept(tables["records"], given)
    written = written[written["written"]]
    who = written["customer"].fillna(written["id"])
    said = written.assign(who=who).merge(tables["mentions"], on="number")
    own = said[said["theme"] == given["theme"]].groupby("who")["polarity"].agg(set)
    kept = {
        "share": len(own),
        "negative": sum("-" in signs and "+" not in signs for signs in own),
        "positive": sum("+" in signs and "-" not in signs for signs in own),
    }
    return float(kept[given["of"]] / who.nunique())


MEASURES: Mapping[str, Callable[[Tables, Mapping[str, Any]], float]] = {
    "answers": _answers,
    "events": _events,
    "nps": _nps,
    "mean": _mean,
    "satisfied": _satisfied,
    "gap": _gap,
    "completed": _completed,
    "stopped_at_account": _stopped_at_account,
    "late": _late,
    "slow_refunds": _slow_refunds,
    "left_after": _left_after,
    "bought_again": _bought_again,
    "theme": _theme,
}
