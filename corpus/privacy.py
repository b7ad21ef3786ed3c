"""The redactor: what identifies a person is replaced before anything is stored.

Emails, phone numbers and card numbers become ``[email]``, ``[phone]`` and ``[card]``; customer
identifiers become an HMAC-SHA-256 under a secret of the data directory, so that a customer's
reviews still join the customer's events.
"""

import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path

from phonenumbers import NumberParseException, is_valid_number, parse

from corpus.types import Cell, Document, Event, Imported, Locator, Piece, Quarantined, Record

# Bounded and anchored: hostile text must not make it slow.
_EMAIL = re.compile(r"(?<![\w.+%'-])[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")

_BETWEEN = r"[ .\-()/\u00a0\u2009\u202f\u2010-\u2013]"
_RUN = re.compile(rf"[(+]{{0,2}}\d(?:{_BETWEEN}{{0,3}}\d){{7,}}")
# Dates and decimals hold no phone number, and part the numbers on either side of them.
_PARTS = re.compile(
    r"(?<!\d)(?:"
    r"(?:19|20)\d\d([-./])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])([-./ ])(?:0?[1-9]|1[0-2])\2(?:19|20)\d\d"
    r"|0\.\d+"
    r")(?!\d)"
)
_AMOUNT = re.compile(r"[1-9]\d{0,2}([ .\u00a0\u2009\u202f])\d{3}(?:\1\d{3})+(?!\d)")
# Visa's numbers, Diners', American Express', and the longer ones of the others: the numbers of
# companies (SIRET) and of devices pass Luhn's test too.
_ISSUED = re.compile(r"4\d{12}|3[0689]\d{12}|3[47]\d{13}|(?:[3-6]|2[2-7])\d{15,18}")
_DIALLED = re.compile(r"(?<!\d)(?<!\d-)\(?(?:\+|0(?!00))")
_LAST_DIGIT = re.compile(r"\d(?!\d)")
_FIRST_DIGIT = re.compile(r"(?<!\d)\(?\+?\d")
_FRENCH = re.compile(r"(?:0|\+330?|00330?)[1-9]\d{8}")
_REGIONS = ("FR", "BE", "GB", "NL", "DE", "IT", "CH")
# Numbers whose grouping alone says what they are: French mobiles without the zero, American ones.
_WRITTEN = re.compile(
    rf"(?<!\d)(?:[67](?P<s>{_BETWEEN})\d\d(?:(?P=s)\d\d){{3}}|33[67]\d{{8}}"
    r"|(?:1[-. ])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[-.])[2-9]\d\d[-.]\d{4})(?!\d)"
)
# After such a word, the numbers of more countries count, however they are written.
_CALLED = re.compile(
    r"(?:\bt[ée]l\b|phone(?!\])|\bfax|\bmobile|\bportable|\bgsm|whatsapp|\bappel|\bcall"
    r"|\bjoindre|\bjoignable)[^\d\[\]]{0,20}$",
    re.IGNORECASE,
)


def redact(text: str) -> str:
    """``text`` with emails, card numbers and phone numbers replaced by placeholders.

    Digits are a phone number where they start with a country's code or a zero, or where their
    grouping or the word before them says so; else they are an amount, an order, a registration.
    """
    # What touched one that is gone may be one too, so until nothing changes.
    while (less := _RUN.sub(_run, _EMAIL.sub("[email]", text) if "@" in text else text)) != text:
        text = less
    return text


def _run(run: re.Match[str]) -> str:
    called = bool(_CALLED.search(run.string[max(0, run.start() - 40) : run.start()]))
    amount = None if called else _AMOUNT.match(run[0])
    at = amount.end() if amount else 0
    done = run[0][:at]
    for part in _PARTS.finditer(run[0], at):
        done += _numbers(run[0][at : part.start()], called) + part[0]
        at = part.end()
    return done + _numbers(run[0][at:], called)


