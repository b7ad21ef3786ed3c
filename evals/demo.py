"""Find the truth of the demo company again, in a store that holds it, with pandas alone.

    python -m evals.demo --data DIR

Reads the tables that ``ancrage demo`` filled and the labels of the texts, counts everything anew
without a line of the generator's, and prints each figure that differs from
``corpus/demo/truth.json``. Exit 1 where one does.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd

from corpus.demo.texts import texts
from corpus.demo.truth import truth

Figure = tuple[str, float]

LANDMARK = "2026-05-01"
BANK_FAILS = "2026-03-03"
CARRIER_MENDED = "2026-07-01"
PORTAL = "2025-11-03"
SLOW = 14


def tables(database: Path) -> dict[str, pd.DataFrame]:
    """The demo's customers' records with their first score, its events, and the labels.

    Raises duckdb.Error where the file is no store or another process holds it.
    """
    with duckdb.connect(str(database), read_only=True) as store:
        records = store.sql(
            """
            select r.id, s.name file, r.channel, r.date, r.customer_key customer, r.stage, r.voice,
              r.segments->>'segment' segment, r.segments->>'equipe' team,
              r.segments->>'pays' country, r.text, c.value score
            from records r join sources s on s.id = r.source_id
            left join scores c on c.record_id = r.id and c.rank = 0
            where s.name like 'demo-%' and r.voice in ('customer', 'prospect')
            """
        ).df()
        events = store.sql(
            """
            select e.kind, e.date, e.customer_key customer, e.session, e.channel,
              e.segments->>'frais' fees, e.segments->>'banque' bank,
              e.segments->>'transporteur' carrier, e.segments->>'segment' segment,
              e.segments->>'pays' country
            from events e join sources s on s.id = e.source_id where s.name like 'demo-%'
            """
        ).df()
    for frame in (records, events):
        frame["date"] = pd.to_datetime(frame["date"])
    records["number"] = records["id"].str.extract(r"-(\d+)$")[0].astype(int)
    said = {text.number for text in texts()}
    records["written"] = records["number"].isin(said)
    mentions = pd.DataFrame(
        [
            {"number": text.number, "theme": mention.theme, "polarity": mention.polarity}
            for text in texts()
            for mention in text.mentions
        ]
    )
    return {"records": records, "events": events, "mentions": mentions}


def figures(frames: dict[str, pd.DataFrame]) -> Iterator[Figure]:
    """Every figure of the truth table, under its name there."""
    records, events = frames["records"], frames["events"]
    yield from _counts(records, events)
    yield from _nps(records[records["file"] == "demo-nps.jsonl"])
    for team, found in records.dropna(subset=["team", "score"]).groupby("team"):
        yield f"ces.{team}", found["score"].mean()
    yield from _orders(records, events)
    yield from _funnel(events)
    yield from _deliveries(events)
    yield from _leaving(records, events)
    yield from _themes(records, events, frames["mentions"])


def _counts(records: pd.DataFrame, events: pd.DataFrame) -> Iterator[Figure]:
    written = records[records["written"]]
    answered = records["customer"].dropna()
    yield "records", len(records)
    yield "records.with_text", len(written)
    yield "customers", pd.concat([answered, events["customer"].dropna()]).nunique()
    yield "customers.who_answered", answered.nunique()
    yield "customers.who_wrote", written["customer"].nunique()
    yield "events", len(events)
    languages = pd.Series(
        [text.language for text in texts() if text.number in set(written["number"])]
    )
    for name, column in (
        ("records", records["file"]),
        ("records.channel", _channels(records)),
        ("records.segment", records["segment"]),
        ("records.stage", records["stage"]),
        ("texts.language", languages),
        ("events.kind", events["kind"]),
    ):
        for value, count in column.value_counts().items():
            yield f"{name}.{value}", count


def _channels(records: pd.DataFrame) -> pd.Series:
    """Surveys sent by mail have no column of channels: they were answered on the web."""
    return records["channel"].fillna("web")


def _net(scores: pd.Series) -> float:
    return 100 * ((scores >= 9).mean() - (scores <= 6).mean())


def _nps(answers: pd.DataFrame) -> Iterator[Figure]:
    quarter = answers["date"].dt.to_period("Q").astype(str).str.replace("Q", "-Q")
    for name, found in answers.groupby(quarter):
        yield f"nps.{name}", _net(found["score"])
        for segment, part in found.groupby("segment"):
            yield f"nps.{name}.{segment}", _net(part["score"])
    two = answers.assign(quarter=quarter)
    two = two[two["quarter"].isin(["2026-Q2", "2026-Q3"])]
    level = two.groupby(["segment", "quarter"])["score"].apply(_net).unstack()
    weight = pd.crosstab(two["segment"], two["quarter"], normalize="columns")
    mix = (weight.diff(axis=1).iloc[:, -1] * level.mean(axis=1)).sum()
    rate = (level.diff(axis=1).iloc[:, -1] * weight.mean(axis=1)).sum()
    yield "nps.change.mix", mix
    yield "nps.change.rate", rate
    yield (
        "nps.change",
        _net(two[two["quarter"] == "2026-Q3"]["score"])
        - _net(two[two["quarter"] == "2026-Q2"]["score"]),
    )


def _by_session(events: pd.DataFrame) -> pd.DataFrame:
    """One row a session, one column a kind of event, with its date."""
    return events.pivot_table(index="session", columns="kind", values="date", aggfunc="max")


def _orders(records: pd.DataFrame, events: pd.DataFrame) -> Iterator[Figure]:
    """The CSAT of the order that ended last before the answer, by what went wrong with it."""
    parts = ["purchase", "delivery", "late_delivery", "return", "refund"]
    days = _by_session(events).reindex(columns=[*parts, "out_of_stock"])
    orders = days[days["purchase"].notna()].copy()
    late, back = orders["late_delivery"].notna(), orders["return"].notna()
    slow = (orders["refund"] - orders["return"]).dt.days > SLOW
    orders["middle"] = orders["out_of_stock"].notna() | (late & back)
    orders["ending"] = (late & ~back) | slow
    orders["ended"] = orders[parts].max(axis=1)
    owners = events.dropna(subset=["customer"]).groupby("session")["customer"].first()
    orders["customer"] = owners.reindex(orders.index)
    asked = records[
        (records["file"] == "demo-satisfaction.csv")
        & records["stage"].isin(["purchase", "delivery"])
        & ~records["written"]
    ]
    joined = pd.merge_asof(
        asked.sort_values("date"),
        orders.dropna(subset=["customer"]).sort_values("ended"),
        left_on="date", right_on="ended", by="customer", allow_exact_matches=False,
    )  # fmt: skip
    how = (
        joined["middle"]
        .map({True: "middle", False: ""})
        .str.cat(joined["ending"].map({True: "ending", False: ""}), sep="+")
    )
    for name, found in joined.groupby(how.str.strip("+").replace("", "fine")):
        yield f"csat.order.{name}", found["score"].mean()


def _funnel(events: pd.DataFrame) -> Iterator[Figure]:
    web = events[events["channel"] == "web"]
    days = _by_session(web)
    days = days[days["visit"].notna()]
    for step in ("visit", "search", "cart", "account", "checkout", "purchase"):
        yield f"funnel.{step}", days[step].notna().sum()
    about = web[web["kind"] == "checkout"].set_index("session").join(days["purchase"])
    paid = about["purchase"].notna()
    for value, name in (("payants", "late"), ("offerts", "none")):
        yield f"completion.fees.{name}", paid[about["fees"] == value].mean()
    after = about["date"] >= BANK_FAILS
    ondine = about["bank"] == "Banque Ondine"
    for bank, rows in (("ondine", ondine), ("others", ~ondine)):
        yield f"completion.bank.{bank}.before", paid[rows & ~after].mean()
        yield f"completion.bank.{bank}.after", paid[rows & after].mean()
    known = events.dropna(subset=["customer"])["session"].unique()
    shown = days[days["account"].notna() & days.index.isin(known)]
    yield "account.stops", shown["checkout"].isna().mean()


def _deliveries(events: pd.DataFrame) -> Iterator[Figure]:
    days = _by_session(events)
    parcels = events[events["kind"].isin(["delivery", "late_delivery"])].set_index("session")
    late = parcels["kind"] == "late_delivery"
    when = (days["purchase"].reindex(parcels.index) >= CARRIER_MENDED).map(
        {True: "after", False: "before"}
    )
    shares = late.astype(float).groupby([parcels["carrier"], when]).mean().unstack()
    for carrier in shares.index:
        for time in shares.columns:
            yield f"late.{carrier}.{time}", shares.loc[carrier, time]
    change = shares["after"] - shares["before"]
    yield "late.effect", change["Vélocis"] - change["Postelia"]
    waits = (days["refund"] - days["return"]).dt.days.dropna()
    since = (days["return"].reindex(waits.index) >= PORTAL).map({True: "after", False: "before"})
    for time, found in waits.groupby(since):
        yield f"refund.slow.{time}", (found > SLOW).mean()
        yield f"refund.days.{time}", found.median()


def _leaving(records: pd.DataFrame, events: pd.DataFrame) -> Iterator[Figure]:
    known = events.dropna(subset=["customer"])
    customers = known.groupby("customer")["date"].agg(first="min")
    customers["left"] = known[known["kind"] == "churn"].groupby("customer")["date"].min()
    customers["heard"] = customers.index.isin(records["customer"].dropna())
    left = customers["left"].notna()
    yield "left", left.mean()
    yield "left.silent", (~customers["heard"])[left].mean()
    yield "left.among_silent", left[~customers["heard"]].mean()
    yield "left.among_heard", left[customers["heard"]].mean()
    there = (customers["first"] < LANDMARK) & ~(customers["left"] < LANDMARK)
    number = _incidents(known[known["date"] < LANDMARK]).reindex(customers.index).fillna(0)
    for count, found in left[there].groupby(number[there].clip(upper=3).astype(int)):
        yield f"left.after_incidents.{'3+' if count == 3 else count}", found.mean()
    visits = known[(known["kind"] == "visit") & ~known["customer"].isin(customers.index[left])]
    early = visits[visits["date"] < "2025-11-01"].groupby("customer").size()
    late = visits[visits["date"] >= "2026-05-01"]["customer"].unique()
    came = early[early >= 2]
    yield "faded", (~came.index.isin(late)).mean()


def _incidents(events: pd.DataFrame) -> pd.Series:
    """How many things went wrong for each customer."""
    days = _by_session(events)
    fees = events[events["kind"] == "checkout"].groupby("session")["fees"].first()
    unpaid = days["checkout"].notna() & days["purchase"].isna() & days["payment_failed"].isna()
    wrong = (
        days[["payment_failed", "out_of_stock", "late_delivery"]].notna().sum(axis=1)
        + (unpaid & (fees.reindex(days.index) == "payants")).astype(int)
        + (days["account"].notna() & days["checkout"].isna()).astype(int)
        + ((days["refund"] - days["return"]).dt.days > SLOW).astype(int)
    )
    return wrong.groupby(events.groupby("session")["customer"].first()).sum()


def _themes(
    records: pd.DataFrame, events: pd.DataFrame, mentions: pd.DataFrame
) -> Iterator[Figure]:
    written = records[records["written"]]
    said = written.merge(mentions, on="number")
    for theme, found in said.groupby("theme"):
        yield f"theme.{theme}.records", found["id"].nunique() / len(written)
        yield f"theme.{theme}.customers", found["customer"].nunique()
        for sign, name in (("-", "negative"), ("+", "positive")):
            yield f"theme.{theme}.{name}", found[found["polarity"] == sign]["id"].nunique()
    leavers = set(events[events["kind"] == "churn"]["customer"])
    staying = written[written["file"] != "demo-departs.jsonl"]
    writers = pd.Index(staying["customer"].dropna().unique())
    for theme in {
        row["name"].split(".")[1] for row in truth()["rows"] if row["name"].endswith(".others_left")
    }:
        complaints = said[(said["theme"] == theme) & (said["polarity"] == "-")]
        complaining = writers.isin(
            complaints[complaints["file"] != "demo-departs.jsonl"]["customer"]
        )
        yield f"theme.{theme}.left", writers[complaining].isin(leavers).mean()
        yield f"theme.{theme}.others_left", writers[~complaining].isin(leavers).mean()
    yield "loudest.texts", written["customer"].value_counts().iloc[0]
    ours = set(written["number"])
    yield "texts.campaign", sum(text.campaign for text in texts() if text.number in ours)
    yield "texts.injection", sum(text.injection for text in texts() if text.number in ours)


def differences(database: Path) -> list[str]:
    """What the store and the truth table do not agree on, a line each."""
    found = dict(figures(tables(database)))
    expected = {row["name"]: row["value"] for row in truth()["rows"]}
    told = [f"{name}: in one only" for name in sorted(found.keys() ^ expected.keys())]
    return told + [
        f"{name}: {expected[name]} in the table, {found[name]} in the store"
        for name in sorted(found.keys() & expected.keys())
        if abs(found[name] - expected[name]) > 1e-6
    ]


def main() -> int:
    """Print what differs, and how many figures were compared."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="the data directory")
    told = differences(parser.parse_args().data / "store.duckdb")
    for line in told:
        print(line)
    print(f"{len(truth()['rows'])} figures compared, {len(told)} differ.")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
