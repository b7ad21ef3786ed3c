"""Sets that others made, each posed to the suites that it can say something of.

One set a file, named as its folder in the shared data and found by that name. A file has
``SUITES``, ``MOST`` (how much of the set is drawn, with a fixed seed) and ``posed``. Nothing of a
set is kept in this repository: what has to be embedded is kept below the data directory.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Protocol, cast

from assistant.core import Assistant
from corpus.errors import InputError
from corpus.settings import Settings
from evals.material import Material
from evals.run import Found, Result, gather_rows, made, set_of
from evals.systems import opened
from evals.systems.product import Product
from evals.types import Answered, Case, Seen
from evals.world import World


@dataclass(frozen=True, slots=True)
class Posed:
    """What a set poses over one corpus: cases and material, to some of its suites."""

    suites: Sequence[str]
    assistant: Assistant
    cases: Sequence[Case] = ()
    material: Material = field(default_factory=Material)


class Set(Protocol):
    """A module of ``evals.sets``."""

    SUITES: tuple[str, ...]
    MOST: int

    def posed(self, folder: Path, data: Path, settings: Settings, most: int) -> Iterator[Posed]:
        """What it poses; a corpus that it opens stays open until the next is asked for."""
        ...


def sets(folder: Path) -> dict[str, Set]:
    """The sets that ``folder`` holds, by name."""
    return {
        module.name: cast(Set, import_module(f"evals.sets.{module.name}"))
        for module in iter_modules(__path__)
        if (folder / module.name).is_dir()
    }


def run_sets(
    folder: Path,
    settings: Settings,
    suites: Sequence[str],
    baselines: Sequence[str] = (),
    chat_model: str | None = None,
    most: int | None = None,
    progress: Callable[[str], None] = lambda name: None,
) -> tuple[Result, Seen]:
    """Run the suites named over every set in ``folder`` that has them, and the cases asked.

    ``most`` takes the place of each set's own number. Corpora are kept under ``shared`` in the data
    directory, so that a second run need not embed them again.
    """
    found: Found = {}
    seen: dict[str, tuple[Case, Answered | str]] = {}
    posed_cases: list[Case] = []
    passages = 0
    name = Product.name_of(chat_model)
    for of, each in sets(folder).items():
        if not {*each.SUITES} & {*suites}:
            continue
        data = settings.data / "shared" / of
        data.parent.mkdir(parents=True, exist_ok=True)
        for posed in each.posed(folder / of, data, settings, most or each.MOST):
            assistant, cases = posed.assistant, [_named(case, of) for case in posed.cases]
            product = Product(assistant, chat_model)
            judged = World(product, assistant, cases, posed.material)
            # A set that is posed without an embedder leaves nothing to the one that needs it.
            bare = assistant.settings.embeddings != settings.embeddings
            fit = [each for each in baselines if not (bare and each == "tutorial")]
            beside = [World(s, assistant, cases) for s in opened(assistant, fit)]
            for suite in posed.suites:
                if suite in suites:
                    progress(f"{suite}: {of}")
                    gather_rows(found, f"{suite}: {of}", suite, judged, beside)
            seen |= judged.seen
            posed_cases += cases
            passages += assistant.doctor()["passages"]
            product.forget()
    if not found:
        raise InputError(f"{folder} holds no set that any of these suites is measured on.")
    about = {"cases": len(posed_cases), "set": set_of(posed_cases), "passages": passages}
    return made(found, name, settings.embeddings, **about), seen


def _named(case: Case, of: str) -> Case:
    return replace(case, id=f"{of}/{case.id}")