def _numbers(text: str, called: bool) -> str:
    text = _replaced(text, _FIRST_DIGIT, (_is_card,), "[card]")
    regions = (*_REGIONS, "ES", "LU", "US") if called else _REGIONS
    tests = [partial(_is_phone, region=region, called=called) for region in regions]
    text = _replaced(text, _FIRST_DIGIT if called else _DIALLED, tests, "[phone]")
    return _WRITTEN.sub("[phone]", text)


def _replaced(
    text: str, starts: re.Pattern[str], tests: Iterable[Callable[[str], bool]], placeholder: str
) -> str:
    """``text`` with the groups of digits that pass a test replaced, the longest such first."""
    done, at = "", 0
    for start in (found.start() for found in starts.finditer(text)):
        if start < at:
            continue
        ends = [found.end() for found in _LAST_DIGIT.finditer(text, start, start + 48)]
        spans = ((test, end) for test in tests for end in reversed(ends))
        end = next((end for test, end in spans if test(text[start:end])), None)
        if end:
            done, at = done + text[at:start] + placeholder, end
    return done + text[at:]


def _is_card(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    return bool(_ISSUED.fullmatch(digits)) and _luhn(digits)


def _is_phone(text: str, region: str, called: bool) -> bool:
    digits = re.sub(r"[^\d+]", "", text)
    if not 9 <= len(digits.lstrip("+")) <= 15:
        return False
    # Hours, marks and ranges are not separated alike, as the groups of a number are.
    separators = re.findall(r"[^\d()+]", re.sub(r"(?<=[^\d()])[^\d()]+", "", text))
    if not called and digits[0] != "+" and len(set(separators[1:])) > 1:
        return False
    # French numbers reserved for fiction and new ranges are unknown to the numbering plan.
    if _FRENCH.fullmatch(digits):
        return True
    try:
        return is_valid_number(parse(digits, region))
    except NumberParseException:
        return False


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
        quarantined=tuple(Quarantined(q.row, redact(q.reason)) for q in imported.quarantined),
    )


def _redact_values(values: Mapping[str, str]) -> dict[str, str]:
    return {name: redact(value) for name, value in values.items()}


def _redact_locator(locator: Locator) -> dict[str, str | int]:
    return {
        name: redact(value) if isinstance(value, str) else value for name, value in locator.items()
    }


def _redact_some(text: str | None) -> str | None:
    return redact(text) if text else None


def _record(record: Record, key: bytes) -> Record:
    own = record.id
    return replace(
        record,
        # An id that is itself an email or a phone number is hashed like a customer's.
        id=own if redact(own) == own else customer_key(own, key),
        title=redact(record.title),
        text=redact(record.text),
        customer=customer_key(record.customer, key) if record.customer else None,
        channel=_redact_some(record.channel),
        stage=_redact_some(record.stage),
        segments=_redact_values(record.segments),
        locator=_redact_locator(record.locator),
    )


def _cell(cell: Cell) -> Cell:
    return replace(
        cell,
        map=redact(cell.map),
        persona=redact(cell.persona),
        stage=redact(cell.stage),
        lane=redact(cell.lane),
        locator=_redact_locator(cell.locator),
        step=redact(cell.step),
        text=redact(cell.text),
        owner=redact(cell.owner),
    )


def _event(event: Event, key: bytes) -> Event:
    return replace(
        event,
        customer=customer_key(event.customer, key) if event.customer else None,
        session=customer_key(event.session, key) if event.session else None,
        kind=redact(event.kind),
        stage=_redact_some(event.stage),
        channel=_redact_some(event.channel),
        segments=_redact_values(event.segments),
    )


def _document(document: Document) -> Document:
    return replace(
        document,
        title=redact(document.title),
        author=redact(document.author),
        publisher=redact(document.publisher),
        sponsor=redact(document.sponsor),
        pieces=tuple(
            Piece(redact(piece.heading), redact(piece.text), _redact_locator(piece.locator))
            for piece in document.pieces
        ),
        notes=_redact_values(document.notes),
    )
