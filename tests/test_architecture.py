"""The arrows between the packages, read from the source without importing it."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("corpus", "retrieval", "assistant", "evals")
MAY_IMPORT = {
    "corpus": {"corpus"},
    "retrieval": {"retrieval", "corpus"},
    "assistant": {"assistant", "retrieval", "corpus"},
    "evals": {"evals", "assistant", "retrieval", "corpus"},
}
DOORS = (
    "assistant/cli/",
    "assistant/api/",
    "assistant/ui/",
    "assistant/server.py",
    "assistant/client.py",
)
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TYPES = sorted(ROOT.glob("*/types.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> Iterator[str]:
    """Every module that a file names in an import, wherever in the file it stands."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join((*base, node.module or "")).strip(".")
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from _literal_start(node.args[0])


def _literal_start(name: ast.expr) -> Iterator[str]:
    """What ``import_module("corpus.x")`` or ``import_module(f"corpus.x.{kind}")`` names."""
    first = name.values[0] if isinstance(name, ast.JoinedStr) else name
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        yield first.value.strip(".")


def tops(path: Path) -> set[str]:
    return {module.split(".")[0] for module in imported(path)}


def test_every_package_is_looked_at() -> None:
    assert {name_of(path).split("/")[0] for path in FILES} == set(PACKAGES)
    assert {"corpus/types.py", "retrieval/types.py", "assistant/types.py"} <= set(
        map(name_of, TYPES)
    )


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_arrows_point_one_way(path: Path) -> None:
    name = name_of(path)
    may = set(PACKAGES) if name.startswith(DOORS) else MAY_IMPORT[name.split("/")[0]]
    assert tops(path) & set(PACKAGES) <= may


WITHIN = [path for path in FILES if not name_of(path).startswith((*DOORS, "evals/"))]


@pytest.mark.parametrize("path", WITHIN, ids=name_of)
def test_only_doors_know_the_doors(path: Path) -> None:
    doors = {door.removesuffix(".py").strip("/").replace("/", ".") for door in DOORS}
    assert not {module for module in imported(path) if ".".join(module.split(".")[:2]) in doors}


@pytest.mark.parametrize("path", TYPES, ids=name_of)
def test_domain_types_import_no_framework(path: Path) -> None:
    allowed = {*sys.stdlib_module_names, *PACKAGES}
    assert tops(path) <= allowed
    ours = [module for module in imported(path) if module.split(".")[0] in PACKAGES]
    assert all(module.endswith(".types") for module in ours)


def test_tests_are_not_imported() -> None:
    assert not [name_of(path) for path in FILES if "tests" in tops(path)]
