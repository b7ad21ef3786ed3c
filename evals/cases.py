"""The cases of the suites, read from YAML; what is misspelt is refused with its place."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from corpus.errors import InputError
from evals.types import WITHIN, Case, Figure, Nugget

_CASE = TypeAdapter(Case)
_KNOWN = {field.name for field in fields(Case)} | {"note"}


def cases(folder: Path | None = None) -> tuple[Case, ...]:
    """Every case in ``folder``, or of the product's own; raises InputError for a bad one."""
    place = folder or files("evals").joinpath("suites")
    found = [case for file in _yaml(place) for case in _read(file)]
    ids = [case.id for case in found]
    if twice := sorted({identity for identity in ids if ids.count(identity) > 1}):
        raise InputError(f"Two cases have the id {twice[0]}; give each its own.")
    return tuple(found)


def _yaml(place: Path | Traversable) -> list[Path | Traversable]:
    return sorted((f for f in place.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)


def _read(file: Path | Traversable) -> Iterator[Case]:
    try:
        listed = yaml.safe_load(file.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise InputError(f"{file.name} is no YAML: {str(error).splitlines()[0]}.") from None
    if not isinstance(listed, list):
        raise InputError(f"{file.name} must be a list of cases.")
    for number, row in enumerate(listed, 1):
        yield _case(row, file.name.removesuffix(".yaml"), f"{file.name}, case {number}")


def _case(row: Any, kind: str, place: str) -> Case:
    if not isinstance(row, Mapping):
        raise InputError(f"{place}: a case is written as `field: value` lines.")
    if strange := sorted({*row} - _KNOWN):
        raise InputError(
            f"{place}: {strange[0]} is no field; there are {', '.join(sorted(_KNOWN))}."
        )
    given: dict[str, Any] = {"kind": kind, **row}
    # A note is for people who check the expectation by hand.
    given.pop("note", None)
    try:
        given["figures"] = [_figure(each) for each in row.get("figures", ())]
        given["nuggets"] = [
            Nugget(tuple(each["any"]), each.get("vital", True)) for each in row.get("nuggets", ())
        ]
        return _CASE.validate_python(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(f"{place}: {where}: {first['msg']}.") from None
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{place}: a figure or nugget lacks or misspells {error}.") from None


def _figure(row: Mapping[str, Any]) -> Figure:
    unit = row["unit"]
    within = row.get("within", WITHIN[unit])
    return Figure(row["what"], float(row["value"]), unit, float(within))


def spread(found: tuple[Case, ...], most: int | None) -> tuple[Case, ...]:
    """At most so many of the cases, evenly over the order in which they are kept."""
    if most is None or most >= len(found):
        return found
    return tuple(found[number * len(found) // most] for number in range(most))
