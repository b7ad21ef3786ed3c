"""Files that commands write where they were asked to."""

from pathlib import Path

from corpus.errors import InputError


def write_file(file: Path, content: bytes) -> None:
    """Write it; raises InputError where that cannot be."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}.") from None
