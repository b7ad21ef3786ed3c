"""Importers, one a module, found by name: ``feedback``, ``research``, ``journey``, ``events``.

Each module has two public functions:

``claims(file: RawFile) -> float``
    how sure it is, from 0 to 1, that the content is of its kind;
``read(file: RawFile, mapping: Mapping[str, str]) -> Imported``
    what the file holds, where ``mapping`` (field to column) overrides what would be guessed;
    raises InputError, in one sentence, for a file that cannot be used.

Importers return what they find, personal data included: ``corpus.privacy`` removes it before
anything is stored.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Protocol, cast

from corpus.errors import InputError
from corpus.files import RawFile
from corpus.types import FILE_KINDS, FileKind, Imported


class Importer(Protocol):
    """What every module of this package offers."""

    def claims(self, file: RawFile) -> float:
        """How sure the importer is, from 0 to 1, that ``file`` is of its kind."""
        ...

    def read(self, file: RawFile, mapping: Mapping[str, str]) -> Imported:
        """What ``file`` holds; raises InputError for a file that cannot be used."""
        ...


def importer(kind: FileKind) -> Importer:
    """The importer of a kind."""
    return cast(Importer, import_module(f"corpus.importers.{kind}"))


def choose(file: RawFile) -> FileKind:
    """The kind whose importer is the surest of the content; raises InputError for none."""
    claims = {kind: importer(kind).claims(file) for kind in FILE_KINDS}
    best = max(claims, key=lambda kind: claims[kind])
    if claims[best] == 0:
        raise InputError(
            f"{file.name} looks like neither feedback, research, a journey map nor events; "
            "name one with --kind."
        )
    return best
