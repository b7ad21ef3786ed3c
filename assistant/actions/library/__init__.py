"""The interventions, one file of YAML for each group of causes; a new file is found by itself."""

from functools import cache
from importlib.resources import files

import yaml
from pydantic import TypeAdapter

from assistant.actions.types import Intervention

_LIST = TypeAdapter(tuple[Intervention, ...])


@cache
def interventions() -> tuple[Intervention, ...]:
    """Every intervention, by id."""
    found: list[Intervention] = []
    for file in files(__package__).iterdir():
        if file.name.endswith(".yaml"):
            content = yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)
            found += _LIST.validate_python(content)
    return tuple(sorted(found, key=lambda each: each.id))


def intervention(identity: str) -> Intervention | None:
    """The intervention of that id; None where there is none."""
    return next((each for each in interventions() if each.id == identity), None)
