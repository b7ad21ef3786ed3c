"""The life of an action: proposed, accepted, running, measured, or dismissed with the reason.

A proposal is computed anew each time; only what people decide of it is kept. Its id is made of the
intervention and the cause, so that it is the same one whenever the cause is found again, in
whichever part of the journey and however large.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date as Date
from typing import Any, Literal, get_args

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from assistant.actions.library import intervention
from assistant.actions.types import Effort
from corpus import tables as t
from corpus.coding.judgements import now
from corpus.errors import InputError, NotFoundError
from corpus.store import Store

Status = Literal["proposed", "accepted", "running", "measured", "dismissed"]
STATUSES: tuple[Status, ...] = get_args(Status)

Place = Literal["quick-win", "project", "innovation", "not-now"]
"""Where it stands between impact and effort."""

EFFORTS: tuple[Effort, ...] = get_args(Effort)
PLACES: tuple[Place, ...] = get_args(Place)

_NEXT: Mapping[Status, tuple[Status, ...]] = {
    "proposed": ("accepted", "running", "dismissed"),
    "accepted": ("proposed", "running", "dismissed"),
    "running": ("accepted", "measured", "dismissed"),
    "measured": ("running", "measured", "dismissed"),
    "dismissed": ("proposed", "accepted"),
}
"""What may become of an action; what was dismissed can be taken up again."""

_DATED: Mapping[Status, str] = {
    "accepted": "accepted",
    "running": "started",
    "measured": "measured",
    "dismissed": "dismissed",
}
_LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Life:
    """What people decided of an action; None where they left it as the library has it.

    ``causal_low`` and ``causal_high`` are the share of the gap that may be causal, ``part`` the
    group that it is tried on, as ``NAME=VALUE`` of a segment. ``expected`` is what was expected of
    it when it was accepted, ``outcome`` what was measured last.
    """

    id: str
    intervention: str
    cause: str
    status: Status = "proposed"
    owner: str | None = None
    note: str = ""
    reason: str = ""
    effort: Effort | None = None
    horizon: Place | None = None
    causal_low: float | None = None
    causal_high: float | None = None
    part: str | None = None
    accepted: Date | None = None
    started: Date | None = None
    measured: Date | None = None
    dismissed: Date | None = None
    expected: Mapping[str, Any] = field(default_factory=dict)
    outcome: Mapping[str, Any] = field(default_factory=dict)


def identity(intervention_id: str, cause: str) -> str:
    """The id of the action that an intervention is for a cause."""
    return f"{intervention_id}.{cause}"


def new_life(action_id: str) -> Life:
    """The life of an action of which nothing was decided; raises NotFoundError."""
    name, _, cause = action_id.rpartition(".")
    found = intervention(name)
    if found is None or cause not in found.causes:
        raise NotFoundError(f"There is no action {action_id}; `ancrage actions` lists them.")
    return Life(action_id, name, cause)


# Changes -------------------------------------------------------------------------------------


def moved(life: Life, status: Status, on: Date, reason: str = "") -> Life:
    """The same with another status since that day; raises InputError for one that cannot follow."""
    if status not in STATUSES:
        raise InputError(f"There is no status {status}; there are {', '.join(STATUSES)}.")
    if status not in _NEXT[life.status]:
        raise InputError(
            f"What is {life.status} cannot become {status}; it can become "
            f"{', '.join(_NEXT[life.status])}."
        )
    if status == "dismissed" and not reason.strip():
        raise InputError("Say why it is dismissed: give the reason.")
    changes: dict[str, Any] = {"status": status, "reason": _text("reason", reason)}
    if name := _DATED.get(status):
        changes[name] = on
    if status == "running" and life.accepted is None:
        changes["accepted"] = on
    return replace(life, **changes)


def edited(life: Life, **changes: Any) -> Life:
    """The same with these fields changed; raises InputError for values that they cannot have."""
    for name in ("owner", "note", "part"):
        if changes.get(name) is not None:
            changes[name] = _text(name, changes[name])
    # An empty text takes the owner or the group away; the library's own stands again.
    for name in ("owner", "part"):
        if name in changes:
            changes[name] = changes[name] or None
    if changes.get("part"):
        name, equals, value = changes["part"].partition("=")
        if not (name and equals and value):
            raise InputError("The group is written NAME=VALUE, a segment and its value.")
    for name, known in (("effort", EFFORTS), ("horizon", PLACES)):
        if changes.get(name) is not None and changes[name] not in known:
            raise InputError(f"{changes[name]} is no {name}; there are {', '.join(known)}.")
    found = replace(life, **changes)
    low, high = found.causal_low, found.causal_high
    if (low is None) != (high is None):
        raise InputError("The share that may be causal has two ends; give both.")
    if low is not None and high is not None and not 0 <= low <= high <= 1:
        raise InputError("The share that may be causal lies between 0 and 1, the low end first.")
    return found


def _text(name: str, value: str) -> str:
    text = value.strip()
    if len(text) > _LONGEST:
        raise InputError(f"The {name} is longer than {_LONGEST:,} characters.")
    return text


# In the store --------------------------------------------------------------------------------


def lives(store: Store) -> dict[str, Life]:
    """Every action of which something was decided, by id."""
    with store.reading() as connection:
        rows = connection.execute(select(t.actions).order_by(t.actions.c.id)).all()
    return {row.id: Life(**{each.name: row._mapping[each.name] for each in fields(Life)})
            for row in rows}  # fmt: skip


def keep(store: Store, life: Life) -> None:
    """Keep what was decided of an action, in the place of what was kept of it before."""
    values = {**asdict(life), "expected": dict(life.expected), "outcome": dict(life.outcome)}
    values["made"] = now()
    statement = insert(t.actions).values(values)
    others = {name: statement.excluded[name] for name in values if name != "id"}
    # No analysis counts actions: what is kept of them stays.
    with store.writing(changed=()) as connection:
        connection.execute(
            statement.on_conflict_do_update(index_elements=[t.actions.c.id], set_=others)
        )
