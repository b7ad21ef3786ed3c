"""Loading files one after the other: one that fails does not stop the others."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.cli import output
from assistant.cli.opening import Opened
from corpus.errors import AncrageError
from corpus.files import RawFile
from corpus.types import FileKind


def load(
    assistant: Opened,
    paths: Sequence[Path],
    *,
    kind: FileKind | None = None,
    mapping: Mapping[str, str] | None = None,
    wait: bool = True,
    quiet: bool = False,
) -> dict[str, Any]:
    """Load files, embed them if ``wait``, and give what became of each as JSON values."""
    files = []
    with output.bar("Loading") as step:
        for done, path in enumerate(paths):
            step(done, len(paths))
            files.append(_load_one(assistant, path, kind, mapping))
        step(len(paths), len(paths))
    for path, file in zip(paths, files, strict=True):
        if file["status"] == "failed":
            output.warn(file["error"])
        elif not quiet:
            output.show_loaded(str(path), file)
    failed = sum(file["status"] == "failed" for file in files)
    if wait and failed < len(files):
        embed(assistant)
    return {
        "files": files,
        "failed": failed,
        "embedded_share": assistant.doctor()["embedded_share"],
    }


def _load_one(
    assistant: Opened, path: Path, kind: FileKind | None, mapping: Mapping[str, str] | None
) -> dict[str, Any]:
    try:
        loaded = assistant.ingest(
            RawFile.read(path), origin=str(path.resolve()), kind=kind, mapping=mapping
        )
    except AncrageError as error:
        return {"path": str(path), "source": path.name, "status": "failed", "error": str(error)}
    return {"path": str(path), **loaded.as_dict()}


def embed(assistant: Opened) -> None:
    """Give every passage its vector and code what people said, each with a bar."""
    with output.bar("Embedding") as step:
        assistant.embed(step)
    code(assistant)


def code(assistant: Opened) -> None:
    """Code what is not coded yet, with a bar."""
    with output.bar("Coding") as step:
        assistant.code(step)
