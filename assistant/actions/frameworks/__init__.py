"""What builds attachment: the behaviours that interventions serve, as data with its citation.

The one in use is the package's (Graves, as Lopes reports him) or one that a team loaded: a YAML
file of the same shape as ``graves.yaml``, kept in the store.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError
from sqlalchemy import delete, insert, select

from assistant.actions.library import interventions
from assistant.actions.types import Intervention, Text
from corpus import tables as t
from corpus.errors import InputError
from corpus.store import Store

_STRICT = ConfigDict(extra="forbid")
_KEPT = "framework"

LARGEST = 200_000
"""Characters of a framework file."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One behaviour: ``takes`` are the library's own behaviours whose interventions serve it."""

    __pydantic_config__ = _STRICT

    label: Text
    definition: Text
    takes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Framework:
    """Behaviours by id, whose idea they are, and interventions that serve another than ``takes``.

    ``source`` says it so that a reader can find it.
    """

    __pydantic_config__ = _STRICT

    name: str
    source: str
    behaviours: Mapping[str, Behaviour]
    interventions: Mapping[str, str] = field(default_factory=dict)

    def behaviour_of(self, each: Intervention) -> str:
        """The behaviour that an intervention serves."""
        if own := self.interventions.get(each.id):
            return own
        return next(
            name for name, found in self.behaviours.items() if each.behaviour in found.takes
        )

    def label(self, behaviour: str, language: str) -> str:
        """What a behaviour is called."""
        return self.behaviours[behaviour].label["fr" if language == "fr" else "en"]


_READ = TypeAdapter(Framework)


@cache
def starting_text() -> str:
    """The package's own framework, as YAML."""
    return files(__package__).joinpath("graves.yaml").read_text("utf-8")


@cache
def read_framework(text: str, name: str = "the framework") -> Framework:
    """A framework from YAML; raises InputError for what is none or leaves interventions out."""
    if len(text) > LARGEST:
        raise InputError(f"{name} has more than {LARGEST:,} characters.")
    try:
        found = _READ.validate_python(yaml.load(text, yaml.CSafeLoader))
    except yaml.YAMLError as error:
        reason = str(getattr(error, "problem", "") or "it is not valid")
        raise InputError(f"{name} cannot be read as YAML: {reason}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        raise InputError(f"{name} is no framework: {place}: {first['msg']}.") from None
    for each in interventions():
        own = found.interventions.get(each.id)
        if own not in (None, *found.behaviours):
            raise InputError(f"{name} gives {each.id} the behaviour {own}, which it does not have.")
        if own is None and not any(each.behaviour in b.takes for b in found.behaviours.values()):
            raise InputError(
                f"{name} has no behaviour for {each.id}: name it under `interventions`, or "
                f"{each.behaviour} under what a behaviour `takes`."
            )
    return found


def framework_text(store: Store) -> str:
    """The framework in use, as YAML."""
    query = select(t.properties.c.value).where(t.properties.c.name == _KEPT)
    with store.reading() as connection:
        return connection.scalar(query) or starting_text()


def framework_of(store: Store) -> Framework:
    """The framework in use."""
    return read_framework(framework_text(store))


def keep_framework(store: Store, text: str, name: str) -> Framework:
    """Put a framework in use; raises InputError for what is none, and then nothing is changed."""
    found = read_framework(text, name)
    with store.writing(changed=()) as connection:
        connection.execute(delete(t.properties).where(t.properties.c.name == _KEPT))
        connection.execute(insert(t.properties), {"name": _KEPT, "value": text})
    return found
