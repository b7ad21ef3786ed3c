"""Opening a file without trusting its name: what it is by its content, and its text."""

import io
import re
import zipfile
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Literal

from charset_normalizer import from_bytes
from ftfy import fix_encoding
from ftfy.badness import is_bad

from corpus.errors import InputError

Format = Literal["text", "xlsx", "docx", "pdf"]

LONGEST_LINE = 1_000_000
"""Characters; nothing that people wrote has longer lines, and the splitters are not for them."""

_SAMPLE = 1_000_000


@dataclass(frozen=True)
class RawFile:
    """The bytes of one file under the name that it is cited by."""

    name: str
    data: bytes

    @classmethod
    def read(cls, path: Path) -> "RawFile":
        """Read ``path``; raises InputError where there is no such readable file."""
        try:
            return cls(path.name, path.read_bytes())
        except FileNotFoundError:
            raise InputError(f"{path} does not exist; check the path.") from None
        except IsADirectoryError:
            raise InputError(f"{path} is a folder; name the files in it.") from None
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror}.") from error

    @property
    def suffix(self) -> str:
        """The name's last suffix in lower case, with its dot."""
        return Path(self.name).suffix.lower()

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the content."""
        return sha256(self.data).hexdigest()

    @cached_property
    def format(self) -> Format:
        """What the content is, whatever the name says; raises InputError for what it is not."""
        if not self.data.strip():
            raise InputError(f"{self.name} is empty; there is nothing to load.")
        if self.data[:1024].lstrip().startswith(b"%PDF-"):
            return "pdf"
        if self.data.startswith(b"PK\x03\x04"):
            return self._zipped_format()
        if self.data.startswith((b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff")):
            raise InputError(
                f"{self.name} is a binary file of a kind that is not read; "
                "save it as CSV, XLSX, JSONL, TXT, Markdown, HTML, PDF or DOCX."
            )
        return "text"

    def _zipped_format(self) -> Format:
        try:
            names = zipfile.ZipFile(io.BytesIO(self.data)).namelist()
        except zipfile.BadZipFile:
            raise InputError(f"{self.name} is a damaged ZIP file; save it again.") from None
        if any(name.startswith("xl/") for name in names):
            return "xlsx"
        if any(name.startswith("word/") for name in names):
            return "docx"
        raise InputError(
            f"{self.name} is a ZIP archive; unpack it and load the files that it holds."
        )

    @cached_property
    def text(self) -> str:
        """The text: decoded, without BOM, line ends as newlines, mojibake repaired.

        Raises InputError for what is not text, and for lines that no person wrote.
        """
        if self.format != "text":
            raise InputError(f"{self.name} is not a text file.")
        text = decode(self.data, self.name)
        longest = max(map(len, text.split("\n")), default=0)
        if longest > LONGEST_LINE:
            raise InputError(
                f"{self.name} holds a line of {longest:,} characters, more than the "
                f"{LONGEST_LINE:,} that are read; is it really text, with its line breaks?"
            )
        return text


def decode(data: bytes, name: str) -> str:
    """Decode bytes in whatever encoding they are; raises InputError for what is not text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = _decode_guess(data, name)
    if "\0" in text:
        raise InputError(f"{name} holds null characters, so it is not a text file.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return repair(text)


def _decode_guess(data: bytes, name: str) -> str:
    guess = from_bytes(data[:_SAMPLE]).best()
    if guess is None:
        raise InputError(f"{name} is in no known encoding; save it as UTF-8.")
    # Legacy French and English exports are Windows-1252 whatever near twin the guess names.
    twins = ("cp1250", "cp1252", "cp1254", "cp1257", "cp1258", "latin_1")
    encoding = (
        "cp1252"
        if guess.encoding in twins or guess.encoding.startswith("iso8859")
        else (guess.encoding)
    )
    return data.decode(encoding, errors="replace")


# What UTF-8 read as Windows-1252 looks like: the detector is slow, so only such lines see it.
_SUSPECT = re.compile(r"[^\x00-\x7f]{2}|[ÂÃâÎÐÅ]")
_USUAL = frozenset("ŒœŠšŸŽžƒ€ﬁﬂ")


def repair(text: str) -> str:
    """Undo mojibake line by line; sound text is returned unchanged."""
    if not _SUSPECT.search(text):
        return text
    return "\n".join(
        _repair_line(line) if _SUSPECT.search(line) and is_bad(line) else line
        for line in text.split("\n")
    )


def _repair_line(line: str) -> str:
    """The line as it was meant, unless the repair would bring in letters that nobody typed."""
    fixed = fix_encoding(line)
    new = set(fixed) - set(line)
    usual = all(
        ord(c) < 0x100 or c in _USUAL or 0x2000 <= ord(c) <= 0x2BFF or ord(c) >= 0x1F000
        for c in new
    )
    return fixed if usual else line
