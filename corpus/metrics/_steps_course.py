"""How the steps of a stage go by period: of the sessions that reach one, those that go on."""

from collections.abc import Sequence
from datetime import date as Date

from corpus.metrics._periods import Period, Span
from corpus.metrics._stretches import Counted
from corpus.metrics.funnel import stepping, steps_at
from corpus.metrics.relations import cut
from corpus.metrics.types import Ask
from corpus.store import Store


def stepped(store: Store, ask: Ask) -> Span | None:
    """How far the sessions reach; None where the stages asked about have no step."""
    steps, sessions = stepping(store, ask)
    if not steps_at(store, ask.filters.stage).intersection(steps[:-1]):
        return None
    row = store.sql(
        f"SELECT min(date) AS first, max(date) AS last, count(DISTINCT date) AS days "
        f"FROM {sessions}"
    )[0]
    if row["first"] is None:
        return None
    first, last = Date.fromisoformat(row["first"]), Date.fromisoformat(row["last"])
    return Span(first, last, (last - first) // row["days"])


def step_series(store: Store, ask: Ask, grain: str, every: Sequence[Period]) -> list[Counted]:
    """A series for each step of the stages asked about, in the steps' order."""
    steps, sessions = stepping(store, ask)
    kept = steps_at(store, ask.filters.stage)
    found = []
    for number, step in enumerate(steps[:-1]):
        if step not in kept:
            continue
        reached = f"FROM {sessions} WHERE (seen & {1 << number}) > 0"
        rows = store.sql(
            f"SELECT {cut(grain)} AS period, count_if(last > {number}) AS k, count(*) AS n "
            f"{reached} GROUP BY 1"
        )
        counts = {row["period"]: {"k": int(row["k"]), "n": int(row["n"])} for row in rows}
        found.append(
            Counted(
                kind="share",
                about={"step": step},
                unit="share",
                base="sessions",
                total=f"SELECT count_if(last > {number}) {reached}",
                weight=f"SELECT count(*) {reached}",
                rows=[counts.get(each.name, {"k": 0, "n": 0}) for each in every],
            )
        )
    return found
