"""What is measured: one suite a file, found by its name."""

from importlib import import_module
from pkgutil import iter_modules
from typing import cast

from corpus.errors import InputError
from evals.types import Evaluator


def suites() -> list[str]:
    """The names of all suites."""
    return sorted(module.name for module in iter_modules(__path__))


def suite(name: str) -> Evaluator:
    """The suite of that name; raises InputError where there is none."""
    if name not in suites():
        raise InputError(f"There is no suite {name}; there are {', '.join(suites())}.")
    return cast(Evaluator, import_module(f"evals.evaluators.{name}"))
