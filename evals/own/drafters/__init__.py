"""What drafts cases: one kind a file, found by its name."""

from importlib import import_module
from pkgutil import iter_modules
from typing import cast

from corpus.errors import InputError
from evals.own.types import Drafter


def drafters() -> list[str]:
    """The names of all kinds."""
    return sorted(module.name for module in iter_modules(__path__))


def drafter(name: str) -> Drafter:
    """What drafts a kind; raises InputError where there is none."""
    if name not in drafters():
        raise InputError(f"No cases of the kind {name} are drafted; there are "
                         f"{', '.join(drafters())}.")  # fmt: skip
    return cast(Drafter, import_module(f"evals.own.drafters.{name}"))
