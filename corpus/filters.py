"""What a question or a count is limited to; every index applies the same filters."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date
from typing import Any

from corpus.errors import InputError
from corpus.types import EVIDENCE_KINDS

Values = str | tuple[str, ...]
"""A value, or several that are alternatives."""


def values_of(given: Values) -> tuple[str, ...]:
    """One value or several as several."""
    return (given,) if isinstance(given, str) else tuple(given)


def alternatives(pairs: Iterable[tuple[str, str]]) -> dict[str, Values]:
    """Names with their values: those that are given under one name are alternatives."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        found[name] = tuple(dict.fromkeys((*found.get(name, ()), value)))
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


@dataclass(frozen=True, slots=True)
class Filters:
    """Several values of one field are alternatives; different fields must all hold.

    ``source`` holds file names or source ids. ``score_min`` and ``score_max`` are how
    good a score is, 0 (worst) to 1 (best), so that different scales can be filtered alike.
    """

    kind: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    since: Date | None = None
    until: Date | None = None
    score_min: float | None = None
    score_max: float | None = None
    segment: Mapping[str, Values] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse kinds that do not exist, since they would silently match nothing."""
        unknown = [kind for kind in self.kind if kind not in EVIDENCE_KINDS]
        if unknown:
            raise InputError(
                f"Unknown kind {', '.join(unknown)}; the kinds are {', '.join(EVIDENCE_KINDS)}."
            )

    def as_dict(self) -> dict[str, Any]:
        """The filters that are set, as JSON values."""
        values: dict[str, Any] = {
            name: list(getattr(self, name))
            for name in ("kind", "source", "stage", "language", "channel")
        }
        values |= {
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "score_min": self.score_min,
            "score_max": self.score_max,
            "segment": {
                name: value if isinstance(value, str) else list(value)
                for name, value in self.segment.items()
            },
        }
        return {name: value for name, value in values.items() if value not in (None, [], {})}


_SEVERAL = ("kind", "source", "stage", "language", "channel")


def read_filters(pairs: Sequence[str]) -> Filters:
    """Filters written as ``since=2026-01-01``, ``stage=delivery`` or ``segment=NAME=VALUE``.

    The names are those of the command line's flags; several of one field are alternatives. Raises
    InputError for any other name, or a value that does not read.
    """
    values: dict[str, Any] = {}
    segments: list[tuple[str, str]] = []
    for pair in pairs:
        flag, equals, value = pair.partition("=")
        name = flag.strip().replace("-", "_")
        if not (equals and value):
            raise InputError(f"{pair!r} is not of the form NAME=VALUE.")
        try:
            if name in _SEVERAL:
                values[name] = (*values.get(name, ()), value)
            elif name in ("since", "until"):
                values[name] = Date.fromisoformat(value)
            elif name in ("score_min", "score_max"):
                values[name] = float(value)
            elif name == "segment" and "=" in value:
                key, _, which = value.partition("=")
                segments.append((key, which))
            else:
                raise InputError(f"Nothing is filtered by {flag}; it is written as the flags are.")
        except ValueError:
            raise InputError(f"{value!r} is no value of {flag}.") from None
    return Filters(**values, segment=alternatives(segments))
