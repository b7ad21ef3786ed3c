"""The analyses: each in a file of its own, found by its name.

An analysis is a module with ``compute(store, codebook, ask) -> list[Figure]`` and a ``SUMMARY``,
the sentence that says what it gives. Adding one means adding a file. Where it has ``AT_ANY_STAGE``,
it looks at no stage, so that what it gives is the same whichever is asked about; where it has
``CUT_UP``, it gives its figures part by part for ``Ask.by``, which the others do not look at.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from threading import Event
from types import ModuleType

from corpus.codebook import Codebook
from corpus.errors import InputError
from corpus.metrics.types import Ask, Figure
from corpus.store import Store

_SHARED = ("types", "relations", "statistics")


@cache
def analyses() -> Mapping[str, ModuleType]:
    """Every analysis by its name."""
    names = sorted(each.name for each in iter_modules(__path__))
    return {
        name: import_module(f"{__name__}.{name}")
        for name in names
        if not name.startswith("_") and name not in _SHARED
    }


def is_cut_up(name: str) -> bool:
    """Whether an analysis looks at ``Ask.by``."""
    return getattr(analyses()[name], "CUT_UP", False)


def compute(name: str, store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """The figures of one analysis, the weightiest first; raises InputError for an unknown name."""
    module = analyses().get(name)
    if module is None:
        raise InputError(f"There is no analysis {name}; there are {', '.join(analyses())}.")
    ask = ask.of_customers()
    if not is_cut_up(name):
        ask = replace(ask, by=None)
    if getattr(module, "AT_ANY_STAGE", False):
        ask = replace(ask, filters=replace(ask.filters, stage=()))

    def computed() -> tuple[Codebook, list[Figure]]:
        return codebook, module.compute(store, codebook, ask)

    key = "figures", name, repr(ask)
    made_with, figures = store.kept.get(key, computed)
    if made_with != codebook:
        _, figures = computed()
    return list(figures)


def compute_all(store: Store, codebook: Codebook, stop: Event | None = None) -> None:
    """Compute every analysis of the whole corpus, until ``stop`` is set: its figures are kept.

    Most answers need some of them, whatever was asked.
    """
    for name in analyses():
        if stop and stop.is_set():
            return
        compute(name, store, codebook, Ask())
