"""The redactor: what identifies a person is replaced before anything is stored.

Emails, phone numbers and card numbers become ``[email]``, ``[phone]`` and ``[card]``; customer
identifiers become an HMAC-SHA-256 under a secret of the data directory, so that a customer's
reviews still join the customer's events.
"""

import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from phonenumbers import Leniency, PhoneNumberMatcher

from corpus.types import Cell, Document, Event, Imported, Piece, Record

_EMAIL = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_DIGITS = re.compile(r"\+?\(?\d(?:[ .\-()/\u00a0\u202f]{0,3}\d){7,18}")
_REGIONS = ("FR", "BE", "GB", "US", "NL", "DE", "ES", "IT", "CH", "LU", "CA")


def redact(text: str) -> str:
    """``text`` with emails, card numbers and phone numbers replaced by placeholders."""
    if "@" in text:
        text = _EMAIL.sub("[email]", text)
    return _DIGITS.sub(_number, text) if _DIGITS.search(text) else text


def _number(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    if 13 <= len(digits) <= 19 and _luhn(digits):
        return "[card]"
    for region in _REGIONS:
        match = next(iter(PhoneNumberMatcher(found[0], region, leniency=Leniency.VALID)), None)
        if match:
            return found[0][: match.start] + "[phone]" + found[0][match.end :]
    # French numbers reserved for fiction and new ranges are unknown to the numbering plan.
    if re.fullmatch(r"(?:0|\+33|0033)[1-9]\d{8}", digits if found[0][0] != "+" else f"+{digits}"):
        return "[phone]"
    return found[0]


def _luhn(digits: str) -> bool:
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def secret(path: Path) -> bytes:
    """The data directory's secret, made at first use and readable by its owner only."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(secrets.token_bytes(32))
    return path.read_bytes()


def customer_key(customer: str, key: bytes) -> str:
    """A stable pseudonym: 32 hexadecimal digits of HMAC-SHA-256."""
    return hmac.new(key, customer.strip().lower().encode(), sha256).hexdigest()[:32]


def sanitise(imported: Imported, key: bytes) -> Imported:
    """Everything that an importer read, redacted, with customers as pseudonyms."""
    return replace(
        imported,
        records=tuple(_record(record, key) for record in imported.records),
        cells=tuple(_cell(cell) for cell in imported.cells),
        events=tuple(_event(event, key) for event in imported.events),
        document=_document(imported.document) if imported.document else None,
    )


def _redact_values(values: Mapping[str, str]) -> dict[str, str]:
    return {name: redact(value) for name, value in values.items()}


def _record(record: Record, key: bytes) -> Record:
    own = record.id
    return replace(
        record,
        # An id that is itself an email or a phone number is hashed like a customer's.
        id=own if redact(own) == own else customer_key(own, key),
        title=redact(record.title),
        text=redact(record.text),
        customer=customer_key(record.customer, key) if record.customer else None,
        channel=redact(record.channel) if record.channel else None,
        stage=redact(record.stage) if record.stage else None,
        segments=_redact_values(record.segments),
    )


def _cell(cell: Cell) -> Cell:
    return replace(
        cell,
        map=redact(cell.map),
        persona=redact(cell.persona),
        step=redact(cell.step),
        text=redact(cell.text),
        owner=redact(cell.owner),
    )


def _event(event: Event, key: bytes) -> Event:
    return replace(
        event,
        customer=customer_key(event.customer, key) if event.customer else None,
        session=customer_key(event.session, key) if event.session else None,
        segments=_redact_values(event.segments),
    )


def _document(document: Document) -> Document:
    return replace(
        document,
        title=redact(document.title),
        author=redact(document.author),
        publisher=redact(document.publisher),
        pieces=tuple(
            Piece(redact(piece.heading), redact(piece.text), piece.locator)
            for piece in document.pieces
        ),
        notes=_redact_values(document.notes),
    )
