"""What came of an action: the same facts before it began and after, and what else changed.

The measure is the first of these that there is enough of: what goes wrong with the cause, by events
(``effect.rate``); how many complain of it (``effect.complaints``); the score (``effect.score``). It
is chosen by the cause and not by the result, so its p-value stands as it is. The period before is
as long as the one after, up to its beginning.

It worked where the interval lies on the good side of zero; it failed where it did not, and even the
better end of the interval is less than the least that was expected; else it is unclear. Before and
after alone cannot tell the action from what else happened then, which is why that is listed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date as Date
from datetime import timedelta
from typing import Any

from assistant.actions.life import Life
from assistant.actions.match import Causal
from assistant.actions.outcomes import Verdict
from assistant.analyses import as_fact
from corpus.codebook import Codebook
from corpus.errors import InputError, NotFoundError
from corpus.filters import Filters
from corpus.metrics import compute
from corpus.metrics.relations import quoted
from corpus.metrics.types import Ask, Figure
from corpus.store import Store

MEASURES = ("effect.rate", "effect.complaints", "effect.score")

SHORTEST = 14
"""Days after the beginning from which there is something to measure."""


Days = tuple[Date, Date]


@dataclass(frozen=True, slots=True)
class Compared:
    """What was measured: the figure that counts, those beside it, and of which days."""

    measure: Figure
    figures: list[Figure]
    ask: Ask
    before: Days
    after: Days


def measured(
    store: Store,
    codebook: Codebook,
    life: Life,
    causal: Causal,
    others: Mapping[str, Life],
    until: Date | None,
    language: str,
) -> dict[str, Any]:
    """The outcome of a running action, as it is kept, see ``compared``.

    ``others`` are the lives of all actions.
    """
    found = compared(store, codebook, life, until)
    measure, figures, ask = found.measure, found.figures, found.ask
    share = _share(measure, figures)
    facts = [
        asdict(as_fact(figure, "effect", ask, codebook, language, number))
        for number, figure in enumerate(figures, start=1)
        if figure.value is not None
    ]
    return {
        "verdict": _verdict(measure, share, causal),
        "measure": next(fact["id"] for fact in facts if fact["name"] == measure.name),
        "share": share,
        "design": "controlled" if life.part else "before-after",
        "before": [day.isoformat() for day in found.before],
        "after": [day.isoformat() for day in found.after],
        "facts": facts,
        "beside": {
            "actions": _others_begun(life, others, found.before[0], found.after[1]),
            "breaks": _breaks(store, codebook, life.cause, found.before[0], found.after[1]),
            "mix": [fact["id"] for fact in facts if fact["name"] == "effect.mix"],
        },
    }


def compared(store: Store, codebook: Codebook, life: Life, until: Date | None = None) -> Compared:
    """The facts of an action's cause before and after; raises InputError where there is too little.

    ``until`` ends the period after, else the last day of the data does.
    """
    if life.started is None:
        raise InputError("Say first when it began: an action is measured from that day on.")
    before, after = _periods(store, life.started, until)
    segment = dict([life.part.split("=", 1)]) if life.part else {}
    ask = Ask(
        filters=Filters(since=after[0], until=after[1], segment=segment),
        against=Filters(since=before[0], until=before[1]),
        themes=(life.cause,),
    )
    figures = compute("effect", store, codebook, ask)
    measure = next(
        (each for name in MEASURES for each in figures if each.name == name and
         each.value is not None),
        None,
    )  # fmt: skip
    if measure is None or measure.value is None:
        raise InputError(
            f"Too little is known of {life.cause} from {before[0]} to {after[1]} to measure it; "
            "wait for more, or take the group away."
        )
    return Compared(measure, figures, ask, before, after)


def _periods(store: Store, started: Date, until: Date | None) -> tuple[Days, Days]:
    """The period before and the one after, of the same length where the data allow."""
    row = store.sql(
        "SELECT min(date) AS first, max(date) AS last FROM "
        "(SELECT date FROM events UNION ALL SELECT date FROM records)"
    )[0]
    if row["first"] is None:
        raise InputError("Nothing that is loaded has a date, so there is no before and after.")
    first, last = Date.fromisoformat(row["first"]), Date.fromisoformat(row["last"])
    last = min(last, until) if until else last
    days = (last - started).days + 1
    if days < SHORTEST:
        raise InputError(
            f"It began on {started} and the data end on {last}: {max(days, 0)} days are too few, "
            f"{SHORTEST} are the least."
        )
    begin = max(first, started - timedelta(days))
    if (started - begin).days < SHORTEST:
        raise InputError(
            f"The data begin on {first}, less than {SHORTEST} days before {started}: there is no "
            "period before to compare with."
        )
    return (begin, started - timedelta(1)), (started, last)


def _share(measure: Figure, figures: Sequence[Figure]) -> dict[str, float] | None:
    """The share of what went wrong that went away, its level before being taken as it is."""
    before = next(
        (f.value for f in figures if f.name == f"{measure.name}-before" and f.value is not None),
        None,
    )
    if measure.unit != "share" or not before or measure.value is None:
        return None
    assert measure.low is not None
    assert measure.high is not None
    return {
        "value": -measure.value / before,
        "low": -measure.high / before,
        "high": -measure.low / before,
    }


def _verdict(measure: Figure, share: Mapping[str, float] | None, causal: Causal) -> Verdict:
    assert measure.low is not None
    assert measure.high is not None
    # A score is to rise; mishaps and complaints are to fall.
    rises = measure.name == "effect.score"
    if (measure.low > 0) if rises else (measure.high < 0):
        return "worked"
    worse = (measure.high < 0) if rises else (measure.low > 0)
    if worse or (share is not None and share["high"] < causal.low):
        return "failed"
    return "unclear"


def check_part(store: Store, part: str) -> None:
    """Refuse a group that neither an event nor a record is of."""
    name, _, value = part.partition("=")
    kept = f"segments ->> {quoted(name)} = {quoted(value)}"
    for table in ("events", "records"):
        if store.sql(f"SELECT 1 AS one FROM {table} WHERE {kept} LIMIT 1"):
            return
    raise NotFoundError(f"Nothing that is loaded has {name} = {value}.")


# What else changed ---------------------------------------------------------------------------


def _others_begun(
    life: Life, others: Mapping[str, Life], first: Date, last: Date
) -> list[dict[str, str]]:
    return [
        {"id": each.id, "started": each.started.isoformat()}
        for each in others.values()
        if each.id != life.id and each.started and first <= each.started <= last
    ]


def _breaks(
    store: Store, codebook: Codebook, cause: str, first: Date, last: Date
) -> list[dict[str, Any]]:
    """Where something else changed its level in the same time, see ``metrics.trend``."""
    found = []
    for figure in compute("trend", store, codebook, Ask()):
        since = figure.about.get("since", "")
        inside = first.isoformat() <= since <= last.isoformat()
        if figure.name == "trend.break" and inside and figure.about.get("theme") != cause:
            found.append({"about": dict(figure.about), "value": figure.value, "p": figure.p})
    return found
